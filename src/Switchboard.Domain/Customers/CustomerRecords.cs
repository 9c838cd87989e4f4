namespace Switchboard.Domain.Customers;

/// <summary>What a note is about.</summary>
public enum NoteKind { General, Support, Sales, Success, Technical }

/// <summary>Who may read a note.</summary>
public enum NoteVisibility { Private, Team, Company }

/// <summary>A note of the staff on a customer.</summary>
public sealed class CustomerNote : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>What it is about.</summary>
    public required NoteKind Kind { get; set; }

    /// <summary>Who may read it.</summary>
    public required NoteVisibility Visibility { get; set; }

    /// <summary>The note.</summary>
    public required string Text { get; set; }

    /// <summary>Who wrote it; null for one that was imported.</summary>
    public Guid? AuthorId { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A customer's place in a segment.</summary>
public sealed class SegmentMembership : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The family of segments: value, lifecycle, behaviour …</summary>
    public required string Type { get; init; }

    /// <summary>The segment's name.</summary>
    public required string Name { get; set; }

    /// <summary>How sure the assignment is, 0..1.</summary>
    public required double Confidence { get; set; }

    /// <summary>The agent or person that assigned it.</summary>
    public required string AssignedBy { get; set; }

    /// <summary>When.</summary>
    public required DateTimeOffset AssignedAt { get; set; }
}

/// <summary>Where a connection to another product stands.</summary>
public enum IntegrationStatus { Active, Paused, Error, Disconnected }

/// <summary>A customer's connection to another product.</summary>
public sealed class Integration : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The other product: slack, github, salesforce …</summary>
    public required string Type { get; init; }

    /// <summary>The account there.</summary>
    public string? Account { get; set; }

    /// <summary>Where it stands.</summary>
    public required IntegrationStatus Status { get; set; }

    /// <summary>Minutes between two synchronisations; null when it pushes.</summary>
    public int? IntervalMinutes { get; set; }

    /// <summary>Whose value wins, by field: ours, theirs or newest.</summary>
    public IReadOnlyDictionary<string, string> ConflictRules { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Errors since the last success.</summary>
    public int ErrorCount { get; set; }

    /// <summary>When it last ran.</summary>
    public DateTimeOffset? LastSyncAt { get; set; }

    /// <summary>When it was connected.</summary>
    public required DateTimeOffset ConnectedAt { get; init; }
}

/// <summary>Errors of a synchronisation that are alike.</summary>
/// <param name="Code">The error's code.</param>
/// <param name="Count">How many.</param>
/// <param name="Sample">One of them in words.</param>
public sealed record SyncErrorGroup(string Code, int Count, string Sample);

/// <summary>One synchronisation of an integration.</summary>
public sealed class SyncRun : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The integration.</summary>
    public required Guid IntegrationId { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Objects read.</summary>
    public int ReadCount { get; set; }

    /// <summary>Objects written.</summary>
    public int WrittenCount { get; set; }

    /// <summary>Objects left as they were.</summary>
    public int SkippedCount { get; set; }

    /// <summary>Objects that failed.</summary>
    public int FailedCount { get; set; }

    /// <summary>The failures, grouped.</summary>
    public IReadOnlyList<SyncErrorGroup> Errors { get; set; } = [];
}

/// <summary>What a person allowed or forbade.</summary>
public sealed class Consent : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The person.</summary>
    public required Guid ContactId { get; init; }

    /// <summary>What for: marketing, personalization, recording …</summary>
    public required string Purpose { get; init; }

    /// <summary>Whether it was granted; the newest entry of a purpose holds.</summary>
    public required bool Granted { get; init; }

    /// <summary>Version of the text the person saw.</summary>
    public required string TextVersion { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}
