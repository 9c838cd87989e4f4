using System.Text.Json;

namespace Switchboard.Server.Tests.Contract;

/// <summary>Holds JSON to the part of JSON Schema that the document uses. A keyword it does not know is an error, so that nothing is passed over.</summary>
public sealed class SchemaCheck(IReadOnlyDictionary<string, JsonElement> schemas)
{
    private static readonly HashSet<string> silent = ["description", "title", "default", "example", "examples", "summary", "nullable", "deprecated"];

    /// <summary>What does not fit; null when all does.</summary>
    public string? Problem(JsonElement schema, JsonElement value, string at = "$")
    {
        if (schema.ValueKind == JsonValueKind.True) return null;
        if (schema.ValueKind == JsonValueKind.False) return $"{at}: is not among what there is";
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            string? problem = keyword.Name switch
            {
                "$ref" => Problem(schemas[keyword.Value.GetString()!.Split('/')[^1]], value, at),
                "type" => Types(keyword.Value).Any(t => Is(t, value)) ? null : $"{at}: is {value.ValueKind} and no {keyword.Value.GetRawText()}",
                "format" => Format(keyword.Value.GetString()!, value) ? null : $"{at}: {value.GetRawText()} has not the format {keyword.Value.GetString()}",
                "enum" => keyword.Value.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value)) ? null : $"{at}: {value.GetRawText()} is none of {keyword.Value.GetRawText()}",
                "anyOf" or "oneOf" => keyword.Value.EnumerateArray().Any(s => Problem(s, value, at) is null) ? null : $"{at}: fits no form: {string.Join(" / ", keyword.Value.EnumerateArray().Select(s => Problem(s, value, at)))}",
                "allOf" => keyword.Value.EnumerateArray().Select(s => Problem(s, value, at)).FirstOrDefault(p => p is not null),
                "required" => value.ValueKind != JsonValueKind.Object ? null : keyword.Value.EnumerateArray().Where(n => !value.TryGetProperty(n.GetString()!, out _)).Select(n => $"{at}: lacks {n.GetString()}").FirstOrDefault(),
                "properties" => value.ValueKind != JsonValueKind.Object ? null : keyword.Value.EnumerateObject().Select(p => value.TryGetProperty(p.Name, out JsonElement part) ? Problem(p.Value, part, $"{at}.{p.Name}") : null).FirstOrDefault(p => p is not null),
                "additionalProperties" => Others(schema, keyword.Value, value, at),
                "items" => value.ValueKind != JsonValueKind.Array ? null : value.EnumerateArray().Select((item, i) => Problem(keyword.Value, item, $"{at}[{i}]")).FirstOrDefault(p => p is not null),
                "maxLength" => value.ValueKind == JsonValueKind.String && value.GetString()!.Length > keyword.Value.GetInt32() ? $"{at}: is too long" : null,
                "pattern" => null,
                var name when silent.Contains(name) || name.StartsWith("x-", StringComparison.Ordinal) => null,
                var name => $"{at}: the keyword {name} is none that is known here",
            };
            if (problem is not null) return problem;
        }

        return null;
    }

    public static IEnumerable<string> Types(JsonElement type) => type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()!) : [type.GetString()!];

    private string? Others(JsonElement schema, JsonElement rule, JsonElement value, string at)
    {
        if (value.ValueKind != JsonValueKind.Object) return null;
        foreach (JsonProperty part in value.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out JsonElement known) && known.TryGetProperty(part.Name, out _)) continue;
            if (Problem(rule, part.Value, $"{at}.{part.Name}") is { } problem) return problem;
        }

        return null;
    }

    private static bool Is(string type, JsonElement value) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal number) && decimal.Truncate(number) == number,
        "number" => value.ValueKind == JsonValueKind.Number,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => false,
    };

    private static bool Format(string format, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => format switch
        {
            "uuid" => value.TryGetGuid(out _),
            "date-time" => value.TryGetDateTimeOffset(out _),
            "date" => DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", out _),
            "time" or "uri" or "binary" => true,
            _ => false,
        },
        JsonValueKind.Number => format switch { "int32" => value.TryGetInt32(out _), "int64" => value.TryGetInt64(out _), "double" or "float" => value.TryGetDouble(out _), _ => false },
        _ => true,
    };
}
