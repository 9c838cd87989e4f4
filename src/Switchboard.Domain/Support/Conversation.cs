namespace Switchboard.Domain.Support;

/// <summary>Where a conversation came from.</summary>
public enum Channel { Web, Email, Api, Console }

/// <summary>Where a conversation stands.</summary>
public enum ConversationStatus { Open, Pending, Snoozed, Resolved, Closed }

/// <summary>Who answers next.</summary>
public enum ConversationOwner { Bot, Human, None }

/// <summary>How soon a conversation must be looked at.</summary>
public enum Priority { Urgent, High, Normal, Low }

/// <summary>A talk between one customer's person and the desk.</summary>
public sealed class Conversation : ITenantOwned
{
    /// <inheritdoc />
    public required Guid TenantId { get; init; }

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>Where it came from.</summary>
    public required Channel Channel { get; init; }

    /// <summary>The proven contact it belongs to.</summary>
    public Guid? ContactId { get; init; }

    /// <summary>The browser it belongs to while nobody is proven.</summary>
    public Guid? VisitorId { get; init; }

    /// <summary>The conversation this one continues, when that one was closed.</summary>
    public Guid? ContinuesId { get; init; }

    /// <summary>What it is about, in the customer's own first words.</summary>
    public required string Subject { get; set; }

    /// <summary>Where it stands.</summary>
    public ConversationStatus Status { get; private set; } = ConversationStatus.Open;

    /// <summary>Who answers next.</summary>
    public ConversationOwner Owner { get; private set; } = ConversationOwner.Bot;

    /// <summary>How soon it must be looked at.</summary>
    public Priority Priority { get; private set; } = Priority.Normal;

    /// <summary>Where an answer by a person can be sent: given in the talk, therefore no proof of anything.</summary>
    public string? ReplyEmail { get; private set; }

    /// <summary>Replies in a row whose confidence was below the tenant's floor.</summary>
    public int LowConfidenceStreak { get; private set; }

    /// <summary>How often a resolved conversation was opened again.</summary>
    public int ReopenedCount { get; private set; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When anything last happened in it.</summary>
    public required DateTimeOffset LastActivityAt { get; set; }

    /// <summary>Takes note of a customer's message: a resolved or pending conversation is open again.</summary>
    /// <exception cref="InvalidOperationException">The conversation is closed; a new one must be started.</exception>
    public void CustomerWrote(DateTimeOffset at)
    {
        if (Status == ConversationStatus.Closed) throw new InvalidOperationException("A closed conversation takes no more messages.");
        if (Status == ConversationStatus.Resolved) ReopenedCount++;
        Status = ConversationStatus.Open;
        LastActivityAt = at;
    }

    /// <summary>Takes note of an agent's reply and whether the agent was sure of it.</summary>
    public void AgentReplied(bool confident, DateTimeOffset at)
    {
        LowConfidenceStreak = confident ? 0 : LowConfidenceStreak + 1;
        LastActivityAt = at;
    }

    /// <summary>Takes note that an agent asked the customer something and waits for it. A question says nothing of how sure the agent is.</summary>
    public void AgentAsked(DateTimeOffset at)
    {
        Status = ConversationStatus.Pending;
        LastActivityAt = at;
    }

    /// <summary>Takes note of a person's reply, which also takes the conversation over.</summary>
    public void HumanReplied(DateTimeOffset at)
    {
        Owner = ConversationOwner.Human;
        Status = ConversationStatus.Open;
        LastActivityAt = at;
    }

    /// <summary>Gives the conversation to people: from here the agents are silent.</summary>
    public void HandToHuman(Priority priority, DateTimeOffset at)
    {
        Owner = ConversationOwner.Human;
        Status = ConversationStatus.Open;
        Priority = priority;
        LastActivityAt = at;
    }

    /// <summary>Keeps the address an answer can be sent to.</summary>
    public void AnswerTo(string email) => ReplyEmail = email;

    /// <summary>Marks the conversation as done.</summary>
    public void Resolve(DateTimeOffset at)
    {
        Status = ConversationStatus.Resolved;
        LastActivityAt = at;
    }
}
