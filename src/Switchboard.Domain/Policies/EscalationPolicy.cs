using System.Globalization;
using Switchboard.Domain.Support;

namespace Switchboard.Domain.Policies;

/// <summary>What a turn knows of the reasons for which a person takes over. Null: not known, so the trigger is not looked at and named as such.</summary>
public sealed record EscalationFacts
{
    /// <summary>Whether the customer asks for a person.</summary>
    public bool? AsksForHuman { get; init; }

    /// <summary>Whether the customer threatens with law.</summary>
    public bool? LegalThreat { get; init; }

    /// <summary>Whether the press asks, or is threatened with.</summary>
    public bool? Press { get; init; }

    /// <summary>Whether it is about a breach of security.</summary>
    public bool? SecurityIncident { get; init; }

    /// <summary>Whether somebody may harm themselves.</summary>
    public bool? SelfHarm { get; init; }

    /// <summary>Whether somebody is threatened.</summary>
    public bool? Threat { get; init; }

    /// <summary>Sentiment of the customer's messages, −1..1, oldest first.</summary>
    public IReadOnlyList<decimal>? Sentiments { get; init; }

    /// <summary>How often the same question was asked.</summary>
    public int? SameQuestion { get; init; }

    /// <summary>The customer's plan and what is open.</summary>
    public PlanIncident? Incident { get; init; }

    /// <summary>Confidence of the replies, 0..1, oldest first.</summary>
    public IReadOnlyList<decimal>? Confidences { get; init; }

    /// <summary>Whether an approval was refused.</summary>
    public bool? ApprovalRefused { get; init; }

    /// <summary>Whether the policy forbids what the customer insists on.</summary>
    public bool? InsistsOnForbidden { get; init; }
}

/// <summary>The worst that is open at a customer.</summary>
/// <param name="Plan">Key of the customer's plan; null for none.</param>
/// <param name="Open">The worst severity that is open; null when nothing is.</param>
public sealed record PlanIncident(string? Plan, Severity? Open);

/// <summary>A trigger that holds.</summary>
/// <param name="Code">Which.</param>
/// <param name="Evidence">What it was tested on.</param>
/// <param name="Clause">The rule.</param>
public sealed record EscalationReason(string Code, string Evidence, Clause Clause);

/// <summary>Whether a person takes over.</summary>
/// <param name="Needed">Whether.</param>
/// <param name="Reasons">All triggers that hold.</param>
/// <param name="NotEvaluated">Codes of triggers whose facts are not known.</param>
/// <param name="Page">Whether people on call are told now, whatever the priority.</param>
public sealed record EscalationDecision(bool Needed, IReadOnlyList<EscalationReason> Reasons, IReadOnlyList<string> NotEvaluated, bool Page);

/// <summary>What the priority of a conversation is computed from.</summary>
/// <param name="Plan">Key of the customer's plan; null for none.</param>
/// <param name="Urgency">0..3.</param>
/// <param name="Sentiment">Of the last message, −1..1; null when unknown.</param>
/// <param name="Arr">The customer's ARR in the document's currency; null when unknown.</param>
public sealed record PriorityFacts(string? Plan, int Urgency, decimal? Sentiment, decimal? Arr);

/// <summary>A priority and its points.</summary>
/// <param name="Points">The sum.</param>
/// <param name="Priority">What it makes.</param>
/// <param name="Clause">The rule with the points.</param>
public sealed record PriorityDecision(int Points, Priority Priority, Clause Clause);

/// <summary>When a person takes over, and how urgent it is.</summary>
public sealed record EscalationPolicy
{
    private static readonly string[] pageCodes = ["security_incident", "self_harm", "threat", "enterprise_incident"];

    /// <summary>Sentiment at or below which a message counts as bad, −1..0.</summary>
    public decimal SentimentFloor { get; init; } = -0.6m;

    /// <summary>Bad messages in a row.</summary>
    public int BadMessages { get; init; } = 2;

    /// <summary>How far sentiment falls within a conversation, to below zero, 0..2.</summary>
    public decimal SentimentDrop { get; init; } = 0.5m;

