namespace Switchboard.Core.Knowledge;

/// <summary>
/// Search for a text of many sentences, such as a whole case: each sentence asks by itself, and an article counts by how well it fits each
/// of them. Taken as one question, a long text is a bag of words in which the few that name its matters drown.
/// </summary>
internal static class LongText
{
    // More words than this are no question any more.
    private const int longestQuestion = 40;
    private const int longestText = 20_000;
    private const int mostSentences = 120;

    // A sentence of many words scores higher with everything; and one sentence that fits well says more than several that fit a little.
    private const double lengthCorrection = 0.25;
    private const double emphasis = 2;

    /// <summary>The parts the text asks by; one, the text itself, when it is a question.</summary>
    public static IReadOnlyList<string> Parts(string text, string language)
    {
        if (text.Length > longestText) text = text[..longestText];
        if (TextAnalysis.Terms(text, language).Count <= longestQuestion) return [text];
        IEnumerable<string> sentences = text.Split('\n').SelectMany(line => SentenceSplitter.Split(line).Select(r => line[r].Trim()));
        List<string> parts = [.. sentences.Where(s => TextAnalysis.Terms(s, language).Count >= 2).Distinct(StringComparer.Ordinal).Take(mostSentences)];
        return parts.Count < 2 ? [text] : parts;
    }

    /// <summary>What a sentence adds to an article's score, given the BM25 it has for the sentence and the idf of the sentence's words.</summary>
    public static double Share(double score, double totalIdf) => Math.Pow(score / Math.Pow(totalIdf, lengthCorrection), emphasis);
}
