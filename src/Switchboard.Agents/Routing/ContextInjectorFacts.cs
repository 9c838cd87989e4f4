using Switchboard.Core;
using Switchboard.Core.Context;
using Switchboard.Domain;
using Switchboard.Domain.Customers;

namespace Switchboard.Agents.Routing;

/// <summary>What the block is made of. What is null is not known.</summary>
public sealed record ContextInjectorFacts
{
    /// <summary>The customer's id.</summary>
    public string? CustomerId { get; init; }

    /// <summary>The parts that could not be read.</summary>
    public IReadOnlyList<string>? Missing { get; init; }

    /// <inheritdoc cref="AccountFacts.Plan" />
    public Known<string>? Plan { get; init; }
    /// <inheritdoc cref="AccountFacts.Cycle" />
    public Known<string>? Cycle { get; init; }
    /// <inheritdoc cref="AccountFacts.CustomerSince" />
    public Known<DateTimeOffset>? CustomerSince { get; init; }
    /// <inheritdoc cref="AccountFacts.SeatsUsed" />
    [AtLeast(0)]
    public Known<int>? SeatsUsed { get; init; }
    /// <inheritdoc cref="AccountFacts.SeatsTotal" />
    [AtLeast(0)]
    public Known<int>? SeatsTotal { get; init; }
    /// <inheritdoc cref="AccountFacts.Status" />
    public Known<string>? Status { get; init; }
    /// <inheritdoc cref="AccountFacts.CancelAtPeriodEnd" />
    public Known<bool>? CancelAtPeriodEnd { get; init; }
    /// <inheritdoc cref="AccountFacts.Mrr" />
    [AtLeast(0)]
    public Known<decimal>? Mrr { get; init; }
    /// <inheritdoc cref="AccountFacts.Arr" />
    [AtLeast(0)]
    public Known<decimal>? Arr { get; init; }
    /// <inheritdoc cref="AccountFacts.PeriodEnd" />
    public Known<DateTimeOffset>? PeriodEnd { get; init; }
    /// <inheritdoc cref="AccountFacts.Role" />
    public Known<string>? Role { get; init; }
    /// <inheritdoc cref="AccountFacts.Health" />
    [Between(0, 100)]
    public Known<double>? Health { get; init; }
    /// <inheritdoc cref="AccountFacts.Churn" />
    [Between(0, 1)]
    public Known<double>? Churn { get; init; }
    /// <inheritdoc cref="AccountFacts.LastLogin" />
    public Known<DateTimeOffset?>? LastLogin { get; init; }
    /// <inheritdoc cref="AccountFacts.ActiveDays" />
    [AtLeast(0)]
    public Known<int>? ActiveDays { get; init; }
    /// <inheritdoc cref="AccountFacts.OpenS1S2" />
    [AtLeast(0)]
    public Known<int>? OpenS1S2 { get; init; }
    /// <inheritdoc cref="AccountFacts.OpenConversations" />
    [AtLeast(0)]
    public Known<int>? OpenConversations { get; init; }
    /// <inheritdoc cref="AccountFacts.LastIntents" />
    public Known<IReadOnlyList<PastIntent>>? LastIntents { get; init; }
    /// <inheritdoc cref="AccountFacts.OverdueInvoices" />
    [AtLeast(0)]
    public Known<int>? OverdueInvoices { get; init; }
    /// <inheritdoc cref="AccountFacts.FailedPayments" />
    [AtLeast(0)]
    public Known<int>? FailedPayments { get; init; }
    /// <inheritdoc cref="AccountFacts.OpenDisputes" />
    [AtLeast(0)]
    public Known<int>? OpenDisputes { get; init; }
    /// <inheritdoc cref="AccountFacts.IntegrationsInError" />
    public Known<IReadOnlyList<string>>? IntegrationsInError { get; init; }
    /// <inheritdoc cref="AccountFacts.Language" />
    public Known<string>? Language { get; init; }
    /// <inheritdoc cref="AccountFacts.TimeZone" />
    public Known<string>? TimeZone { get; init; }
    /// <inheritdoc cref="AccountFacts.Preferences" />
    public Known<ContactPreferences>? Preferences { get; init; }
    /// <inheritdoc cref="AccountFacts.OpenApprovals" />
    [AtLeast(0)]
    public Known<int>? OpenApprovals { get; init; }
    /// <inheritdoc cref="AccountFacts.OpenIncidents" />
    public Known<IReadOnlyList<OpenIncident>>? OpenIncidents { get; init; }

    /// <summary>Whether anything of an account is known.</summary>
    internal bool HasAccount => ContextReading.Facts(ToAccount()).Any(f => f.Table != "incidents");

    /// <summary>Takes them from a load; the names are the same.</summary>
    internal static ContextInjectorFacts Of(CustomerContext read) =>
        Json.Read<ContextInjectorFacts>(Json.Write(read.Account)) with { CustomerId = read.CustomerId?.ToString(), Missing = read.Missing };

    /// <summary>The same as the reading takes them.</summary>
    internal AccountFacts ToAccount() => Json.Read<AccountFacts>(Json.Write(this));
}