    /// <summary>Confidence below which a reply is unsure, 0..1.</summary>
    public decimal ConfidenceFloor { get; init; } = 0.55m;

    /// <summary>Unsure replies in a row.</summary>
    public int UnsureReplies { get; init; } = 2;

    /// <summary>How often the same question is asked.</summary>
    public int SameQuestion { get; init; } = 3;

    /// <summary>Plans whose incidents of <see cref="IncidentSeverity"/> or worse go to a person.</summary>
    public IReadOnlyList<string> IncidentPlans { get; init; } = ["enterprise"];

    /// <summary>The least severity of these.</summary>
    public Severity IncidentSeverity { get; init; } = Severity.S2;

    /// <summary>Points of a plan in the order of the plans; a plan beyond the list has the last.</summary>
    public IReadOnlyList<int> PlanPoints { get; init; } = [0, 1, 2, 3];

    /// <summary>Sentiment below which there are <see cref="SentimentPoints"/>, −1..0.</summary>
    public decimal PointsBelowSentiment { get; init; } = -0.5m;

    /// <summary>Points for bad sentiment.</summary>
    public int SentimentPoints { get; init; } = 2;

    /// <summary>ARR above which there are <see cref="ArrPoints"/>, in the document's currency.</summary>
    public decimal PointsAboveArr { get; init; } = 10_000;

    /// <summary>Points for ARR.</summary>
    public int ArrPoints { get; init; } = 1;

    /// <summary>Points from which it is urgent.</summary>
    public int UrgentFrom { get; init; } = 7;

    /// <summary>Points from which it is high.</summary>
    public int HighFrom { get; init; } = 4;

    /// <summary>Points from which it is normal; below it is low.</summary>
    public int NormalFrom { get; init; } = 2;

    /// <summary>Decides whether a person takes over.</summary>
    public EscalationDecision Decide(EscalationFacts facts)
    {
        List<EscalationReason> reasons = [];
        List<string> unknown = [];
        Flag("customer_request", facts.AsksForHuman, "The customer asks for a person.");
        Flag("legal_threat", facts.LegalThreat, "The customer threatens with law.");
        Flag("press", facts.Press, "The press is involved.");
        Flag("security_incident", facts.SecurityIncident, "A security incident goes to a person.");
        Flag("self_harm", facts.SelfHarm, "Somebody may harm themselves.");
        Flag("threat", facts.Threat, "Somebody is threatened.");
        Test("negative_sentiment", facts.Sentiments, s => s.Count >= BadMessages && s.TakeLast(BadMessages).All(x => x <= SentimentFloor), s => List(s.TakeLast(BadMessages)),
            $"Sentiment at or below {Wording.Number(SentimentFloor)} in {BadMessages} messages in a row.");
        Test("sentiment_drop", facts.Sentiments, s => s.Count > 1 && s[^1] < 0 && s.SkipLast(1).Max() - s[^1] >= SentimentDrop, s => List([s.SkipLast(1).Max(), s[^1]]),
            $"Sentiment falls by {Wording.Number(SentimentDrop)} within a conversation to below 0.");
        Test("repeated_question", Boxed(facts.SameQuestion), n => n[0] >= SameQuestion, n => Wording.Number(n[0]), $"The same question was asked {SameQuestion} times.");
        if (facts.Incident is not { } incident) unknown.Add("enterprise_incident");
        else if (incident.Open is { } open && open <= IncidentSeverity && IncidentPlans.Contains(incident.Plan ?? string.Empty, StringComparer.Ordinal)) Add("enterprise_incident", $"{incident.Plan}, {open}", $"An incident of {IncidentSeverity} or worse on {Wording.List(IncidentPlans)} goes to a person.");
        Test("low_confidence", facts.Confidences, c => c.Count >= UnsureReplies && c.TakeLast(UnsureReplies).All(x => x < ConfidenceFloor), c => List(c.TakeLast(UnsureReplies)),
            $"Confidence below {Wording.Number(ConfidenceFloor)} in {UnsureReplies} replies in a row.");
        Flag("approval_refused", facts.ApprovalRefused, "An approval was refused.");
        Flag("policy_dispute", facts.InsistsOnForbidden, "The policy forbids it and the customer insists.");
        return new EscalationDecision(reasons.Count > 0, reasons, unknown, reasons.Any(r => pageCodes.Contains(r.Code, StringComparer.Ordinal)));

        void Add(string code, string evidence, string rule) => reasons.Add(new EscalationReason(code, evidence, new Clause($"escalation.{code}", rule)));
        void Flag(string code, bool? fact, string rule)
        {
            if (fact is null) unknown.Add(code);
            else if (fact.Value) Add(code, "yes", rule);
        }
        void Test(string code, IReadOnlyList<decimal>? known, Func<IReadOnlyList<decimal>, bool> holds, Func<IReadOnlyList<decimal>, string> evidence, string rule)
        {
            if (known is null) unknown.Add(code);
            else if (holds(known)) Add(code, evidence(known), rule);
        }
    }

