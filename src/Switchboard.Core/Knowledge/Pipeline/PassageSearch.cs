using Switchboard.Domain;

namespace Switchboard.Core.Knowledge.Pipeline;

/// <summary>What is asked of a search.</summary>
public sealed record PassageQuery(string Text, string Language, string? DefaultLanguage, IReadOnlySet<string>? Audiences, PassageFilters Filters, int K)
{
    /// <summary>The vector of the question by the index's model; null without vectors.</summary>
    public IReadOnlyList<float>? Vector { get; init; }

    /// <summary>Whether the model was trained, so that its cosines mean something by themselves.</summary>
    public bool Trained { get; init; }

    /// <summary>Terms the tenant's people use, and what they mean.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Synonyms { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>What of an index a search needs besides the passages it finds.</summary>
/// <param name="Passages">How many passages there are.</param>
/// <param name="MeanLength">Their mean length in terms of the body.</param>
/// <param name="Holding">How many of them hold each term of the question.</param>
public sealed record IndexStatistics([property: AtLeast(0)] int Passages, [property: AtLeast(0)] double MeanLength, [property: AtLeast(0)] IReadOnlyDictionary<string, int> Holding);

/// <summary>
/// The search as it is specified: BM25 and vectors over passages, fused by rank, with the coverage of the question by idf. The desk's own search (<see cref="KnowledgeIndex"/>)
/// orders by more than that; what it says of a hit are the figures of this one.
/// </summary>
public sealed class PassageSearch
{
    private const double k1 = 1.2;
    private const double b = 0.75;
    private const double synonymWeight = 0.7;
    private const double correctionWeight = 0.8;
    private const int listed = 50;
    private const double rankShift = 60;
    private const double okCoverage = 0.50;
    private const double weakCoverage = 0.25;
    private const double okCosine = 0.75;

    private readonly List<Entry> entries;
    private readonly Dictionary<string, int> holding = new(StringComparer.Ordinal);
    private readonly double meanLength;
    private readonly int count;

    /// <summary>Reads the passages a reader may see. Statistics are theirs alone, so nothing of what is hidden shows in them.</summary>
    /// <param name="passages">The passages.</param>
    /// <param name="audiences">The audiences of the reader beside everybody; null: the reader sees them all.</param>
    /// <param name="statistics">Those of the index, when the passages are only those of it that can be found.</param>
    public PassageSearch(IEnumerable<IndexPassage> passages, IReadOnlySet<string>? audiences, IndexStatistics? statistics = null)
    {
        entries = [.. passages.Where(p => p.Audience is null or Audiences.Public || audiences is null || audiences.Contains(p.Audience)).Select(Entry.Of)];
        if (statistics is not null) holding = new Dictionary<string, int>(statistics.Holding, StringComparer.Ordinal);
        else
            foreach (string term in entries.SelectMany(e => e.Frequencies.Keys)) holding[term] = holding.GetValueOrDefault(term) + 1;
        count = statistics?.Passages ?? entries.Count;
        meanLength = Math.Max(1e-9, statistics?.MeanLength ?? (entries.Count == 0 ? 1 : entries.Average(e => e.Length)));
    }

    /// <summary>The passages that a search can find, and the statistics it needs of all others: what a run records of an index of any size.</summary>
    public (IReadOnlyList<IndexPassage> Passages, IndexStatistics Statistics) Reduced(PassageQuery query)
    {
        List<Asked> asked = Plan(query, out List<SpellingCorrection> corrections);
        List<string> phrases = Phrases(query.Text);
        PassageQuery wide = query with { K = 2 * listed };
        HashSet<string> found =
        [
            .. from language in new[] { query.Language, query.DefaultLanguage ?? query.Language }
               from filters in new[] { query.Filters, query.Filters with { Category = null } }
               from hit in In(wide, asked, phrases, language, filters, corrections).Hits
               select hit.ChunkId,
        ];
        var counted = asked.SelectMany(a => a.Ways).Select(w => w.Term).Distinct(StringComparer.Ordinal).Where(holding.ContainsKey).ToDictionary(t => t, t => holding[t], StringComparer.Ordinal);
        return ([.. entries.Where(e => found.Contains(e.Passage.ChunkId)).Select(e => e.Passage)], new IndexStatistics(count, meanLength, counted));
    }

    /// <summary>Searches; null when the question holds nothing to search for.</summary>
    public HitList? Search(PassageQuery query)
    {
        List<Asked> asked = Plan(query, out List<SpellingCorrection> corrections);
        List<string> phrases = Phrases(query.Text);
        if (asked.Count == 0 && phrases.Count == 0) return null;

        HitList found = In(query, asked, phrases, query.Language, query.Filters, corrections);
        if (found.Outcome == SearchOutcome.NoMatch && query.Filters.Category is not null)
            found = In(query, asked, phrases, query.Language, query.Filters with { Category = null }, corrections) with { FilterDropped = true };

        if (found.Hits.Count > 0 || query.DefaultLanguage is not { } other || SameLanguage(other, query.Language)) return found;
        HitList foreign = In(query, asked, phrases, other, query.Filters, corrections);
        return foreign.Hits.Count == 0 ? found : foreign with { CrossLanguage = true };
    }

