using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Switchboard.Core.Context;

namespace Switchboard.Core.Agents.Kinds;

/// <summary>A number that an agent is given lies between two figures, both of them allowed.</summary>
/// <param name="least">The least.</param>
/// <param name="most">The most.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WithinAttribute(double least, double most = double.MaxValue) : Attribute
{
    /// <summary>The least.</summary>
    public double Least => least;

    /// <summary>The most.</summary>
    public double Most => most;
}

/// <summary>A word that an agent is given is one of a closed list.</summary>
/// <param name="words">The list.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOfAttribute(params string[] words) : Attribute
{
    /// <summary>The list.</summary>
    public IReadOnlyList<string> Words => words;
}

/// <summary>
/// Says where a value lies outside of what its field takes. It is asked when a caller gives something, not when a recorded run is read again: what was taken once stays readable.
/// </summary>
internal sealed class AgentBounds
{
    private readonly List<Field> fields = [];

    /// <summary>What the fields of a type take, those of the types inside it among them.</summary>
    public static AgentBounds Of(Type type) => Of(type, []);

    /// <summary>Makes sure that all fields hold what they take.</summary>
    /// <exception cref="AgentInputException">One does not; the message names it.</exception>
    public void Check(object value, string place)
    {
        foreach (Field field in fields)
        {
            string at = $"{place}.{JsonNamingPolicy.CamelCase.ConvertName(field.Property.Name)}";
            if (field.Property.GetValue(value) is { } held) Check(held, at, field);
            else if (field.IsNeeded) throw new AgentInputException(at, "must be given");
        }
    }

    private static void Check(object value, string place, Field field)
    {
        if (value is IDictionary table)
            foreach (DictionaryEntry entry in table) Check(entry.Value ?? throw Nothing($"{place}.{entry.Key}"), $"{place}.{entry.Key}", field);
        else if (value is IEnumerable and not string)
        {
            int at = 0;
            foreach (object? one in (IEnumerable)value)
            {
                if (one is not null) Check(one, $"{place}[{at}]", field);
                else if (!field.TakesNull) throw Nothing($"{place}[{at}]");
                at++;
            }
        }
        else CheckOne(value, place, field);
    }

    private static void CheckOne(object value, string place, Field field)
    {
        // A figure that stands beside its age is bounded as the figure alone.
        (object? held, string at) = field.Figure is { } figure ? (figure.GetValue(value), $"{place}.value") : (value, place);
        if (field.Within is { } within && held is IConvertible and not string && Convert.ToDouble(held, CultureInfo.InvariantCulture) is var number && !(number >= within.Least && number <= within.Most))
            throw new AgentInputException(at, within.Most == double.MaxValue ? FormattableString.Invariant($"must be at least {within.Least}") : FormattableString.Invariant($"must be {within.Least} to {within.Most}"));
        if (field.OneOf is { } one && held is string word && !one.Words.Contains(word, StringComparer.Ordinal)) throw new AgentInputException(at, $"must be one of {string.Join(", ", one.Words)}");
        field.Inner?.Check(value, place);
    }

    private static AgentInputException Nothing(string place) => new(place, "must be a value; leave it out where there is none");

    private static AgentBounds Of(Type type, Dictionary<Type, AgentBounds> known)
    {
        if (known.TryGetValue(type, out AgentBounds? seen)) return seen;
        var bounds = new AgentBounds();
        var nullability = new NullabilityInfoContext();
        known.Add(type, bounds);
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is not null && p.GetIndexParameters().Length == 0 && p.PropertyType.Namespace?.StartsWith("System.Text.Json", StringComparison.Ordinal) != true))
        {
            (Type held, bool many) = HeldBy(property.PropertyType);
            AgentBounds? inner = held.Namespace?.StartsWith("Switchboard", StringComparison.Ordinal) == true && !held.IsEnum ? Of(held, known) : null;
            var field = new Field(property, property.GetCustomAttribute<WithinAttribute>(), property.GetCustomAttribute<OneOfAttribute>(), inner)
            {
                Figure = held.IsGenericType && held.GetGenericTypeDefinition() == typeof(Known<>) ? held.GetProperty(nameof(Known<>.Value)) : null,
                TakesNull = many && Nullable.GetUnderlyingType(held) is not null,
                IsNeeded = !property.PropertyType.IsValueType && nullability.Create(property).ReadState == NullabilityState.NotNull,
            };
            if (many || field.IsNeeded || field.Within is not null || field.OneOf is not null || inner is not null) bounds.fields.Add(field);
        }

        return bounds;
    }

    /// <summary>What stands in a field: of a list or a table its elements.</summary>
    private static (Type Held, bool Many) HeldBy(Type type)
    {
        if (type == typeof(string)) return (type, false);
        Type? list = type.GetInterfaces().Prepend(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        if (list is null) return (Nullable.GetUnderlyingType(type) ?? type, false);
        Type held = list.GetGenericArguments()[0];
        if (held.IsGenericType && held.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)) held = held.GetGenericArguments()[1];
        return (HeldBy(held).Many ? HeldBy(held).Held : held, true);
    }

    /// <summary>A field and what it takes.</summary>
    private sealed record Field(PropertyInfo Property, WithinAttribute? Within, OneOfAttribute? OneOf, AgentBounds? Inner)
    {
        public PropertyInfo? Figure { get; init; }

        public bool TakesNull { get; init; }

        public bool IsNeeded { get; init; }
    }
}
