namespace Switchboard.Core.Knowledge;

/// <summary>The piece of a chunk that shows why it was found.</summary>
internal static class Snippet
{
    private const int longest = 240;

    public static (string Text, IReadOnlyList<SnippetSpan> Spans) Of(QueryPlan plan, AnalysedChunk chunk, string language)
    {
        if (chunk.Units.Count == 0) return ("", []);
        int best = 0;
        double bestIdf = -1;
        for (int u = 0; u < chunk.Units.Count; u++)
        {
            double idf = plan.IdfOf(plan.MaskOf(chunk.Units[u]));
            if (idf <= bestIdf) continue;
            best = u;
            bestIdf = idf;
        }
        string text = PlainText.Collapse(chunk.Chunk.Units[best].Text);
        IReadOnlyList<SnippetSpan> spans = Spans(plan, text, language);
        if (text.Length <= longest) return (text, spans);

        int start = spans.Count == 0 ? 0 : Math.Clamp(spans[0].Start - (longest / 4), 0, text.Length - longest);
        while (start > 0 && !char.IsWhiteSpace(text[start - 1])) start--;
        int end = Math.Min(text.Length, start + longest);
        while (end < text.Length && end > start + (longest / 2) && !char.IsWhiteSpace(text[end])) end--;
        if (end < text.Length && char.IsLowSurrogate(text[end])) end--;
        string cut = (start > 0 ? "… " : "") + text[start..end].Trim() + (end < text.Length ? " …" : "");
        return (cut, Spans(plan, cut, language));
    }

    private static List<SnippetSpan> Spans(QueryPlan plan, string text, string language) =>
        [.. TextAnalysis.Terms(text, language)
            .Where(t => plan.Bits.ContainsKey(t.Term) || (t.Parts is not null && t.Parts.Any(plan.Bits.ContainsKey)))
            .Select(t => new SnippetSpan(t.Start, t.End - t.Start))];
}
