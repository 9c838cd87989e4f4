namespace Switchboard.Domain.Product;

/// <summary>Something a customer works on in the product.</summary>
public sealed class WorkItem : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>project, board, document, task …</summary>
    public required string Kind { get; init; }

    /// <summary>What the customer calls it.</summary>
    public required string Title { get; set; }

    /// <summary>The person it belongs to.</summary>
    public Guid? ContactId { get; set; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was put away.</summary>
    public DateTimeOffset? ArchivedAt { get; set; }
}

/// <summary>A person may see or change a thing.</summary>
public sealed class ShareGrant : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The thing.</summary>
    public required Guid WorkItemId { get; init; }

    /// <summary>The person.</summary>
    public required Guid ContactId { get; init; }

    /// <summary>view, comment, edit or own.</summary>
    public required string Level { get; set; }
}

/// <summary>Something a customer deleted and can still have back.</summary>
public sealed class TrashItem : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>What it was: project, board …</summary>
    public required string Kind { get; init; }

    /// <summary>What the customer called it.</summary>
    public required string Title { get; init; }

    /// <summary>Who deleted it.</summary>
    public Guid? ContactId { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset DeletedAt { get; init; }

    /// <summary>Until when it can be had back.</summary>
    public required DateTimeOffset Until { get; init; }
}

/// <summary>A copy of a customer's data at the product.</summary>
public sealed class ProductBackup : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>What it covers.</summary>
    public required string Scope { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required long Size { get; init; }
}

/// <summary>A row of a customer's file that could not be taken.</summary>
/// <param name="Row">The row, from 1.</param>
/// <param name="Column">The column.</param>
/// <param name="Reason">Why.</param>
public sealed record DataJobError(int Row, string? Column, string Reason);

/// <summary>An import or export of a customer at the product.</summary>
public sealed class DataJob : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>import or export.</summary>
    public required string Kind { get; init; }

    /// <summary>csv, json, xlsx, pdf, trello …</summary>
    public required string Format { get; init; }

    /// <summary>Rows in all.</summary>
    public required int Rows { get; set; }

    /// <summary>Rows a second; null while it runs.</summary>
    public double? Rate { get; set; }

    /// <summary>What could not be taken.</summary>
    public IReadOnlyList<DataJobError> Errors { get; set; } = [];

    /// <summary>What it made, so that it can be undone.</summary>
    public IReadOnlyList<Guid> CreatedIds { get; set; } = [];

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
