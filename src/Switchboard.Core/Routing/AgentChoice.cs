namespace Switchboard.Core.Routing;

/// <summary>A specialist that can be chosen.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Proof">The proof it needs of who writes; none when it needs none.</param>
public sealed record LeafEnabled(string Id, ContactProof Proof = ContactProof.None);

/// <summary>Which specialist serves an intent, and why none of the others.</summary>
public sealed record AgentChoice
{
    /// <summary>The agent, or <c>human</c>; null when the customer must be asked or nobody is there.</summary>
    public string? AgentId { get; init; }

    /// <summary>A second agent: of an intent that two could serve, or the next of several obstacles.</summary>
    public string? Second { get; init; }

    /// <summary>The category.</summary>
    public string? Category { get; init; }

    /// <summary>0..1.</summary>
    public double Confidence { get; init; }

    /// <summary>entity, lookalike, probability, default, incident, objection, progression, qualification, education, explicit, state or none.</summary>
    public string? Rule { get; init; }

    /// <summary>The agents that were looked at, the likeliest first.</summary>
    public IReadOnlyList<Weighed> Considered { get; init; } = [];

    /// <summary>The agents that were not taken.</summary>
    public IReadOnlyList<AgentNotTaken> Rejected { get; init; } = [];

    /// <summary>clarify, missing_capability, quiet_rule, human …; null when an agent serves it.</summary>
    public string? Code { get; init; }

    /// <summary>Whether the agent asks what exactly is wanted before it does anything.</summary>
    public bool AsksFirst { get; init; }

    /// <summary>The team that takes it, where people do.</summary>
    public string? Team { get; init; }

    /// <summary>Agents that look at it without speaking, for the case file.</summary>
    public IReadOnlyList<string> DryRun { get; init; } = [];

    /// <summary>qualification, education, objection or progression; of sales alone.</summary>
    public string? SalesCategory { get; init; }

    /// <summary>health, onboarding, adoption, retention or expansion; of success alone.</summary>
    public string? CsCategory { get; init; }

    /// <summary>explicit, churn, health, age or none; of success alone.</summary>
    public string? Override { get; init; }

    /// <summary>Leaves with their share of what is known of them together, the likeliest first.</summary>
    /// <param name="leaves">The leaves that are known.</param>
    /// <param name="atLeast">What all leaves of the place have together, where that is known: those that are not named have a share too.</param>
    internal static IReadOnlyList<LeafChance> Shares(IEnumerable<LeafChance> leaves, double atLeast = 0)
    {
        LeafChance[] all = [.. leaves.Where(l => l.P > 0).GroupBy(l => l.Leaf, StringComparer.Ordinal).Select(g => new LeafChance(g.Key, g.Max(l => l.P)))];
        double sum = Math.Max(all.Sum(l => l.P), atLeast);
        return [.. all.Select(l => new LeafChance(l.Leaf, l.P / sum)).OrderByDescending(l => l.P).ThenBy(l => l.Leaf, StringComparer.Ordinal)];
    }
}
