using Switchboard.Domain.Identity;

namespace Switchboard.Domain.Support;

/// <summary>A talk between one customer's person and the desk.</summary>
public sealed class Conversation : TenantRow, ICustomerOwned
{
    private Guid? contactId;
    private Proof? proof;

    /// <summary>Where it came from.</summary>
    public required Channel Channel { get; init; }

    /// <summary>The customer of the proven contact.</summary>
    public Guid? CustomerId { get; set; }

    /// <summary>The proven contact it belongs to.</summary>
    public Guid? ContactId { get => contactId; init => contactId = value; }

    /// <summary>How the contact was proven where the channel does not tell it; null otherwise.</summary>
    public Proof? Proof { get => proof; init => proof = value; }

    /// <summary>When a visitor who had begun it was proven; null when the contact was known from the start.</summary>
    public DateTimeOffset? ProvenAt { get; private set; }

    /// <summary>The browser it belongs to while nobody is proven.</summary>
    public Guid? VisitorId { get; init; }

    /// <summary>The conversation this one continues, when that one was closed.</summary>
    public Guid? ContinuesId { get; init; }

    /// <summary>The conversation in which this one goes on, when it was merged.</summary>
    public Guid? MergedIntoId { get; private set; }

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

    /// <summary>The member of the staff it is given to.</summary>
    public Guid? AssigneeId { get; set; }

    /// <summary>The team it is given to.</summary>
    public string? Team { get; set; }

    /// <summary>What it is about, as it was first understood.</summary>
    public string? PrimaryIntent { get; set; }

    /// <summary>How much help its last assessed turn needed: simple, moderate, complex or very_complex; null while none was assessed.</summary>
    public string? Complexity { get; set; }

    /// <summary>BCP 47 tag of the customer's language; null while unknown.</summary>
    public string? Language { get; set; }

    /// <summary>Mean mood of the customer's messages, -1..1.</summary>
    public double? SentimentMean { get; set; }

    /// <summary>Mood of the last one, -1..1.</summary>
    public double? SentimentLast { get; set; }

    /// <summary>Labels of the staff.</summary>
    public IReadOnlyList<string> Tags { get; set; } = [];

    /// <summary>The agents that had a part in it, in order.</summary>
    public IReadOnlyList<string> AgentsInvolved { get; set; } = [];

    /// <summary>When the customer last wrote; null while nothing was taken note of.</summary>
    public DateTimeOffset? CustomerWroteAt { get; private set; }

    /// <summary>When the first reply went out, an agent's or a person's.</summary>
    public DateTimeOffset? FirstResponseAt { get; private set; }

    /// <summary>When an agent last answered with a citation.</summary>
    public DateTimeOffset? AnsweredAt { get; private set; }

    /// <summary>When the customer last saw an answer.</summary>
    public DateTimeOffset? ReadAt { get; set; }

    /// <summary>When it was given to people.</summary>
    public DateTimeOffset? HandedOffAt { get; private set; }

    /// <summary>When the customer said that it is solved: by the button, with thanks, or by a rating of 4 or 5.</summary>
    public DateTimeOffset? ConfirmedAt { get; private set; }

    /// <summary>When it was last resolved.</summary>
    public DateTimeOffset? ResolvedAt { get; private set; }

    /// <summary>When it was closed.</summary>
    public DateTimeOffset? ClosedAt { get; private set; }

    /// <summary>When it was last opened again.</summary>
    public DateTimeOffset? ReopenedAt { get; private set; }

    /// <summary>Until when it sleeps.</summary>
    public DateTimeOffset? SnoozedUntil { get; private set; }

    /// <summary>The times its clocks stood still, oldest first; the last one has no end while they do.</summary>
    public IReadOnlyList<ClockPause> Pauses { get; private set; } = [];

    /// <summary>Messages of people, private notes not counted.</summary>
    public int HumanMessages { get; private set; }

    /// <summary>The customer's rating, 1..5.</summary>
    public int? Csat { get; private set; }

    /// <summary>When it was taken from the lists; its rows stay until retention ends.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When anything last happened in it.</summary>
    public required DateTimeOffset LastActivityAt { get; set; }

    /// <summary>Takes note of a customer's message: a resolved or pending conversation is open again.</summary>
    /// <exception cref="InvalidOperationException">The conversation is closed; a new one must be started.</exception>
    public void CustomerWrote(DateTimeOffset at)
    {
        if (Status == ConversationStatus.Closed) throw new InvalidOperationException("A closed conversation takes no more messages.");
        if (Status == ConversationStatus.Resolved)
        {
            ReopenedCount++;
            ReopenedAt = at;
        }

        CustomerWroteAt = at;
        SnoozedUntil = null;
        GoOn(at);
        Status = ConversationStatus.Open;
        LastActivityAt = at;
    }

