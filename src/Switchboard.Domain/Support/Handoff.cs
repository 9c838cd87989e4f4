namespace Switchboard.Domain.Support;

/// <summary>One step somebody already took for the customer.</summary>
/// <param name="AgentId">Who took it.</param>
/// <param name="Action">What was done.</param>
/// <param name="Result">What came of it.</param>
/// <param name="At">When.</param>
public sealed record TriedStep(string AgentId, string Action, string Result, DateTimeOffset At);

/// <summary>A fact with its source, so that the person who takes over can check it.</summary>
/// <param name="Text">The fact in one line.</param>
/// <param name="Source">Where it comes from: an article, a row, the customer's own words.</param>
/// <param name="AsOf">When it held.</param>
public sealed record CaseFact(string Text, string Source, DateTimeOffset AsOf);

/// <summary>What the person who takes over needs to know, so that the customer need not say it again.</summary>
/// <param name="Who">Name or "visitor", with how sure we are of it.</param>
/// <param name="ReplyEmail">Where an answer can be sent; null when none is known.</param>
/// <param name="Wish">The customer's own words, at most 300 characters.</param>
/// <param name="WishSequence">The message the wish was taken from.</param>
/// <param name="Facts">What is known, each with its source.</param>
/// <param name="Tried">What was done so far.</param>
/// <param name="OpenQuestion">What is still to be answered.</param>
/// <param name="SuggestedNextStep">What we would do next.</param>
public sealed record CaseFile(
    string Who,
    string? ReplyEmail,
    string Wish,
    int WishSequence,
    IReadOnlyList<CaseFact> Facts,
    IReadOnlyList<TriedStep> Tried,
    string OpenQuestion,
    string SuggestedNextStep)
{
    /// <summary>What the customer wants, as labels; null in what was recorded before it was kept.</summary>
    public IReadOnlyList<string>? Intents { get; init; }

    /// <summary>What the customer gave, by the name of the slot, as it was recorded.</summary>
    public IReadOnlyDictionary<string, string>? Slots { get; init; }

    /// <summary>Why people take over, each reason with what it rests on.</summary>
    public IReadOnlyList<string>? Reasons { get; init; }

    /// <summary>The mood of the customer's messages, -1..1, oldest first; null when none was measured.</summary>
    public IReadOnlyList<double>? Moods { get; init; }

    /// <summary>What the checks said of the last draft.</summary>
    public IReadOnlyList<string>? Verdicts { get; init; }

    /// <summary>When the first answer is due.</summary>
    public DateTimeOffset? DueAt { get; init; }
}

/// <summary>A conversation given from an agent to people, with all they need.</summary>
public sealed class Handoff : TenantRow
{
    /// <summary>The conversation.</summary>
    public required Guid ConversationId { get; init; }

    /// <summary>The turn that decided it; null for one that was imported.</summary>
    public required Guid? RunId { get; init; }

    /// <summary>The agent that gave it away.</summary>
    public required string FromAgent { get; init; }

    /// <summary>The team that takes it.</summary>
    public required string ToTeam { get; init; }

    /// <summary>The agent that takes it, when an agent does.</summary>
    public string? ToAgent { get; init; }

    /// <summary>The member of the staff that takes it, or is offered it; null while it waits in the team's queue.</summary>
    public Guid? ToUserId { get; set; }

    /// <summary>How sure the agent was before, 0..1; null when it does not say.</summary>
    public double? Confidence { get; init; }

    /// <summary>A code of the closed list: customer_request, low_confidence, no_evidence, tool_failed …</summary>
    public required string Reason { get; init; }

    /// <summary>What the person needs to know.</summary>
    public required CaseFile CaseFile { get; init; }

    /// <summary>When it was given away.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Offers it to another member of the staff; null for the team's queue.</summary>
    public void Offer(Guid? user) => ToUserId = user;
}
