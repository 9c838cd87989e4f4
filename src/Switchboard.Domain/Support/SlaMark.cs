namespace Switchboard.Domain.Support;

/// <summary>What of a conversation is promised within a time.</summary>
public enum SlaClock { FirstResponse, Resolution }

/// <summary>What is kept of a clock.</summary>
public enum SlaMarkKind { Warning, Breach }

/// <summary>That a clock of a conversation came near its end, or to it: once for each clock, kind and cycle.</summary>
public sealed class SlaMark : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The conversation.</summary>
    public required Guid ConversationId { get; init; }

    /// <summary>The clock.</summary>
    public required SlaClock Clock { get; init; }

    /// <summary>Whether its time has run, or is about to.</summary>
    public required SlaMarkKind Kind { get; init; }

    /// <summary>Which time it runs: of the first answer how often people were given the conversation, of the solution how often it was opened again.</summary>
    public required int Cycle { get; init; }

    /// <summary>How much time there is, in whole minutes.</summary>
    public required int TargetMinutes { get; init; }

    /// <summary>When the time has run.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When it was seen.</summary>
    public required DateTimeOffset At { get; init; }
}