    /// <summary>A visitor's conversation becomes the contact's who is proven to have begun it. What was written before stays a stranger's word, see <see cref="IsProvenFor"/>.</summary>
    /// <exception cref="InvalidOperationException">It is a contact's already.</exception>
    public void Prove(Guid contact, Guid? customer, Proof by, DateTimeOffset at)
    {
        if (contactId is not null) throw new InvalidOperationException("The conversation is a contact's.");
        (contactId, CustomerId, proof, ProvenAt) = (contact, customer, by, at);
    }

    /// <summary>Whether the contact was proven when a message was written.</summary>
    public bool IsProvenFor(DateTimeOffset writtenAt) => ProvenAt is not { } proven || writtenAt >= proven;

    /// <summary>Takes note of what was understood of a customer's message. The language stays the first one that could be told.</summary>
    /// <param name="language">BCP 47 tag; null when it could not be told.</param>
    /// <param name="sentiment">The mood, -1..1; null when it was not measured.</param>
    /// <param name="earlier">How many messages of the customer the mean holds already.</param>
    public void CustomerWasUnderstood(string? language, double? sentiment, int earlier)
    {
        Language ??= language;
        if (sentiment is not { } mood) return;
        SentimentMean = SentimentMean is { } mean ? mean + ((mood - mean) / (Math.Max(1, earlier) + 1)) : mood;
        SentimentLast = mood;
    }

    /// <summary>Takes note of an agent's reply, whether the agent was sure of it, and whether it cites a source.</summary>
    public void AgentReplied(bool confident, bool cited, DateTimeOffset at)
    {
        LowConfidenceStreak = confident ? 0 : LowConfidenceStreak + 1;
        FirstResponseAt ??= at;
        if (cited) AnsweredAt = at;
        LastActivityAt = at;
    }

    /// <summary>Takes note that an agent asked the customer something and waits for it. A question says nothing of how sure the agent is.</summary>
    public void AgentAsked(DateTimeOffset at)
    {
        Status = ConversationStatus.Pending;
        FirstResponseAt ??= at;
        Pause(at);
        LastActivityAt = at;
    }

    /// <summary>Takes note of a person's reply, which also takes the conversation over.</summary>
    /// <exception cref="DomainRuleException">The conversation was merged into another one.</exception>
    public void HumanReplied(DateTimeOffset at)
    {
        DomainRuleException.Require(MergedIntoId is null, "merged", "The conversation was merged; it goes on in the one it is linked to.");
        Owner = ConversationOwner.Human;
        FirstResponseAt ??= at;
        HumanMessages++;
        GoOn(at);
        Status = ConversationStatus.Open;
        LastActivityAt = at;
    }

    /// <summary>Gives the conversation to people: from here the agents are silent.</summary>
    public void HandToHuman(Priority priority, DateTimeOffset at)
    {
        Owner = ConversationOwner.Human;
        Status = ConversationStatus.Open;
        Priority = priority;
        HandedOffAt ??= at;
        GoOn(at);
        LastActivityAt = at;
    }

    /// <summary>A person takes the conversation: from here the agents are silent.</summary>
    /// <exception cref="DomainRuleException">The conversation is closed.</exception>
    public void TakeOver(Guid? person, DateTimeOffset at)
    {
        RequireNotClosed();
        Owner = ConversationOwner.Human;
        AssigneeId = person ?? AssigneeId;
        if (Status is ConversationStatus.Pending or ConversationStatus.Snoozed) Wake(at);
        LastActivityAt = at;
    }

    /// <summary>Gives the conversation back to the agents, which answer from the customer's next message on.</summary>
    /// <exception cref="DomainRuleException">The conversation is closed.</exception>
    public void ReturnToBot(DateTimeOffset at)
    {
        RequireNotClosed();
        Owner = ConversationOwner.Bot;
        LowConfidenceStreak = 0;
        LastActivityAt = at;
    }

    /// <summary>Names who is to answer; null leaves as it is.</summary>
    /// <exception cref="DomainRuleException">The conversation is closed.</exception>
    public void Assign(Guid? person, string? team, DateTimeOffset at)
    {
        RequireNotClosed();
        AssigneeId = person ?? AssigneeId;
        Team = team ?? Team;
        LastActivityAt = at;
    }

    /// <summary>Says how soon it is to be answered.</summary>
    /// <exception cref="DomainRuleException">The conversation is closed.</exception>
    public void Prioritise(Priority priority, DateTimeOffset at)
    {
        RequireNotClosed();
        Priority = priority;
        LastActivityAt = at;
    }

    /// <summary>Opens a resolved or sleeping conversation again.</summary>
    /// <exception cref="DomainRuleException">The conversation is closed.</exception>
    public void Reopen(DateTimeOffset at)
    {
        RequireNotClosed();
        if (Status == ConversationStatus.Resolved)
        {
            ReopenedCount++;
            ReopenedAt = at;
        }

        Wake(at);
        LastActivityAt = at;
    }

    /// <summary>Ends its sleep, if it still sleeps until that instant.</summary>
    public void WakeFrom(DateTimeOffset until, DateTimeOffset at)
    {
        if (Status == ConversationStatus.Snoozed && SnoozedUntil == until) Wake(at);
    }

