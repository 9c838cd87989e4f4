using Switchboard.Core.Understanding.Language;

namespace Switchboard.Core.Evaluation;

/// <summary>Measures language detection on texts with a labelled language.</summary>
public static class LanguageEvaluation
{
    /// <summary>
    /// Reads <c>*.tsv</c> with lines of BCP 47 tag and text, separated by a tab, or <c>*.csv</c> of English messages, and reports <c>accuracy</c> (unknown counts as wrong), <c>unknown</c>, the share
    /// without an answer, and <c>wrong</c>, the share with another one.
    /// </summary>
    /// <exception cref="InvalidDataException">There is no such file.</exception>
    public static EvaluationReport Run(EvaluationRequest request, CancellationToken cancellationToken)
    {
        var detector = new LanguageDetector();
        var rows = new List<(string Set, string Text, string Expected, string Got)>();
        foreach (string file in DataFiles.Of(request.Data, ".tsv", ".csv"))
        {
            IEnumerable<(string Tag, string Text)> texts = file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? DataFiles.CsvTexts(file).Select(t => ("en", t))
                : File.ReadLines(file).Select(l => l.Split('\t', 2)).Where(p => p.Length == 2).Select(p => (p[0], p[1]));
            foreach ((string tag, string text) in texts.Take(request.Limit ?? int.MaxValue))
            {
                cancellationToken.ThrowIfCancellationRequested();
                rows.Add((Path.GetFileNameWithoutExtension(file), text, tag, detector.Detect(text).Tag));
            }
        }
        if (rows.Count == 0) throw new InvalidDataException($"{request.Data} holds no *.tsv with lines of language and text separated by a tab.");
        return new EvaluationReport("language", Path.GetFullPath(request.Data),
        [
            Measure.Share("accuracy", [.. rows.Select(r => r.Expected == r.Got)]),
            Measure.Share("unknown", [.. rows.Select(r => r.Got == "und")], Better.Lower),
            Measure.Share("wrong", [.. rows.Select(r => r.Got != "und" && r.Got != r.Expected)], Better.Lower),
        ], [.. rows.Where(r => r.Got != r.Expected).Take(EvaluationReport.MostErrors).Select(r => new EvaluationError(r.Set, r.Text, r.Expected, null, [r.Got]))])
        { Confusions = EvaluationReport.Confuse(rows.Select(r => (r.Expected, r.Got))) };
    }
}
