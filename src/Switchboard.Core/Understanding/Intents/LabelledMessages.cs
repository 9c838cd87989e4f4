using System.Text;
using System.Text.Json;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>
/// Reads labelled messages: <c>.csv</c> and <c>.tsv</c> with a header, <c>.jsonl</c> of objects, <c>.json</c> of an array of objects or of an object whose members are lists of
/// <c>[text, label]</c> pairs. The text is the column <c>text</c>, <c>utterance</c>, <c>instruction</c>, <c>message</c> or <c>query</c>, the label <c>intent</c>, <c>label</c> or
/// <c>category</c>, whichever comes first in these lists; <c>oos</c> is the label of what nobody serves. Rows that lack one are passed over.
/// </summary>
public static class LabelledMessages
{
    private static readonly string[] textNames = ["text", "utterance", "instruction", "message", "query"];
    private static readonly string[] labelNames = ["intent", "label", "category"];
    private static readonly string[] kinds = [".csv", ".tsv", ".json", ".jsonl"];

    /// <summary>All of a file, or of the files of a folder in the order of their names; a message that occurs twice with one label is taken once.</summary>
    /// <exception cref="InvalidDataException">There is nothing labelled there.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<IntentExample> Read(string path)
    {
        string[] files = Directory.Exists(path) ? [.. Directory.EnumerateFiles(path).Where(f => kinds.Contains(Path.GetExtension(f).ToLowerInvariant())).Order(StringComparer.Ordinal)] : [path];
        List<IntentExample> found = [.. files.SelectMany(ReadFile).Where(e => !string.IsNullOrWhiteSpace(e.Text) && !string.IsNullOrWhiteSpace(e.Label)).DistinctBy(e => (e.Text, e.Label))];
        if (found.Count == 0) throw new InvalidDataException($"{path} holds no labelled messages. Expected are .csv, .tsv, .jsonl or .json files with a column {string.Join('|', textNames)} and a column {string.Join('|', labelNames)}.");
        return found;
    }

    private static IEnumerable<IntentExample> ReadFile(string path)
    {
        try
        {
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".csv" => Table(Rows(File.ReadAllText(path))),
                ".tsv" => Table(File.ReadLines(path).Select(l => l.Split('\t'))),
                ".jsonl" => [.. File.ReadLines(path).Where(l => !string.IsNullOrWhiteSpace(l)).Select(l => JsonDocument.Parse(l).RootElement).Select(FromObject)],
                _ => FromJson(JsonDocument.Parse(File.ReadAllText(path)).RootElement),
            };
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is not JSON: {error.Message}", error);
        }
    }

    private static IEnumerable<IntentExample> FromJson(JsonElement root) => root.ValueKind switch
    {
        JsonValueKind.Array => root.EnumerateArray().Select(FromObject),
        JsonValueKind.Object => root.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Array).SelectMany(p => p.Value.EnumerateArray()).Select(FromPair),
        _ => [],
    };

    private static IntentExample FromPair(JsonElement row) =>
        row.ValueKind == JsonValueKind.Array && row.GetArrayLength() >= 2 ? new IntentExample(StringOf(row[0]), StringOf(row[1])) : FromObject(row);

    private static IntentExample FromObject(JsonElement row) => row.ValueKind == JsonValueKind.Object ? new IntentExample(Member(row, textNames), Member(row, labelNames)) : new IntentExample("", "");

    private static string Member(JsonElement row, string[] names) => names.Select(n => row.TryGetProperty(n, out JsonElement value) ? StringOf(value) : "").FirstOrDefault(v => v.Length > 0) ?? "";

    private static string StringOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static IEnumerable<IntentExample> Table(IEnumerable<string[]> rows)
    {
        int text = -1, label = -1, width = 0;
        foreach (string[] row in rows)
        {
            if (width == 0)
            {
                width = row.Length;
                text = Column(row, textNames);
                label = Column(row, labelNames);
                if (text < 0 || label < 0) yield break;
            }
            else if (row.Length == width) yield return new IntentExample(row[text], row[label].Trim());
        }
    }

    private static int Column(string[] header, string[] names) => names.Select(n => Array.FindIndex(header, h => string.Equals(h.Trim('\uFEFF', ' ', '\r'), n, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(i => i >= 0, -1);

    /// <summary>Comma-separated values as in RFC 4180: quotes may enclose commas, line breaks and doubled quotes.</summary>
    private static IEnumerable<string[]> Rows(string text)
    {
        var row = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"') field.Append(text[i++]);
            else if (c == '"') quoted = !quoted;
            else if (c is ',' or '\n' && !quoted)
            {
                row.Add(field.ToString());
                field.Clear();
                if (c != '\n') continue;
                yield return [.. row];
                row.Clear();
            }
            else if (c != '\r' || quoted) field.Append(c);
        }
        if (field.Length == 0 && row.Count == 0) yield break;
        row.Add(field.ToString());
        yield return [.. row];
    }
}
