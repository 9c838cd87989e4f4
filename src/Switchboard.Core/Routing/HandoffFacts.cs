using Switchboard.Domain;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Routing;

/// <summary>A move of a conversation.</summary>
/// <param name="From">From which agent.</param>
/// <param name="To">To whom.</param>
public sealed record Move(string From, string To);

/// <summary>A member of the staff who could take a conversation.</summary>
public sealed record Candidate
{
    /// <summary>The user.</summary>
    public required string Id { get; init; }

    /// <summary>The name.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the account is active.</summary>
    public bool Active { get; init; } = true;

    /// <summary>Whether the user takes conversations now.</summary>
    public bool Online { get; init; } = true;

    /// <summary>Open conversations.</summary>
    [AtLeast(0)]
    public int Open { get; init; }

    /// <summary>Most conversations.</summary>
    [AtLeast(0)]
    public int Capacity { get; init; } = 10;

    /// <summary>Minutes since the user last did something; a longer one is taken first.</summary>
    [AtLeast(0)]
    public double IdleMinutes { get; init; }

    /// <summary>Languages; empty for any.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>What the user knows, the own team included.</summary>
    public IReadOnlyList<string> Skills { get; init; } = [];
}

/// <summary>What a move of a conversation is decided on.</summary>
public sealed record HandoffFacts
{
    /// <summary>The agent that gives it away.</summary>
    public string? From { get; init; }

    /// <summary>An agent's id, a team, or a user's id.</summary>
    public string? To { get; init; }

    /// <summary>Why, as a code.</summary>
    public string? Reason { get; init; }

    /// <summary>The stop codes that the giving agent declares.</summary>
    public IReadOnlyList<string>? Declared { get; init; }

    /// <summary>Who answers in the conversation: bot, human or none.</summary>
    [OneOf("bot", "human", "none")]
    public string? Owner { get; init; }

    /// <summary>The agents of this turn so far, in order.</summary>
    public IReadOnlyList<string>? TurnAgents { get; init; }

    /// <summary>The moves between agents in the conversation so far, this turn's among them.</summary>
    public IReadOnlyList<Move>? Moves { get; init; }

    /// <summary>Moves between agents in this turn.</summary>
    [AtLeast(0)]
    public int? TurnMoves { get; init; }

    /// <summary>What the same key came to before; null when it is new.</summary>
    public string? FirstResult { get; init; }

    /// <summary>The staff.</summary>
    public IReadOnlyList<Candidate>? Staff { get; init; }

    /// <summary>BCP 47 tag of the customer's language.</summary>
    public string? Language { get; init; }

    /// <summary>The category it is about.</summary>
    public string? Category { get; init; }

    /// <summary>How urgent it is: urgent, high, normal or low.</summary>
    [OneOf("urgent", "high", "normal", "low")]
    public string? Priority { get; init; }

    /// <summary>Key of the customer's plan.</summary>
    public string? Plan { get; init; }

    /// <summary>Conversations that wait in the team's queue.</summary>
    [AtLeast(0)]
    public int? Queued { get; init; }

    /// <summary>Users who were offered it and did not take it in time.</summary>
    public IReadOnlyList<string>? Declined { get; init; }

    /// <summary>What is known of the case.</summary>
    public CaseFile? CaseFile { get; init; }

    /// <summary>Whether the receiver may see data of single persons.</summary>
    public bool? SeesPersonalData { get; init; }
}

/// <summary>A move that was decided.</summary>
public sealed record HandoffMove
{
    /// <summary>Who takes it: an agent, a user, or the team's queue.</summary>
    public required string To { get; init; }

    /// <summary>agent, user or queue.</summary>
    public required string Kind { get; init; }

    /// <summary>The team, where people take it.</summary>
    public string? Team { get; init; }

    /// <summary>Why, as a code.</summary>
    public required string Code { get; init; }

    /// <summary>Whether it was accepted; null while nobody had to.</summary>
    public bool? Accepted { get; init; }

    /// <summary>The users in the order in which it is offered to them.</summary>
    public IReadOnlyList<string> Candidates { get; init; } = [];

    /// <summary>Users who were not taken, and why.</summary>
    public IReadOnlyList<NotTaken> Rejected { get; init; } = [];

    /// <summary>How often the pair moved it already.</summary>
    public int LoopCount { get; init; }

    /// <summary>What the customer is told of the time.</summary>
    public string? CustomerText { get; init; }

    /// <summary>The place in the queue; null when a user is offered it.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>Until when the user must take it before the next is asked; null in a queue.</summary>
    public DateTimeOffset? OfferUntil { get; init; }

    /// <summary>When the first answer is due.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When people are there next; null when they are there now.</summary>
    public DateTimeOffset? PeopleAt { get; init; }

    /// <summary>Whether the team's lead is told.</summary>
    public bool NotifyLead { get; init; }

    /// <summary>The case.</summary>
    public CaseFile? CaseFile { get; init; }
}
