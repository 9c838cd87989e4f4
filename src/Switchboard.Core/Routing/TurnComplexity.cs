using Switchboard.Core.Understanding.Intents;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Routing;

/// <summary>Counts how much help a turn needs. It is no urgency and no severity; every point has a cause that can be counted again. Pure.</summary>
public static class TurnComplexity
{
    /// <summary>The leaves of monetization that speak about bills and count as billing.</summary>
    public static IReadOnlyList<string> BillingLeaves { get; } = ["monetization/billing-calculator", "monetization/dispute-resolver", "monetization/usage-tracker", "monetization/overage-alert"];

    /// <summary>Conversations that a median must rest on.</summary>
    public const int FewestResolved = 30;

    private const int most = 10;
    private const int perIntent = 2;
    private const int mostForIntents = 4;
    private const int mostForSystems = 2;
    private const int longWords = 120;
    private const int manyQuestions = 3;
    private const int riskFrom = 5;
    private const int multiFrom = 7;
    private const double churnFrom = 0.7;
    private const double healthBelow = 40;

    /// <summary>Assesses a turn.</summary>
    public static Complexity Assess(ComplexityInput turn)
    {
        var points = new List<ComplexityPoint> { new("start", 1) };
        bool isPartial = turn.Abstain != IntentAbstention.None;
        if (!isPartial) AddWish(turn, points);
        bool code = TechnicalText.HasCode(turn.Text);
        AddText(turn, code, points);
        if (!isPartial && Sum(points) >= riskFrom) AddRisk(turn.Account, points);

        int score = Math.Clamp(Sum(points), 1, most);
        string level = LevelOf(score);
        (double minutes, string from, int n) = Expected(turn, level);
        string[] leaves = [.. turn.Intents.Select(i => i.Leaf).OfType<string>().Distinct(StringComparer.Ordinal)];
        return new Complexity(score, level, (!isPartial && leaves.Length > 1) || score >= multiFrom, points, minutes, from, n, [.. Skills(turn, code)], isPartial);
    }

    /// <summary>The level of a score.</summary>
    public static string LevelOf(int score) => score switch { <= 3 => "simple", <= 6 => "moderate", <= 8 => "complex", _ => "very_complex" };

    private static void AddWish(ComplexityInput turn, List<ComplexityPoint> points)
    {
        Add(points, "further_intents", Math.Min(mostForIntents, perIntent * Math.Max(0, turn.Intents.Count - 1)));
        Add(points, "missing_slots", turn.Candidates.SelectMany(c => c.MissingSlots ?? []).Distinct(StringComparer.Ordinal).Count() >= 2 ? 1 : 0);
        Add(points, "acts", turn.Candidates.Any(c => c.Acts) ? 1 : 0);
        Add(points, "needs_approval", turn.Candidates.Any(c => c.NeedsApproval) ? 1 : 0);
    }

    private static void AddText(ComplexityInput turn, bool code, List<ComplexityPoint> points)
    {
        Add(points, "code", code ? 1 : 0);
        int systems = turn.Entities.Where(e => e.Type is "integration" or "competitor").Select(e => e.Value.Length > 0 ? e.Value : e.Text).Distinct(StringComparer.OrdinalIgnoreCase).Count();
        Add(points, "further_systems", Math.Min(mostForSystems, Math.Max(0, systems - 1)));
        Add(points, "long_message", TechnicalText.Words(turn.Text) > longWords || TechnicalText.Questions(turn.Text) >= manyQuestions ? 1 : 0);
        int earlier = turn.Candidates.Select(c => turn.Earlier.Where(e => e.Leaf == c.Leaf).Sum(e => e.Count)).DefaultIfEmpty(0).Max();
        Add(points, "came_back", earlier >= 3 ? 2 : earlier == 2 || turn.Reopened ? 1 : 0);
        Severity? said = SeverityWording.Of(turn.Text, turn.HearsAll);
        Add(points, "s1_wording", said == Severity.S1 ? 2 : 0);
        Add(points, "s2_wording", said == Severity.S2 ? 1 : 0);
    }

    private static void AddRisk(AccountContext account, List<ComplexityPoint> points)
    {
        // The context gives no figure that is older than 30 days.
        Add(points, "churn", account.Churn > churnFrom ? 1 : 0);
        Add(points, "health", account is { Health: < healthBelow, Plan: "enterprise" } ? 1 : 0);
    }

    private static (double Minutes, string From, int N) Expected(ComplexityInput turn, string level)
    {
        string? leaf = turn.Candidates.Count > 0 ? turn.Candidates[0].Leaf : null;
        if (leaf is not null)
        {
            double[] own = [.. turn.Resolved.Where(r => r.Leaf == leaf && r.Level == level).Select(r => r.Minutes)];
            if (own.Length >= FewestResolved) return (Median(own), "leaf", own.Length);
            string category = CategoryOf(turn.Candidates[0].Leaf);
            double[] around = [.. turn.Resolved.Where(r => CategoryOf(r.Leaf) == category).Select(r => r.Minutes)];
            if (around.Length >= FewestResolved) return (Median(around), "category", around.Length);
        }

        return (level switch { "simple" => 5, "moderate" => 20, "complex" => 120, _ => 480 }, "prior", 0);
    }

    private static IEnumerable<string> Skills(ComplexityInput turn, bool code)
    {
        IEnumerable<string> skills = turn.Abstain != IntentAbstention.None ? [] : turn.Intents.Select(i => i.Category ?? (i.Leaf is { } leaf ? CategoryOf(leaf) : null)).OfType<string>();
        if (turn.Language is { Length: > 0 } language and not "und") skills = skills.Append(language);
        if (code) skills = skills.Append("code");
        return skills.Distinct(StringComparer.Ordinal);
    }

    /// <summary>The category of a leaf: its folder, and billing for those of monetization that speak about bills.</summary>
    public static string CategoryOf(string leaf) => BillingLeaves.Contains(leaf) ? "billing" : leaf.Split('/')[0];

    private static double Median(double[] minutes)
    {
        Array.Sort(minutes);
        int middle = minutes.Length / 2;
        return Math.Round(minutes.Length % 2 == 1 ? minutes[middle] : (minutes[middle - 1] + minutes[middle]) / 2, 1);
    }

    private static int Sum(List<ComplexityPoint> points) => points.Sum(p => p.Value);

    private static void Add(List<ComplexityPoint> points, string cause, int value)
    {
        if (value > 0) points.Add(new ComplexityPoint(cause, value));
    }
}
