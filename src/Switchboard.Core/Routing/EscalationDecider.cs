using System.Globalization;
using Switchboard.Domain;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Routing;

/// <summary>What a Guard said of a draft.</summary>
/// <param name="Guard">Which.</param>
/// <param name="Verdict">pass, revise or block.</param>
/// <param name="Draft">Of the first draft or the second.</param>
public sealed record GuardSaid(string Guard, [property: OneOf("pass", "revise", "block")] string Verdict, [property: AtLeast(1)] int Draft = 1);

/// <summary>What is decided on whether people take over. What is null is not known.</summary>
public sealed record EscalationSeen
{
    /// <summary>pre, before any agent; post, after the draft.</summary>
    public string? Pass { get; init; }

    /// <summary>The message.</summary>
    public string? Text { get; init; }

    /// <summary>How the customer's messages sound.</summary>
    public MoodSeen? Mood { get; init; }

    /// <summary>What is wanted.</summary>
    public IReadOnlyList<WishSeen>? Intents { get; init; }

    /// <summary>The account.</summary>
    public AccountSeen? Context { get; init; }

    /// <summary>How much help the turn needs, 1..10.</summary>
    [Between(1, 10)]
    public int? Complexity { get; init; }

    /// <summary>Fingerprints of the customer's earlier questions in the conversation.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? Questions { get; init; }

    /// <summary>The worst severity that an open incident or an agent confirms: S1 to S4, or none.</summary>
    [OneOf("S1", "S2", "S3", "S4", "none")]
    public string? Incident { get; init; }

    /// <summary>How sure the draft is, 0..1.</summary>
    [Between(0, 1)]
    public double? Confidence { get; init; }

    /// <summary>How sure the intent is, 0..1.</summary>
    [Between(0, 1)]
    public double? IntentConfidence { get; init; }

    /// <summary>How sure the turn before was, 0..1.</summary>
    [Between(0, 1)]
    public double? PreviousConfidence { get; init; }

    /// <summary>States of the approvals of the run.</summary>
    [OneOf("pending", "approved", "rejected", "refused", "expired")]
    public IReadOnlyList<string>? Approvals { get; init; }

    /// <summary>Whether the policy forbids what was asked.</summary>
    public bool? Forbidden { get; init; }

    /// <summary>Whether the refusal had been explained before the customer asked again.</summary>
    public bool? RefusalExplained { get; init; }

    /// <summary>What the Guards said.</summary>
    public IReadOnlyList<GuardSaid>? Guards { get; init; }

    /// <summary>Whether all words of alarm are heard; in the replay of turns before they were, some are not.</summary>
    internal bool HearsAll { get; init; } = true;
}

/// <summary>A reason for which people take over.</summary>
/// <param name="Code">Which.</param>
/// <param name="Evidence">What it rests on.</param>
public sealed record Reason(string Code, string Evidence);

/// <summary>Whether people take over.</summary>
public sealed record EscalationVerdict
{
    /// <summary>Whether they do.</summary>
    public required bool Needed { get; init; }

    /// <summary>All reasons that hold, the strongest first.</summary>
    public required IReadOnlyList<Reason> Reasons { get; init; }

    /// <summary>How urgent it is.</summary>
    public required Priority Priority { get; init; }

    /// <summary>The points of that.</summary>
    public required int Points { get; init; }

    /// <summary>Who takes it.</summary>
    public required string Team { get; init; }

    /// <summary>Whether people on call are told now.</summary>
    public required bool Page { get; init; }

    /// <summary>Whether the inbox shows it so that a person may join.</summary>
    public required bool Watch { get; init; }

    /// <summary>The reasons that could not be tested.</summary>
    public required IReadOnlyList<string> NotEvaluated { get; init; }

    /// <summary>Whether the desk says nothing but the fixed safe words, and then is quiet.</summary>
    public bool SafeWordsOnly { get; init; }
}

/// <summary>The only place that decides that people must take a conversation. Pure.</summary>
public static class EscalationDecider
{
    /// <summary>The reasons before any agent, in their order.</summary>
    public static readonly IReadOnlyList<string> Pre = ["customer_request", "legal_threat", "press", "security_incident", "self_harm", "threat", "negative_sentiment", "sentiment_drop", "repeated_question", "enterprise_incident"];

    /// <summary>The reasons after the draft, in their order.</summary>
    public static readonly IReadOnlyList<string> Post = ["security_incident", "enterprise_incident", "low_confidence", "approval_refused", "policy_dispute", "guard_block"];

    private const double alike = 0.8;
    private const int complex = 7;

    /// <summary>Decides.</summary>
    public static EscalationVerdict Decide(EscalationSeen seen, EscalationPolicy policy, IReadOnlyList<PlanPolicy> plans)
    {
        bool post = seen.Pass == "post";
        var said = new SaidText(seen.Text);
        Dictionary<string, string> holds = new(StringComparer.Ordinal);
        List<string> unknown = [];
        if (seen.Text is null) unknown.AddRange(post ? ["security_incident"] : ["legal_threat", "press", "security_incident", "self_harm", "threat", .. seen.Intents is null ? new[] { "customer_request" } : []]);
        else foreach ((string code, string evidence) in Alarms.In(said, seen.HearsAll)) if (!post || code == "security_incident") holds[code] = evidence;
        if (!post) Before(seen, said, policy, holds, unknown);
        Incident(seen, said, policy, holds, unknown);
        if (post) After(seen, policy, holds, unknown);

        IReadOnlyList<string> order = post ? Post : Pre;
        Reason[] reasons = [.. order.Where(holds.ContainsKey).Select(c => new Reason(c, holds[c]))];
        AccountSeen? account = seen.Context;
        PriorityDecision priority = policy.Prioritise(new PriorityFacts(account?.Plan, Math.Clamp(seen.Mood?.Urgency ?? 0, 0, 3), (decimal?)seen.Mood?.Last, account?.Arr), plans);
        bool large = account is { Plan: "enterprise" } || account?.Arr > policy.PointsAboveArr;
        return new EscalationVerdict
        {
            Needed = reasons.Length > 0,
            Reasons = reasons,
            Priority = priority.Priority,
            Points = priority.Points,
            Team = TeamOf(reasons.Length > 0 ? reasons[0].Code : null, seen.Intents),
            Page = reasons.Any(r => r.Code is "self_harm" or "threat" or "security_incident" or "enterprise_incident"),
            Watch = seen.Complexity >= complex && large,
            NotEvaluated = [.. order.Where(unknown.Contains)],
            SafeWordsOnly = reasons.Any(r => r.Code is "self_harm" or "threat"),
        };
    }

