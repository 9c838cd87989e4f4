using Switchboard.Core.Context;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Revenue;
using Switchboard.Domain.Success;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Model;

namespace Switchboard.Storage.Context;

/// <summary>The questions for what the staff is shown beyond the facts of a turn; they go with those.</summary>
internal sealed class DetailQueries
{
    private const int usedWithin = 30;
    private const int topFeatures = 5;

    private readonly Guid tenantId;
    private readonly Guid customerId;
    private readonly DateTimeOffset now;
    private readonly List<ContextPart> parts = [];
    private readonly EngineQuery<string> segments;
    private readonly EngineQuery<(long All, long Mfa, long Locked)> people;
    private readonly EngineQuery<(Guid Id, string Name, string Email)> primary;
    private readonly EngineQuery<(long Count, long Sum)> csat;
    private readonly EngineQuery<NpsResponse> nps;
    private readonly EngineQuery<Meeting> meeting;
    private readonly EngineQuery<SuccessPlan> plan;
    private readonly EngineQuery<Deal> deals;
    private readonly EngineQuery<long> quotes;
    private readonly EngineQuery<Contract> contract;
    private readonly EngineQuery<string> use;
    private readonly EngineQuery<UsageEvent> calls;
    private readonly EngineQuery<UsageEvent> storage;
    private readonly EngineQuery<UsageEvent> automations;
    private readonly EngineQuery<long> failedLogins;
    private readonly EngineQuery<SsoConnection> sso;
    private readonly EngineQuery<long> sessions;

    /// <summary>Prepares the questions.</summary>
    public DetailQueries(Guid tenantId, Guid customerId, DateTimeOffset now)
    {
        (this.tenantId, this.customerId, this.now) = (tenantId, customerId, now);
        segments = Part("segments", new EngineQuery<string>(Statement("select name from segment_memberships where tenant_id = @tenant and customer_id = @customer order by type, name"), row => row.Text(0)));
        people = new(Statement("""
            select count(*), sum(case when mfa_enabled = @yes then 1 else 0 end), sum(case when locked_until > @now then 1 else 0 end)
            from contacts where tenant_id = @tenant and customer_id = @customer
            """).Set("@yes", true).Set("@now", now), row => row.Long(0) is var all && all == 0 ? (0, 0, 0) : (all, row.Long(1), row.Long(2)));
        primary = new(Statement("select id, name, email from contacts where tenant_id = @tenant and customer_id = @customer and is_primary = @yes and anonymised_at is null order by id limit 1").Set("@yes", true), row => (row.Id(0), row.Text(1), row.Text(2)));
        parts.Add(new ContextPart("people", [people, primary]));
        csat = Part("csat", new EngineQuery<(long, long)>(Statement("select count(*), sum(score) from csat_ratings where tenant_id = @tenant and customer_id = @customer and at >= @since").Set("@since", now.AddDays(-90)), row => (row.Long(0), row.IsMissing(1) ? 0 : row.Long(1))));
        nps = Part("nps", One<NpsResponse>("from nps_responses where tenant_id = @tenant and customer_id = @customer order by at desc limit 1"));
        meeting = Part("meetings", One<Meeting>("from meetings where tenant_id = @tenant and customer_id = @customer and held_at is not null order by held_at desc limit 1"));
        plan = Part("success_plan", One<SuccessPlan>("from success_plans where tenant_id = @tenant and customer_id = @customer order by created_at desc limit 1"));
        deals = Part("deals", One<Deal>("from deals where tenant_id = @tenant and customer_id = @customer and stage not in ('closed_won', 'closed_lost') order by id"));
        quotes = Part("quotes", Count("from quotes where tenant_id = @tenant and customer_id = @customer and status = 'sent' and valid_until > @now", s => s.Set("@now", now)));
        contract = Part("contracts", One<Contract>("from contracts where tenant_id = @tenant and customer_id = @customer order by \"until\" desc limit 1"));
        use = Part("use", new EngineQuery<string>(
            Statement("select feature from feature_usage where tenant_id = @tenant and customer_id = @customer and day >= @day group by feature order by count(distinct day) desc, feature").Set("@day", DateOnly.FromDateTime(now.UtcDateTime).AddDays(-usedWithin)),
            row => row.Text(0)));
        calls = Measure(Meter.ApiCalls);
        storage = Measure(Meter.StorageGb);
        automations = Measure(Meter.Automations);
        parts.Add(new ContextPart("meters", [calls, storage, automations]));
        failedLogins = Part("failed_logins", Count("from login_events where tenant_id = @tenant and customer_id = @customer and success = @no and at >= @since", s => s.Set("@no", false).Set("@since", now.AddDays(-7))));
        sso = Part("sso", One<SsoConnection>("from sso_connections where tenant_id = @tenant and customer_id = @customer order by id desc limit 1"));
        sessions = Part("sessions", Count("from contact_sessions where tenant_id = @tenant and customer_id = @customer and revoked_at is null", s => s));
    }

    /// <summary>The parts.</summary>
    public IReadOnlyList<ContextPart> Parts => parts;

