using System.Reflection;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Domain;
using Switchboard.Domain.Identity;

namespace Switchboard.Compliance.Storage;

/// <summary>Makes one row of every entity of the model, each property filled, each tie pointing to the specimen it can point to. A new entity is covered without anybody thinking of it.</summary>
public sealed class Specimens
{
    private static readonly DateTimeOffset start = new(2026, 3, 2, 9, 30, 0, 123, 456, TimeSpan.Zero);

    private readonly Guid tenantId;
    private readonly Func<Guid> newId;
    private readonly Dictionary<Type, ITenantOwned> made = [];
    private int count;

    private readonly Func<Type, string, string>? words;
    private string word = "text";

    private Specimens(Guid tenantId, Func<Guid> newId, Func<Type, string, string>? words, int from)
    {
        this.tenantId = tenantId;
        this.newId = newId;
        this.words = words;
        count = from;
    }

    /// <summary>The rows, those that others point to first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tenantId">Whose they are.</param>
    /// <param name="newId">Gives ids.</param>
    /// <param name="words">What the texts of a property begin with; null for "text".</param>
    /// <param name="from">Where numbers begin, so that a second set in a tenant is another one.</param>
    public static IReadOnlyList<ITenantOwned> Make(IModel model, Guid tenantId, Func<Guid> newId, Func<Type, string, string>? words = null, int from = 0)
    {
        var specimens = new Specimens(tenantId, newId, words, from);
        List<IEntityType> ordered = InOrder(model);
        foreach (IEntityType entity in ordered) specimens.made[entity.ClrType] = specimens.Row(entity);
        return [.. ordered.Select(e => specimens.made[e.ClrType])];
    }

    /// <summary>The entities of tenants, those that others point to first.</summary>
    public static List<IEntityType> InOrder(IModel model)
    {
        var rest = model.GetEntityTypes().Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType)).OrderBy(e => e.Name, StringComparer.Ordinal).ToList();
        var ordered = new List<IEntityType>();
        while (rest.Count > 0)
        {
            IEntityType next = rest.First(e => e.GetForeignKeys().All(k => k.PrincipalEntityType == e || !rest.Contains(k.PrincipalEntityType)));
            rest.Remove(next);
            ordered.Add(next);
        }

        return ordered;
    }

    private ITenantOwned Row(IEntityType entity)
    {
        var row = (ITenantOwned)Activator.CreateInstance(entity.ClrType, nonPublic: true)!;
        foreach (IProperty property in entity.GetProperties())
        {
            PropertyInfo target = property.PropertyInfo!;
            if (words is not null) word = words(entity.ClrType, property.Name);
            target.SetValue(row, property.Name switch
            {
                nameof(ITenantOwned.TenantId) => tenantId,
                "Id" => newId(),
                _ when property.GetContainingForeignKeys().FirstOrDefault(k => k.Properties.Count > 1) is { } key => Target(entity, property, key),
                _ => Value(target.PropertyType),
            });
        }

        return row;
    }

    private object? Target(IEntityType entity, IProperty property, IForeignKey key)
    {
        if (key.PrincipalEntityType == entity) return null;
        ITenantOwned principal = made[key.PrincipalEntityType.ClrType];
        return key.PrincipalKey.Properties[key.Properties.ToList().IndexOf(property)].PropertyInfo!.GetValue(principal);
    }

    private object? Value(Type type)
    {
        count++;
        if (Nullable.GetUnderlyingType(type) is { } inner) return Value(inner);
        if (type == typeof(string)) return $"{word} {count} Ü 🧾";
        if (type == typeof(Guid)) return newId();
        if (type == typeof(int)) return count;
        if (type == typeof(long)) return (long)count;
        if (type == typeof(double)) return count / 8.0;
        if (type == typeof(decimal)) return count + 0.1234m;
        if (type == typeof(bool)) return true;
        if (type == typeof(DateTimeOffset)) return start.AddMinutes(count);
        if (type == typeof(DateOnly)) return DateOnly.FromDateTime(start.DateTime).AddDays(count);
        if (type == typeof(byte[])) return Enumerable.Range(count, 32).Select(i => (byte)i).ToArray();
        if (type == typeof(ScopeSet)) return ScopeSet.Parse("read:agents");
        if (type.IsEnum) return Enum.GetValues(type).GetValue(count % Enum.GetValues(type).Length);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            Array list = Array.CreateInstance(type.GetGenericArguments()[0], 1);
            list.SetValue(Value(type.GetGenericArguments()[0]), 0);
            return list;
        }

        if (type == typeof(IReadOnlyDictionary<string, string>)) return new Dictionary<string, string> { [$"key {count}"] = $"{word} {count}" };
        ConstructorInfo record = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        return record.Invoke([.. record.GetParameters().Select(p => Value(p.ParameterType))]);
    }
}
