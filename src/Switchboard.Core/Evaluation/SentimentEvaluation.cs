using System.Globalization;
using System.Net;
using Switchboard.Core.Understanding.Sentiment;

namespace Switchboard.Core.Evaluation;

/// <summary>Measures the sentiment of profile <c>general</c> on texts that people rated.</summary>
public static class SentimentEvaluation
{
    // The rating is -4..4 and the score -1..1; both count as neutral within a twentieth of their range, as the set's authors do.
    private const double neutral = 0.05;
    private const double ratingRange = 4;

    /// <summary>
    /// Reads <c>*.txt</c> with lines of id, mean rating (-4..4) and text, separated by tabs, and reports <c>spearman</c> (rank correlation, ties by mean rank), <c>macro_f1</c> and <c>weighted_f1</c>
    /// of the classes negative, neutral and positive, and <c>accuracy</c>.
    /// </summary>
    /// <exception cref="InvalidDataException">There is no such file.</exception>
    public static EvaluationReport Run(EvaluationRequest request, CancellationToken cancellationToken)
    {
        var rows = new List<(string Set, string Text, double Rating, double Score)>();
        foreach (string file in DataFiles.Of(request.Data, ".txt", ".tsv"))
        {
            int taken = 0;
            foreach (string line in File.ReadLines(file))
            {
                cancellationToken.ThrowIfCancellationRequested();
                string[] parts = line.Split('\t', 3);
                if (parts.Length < 3 || taken >= request.Limit || !double.TryParse(parts[1], CultureInfo.InvariantCulture, out double rating)) continue;
                taken++;
                rows.Add((Path.GetFileNameWithoutExtension(file), parts[2], rating, SentimentAnalyzer.Analyze(WebUtility.HtmlDecode(parts[2]), "en", SentimentProfile.General).Score ?? 0));
            }
        }
        if (rows.Count == 0) throw new InvalidDataException($"{request.Data} holds no *.txt with lines of id, rating and text separated by tabs.");
        int[] expected = [.. rows.Select(r => Class(r.Rating / ratingRange))];
        int[] got = [.. rows.Select(r => Class(r.Score))];
        string[] names = ["negative", "neutral", "positive"];
        IEnumerable<EvaluationError> errors = rows.Select((r, i) => (r, i)).Where(x => expected[x.i] != got[x.i]).OrderByDescending(x => Math.Abs(x.r.Rating / ratingRange - x.r.Score))
            .Select(x => new EvaluationError(x.r.Set, x.r.Text, names[expected[x.i] + 1], null, [string.Create(CultureInfo.InvariantCulture, $"{names[got[x.i] + 1]} ({x.r.Score:0.00}, rated {x.r.Rating / ratingRange:0.00})")]));
        return new EvaluationReport("sentiment", Path.GetFullPath(request.Data),
        [
            Measure.Statistic("spearman", rows.Count, items => Pearson(Ranks([.. items.Select(i => rows[i].Rating)]), Ranks([.. items.Select(i => rows[i].Score)])), Better.Higher),
            Measure.Statistic("macro_f1", rows.Count, items => ClassF1(items, expected, got).Average(c => c.F1), Better.Higher),
            Measure.Statistic("weighted_f1", rows.Count, items => ClassF1(items, expected, got).Sum(c => c.F1 * c.Share), Better.Higher),
            Measure.Share("accuracy", [.. expected.Zip(got, (a, b) => a == b)]),
        ], [.. errors.Take(EvaluationReport.MostErrors)])
        { Confusions = EvaluationReport.Confuse(expected.Zip(got, (a, b) => (names[a + 1], names[b + 1]))) };
    }

    private static int Class(double value) => value >= neutral ? 1 : value <= -neutral ? -1 : 0;

    private static IEnumerable<(double F1, double Share)> ClassF1(int[] items, int[] expected, int[] got)
    {
        for (int c = -1; c <= 1; c++)
        {
            int right = 0, wrong = 0, missed = 0;
            foreach (int i in items)
            {
                if (expected[i] == c && got[i] == c) right++;
                else if (got[i] == c) wrong++;
                else if (expected[i] == c) missed++;
            }
            yield return (right == 0 ? 0 : 2.0 * right / (2 * right + wrong + missed), (double)(right + missed) / items.Length);
        }
    }

    private static double[] Ranks(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort([.. values], order);
        var ranks = new double[values.Length];
        for (int i = 0; i < order.Length;)
        {
            int j = i;
            while (j < order.Length && values[order[j]].Equals(values[order[i]])) j++;
            for (int k = i; k < j; k++) ranks[order[k]] = (i + j - 1) / 2.0;
            i = j;
        }
        return ranks;
    }

    private static double Pearson(double[] a, double[] b)
    {
        double meanA = a.Average(), meanB = b.Average();
        double product = 0, squareA = 0, squareB = 0;
        for (int i = 0; i < a.Length; i++)
        {
            product += (a[i] - meanA) * (b[i] - meanB);
            squareA += (a[i] - meanA) * (a[i] - meanA);
            squareB += (b[i] - meanB) * (b[i] - meanB);
        }
        return squareA == 0 || squareB == 0 ? 0 : product / Math.Sqrt(squareA * squareB);
    }
}
