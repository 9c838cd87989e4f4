using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Switchboard.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class KnowledgeUse : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<double>(
                name: "handoff_share",
                table: "kb_gaps",
                type: "double precision",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.CreateIndex(
                name: "IX_kb_uses_tenant_id_idempotency_key",
                table: "kb_uses",
                columns: new[] { "tenant_id", "idempotency_key" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_kb_uses_tenant_id_idempotency_key",
                table: "kb_uses");

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
        }
    }
}