    /// <summary>Keeps the address an answer can be sent to.</summary>
    public void AnswerTo(string email) => ReplyEmail = email;

    /// <summary>Marks the conversation as done.</summary>
    /// <exception cref="DomainRuleException">The conversation is closed.</exception>
    public void Resolve(DateTimeOffset at)
    {
        RequireNotClosed();
        Status = ConversationStatus.Resolved;
        ResolvedAt = at;
        GoOn(at);
        LastActivityAt = at;
    }

    /// <summary>Takes note that the customer says it is solved.</summary>
    public void Confirm(DateTimeOffset at) => ConfirmedAt = at;

    /// <summary>Ends the conversation: it takes no more messages.</summary>
    public void Close(DateTimeOffset at)
    {
        Status = ConversationStatus.Closed;
        Owner = ConversationOwner.None;
        ResolvedAt ??= at;
        ClosedAt = at;
        GoOn(at);
        LastActivityAt = at;
    }

    /// <summary>Lets it go on in another one of the same customer: this one is closed, and what it was counted by is the other's.</summary>
    /// <exception cref="DomainRuleException">The other is another customer's or closed, or this one was merged before.</exception>
    public void MergeInto(Conversation other, DateTimeOffset at)
    {
        DomainRuleException.Require(MergedIntoId is null, "already_merged", "The conversation was merged before; it goes on in the one it is linked to.");
        bool isSame = ContactId is not null || other.ContactId is not null ? ContactId == other.ContactId || (CustomerId is not null && CustomerId == other.CustomerId) : VisitorId is not null && VisitorId == other.VisitorId;
        DomainRuleException.Require(isSame, "other_customer", "Only conversations of the same customer can be merged.");
        other.RequireNotClosed();
        bool isUnsettled = Status is ConversationStatus.Open or ConversationStatus.Pending;
        other.HumanMessages += HumanMessages;
        other.FirstResponseAt = Earlier(other.FirstResponseAt, FirstResponseAt);
        other.HandedOffAt = Earlier(other.HandedOffAt, HandedOffAt);
        other.Tags = [.. other.Tags.Concat(Tags).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (Owner == ConversationOwner.Human && isUnsettled)
        {
            other.Owner = ConversationOwner.Human;
            other.AssigneeId ??= AssigneeId;
            other.Team ??= Team;
        }

        if (isUnsettled && other.Status is (ConversationStatus.Resolved or ConversationStatus.Snoozed)) other.Wake(at);
        other.LastActivityAt = at;
        MergedIntoId = other.Id;
        Close(at);
    }

    /// <summary>Lets it sleep until an instant; its clocks stand still meanwhile.</summary>
    /// <exception cref="DomainRuleException">The conversation is closed or the instant is not later.</exception>
    public void Snooze(DateTimeOffset until, DateTimeOffset at)
    {
        RequireNotClosed();
        DomainRuleException.Require(until > at, "not_later", "Snooze until a time that is still to come.");
        Status = ConversationStatus.Snoozed;
        SnoozedUntil = until;
        Pause(at);
    }

    /// <summary>Keeps the customer's rating; 4 and 5 confirm the solution.</summary>
    /// <exception cref="DomainRuleException">The score is not in 1..5.</exception>
    public void Rate(int score, DateTimeOffset at)
    {
        Csat = CsatRating.Valid(score);
        if (score >= 4) ConfirmedAt ??= at;
    }

    /// <summary>The conversation as it stood at an earlier time, for who works out again what was decided then. It is no row to be stored.</summary>
    public Conversation AsItStood(ConversationOwner owner, ConversationStatus status, int lowConfidenceStreak, string? language, string? replyEmail) => new()
    {
        TenantId = TenantId,
        Id = Id,
        Channel = Channel,
        CustomerId = CustomerId,
        ContactId = ContactId,
        VisitorId = VisitorId,
        Proof = Proof,
        ProvenAt = ProvenAt,
        Subject = Subject,
        Owner = owner,
        Status = status,
        LowConfidenceStreak = lowConfidenceStreak,
        Language = language,
        ReplyEmail = replyEmail,
        CreatedAt = CreatedAt,
        LastActivityAt = LastActivityAt,
    };

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    private void RequireNotClosed() => DomainRuleException.Require(Status != ConversationStatus.Closed, "conversation_closed", "The conversation is closed. A message in it begins a new one that is linked to it.");

    private void Wake(DateTimeOffset at)
    {
        Status = ConversationStatus.Open;
        SnoozedUntil = null;
        GoOn(at);
    }

    private void Pause(DateTimeOffset at)
    {
        if (Pauses is not [.., { Until: null }]) Pauses = [.. Pauses, new ClockPause(at, null)];
    }

    private void GoOn(DateTimeOffset at)
    {
        if (Pauses is [.., { Until: null } open]) Pauses = [.. Pauses.SkipLast(1), open with { Until = at }];
    }
}
