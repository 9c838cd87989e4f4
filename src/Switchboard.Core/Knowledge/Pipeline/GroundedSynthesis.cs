using System.Text.RegularExpressions;
using Switchboard.Domain;

namespace Switchboard.Core.Knowledge.Pipeline;

/// <summary>A ranked passage with the text an answer may be made of.</summary>
public sealed record AnswerPassage
{
    /// <summary>The passage.</summary>
    public required string ChunkId { get; init; }

    /// <summary>Its article; the passage itself stands for it when none is named.</summary>
    public string? ArticleId { get; init; }

    /// <summary>The article's version.</summary>
    [AtLeast(1)]
    public int Version { get; init; } = 1;

    /// <summary>The article's title.</summary>
    public string? Title { get; init; }

    /// <summary>Where the article is read.</summary>
    public string? Url { get; init; }

    /// <summary>Its text in Markdown.</summary>
    public required string Text { get; init; }

    /// <summary>Its relevance, 0..1.</summary>
    [Between(0, 1)]
    public required double Relevance { get; init; }

    /// <summary>Its score, 0..1; the relevance when it is not given.</summary>
    [Between(0, 1)]
    public double? Score { get; init; }

    /// <summary>BCP 47 tag.</summary>
    public string? Language { get; init; }

    /// <summary>When somebody last made sure that the article is right.</summary>
    public DateOnly? LastVerified { get; init; }
}

/// <summary>Where a sentence of an answer stands: offsets into the text of the passage.</summary>
public sealed record PassageCitation(string? ArticleId, int Version, string ChunkId, int Start, int End);

/// <summary>A sentence, list, table or code block of an answer.</summary>
/// <param name="Text">The words.</param>
/// <param name="Citations">Where they stand.</param>
public sealed record GroundedSentence(string Text, IReadOnlyList<PassageCitation> Citations);

/// <summary>A source of an answer as it is shown: [n] with title and link.</summary>
public sealed record ShownSource(int N, string? ArticleId, string? Title, string? Url);

/// <summary>A sentence of a model that was not taken, and why: unknown_source, new_number, new_name, new_link, new_code or too_free.</summary>
public sealed record RejectedSentence(string Text, string Why);

/// <summary>A sentence of a model, with the number (from 0) of the unit it says anew.</summary>
public sealed record RephrasedSentence(int Source, string Text);

/// <summary>An answer in which every sentence is cited, or the reason why there is none.</summary>
public sealed record Grounded
{
    /// <summary>The sentences.</summary>
    public required IReadOnlyList<GroundedSentence> Sentences { get; init; }

    /// <summary>The sources in the order of their numbers.</summary>
    public required IReadOnlyList<ShownSource> Sources { get; init; }

    /// <summary>0..1.</summary>
    public required double Confidence { get; init; }

    /// <summary>Share of the question's idf that the chosen units cover.</summary>
    public required double Coverage { get; init; }

    /// <summary>answered, no_grounded_answer or conflicting_sources.</summary>
    public required string Outcome { get; init; }

    /// <summary>extractive or rephrased.</summary>
    public required string Mode { get; init; }

    /// <summary>Sentences of a model that were not taken.</summary>
    public required IReadOnlyList<RejectedSentence> Rejected { get; init; }

    /// <summary>What else should be known: the article an older figure stands in, the language of the sources.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>What an answer is made of.</summary>
public sealed record SynthesisAsk(string Question, string Language, int Limit)
{
    /// <summary>The idf of the question's terms, where the index gives it; else it is taken from the passages.</summary>
    public IReadOnlyDictionary<string, double>? Idf { get; init; }

    /// <summary>Names of plans and features, by which it is told that two units speak of the same.</summary>
    public IReadOnlyList<string> Catalogue { get; init; } = [];

    /// <summary>What a model made of the chosen units.</summary>
    public IReadOnlyList<RephrasedSentence>? Rephrased { get; init; }
}

/// <summary>Puts an answer together from units of passages, each with its place. Nothing is said that no passage says.</summary>
public static partial class GroundedSynthesis
{
    /// <summary>From here an answer is given.</summary>
    public const double LeastConfidence = 0.55;

    private const double leastUnit = 0.15;
    private const double lambda = 0.7;
    private const double sameWords = 0.75;
    private const double keptLemmas = 0.60;
    private const int newerDays = 30;

    /// <summary>Sentences of an answer, by how deep it shall go.</summary>
    public static int LimitOf(string? depth) => depth switch { "short" => 3, "deep" => 9, _ => 5 };

