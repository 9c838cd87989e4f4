using System.Text.Json;
using Switchboard.Core.Understanding.Injection;

namespace Switchboard.Core.Evaluation;

/// <summary>Measures the detection of instructions that are hidden in articles and tickets.</summary>
public static class InjectionEvaluation
{
    private const double falseAlarms = 0.01;
    private const int hostsEach = 6;
    private const int seed = 20260101;

    /// <summary>
    /// Reads the attacks of <c>text_attack*.json</c> (lists of texts by category) and the documents to hide them in: <c>*.md</c> and ticket threads (<c>tickets.json</c>) below the folder, or beside it
    /// where it holds none. Each attack stands on a line of its own at the beginning, at the end and in the middle of documents drawn with a fixed seed. Reports <c>recall_at_1pct</c>: the share found by
    /// the least score that marks at most 1 % of the documents without an attack; and, at the built-in threshold, <c>recall</c> and <c>false_alarms</c>.
    /// </summary>
    /// <exception cref="InvalidDataException">There are no attacks or no documents.</exception>
    public static EvaluationReport Run(EvaluationRequest request, CancellationToken cancellationToken)
    {
        string folder = File.Exists(request.Data) ? Path.GetDirectoryName(Path.GetFullPath(request.Data))! : Path.GetFullPath(request.Data);
        List<(string Category, string Text)> attacks = [.. DataFiles.Of(request.Data, ".json").Where(f => Path.GetFileName(f).StartsWith("text_attack", StringComparison.Ordinal)).SelectMany(Attacks).Take(request.Limit ?? int.MaxValue)];
        if (attacks.Count == 0) throw new InvalidDataException($"{request.Data} holds no text_attack*.json with attacks.");
        List<string> documents = Documents(folder);
        if (documents.Count == 0 && Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) is { } parent) documents = Documents(parent);
        if (documents.Count < 100) throw new InvalidDataException($"Found {documents.Count} articles and tickets in or beside {folder}; a share of 1 % needs 100 at least.");

        double[] clean = [.. documents.Select(d => Score(d, cancellationToken)).OrderDescending()];
        // What scores above the first document that may not be marked.
        double threshold = clean[(int)(clean.Length * falseAlarms)];
        var random = new Random(seed);
        var hidden = new List<(string Category, string Text, double Score)>();
        foreach ((string category, string text) in attacks)
        {
            for (int n = 0; n < hostsEach; n++)
            {
                List<string> lines = [.. documents[random.Next(documents.Count)].Split('\n')];
                lines.Insert((n % 3) switch { 0 => 0, 1 => lines.Count, _ => random.Next(lines.Count) }, text);
                hidden.Add((category, text, Score(string.Join('\n', lines), cancellationToken)));
            }
        }
        IEnumerable<EvaluationError> errors = hidden.Where(h => h.Score <= threshold).DistinctBy(h => h.Text).Select(h => new EvaluationError(h.Category, h.Text, "found", null, [$"score {h.Score:0.00}"]));
        return new EvaluationReport("injection", Path.GetFullPath(request.Data),
        [
            Measure.Share("recall_at_1pct", [.. hidden.Select(h => h.Score > threshold)]),
            Measure.Share("recall", [.. hidden.Select(h => h.Score >= InjectionDetector.SuspectedFrom)]),
            Measure.Share("false_alarms", [.. clean.Select(s => s >= InjectionDetector.SuspectedFrom)], Better.Lower),
        ], [.. errors.Take(EvaluationReport.MostErrors)]);
    }

    private static double Score(string document, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return InjectionDetector.Score(document, TextOrigin.Document).Score;
    }

    private static IEnumerable<(string, string)> Attacks(string file)
    {
        using JsonDocument json = DataFiles.Json(file);
        if (json.RootElement.ValueKind != JsonValueKind.Object) return [];
        return [.. json.RootElement.EnumerateObject().Where(c => c.Value.ValueKind == JsonValueKind.Array).SelectMany(c => c.Value.EnumerateArray().Where(a => a.ValueKind == JsonValueKind.String).Select(a => (c.Name, a.GetString()!)))];
    }

    private static List<string> Documents(string folder)
    {
        var documents = new List<string>();
        foreach (string file in Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories).Where(f => f.Split(Path.DirectorySeparatorChar).Contains("content")).Order(StringComparer.Ordinal))
        {
            string text = File.ReadAllText(file);
            int front = text.StartsWith("---", StringComparison.Ordinal) ? text.IndexOf("\n---", 3, StringComparison.Ordinal) : -1;
            documents.Add(front < 0 ? text : text[(front + 4)..]);
        }
        foreach (string file in Directory.EnumerateFiles(folder, "tickets.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using JsonDocument json = DataFiles.Json(file);
            if (json.RootElement.ValueKind != JsonValueKind.Array) continue;
            foreach (JsonElement ticket in json.RootElement.EnumerateArray())
            {
                if (!ticket.TryGetProperty("messages", out JsonElement messages) && !ticket.TryGetProperty("Messages", out messages)) continue;
                documents.Add(string.Join('\n', messages.EnumerateArray().Select(m => m.TryGetProperty("text", out JsonElement text) || m.TryGetProperty("Text", out text) ? text.GetString() : string.Empty)));
            }
        }
        return documents;
    }
}
