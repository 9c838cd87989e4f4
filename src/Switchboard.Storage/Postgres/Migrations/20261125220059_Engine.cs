using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Switchboard.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Engine : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "actor",
                table: "runs",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "cancel_asked_at",
                table: "runs",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "error_code",
                table: "runs",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "handler",
                table: "runs",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "lane",
                table: "runs",
                type: "text",
                nullable: false,
                defaultValue: "interactive",
                collation: "C");

            migrationBuilder.AddColumn<Guid>(
                name: "node_id",
                table: "runs",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "parent_id",
                table: "runs",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "priority",
                table: "runs",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<double>(
                name: "progress",
                table: "runs",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "agent_id",
                table: "approvals",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "digest",
                table: "approvals",
                type: "text",
                nullable: false,
                defaultValue: "",
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "note",
                table: "approvals",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<Guid>(
                name: "requested_by_user_id",
                table: "approvals",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "step_name",
                table: "approvals",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.CreateTable(
                name: "outbox",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: true),
                    conversation_id = table.Column<Guid>(type: "uuid", nullable: true),
                    cause_id = table.Column<Guid>(type: "uuid", nullable: true),
                    key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    port = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    request = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    status = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    answer = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    error = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    settled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_outbox", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "FK_outbox_conversations_tenant_id_conversation_id",
                        columns: x => new { x.tenant_id, x.conversation_id },
                        principalTable: "conversations",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_outbox_customers_tenant_id_customer_id",
                        columns: x => new { x.tenant_id, x.customer_id },
                        principalTable: "customers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_outbox_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "run_nodes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    role = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    draining_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_run_nodes", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_runs_due",
                table: "runs",
                column: "due",
                filter: "due is not null and finished_at is null");

            migrationBuilder.CreateIndex(
                name: "IX_runs_tenant_id_kind_created_at",
                table: "runs",
                columns: new[] { "tenant_id", "kind", "created_at" },
                filter: "kind <> 'turn'");

            migrationBuilder.CreateIndex(
                name: "IX_runs_tenant_id_parent_id",
                table: "runs",
                columns: new[] { "tenant_id", "parent_id" },
                filter: "parent_id is not null");

            migrationBuilder.CreateIndex(
                name: "IX_outbox_tenant_id_conversation_id",
                table: "outbox",
                columns: new[] { "tenant_id", "conversation_id" });

            migrationBuilder.CreateIndex(
                name: "IX_outbox_tenant_id_customer_id",
                table: "outbox",
                columns: new[] { "tenant_id", "customer_id" });

            migrationBuilder.CreateIndex(
                name: "IX_outbox_tenant_id_key",
                table: "outbox",
                columns: new[] { "tenant_id", "key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_outbox_tenant_id_status_created_at",
                table: "outbox",
                columns: new[] { "tenant_id", "status", "created_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "outbox");

            migrationBuilder.DropTable(
                name: "run_nodes");

            migrationBuilder.DropIndex(
                name: "IX_runs_due",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_runs_tenant_id_kind_created_at",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_runs_tenant_id_parent_id",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "actor",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "cancel_asked_at",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "error_code",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "handler",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "lane",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "node_id",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "parent_id",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "priority",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "progress",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "agent_id",
                table: "approvals");

            migrationBuilder.DropColumn(
                name: "digest",
                table: "approvals");

            migrationBuilder.DropColumn(
                name: "note",
                table: "approvals");

            migrationBuilder.DropColumn(
                name: "requested_by_user_id",
                table: "approvals");

            migrationBuilder.DropColumn(
                name: "step_name",
                table: "approvals");
        }
    }
}