    /// <summary>Makes the answer.</summary>
    public static Grounded Answer(SynthesisAsk ask, IReadOnlyList<AnswerPassage> passages)
    {
        string[] asked = [.. TextAnalysis.Terms(ask.Question, ask.Language).Select(t => t.Term).Distinct(StringComparer.Ordinal)];
        List<Unit> all = [.. passages.SelectMany((p, rank) => UnitsOf(p, rank))];
        Dictionary<string, double> idf = asked.ToDictionary(t => t, t => IdfOf(t, ask, passages.Count, all), StringComparer.Ordinal);
        double total = idf.Values.Sum();
        double Covered(IEnumerable<Unit> units) => total <= 0 ? 0 : asked.Where(t => units.Any(u => u.Terms.Contains(t))).Sum(t => idf[t]) / total;

        List<Unit> fit = [.. all.Select(u => u with { Score = Covered([u]) * (0.7 + 0.3 * (u.Passage.Score ?? u.Passage.Relevance)) }).Where(u => u.Score >= leastUnit)];
        var notes = new List<string>();
        if (Conflicts(fit, ask.Catalogue, notes) is not { } settled) return Nothing("conflicting_sources", Covered(fit), 0, notes);

        List<Unit> chosen = Pick(settled, ask.Limit);
        // A limit that stands beside what is said belongs to it, whatever the length.
        chosen.AddRange(all.Where(u => LimitWords().IsMatch(u.Text) && !chosen.Contains(u, UnitPlace.Same) && chosen.Exists(c => c.Passage.ChunkId == u.Passage.ChunkId) && !fit.Except(settled).Contains(u, UnitPlace.Same)).ToList());
        List<Unit> printed = [.. chosen.OrderBy(u => u.Rank).ThenBy(u => u.Start)];
        double coverage = Covered(printed), best = passages.Count == 0 ? 0 : passages.Max(p => p.Relevance);
        int articles = printed.Select(u => u.Article).Distinct(StringComparer.Ordinal).Count();
        // Parts that make 0.55 must not fail by the last bit of a double.
        double confidence = printed.Count == 0 ? 0 : Math.Round(0.6 * coverage + 0.3 * best + 0.1 * Math.Min(1, articles / 2.0), 9);
        if (confidence < LeastConfidence) return Nothing("no_grounded_answer", coverage, confidence, notes);

        if (printed.Select(u => u.Passage.Language).FirstOrDefault(l => l is not null && !string.Equals(l.Split('-')[0], ask.Language.Split('-')[0], StringComparison.OrdinalIgnoreCase)) is { } other) notes.Add($"language_mismatch: the sources are in {other}");
        (List<GroundedSentence> sentences, List<RejectedSentence> rejected, bool rephrased) = Rephrase(printed, ask.Rephrased, ask.Language);
        return new Grounded
        {
            Sentences = sentences,
            Sources = [.. printed.DistinctBy(u => u.Article).Select((u, i) => new ShownSource(i + 1, u.Passage.ArticleId, u.Passage.Title, u.Passage.Url))],
            Confidence = Math.Round(confidence, 4),
            Coverage = Math.Round(coverage, 4),
            Outcome = "answered",
            Mode = rephrased ? "rephrased" : "extractive",
            Rejected = rejected,
            Notes = notes,
        };
    }

    /// <summary>Why a model's sentence may not stand for the unit it says anew; null when it may.</summary>
    public static string? Fault(string sentence, string source, string language)
    {
        HashSet<string> figures = Distinct(Numbers(), source, StringComparer.Ordinal);
        if (!figures.IsSupersetOf(Distinct(Numbers(), sentence, StringComparer.Ordinal))) return "new_number";
        // A text that says the same a thousand times is asked about once.
        if (Distinct(Links(), sentence, StringComparer.OrdinalIgnoreCase).Any(l => !source.Contains(l, StringComparison.OrdinalIgnoreCase))) return "new_link";
        if (Distinct(Codes(), sentence, StringComparer.Ordinal).Any(c => !source.Contains(c[1..^1], StringComparison.Ordinal))) return "new_code";
        if (Distinct(Names(), sentence, StringComparer.OrdinalIgnoreCase, at => IsInside(sentence, at)).Any(n => !source.Contains(n, StringComparison.OrdinalIgnoreCase))) return "new_name";
        HashSet<string> lemmas = Lemmas(sentence, language), own = Lemmas(source, language);
        return lemmas.Count > 0 && lemmas.Count(own.Contains) >= keptLemmas * lemmas.Count ? null : "too_free";
    }

    /// <summary>What a pattern finds, each once: only what was not seen before is copied out of the text.</summary>
    private static HashSet<string> Distinct(Regex pattern, string text, StringComparer comparer, Func<int, bool>? counts = null)
    {
        var found = new HashSet<string>(comparer);
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> known = found.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (ValueMatch match in pattern.EnumerateMatches(text))
            if (counts?.Invoke(match.Index) != false) known.Add(text.AsSpan(match.Index, match.Length));
        return found;
    }