    private static void Before(EscalationSeen seen, SaidText said, EscalationPolicy policy, Dictionary<string, string> holds, List<string> unknown)
    {
        if ((seen.Intents ?? []).Any(i => i.Leaf == "meta.human")) holds["customer_request"] = "asks for a person";
        if (seen.Mood is not { } mood || mood.Newest is not { } last) unknown.AddRange(["negative_sentiment", "sentiment_drop"]);
        // Neither can hold by a message that sounds well, so the ones before it need not be looked at then.
        else if (last < 0 || (decimal)last <= policy.SentimentFloor || policy.BadMessages < 1)
        {
            IReadOnlyList<double> scores = mood.Series!;
            if (scores.Count >= policy.BadMessages && scores.TakeLast(policy.BadMessages).All(s => (decimal)s <= policy.SentimentFloor)) holds["negative_sentiment"] = string.Join(", ", scores.TakeLast(policy.BadMessages).Select(Figure));
            double drop = scores.Count > 1 ? scores.SkipLast(1).Max() - scores[^1] : 0;
            if (scores.Count > 1 && scores[^1] < 0 && (decimal)Math.Round(drop, 9) >= policy.SentimentDrop) holds["sentiment_drop"] = $"fell by {Figure(drop)} to {Figure(scores[^1])}";
        }

        if (seen.Questions is not { } earlier || seen.Text is null) unknown.Add("repeated_question");
        else
        {
            IReadOnlyList<string> asked = said.Fingerprint();
            int same = earlier.Count(e => SaidText.Likeness(asked, [.. e]) >= alike - 1e-9) + 1;
            if (same >= policy.SameQuestion) holds["repeated_question"] = $"asked {same} times: {string.Join(' ', asked)}";
        }
    }

    /// <summary>An enterprise customer's S1 or S2: the words alone are not enough, an incident or an agent must confirm it.</summary>
    private static void Incident(EscalationSeen seen, SaidText said, EscalationPolicy policy, Dictionary<string, string> holds, List<string> unknown)
    {
        if (seen.Context?.Plan is not { } plan || seen.Incident is not { } open)
        {
            unknown.Add("enterprise_incident");
            return;
        }
        bool severe = Enum.TryParse(open, ignoreCase: true, out Severity severity) && severity <= policy.IncidentSeverity;
        if (severe && policy.IncidentPlans.Contains(plan, StringComparer.Ordinal) && Alarms.Severity(said, seen.HearsAll) is { } wording) holds["enterprise_incident"] = $"{plan}, {wording} by the words, {severity} confirmed";
    }

    private static void After(EscalationSeen seen, EscalationPolicy policy, Dictionary<string, string> holds, List<string> unknown)
    {
        double? now = seen.Confidence is { } draft && seen.IntentConfidence is { } intent ? Math.Min(draft, intent) : seen.Confidence ?? seen.IntentConfidence;
        if (now is not { } sure || seen.PreviousConfidence is not { } before) unknown.Add("low_confidence");
        else if ((decimal)sure < policy.ConfidenceFloor && (decimal)before < policy.ConfidenceFloor) holds["low_confidence"] = $"{Figure(before)}, {Figure(sure)}";
        if (seen.Approvals is not { } approvals) unknown.Add("approval_refused");
        else if (approvals.Any(a => a is "rejected" or "refused" or "expired")) holds["approval_refused"] = "whoever had to approve it said no, or did not answer in time";
        if (seen.Forbidden is not { } forbidden || seen.RefusalExplained is not { } explained) unknown.Add("policy_dispute");
        else if (forbidden && explained) holds["policy_dispute"] = "the policy forbids it and the customer asked again after that was explained";
        if (seen.Guards is not { } guards) unknown.Add("guard_block");
        else if (guards.FirstOrDefault(g => g is { Verdict: "block", Draft: >= 2 }) is { } block) holds["guard_block"] = $"{block.Guard} blocks the second draft";
    }

    /// <summary>The team that takes a conversation for a reason.</summary>
    public static string TeamOf(string? code, IReadOnlyList<WishSeen>? intents) => code switch
    {
        "security_incident" => "security",
        "legal_threat" => "legal",
        "press" or "threat" or "self_harm" => "management",
        "enterprise_incident" => "technical",
        _ => TeamOf(intents),
    };

    /// <summary>The team of the first intent's category.</summary>
    public static string TeamOf(IReadOnlyList<WishSeen>? intents)
    {
        WishSeen? wish = intents?.FirstOrDefault(i => !i.IsMeta);
        string? category = wish?.Leaf is { } leaf ? LeafPlaces.CategoryOf(leaf) : wish?.Category is { } some ? LeafPlaces.Short(some) : null;
        return category is "billing" or "technical" ? category : wish?.Place is LeafPlaces.Sales or LeafPlaces.Success ? wish.Place : "support";
    }

    private static string Figure(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
