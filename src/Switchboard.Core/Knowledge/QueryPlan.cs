
namespace Switchboard.Core.Knowledge;

/// <summary>
/// A term of a query with the index terms that count as it: itself, its synonyms, its correction, each with its weight. <c>Light</c>: a
/// text that does not hold it may still be the answer. <c>Signpost</c>: it says where to read, whatever the subject.
/// </summary>
internal sealed record QueryTerm(string Term, string Word, bool Known, bool Corrected, double Idf, IReadOnlyList<(int Id, string Term, double Weight)> Alternatives, bool Light = false, bool Signpost = false);

/// <summary>A question as the index reads it.</summary>
internal sealed class QueryPlan
{
    // Weights of what stands in for a query term, as the searcher states them.
    private const double synonymWeight = 0.7;
    private const double correctionWeight = 0.8;
    private const double beginningWeight = 0.7;
    private const int shortestBeginning = 3;
    private const int mostLetters = 12;
    private const int mostBeginnings = 5;
    private const int shortestCorrected = 4;
    private const int shortestCorrectedTwice = 8;
    private const int longestQuery = 1000;
    private const int mostTerms = 64; // one bit each in the masks of matched terms

    private QueryPlan(IReadOnlyList<QueryTerm> terms, IReadOnlyList<SpellingCorrection> corrections, IReadOnlyList<string> phrases)
    {
        Terms = terms;
        Corrections = corrections;
        Phrases = phrases;
        TotalIdf = terms.Sum(t => t.Idf);
        for (int i = 0; i < terms.Count; i++)
            foreach ((_, string term, double weight) in terms[i].Alternatives)
            {
                Bits[term] = Bits.GetValueOrDefault(term) | (1UL << i);
                Weights[term] = Math.Max(Weights.GetValueOrDefault(term), weight);
            }
    }

    public IReadOnlyList<QueryTerm> Terms { get; }
    public IReadOnlyList<SpellingCorrection> Corrections { get; }

    /// <summary>What the query puts in quotation marks, folded; it must stand in the text literally.</summary>
    public IReadOnlyList<string> Phrases { get; }
    public double TotalIdf { get; }

    /// <summary>Whether the customer wants to do something, so that a procedure is the answer.</summary>
    public bool WantsSteps { get; private init; }

    /// <summary>Which query terms an index term stands for.</summary>
    public Dictionary<string, ulong> Bits { get; } = new(StringComparer.Ordinal);

    /// <summary>How well (0..1) an index term stands for a term of the query: 1 when it is the same word, less for a synonym or a correction.</summary>
    public Dictionary<string, double> Weights { get; } = new(StringComparer.Ordinal);

    public double Coverage(ulong mask) => TotalIdf <= 0 ? 0 : Math.Clamp(IdfOf(mask) / TotalIdf, 0, 1);

    public double IdfOf(ulong mask)
    {
        double sum = 0;
        for (int i = 0; i < Terms.Count; i++)
            if ((mask >> i & 1) != 0) sum += Terms[i].Idf;
        return sum;
    }

    public ulong MaskOf(IEnumerable<string> terms)
    {
        ulong mask = 0;
        foreach (string term in terms) mask |= Bits.GetValueOrDefault(term);
        return mask;
    }

