namespace Switchboard.Domain.Product;

/// <summary>A feature of the tenant's product.</summary>
public sealed class ProductFeature : TenantRow
{
    /// <summary>Its key, unique in the tenant.</summary>
    public required string Key { get; init; }

    /// <summary>Its name as customers read it.</summary>
    public required string Name { get; set; }

    /// <summary>Key of the cheapest plan that has it.</summary>
    public required string Plan { get; set; }

    /// <summary>The part of the product.</summary>
    public required string Area { get; set; }

    /// <summary>What it does.</summary>
    public required string Description { get; set; }

    /// <summary>Other names customers use.</summary>
    public IReadOnlyList<string> Synonyms { get; set; } = [];

    /// <summary>Since when there is it.</summary>
    public DateOnly? Since { get; set; }

    /// <summary>Since when there is it no more.</summary>
    public DateOnly? RemovedOn { get; set; }

    /// <summary>Key of the feature that took its place.</summary>
    public string? ReplacedBy { get; set; }

    /// <summary>The article that explains it.</summary>
    public Guid? ArticleId { get; set; }
}

/// <summary>Where a plan of the product stands.</summary>
public enum RoadmapStatus { Considered, Planned, InProgress, Shipped, Dropped }

/// <summary>Something the product may get.</summary>
public sealed class RoadmapItem : TenantRow
{
    /// <summary>What it is called.</summary>
    public required string Title { get; set; }

    /// <summary>Key of the feature, when it has one.</summary>
    public string? Feature { get; set; }

    /// <summary>Where it stands.</summary>
    public required RoadmapStatus Status { get; set; }

    /// <summary>The quarter it is meant for: 2026-Q3.</summary>
    public string? TargetQuarter { get; set; }

    /// <summary>Whether customers may be told.</summary>
    public bool IsPublic { get; set; }
}

/// <summary>A customer wants a feature.</summary>
public sealed class FeatureRequest : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>What is wanted: a key of a feature or words.</summary>
    public required string Feature { get; init; }

    /// <summary>How much it counts; 1 for a plain wish.</summary>
    public required double Weight { get; set; }

    /// <summary>The conversation it was said in.</summary>
    public Guid? ConversationId { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>A program that customers let in by OAuth.</summary>
public sealed class OauthClient : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The public id.</summary>
    public required string ClientId { get; init; }

    /// <summary>What it is called.</summary>
    public required string Name { get; set; }

    /// <summary>Where it may be sent back to.</summary>
    public IReadOnlyList<string> RedirectUris { get; set; } = [];

    /// <summary>What it may do.</summary>
    public IReadOnlyList<string> Scopes { get; set; } = [];

    /// <summary>authorization_code, client_credentials, refresh_token.</summary>
    public IReadOnlyList<string> Grants { get; set; } = [];

    /// <summary>Whether it is let in.</summary>
    public bool Enabled { get; set; } = true;
}

/// <summary>A release of a library for the product's API.</summary>
public sealed class SdkRelease : TenantRow
{
    /// <summary>The programming language.</summary>
    public required string Language { get; init; }

    /// <summary>The version.</summary>
    public required string Version { get; init; }

    /// <summary>When it came out.</summary>
    public required DateOnly ReleasedOn { get; init; }

    /// <summary>Until when it is supported.</summary>
    public DateOnly? SupportEnds { get; set; }

    /// <summary>The oldest runtime it works with.</summary>
    public string? MinimumRuntime { get; set; }
}

/// <summary>A call of the product's API; kept for seven days.</summary>
public sealed class ApiCallLog : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>What the caller was told to quote.</summary>
    public required string RequestId { get; init; }

    /// <summary>First characters of the key.</summary>
    public string? KeyPrefix { get; init; }

    /// <summary>GET, POST …</summary>
    public required string Method { get; init; }

    /// <summary>The path without its query.</summary>
    public required string Path { get; init; }

    /// <summary>HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What the problem document said.</summary>
    public string? Problem { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public required int Milliseconds { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}
