using Switchboard.Core.Routing;

namespace Switchboard.Core.Context;

/// <summary>How an account stands, as people are shown it.</summary>
public enum HealthFlag
{
    /// <summary>Something is wrong.</summary>
    Red,

    /// <summary>Something may go wrong.</summary>
    Yellow,

    /// <summary>Something goes well.</summary>
    Green,
}

/// <summary>A flag with the rule that raised it.</summary>
/// <param name="Level">Red, yellow or green.</param>
/// <param name="Code">Which rule.</param>
/// <param name="Facts">The facts it stands on, by name.</param>
public sealed record RaisedFlag(HealthFlag Level, string Code, IReadOnlyList<string> Facts);

/// <summary>What one provider says.</summary>
/// <param name="Provider">Which.</param>
/// <param name="Facts">What is known, each with its source and its age.</param>
/// <param name="Unknown">What nobody knows: in no row, or not read.</param>
public sealed record ProviderView(ContextProvider Provider, IReadOnlyList<ContextFact> Facts, IReadOnlyList<string> Unknown);

/// <summary>A customer as the eight providers show it: views of one load.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="ReadAt">When it was read.</param>
/// <param name="Flags">What stands out.</param>
/// <param name="Bands">How the figures stand.</param>
/// <param name="Health">Red, yellow and green flags, the worst first.</param>
/// <param name="Providers">The eight.</param>
/// <param name="Missing">The parts that could not be read.</param>
/// <param name="Withheld">The facts that the one who asks may not see.</param>
public sealed record CustomerViews(
    Guid CustomerId, DateTimeOffset ReadAt, IReadOnlyList<string> Flags, ContextBands Bands, IReadOnlyList<RaisedFlag> Health, IReadOnlyList<ProviderView> Providers, IReadOnlyList<string> Missing, IReadOnlyList<string> Withheld)
{
    private const double goodCsat = 4;
    private const double poorCsat = 3;
    private const int promoter = 9;
    private const int detractor = 6;
    private const int busyDays = 15;
    private const int manyFailedLogins = 10;

    /// <summary>Shows a context that was limited to what the one who asks may see.</summary>
    public static CustomerViews Of(CustomerContext context, IReadOnlyList<string> withheld, DateTimeOffset now)
    {
        var hidden = withheld.ToHashSet(StringComparer.Ordinal);
        CustomerDetails details = context.Details ?? new CustomerDetails();
        List<(ContextField Field, ContextFact? Fact)> all =
        [
            .. ContextFields.OfTurn.Select(f => (f, ContextReading.Fact(f, context.Account))),
            .. ContextFields.OfDetails.Select(f => (f, ContextReading.Fact(f, details))),
        ];
        ContextBands bands = ContextReading.Bands(context.Account, now);
        return new CustomerViews(
            context.CustomerId!.Value,
            context.ReadAt,
            [.. ContextReading.Flags(context.Account, now)],
            bands,
            [.. Raised(context.Account, details, bands, now).OrderBy(f => f.Level)],
            [.. Enum.GetValues<ContextProvider>().Select(p => new ProviderView(
                p, [.. all.Where(f => f.Field.Provider == p).Select(f => f.Fact).OfType<ContextFact>()], [.. all.Where(f => f.Field.Provider == p && f.Fact is null && !hidden.Contains(f.Field.Name)).Select(f => f.Field.Name)]))],
            context.Missing,
            withheld);
    }

    /// <summary>The flags of the account's health. A rule over what is unknown raises none, neither red nor green.</summary>
    public static IEnumerable<RaisedFlag> Raised(AccountFacts facts, CustomerDetails details, ContextBands bands, DateTimeOffset now)
    {
        var flags = ContextReading.Flags(facts, now).ToHashSet(StringComparer.Ordinal);
        IEnumerable<RaisedFlag?> raised =
        [
            When(facts.Status?.Value is "past_due" or "unpaid", HealthFlag.Red, "payment_overdue", "status"),
            When(flags.Contains("cancel_scheduled"), HealthFlag.Red, "cancel_scheduled", "cancel_at_period_end"),
            When(flags.Contains("open_s1s2"), HealthFlag.Red, "open_s1s2", "open_s1s2"),
            When(flags.Contains("dispute"), HealthFlag.Red, "dispute", "open_disputes"),
            When(bands.Health == "critical", HealthFlag.Red, "health_critical", "health"),
            When(bands.Churn == "high", HealthFlag.Red, "churn_high", "churn"),
            When(flags.Contains("no_login_30d"), HealthFlag.Red, "no_login_30d", "last_login"),
            When(facts.OverdueInvoices?.Value > 0, HealthFlag.Yellow, "invoice_overdue", "overdue_invoices"),
            When(facts.FailedPayments?.Value > 0, HealthFlag.Yellow, "payment_failed", "failed_payments_90d"),
            When(bands.Health is "poor" or "fair", HealthFlag.Yellow, "health_weak", "health"),
            When(bands.Health == "stale", HealthFlag.Yellow, "health_stale", "health"),
            When(bands.Churn == "medium", HealthFlag.Yellow, "churn_medium", "churn"),
            When(flags.Contains("integration_error"), HealthFlag.Yellow, "integration_error", "integrations_in_error"),
            When(flags.Contains("renewal_30d"), HealthFlag.Yellow, "renewal_30d", "period_end"),
            When(details.Csat?.Value < poorCsat, HealthFlag.Yellow, "csat_low", "csat_90d"),
            When(details.Nps?.Value <= detractor, HealthFlag.Yellow, "detractor", "nps"),
            When(details.FailedLogins?.Value >= manyFailedLogins, HealthFlag.Yellow, "failed_logins", "failed_logins_7d"),
            When(details.SuccessPlan?.Value == "at_risk", HealthFlag.Yellow, "success_plan_at_risk", "success_plan"),
            When(bands.Health is "good" or "excellent", HealthFlag.Green, "health_good", "health"),
            When(bands.Churn == "low", HealthFlag.Green, "churn_low", "churn"),
            When(facts.ActiveDays?.Value >= busyDays, HealthFlag.Green, "used_often", "active_days_30"),
            When(details.Csat?.Value >= goodCsat, HealthFlag.Green, "csat_good", "csat_90d"),
            When(details.Nps?.Value >= promoter, HealthFlag.Green, "promoter", "nps"),
            When(details.SuccessPlan?.Value is "on_track" or "achieved", HealthFlag.Green, "success_plan_on_track", "success_plan"),
        ];
        return raised.OfType<RaisedFlag>();
    }

    private static RaisedFlag? When(bool holds, HealthFlag level, string code, params string[] facts) => holds ? new RaisedFlag(level, code, facts) : null;
}