    private HitList In(PassageQuery query, List<Asked> asked, List<string> phrases, string language, PassageFilters filters, List<SpellingCorrection> corrections)
    {
        double all = asked.Sum(a => a.Idf);
        List<Scored> scored = [.. entries.Where(e => Passes(e.Passage, language, filters) && phrases.TrueForAll(e.Holds)).Select(e => Score(e, asked, all, query.Vector))];
        List<Scored> lexical = [.. InOrder(scored.Where(s => s.Bm25 > 0), s => s.Bm25).Take(listed)];
        List<Scored> dense = [.. InOrder(scored.Where(s => s.Cosine is not null), s => s.Cosine!.Value).Take(listed)];
        for (int i = 0; i < lexical.Count; i++) lexical[i].Rrf += 1 / (rankShift + i + 1);
        for (int i = 0; i < dense.Count; i++) dense[i].Rrf += 1 / (rankShift + i + 1);

        List<Scored> hits = [.. InOrder(scored.Where(s => s.Rrf > 0), s => s.Rrf).Take(query.K)];
        double best = hits.Count == 0 ? 0 : hits.Max(h => h.Coverage);
        bool near = query.Trained && hits.Exists(h => h.Cosine >= okCosine);
        SearchOutcome outcome = best >= okCoverage || near ? SearchOutcome.Ok : best >= weakCoverage ? SearchOutcome.Weak : SearchOutcome.NoMatch;
        return new HitList(null, outcome, [.. asked.Select(a => a.Term)], corrections,
            [.. hits.Select(h => new PassageHit(h.Passage.ChunkId, h.Passage.ArticleId, h.Passage.Version, Rounded(h.Bm25), h.Cosine is { } c ? Rounded(c) : null, Math.Round(h.Rrf, 6), Rounded(h.Coverage)))], false, false);
    }

    private static IOrderedEnumerable<Scored> InOrder(IEnumerable<Scored> scored, Func<Scored, double> by) =>
        scored.OrderByDescending(by).ThenByDescending(s => s.Bm25).ThenByDescending(s => s.Passage.LastVerified ?? DateOnly.MinValue).ThenBy(s => s.Passage.ChunkId, StringComparer.Ordinal);

    private static bool Passes(IndexPassage passage, string language, PassageFilters filters) =>
        (passage.Language is null || SameLanguage(passage.Language, language))
        && (filters.Category is null || string.Equals(filters.Category, passage.Category, StringComparison.OrdinalIgnoreCase))
        && (filters.Tags is not { Count: > 0 } tags || tags.All(t => passage.Tags?.Contains(t, StringComparer.OrdinalIgnoreCase) == true))
        && (filters.ArticleIds is not { Count: > 0 } ids || (passage.ArticleId is { } id && ids.Contains(id, StringComparer.OrdinalIgnoreCase)));

    private static bool SameLanguage(string a, string c) => string.Equals(a.Split('-')[0], c.Split('-')[0], StringComparison.OrdinalIgnoreCase);

    private Scored Score(Entry entry, List<Asked> asked, double all, IReadOnlyList<float>? vector)
    {
        double bm25 = 0, matched = 0;
        foreach (Asked term in asked)
        {
            // Rare words first: each way of saying a term adds what it says, weighted by how surely it is meant.
            double added = term.Ways.Sum(w => w.Weight * Idf(w.Term) * Part(entry, w.Term));
            bm25 += added;
            if (added > 0) matched += term.Idf;
        }

        double? cosine = entry.Passage.Cosine ?? (vector is { Count: > 0 } && entry.Passage.Vector is { } own && own.Count == vector.Count ? Cosine(vector, own) : null);
        return new Scored(entry.Passage, bm25, cosine, all <= 0 ? 0 : Math.Clamp(matched / all, 0, 1));
    }

    private double Part(Entry entry, string term) =>
        entry.Frequencies.TryGetValue(term, out float tf) ? tf * (k1 + 1) / (tf + k1 * (1 - b + b * entry.Length / meanLength)) : 0;

    private double Idf(string term)
    {
        int n = holding.GetValueOrDefault(term);
        return Math.Log(1 + (count - n + 0.5) / (n + 0.5));
    }

