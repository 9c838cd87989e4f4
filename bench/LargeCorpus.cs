using System.Diagnostics;
using Switchboard.Core.Knowledge;

namespace Switchboard.Bench;

/// <summary>How a large index came about. <c>Megabytes</c> is what is alive more than before, <c>ChangeMs</c> the time until a changed article is searchable.</summary>
internal sealed record Built(double Seconds, double Megabytes, double TextMegabytes, double ChangeMs);

/// <summary>
/// A help centre of any size from a real one: titles and sections of its articles put together anew, a tenth of the words altered so that the
/// vocabulary grows with the size as that of real text does. The seed is fixed.
/// </summary>
internal static class LargeCorpus
{
    private const int seed = 20260101;
    private const int sectionsEach = 5;
    private const int changes = 21;

    public static (KnowledgeIndex Index, List<(Guid Id, string Title, string Text)> Rows, Built Built) Build(KnowledgeIndex real, IReadOnlyList<Guid> ids, int chunks)
    {
        var random = new Random(seed);
        (string Title, string[] Sections)[] source = [.. ids.Select(id => (real.Find(id)!.Title, real.ChunksOf(id).Select(c => $"## {(c.Heading.Length == 0 ? "More" : c.Heading)}\n\n{c.Text}\n").ToArray())).Where(s => s.Item2.Length > 0)];
        var articles = new List<IndexedArticle>();
        long characters = 0;
        // Some sections are cut in two and some are joined, so the number of chunks is known only when they are counted.
        for (int count = 0; count < chunks;)
        {
            string title = Altered(source[random.Next(source.Length)].Title, random, 20);
            string body = string.Join('\n', Enumerable.Range(0, sectionsEach).Select(_ => source[random.Next(source.Length)].Sections).Select(s => Altered(s[random.Next(s.Length)], random, 10)));
            var article = new IndexedArticle(new Guid(articles.Count, 1, 1, new byte[8]), null, title, "/a", "", "en", 1, body, null);
            articles.Add(article);
            characters += body.Length + title.Length;
            count += Math.Max(1, Chunker.Split(MarkdownDocument.Parse(body, title)).Count);
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        long began = Stopwatch.GetTimestamp();
        KnowledgeIndex index = KnowledgeIndex.Build(articles);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        double megabytes = ((GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6) + (characters * 2 / 1e6);

        var times = new List<double>();
        KnowledgeIndex changed = index;
        for (int i = 0; i < changes; i++)
        {
            IndexedArticle next = articles[random.Next(articles.Count)];
            next = next with { Version = 2, Body = next.Body + $"\n\nA new sentence about thing{i}.\n" };
            began = Stopwatch.GetTimestamp();
            changed = changed.With([next], []);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        List<(Guid, string, string)> rows = [.. articles.SelectMany(a => index.ChunksOf(a.ArticleId).Select(c => (a.ArticleId, a.Title, c.Heading + "\n" + c.Text)))];
        return (index, rows, new Built(seconds, megabytes, characters * 2 / 1e6, Quantile.Of(times, 0.5)));
    }

    private static string Altered(string text, Random random, int oneIn)
    {
        string[] words = text.Split(' ');
        for (int i = 0; i < words.Length; i++)
            if (words[i].Length > 4 && words[i].All(char.IsAsciiLetterLower) && random.Next(oneIn) == 0) words[i] = $"{words[i][..^2]}{(char)('a' + random.Next(26))}{(char)('a' + random.Next(26))}";
        return string.Join(' ', words);
    }
}
