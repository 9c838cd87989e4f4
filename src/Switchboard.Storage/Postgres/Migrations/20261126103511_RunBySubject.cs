using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Switchboard.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class RunBySubject : Migration
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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_runs_one_running",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_runs_queued",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_runs_subject_tenant_id_ordinal",
                table: "runs");

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
