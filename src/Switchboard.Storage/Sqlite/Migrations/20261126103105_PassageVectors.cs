using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Switchboard.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class PassageVectors : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "embedding_models",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    dimensions = table.Column<int>(type: "INTEGER", nullable: false),
                    weights = table.Column<byte[]>(type: "BLOB", nullable: true),
                    passages = table.Column<int>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    completed_at = table.Column<long>(type: "INTEGER", nullable: true)
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
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    model_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    article_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    passage_hash = table.Column<string>(type: "TEXT", nullable: false),
                    dimensions = table.Column<int>(type: "INTEGER", nullable: false),
                    vector = table.Column<byte[]>(type: "BLOB", nullable: false)
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
                name: "passage_vectors");

            migrationBuilder.DropTable(
                name: "embedding_models");
        }
    }
}