    private static HashSet<string> Lemmas(string text, string language)
    {
        var lemmas = new HashSet<string>(StringComparer.Ordinal);
        foreach (TextTerm term in TextAnalysis.Terms(text, language)) lemmas.Add(term.Term);
        return lemmas;
    }

    /// <summary>Whether something of the same sentence stands before the place: where a sentence begins every word is written large.</summary>
    private static bool IsInside(string sentence, int at) => sentence.AsSpan(0, at).TrimEnd() is { Length: > 0 } before && before[^1] is not ('.' or '!' or '?' or ':');

    private static (List<GroundedSentence> Sentences, List<RejectedSentence> Rejected, bool Any) Rephrase(List<Unit> printed, IReadOnlyList<RephrasedSentence>? said, string language)
    {
        var rejected = new List<RejectedSentence>();
        foreach (RephrasedSentence stray in (said ?? []).Where(s => s.Source < 0 || s.Source >= printed.Count)) rejected.Add(new RejectedSentence(stray.Text, "unknown_source"));
        var sentences = new List<GroundedSentence>();
        bool any = false;
        for (int i = 0; i < printed.Count; i++)
        {
            Unit unit = printed[i];
            string text = unit.Text;
            // A list keeps its order and code its letters; only sentences are said anew.
            RephrasedSentence[] own = [.. (said ?? []).Where(s => s.Source == i)];
            List<RejectedSentence> wrong = [.. own.Select(s => (s.Text, Why: unit.IsSentence ? Fault(s.Text, unit.Text, language) : "new_code")).Where(s => s.Why is not null).Select(s => new RejectedSentence(s.Text, s.Why!))];
            rejected.AddRange(wrong);
            if (own.Length > 0 && wrong.Count == 0)
            {
                text = string.Join(' ', own.Select(s => s.Text.Trim()));
                any = true;
            }

            sentences.Add(new GroundedSentence(text, [new PassageCitation(unit.Passage.ArticleId, unit.Passage.Version, unit.Passage.ChunkId, unit.Start, unit.End)]));
        }

        return (sentences, rejected, any);
    }

    private static List<Unit> Pick(List<Unit> fit, int limit)
    {
        var chosen = new List<Unit>();
        List<Unit> left = [.. fit];
        while (left.Count > 0 && chosen.Count < limit)
        {
            Unit next = left.OrderByDescending(u => lambda * u.Score - (1 - lambda) * (chosen.Count == 0 ? 0 : chosen.Max(c => Ranking.Jaccard(c.Terms, u.Terms)))).ThenBy(u => u.Rank).ThenBy(u => u.Start).First();
            chosen.Add(next);
            left.Remove(next);
        }

        return chosen;
    }

    /// <summary>The units without those that a newer article contradicts; null when two articles contradict each other and none is clearly newer.</summary>
    private static List<Unit>? Conflicts(List<Unit> fit, IReadOnlyList<string> catalogue, List<string> notes)
    {
        var stale = new HashSet<Unit>();
        for (int i = 0; i < fit.Count; i++)
            for (int j = i + 1; j < fit.Count; j++)
            {
                (Unit a, Unit b) = (fit[i], fit[j]);
                if (a.Article == b.Article || a.Values.SetEquals(b.Values) || !Named(a, catalogue).SetEquals(Named(b, catalogue)) || Ranking.Jaccard(a.Lemmas, b.Lemmas) < sameWords) continue;
                int? days = a.Passage.LastVerified is { } x && b.Passage.LastVerified is { } y ? x.DayNumber - y.DayNumber : null;
                if (days is null || Math.Abs(days.Value) <= newerDays)
                {
                    notes.Add($"{a.Article} and {b.Article} differ: \"{a.Text}\", \"{b.Text}\"");
                    return null;
                }

                Unit older = days > 0 ? b : a;
                if (stale.Add(older)) notes.Add($"{older.Article} says otherwise and was verified earlier: \"{older.Text}\"");
            }

        return [.. fit.Where(u => !stale.Contains(u))];
    }

    private static HashSet<string> Named(Unit unit, IReadOnlyList<string> catalogue)
    {
        string folded = TextAnalysis.Fold(unit.Text);
        return [.. catalogue.Select(TextAnalysis.Fold).Where(n => n.Length > 0 && Regex.IsMatch(folded, $@"\b{Regex.Escape(n)}\b", RegexOptions.NonBacktracking))];
    }

