namespace Switchboard.Domain.Success;

/// <summary>A customer's health on a day: five parts that add up to the score.</summary>
public sealed class HealthSnapshot : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The tenant's calendar day.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>0..100.</summary>
    public required double Score { get; init; }

    /// <summary>0..30.</summary>
    public required double Usage { get; init; }

    /// <summary>0..25.</summary>
    public required double Engagement { get; init; }

    /// <summary>0..20.</summary>
    public required double Finance { get; init; }

    /// <summary>0..15.</summary>
    public required double Support { get; init; }

    /// <summary>0..10.</summary>
    public required double Relationship { get; init; }
}

/// <summary>An answer to "how likely would you recommend us".</summary>
public sealed class NpsResponse : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The person.</summary>
    public Guid? ContactId { get; init; }

    /// <summary>0..10.</summary>
    public required int Score { get; init; }

    /// <summary>In the person's words.</summary>
    public string? Comment { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>Where a plan or a task stands.</summary>
public enum PlanStatus { Draft, OnTrack, AtRisk, Achieved, Dropped }

/// <summary>A step of a success plan.</summary>
/// <param name="Title">What.</param>
/// <param name="Due">Until when.</param>
/// <param name="DoneAt">When it was done.</param>
public sealed record Milestone(string Title, DateOnly Due, DateTimeOffset? DoneAt);

/// <summary>What a customer wants to reach with the product, and how.</summary>
public sealed class SuccessPlan : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>What the customer wants to reach.</summary>
    public required IReadOnlyList<string> Goals { get; set; }

    /// <summary>The steps.</summary>
    public IReadOnlyList<Milestone> Milestones { get; set; } = [];

    /// <summary>Who looks after it.</summary>
    public Guid? OwnerId { get; set; }

    /// <summary>Where it stands.</summary>
    public required PlanStatus Status { get; set; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A step of a customer's first weeks.</summary>
public sealed class OnboardingTask : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>What is to be done.</summary>
    public required string Title { get; set; }

    /// <summary>1, 2, 3 …</summary>
    public required int Phase { get; init; }

    /// <summary>Until when.</summary>
    public required DateOnly Due { get; set; }

    /// <summary>The task that must be done first.</summary>
    public Guid? BlockedById { get; set; }

    /// <summary>The article that explains it.</summary>
    public Guid? ArticleId { get; set; }

    /// <summary>When it was done.</summary>
    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>data when rows prove it, reported when the customer says so.</summary>
    public string? DoneBy { get; set; }
}

/// <summary>A lesson for a customer's people.</summary>
public sealed class TrainingSession : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>What it teaches.</summary>
    public required string Topic { get; set; }

    /// <summary>When it begins.</summary>
    public required DateTimeOffset At { get; set; }

    /// <summary>How long it takes, in minutes.</summary>
    public required int Minutes { get; set; }

    /// <summary>The people.</summary>
    public IReadOnlyList<Guid> Attendees { get; set; } = [];

    /// <summary>When it was held; null while it was not.</summary>
    public DateTimeOffset? HeldAt { get; set; }
}

/// <summary>What a meeting is.</summary>
public enum MeetingKind { Qbr, Demo, Kickoff, CheckIn }

/// <summary>A meeting with a customer or a lead.</summary>
public sealed class Meeting : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The deal it serves.</summary>
    public Guid? DealId { get; init; }

    /// <summary>What it is.</summary>
    public required MeetingKind Kind { get; set; }

    /// <summary>When it begins.</summary>
    public required DateTimeOffset StartsAt { get; set; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset EndsAt { get; set; }

    /// <summary>Contacts and staff.</summary>
    public IReadOnlyList<Guid> Attendees { get; set; } = [];

    /// <summary>When it was held; null while it was not.</summary>
    public DateTimeOffset? HeldAt { get; set; }
}

/// <summary>What a customer does for our name.</summary>
public enum AdvocacyKind { Reference, CaseStudy, Review }

/// <summary>An act of a customer for our name.</summary>
public sealed class AdvocacyAct : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The person.</summary>
    public Guid? ContactId { get; init; }

    /// <summary>What it is.</summary>
    public required AdvocacyKind Kind { get; init; }

    /// <summary>Where it can be seen.</summary>
    public string? Url { get; set; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}
