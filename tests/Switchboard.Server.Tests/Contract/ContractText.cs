using System.Text;
using System.Text.Json;

namespace Switchboard.Server.Tests.Contract;

/// <summary>The contract as lines that can be read and compared: each route with its access, parameters, body and answers; then each schema with its fields.</summary>
public static class ContractText
{
    public static string Write(ApiDocument document)
    {
        var text = new StringBuilder("# The contract of the API, from the routes themselves. A test compares it with the live document; CONTRIBUTING.md says how it is renewed.\n");
        foreach (ApiRoute route in document.Routes.OrderBy(r => r.Path, StringComparer.Ordinal).ThenBy(r => r.Method, StringComparer.Ordinal))
        {
            text.Append($"\n{route}\n  for {route.Who}{(route.AnyOf.Length > 0 ? " " + string.Join(" | ", route.AnyOf) : "")}{string.Concat(route.AllOf.Select(s => " & " + s))}\n");
            foreach (string place in new[] { "path", "query", "header" })
                foreach (JsonElement parameter in route.Parameters(place).OrderBy(p => p.Text("name"), StringComparer.Ordinal))
                    text.Append($"  {place} {parameter.Text("name")}{(parameter.TryGetProperty("required", out JsonElement needed) && needed.GetBoolean() ? "" : "?")}: {Of(parameter.GetProperty("schema"))}\n");
            foreach (JsonProperty body in route.Body?.EnumerateObject() ?? default) text.Append($"  body {body.Name}: {(body.Value.TryGetProperty("schema", out JsonElement sent) ? Of(sent) : "any")}\n");
            foreach (JsonProperty answer in route.Operation.GetProperty("responses").EnumerateObject().OrderBy(a => a.Name, StringComparer.Ordinal))
            {
                string[] forms = answer.Value.TryGetProperty("content", out JsonElement content) ? [.. content.EnumerateObject().Select(c => c.Name == "application/problem+json" ? "problem" : $"{c.Name}: {(c.Value.TryGetProperty("schema", out JsonElement s) ? Of(s) : "any")}")] : [];
                text.Append($"  {answer.Name} {(forms.Length == 0 ? "nothing" : string.Join(" or ", forms))}\n");
            }
        }

        foreach ((string name, JsonElement schema) in document.Schemas.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            text.Append($"\n{name}");
            if (!schema.TryGetProperty("properties", out JsonElement fields))
            {
                text.Append($" = {Of(schema)}\n");
                continue;
            }

            HashSet<string> needed = schema.TryGetProperty("required", out JsonElement required) ? [.. required.EnumerateArray().Select(r => r.GetString()!)] : [];
            text.Append('\n');
            foreach (JsonProperty field in fields.EnumerateObject().OrderBy(f => f.Name, StringComparer.Ordinal)) text.Append($"  {field.Name}{(needed.Contains(field.Name) ? "" : "?")}: {Of(field.Value)}\n");
        }

        return text.ToString();
    }

    private static string Of(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object) return "any";
        if (schema.TryGetProperty("$ref", out JsonElement reference)) return reference.GetString()!.Split('/')[^1];
        foreach (string either in new[] { "oneOf", "anyOf" })
            if (schema.TryGetProperty(either, out JsonElement forms)) return string.Join(" | ", forms.EnumerateArray().Select(Of));
        if (schema.TryGetProperty("enum", out JsonElement values)) return string.Join(" | ", values.EnumerateArray().Select(v => v.ToString() is { Length: > 0 } said ? said : "null"));
        if (!schema.TryGetProperty("type", out JsonElement type)) return "any";
        return string.Join(" | ", SchemaCheck.Types(type).Order(StringComparer.Ordinal).Select(t => t switch
        {
            "array" => $"[{(schema.TryGetProperty("items", out JsonElement items) ? Of(items) : "any")}]",
            "object" when schema.TryGetProperty("additionalProperties", out JsonElement others) && others.ValueKind == JsonValueKind.Object => $"{{{Of(others)}}}",
            not "null" when schema.TryGetProperty("format", out JsonElement format) => $"{t}({format.GetString()})",
            _ => t,
        }));
    }
}
