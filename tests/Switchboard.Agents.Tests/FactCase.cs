using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Core.Agents;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Switchboard.Agents.Tests;

/// <summary>An example of an agent that computes: what it takes, what it is computed from, and what must come out. What is not named in the expectation is not looked at.</summary>
public sealed record FactCase(string Name, DateTimeOffset Now, JsonObject Input, JsonObject Facts, JsonObject Expect)
{
    private static readonly DateTimeOffset usual = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    /// <summary>The cases of an agent; of one that is talked with as well they stand beside its talks.</summary>
    public static List<FactCase> Of(AgentCard card) => Parse(File.ReadAllText(Path.Combine(DeskCase.Folder, card.Id + (card.Kind == AgentKind.Specialist ? DeskCase.FactsEnd : ".yaml"))));

    public static List<FactCase> Parse(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return [.. ((JsonArray)ToJson(stream.Documents[0].RootNode)!).Select(n => (JsonObject)n!).Select(c => new FactCase(
            (string)c["name"]!,
            c["now"] is { } now ? DateTimeOffset.Parse((string)now!, CultureInfo.InvariantCulture) : usual,
            Taken(c, "input"),
            Taken(c, "facts"),
            Taken(c, "expect")))];
    }

    private static JsonObject Taken(JsonObject one, string name) => (JsonObject?)one[name]?.DeepClone() ?? [];

    /// <summary>YAML as JSON: a plain scalar is what it looks like, a quoted one is text.</summary>
    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, ToJson(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => scalar.Value switch
        {
            null or "" or "null" or "~" => null,
            "true" => JsonValue.Create(true),
            "false" => JsonValue.Create(false),
            { } text when IsNumber(text) => JsonNode.Parse(text),
            { } text => JsonValue.Create(text),
        },
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidDataException($"{node} has no form in JSON."),
    };

    private static bool IsNumber(string text) => (char.IsAsciiDigit(text[0]) || text[0] == '-') && !text.Contains(':') && text.IndexOf('-', 1) < 0 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}

/// <summary>Compares what came out with what must.</summary>
public static class Expected
{
    /// <summary>What differs, a line each. Of an object only the named properties are looked at; a list must be as long and agree item by item; a number must agree to the digits that are written.</summary>
    public static IEnumerable<string> Differences(JsonNode? expected, JsonElement? actual, string path)
    {
        if (actual is not { } got) return expected is null ? [] : [$"{path} is missing"];
        return expected switch
        {
            JsonObject wanted => got.ValueKind == JsonValueKind.Object
                ? wanted.SelectMany(p => Differences(p.Value, got.TryGetProperty(p.Key, out JsonElement value) ? value : null, $"{path}.{p.Key}"))
                : [$"{path} is {got.GetRawText()} instead of an object"],
            JsonArray wanted => got.ValueKind == JsonValueKind.Array && got.GetArrayLength() == wanted.Count
                ? wanted.SelectMany((item, i) => Differences(item, got[i], $"{path}[{i}]"))
                : [$"{path} is {got.GetRawText()} instead of {wanted.Count} items"],
            null => got.ValueKind == JsonValueKind.Null ? [] : [$"{path} is {got.GetRawText()} instead of null"],
            JsonValue value when value.GetValueKind() == JsonValueKind.Number => Agrees(value.ToJsonString(), got) ? [] : [$"{path} is {got.GetRawText()} instead of {value.ToJsonString()}"],
            _ => JsonElement.DeepEquals(JsonSerializer.SerializeToElement(expected), got) ? [] : [$"{path} is {got.GetRawText()} instead of {expected.ToJsonString()}"],
        };
    }

    private static bool Agrees(string wanted, JsonElement got)
    {
        if (got.ValueKind != JsonValueKind.Number) return false;
        int digits = wanted.Contains('.') ? wanted.Length - wanted.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
        return Math.Abs(got.GetDecimal() - decimal.Parse(wanted, CultureInfo.InvariantCulture)) <= (digits == 0 ? 0 : 0.5m / (decimal)Math.Pow(10, digits));
    }
}
