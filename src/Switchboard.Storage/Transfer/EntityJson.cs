using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Core;
using Switchboard.Domain;
using Switchboard.Domain.Identity;

namespace Switchboard.Storage.Transfer;

/// <summary>An entity's rows as JSON: each stored property by its name, but not the tenant, so that a line means the same in every tenant.</summary>
internal sealed class EntityJson
{
    private readonly IEntityType entity;
    private readonly IReadOnlyList<(string Name, PropertyInfo Property)> properties;

    /// <summary>Takes the properties from the model.</summary>
    public EntityJson(IEntityType entity)
    {
        this.entity = entity;
        properties = [.. entity.GetProperties()
            .Where(p => !p.IsShadowProperty() && p.Name != nameof(ITenantOwned.TenantId))
            .Select(p => (JsonNamingPolicy.CamelCase.ConvertName(p.Name), p.PropertyInfo!))
            .OrderBy(p => p.Item1, StringComparer.Ordinal)];
        SelfReference = entity.GetForeignKeys().FirstOrDefault(k => k.PrincipalEntityType == entity)?.Properties.FirstOrDefault(p => p.Name != nameof(ITenantOwned.TenantId))?.PropertyInfo;
    }

    /// <summary>The property by which a row points to another of its kind; null when none does.</summary>
    public PropertyInfo? SelfReference { get; }

    /// <summary>The rows in the order of their key.</summary>
    public IQueryable<T> Ordered<T>(IQueryable<T> rows) where T : class
    {
        Expression query = rows.Expression;
        bool first = true;
        foreach (PropertyInfo key in entity.FindPrimaryKey()!.Properties.Where(p => p.Name != nameof(ITenantOwned.TenantId)).Select(p => p.PropertyInfo!))
        {
            ParameterExpression row = Expression.Parameter(typeof(T), "row");
            LambdaExpression by = Expression.Lambda(Expression.Property(row, key), row);
            query = Expression.Call(typeof(Queryable), first ? nameof(Queryable.OrderBy) : nameof(Queryable.ThenBy), [typeof(T), key.PropertyType], query, Expression.Quote(by));
            first = false;
        }

        return rows.Provider.CreateQuery<T>(query);
    }

    /// <summary>Writes a row.</summary>
    public void Write(Utf8JsonWriter writer, object row)
    {
        writer.WriteStartObject();
        foreach ((string name, PropertyInfo property) in properties)
        {
            writer.WritePropertyName(name);
            switch (property.GetValue(row))
            {
                case null:
                    writer.WriteNullValue();
                    break;
                case decimal money:
                    // 1.5 and 1.5000 are the same amount, and databases give now one and now the other.
                    writer.WriteNumberValue(money / 1.0000000000000000000000000000m);
                    break;
                case ScopeSet scopes:
                    writer.WriteStringValue(scopes.ToString());
                    break;
                case { } value:
                    JsonSerializer.Serialize(writer, value, property.PropertyType, Json.Options);
                    break;
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Makes a row of a line.</summary>
    /// <exception cref="FormatException">The line is no such row.</exception>
    public ITenantOwned Read(string line, Guid tenantId)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            var row = (ITenantOwned)Activator.CreateInstance(entity.ClrType, nonPublic: true)!;
            entity.FindProperty(nameof(ITenantOwned.TenantId))!.PropertyInfo!.SetValue(row, tenantId);
            int read = 0;
            foreach ((string name, PropertyInfo property) in properties)
            {
                if (!document.RootElement.TryGetProperty(name, out JsonElement value))
                {
                    // An archive of an earlier version lacks a column that came later; one that may be null says then that nothing is known.
                    if (entity.FindProperty(property.Name) is { IsNullable: true }) continue;
                    throw new FormatException($"{name} is missing");
                }

                read++;
                property.SetValue(row, property.PropertyType == typeof(ScopeSet) ? ScopeSet.Parse(value.GetString()!) : value.Deserialize(property.PropertyType, Json.Options));
            }

            return read == document.RootElement.EnumerateObject().Count() ? row : throw new FormatException("it has a field that is unknown here");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException or TargetInvocationException)
        {
            throw new FormatException("it is not such a row: " + error.Message, error);
        }
    }

    /// <summary>Rows of which none stands before the one it points to.</summary>
    public IEnumerable<T> PrincipalsFirst<T>(IEnumerable<T> rows) where T : class, ITenantOwned
    {
        if (SelfReference is null)
        {
            foreach (T row in rows) yield return row;
            yield break;
        }

        var waiting = new Dictionary<Guid, List<T>>();
        var given = new HashSet<Guid>();
        var ready = new Stack<T>();
        foreach (T row in rows)
        {
            if (SelfReference.GetValue(row) is not Guid principal || given.Contains(principal)) ready.Push(row);
            else if (waiting.TryGetValue(principal, out List<T>? others)) others.Add(row);
            else waiting[principal] = [row];
            while (ready.TryPop(out T? next))
            {
                yield return next;
                Guid id = ((TenantRow)(object)next).Id;
                given.Add(id);
                if (waiting.Remove(id, out List<T>? freed)) freed.ForEach(ready.Push);
            }
        }

        // What still waits points to a row that is not there; the database says so.
        foreach (T row in waiting.Values.SelectMany(w => w)) yield return row;
    }
}
