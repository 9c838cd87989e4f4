namespace Switchboard.Domain.Operations;

/// <summary>Where an effect on the outside stands.</summary>
public enum OutboxStatus
{
    /// <summary>It waits to be sent, or to be sent again.</summary>
    Pending,

    /// <summary>It is being sent: from here on it may have been performed.</summary>
    Sending,

    /// <summary>The other side has taken it.</summary>
    Sent,

    /// <summary>The other side has refused it, or it could not be reached; it was not performed.</summary>
    Failed,

    /// <summary>Nobody can say whether it was performed. A person looks; it is never sent again by itself.</summary>
    Unknown,
}

/// <summary>An effect on the outside: written with what causes it, carried out afterwards, once.</summary>
public sealed class OutboxEntry : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The conversation it belongs to; null when it belongs to none.</summary>
    public Guid? ConversationId { get; init; }

    /// <summary>The run that caused it; null when a person did.</summary>
    public Guid? CauseId { get; init; }

    /// <summary>The key it carries to the other side: cause and step. Unique in the tenant.</summary>
    public required string Key { get; init; }

    /// <summary>The port it goes through: smtp, webhook, slack, discord, http.</summary>
    public required string Port { get; init; }

    /// <summary>What is sent, as JSON in the port's own form. It holds no secret; those are looked up when it is sent.</summary>
    public required string Request { get; init; }

    /// <summary>Where it stands.</summary>
    public OutboxStatus Status { get; private set; } = OutboxStatus.Pending;

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; private set; }

    /// <summary>What the other side answered, shortened; null while nothing did.</summary>
    public string? Answer { get; private set; }

    /// <summary>Why it failed, or why nobody knows; null otherwise.</summary>
    public string? Error { get; private set; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its outcome was known; null while it is not.</summary>
    public DateTimeOffset? SettledAt { get; private set; }

    /// <summary>Begins an attempt.</summary>
    /// <exception cref="DomainRuleException">It has an outcome, or an attempt is under way.</exception>
    public void Begin()
    {
        DomainRuleException.Require(Status == OutboxStatus.Pending, "outbox_settled", $"This effect is {Status} and cannot be sent.");
        Status = OutboxStatus.Sending;
        Attempts++;
    }

    /// <summary>Takes note that the other side has taken it.</summary>
    /// <exception cref="DomainRuleException">No attempt is under way.</exception>
    public void Sent(string? answer, DateTimeOffset at) => Settle(OutboxStatus.Sent, answer, null, at);

    /// <summary>Takes note that it was not performed and will not be.</summary>
    /// <exception cref="DomainRuleException">No attempt is under way.</exception>
    public void Fail(string error, string? answer, DateTimeOffset at) => Settle(OutboxStatus.Failed, answer, error, at);

    /// <summary>Takes note that nobody can say whether it was performed.</summary>
    /// <exception cref="DomainRuleException">No attempt is under way.</exception>
    public void LoseTrack(string error, DateTimeOffset at) => Settle(OutboxStatus.Unknown, null, error, at);

    /// <summary>Lets it be tried again: the attempt was surely not performed, or the other side knows the key.</summary>
    /// <exception cref="DomainRuleException">No attempt is under way.</exception>
    public void TryAgain(string error)
    {
        RequireSending();
        Status = OutboxStatus.Pending;
        Error = error;
    }

    /// <summary>Nobody wants it sent any more. What has an outcome keeps it; of what was being sent, or may have been performed before, nobody can say whether it was.</summary>
    /// <param name="mayBeDone">Whether an earlier attempt may have been performed.</param>
    /// <param name="why">Why it is not sent.</param>
    /// <param name="at">When.</param>
    public void Withdraw(bool mayBeDone, string why, DateTimeOffset at)
    {
        if (Status is not (OutboxStatus.Pending or OutboxStatus.Sending)) return;
        Status = mayBeDone || Status == OutboxStatus.Sending ? OutboxStatus.Unknown : OutboxStatus.Failed;
        Error = why;
        SettledAt = at;
    }

    /// <summary>A person has found out what became of it.</summary>
    /// <exception cref="DomainRuleException">Its outcome is known.</exception>
    public void Resolve(bool performed, string note, DateTimeOffset at)
    {
        DomainRuleException.Require(Status == OutboxStatus.Unknown, "outbox_known", $"This effect is {Status}; there is nothing to find out.");
        Status = performed ? OutboxStatus.Sent : OutboxStatus.Failed;
        Answer = note;
        SettledAt = at;
    }

    private void Settle(OutboxStatus status, string? answer, string? error, DateTimeOffset at)
    {
        RequireSending();
        Status = status;
        Answer = answer;
        Error = error;
        SettledAt = at;
    }

    private void RequireSending() => DomainRuleException.Require(Status == OutboxStatus.Sending, "outbox_not_sending", $"This effect is {Status}; no attempt is under way.");
}
