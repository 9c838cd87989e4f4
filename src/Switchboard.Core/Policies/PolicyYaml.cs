using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Switchboard.Core.Policies;

/// <summary>Between YAML and JSON nodes: the plain kinds that both have, and the line of each field.</summary>
internal static class PolicyYaml
{
    private const int mostDepth = 32;

    /// <summary>A text that was read.</summary>
    /// <param name="Node">What it says; null for nothing.</param>
    /// <param name="Lines">The line of each field by its path.</param>
    /// <param name="Problem">Why it cannot be read; null when it can.</param>
    public sealed record Parsed(JsonNode? Node, IReadOnlyDictionary<string, int> Lines, PolicyTextProblem? Problem);

    /// <summary>Reads a text of one document.</summary>
    public static Parsed Parse(string yaml)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        try
        {
            var parser = new Parser(new StringReader(yaml));
            parser.Consume<StreamStart>();
            // A text without a word changes nothing.
            if (parser.Accept<StreamEnd>(out _)) return new Parsed(new JsonObject(), lines, null);
            parser.Consume<DocumentStart>();
            JsonNode? node = ReadNode(parser, string.Empty, lines, 0);
            parser.Consume<DocumentEnd>();
            if (parser.Accept<DocumentStart>(out DocumentStart? second)) throw new YamlException(second.Start, second.End, "must be one document, not several");
            return new Parsed(node, lines, null);
        }
        catch (YamlException broken)
        {
            return new Parsed(null, lines, new PolicyTextProblem(string.Empty, $"is no YAML that can be read: {broken.Message}", (int)broken.Start.Line));
        }
    }

    /// <summary>Writes a document in block style.</summary>
    public static string Write(JsonObject document)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        WriteNode(emitter, document);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static JsonNode? ReadNode(Parser parser, string path, Dictionary<string, int> lines, int depth)
    {
        ParsingEvent next = parser.Current!;
        if (depth > mostDepth) throw new YamlException(next.Start, next.End, $"must not be nested deeper than {mostDepth}");
        if (next is AnchorAlias || (next is NodeEvent { Anchor.IsEmpty: false })) throw new YamlException(next.Start, next.End, "must not use anchors and aliases: write out what is meant");
        if (next is NodeEvent { Tag.IsEmpty: false }) throw new YamlException(next.Start, next.End, "must not use tags");
        lines.TryAdd(path, (int)next.Start.Line);
        if (next is Scalar scalar)
        {
            parser.MoveNext();
            return Value(scalar);
        }
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _)) list.Add(ReadNode(parser, $"{path}[{list.Count}]", lines, depth + 1));
            return list;
        }
        parser.Consume<MappingStart>();
        var map = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Current is not Scalar key) throw new YamlException(parser.Current!.Start, parser.Current.End, "must have names as keys");
            parser.MoveNext();
            if (map.ContainsKey(key.Value)) throw new YamlException(key.Start, key.End, $"must not give \"{key.Value}\" twice");
            string at = path.Length == 0 ? key.Value : $"{path}.{key.Value}";
            lines[at] = (int)key.Start.Line;
            map[key.Value] = ReadNode(parser, at, lines, depth + 1);
        }
        return map;
    }

    /// <summary>A plain word that reads like a number, a truth or nothing is one (the core schema of YAML 1.2, without its hexadecimal and octal numbers); every other is a text.</summary>
    private static JsonNode? Value(Scalar scalar) => scalar.Style != ScalarStyle.Plain ? JsonValue.Create(scalar.Value) : Plain(scalar.Value);

    private static JsonNode? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };

    private static void WriteNode(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(new MappingStart(null, null, isImplicit: true, map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach ((string name, JsonNode? value) in map)
                {
                    emitter.Emit(new Scalar(name));
                    WriteNode(emitter, value);
                }
                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                // A list of plain values stays in its line.
                emitter.Emit(new SequenceStart(null, null, isImplicit: true, list.All(i => i is JsonValue) ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (JsonNode? item in list) WriteNode(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case null:
                emitter.Emit(new Scalar("null"));
                break;
            case var value when value.GetValueKind() == JsonValueKind.String:
                string text = value.GetValue<string>();
                // What would be read as something else than a text stands in quotes.
                bool plain = Plain(text) is JsonValue read && read.GetValueKind() == JsonValueKind.String;
                emitter.Emit(new Scalar(null, null, text, plain ? ScalarStyle.Any : ScalarStyle.DoubleQuoted, isPlainImplicit: plain, isQuotedImplicit: true));
                break;
            default:
                emitter.Emit(new Scalar(node.ToJsonString()));
                break;
        }
    }
}
