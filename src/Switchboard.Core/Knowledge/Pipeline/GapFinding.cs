using Switchboard.Core.Understanding.Pii;
using Switchboard.Domain;

namespace Switchboard.Core.Knowledge.Pipeline;

/// <summary>A question that the articles did not answer well.</summary>
public sealed record OpenQuestion
{
    /// <summary>The words.</summary>
    public required string Text { get; init; }

    /// <summary>When it was asked.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who asked: a person, or a browser.</summary>
    public required string Contact { get; init; }

    /// <summary>The customer; null for a visitor.</summary>
    public string? Customer { get; init; }

    /// <summary>weak, no_match, no_grounded_answer, not_helpful or no_evidence.</summary>
    public string? Outcome { get; init; }

    /// <summary>Whether it went to people.</summary>
    public bool HandedOff { get; init; }

    /// <summary>The mood, -1..1.</summary>
    [Between(-1, 1)]
    public double? Sentiment { get; init; }

    /// <summary>The best relevance found, 0..1.</summary>
    [Between(0, 1)]
    public double? BestRelevance { get; init; }

    /// <summary>The best article found.</summary>
    public string? BestArticle { get; init; }

    /// <summary>The published article with which a person answered it afterwards.</summary>
    public string? ResolvedWith { get; init; }

    /// <summary>Small talk, something outside of the desk's field, or a trial by the staff.</summary>
    public bool Dropped { get; init; }

    /// <summary>Its vector by the index's model.</summary>
    public IReadOnlyList<float>? Vector { get; init; }
}

/// <summary>A gap that was found before.</summary>
/// <param name="Id">The gap.</param>
/// <param name="Label">Its question.</param>
/// <param name="ClosedAt">When an article closed it; null while it is open.</param>
public sealed record KnownGap(string Id, string Label, DateTimeOffset? ClosedAt);

/// <summary>A question the articles cannot answer, asked by several people.</summary>
public sealed record Gap
{
    /// <summary>The gap found before; null for a new one.</summary>
    public string? Id { get; init; }

    /// <summary>The question that stands for it.</summary>
    public required string Label { get; init; }

    /// <summary>The words that tell it from others.</summary>
    public required IReadOnlyList<string> Terms { get; init; }

    /// <summary>unfindable, weak or missing.</summary>
    public required string Type { get; init; }

    /// <summary>People who asked.</summary>
    public required int N { get; init; }

    /// <summary>Their customers.</summary>
    public required int Customers { get; init; }

    /// <summary>Share of them that went to people.</summary>
    public required double HandoffShare { get; init; }

    /// <summary>Share of them in a bad mood.</summary>
    public required double NegativeShare { get; init; }

    /// <summary>How much more people asked in the last 15 days than in the 15 before, 0..1.</summary>
    public required double Growth { get; init; }

    /// <summary>0..100.</summary>
    public required double Priority { get; init; }

    /// <summary>The article that comes closest.</summary>
    public string? BestArticle { get; init; }

    /// <summary>What they asked, personal data masked.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>When it was first asked in these days.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When last.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Whether an article had closed it and the question came back.</summary>
    public bool Reopened { get; init; }
}

/// <summary>What a look for gaps ended with.</summary>
public sealed record GapReport
{
    /// <summary>The gaps, the most pressing first.</summary>
    public required IReadOnlyList<Gap> Gaps { get; init; }

    /// <summary>The questions themselves, masked, when they are too few to group.</summary>
    public required IReadOnlyList<string> Questions { get; init; }

    /// <summary>Rows read.</summary>
    public required int Read { get; init; }

    /// <summary>Rows left out: outside of the days, small talk, trials.</summary>
    public required int Dropped { get; init; }

    /// <summary>too_few when the questions were not grouped.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}

/// <summary>Finds the questions that several people asked and no article answers. People are counted, never messages.</summary>
public static class GapFinding
{
    private const int days = 30;
    private const int halfDays = 15;
    private const int fewestQuestions = 20;
    private const int mostQuestions = 1500;
    private const int mostExamples = 5;
    private const double weakFrom = 0.30;
    private const double negativeBelow = -0.3;

    /// <summary>The least mean likeness within a group, by the kind of model.</summary>
    public static double Cut(bool trained) => trained ? 0.60 : 0.45;

