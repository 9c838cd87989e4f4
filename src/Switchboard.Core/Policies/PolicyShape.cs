using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Policies;

/// <summary>Holds a document against the shape of the policies before it is read, so that every faulty field is named and not the first alone.</summary>
internal static class PolicyShape
{
    /// <summary>Adds a problem for each name that is unknown, each that is missing, and each value of another kind.</summary>
    public static void Check(JsonObject document, List<PolicyProblem> problems) => CheckObject(document, PolicyText.Options.GetTypeInfo(typeof(TenantPolicies)), string.Empty, problems);

    private static void CheckObject(JsonObject node, JsonTypeInfo type, string path, List<PolicyProblem> problems)
    {
        JsonPropertyInfo[] fields = [.. type.Properties.Where(p => p.Set is not null || p.AssociatedParameter is not null)];
        foreach ((string name, JsonNode? value) in node)
        {
            string at = path.Length == 0 ? name : $"{path}.{name}";
            if (fields.FirstOrDefault(f => f.Name == name) is not { } field) problems.Add(new PolicyProblem(at, $"is no field of the policies; fields here are {string.Join(", ", fields.Select(f => f.Name))}"));
            else CheckValue(value, field.PropertyType, field.IsSetNullable, at, problems);
        }
        foreach (JsonPropertyInfo field in fields.Where(f => !node.ContainsKey(f.Name) && (f.IsRequired || f.AssociatedParameter is { HasDefaultValue: false })))
            problems.Add(new PolicyProblem(path.Length == 0 ? field.Name : $"{path}.{field.Name}", $"is missing; it must be {Described(field.PropertyType)}"));
    }

    private static void CheckValue(JsonNode? value, Type type, bool nullable, string path, List<PolicyProblem> problems)
    {
        JsonTypeInfo info = PolicyText.Options.GetTypeInfo(type);
        if (value is null)
        {
            if (!nullable && Nullable.GetUnderlyingType(type) is null) problems.Add(new PolicyProblem(path, $"must be {Described(type)}, not null"));
        }
        else if (info.Kind == JsonTypeInfoKind.Object && value is JsonObject inner) CheckObject(inner, info, path, problems);
        else if (info.Kind == JsonTypeInfoKind.Enumerable && value is JsonArray list)
        {
            for (int i = 0; i < list.Count; i++) CheckValue(list[i], info.ElementType!, nullable: false, $"{path}[{i}]", problems);
        }
        else if (info.Kind != JsonTypeInfoKind.None || !CanRead(value, type)) problems.Add(new PolicyProblem(path, $"must be {Described(type)}, not {Shown(value)}"));
    }

    private static bool CanRead(JsonNode value, Type type)
    {
        try
        {
            value.Deserialize(type, PolicyText.Options);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Shown(JsonNode value) => value switch
    {
        JsonObject => "an object",
        JsonArray => "a list",
        _ => value.ToJsonString(PolicyText.Options) is { Length: <= 60 } text ? text : "a longer text",
    };

    private static string Described(Type type)
    {
        Type kind = Nullable.GetUnderlyingType(type) ?? type;
        string said = kind switch
        {
            _ when kind.IsEnum => $"one of {string.Join(", ", Enum.GetValues(kind).Cast<object>().Select(v => JsonNamingPolicy.SnakeCaseLower.ConvertName(v.ToString()!)))}",
            _ when kind == typeof(string) => "a text (in quotes where it looks like a number)",
            _ when kind == typeof(bool) => "true or false",
            _ when kind == typeof(int) || kind == typeof(long) => "a whole number",
            _ when kind == typeof(decimal) => "a number",
            _ when kind == typeof(TimeSpan) => "a duration such as PT30M, PT4H or P1D",
            _ when kind == typeof(DateOnly) => "a day such as 2026-12-25",
            _ when kind == typeof(TimeOnly) => "a time of the day such as 09:00",
            _ when kind == typeof(DayHours) => "a span of a day such as 09:00-17:00",
            _ when PolicyText.Options.GetTypeInfo(kind).Kind == JsonTypeInfoKind.Enumerable => "a list",
            _ => "an object",
        };
        return Nullable.GetUnderlyingType(type) is null ? said : $"{said}, or null";
    }
}
