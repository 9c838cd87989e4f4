using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Switchboard.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Merges : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "merged_into_id",
                table: "conversations",
                type: "BLOB",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_conversations_tenant_id_merged_into_id",
                table: "conversations",
                columns: new[] { "tenant_id", "merged_into_id" },
                filter: "merged_into_id is not null");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_conversations_tenant_id_merged_into_id",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "merged_into_id",
                table: "conversations");
        }
    }
}
