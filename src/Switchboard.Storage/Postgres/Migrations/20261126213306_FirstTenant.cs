using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Switchboard.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class FirstTenant : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "is_first",
                table: "tenants",
                type: "boolean",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_tenants_is_first",
                table: "tenants",
                column: "is_first",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_tenants_is_first",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "is_first",
                table: "tenants");
        }
    }
}
