namespace Switchboard.Domain.Support;

/// <summary>What a ticket is.</summary>
public enum TicketKind { Bug, Feature, Incident, Task }

/// <summary>How bad a fault is: S1 outage or data loss for many, S2 a main feature down without a way round, S3 degraded with one, S4 cosmetic or a question.</summary>
public enum Severity { S1, S2, S3, S4 }

/// <summary>Where a ticket stands.</summary>
public enum TicketStatus { New, Open, InProgress, Waiting, Done, Rejected }

/// <summary>A tie between a ticket and something else.</summary>
/// <param name="Kind">duplicate_of, caused_by, conversation, url …</param>
/// <param name="Target">The other one: an id or an address.</param>
public sealed record TicketLink(string Kind, string Target);

/// <summary>A piece of work outside a conversation.</summary>
public sealed class Ticket : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The conversation it came from.</summary>
    public Guid? ConversationId { get; init; }

    /// <summary>What it is.</summary>
    public required TicketKind Kind { get; set; }

    /// <summary>What it is about.</summary>
    public required string Title { get; set; }

    /// <summary>All that is known.</summary>
    public string Description { get; set; } = "";

    /// <summary>How bad it is.</summary>
    public required Severity Severity { get; set; }

    /// <summary>The part of the product.</summary>
    public string? Component { get; set; }

    /// <summary>Where it stands.</summary>
    public TicketStatus Status { get; private set; } = TicketStatus.New;

    /// <summary>Who works on it.</summary>
    public Guid? AssigneeId { get; set; }

    /// <summary>Ties to other things.</summary>
    public IReadOnlyList<TicketLink> Links { get; set; } = [];

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? ClosedAt { get; private set; }

    /// <summary>Whether it still needs work.</summary>
    public bool IsOpen => ClosedAt is null;

    /// <summary>Moves it to another status; one that ended can be opened again.</summary>
    public Ticket MoveTo(TicketStatus status, DateTimeOffset at)
    {
        Status = status;
        ClosedAt = status is TicketStatus.Done or TicketStatus.Rejected ? ClosedAt ?? at : null;
        return this;
    }
}

/// <summary>What was told about an incident.</summary>
/// <param name="At">When.</param>
/// <param name="Text">What.</param>
public sealed record IncidentUpdate(DateTimeOffset At, string Text);

/// <summary>Something broke for customers.</summary>
public sealed class Incident : TenantRow
{
    /// <summary>What it is about.</summary>
    public required string Title { get; set; }

    /// <summary>The part of the product.</summary>
    public required string Component { get; set; }

    /// <summary>How bad it is.</summary>
    public required Severity Severity { get; set; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When customers no longer felt it.</summary>
    public DateTimeOffset? MitigatedAt { get; private set; }

    /// <summary>When it was over.</summary>
    public DateTimeOffset? ResolvedAt { get; private set; }

    /// <summary>The customers that felt it; empty with a component that everybody uses.</summary>
    public IReadOnlyList<Guid> AffectedCustomers { get; set; } = [];

    /// <summary>What was told, oldest first.</summary>
    public IReadOnlyList<IncidentUpdate> Updates { get; set; } = [];

    /// <summary>Notes that customers no longer feel it.</summary>
    /// <exception cref="DomainRuleException">That would be before it began.</exception>
    public Incident Mitigate(DateTimeOffset at)
    {
        DomainRuleException.Require(at >= StartedAt, "before_start", "An incident is not mitigated before it began.");
        MitigatedAt = at;
        return this;
    }

    /// <summary>Notes that it is over.</summary>
    /// <exception cref="DomainRuleException">That would be before it began or was mitigated.</exception>
    public Incident Resolve(DateTimeOffset at)
    {
        DomainRuleException.Require(at >= (MitigatedAt ?? StartedAt), "before_start", "An incident is not over before it began and was mitigated.");
        MitigatedAt ??= at;
        ResolvedAt = at;
        return this;
    }
}

/// <summary>What a customer says of a conversation.</summary>
public sealed class CsatRating : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The conversation.</summary>
    public required Guid ConversationId { get; init; }

    /// <summary>1..5.</summary>
    public required int Score { get; init; }

    /// <summary>In the customer's words.</summary>
    public string? Comment { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Says whether a score is one.</summary>
    /// <exception cref="DomainRuleException">It is not in 1..5.</exception>
    public static int Valid(int score)
    {
        DomainRuleException.Require(score is >= 1 and <= 5, "score_range", "A rating is a whole number from 1 to 5.");
        return score;
    }
}
