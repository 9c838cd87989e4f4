namespace Switchboard.Core.Knowledge;

/// <summary>
/// A part of an article that is indexed and cited as one: whole units of one section. <c>Overlap</c>: the first unit repeats the last
/// one of the chunk before, for indexing only. <c>Ordinal</c> counts the chunks of an article from 0.
/// </summary>
public sealed record DocumentChunk(int Ordinal, IReadOnlyList<string> HeadingPath, IReadOnlyList<TextUnit> Units, bool Overlap)
{
    /// <summary>The nearest heading, or an empty text above the first one.</summary>
    public string Heading => HeadingPath.Count == 0 ? "" : HeadingPath[^1];

    /// <summary>The text of the units, one to a line.</summary>
    public string Text => string.Join('\n', Units.Select(u => u.Text));
}

/// <summary>Cuts a document into chunks of whole units.</summary>
public static class Chunker
{
    /// <summary>The most words a chunk holds unless a single unit has more.</summary>
    public const int MaxWords = 180;

    /// <summary>
    /// Chunks of at most <paramref name="maxWords"/> words. A chunk starts with the last sentence of the one before when both fit; a unit
    /// that is longer by itself is a chunk alone, and no chunk holds only a repeated sentence.
    /// </summary>
    public static IReadOnlyList<DocumentChunk> Split(MarkdownDocument document, int maxWords = MaxWords)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxWords);
        var chunks = new List<DocumentChunk>();
        foreach (DocumentSection section in document.Sections)
        {
            var units = new List<TextUnit>();
            int words = 0;
            bool overlap = false;
            foreach (TextUnit unit in section.Units)
            {
                if (units.Count > 0 && words + unit.Words > maxWords)
                {
                    chunks.Add(new DocumentChunk(chunks.Count, section.HeadingPath, [.. units], overlap));
                    TextUnit last = units[^1];
                    overlap = last.Kind == UnitKind.Sentence && last.Words + unit.Words <= maxWords && units.Count > (overlap ? 1 : 0);
                    units.Clear();
                    words = 0;
                    if (overlap)
                    {
                        units.Add(last);
                        words = last.Words;
                    }
                }
                units.Add(unit);
                words += unit.Words;
            }
            if (units.Count > 0) chunks.Add(new DocumentChunk(chunks.Count, section.HeadingPath, [.. units], overlap));
        }
        return chunks;
    }
}
