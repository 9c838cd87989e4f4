namespace Switchboard.Domain.Operations;

/// <summary>Whether a receiver is told of anything.</summary>
public enum WebhookStatus
{
    /// <summary>It is told.</summary>
    Active,

    /// <summary>The staff paused it; what happens meanwhile is not told later.</summary>
    Paused,

    /// <summary>It did not answer for so long, or said that it is gone, that it is not told any more.</summary>
    Disabled,
}

/// <summary>What can be told to a receiver.</summary>
public static class WebhookEvents
{
    public const string ConversationCreated = "conversation.created";
    public const string ConversationUpdated = "conversation.updated";
    public const string ConversationEscalated = "conversation.escalated";
    public const string ConversationResolved = "conversation.resolved";
    public const string ConversationReopened = "conversation.reopened";
    public const string MessageCreated = "message.created";
    public const string CustomerCreated = "customer.created";
    public const string CustomerUpdated = "customer.updated";
    public const string CustomerDeleted = "customer.deleted";
    public const string ApprovalRequested = "approval.requested";
    public const string ApprovalDecided = "approval.decided";
    public const string JobFinished = "job.finished";
    public const string ActionPerformed = "action.performed";
    public const string SlaWarning = "sla.warning";
    public const string SlaBreached = "sla.breached";

    /// <summary>A trial that the staff asked for; no receiver chooses it.</summary>
    public const string Test = "webhook.test";

    /// <summary>What a receiver can choose.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        ConversationCreated, ConversationUpdated, ConversationEscalated, ConversationResolved, ConversationReopened, MessageCreated, CustomerCreated, CustomerUpdated, CustomerDeleted,
        ApprovalRequested, ApprovalDecided, JobFinished, ActionPerformed, SlaWarning, SlaBreached,
    ];
}

/// <summary>A receiver outside that is told what happens.</summary>
public sealed class WebhookEndpoint : TenantRow, IRevised
{
    /// <summary>Its address.</summary>
    public required string Url { get; set; }

    /// <summary>What it is for, in the staff's words.</summary>
    public string? Description { get; set; }

    /// <summary>What it is told of: some of <see cref="WebhookEvents.All"/>.</summary>
    public required IReadOnlyList<string> Events { get; set; }

    /// <summary>What it is signed with, encrypted.</summary>
    public required byte[] Secret { get; set; }

    /// <summary>The secret before, encrypted; it signs too until <see cref="EarlierUntil"/>, so that a receiver can change over.</summary>
    public byte[]? EarlierSecret { get; set; }

    /// <summary>Until when the earlier secret signs.</summary>
    public DateTimeOffset? EarlierUntil { get; set; }

    /// <summary>Whether it is told of anything.</summary>
    public WebhookStatus Status { get; private set; } = WebhookStatus.Active;

    /// <summary>Why it is not told any more.</summary>
    public string? DisabledReason { get; private set; }

    /// <summary>Since when it is not told any more.</summary>
    public DateTimeOffset? DisabledAt { get; private set; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was taken from the lists; what it was told stays on record.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <inheritdoc />
    public int Revision { get; set; } = 1;

    /// <summary>Whether it is told now.</summary>
    public bool IsTold => Status == WebhookStatus.Active && DeletedAt is null;

    /// <summary>The staff lets it be told, or not.</summary>
    /// <param name="active">Whether it is told.</param>
    public void Tell(bool active)
    {
        Status = active ? WebhookStatus.Active : WebhookStatus.Paused;
        DisabledReason = null;
        DisabledAt = null;
    }

    /// <summary>It is not told any more; one that is not told anyway stays as it is.</summary>
    /// <returns>Whether this call made it so.</returns>
    public bool Disable(string reason, DateTimeOffset at)
    {
        if (!IsTold) return false;
        Status = WebhookStatus.Disabled;
        DisabledReason = reason;
        DisabledAt = at;
        return true;
    }

    /// <summary>Gives it another secret; the one before signs too for a while.</summary>
    public void Rotate(byte[] secret, DateTimeOffset earlierUntil)
    {
        EarlierSecret = Secret;
        EarlierUntil = earlierUntil;
        Secret = secret;
    }

    /// <summary>Takes it from the lists, and its secrets with it.</summary>
    public void Delete(DateTimeOffset at)
    {
        DeletedAt = at;
        Status = WebhookStatus.Paused;
        Secret = [];
        EarlierSecret = null;
    }
}

/// <summary>One event for one receiver. Where it stands is told by the entry of the outbox that carries it.</summary>
public sealed class WebhookDelivery : TenantRow
{
    /// <summary>The receiver.</summary>
    public required Guid EndpointId { get; init; }

    /// <summary>The entry of the outbox that carries it.</summary>
    public required Guid OutboxId { get; init; }

    /// <summary>The event: the receiver knows by it what it was told before. The same for each receiver, and when it is delivered again.</summary>
    public required Guid EventId { get; init; }

    /// <summary>What happened: one of <see cref="WebhookEvents"/>.</summary>
    public required string Type { get; init; }

    /// <summary>What is sent, character for character. It is here and not in the outbox: what is told of people belongs in no audit.</summary>
    public required string Body { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The delivery that this one repeats by hand; null for the first.</summary>
    public Guid? RepeatsId { get; init; }
}
