using System.Text.Json.Serialization;

namespace Switchboard.Core.Context;

/// <summary>What the staff is shown of an account beyond the facts of a turn. What is null is unknown.</summary>
public sealed record CustomerDetails
{
    /// <summary>The account's name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<string>? Name { get; init; }

    /// <summary>What the company does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<string>? Industry { get; init; }

    /// <summary>Employees.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? Employees { get; init; }

    /// <summary>ISO 3166 code.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<string>? Country { get; init; }

    /// <summary>Where the account stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<string>? Lifecycle { get; init; }

    /// <summary>The customer success manager.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<Guid>? Csm { get; init; }

    /// <summary>Labels of the staff.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<IReadOnlyList<string>>? Tags { get; init; }

    /// <summary>Segments the account is in.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<IReadOnlyList<string>>? Segments { get; init; }

    /// <summary>Whether the account is blocked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<bool>? Blocked { get; init; }

    /// <summary>Name of the first person to turn to. Personal data.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<string>? PrimaryContact { get; init; }

    /// <summary>Their address. Personal data.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<string>? PrimaryEmail { get; init; }

    /// <summary>Discount on the subscription, 0..1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<decimal>? Discount { get; init; }

    /// <summary>Add-ons by their keys.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<IReadOnlyList<string>>? AddOns { get; init; }

    /// <summary>Mean rating of 90 days, 1..5.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<double>? Csat { get; init; }

    /// <summary>Tickets that are open, of whatever severity.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? OpenTickets { get; init; }

    /// <summary>The newest answer to "would you recommend us", 0..10.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? Nps { get; init; }

    /// <summary>When the last meeting was held.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<DateTimeOffset>? LastMeeting { get; init; }

    /// <summary>Where the newest success plan stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<string>? SuccessPlan { get; init; }

    /// <summary>Deals that are open.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? OpenDeals { get; init; }

    /// <summary>Their value, by currency.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<IReadOnlyDictionary<string, decimal>>? PipelineValue { get; init; }

    /// <summary>The nearest day on which one of them is expected to close.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<DateOnly>? NextClose { get; init; }

    /// <summary>Quotes that were sent and hold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? OpenQuotes { get; init; }

    /// <summary>When the contract that ends last ends.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<DateOnly>? ContractUntil { get; init; }

    /// <summary>Features used in the last 30 days.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? FeaturesUsed { get; init; }

    /// <summary>The five that were used on the most days.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<IReadOnlyList<string>>? TopFeatures { get; init; }

    /// <summary>Calls of the API, the last measure.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<decimal>? ApiCalls { get; init; }

    /// <summary>Gigabytes stored, the last measure.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<decimal>? StorageGb { get; init; }

    /// <summary>Automations, the last measure.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<decimal>? Automations { get; init; }

    /// <summary>People of the account.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? People { get; init; }

    /// <summary>Those with a second factor.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? PeopleWithMfa { get; init; }

    /// <summary>Those whose sign-in is locked now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? LockedPeople { get; init; }

    /// <summary>Failed sign-ins of seven days.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? FailedLogins { get; init; }

    /// <summary>Where single sign-on stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<string>? Sso { get; init; }

    /// <summary>Sign-ins that hold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? OpenSessions { get; init; }
}
