using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Domain;

namespace Switchboard.Storage.Transfer;

/// <summary>The order in which rows can be written.</summary>
internal static class EntityOrder
{
    /// <summary>All entities that belong to a tenant, those that others point to first; among equals by name, so that the order is always the same.</summary>
    /// <exception cref="InvalidOperationException">Entities point to one another in a circle.</exception>
    public static IReadOnlyList<IEntityType> Of(IModel model)
    {
        List<IEntityType> rest = [.. model.GetEntityTypes().Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType)).OrderBy(e => e.ClrType.Name, StringComparer.Ordinal)];
        var ordered = new List<IEntityType>(rest.Count);
        while (rest.Count > 0)
        {
            IEntityType next = rest.FirstOrDefault(e => e.GetForeignKeys().All(k => k.PrincipalEntityType == e || !rest.Contains(k.PrincipalEntityType)))
                ?? throw new InvalidOperationException($"These entities point to one another in a circle: {string.Join(", ", rest.Select(e => e.ClrType.Name))}.");
            rest.Remove(next);
            ordered.Add(next);
        }

        return ordered;
    }
}
