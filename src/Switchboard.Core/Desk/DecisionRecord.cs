using System.Text.Json.Serialization;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Routing;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk;

/// <summary>An article the turn looked at, with how well it fits.</summary>
/// <param name="ArticleId">The article.</param>
/// <param name="Title">Its title.</param>
/// <param name="Heading">The heading of the passage.</param>
/// <param name="Score">0..1.</param>
/// <param name="Used">Whether the reply cites it.</param>
public sealed record EvidenceItem(Guid ArticleId, string Title, string Heading, double Score, bool Used);

/// <summary>What a check said of the reply.</summary>
/// <param name="Name">The check.</param>
/// <param name="Passed">Whether the reply may go out.</param>
/// <param name="Detail">What was found.</param>
public sealed record GuardVerdict(string Name, bool Passed, string Detail)
{
    /// <summary>What was checked when it was not the words of the reply: <c>proposal refund.issue</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? On { get; init; }

    /// <summary>The action, where a proposal or its performance was checked; null for words.</summary>
    [JsonIgnore]
    public string? Action => On?.Split(' ')[^1];

    /// <summary>revise or block; null when it passed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Verdict { get; init; }

    /// <summary>What is wrong, in the order of the text; null when nothing is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<GuardIssue>? Issues { get; init; }

    /// <summary>What was done instead; null when it passed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Instead { get; init; }
}

/// <summary>Something that a check found wrong.</summary>
/// <param name="Kind">What, as a code: <c>M1</c>, <c>fact_unverified</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Excerpt">The words; null where they must not be shown again.</param>
/// <param name="Evidence">The rule or the record by which it is wrong.</param>
/// <param name="Why">Why, in words.</param>
public sealed record GuardIssue(string Kind, IssueSeverity Severity, string? Excerpt, string Evidence, string Why);

/// <summary>An agent's part of the turn.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Reason">Why it got the turn.</param>
/// <param name="Status">What its reply was.</param>
/// <param name="Confidence">How sure it was, 0..1.</param>
public sealed record Hop(string AgentId, string Reason, ReplyStatus Status, double Confidence);

/// <summary>What a turn cost.</summary>
/// <param name="TokensIn">Tokens sent to a model.</param>
/// <param name="TokensOut">Tokens a model wrote.</param>
/// <param name="Cost">In the tenant's currency.</param>
public sealed record Usage(int TokensIn, int TokensOut, decimal Cost)
{
    /// <summary>The built-in engine uses no model.</summary>
    public static readonly Usage None = new(0, 0, 0m);
}

/// <summary>Why a turn went as it went: everything a person needs to follow it.</summary>
public sealed record DecisionRecord
{
    /// <summary>What was understood.</summary>
    public required Understood Understood { get; init; }

    /// <summary>What was known of the account, with its sources; null where nothing was read, and in what was recorded before it was.</summary>
    public AccountContext? Account { get; init; }

    /// <summary>Which agents were considered and why one was taken.</summary>
    public required RouteDecision Route { get; init; }

    /// <summary>What each routing agent decided on the way; null where no message was routed, and in what was recorded before they did.</summary>
    public TurnPath? Path { get; init; }

    /// <summary>The agents the turn passed through, in order.</summary>
    public required IReadOnlyList<Hop> Hops { get; init; }

    /// <summary>The escalation rules that were tested; those that fired say so.</summary>
    public required IReadOnlyList<EscalationRule> Escalation { get; init; }

    /// <summary>The articles looked at, best first.</summary>
    public required IReadOnlyList<EvidenceItem> Evidence { get; init; }

    /// <summary>The rows that agents read, in order.</summary>
    public IReadOnlyList<FactRead> Reads { get; init; } = [];

    /// <summary>What the checks said.</summary>
    public required IReadOnlyList<GuardVerdict> Guards { get; init; }

    /// <summary>Why a waiting dialogue had to begin anew; null when none had to.</summary>
    public string? Restarted { get; init; }

    /// <summary>builtin or model.</summary>
    public required string Engine { get; init; }

    /// <summary>What it cost.</summary>
    public required Usage Usage { get; init; }

    /// <summary>Version of the tenant's policy.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>Version of the catalogue of agents.</summary>
    public required string CatalogueVersion { get; init; }

    /// <summary>Version of the published articles.</summary>
    public required long KnowledgeVersion { get; init; }

    /// <summary>From taking the turn up to its last commit, in milliseconds.</summary>
    public required double DurationMs { get; init; }
}

/// <summary>What a turn's run ends with.</summary>
/// <param name="ReplyId">The reply; null when a human owns the conversation.</param>
/// <param name="Status">What the reply is.</param>
/// <param name="Decision">Why.</param>
public sealed record TurnResult(Guid? ReplyId, ReplyStatus? Status, DecisionRecord? Decision);