    public static QueryPlan Of(string query, KnowledgeIndex index, string language)
    {
        if (query.Length > longestQuery) query = query[..longestQuery];
        var corrections = new List<SpellingCorrection>();
        var planned = new List<QueryTerm>();
        List<TextTerm> terms = [.. TextAnalysis.Terms(query, language)];
        Range asking = QuestionShape.Asking(query);
        Regroup(terms, index);

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < terms.Count && planned.Count < mostTerms; i++)
        {
            TextTerm term = terms[i];
            if (!seen.Add(term.Term)) continue;
            IEnumerable<string> synonyms = index.Synonyms.For(term.Term);
            if (i > 0) synonyms = synonyms.Concat(index.Synonyms.For(terms[i - 1].Term + " " + term.Term));
            if (i + 1 < terms.Count) synonyms = synonyms.Concat(index.Synonyms.For(term.Term + " " + terms[i + 1].Term));
            bool light = term.Start < asking.Start.Value || term.End > asking.End.Value || QuestionShape.Accompanies(term.Word);
            planned.Add(Plan(term, term.Code ? [] : synonyms.Distinct(StringComparer.Ordinal), term.End == query.Length, index, corrections) with { Light = light, Signpost = EnglishWords.Signposts.Contains(term.Word) });
        }
        return new QueryPlan(planned, corrections, QuotedPhrases(query)) { WantsSteps = QuestionShape.WantsSteps(query) };
    }

    private static QueryTerm Plan(TextTerm term, IEnumerable<string> synonyms, bool last, KnowledgeIndex index, List<SpellingCorrection> corrections)
    {
        var alternatives = new List<(int, string, double)>();
        int id = index.IdOf(term.Term);
        if (id >= 0) alternatives.Add((id, term.Term, 1));
        // An article in a language without a stemmer holds the word as it is written.
        if (id < 0 && term.Word != term.Term && index.IdOf(term.Word) is >= 0 and var written)
        {
            id = written;
            alternatives.Add((written, term.Word, 1));
        }
        double idf = index.Idf(id);

        foreach (string synonym in synonyms)
            if (index.IdOf(synonym) is >= 0 and var other && other != id) alternatives.Add((other, synonym, synonymWeight));

        bool corrected = false;
        if (id < 0 && alternatives.Count == 0 && last && !term.Code && term.Term.Length >= shortestBeginning && term.Term.All(char.IsLetter))
        {
            // The last word may not be written to its end yet.
            foreach (int longer in index.Beginning(term.Term, mostLetters, mostBeginnings)) alternatives.Add((longer, index.TermOf(longer), beginningWeight));
            corrected = alternatives.Count > 0;
        }
        if (corrected) idf = alternatives.Max(a => index.Idf(a.Item1));
        else if (id < 0 && alternatives.Count == 0 && !term.Code && index.Closest(term.Term, Distance(term.Term)) is { } closest)
        {
            alternatives.Add((closest.Id, closest.Term, correctionWeight));
            corrected = true;
            corrections.Add(new SpellingCorrection(term.Word, closest.Surface));
            idf = index.Idf(closest.Id);
        }
        else if (id < 0 && alternatives.Count > 0)
        {
            // An unknown word whose synonyms are known is as telling as the most telling of these.
            idf = alternatives.Max(a => index.Idf(a.Item1));
        }
        return new QueryTerm(term.Term, term.Word, id >= 0, corrected, idf, alternatives);
    }

    private static int Distance(string term) =>
        !term.All(char.IsLetter) || term.Length < shortestCorrected ? 0 : term.Length >= shortestCorrectedTwice ? 2 : 1;

    /// <summary>A compound that no article writes as one word is searched by its parts; two words that articles write as one, as one.</summary>
    private static void Regroup(List<TextTerm> terms, KnowledgeIndex index)
    {
        for (int i = 0; i < terms.Count; i++)
        {
            if (terms[i].Parts is { Count: > 0 } parts && index.IdOf(terms[i].Term) < 0 && parts.Any(p => index.IdOf(p) >= 0))
            {
                TextTerm whole = terms[i];
                terms.RemoveAt(i);
                terms.InsertRange(i, parts.Select(p => new TextTerm(p, p, whole.Start, whole.End, false, null)));
                i += parts.Count - 1;
                continue;
            }
            if (i == 0 || terms[i].Start - terms[i - 1].End > 1) continue;
            if (index.IdOf(terms[i].Term) >= 0 && index.IdOf(terms[i - 1].Term) >= 0) continue;
            string word = terms[i - 1].Word + terms[i].Word;
            if (index.IdOf(word) < 0) continue;
            terms[i - 1] = new TextTerm(word, word, terms[i - 1].Start, terms[i].End, false, null);
            terms.RemoveAt(i--);
        }
    }

    private static List<string> QuotedPhrases(string query)
    {
        var phrases = new List<string>();
        int open = -1;
        for (int i = 0; i < query.Length; i++)
        {
            if (query[i] is not ('"' or '“' or '”' or '„')) continue;
            if (open < 0)
            {
                open = i;
                continue;
            }
            string phrase = PlainText.Collapse(TextAnalysis.Fold(query[(open + 1)..i]));
            if (phrase.Length > 0) phrases.Add(phrase);
            open = -1;
        }
        return phrases;
    }
}