    private List<Asked> Plan(PassageQuery query, out List<SpellingCorrection> corrections)
    {
        corrections = [];
        var asked = new List<Asked>();
        foreach (TextTerm term in TextAnalysis.Terms(query.Text, query.Language).DistinctBy(t => t.Term))
        {
            var ways = new List<(string Term, double Weight)> { (term.Term, 1) };
            double idf = Idf(term.Term);
            if (!term.Code)
            {
                ways.AddRange(SynonymsOf(query, term).Where(s => s != term.Term).Select(s => (s, synonymWeight)));
                if (!holding.ContainsKey(term.Term) && Neighbour(term.Term) is { } near)
                {
                    ways.Add((near, correctionWeight));
                    corrections.Add(new SpellingCorrection(term.Word, Surface(near)));
                    idf = Idf(near);
                }
            }

            asked.Add(new Asked(term.Term, idf, [.. ways.DistinctBy(w => w.Term)]));
        }

        return asked;
    }

    private static IEnumerable<string> SynonymsOf(PassageQuery query, TextTerm term) =>
        query.Synonyms.Where(s => SynonymLearning.KeyOf(s.Key, query.Language) == term.Term).SelectMany(s => s.Value).SelectMany(m => TextAnalysis.Terms(m, query.Language).Select(t => t.Term)).Distinct(StringComparer.Ordinal);

    /// <summary>The most frequent known word within the edit distance; of equally frequent ones the nearer, then the first by its letters.</summary>
    private string? Neighbour(string term)
    {
        int most = term.Length >= 8 ? 2 : term.Length >= 4 ? 1 : 0;
        if (most == 0 || !term.All(char.IsLetter)) return null;
        return holding.Keys.Where(t => t.All(char.IsLetter)).Select(t => (Term: t, Distance: Vocabulary.Distance(term, t, most))).Where(t => t.Distance <= most)
            .OrderByDescending(t => holding[t.Term]).ThenBy(t => t.Distance).ThenBy(t => t.Term, StringComparer.Ordinal).Select(t => t.Term).FirstOrDefault();
    }

    /// <summary>A term as a passage writes it: a stem is nothing to show to a person.</summary>
    private string Surface(string term)
    {
        if (entries.Find(e => e.Frequencies.ContainsKey(term))?.Passage is not { } passage) return term;
        string text = string.Join('\n', (passage.HeadingPath ?? []).Prepend(passage.Title ?? "").Append(passage.Text));
        return TextAnalysis.Terms(text, passage.Language ?? "en").FirstOrDefault(t => t.Term == term).Word ?? term;
    }

    private static List<string> Phrases(string text) =>
        [.. text.Split('"', '“', '”', '„').Where((_, i) => i % 2 == 1).SkipLast(text.Count(c => c is '"' or '“' or '”' or '„') % 2).Select(p => PlainText.Collapse(TextAnalysis.Fold(p))).Where(p => p.Length > 0)];

    private static double Cosine(IReadOnlyList<float> x, IReadOnlyList<float> y)
    {
        double dot = 0, xx = 0, yy = 0;
        for (int i = 0; i < x.Count; i++)
        {
            dot += (double)x[i] * y[i];
            xx += (double)x[i] * x[i];
            yy += (double)y[i] * y[i];
        }

        return xx == 0 || yy == 0 ? 0 : dot / Math.Sqrt(xx * yy);
    }

    private static double Rounded(double value) => Math.Round(value, 4);

    /// <summary>A term of the question and the ways articles may say it.</summary>
    private sealed record Asked(string Term, double Idf, IReadOnlyList<(string Term, double Weight)> Ways);

    private sealed class Scored(IndexPassage passage, double bm25, double? cosine, double coverage)
    {
        public IndexPassage Passage => passage;
        public double Bm25 => bm25;
        public double? Cosine => cosine;
        public double Coverage => coverage;
        public double Rrf { get; set; }
    }

    private sealed record Entry(IndexPassage Passage, Dictionary<string, float> Frequencies, int Length, Lazy<string> Folded)
    {
        public static Entry Of(IndexPassage passage)
        {
            string language = passage.Language ?? "en";
            var frequencies = new Dictionary<string, float>(StringComparer.Ordinal);
            string[] body = AnalysedArticle.TermsOf(passage.Text, language);
            AnalysedArticle.Count(frequencies, body, 1);
            AnalysedArticle.Count(frequencies, AnalysedArticle.TermsOf(passage.Title ?? "", language), AnalysedArticle.TitleWeight);
            foreach (string heading in passage.HeadingPath ?? []) AnalysedArticle.Count(frequencies, AnalysedArticle.TermsOf(heading, language), AnalysedArticle.HeadingWeight);
            return new Entry(passage, frequencies, body.Length, new Lazy<string>(() => PlainText.Collapse(TextAnalysis.Fold($"{passage.Title}\n{string.Join('\n', passage.HeadingPath ?? [])}\n{passage.Text}"))));
        }

        public bool Holds(string phrase) => Folded.Value.Contains(phrase, StringComparison.Ordinal);
    }
}
