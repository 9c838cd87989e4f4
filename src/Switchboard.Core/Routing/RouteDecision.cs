namespace Switchboard.Core.Routing;

/// <summary>Which way a turn goes.</summary>
public enum RouteKind
{
    /// <summary>An open dialogue gets the message.</summary>
    Continue,

    /// <summary>A question to the articles.</summary>
    Support,

    /// <summary>Greeting, thanks, leave-taking.</summary>
    Smalltalk,

    /// <summary>People take the conversation.</summary>
    Human,

    /// <summary>The specialist whose utterances the message comes closest to.</summary>
    Specialist,

    /// <summary>A human owns the conversation: the agents are silent.</summary>
    None,

    /// <summary>The customer is asked which of two or three specialists is meant.</summary>
    Clarify,
}

/// <summary>Why no candidate was sure enough.</summary>
public enum Abstain
{
    /// <summary>A candidate was sure enough.</summary>
    None,

    /// <summary>Nothing that is known fits the message.</summary>
    Unknown,

    /// <summary>Two or three candidates fit it, and none is sure enough.</summary>
    Clarify,
}

/// <summary>An agent that was looked at, and why it was not taken.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Score">How well it fits, 0..1.</param>
/// <param name="RejectedBecause">Why it was not taken; null for the one that was.</param>
public sealed record Considered(string AgentId, double Score, string? RejectedBecause);

/// <summary>Which agent gets the message, and why.</summary>
/// <param name="Kind">The way.</param>
/// <param name="AgentId">The agent; null when none speaks.</param>
/// <param name="Confidence">How well it fits, 0..1.</param>
/// <param name="Reason">Why, in a sentence for people.</param>
/// <param name="Code">Why, as a code a handoff carries; null where there is none.</param>
/// <param name="Abstain">Why nothing was sure enough; none when something was.</param>
/// <param name="Considered">Every agent looked at, the chosen one first.</param>
public sealed record RouteDecision(RouteKind Kind, string? AgentId, double Confidence, string Reason, string? Code, Abstain Abstain, IReadOnlyList<Considered> Considered);