    /// <summary>Looks for gaps.</summary>
    public static GapReport Find(IReadOnlyList<OpenQuestion> questions, IReadOnlyList<KnownGap> known, bool trained, DateTimeOffset now)
    {
        List<OpenQuestion> clean = [.. questions.Where(q => !q.Dropped && q.At > now.AddDays(-days) && q.At <= now && !string.IsNullOrWhiteSpace(q.Text))
            .OrderByDescending(q => q.At).ThenBy(q => q.Contact, StringComparer.Ordinal).Take(mostQuestions).Select(q => q with { Text = Masked(q.Text) })];
        var report = new GapReport { Gaps = [], Questions = [], Read = questions.Count, Dropped = questions.Count - clean.Count };
        if (clean.Count < fewestQuestions) return report with { Reason = "too_few", Questions = [.. clean.Select(q => q.Text)] };

        var likeness = new QuestionLikeness([.. clean.Select(q => (q.Text, q.Vector)), .. known.Select(k => (k.Label, (IReadOnlyList<float>?)null))]);
        List<IReadOnlyList<int>> groups = [.. QuestionGroups.AverageLink(likeness, clean.Count, Cut(trained))];
        List<Dictionary<string, int>> words = groups.ConvertAll(g => g.SelectMany(i => TextAnalysis.Terms(clean[i].Text)).Where(t => !t.Code && t.Word.All(char.IsLetter)).CountBy(t => t.Word).ToDictionary(StringComparer.Ordinal));
        var gaps = new List<Gap>();
        for (int g = 0; g < groups.Count; g++)
        {
            List<Asker> askers = [.. groups[g].Select(i => clean[i]).GroupBy(q => q.Contact, StringComparer.Ordinal).Select(Asker.Of)];
            int customers = askers.Select(a => a.Customer).OfType<string>().Distinct(StringComparer.Ordinal).Count();
            if (customers == 0 ? askers.Count < 5 : askers.Count < 3 || customers < 2) continue;
            int medoid = likeness.Medoid(groups[g]);
            int before = Enumerable.Range(0, known.Count).Where(k => known[k].ClosedAt is not { } closed || closed > now.AddDays(-days)).Where(k => likeness.Cosine(medoid, clean.Count + k) >= Cut(trained)).Select(k => k + 1).FirstOrDefault() - 1;
            gaps.Add(GapOf(askers, customers, now) with
            {
                Id = before < 0 ? null : known[before].Id,
                Reopened = before >= 0 && known[before].ClosedAt is not null,
                Label = clean[medoid].Text,
                Terms = Telling(words, g),
                Examples = [.. groups[g].Select(i => clean[i].Text).Distinct(StringComparer.OrdinalIgnoreCase).Take(mostExamples)],
            });
        }

        return report with { Gaps = [.. gaps.OrderByDescending(g => g.Priority).ThenByDescending(g => g.N).ThenBy(g => g.Label, StringComparer.Ordinal)] };
    }

    private static Gap GapOf(List<Asker> askers, int customers, DateTimeOffset now)
    {
        int n = askers.Count, late = askers.Count(a => a.At > now.AddDays(-halfDays)), early = n - late;
        double handed = (double)askers.Count(a => a.HandedOff) / n, negative = (double)askers.Count(a => a.Sentiment < negativeBelow) / n;
        double growth = Math.Clamp((late - early) / (double)Math.Max(1, early), 0, 1);
        var resolved = askers.Where(a => a.ResolvedWith is not null).CountBy(a => a.ResolvedWith!).OrderByDescending(r => r.Value).ThenBy(r => r.Key, StringComparer.Ordinal).ToList();
        bool unfindable = resolved.Sum(r => r.Value) >= 2;
        Asker best = askers.MaxBy(a => a.BestRelevance ?? -1)!;
        return new Gap
        {
            Label = "",
            Terms = [],
            Examples = [],
            Type = unfindable ? "unfindable" : best.BestRelevance >= weakFrom ? "weak" : "missing",
            N = n,
            Customers = customers,
            HandoffShare = Math.Round(handed, 4),
            NegativeShare = Math.Round(negative, 4),
            Growth = Math.Round(growth, 4),
            Priority = Math.Round(Math.Min(50, 5 * n) + 20 * handed + 15 * negative + 15 * growth, 2),
            BestArticle = unfindable ? resolved[0].Key : best.BestArticle,
            From = askers.Min(a => a.First),
            To = askers.Max(a => a.At),
        };
    }

    /// <summary>The three words that are frequent in the group and rare in the others (class-based TF-IDF).</summary>
    private static List<string> Telling(List<Dictionary<string, int>> words, int group)
    {
        double mean = words.Average(w => (double)w.Values.Sum());
        return [.. words[group].Select(w => (Word: w.Key, Weight: w.Value * Math.Log(1 + mean / words.Sum(o => o.GetValueOrDefault(w.Key))))).OrderByDescending(w => w.Weight).ThenBy(w => w.Word, StringComparer.Ordinal).Take(3).Select(w => w.Word)];
    }

    private static string Masked(string text) => new PiiRedactor().Redact(text, PiiDetector.Find(text));

    /// <summary>One person with all they asked of a group.</summary>
    private sealed record Asker(DateTimeOffset First, DateTimeOffset At, string? Customer, bool HandedOff, double? Sentiment, double? BestRelevance, string? BestArticle, string? ResolvedWith)
    {
        public static Asker Of(IGrouping<string, OpenQuestion> asked) => new(asked.Min(q => q.At), asked.Max(q => q.At), asked.Select(q => q.Customer).FirstOrDefault(c => c is not null), asked.Any(q => q.HandedOff), asked.Min(q => q.Sentiment),
            asked.Max(q => q.BestRelevance), asked.OrderByDescending(q => q.BestRelevance ?? -1).First().BestArticle, asked.Select(q => q.ResolvedWith).FirstOrDefault(r => r is not null));
    }
}
