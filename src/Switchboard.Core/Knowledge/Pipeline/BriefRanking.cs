using System.Globalization;
using Switchboard.Domain;

namespace Switchboard.Core.Knowledge.Pipeline;

/// <summary>What a brief may be made of: a gap, an intent that is asked for often and rarely cited, or a feature without an article.</summary>
public sealed record BriefSource
{
    /// <summary>gap, demand or feature.</summary>
    [OneOf("gap", "demand", "feature")]
    public required string Kind { get; init; }

    /// <summary>The gap, the intent or the feature.</summary>
    public required string Id { get; init; }

    /// <summary>The question that stands for it, in the customers' words.</summary>
    public string? Label { get; init; }

    /// <summary>A gap's type: missing, weak or unfindable.</summary>
    [OneOf("missing", "weak", "unfindable")]
    public string? Type { get; init; }

    /// <summary>A gap's priority, 0..100.</summary>
    [Between(0, 100)]
    public double? Priority { get; init; }

    /// <summary>People of a gap; conversations of 30 days of an intent or a feature.</summary>
    [AtLeast(0)]
    public int N { get; init; }

    /// <summary>Share that went to people, 0..1.</summary>
    [Between(0, 1)]
    public double? HandoffShare { get; init; }

    /// <summary>Share answered with a citation, of an intent.</summary>
    [Between(0, 1)]
    public double? CitedShare { get; init; }

    /// <summary>Customers who asked; null when not counted.</summary>
    [AtLeast(0)]
    public int? Customers { get; init; }

    /// <summary>When it was first seen.</summary>
    public DateTimeOffset? FirstSeen { get; init; }

    /// <summary>What was asked.</summary>
    public IReadOnlyList<string>? Questions { get; init; }

    /// <summary>The words that the articles lack, of a gap.</summary>
    public IReadOnlyList<string>? Terms { get; init; }

    /// <summary>The article that comes closest.</summary>
    public string? Article { get; init; }

    /// <summary>Words of that article's title: what the terms may mean.</summary>
    public IReadOnlyList<string>? ArticleTerms { get; init; }

    /// <summary>Searches and conversations it rests on.</summary>
    public IReadOnlyList<string>? Evidence { get; init; }

    /// <summary>Passages of related articles, and answers by people that solved it.</summary>
    public IReadOnlyList<string>? Sources { get; init; }

    /// <summary>For whom: public, signed_in or the key of a plan.</summary>
    public string? Audience { get; init; }
}

/// <summary>A draft that is being written, or a suggestion that was declined.</summary>
/// <param name="Label">Its title or question.</param>
/// <param name="At">When.</param>
/// <param name="N">People at that time, of a declined one.</param>
public sealed record EarlierBrief(string Label, DateTimeOffset? At = null, [property: AtLeast(0)] int? N = null);

/// <summary>What a published brief did: the share handed off before and after.</summary>
public sealed record BriefEffect([property: Between(0, 1)] double Before, [property: Between(0, 1)] double After);

/// <summary>An article somebody should write or mend.</summary>
public sealed record RankedBrief
{
    /// <summary>What it came from: gap/…, demand/… or feature/….</summary>
    public required string Id { get; init; }

    /// <summary>new_article, extend_article, add_synonyms or retitle.</summary>
    public required string Action { get; init; }

    /// <summary>What it may be called, as the customers ask.</summary>
    public required string Title { get; init; }

    /// <summary>What it must answer.</summary>
    public required IReadOnlyList<string> Questions { get; init; }

    /// <summary>The article to change; null for a new one.</summary>
    public string? Article { get; init; }

    /// <summary>The words it lacks.</summary>
    public IReadOnlyList<string> MissingTerms { get; init; } = [];

    /// <summary>Words of the customers with those of the article, for the search.</summary>
    public IReadOnlyList<IReadOnlyList<string>> TermPairs { get; init; } = [];

    /// <summary>For whom.</summary>
    public string? Audience { get; init; }

    /// <summary>Searches and conversations it rests on.</summary>
    public required IReadOnlyList<string> Evidence { get; init; }

    /// <summary>Where its facts may come from.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Conversations it would save a month.</summary>
    public required double SavedPerMonth { get; init; }

    /// <summary>measured or prior.</summary>
    public required string SavedFrom { get; init; }

    /// <summary>0..100.</summary>
    public required double Score { get; init; }

    /// <summary>high, medium or low.</summary>
    public required string Band { get; init; }

    /// <summary>S 30 minutes, M 2 hours, L a day.</summary>
    public required string Effort { get; init; }

    /// <summary>The draft or the other briefs that it goes together with.</summary>
    public IReadOnlyList<string> MergedWith { get; init; } = [];
}

/// <summary>The briefs of a week.</summary>
/// <param name="Briefs">At most 20, the best first.</param>
/// <param name="Further">How many more there were.</param>
/// <param name="Silenced">Those declined in the last 90 days that did not double.</param>
public sealed record BriefList(IReadOnlyList<RankedBrief> Briefs, int Further, int Silenced);

/// <summary>Turns gaps and demand into a ranked list of briefs.</summary>
public static class BriefRanking
{
    private const double prior = 0.5;
    private const int fewestEffects = 5;
    private const int fewestConversations = 10;
    private const double citedEnough = 0.30;
    private const double same = 0.80;
    private const int silentDays = 90;
    private const int mostBriefs = 20;

