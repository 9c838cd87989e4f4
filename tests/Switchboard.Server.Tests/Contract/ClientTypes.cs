using System.Text;
using System.Text.Json;

namespace Switchboard.Server.Tests.Contract;

/// <summary>The types of the typed client, from the schemas of the document.</summary>
public sealed class ClientTypes(ApiDocument document)
{
    private const string page = "PageOf", items = "ItemsViewOf", either = "EitherOf";
    private static readonly string[] written = ["Problem"];

    /// <summary>A file with a record for each object and an enum for each choice.</summary>
    public string Write()
    {
        var text = new StringBuilder(ClientSource.Head).Append("using System.Text.Json;\nusing System.Text.Json.Serialization;\n\nnamespace Switchboard.Client;\n");
        foreach ((string name, JsonElement schema) in document.Schemas.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            if (written.Contains(name) || name.StartsWith(page, StringComparison.Ordinal) || name.StartsWith(items, StringComparison.Ordinal) || schema.TryGetProperty("anyOf", out _) || IsAnything(schema)) continue;
            text.Append($"\n/// <summary>{Summary(schema, name)}</summary>\n");
            if (schema.TryGetProperty("enum", out JsonElement values)) WriteEnum(text, name, [.. values.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)]);
            else WriteRecord(text, name, schema);
        }

        return text.ToString();
    }

    /// <summary>The type of a schema, with a question mark where null is allowed.</summary>
    public string Of(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference)) return Named(reference.GetString()!.Split('/')[^1]);
        foreach (string choice in new[] { "oneOf", "anyOf" })
            if (schema.TryGetProperty(choice, out JsonElement forms)) return Forms([.. forms.EnumerateArray()]);
        if (!schema.TryGetProperty("type", out JsonElement type)) return schema.TryGetProperty("enum", out _) ? "string?" : "JsonElement";
        string[] types = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString()!)] : [type.GetString()!];
        string form = schema.TryGetProperty("format", out JsonElement said) ? said.GetString()! : "";
        string one = types.First(t => t != "null") switch
        {
            "string" => form switch { "uuid" => "Guid", "date-time" => "DateTimeOffset", "date" => "DateOnly", _ => "string" },
            "integer" => form == "int64" ? "long" : "int",
            "number" => form == "float" ? "float" : "decimal",
            "boolean" => "bool",
            "array" => $"IReadOnlyList<{Of(schema.GetProperty("items"))}>",
            "object" when schema.TryGetProperty("additionalProperties", out JsonElement more) && more.ValueKind == JsonValueKind.Object => $"IReadOnlyDictionary<string, {Of(more)}>",
            "object" => "JsonElement",
            string other => throw new InvalidOperationException($"What is {other}?"),
        };
        return types.Contains("null") ? one + "?" : one;
    }

    /// <summary>The one type of several answers; one of two where they differ.</summary>
    public static string Any(IReadOnlyList<string> types) => types.Count == 1 ? types[0] : $"Either<{types[0]}, {Any([.. types.Skip(1)])}>";

    /// <summary>The types that a schema of an answer stands for.</summary>
    public IEnumerable<string> Answers(JsonElement schema) =>
        schema.TryGetProperty("$ref", out JsonElement reference) && document.Schemas[reference.GetString()!.Split('/')[^1]].TryGetProperty("anyOf", out JsonElement forms) ? forms.EnumerateArray().SelectMany(Answers) : [Of(schema)];

    /// <summary>Words as they may stand in a comment of a member.</summary>
    public static string Summary(JsonElement schema, string otherwise)
    {
        string words = schema.TryGetProperty("description", out JsonElement said) && said.GetString() is { Length: > 0 } text ? text : otherwise + ".";
        return words.ReplaceLineEndings(" ").Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
    }

    private string Named(string name)
    {
        if (IsAnything(document.Schemas[name])) return "JsonElement";
        if (document.Schemas[name].TryGetProperty("anyOf", out JsonElement forms) && name.StartsWith(either, StringComparison.Ordinal)) return Any([.. forms.EnumerateArray().SelectMany(Answers)]);
        // A list says what its rows are; the name of its schema only repeats it.
        foreach ((string start, string generic) in new[] { (page, "Page"), (items, "ItemsView") })
            if (name.StartsWith(start, StringComparison.Ordinal)) return $"{generic}<{Of(document.Schemas[name].GetProperty("properties").GetProperty("items").GetProperty("items"))}>";
        return name;
    }

    /// <summary>Whether it says nothing of the form.</summary>
    private static bool IsAnything(JsonElement schema) => !schema.EnumerateObject().Any(p => p.Name != "description");

    private string Forms(JsonElement[] forms)
    {
        JsonElement[] others = [.. forms.Where(f => !(f.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String && type.GetString() == "null"))];
        string type = Any([.. others.Select(Of)]);
        return others.Length < forms.Length && !type.EndsWith('?') ? type + "?" : type;
    }

    private static void WriteEnum(StringBuilder text, string name, string[] values)
    {
        text.Append($"public enum {name}\n{{\n");
        // The first is what a value is that this client does not know.
        if (!values.Contains("unknown")) text.Append("    /// <summary>What this client does not know.</summary>\n    Unknown,\n");
        foreach (string value in values.OrderByDescending(v => v == "unknown")) text.Append($"\n    /// <summary>{value}</summary>\n    [JsonStringEnumMemberName(\"{value}\")]\n    {ClientNames.Pascal(value)},\n");
        text.Append("}\n");
    }

    private void WriteRecord(StringBuilder text, string name, JsonElement schema)
    {
        HashSet<string> needed = schema.TryGetProperty("required", out JsonElement required) ? [.. required.EnumerateArray().Select(r => r.GetString()!)] : [];
        text.Append($"public sealed record {name}\n{{\n");
        bool isFirst = true;
        foreach (JsonProperty field in schema.TryGetProperty("properties", out JsonElement fields) ? fields.EnumerateObject().ToArray() : [])
        {
            if (!isFirst) text.Append('\n');
            isFirst = false;
            string type = Of(field.Value), own = ClientNames.Pascal(field.Name);
            bool isNeeded = needed.Contains(field.Name);
            if (!isNeeded && !type.EndsWith('?')) type += "?";
            text.Append($"    /// <summary>{Summary(field.Value, field.Name)}</summary>\n");
            // A member cannot have the name of its type.
            if (own == name) own += "Value";
            if (JsonNamingPolicy.CamelCase.ConvertName(own) != field.Name) text.Append($"    [JsonPropertyName(\"{field.Name}\")]\n");
            text.Append($"    public {(isNeeded ? "required " : "")}{type} {own} {{ get; init; }}\n");
        }

        text.Append("}\n");
    }
}
