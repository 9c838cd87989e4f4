using System.Text.Json.Serialization;
using Switchboard.Domain.Customers;

namespace Switchboard.Core.Context;

/// <summary>The facts of an account that every turn of its contacts rests on. What is null is unknown.</summary>
public sealed record AccountFacts
{
    /// <summary>The plan.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<string>? Plan { get; init; }

    /// <summary>monthly or annual.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<string>? Cycle { get; init; }

    /// <summary>Since when it is a customer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<DateTimeOffset>? CustomerSince { get; init; }

    /// <summary>Seats in use.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? SeatsUsed { get; init; }

    /// <summary>Seats paid for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? SeatsTotal { get; init; }

    /// <summary>The subscription's status.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<string>? Status { get; init; }

    /// <summary>Whether it ends with its period.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<bool>? CancelAtPeriodEnd { get; init; }

    /// <summary>Monthly recurring revenue.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<decimal>? Mrr { get; init; }

    /// <summary>Yearly recurring revenue.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<decimal>? Arr { get; init; }

    /// <summary>When the period ends.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<DateTimeOffset>? PeriodEnd { get; init; }

    /// <summary>What the contact may ask for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<string>? Role { get; init; }

    /// <summary>The last stored health, 0..100; as of the end of its day.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<double>? Health { get; init; }

    /// <summary>The last predicted churn, 0..1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<double>? Churn { get; init; }

    /// <summary>When anybody of the account last signed in; a value that is null says never.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<DateTimeOffset?>? LastLogin { get; init; }

    /// <summary>Days of the last 30 (UTC) on which somebody signed in or used a feature.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? ActiveDays { get; init; }

    /// <summary>Open tickets of severity S1 or S2.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? OpenS1S2 { get; init; }

    /// <summary>Conversations that are neither resolved nor closed; of a contact that asks, their own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? OpenConversations { get; init; }

    /// <summary>The main intents of the last three conversations that have one, newest first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<IReadOnlyList<PastIntent>>? LastIntents { get; init; }

    /// <summary>Open invoices past their due date.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? OverdueInvoices { get; init; }

    /// <summary>Failed payments of 90 days.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? FailedPayments { get; init; }

    /// <summary>Conversations about a disputed charge that are still open.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? OpenDisputes { get; init; }

    /// <summary>Integrations in error, by their type.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<IReadOnlyList<string>>? IntegrationsInError { get; init; }

    /// <summary>The contact's language, else the account's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<string>? Language { get; init; }

    /// <summary>The contact's time zone, else the account's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<string>? TimeZone { get; init; }

    /// <summary>How the contact wants to be talked to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<ContactPreferences>? Preferences { get; init; }

    /// <summary>Approvals that are pending.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<int>? OpenApprovals { get; init; }

    /// <summary>Incidents that are not resolved; they are nobody's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Known<IReadOnlyList<OpenIncident>>? OpenIncidents { get; init; }

    /// <summary>The same with what anybody may know, and nothing of the account.</summary>
    public AccountFacts PublicOnly() => new() { OpenIncidents = OpenIncidents };
}
