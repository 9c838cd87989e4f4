using Switchboard.Domain;

namespace Switchboard.Core.Routing;

/// <summary>An agent that was chosen for an intent.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Second">The other of two that could serve the same intent.</param>
/// <param name="Category">Its category.</param>
/// <param name="P">Probability of the first, 0..1.</param>
/// <param name="P2">Probability of the second, 0..1.</param>
/// <param name="Action">What is to be done, as an entity names it: cancel, downgrade, export …</param>
public sealed record ChosenAgent(string AgentId, string? Second = null, string? Category = null, [property: Between(0, 1)] double? P = null, [property: Between(0, 1)] double? P2 = null, string? Action = null);

/// <summary>What an agent would do, from its dry run.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="DecisionKey">What it decides, as a key that two agents share when they decide alike.</param>
/// <param name="Money">What it moves.</param>
/// <param name="Discount">Whether it grants one.</param>
/// <param name="Deletes">Whether it deletes.</param>
/// <param name="Permission">Whether it changes a permission or SSO.</param>
/// <param name="Law">Whether it states law or compliance.</param>
/// <param name="PolicyPassed">Whether the policy allows it; null when that was not checked.</param>
/// <param name="CitedRows">How many rows or rules it cites.</param>
/// <param name="Reversible">Whether it can be undone.</param>
public sealed record DryRun(string AgentId, string? DecisionKey = null, [property: AtLeast(0)] decimal Money = 0, bool Discount = false, bool Deletes = false, bool Permission = false, bool Law = false, bool? PolicyPassed = null, [property: AtLeast(0)] int CitedRows = 0, bool Reversible = false);

/// <summary>What became of an agent's turns.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Confirmed">Solutions the customer confirmed.</param>
/// <param name="Handled">Turns it handled.</param>
public sealed record AgentOutcomes(string AgentId, [property: AtLeast(0)] int Confirmed, [property: AtLeast(0)] int Handled);

/// <summary>What an expert says.</summary>
/// <param name="AgentId">The expert.</param>
/// <param name="Key">What it decides.</param>
/// <param name="Confidence">0..1.</param>
public sealed record Opinion(string AgentId, string Key, [property: Between(0, 1)] double Confidence);

/// <summary>A source.</summary>
/// <param name="Source">Which.</param>
/// <param name="Quote">What of it.</param>
public sealed record SourceCited(string Source, string? Quote = null);

/// <summary>What an agent came to.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Answer">What it says.</param>
/// <param name="Citations">Its sources.</param>
/// <param name="Proposals">What it would do.</param>
/// <param name="Question">What it must ask first.</param>
/// <param name="Ms">How long it took.</param>
/// <param name="Required">Whether the turn is nothing without it.</param>
/// <param name="Blocked">Verdict that stopped it: revise or block; null when none did.</param>
/// <param name="Revisions">How often it was revised.</param>
public sealed record AgentPart(string AgentId, string? Answer = null, IReadOnlyList<SourceCited>? Citations = null, IReadOnlyList<string>? Proposals = null, string? Question = null, [property: AtLeast(0)] double Ms = 0, bool Required = true, [property: OneOf("revise", "block")] string? Blocked = null, [property: AtLeast(0)] int Revisions = 0);

/// <summary>What is left of the turn's budget.</summary>
/// <param name="Ms">Milliseconds.</param>
/// <param name="Cost">Cost of a model.</param>
public sealed record BudgetLeft(double? Ms = null, decimal? Cost = null);

/// <summary>What the pattern of a turn is chosen on, and what its agents came to.</summary>
public sealed record CoordinationFacts
{
    /// <summary>The agents by intent, in order of mention.</summary>
    public IReadOnlyList<ChosenAgent>? AgentChoice { get; init; }

    /// <summary>1..10.</summary>
    [Between(1, 10)]
    public int? Complexity { get; init; }

    /// <summary>How bad it sounds: S1, S2; null for neither.</summary>
    [OneOf("S1", "S2", "S3", "S4")]
    public string? Severity { get; init; }

    /// <summary>The categories that could be concerned, the best leaf of each.</summary>
    public IReadOnlyList<ChosenAgent>? Candidates { get; init; }

    /// <summary>What the agents would do.</summary>
    public IReadOnlyList<DryRun>? Proposals { get; init; }

    /// <summary>Whether the agents were tried dry before; false in a turn, where none is, and null where that is not said.</summary>
    public bool? Tried { get; init; }

    /// <summary>What became of the agents' turns so far.</summary>
    public IReadOnlyList<AgentOutcomes>? Outcomes { get; init; }

    /// <summary>What the experts say.</summary>
    public IReadOnlyList<Opinion>? Opinions { get; init; }

    /// <summary>What the agents came to.</summary>
    public IReadOnlyList<AgentPart>? Results { get; init; }

    /// <summary>The budget that is left.</summary>
    public BudgetLeft? Budget { get; init; }
}

/// <summary>Which pattern a turn takes.</summary>
/// <param name="Pattern">none, sequential, parallel, verification, debate or expert_panel.</param>
/// <param name="Runs">What is run: the pattern, or what stands in for one that is not there yet.</param>
/// <param name="Agents">The agents in their order.</param>
/// <param name="Verifiers">Agents whose proposal is checked, with the checks.</param>
/// <param name="Why">Why.</param>
/// <param name="Rejected">The other patterns.</param>
public sealed record TurnPlan(string Pattern, string Runs, IReadOnlyList<string> Agents, IReadOnlyDictionary<string, IReadOnlyList<string>> Verifiers, string Why, IReadOnlyList<PatternNotTaken> Rejected);

/// <summary>A pattern that was not taken.</summary>
/// <param name="Pattern">Which.</param>
/// <param name="Why">Why not.</param>
public sealed record PatternNotTaken(string Pattern, string Why);

/// <summary>Weight for a decision.</summary>
/// <param name="AgentId">Who.</param>
/// <param name="Key">For what.</param>
/// <param name="Weight">How much: share of confirmed solutions times confidence.</param>
public sealed record Vote(string AgentId, string Key, double Weight);

/// <summary>An agent whose part is not in the result.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Why">timeout, or that one before it was needed.</param>
public sealed record PartMissing(string AgentId, string Why);

/// <summary>What the agents of a turn came to together.</summary>
public sealed record TurnMerge
{
    /// <summary>What they say, in order of mention.</summary>
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>Their sources, each once.</summary>
    public IReadOnlyList<SourceCited> Citations { get; init; } = [];

    /// <summary>What they would do, each to be confirmed by itself.</summary>
    public IReadOnlyList<string> Proposals { get; init; } = [];

    /// <summary>The one question to the customer.</summary>
    public string? Question { get; init; }

    /// <summary>The votes.</summary>
    public IReadOnlyList<Vote> Votes { get; init; } = [];

    /// <summary>The decision that won.</summary>
    public string? Winner { get; init; }

    /// <summary>Its share, 0..1.</summary>
    public double? Share { get; init; }

    /// <summary>How often a draft was made.</summary>
    public int Iterations { get; init; } = 1;

    /// <summary>Who is missing.</summary>
    public IReadOnlyList<PartMissing> Missing { get; init; } = [];

    /// <summary>How long it took, in milliseconds.</summary>
    public double Ms { get; init; }

    /// <summary>verification_failed, no_consensus, budget_exceeded or timeout; null when all is well.</summary>
    public string? Code { get; init; }
}

/// <summary>Plan and result.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Result">The result; null before anything ran.</param>
public sealed record Coordination(TurnPlan Plan, TurnMerge? Result);