    /// <summary>The points of a conversation and the priority they make.</summary>
    /// <param name="facts">What is known.</param>
    /// <param name="plans">The plans in their order.</param>
    /// <exception cref="ArgumentException">Urgency is not 0..3.</exception>
    public PriorityDecision Prioritise(PriorityFacts facts, IReadOnlyList<PlanPolicy> plans)
    {
        if (facts.Urgency is < 0 or > 3) throw new ArgumentException($"Urgency is 0 to 3, not {facts.Urgency}.", nameof(facts));
        int rank = plans.ToList().FindIndex(p => p.Key == facts.Plan);
        int plan = rank < 0 || PlanPoints.Count == 0 ? 0 : PlanPoints[Math.Min(rank, PlanPoints.Count - 1)];
        int sentiment = facts.Sentiment < PointsBelowSentiment ? SentimentPoints : 0;
        int arr = facts.Arr > PointsAboveArr ? ArrPoints : 0;
        int points = plan + facts.Urgency + sentiment + arr;
        Priority priority = points >= UrgentFrom ? Priority.Urgent : points >= HighFrom ? Priority.High : points >= NormalFrom ? Priority.Normal : Priority.Low;
        return new PriorityDecision(points, priority, new Clause("escalation.priority",
            $"plan {plan} + urgency {facts.Urgency} + sentiment {sentiment} + ARR {arr} = {points}: {priority.ToString().ToLowerInvariant()} ({UrgentFrom} and more urgent, {HighFrom} high, {NormalFrom} normal)."));
    }

    internal void Check(PolicyCheck check, IReadOnlyList<PlanPolicy> plans)
    {
        check.Require(SentimentFloor is >= -1 and <= 0, "sentimentFloor", "must be from -1 to 0");
        check.Range(BadMessages, "badMessages", 1, 20);
        check.Require(SentimentDrop is > 0 and <= 2, "sentimentDrop", "must be above 0 and at most 2");
        check.Rate(ConfidenceFloor, "confidenceFloor");
        check.Range(UnsureReplies, "unsureReplies", 1, 20);
        check.Range(SameQuestion, "sameQuestion", 2, 20);
        check.Known(IncidentPlans, "incidentPlans", [.. plans.Select(p => p.Key)]);
        check.Require(PlanPoints.Count > 0, "planPoints", "must have the points of at least one plan");
        for (int i = 0; i < PlanPoints.Count; i++) check.Range(PlanPoints[i], $"planPoints[{i}]", 0, 20);
        check.Require(PointsBelowSentiment is >= -1 and <= 0, "pointsBelowSentiment", "must be from -1 to 0");
        check.Range(SentimentPoints, "sentimentPoints", 0, 20);
        check.Amount(PointsAboveArr, "pointsAboveArr");
        check.Range(ArrPoints, "arrPoints", 0, 20);
        check.Require(UrgentFrom > HighFrom, "urgentFrom", "must be above highFrom");
        check.Require(HighFrom > NormalFrom, "highFrom", "must be above normalFrom");
        check.Range(NormalFrom, "normalFrom", 1, 100);
    }

    private static IReadOnlyList<decimal>? Boxed(int? count) => count is { } n ? [n] : null;

    private static string List(IEnumerable<decimal> values) => string.Join(", ", values.Select(v => v.ToString("0.##", CultureInfo.InvariantCulture)));
}