    private static double IdfOf(string term, SynthesisAsk ask, int passages, List<Unit> all)
    {
        // The index names its terms by their stems, a caller by the words of the question.
        if ((ask.Idf?.GetValueOrDefault(term) ?? 0) is > 0 and var known) return known;
        if (ask.Idf?.FirstOrDefault(i => i.Value > 0 && TextAnalysis.Terms(i.Key, ask.Language) is [var only] && only.Term == term).Value is > 0 and var said) return said;
        int n = all.Where(u => u.Terms.Contains(term)).Select(u => u.Passage.ChunkId).Distinct(StringComparer.Ordinal).Count();
        return Math.Log(1 + (passages - n + 0.5) / (n + 0.5));
    }

    private static IEnumerable<Unit> UnitsOf(AnswerPassage passage, int rank) =>
        MarkdownDocument.Parse(passage.Text, passage.Title ?? "").Sections.SelectMany(s => s.Units).Select(u => Unit.Of(passage, rank, u));

    private static Grounded Nothing(string outcome, double coverage, double confidence, List<string> notes) => new()
    {
        Sentences = [],
        Sources = [],
        Confidence = Math.Round(confidence, 4),
        Coverage = Math.Round(coverage, 4),
        Outcome = outcome,
        Mode = "extractive",
        Rejected = [],
        Notes = notes,
    };

    private sealed record Unit(AnswerPassage Passage, int Rank, string Text, int Start, int End, bool IsSentence, IReadOnlySet<string> Terms, IReadOnlySet<string> Lemmas, HashSet<string> Values)
    {
        public double Score { get; init; }

        public string Article => Passage.ArticleId ?? Passage.ChunkId;

        public static Unit Of(AnswerPassage passage, int rank, TextUnit unit)
        {
            IReadOnlyList<TextTerm> terms = TextAnalysis.Terms(unit.Text, passage.Language ?? "en");
            return new Unit(passage, rank, unit.Kind == UnitKind.Code ? passage.Text[unit.Start..unit.End] : unit.Text, unit.Start, unit.End, unit.Kind == UnitKind.Sentence,
                terms.SelectMany(t => (t.Parts ?? []).Prepend(t.Term)).ToHashSet(StringComparer.Ordinal),
                TextAnalysis.Terms(DayNames().Replace(TypedValues().Replace(unit.Text, " "), " "), passage.Language ?? "en").Select(t => t.Term).ToHashSet(StringComparer.Ordinal),
                [.. TypedValues().Matches(unit.Text).Concat(DayNames().Matches(unit.Text)).Select(m => TextAnalysis.Fold(m.Value).Replace(" ", "", StringComparison.Ordinal))]);
        }
    }

    private sealed class UnitPlace : IEqualityComparer<Unit>
    {
        public static readonly UnitPlace Same = new();

        public bool Equals(Unit? x, Unit? y) => x?.Passage.ChunkId == y?.Passage.ChunkId && x?.Start == y?.Start;

        public int GetHashCode(Unit obj) => HashCode.Combine(obj.Passage.ChunkId, obj.Start);
    }

    [GeneratedRegex(@"\b(?:only|requires?|must be|need to be|available (?:on|in|to|for)|limited to|not available)\b.*\b(?:admins?|owners?|roles?|plans?|free|basic|premium|enterprise|permissions?|members?)\b|\b(?:admins?|owners?|plans?|premium|enterprise)\b.*\bonly\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex LimitWords();

    [GeneratedRegex(@"[$€£]?\s?[0-9]+(?:[.,][0-9]+)*\s?(?:%|USD|EUR|GBP|GB|MB|TB|days?|hours?|minutes?|seconds?|weeks?|months?|years?|dollars?|euros?)?", RegexOptions.NonBacktracking)]
    private static partial Regex TypedValues();

    // Apart from the figures: where one branch asks for a word's edge and another does not, the search grows with the square of "0x0x0x".
    [GeneratedRegex(@"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b|\b(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b", RegexOptions.NonBacktracking)]
    private static partial Regex DayNames();

    [GeneratedRegex("[0-9]+(?:[.,:][0-9]+)*", RegexOptions.NonBacktracking)]
    private static partial Regex Numbers();

    [GeneratedRegex(@"(?:https?://|www\.)\S+|\b[\w.+\-]+@[\w\-]+\.[\w.]+", RegexOptions.NonBacktracking)]
    private static partial Regex Links();

    [GeneratedRegex("`[^`]+`", RegexOptions.NonBacktracking)]
    private static partial Regex Codes();

    [GeneratedRegex(@"\b\p{Lu}[\p{L}\p{N}]+", RegexOptions.NonBacktracking)]
    private static partial Regex Names();
}
