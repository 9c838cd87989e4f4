using Switchboard.Core.Agents.Kinds.Writing;
using Switchboard.Core.Knowledge;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk.Guards;

/// <summary>Finds the paragraphs of published articles that speak of a text's matters.</summary>
public static class Passages
{
    /// <summary>Those that share the most content words with a sentence of the text; of the text's language first.</summary>
    public static IReadOnlyList<CheckedPassage> Best(string text, string language, IReadOnlyList<KbArticle> articles, int most)
    {
        HashSet<string>[] sentences = [.. ClaimReader.Sentences(text).Select(s => Stems(s.Text)).Where(s => s.Count > 0)];
        return
        [
            .. articles.SelectMany(a => a.Body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select((p, i) => (Article: a, Text: p, Place: i, Stems: Stems(p))))
                .Select(p => (p.Article, p.Text, p.Place, Share: sentences.Select(s => (double)s.Count(p.Stems.Contains) / s.Count).DefaultIfEmpty(0).Max()))
                .Where(p => p.Share > 0)
                .OrderByDescending(p => p.Article.Language == language).ThenByDescending(p => p.Share).ThenByDescending(p => p.Article.LastVerified).ThenBy(p => p.Article.Id).ThenBy(p => p.Place)
                .Take(most)
                .Select(p => new CheckedPassage(FormattableString.Invariant($"kb_article:{p.Article.Id}@{p.Article.Version}#{p.Place}"), p.Text, p.Article.LastVerified)),
        ];
    }

    private static HashSet<string> Stems(string text) => [.. Readability.WordsOf(text).Select(w => w.ToLowerInvariant()).Where(w => !EnglishWords.Stop.Contains(w)).Select(EnglishStemmer.Stem)];
}
