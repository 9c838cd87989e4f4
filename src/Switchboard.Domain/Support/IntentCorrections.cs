namespace Switchboard.Domain.Support;

/// <summary>A person's word on what a customer's message wanted. The desk learns from it; taken back, it is deleted.</summary>
public sealed class IntentCorrection : TenantRow
{
    /// <summary>The conversation.</summary>
    public required Guid ConversationId { get; init; }

    /// <summary>The customer's message; there is one correction of it at most.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>What the desk had understood; null when it was not sure of anything.</summary>
    public string? From { get; init; }

    /// <summary>What it wanted.</summary>
    public required string To { get; set; }

    /// <summary>Who said so; null for a key of no person.</summary>
    public Guid? By { get; set; }

    /// <summary>When it was said last.</summary>
    public required DateTimeOffset At { get; set; }
}

/// <summary>A message a classifier was taught by. Its words stay with the message alone, so that a message which is erased teaches nothing any more.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="Intent">What it wanted.</param>
public sealed record TaughtTurn(Guid MessageId, string Intent);

/// <summary>A training of the tenant's classifier: what it was taught besides the sentences of the product, how it did, and whether it took over. The newest that did is the one in force.</summary>
public sealed class IntentModelVersion : TenantRow
{
    /// <summary>The version that turns name; null when it was refused.</summary>
    public string? Version { get; init; }

    /// <summary>What it was taught, by message.</summary>
    public required IReadOnlyList<TaughtTurn> Taught { get; init; }

    /// <summary>Whether it took over.</summary>
    public required bool Accepted { get; init; }

    /// <summary>Why, with the figures.</summary>
    public required string Reason { get; init; }

    /// <summary>When it was trained.</summary>
    public required DateTimeOffset TrainedAt { get; init; }
}
