using System.Text.Json.Serialization;

namespace Switchboard.Domain.Policies;

/// <summary>What a plan allows; null is without limit.</summary>
public sealed record PlanLimits
{
    /// <summary>Projects.</summary>
    [AtLeast(0)]
    public int? Projects { get; init; }

    /// <summary>Seats.</summary>
    [AtLeast(0)]
    public int? Seats { get; init; }

    /// <summary>Storage in GB.</summary>
    [AtLeast(0)]
    public decimal? StorageGb { get; init; }

    /// <summary>API calls in a month.</summary>
    [AtLeast(0)]
    public long? ApiCalls { get; init; }

    /// <summary>Automations.</summary>
    [AtLeast(0)]
    public int? Automations { get; init; }
}

/// <summary>A plan customers can choose. The order of the plans is their rank: later is higher.</summary>
public sealed record PlanPolicy
{
    /// <summary>The key customers and subscriptions carry.</summary>
    public required string Key { get; init; }

    /// <summary>Price of a seat for a month, paid monthly, in the document's currency.</summary>
    [AtLeast(0)]
    public required decimal UnitPrice { get; init; }

    /// <summary>The limits.</summary>
    public required PlanLimits Limits { get; init; }

    /// <summary>The level of support.</summary>
    public required string SupportLevel { get; init; }

    /// <summary>Whether the plan costs money.</summary>
    [JsonIgnore]
    public bool IsPaid => UnitPrice > 0;

    /// <summary>The plans every tenant begins with.</summary>
    public static IReadOnlyList<PlanPolicy> Defaults { get; } =
    [
        new() { Key = "free", UnitPrice = 0, Limits = new() { Projects = 3, Seats = 5, StorageGb = 0.1m, ApiCalls = 0, Automations = 0 }, SupportLevel = "community" },
        new() { Key = "basic", UnitPrice = 10, Limits = new() { Seats = 25, StorageGb = 10, ApiCalls = 10_000, Automations = 10 }, SupportLevel = "standard" },
        new() { Key = "premium", UnitPrice = 25, Limits = new() { StorageGb = 100, ApiCalls = 100_000, Automations = 100 }, SupportLevel = "priority" },
        new() { Key = "enterprise", UnitPrice = 50, Limits = new() { StorageGb = 1000, ApiCalls = 1_000_000, Automations = 1000 }, SupportLevel = "dedicated" },
    ];

    internal void Check(PolicyCheck check)
    {
        check.Key(Key, "key");
        check.Amount(UnitPrice, "unitPrice");
        check.Require(SupportLevel.Length > 0, "supportLevel", "must name the level of support");
        PolicyCheck limits = check.At("limits");
        limits.Require(Limits.Projects is null or >= 0, "projects", "must be 0 or more, or null for no limit");
        limits.Require(Limits.Seats is null or >= 1, "seats", "must be 1 or more, or null for no limit");
        limits.Require(Limits.StorageGb is null or >= 0, "storageGb", "must be 0 or more, or null for no limit");
        limits.Require(Limits.ApiCalls is null or >= 0, "apiCalls", "must be 0 or more, or null for no limit");
        limits.Require(Limits.Automations is null or >= 0, "automations", "must be 0 or more, or null for no limit");
    }
}

/// <summary>How an add-on's price is meant.</summary>
public enum AddOnUnit
{
    /// <summary>Once, for each piece.</summary>
    Once,

    /// <summary>Each month, for each piece.</summary>
    Month,

    /// <summary>Each month, for each seat of the subscription.</summary>
    SeatMonth,

    /// <summary>Each month, a share of what the seats cost.</summary>
    ShareOfSubscription,
}

/// <summary>Something that can be bought beside a plan. Discounts never touch it.</summary>
public sealed record AddOnPolicy
{
    /// <summary>The key subscriptions carry.</summary>
    public required string Key { get; init; }

    /// <summary>The name people read.</summary>
    public required string Name { get; init; }

    /// <summary>How the price is meant.</summary>
    public required AddOnUnit Unit { get; init; }

    /// <summary>The price in the document's currency; for a share of the subscription the rate, 0..1.</summary>
    [AtLeast(0)]
    public required decimal Price { get; init; }

    /// <summary>The least a month costs, for a share of the subscription.</summary>
    [AtLeast(0)]
    public decimal AtLeast { get; init; }

    /// <summary>Plans it can be bought with.</summary>
    public required IReadOnlyList<string> Plans { get; init; }

    /// <summary>Plans that have it without buying.</summary>
    public IReadOnlyList<string> IncludedIn { get; init; } = [];

    /// <summary>The add-ons every tenant begins with.</summary>
    public static IReadOnlyList<AddOnPolicy> Defaults { get; } =
    [
        new() { Key = "premium_support", Name = "Premium support", Unit = AddOnUnit.ShareOfSubscription, Price = 0.15m, AtLeast = 500, Plans = ["basic", "premium", "enterprise"] },
        new() { Key = "onboarding_package", Name = "Onboarding package", Unit = AddOnUnit.Once, Price = 2500, Plans = ["basic", "premium", "enterprise"] },
        new() { Key = "training_day", Name = "Training day", Unit = AddOnUnit.Once, Price = 1200, Plans = ["basic", "premium", "enterprise"] },
        new() { Key = "extra_storage", Name = "Extra storage, 100 GB", Unit = AddOnUnit.Month, Price = 20, Plans = ["basic", "premium", "enterprise"] },
        new() { Key = "api_pack", Name = "API pack, 100 000 calls", Unit = AddOnUnit.Month, Price = 50, Plans = ["basic", "premium", "enterprise"] },
        new() { Key = "sso", Name = "Single sign-on", Unit = AddOnUnit.SeatMonth, Price = 3, Plans = ["basic", "premium"], IncludedIn = ["enterprise"] },
        new() { Key = "audit_retention", Name = "Audit log kept for 1 year", Unit = AddOnUnit.Month, Price = 200, Plans = ["basic", "premium"], IncludedIn = ["enterprise"] },
    ];

    internal void Check(PolicyCheck check, IReadOnlyList<PlanPolicy> plans)
    {
        check.Key(Key, "key");
        check.Require(Name.Length > 0, "name", "must be the name people read");
        if (Unit == AddOnUnit.ShareOfSubscription) check.Rate(Price, "price");
        else check.Amount(Price, "price");
        check.Amount(AtLeast, "atLeast");
        check.Require(AtLeast == 0 || Unit == AddOnUnit.ShareOfSubscription, "atLeast", "must be 0 unless the unit is share_of_subscription");
        check.Known(Plans, "plans", [.. plans.Where(p => p.IsPaid).Select(p => p.Key)]);
        check.Known(IncludedIn, "includedIn", [.. plans.Select(p => p.Key)]);
        check.Require(!Plans.Intersect(IncludedIn, StringComparer.Ordinal).Any(), "includedIn", "must not name a plan that the add-on is also sold with");
    }
}
