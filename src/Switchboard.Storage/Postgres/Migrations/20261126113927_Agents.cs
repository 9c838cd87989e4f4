using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Switchboard.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Agents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_runs_one_running",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_runs_queued",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_runs_tenant_id_subject_ordinal",
                table: "runs");

            migrationBuilder.AddColumn<string>(
                name: "next_cycle",
                table: "subscriptions",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "next_plan",
                table: "subscriptions",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<int>(
                name: "next_seats",
                table: "subscriptions",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "offer_declined_at",
                table: "subscriptions",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "method_last4",
                table: "payments",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "requested_at",
                table: "payments",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "article_version",
                table: "kb_uses",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "idempotency_key",
                table: "kb_uses",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "uncounted",
                table: "kb_uses",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "voter",
                table: "kb_uses",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<int>(
                name: "customers",
                table: "kb_gaps",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "handoff_share",
                table: "kb_gaps",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "complexity",
                table: "conversations",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.CreateTable(
                name: "billing_statements",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: true),
                    number = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    from = table.Column<DateOnly>(type: "date", nullable: false),
                    to = table.Column<DateOnly>(type: "date", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    contact_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_billing_statements", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "FK_billing_statements_contacts_tenant_id_contact_id",
                        columns: x => new { x.tenant_id, x.contact_id },
                        principalTable: "contacts",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_billing_statements_customers_tenant_id_customer_id",
                        columns: x => new { x.tenant_id, x.customer_id },
                        principalTable: "customers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_billing_statements_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "embedding_models",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    dimensions = table.Column<int>(type: "integer", nullable: false),
                    weights = table.Column<byte[]>(type: "bytea", nullable: true),
                    passages = table.Column<int>(type: "integer", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    completed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_embedding_models", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "FK_embedding_models_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "passage_vectors",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    model_id = table.Column<Guid>(type: "uuid", nullable: false),
                    article_id = table.Column<Guid>(type: "uuid", nullable: false),
                    passage_hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    dimensions = table.Column<int>(type: "integer", nullable: false),
                    vector = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_passage_vectors", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "FK_passage_vectors_embedding_models_tenant_id_model_id",
                        columns: x => new { x.tenant_id, x.model_id },
                        principalTable: "embedding_models",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_passage_vectors_kb_articles_tenant_id_article_id",
                        columns: x => new { x.tenant_id, x.article_id },
                        principalTable: "kb_articles",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_passage_vectors_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_runs_one_running",
                table: "runs",
                columns: new[] { "subject", "tenant_id" },
                unique: true,
                filter: "status = 'running'");

            migrationBuilder.CreateIndex(
                name: "IX_runs_queued",
                table: "runs",
                columns: new[] { "subject", "tenant_id", "ordinal" },
                filter: "status = 'queued'");

            migrationBuilder.CreateIndex(
                name: "IX_runs_subject_tenant_id_ordinal",
                table: "runs",
                columns: new[] { "subject", "tenant_id", "ordinal" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_kb_uses_tenant_id_idempotency_key",
                table: "kb_uses",
                columns: new[] { "tenant_id", "idempotency_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_billing_statements_tenant_id_contact_id",
                table: "billing_statements",
                columns: new[] { "tenant_id", "contact_id" });

            migrationBuilder.CreateIndex(
                name: "IX_billing_statements_tenant_id_customer_id_number",
                table: "billing_statements",
                columns: new[] { "tenant_id", "customer_id", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_passage_vectors_tenant_id_article_id",
                table: "passage_vectors",
                columns: new[] { "tenant_id", "article_id" });

            migrationBuilder.CreateIndex(
                name: "IX_passage_vectors_tenant_id_model_id_article_id_passage_hash",
                table: "passage_vectors",
                columns: new[] { "tenant_id", "model_id", "article_id", "passage_hash" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "billing_statements");

            migrationBuilder.DropTable(
                name: "passage_vectors");

            migrationBuilder.DropTable(
                name: "embedding_models");

            migrationBuilder.DropIndex(
                name: "IX_runs_one_running",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_runs_queued",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_runs_subject_tenant_id_ordinal",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_kb_uses_tenant_id_idempotency_key",
                table: "kb_uses");

            migrationBuilder.DropColumn(
                name: "next_cycle",
                table: "subscriptions");

            migrationBuilder.DropColumn(
                name: "next_plan",
                table: "subscriptions");

            migrationBuilder.DropColumn(
                name: "next_seats",
                table: "subscriptions");

            migrationBuilder.DropColumn(
                name: "offer_declined_at",
                table: "subscriptions");

            migrationBuilder.DropColumn(
                name: "method_last4",
                table: "payments");

            migrationBuilder.DropColumn(
                name: "requested_at",
                table: "payments");

            migrationBuilder.DropColumn(
                name: "article_version",
                table: "kb_uses");

            migrationBuilder.DropColumn(
                name: "idempotency_key",
                table: "kb_uses");

            migrationBuilder.DropColumn(
                name: "uncounted",
                table: "kb_uses");

            migrationBuilder.DropColumn(
                name: "voter",
                table: "kb_uses");

            migrationBuilder.DropColumn(
                name: "customers",
                table: "kb_gaps");

            migrationBuilder.DropColumn(
                name: "handoff_share",
                table: "kb_gaps");

            migrationBuilder.DropColumn(
                name: "complexity",
                table: "conversations");

            migrationBuilder.CreateIndex(
                name: "IX_runs_one_running",
                table: "runs",
                columns: new[] { "tenant_id", "subject" },
                unique: true,
                filter: "status = 'running'");

            migrationBuilder.CreateIndex(
                name: "IX_runs_queued",
                table: "runs",
                columns: new[] { "tenant_id", "subject", "ordinal" },
                filter: "status = 'queued'");

            migrationBuilder.CreateIndex(
                name: "IX_runs_tenant_id_subject_ordinal",
                table: "runs",
                columns: new[] { "tenant_id", "subject", "ordinal" },
                unique: true);
        }
    }
}
