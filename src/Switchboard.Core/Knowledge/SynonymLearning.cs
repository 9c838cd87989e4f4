using System.Text.RegularExpressions;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge;

/// <summary>A word that people search with and what the articles they then open call it, for a person to accept or decline.</summary>
/// <param name="Language">The language of the articles.</param>
/// <param name="Term">The word people use.</param>
/// <param name="Means">Words of the articles, the best supported first.</param>
/// <param name="Contacts">How many different people searched with the word and opened such an article.</param>
/// <param name="Searches">How many searches that were.</param>
/// <param name="Articles">The articles they opened.</param>
public sealed record SynonymCandidate(string Language, string Term, IReadOnlyList<string> Means, int Contacts, int Searches, IReadOnlyList<Guid> Articles);

/// <summary>
/// Learns from recorded searches what words of the customers the articles lack: somebody searched with a word, perhaps again with another,
/// and opened an article that does not hold the first. What several people do is a candidate; nothing counts before it is accepted.
/// </summary>
public static partial class SynonymLearning
{
    /// <summary>How many different people must agree. One person's way of speaking, however often, is no evidence.</summary>
    public const int LeastContacts = 3;

    /// <summary>How long before an article is opened a search may lie to have led to it.</summary>
    public static readonly TimeSpan Trail = TimeSpan.FromMinutes(15);

    private const int longestTrail = 5;
    private const int mostMeans = 3;
    private const int shortestWord = 3;

    // At least so many of the people who used the word opened an article that says the other.
    private const double agreeing = 0.5;

    // A word of this share of the titles tells articles apart too little to stand for another.
    private const double commonShare = 0.2;
    private const int fewArticles = 10;

    /// <summary>The candidates, those of most people first, without what was <paramref name="decided"/> before.</summary>
    public static IReadOnlyList<SynonymCandidate> Candidates(IEnumerable<SearchLog> log, KnowledgeIndex index, IEnumerable<Synonym> decided)
    {
        HashSet<(string, string)> known = [.. decided.Select(s => (s.Language, KeyOf(s.Term, s.Language)))];
        HashSet<string> common = Common(index);
        var held = new Dictionary<Guid, HashSet<string>>();
        var found = new Dictionary<(string Language, string Key), Support>();
        foreach (IGrouping<string, SearchLog> contact in log.Where(l => l.ContactHash is not null).GroupBy(l => l.ContactHash!, StringComparer.Ordinal))
        {
            SearchLog[] rows = [.. contact.OrderBy(l => l.At).ThenBy(l => l.Id)];
            for (int i = 0; i < rows.Length; i++)
            {
                if (rows[i].Outcome != SearchOutcomes.Opened || rows[i].ArticleId is not { } opened || index.PlaceOf(opened) < 0) continue;
                AnalysedArticle article = index.ArticleAt(index.PlaceOf(opened));
                if (!held.TryGetValue(opened, out HashSet<string>? terms)) held[opened] = terms = [.. article.Frequencies().Keys];
                string[] trail = [.. rows.Take(i).Where(r => r.Outcome != SearchOutcomes.Opened && rows[i].At - r.At <= Trail).TakeLast(longestTrail).Select(r => r.Query).Distinct(StringComparer.OrdinalIgnoreCase)];
                Learn(contact.Key, trail, article, terms, index, common, found);
            }
        }
        return
        [
            .. found.Where(f => f.Value.Contacts.Count >= LeastContacts && !known.Contains(f.Key)).Select(f => f.Value.ToCandidate(f.Key.Language))
                .Where(c => c.Means.Count > 0).OrderByDescending(c => c.Contacts).ThenBy(c => c.Term, StringComparer.Ordinal),
        ];
    }

    private static void Learn(string contact, string[] trail, AnalysedArticle article, HashSet<string> held, KnowledgeIndex index, HashSet<string> common, Dictionary<(string, string), Support> found)
    {
        string language = article.Article.Language;
        List<TextTerm>[] queries = [.. trail.Select(q => Telling(q, language))];
        List<TextTerm> title = Telling(article.Article.Title, language);
        for (int q = 0; q < queries.Length; q++)
        {
            HashSet<string> said = [.. queries[q].Select(t => t.Term)];
            // What the person tried afterwards is the better evidence of what was meant; the title is what the article is called.
            TextTerm[] means = [.. queries.Skip(q + 1).SelectMany(later => later).Where(t => held.Contains(t.Term)).Concat(title).Where(t => !said.Contains(t.Term) && !common.Contains(t.Term)).DistinctBy(t => t.Term)];
            foreach (TextTerm word in queries[q])
            {
                if (held.Contains(word.Term) || index.Synonyms.For(word.Term).Any(held.Contains)) continue;
                if (!found.TryGetValue((language, word.Term), out Support? support)) found[(language, word.Term)] = support = new Support(word.Word);
                support.Add(contact, article.Article.ArticleId, means);
            }
        }
    }

    /// <summary>What a word is compared by: its terms, joined by a blank.</summary>
    public static string KeyOf(string word, string language) => string.Join(' ', TextAnalysis.Terms(word, language).Select(t => t.Term));

    /// <summary>The words that say what a text is about; no codes, no figures, nothing that personal data was masked with.</summary>
    private static List<TextTerm> Telling(string text, string language) =>
        [.. TextAnalysis.Terms(Masked().Replace(text, " "), language).Where(t => !t.Code && t.Parts is null && t.Word.Length >= shortestWord && t.Word.All(char.IsLetter)
            && !EnglishWords.Accompanying.Contains(t.Word) && !EnglishWords.Signposts.Contains(t.Word)).DistinctBy(t => t.Term)];

    private static HashSet<string> Common(KnowledgeIndex index)
    {
        if (index.ArticleCount < fewArticles) return [];
        return [.. index.Titles.SelectMany(t => TextAnalysis.Terms(t).Select(x => x.Term).Distinct(StringComparer.Ordinal)).CountBy(t => t).Where(c => c.Value > commonShare * index.ArticleCount).Select(c => c.Key)];
    }

    [GeneratedRegex(@"\[[A-Z_]{1,40}_[0-9]{1,6}\]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Masked();

    /// <summary>Who used a word, and what the articles they opened say instead.</summary>
    private sealed class Support(string word)
    {
        private readonly Dictionary<string, (string Word, HashSet<string> Contacts)> means = new(StringComparer.Ordinal);
        private readonly List<Guid> articles = [];
        private int searches;

        public HashSet<string> Contacts { get; } = new(StringComparer.Ordinal);

        public void Add(string contact, Guid article, TextTerm[] said)
        {
            searches++;
            Contacts.Add(contact);
            if (!articles.Contains(article)) articles.Add(article);
            foreach (TextTerm term in said)
            {
                if (!means.TryGetValue(term.Term, out (string Word, HashSet<string> Contacts) of)) means[term.Term] = of = (term.Word, new HashSet<string>(StringComparer.Ordinal));
                of.Contacts.Add(contact);
            }
        }

        public SynonymCandidate ToCandidate(string language) => new(language, word,
            [.. means.Where(m => m.Value.Contacts.Count >= Math.Max(LeastContacts, agreeing * Contacts.Count)).OrderByDescending(m => m.Value.Contacts.Count).Take(mostMeans).Select(m => m.Value.Word)],
            Contacts.Count, searches, articles);
    }
}