    /// <summary>What came.</summary>
    /// <param name="customer">The account, which another part reads; null when it did not come.</param>
    /// <param name="paid">The subscription, likewise.</param>
    /// <param name="openTickets">The open tickets, likewise.</param>
    public CustomerDetails Details(Customer? customer, Subscription? paid, long? openTickets) => new()
    {
        Name = customer is null ? null : Now(customer.Name, customer.Id),
        Industry = customer?.Industry is { } industry ? Now(industry, customer.Id) : null,
        Employees = customer?.Employees is { } employees ? Now(employees, customer.Id) : null,
        Country = customer?.Country is { } country ? Now(country, customer.Id) : null,
        Lifecycle = customer is null ? null : Now(EnumText<CustomerLifecycle>.Of(customer.Lifecycle), customer.Id),
        Csm = customer?.CsmId is { } csm ? Now(csm, customer.Id) : null,
        Tags = customer is null ? null : Now(customer.Tags, customer.Id),
        Blocked = customer is null ? null : Now(customer.BlockedAt is not null, customer.Id),
        Segments = segments.IsAnswered ? Now<IReadOnlyList<string>>(segments.Rows) : null,
        PrimaryContact = primary.Found ? Now(primary.First.Name, primary.First.Id) : null,
        PrimaryEmail = primary.Found ? Now(primary.First.Email, primary.First.Id) : null,
        Discount = paid is null ? null : Now(paid.Discount, paid.Id),
        AddOns = paid is null ? null : Now<IReadOnlyList<string>>([.. paid.AddOns.Select(a => a.Key)], paid.Id),
        // Nobody rated: that is not known, and no mean of nothing.
        Csat = csat is { IsAnswered: true, First.Count: > 0 } ? Now(Math.Round((double)csat.First.Sum / csat.First.Count, 2)) : null,
        OpenTickets = openTickets is { } open ? Now((int)open) : null,
        Nps = nps.First is { } answer ? new Known<int>(answer.Score, answer.At, answer.Id) : null,
        LastMeeting = meeting.First is { HeldAt: { } held } met ? new Known<DateTimeOffset>(held, held, met.Id) : null,
        SuccessPlan = plan.First is { } success ? Now(EnumText<PlanStatus>.Of(success.Status), success.Id) : null,
        OpenDeals = deals.IsAnswered ? Now(deals.Rows.Count) : null,
        PipelineValue = deals is { IsAnswered: true, Found: true } ? Now<IReadOnlyDictionary<string, decimal>>(deals.Rows.GroupBy(d => d.Currency, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(d => d.Value), StringComparer.Ordinal)) : null,
        NextClose = deals.Rows.Where(d => d.ExpectedClose is not null).MinBy(d => d.ExpectedClose) is { ExpectedClose: { } close } next ? Now(close, next.Id) : null,
        OpenQuotes = quotes.IsAnswered ? Now((int)quotes.First) : null,
        ContractUntil = contract.First is { } signed ? Now(signed.Until, signed.Id) : null,
        FeaturesUsed = use.IsAnswered ? Now(use.Rows.Count) : null,
        TopFeatures = use.IsAnswered ? Now<IReadOnlyList<string>>([.. use.Rows.Take(topFeatures)]) : null,
        ApiCalls = Measured(calls),
        StorageGb = Measured(storage),
        Automations = Measured(automations),
        People = people.IsAnswered ? Now((int)people.First.All) : null,
        PeopleWithMfa = people.IsAnswered ? Now((int)people.First.Mfa) : null,
        LockedPeople = people.IsAnswered ? Now((int)people.First.Locked) : null,
        FailedLogins = failedLogins.IsAnswered ? Now((int)failedLogins.First) : null,
        Sso = sso.First is { } signIn ? Now(EnumText<SsoState>.Of(signIn.State), signIn.Id) : null,
        OpenSessions = sessions.IsAnswered ? Now((int)sessions.First) : null,
    };

    private static Known<decimal>? Measured(EngineQuery<UsageEvent> meter) => meter.First is { } measured ? new Known<decimal>(measured.Quantity, measured.At, measured.Id) : null;

    private Known<T> Now<T>(T value, Guid? id = null) => new(value, now, id);

    private EngineQuery<T> Part<T>(string name, EngineQuery<T> query)
    {
        parts.Add(new ContextPart(name, [query]));
        return query;
    }

    private EngineQuery<T> One<T>(string from) where T : class => new(Statement($"select {EntityColumns<T>.List} {from}"), row => row.Entity<T>());

    private EngineQuery<long> Count(string from, Func<EngineStatement, EngineStatement> with) => new(with(Statement($"select count(*) {from}")), row => row.Long(0));

    private EngineQuery<UsageEvent> Measure(Meter meter) =>
        new(Statement($"select {EntityColumns<UsageEvent>.List} from usage_events where tenant_id = @tenant and customer_id = @customer and meter = @meter order by at desc limit 1").Set("@meter", meter), row => row.Entity<UsageEvent>());

    private EngineStatement Statement(string sql) => new EngineStatement(sql).Set("@tenant", tenantId).Set("@customer", customerId);
}
