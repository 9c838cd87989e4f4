using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Storage.Erasure;
using Switchboard.Storage.Model;
using Switchboard.Storage.Sqlite;

namespace Switchboard.Storage.Tests.Erasure;

/// <summary>Nothing that is stored escapes a decision about what erasing a customer does to it.</summary>
public sealed class ErasurePlanTests
{
    private static readonly IModel model = ModelOf();

    [Fact]
    public void Every_entity_is_decided_on_once()
    {
        ErasurePlan.All.Select(e => e.Entity.Name).ShouldBe(model.GetEntityTypes().Select(e => e.ClrType.Name), ignoreOrder: true, "say in ErasurePlan what erasing a customer does to a new entity");
    }

    [Fact]
    public void Every_column_with_text_or_bytes_is_written_over_or_kept_for_a_reason()
    {
        var undecided = new List<string>();
        foreach (ErasedEntity entity in ErasurePlan.All.Where(e => e.Way is ErasureWay.Emptied or ErasureWay.Untouched))
        {
            HashSet<string> texts = [.. TextsOf(entity.Entity)];
            undecided.AddRange(texts.Where(c => !entity.Kept.ContainsKey(c) && !entity.Cleared.Contains(c)).Select(c => $"{entity.Entity.Name}.{c}"));
            // A column that is gone, or decided on twice, is a decision nobody can trust.
            entity.Kept.Keys.Except(texts).ShouldBeEmpty(entity.Entity.Name);
            entity.Kept.Keys.Intersect(entity.Cleared).ShouldBeEmpty(entity.Entity.Name);
            entity.Kept.Values.ShouldAllBe(reason => reason.Length > 10);
        }

        undecided.ShouldBeEmpty("say in ErasurePlan what erasing a customer does to a new column");
    }

    [Fact]
    public void Whatever_is_tied_to_a_customer_is_emptied_or_goes()
    {
        foreach (ErasedEntity entity in ErasurePlan.All.Where(e => CustomerTies.Names.Any(n => e.Entity.GetProperty(n) is not null)))
            (entity.Way is ErasureWay.Emptied or ErasureWay.Deleted).ShouldBeTrue(entity.Entity.Name);
        foreach (ErasedEntity entity in ErasurePlan.All.Where(e => e.Way is ErasureWay.Deleted or ErasureWay.Follows or ErasureWay.Untouched)) entity.Why.ShouldNotBeNullOrEmpty(entity.Entity.Name);
        foreach (ErasedEntity entity in ErasurePlan.All.Where(e => e.Way == ErasureWay.Follows))
            model.FindEntityType(entity.Entity)!.GetForeignKeys().ShouldContain(k => k.PrincipalEntityType.ClrType.Name == entity.Why && k.DeleteBehavior == DeleteBehavior.Cascade, entity.Entity.Name);
    }

    [Fact]
    public void The_guide_names_every_column_that_stays()
    {
        string guide = File.ReadAllText(Path.Combine(Root(), "docs", "guide", "erasure.md"));
        var missing = new StringBuilder();
        foreach (ErasedEntity entity in ErasurePlan.All.Where(e => e is { Way: ErasureWay.Emptied, Kept.Count: > 0 }))
        {
            string line = $"| `{model.FindEntityType(entity.Entity)!.GetTableName()}` | {string.Join(", ", entity.Kept.Keys.Select(c => $"`{StorageConventions.LowerSnake(c)}`"))} |";
            if (!guide.Contains(line, StringComparison.Ordinal)) missing.AppendLine(line);
        }

        missing.ToString().ShouldBeEmpty("docs/guide/erasure.md says what stays");
    }

    /// <summary>Enums and scopes are stored as text too, and hold one of a few words of the program.</summary>
    private static IEnumerable<string> TextsOf(Type entity) => model.FindEntityType(entity)!.GetProperties()
        .Where(p => (Nullable.GetUnderlyingType(p.ClrType) ?? p.ClrType) is { IsEnum: false } type && type != typeof(Guid) && type != typeof(DateOnly))
        .Where(p => (p.GetTypeMapping().Converter?.ProviderClrType ?? p.ClrType) is { } stored && (stored == typeof(string) || stored == typeof(byte[])))
        .Select(p => p.Name);

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Switchboard.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder.ShouldNotBeNull();
    }

    private static IModel ModelOf()
    {
        using SqliteDb db = new SqliteDbFactory().CreateDbContext([]);
        return db.Model;
    }
}
