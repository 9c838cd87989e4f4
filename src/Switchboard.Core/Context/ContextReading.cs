using System.Collections.Frozen;
using System.Globalization;
using Switchboard.Core.Routing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Figures;

namespace Switchboard.Core.Context;

/// <summary>Makes of what was read what is told of it: facts in their order, flags, bands. Pure: the same facts at the same instant give the same.</summary>
public static class ContextReading
{
    /// <summary>A score or a prediction older than this says nothing of today.</summary>
    public const int FreshDays = 30;

    /// <summary>The fact each flag stands on.</summary>
    public static FrozenDictionary<string, string> FlagFacts { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["past_due"] = "status",
        ["cancel_scheduled"] = "cancel_at_period_end",
        ["renewal_30d"] = "period_end",
        ["seats_full"] = "seats_used",
        ["open_s1s2"] = "open_s1s2",
        ["no_login_30d"] = "last_login",
        ["integration_error"] = "integrations_in_error",
        ["dispute"] = "open_disputes",
        ["new_account"] = "customer_since",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private const int renewalDays = 30;
    private const int quietDays = 30;
    private const int newDays = 30;
    private const double lowChurn = 0.3;
    private const double mediumChurn = 0.6;

    /// <summary>The context of a turn.</summary>
    /// <param name="proof">How the one who writes is proven; without proof nothing of an account is told, whatever was read.</param>
    /// <param name="context">What was read; null when there is no such customer.</param>
    /// <param name="now">The clock of the turn.</param>
    public static AccountContext Read(ContactProof proof, CustomerContext? context, DateTimeOffset now)
    {
        if (proof == ContactProof.None || context?.CustomerId is not { } customer)
            return AccountContext.NotProven(proof) with { Facts = context is null ? [] : Facts(context.Account.PublicOnly()), Missing = context is null ? [] : [.. context.Missing.Where(m => m == "incidents")] };

        AccountFacts facts = context.Account;
        bool healthIsFresh = facts.Health is { } h && IsFresh(h.AsOf, now), churnIsFresh = facts.Churn is { } c && IsFresh(c.AsOf, now);
        IReadOnlyList<ContextFact> told = Facts(facts);
        return new AccountContext(
            proof, customer, facts.Plan?.Value, facts.CustomerSince?.Value, healthIsFresh ? facts.Health!.Value : null, churnIsFresh ? facts.Churn!.Value : null, facts.Arr?.Value,
            told, [.. Flags(facts, now)], Bands(facts, now), context.Missing,
            told.All(f => f.Table == "incidents") && context.Missing.Count > 0 ? "unavailable" : context.Missing.Count > 0 ? "partial" : null);
    }

    /// <summary>The facts that are known, in the order in which they are told.</summary>
    public static IReadOnlyList<ContextFact> Facts(AccountFacts facts) => [.. ContextFields.OfTurn.Select(f => Fact(f, facts)).OfType<ContextFact>()];

    /// <summary>A fact of a record of facts or details; null when it is unknown.</summary>
    public static ContextFact? Fact(ContextField field, object facts)
    {
        if (field.Property.GetValue(facts) is not { } known) return null;
        (object? value, DateTimeOffset asOf, Guid? id) = Opened(known);
        return new ContextFact(field.Name, Text(value), field.Table, id, asOf);
    }

    /// <summary>How the figures stand.</summary>
    public static ContextBands Bands(AccountFacts facts, DateTimeOffset now) => new(
        facts.Health is not { } health ? "unknown" : !IsFresh(health.AsOf, now) ? "stale" : HealthScore.BandOf(health.Value).ToString().ToLowerInvariant(),
        facts.Churn is not { } churn ? "unknown" : !IsFresh(churn.AsOf, now) ? "stale" : churn.Value < lowChurn ? "low" : churn.Value < mediumChurn ? "medium" : "high");

    /// <summary>What stands out, in its order. A rule over a fact that is unknown does not hold.</summary>
    public static IEnumerable<string> Flags(AccountFacts facts, DateTimeOffset now)
    {
        if (facts.Status?.Value == "past_due") yield return "past_due";
        if (facts.CancelAtPeriodEnd?.Value == true) yield return "cancel_scheduled";
        if (facts.PeriodEnd?.Value is { } end && end >= now && end - now <= TimeSpan.FromDays(renewalDays)) yield return "renewal_30d";
        if (facts.SeatsUsed?.Value >= facts.SeatsTotal?.Value) yield return "seats_full";
        if (facts.OpenS1S2?.Value > 0) yield return "open_s1s2";
        if (facts.LastLogin is { } login && (login.Value is not { } at || now - at > TimeSpan.FromDays(quietDays))) yield return "no_login_30d";
        if (facts.IntegrationsInError?.Value.Count > 0) yield return "integration_error";
        if (facts.OpenDisputes?.Value > 0) yield return "dispute";
        if (facts.CustomerSince?.Value is { } since && now - since < TimeSpan.FromDays(newDays)) yield return "new_account";
    }

    /// <summary>Whether a figure of this instant says something of today.</summary>
    public static bool IsFresh(DateTimeOffset asOf, DateTimeOffset now) => now - asOf <= TimeSpan.FromDays(FreshDays);

    private static (object? Value, DateTimeOffset AsOf, Guid? Id) Opened(object known) => known switch
    {
        Known<string> k => (k.Value, k.AsOf, k.Id),
        Known<int> k => (k.Value, k.AsOf, k.Id),
        Known<bool> k => (k.Value, k.AsOf, k.Id),
        Known<double> k => (k.Value, k.AsOf, k.Id),
        Known<decimal> k => (k.Value, k.AsOf, k.Id),
        Known<Guid> k => (k.Value, k.AsOf, k.Id),
        Known<DateOnly> k => (k.Value, k.AsOf, k.Id),
        Known<DateTimeOffset> k => (k.Value, k.AsOf, k.Id),
        Known<DateTimeOffset?> k => (k.Value, k.AsOf, k.Id),
        Known<ContactPreferences> k => (k.Value, k.AsOf, k.Id),
        Known<IReadOnlyList<string>> k => (k.Value, k.AsOf, k.Id),
        Known<IReadOnlyList<PastIntent>> k => (k.Value, k.AsOf, k.Id),
        Known<IReadOnlyList<OpenIncident>> k => (k.Value, k.AsOf, k.Id),
        Known<IReadOnlyDictionary<string, decimal>> k => (k.Value, k.AsOf, k.Id),
        _ => throw new InvalidOperationException($"{known.GetType()} is no known value of a context."),
    };

    private static string Text(object? value) => value switch
    {
        null => "never",
        bool truth => truth ? "yes" : "no",
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        decimal amount => amount.ToString("0.####", CultureInfo.InvariantCulture),
        double number => number.ToString("0.####", CultureInfo.InvariantCulture),
        ContactPreferences preferences => Text(preferences),
        IReadOnlyList<string> list => List(list),
        IReadOnlyList<PastIntent> intents => List(intents.Select(i => $"{i.Intent} ({i.Outcome})")),
        IReadOnlyList<OpenIncident> incidents => List(incidents.Select(i => $"{i.Component} ({i.Severity})")),
        IReadOnlyDictionary<string, decimal> amounts => List(amounts.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{Text(a.Value)} {a.Key}")),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string Text(ContactPreferences preferences)
    {
        string hours = preferences is { HoursFrom: { } from, HoursTo: { } to } ? string.Create(CultureInfo.InvariantCulture, $"{from}-{to}") : "";
        return List(new[] { ("channel", preferences.Channel), ("tone", preferences.Tone), ("depth", preferences.Depth), ("language", preferences.Language), ("hours", hours) }
            .Where(p => !string.IsNullOrEmpty(p.Item2)).Select(p => $"{p.Item1} {p.Item2}"));
    }

    private static string List(IEnumerable<string> items) => string.Join(", ", items) is { Length: > 0 } text ? text : "none";
}
