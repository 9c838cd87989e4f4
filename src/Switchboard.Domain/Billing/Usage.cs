namespace Switchboard.Domain.Billing;

/// <summary>What is measured.</summary>
public enum Meter { ApiCalls, StorageGb, Automations, Messages }

/// <summary>A measured use.</summary>
public sealed class UsageEvent : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>What was measured.</summary>
    public required Meter Meter { get; init; }

    /// <summary>How much, in the meter's unit.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The sender's key: the same event twice counts once.</summary>
    public required string IdempotencyKey { get; init; }
}

/// <summary>How often a person used a feature on a day.</summary>
public sealed class FeatureUsage : TenantRow, ICustomerOwned
{
    /// <inheritdoc />
    public Guid? CustomerId { get; init; }

    /// <summary>The person.</summary>
    public required Guid ContactId { get; init; }

    /// <summary>Key of the feature.</summary>
    public required string Feature { get; init; }

    /// <summary>The tenant's calendar day.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>How often.</summary>
    public required int Count { get; set; }
}
