namespace Switchboard.Core.Context;

/// <summary>What the staff is shown of an account beyond the facts of a turn. What is null is unknown.</summary>
public sealed record CustomerDetails
{
    /// <summary>The account's name.</summary>
    public Known<string>? Name { get; init; }

    /// <summary>What the company does.</summary>
    public Known<string>? Industry { get; init; }

    /// <summary>Employees.</summary>
    public Known<int>? Employees { get; init; }

    /// <summary>ISO 3166 code.</summary>
    public Known<string>? Country { get; init; }

    /// <summary>Where the account stands.</summary>
    public Known<string>? Lifecycle { get; init; }

    /// <summary>The customer success manager.</summary>
    public Known<Guid>? Csm { get; init; }

    /// <summary>Labels of the staff.</summary>
    public Known<IReadOnlyList<string>>? Tags { get; init; }

    /// <summary>Segments the account is in.</summary>
    public Known<IReadOnlyList<string>>? Segments { get; init; }

    /// <summary>Whether the account is blocked.</summary>
    public Known<bool>? Blocked { get; init; }

    /// <summary>Name of the first person to turn to. Personal data.</summary>
    public Known<string>? PrimaryContact { get; init; }

    /// <summary>Their address. Personal data.</summary>
    public Known<string>? PrimaryEmail { get; init; }

    /// <summary>Discount on the subscription, 0..1.</summary>
    public Known<decimal>? Discount { get; init; }

    /// <summary>Add-ons by their keys.</summary>
    public Known<IReadOnlyList<string>>? AddOns { get; init; }

    /// <summary>Mean rating of 90 days, 1..5.</summary>
    public Known<double>? Csat { get; init; }

    /// <summary>Tickets that are open, of whatever severity.</summary>
    public Known<int>? OpenTickets { get; init; }

    /// <summary>The newest answer to "would you recommend us", 0..10.</summary>
    public Known<int>? Nps { get; init; }

    /// <summary>When the last meeting was held.</summary>
    public Known<DateTimeOffset>? LastMeeting { get; init; }

    /// <summary>Where the newest success plan stands.</summary>
    public Known<string>? SuccessPlan { get; init; }

    /// <summary>Deals that are open.</summary>
    public Known<int>? OpenDeals { get; init; }

    /// <summary>Their value, by currency.</summary>
    public Known<IReadOnlyDictionary<string, decimal>>? PipelineValue { get; init; }

    /// <summary>The nearest day on which one of them is expected to close.</summary>
    public Known<DateOnly>? NextClose { get; init; }

    /// <summary>Quotes that were sent and hold.</summary>
    public Known<int>? OpenQuotes { get; init; }

    /// <summary>When the contract that ends last ends.</summary>
    public Known<DateOnly>? ContractUntil { get; init; }

    /// <summary>Features used in the last 30 days.</summary>
    public Known<int>? FeaturesUsed { get; init; }

    /// <summary>The five that were used on the most days.</summary>
    public Known<IReadOnlyList<string>>? TopFeatures { get; init; }

    /// <summary>Calls of the API, the last measure.</summary>
    public Known<decimal>? ApiCalls { get; init; }

    /// <summary>Gigabytes stored, the last measure.</summary>
    public Known<decimal>? StorageGb { get; init; }

    /// <summary>Automations, the last measure.</summary>
    public Known<decimal>? Automations { get; init; }

    /// <summary>People of the account.</summary>
    public Known<int>? People { get; init; }

    /// <summary>Those with a second factor.</summary>
    public Known<int>? PeopleWithMfa { get; init; }

    /// <summary>Those whose sign-in is locked now.</summary>
    public Known<int>? LockedPeople { get; init; }

    /// <summary>Failed sign-ins of seven days.</summary>
    public Known<int>? FailedLogins { get; init; }

    /// <summary>Where single sign-on stands.</summary>
    public Known<string>? Sso { get; init; }

    /// <summary>Sign-ins that hold.</summary>
    public Known<int>? OpenSessions { get; init; }
}