    /// <summary>Ranks.</summary>
    public static BriefList Rank(IReadOnlyList<BriefSource> sources, IReadOnlyList<EarlierBrief> drafts, IReadOnlyList<EarlierBrief> rejected, IReadOnlyList<BriefEffect> effects, DateTimeOffset now)
    {
        (double d, string from) = Deflection(effects);
        List<BriefSource> wanted = [.. sources.Where(s => s.Kind != "demand" || (s.N >= fewestConversations && s.CitedShare is null or < citedEnough))];
        var likeness = new QuestionLikeness([.. wanted.Select(s => (LabelOf(s), (IReadOnlyList<float>?)null)), .. drafts.Select(x => (x.Label, (IReadOnlyList<float>?)null)), .. rejected.Select(r => (r.Label, (IReadOnlyList<float>?)null))]);
        int silenced = 0;
        var kept = new List<(RankedBrief Brief, BriefSource Source, int At)>();
        IEnumerable<(RankedBrief Brief, BriefSource Source, int At)> made = wanted.Select((s, i) => (Brief: BriefOf(s, d, from), Source: s, At: i))
            .OrderByDescending(b => b.Brief.Score).ThenByDescending(b => b.Source.Customers ?? 0).ThenBy(b => b.Source.FirstSeen ?? DateTimeOffset.MaxValue).ThenBy(b => b.Brief.Id, StringComparer.Ordinal);
        foreach ((RankedBrief brief, BriefSource source, int at) in made)
        {
            if (rejected.Where((r, i) => r.At > now.AddDays(-silentDays) && source.N < 2 * (r.N ?? int.MaxValue / 2) && likeness.Cosine(at, wanted.Count + drafts.Count + i) >= same).Any())
            {
                silenced++;
                continue;
            }

            int twin = kept.FindIndex(k => likeness.Cosine(at, k.At) >= same);
            if (twin >= 0)
            {
                RankedBrief other = kept[twin].Brief;
                kept[twin] = (other with
                {
                    MergedWith = [.. other.MergedWith, brief.Id],
                    Questions = [.. other.Questions.Concat(brief.Questions).Distinct(StringComparer.OrdinalIgnoreCase)],
                    Evidence = [.. other.Evidence.Concat(brief.Evidence).Distinct(StringComparer.Ordinal)],
                    Sources = [.. other.Sources.Concat(brief.Sources).Distinct(StringComparer.Ordinal)],
                }, kept[twin].Source, kept[twin].At);
                continue;
            }

            string[] open = [.. drafts.Where((_, i) => likeness.Cosine(at, wanted.Count + i) >= same).Select(x => x.Label)];
            kept.Add((brief with { MergedWith = open }, source, at));
        }

        return new BriefList([.. kept.Take(mostBriefs).Select(k => k.Brief)], Math.Max(0, kept.Count - mostBriefs), silenced);
    }

    /// <summary>The relative fall of the share handed off over the published briefs; a half until there are five.</summary>
    private static (double D, string From) Deflection(IReadOnlyList<BriefEffect> effects)
    {
        double before = effects.Sum(e => e.Before);
        return effects.Count < fewestEffects || before <= 0 ? (prior, "prior") : (Math.Clamp((before - effects.Sum(e => e.After)) / before, 0, 1), "measured");
    }

    private static RankedBrief BriefOf(BriefSource source, double d, string from)
    {
        string action = source switch
        {
            { Kind: "gap", Type: "weak", Article: not null } => "extend_article",
            // Words of their own that the article lacks are taught to the search; where there are none, its title does not say what it is about.
            { Kind: "gap", Type: "unfindable" } => source.Terms is { Count: 0 } ? "retitle" : "add_synonyms",
            _ => "new_article",
        };
        double saved = source.N * (source.HandoffShare ?? 0) * d;
        double priority = source.Kind == "gap" ? source.Priority ?? 0 : Math.Min(50, 5 * source.N / 3.0);
        double score = Math.Round(Math.Min(100, 0.6 * priority + 4 * saved), 2);
        return new RankedBrief
        {
            Id = $"{source.Kind}/{source.Id}",
            Action = action,
            Title = TitleOf(source),
            Questions = source.Questions is { Count: > 0 } asked ? asked : [LabelOf(source)],
            Article = action == "new_article" ? null : source.Article,
            MissingTerms = action == "extend_article" ? source.Terms ?? [] : [],
            TermPairs = action == "add_synonyms" ? [.. from term in source.Terms ?? [] from means in source.ArticleTerms ?? [] where term != means select (IReadOnlyList<string>)[term, means]] : [],
            Audience = source.Audience,
            Evidence = source.Evidence ?? [],
            Sources = source.Sources ?? [],
            SavedPerMonth = Math.Round(saved, 2),
            SavedFrom = from,
            Score = score,
            Band = score >= 70 ? "high" : score >= 40 ? "medium" : "low",
            Effort = action switch { "new_article" => "L", "extend_article" => "M", _ => "S" },
        };
    }

    private static string LabelOf(BriefSource source) => source.Label ?? source.Questions?.FirstOrDefault() ?? source.Id;

    /// <summary>The customers' own question with a capital letter; the name of an intent is nobody's question.</summary>
    private static string TitleOf(BriefSource source)
    {
        string asked = LabelOf(source).Trim().TrimEnd('.', '!');
        return asked.Length == 0 ? source.Id : char.ToUpper(asked[0], CultureInfo.InvariantCulture) + asked[1..];
    }
}
