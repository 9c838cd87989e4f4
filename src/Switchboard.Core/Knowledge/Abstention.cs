using System.Reflection;

namespace Switchboard.Core.Knowledge;

/// <summary>
/// From which confidence an answer is given, found on the help centre itself: everyday questions that only happen to say one of its words
/// are asked, and the threshold lets at most one in twenty of them through. A help centre with a broad vocabulary needs more than a narrow one.
/// </summary>
internal static class Abstention
{
    // Whatever the corpus says, an answer below the lower bound is never given and one above the upper bound always.
    private const double highest = 0.70;
    private const double allowed = 0.05;
    private const int wordsEach = 4;
    private const int shortestWord = 4;

    private static readonly Lazy<string[]> frames = new(Load);

    /// <summary>The threshold for the index, from the specified 0.55 to 0.70; 0.55 for an index too small to say.</summary>
    public static double Calibrate(KnowledgeIndex index)
    {
        List<string> questions = Questions(index);
        if (questions.Count == 0) return AnswerComposer.LeastConfidence;
        double[] confidences = [.. questions.Select(q => AnswerComposer.ConfidenceOf(index, q)).Order()];
        int last = (int)Math.Ceiling(confidences.Length * (1 - allowed)) - 1;
        // The confidence itself is not let through, so the threshold lies just above it.
        return Math.Clamp(Math.Round(confidences[last] + 0.0001, 4, MidpointRounding.ToEven), AnswerComposer.LeastConfidence, highest);
    }

    private static List<string> Questions(KnowledgeIndex index)
    {
        List<string> words = [.. index.Titles.Select(Telling).Where(w => w is not null).Select(w => w!).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (words.Count < wordsEach * 2) return [];
        var questions = new List<string>();
        for (int f = 0; f < frames.Value.Length; f++)
        {
            // Evenly over the whole help centre and the same each time.
            for (int w = 0; w < wordsEach; w++)
                questions.Add(frames.Value[f].Replace("{word}", words[(int)((long)((f * wordsEach) + w) * words.Count / (frames.Value.Length * wordsEach))], StringComparison.Ordinal));
        }
        return questions;
    }

    /// <summary>The longest word of a title that is made of letters: mostly a name or a thing.</summary>
    private static string? Telling(string title) =>
        TextAnalysis.Terms(title).Where(t => !t.Code && t.Word.Length >= shortestWord && t.Word.All(char.IsLetter)).OrderByDescending(t => t.Word.Length).Select(t => t.Word).FirstOrDefault();

    private static string[] Load()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Switchboard.Core.Knowledge.everyday.en.txt")
            ?? throw new InvalidOperationException("The everyday questions are missing from the assembly.");
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries).Where(l => l.Length > 0 && l[0] != '#')];
    }
}
