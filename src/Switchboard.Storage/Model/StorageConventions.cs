using System.Linq.Expressions;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Domain;
using Switchboard.Domain.Identity;

namespace Switchboard.Storage.Model;

/// <summary>What holds for every table in every home: names, enums, scopes, ids that the program gives, and the tenant's filter.</summary>
internal static class StorageConventions
{
    /// <summary>Name of the query filter that limits each read to the context's tenant.</summary>
    public const string TenantFilter = "tenant";

    /// <summary>Puts the conventions on all entities that are configured so far.</summary>
    public static void Apply(ModelBuilder modelBuilder, SwitchboardDb context)
    {
        foreach (IMutableEntityType entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (IMutableProperty property in entity.GetProperties())
            {
                property.SetColumnName(LowerSnake(property.Name));
                property.ValueGenerated = ValueGenerated.Never;
                Type type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
                if (type.IsEnum) property.SetValueConverter(typeof(LowerSnakeEnumConverter<>).MakeGenericType(type));
                else if (type == typeof(ScopeSet)) property.SetValueConverter(typeof(ScopeSetConverter));
            }

            if (typeof(ITenantOwned).IsAssignableFrom(entity.ClrType)) entity.SetQueryFilter(TenantFilter, OwnedBy(entity.ClrType, context));
        }
    }

    /// <summary>How names of columns and values of enums are spelt: the same as in JSON.</summary>
    public static string LowerSnake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    /// <summary>row => row.TenantId == context.TenantId; the framework puts the context of the query in the place of this one.</summary>
    private static LambdaExpression OwnedBy(Type entity, SwitchboardDb context)
    {
        ParameterExpression row = Expression.Parameter(entity, "row");
        return Expression.Lambda(
            Expression.Equal(
                Expression.Property(row, nameof(ITenantOwned.TenantId)),
                Expression.Property(Expression.Constant(context, typeof(SwitchboardDb)), nameof(SwitchboardDb.TenantId))),
            row);
    }
}
