using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Switchboard.Domain;

namespace Switchboard.Storage.Model;

/// <summary>
/// The table of an entity: its name, its key, and JSON for what is a list, a dictionary or a record. A new entity needs its class, a line
/// here, a line in <see cref="Core.Agents.EntityAccess"/> and a migration for each database; foreign keys, the tenant's filter, names and
/// types follow from the conventions.
/// </summary>
/// <param name="name">The table's name.</param>
internal abstract class TenantTable<T>(string name) : IEntityTypeConfiguration<T> where T : TenantRow
{
    public void Configure(EntityTypeBuilder<T> builder)
    {
        builder.ToTable(name).HasKey(r => new { r.TenantId, r.Id });
        foreach (PropertyInfo property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is null || !IsJson(property.PropertyType)) continue;
            builder.Property(property.PropertyType, property.Name).HasConversion(
                typeof(JsonTextConverter<>).MakeGenericType(property.PropertyType),
                typeof(JsonTextComparer<>).MakeGenericType(property.PropertyType));
        }

        if (typeof(IRevised).IsAssignableFrom(typeof(T))) builder.Property(nameof(IRevised.Revision)).HasDefaultValue(1).IsConcurrencyToken();
        if (typeof(IImported).IsAssignableFrom(typeof(T))) builder.HasIndex(nameof(ITenantOwned.TenantId), nameof(IImported.ExternalRef)).IsUnique().HasFilter("external_ref is not null");
        Map(builder);
    }

    /// <summary>What is this table's own: indexes by the queries there are, ties that do not follow from a name.</summary>
    protected virtual void Map(EntityTypeBuilder<T> builder)
    {
    }

    private static bool IsJson(Type type) =>
        type.IsGenericType
            ? type.GetGenericTypeDefinition() is { } open && (open == typeof(IReadOnlyList<>) || open == typeof(IReadOnlyDictionary<,>))
            : type is { IsClass: true } && type.Assembly == typeof(TenantRow).Assembly && type.GetMethod("<Clone>$") is not null;
}
