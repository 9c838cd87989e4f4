using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Switchboard.Core.Context;
using Switchboard.Domain;

namespace Switchboard.Core.Agents.Kinds;

/// <summary>Holds what an agent is given to the rules on its fields, so that nothing is computed from an amount below zero, a currency that is none or a word that means nothing.</summary>
internal static class AgentValues
{
    private const string house = "Switchboard.";
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<(PropertyInfo Field, ValueRuleAttribute? Rule)>> known = new();

    /// <summary>Looks through a value and all in it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="place">What it is called: <c>facts</c>.</param>
    /// <exception cref="AgentInputException">A field has a value that it must not have; the message names it.</exception>
    public static void Check(object value, string place)
    {
        foreach ((PropertyInfo field, ValueRuleAttribute? rule) in FieldsOf(value.GetType()))
        {
            string name = $"{place}.{JsonNamingPolicy.CamelCase.ConvertName(field.Name)}";
            object? given = field.GetValue(value);
            if (given is IDictionary table)
            {
                foreach (DictionaryEntry entry in table) One(entry.Value ?? throw Nothing($"{name}.{entry.Key}"), rule, $"{name}.{entry.Key}");
            }
            else if (given is IEnumerable list and not string)
            {
                int at = 0;
                foreach (object? item in list)
                {
                    if (item is not null) One(item, rule, $"{name}[{at}]");
                    else if (!TakesNull(field.PropertyType)) throw Nothing($"{name}[{at}]");
                    at++;
                }
            }
            else if (given is not null)
            {
                One(given, rule, name);
            }
            else if (rule is not null && new NullabilityInfoContext().Create(field).ReadState == NullabilityState.NotNull)
            {
                throw new AgentInputException(name, "must be given");
            }
        }
    }

    /// <summary>Writes the rules of a field into its schema.</summary>
    public static JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is not JsonObject field || context.PropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(ValueRuleAttribute), inherit: true) is not [ValueRuleAttribute rule, ..]) return schema;
        // Of a list it holds for the items, of a table for the entries, and of a figure that stands beside its age for the figure.
        JsonObject of = field["items"] as JsonObject ?? field["additionalProperties"] as JsonObject ?? (field["properties"]?["asOf"] is null ? field : field["properties"]!["value"] as JsonObject ?? field);
        if (rule is AtLeastAttribute least) of["minimum"] = least.Least;
        if (rule is BetweenAttribute range) (of["minimum"], of["maximum"]) = (range.Least, range.Most);
        if (rule is CurrencyCodeAttribute) of["pattern"] = "^[A-Z]{3}$";
        if (rule is OneOfAttribute words) of["enum"] = new JsonArray([.. words.Words.Select(w => (JsonNode)w), null]);
        return schema;
    }

    /// <summary>Lets no amount, instant, id or kind that an item is made of be left out: it would count as zero, as nobody's or as the first of its kind.</summary>
    public static void Demand(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo field in type.Properties)
        {
            if (IsOurs(type.Type) && field.AssociatedParameter is { HasDefaultValue: false } && IsPlain(field.PropertyType)) field.IsRequired = true;
        }
    }

    private static bool IsPlain(Type type) => type.IsEnum || type == typeof(decimal) || type == typeof(Guid) || type == typeof(DateOnly) || type == typeof(DateTimeOffset);

    private static void One(object given, ValueRuleAttribute? rule, string name)
    {
        // A figure that stands beside its age is held to the rule as the figure alone.
        if (given.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Known<>))
        {
            if (type.GetProperty(nameof(Known<>.Value))!.GetValue(given) is { } figure && rule?.FaultOf(figure) is { } wrong) throw new AgentInputException($"{name}.value", wrong);
            return;
        }

        if (rule?.FaultOf(given) is { } fault) throw new AgentInputException(name, fault);
        if (IsOurs(given.GetType())) Check(given, name);
    }

    private static bool TakesNull(Type list) => list.IsGenericType && Nullable.GetUnderlyingType(list.GetGenericArguments()[^1]) is not null;

    private static AgentInputException Nothing(string place) => new(place, "must not be null");

    private static IReadOnlyList<(PropertyInfo Field, ValueRuleAttribute? Rule)> FieldsOf(Type type) => known.GetOrAdd(type, static t =>
        [.. t.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanRead && p.CanWrite && p.GetIndexParameters().Length == 0).Select(p => (p, Rule: p.GetCustomAttribute<ValueRuleAttribute>()))
            .Where(p => p.Rule is not null || IsMany(p.p.PropertyType) || Holds(p.p.PropertyType))]);

    private static bool IsMany(Type type) => type != typeof(string) && type.Namespace?.StartsWith("System.Text.Json", StringComparison.Ordinal) != true && typeof(IEnumerable).IsAssignableFrom(type);

    private static bool Holds(Type type) => IsOurs(type) || (type.IsGenericType && type.GetGenericArguments().Any(Holds));

    private static bool IsOurs(Type type) => !type.IsEnum && type.Namespace?.StartsWith(house, StringComparison.Ordinal) == true;
}
