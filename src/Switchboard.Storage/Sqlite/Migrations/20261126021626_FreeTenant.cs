using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Switchboard.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class FreeTenant : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_audit_entries_tenants_tenant_id",
                table: "audit_entries");

            migrationBuilder.DropForeignKey(
                name: "FK_conversations_tenants_tenant_id",
                table: "conversations");

            migrationBuilder.DropForeignKey(
                name: "FK_messages_tenants_tenant_id",
                table: "messages");

            migrationBuilder.DropForeignKey(
                name: "FK_outbox_tenants_tenant_id",
                table: "outbox");

            migrationBuilder.DropForeignKey(
                name: "FK_run_events_tenants_tenant_id",
                table: "run_events");

            migrationBuilder.DropForeignKey(
                name: "FK_run_steps_tenants_tenant_id",
                table: "run_steps");

            migrationBuilder.DropForeignKey(
                name: "FK_runs_tenants_tenant_id",
                table: "runs");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddForeignKey(
                name: "FK_audit_entries_tenants_tenant_id",
                table: "audit_entries",
                column: "tenant_id",
                principalTable: "tenants",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "FK_conversations_tenants_tenant_id",
                table: "conversations",
                column: "tenant_id",
                principalTable: "tenants",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "FK_messages_tenants_tenant_id",
                table: "messages",
                column: "tenant_id",
                principalTable: "tenants",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "FK_outbox_tenants_tenant_id",
                table: "outbox",
                column: "tenant_id",
                principalTable: "tenants",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "FK_run_events_tenants_tenant_id",
                table: "run_events",
                column: "tenant_id",
                principalTable: "tenants",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "FK_run_steps_tenants_tenant_id",
                table: "run_steps",
                column: "tenant_id",
                principalTable: "tenants",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "FK_runs_tenants_tenant_id",
                table: "runs",
                column: "tenant_id",
                principalTable: "tenants",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }
    }
}
