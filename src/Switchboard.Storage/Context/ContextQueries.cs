using System.Text;
using Switchboard.Core.Context;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Success;
using Switchboard.Domain.Support;
using Switchboard.Storage.Engine;
using Subscription = Switchboard.Domain.Billing.Subscription;

namespace Switchboard.Storage.Context;

/// <summary>The questions for the facts of a turn, asked together and answered at one instant of the database.</summary>
internal sealed class ContextQueries
{
    private const string dispute = "monetization/dispute-resolver";
    private const int activeWithin = 30;
    private static readonly string activeDays = ActiveDays();

    private readonly ContextAsk ask;
    private readonly DateTimeOffset now;
    private readonly List<ContextPart> parts = [];
    private readonly EngineQuery<OpenIncident> incidents;
    private readonly EngineQuery<Customer>? account;
    private readonly EngineQuery<Subscription>? subscription;
    private readonly EngineQuery<Contact>? contact;
    private readonly EngineQuery<HealthSnapshot>? health;
    private readonly EngineQuery<Prediction>? churn;
    private readonly EngineQuery<(Guid Id, DateTimeOffset At)>? lastLogin;
    private readonly EngineQuery<long>? loginDays;
    private readonly EngineQuery<(Severity Severity, long Count)>? tickets;
    private readonly EngineQuery<(long Open, long Disputes)>? conversations;
    private readonly EngineQuery<(Guid Id, PastIntent Intent, DateTimeOffset At)>? intents;
    private readonly EngineQuery<long>? overdue;
    private readonly EngineQuery<long>? failed;
    private readonly EngineQuery<string>? integrations;
    private readonly EngineQuery<long>? approvals;
    private readonly DetailQueries? details;

    /// <summary>Prepares the questions.</summary>
    public ContextQueries(ContextAsk ask, DateTimeOffset now)
    {
        (this.ask, this.now) = (ask, now);
        if (ask.CustomerId is not null)
        {
            account = Part("account", One<Customer>("from customers where tenant_id = @tenant and id = @customer and deleted_at is null"));
            subscription = Part("subscription", One<Subscription>("from subscriptions where tenant_id = @tenant and customer_id = @customer order by case when status = 'canceled' then 1 else 0 end, started_at desc limit 1"));
            if (ask.ContactId is { } person)
                contact = Part("contact", new EngineQuery<Contact>(Statement($"select {EntityColumns<Contact>.List} from contacts where tenant_id = @tenant and customer_id = @customer and id = @contact").Set("@contact", person), row => row.Entity<Contact>()));
            health = Part("health", One<HealthSnapshot>("from health_snapshots where tenant_id = @tenant and customer_id = @customer order by day desc limit 1"));
            churn = Part("churn", One<Prediction>("from predictions where tenant_id = @tenant and kind = 'churn' and entity_id = @customer order by made_at desc limit 1"));
            lastLogin = new(Statement("select id, at from login_events where tenant_id = @tenant and customer_id = @customer and success = @yes order by at desc limit 1").Set("@yes", true), row => (row.Id(0), row.Instant(1)));
            loginDays = new(DaysBack(Statement(activeDays)).Set("@yes", true), row => row.Long(0));
            parts.Add(new ContextPart("logins", [lastLogin, loginDays]));
            tickets = Part("tickets", new EngineQuery<(Severity, long)>(Statement("select severity, count(*) from tickets where tenant_id = @tenant and customer_id = @customer and closed_at is null group by severity"), row => (row.Enum<Severity>(0), row.Long(1))));
            conversations = new(Own(Statement($"""
                select count({Ours("1")}), sum(case when primary_intent = @dispute then 1 else 0 end) from conversations
                where tenant_id = @tenant and customer_id = @customer and status not in ('resolved', 'closed') and deleted_at is null
                """).Set("@dispute", dispute)), row => (row.Long(0), row.IsMissing(1) ? 0 : row.Long(1)));
            intents = new(Own(Statement($"""
                select id, primary_intent, status, last_activity_at from conversations
                where tenant_id = @tenant and customer_id = @customer and primary_intent is not null and deleted_at is null and {Ours("1")} = 1
                order by last_activity_at desc, id desc limit 3
                """)), row => (row.Id(0), new PastIntent(row.Text(1), row.Text(2)), row.Instant(3)));
            parts.Add(new ContextPart("conversations", [conversations, intents]));
            overdue = Part("invoices", Count("from invoices where tenant_id = @tenant and customer_id = @customer and status = 'open' and due_at < @now", ("@now", now)));
            failed = Part("payments", Count("from payments where tenant_id = @tenant and customer_id = @customer and status = 'failed' and created_at >= @since", ("@since", now.AddDays(-90))));
            integrations = Part("integrations", new EngineQuery<string>(Statement("select type from integrations where tenant_id = @tenant and customer_id = @customer and status = 'error' order by type"), row => row.Text(0)));
            approvals = Part("approvals", Count("from approvals where tenant_id = @tenant and customer_id = @customer and status = 'pending'"));
        }

        incidents = Part("incidents", new EngineQuery<OpenIncident>(
            new EngineStatement("select component, severity from incidents where tenant_id = @tenant and resolved_at is null order by severity, started_at desc limit 5").Set("@tenant", ask.TenantId),
            row => new OpenIncident(row.Text(0), row.Enum<Severity>(1).ToString())));
        if (ask is { WithDetails: true, CustomerId: { } whose })
        {
            details = new DetailQueries(ask.TenantId, whose, now);
            parts.AddRange(details.Parts);
        }
    }

    /// <summary>The parts, in the order in which they are asked.</summary>
    public IReadOnlyList<ContextPart> Parts => parts;

    /// <summary>Whether it came that there is no such customer.</summary>
    public bool IsNobody => account is { IsAnswered: true, Found: false };

    /// <summary>Whether anything of the customer came.</summary>
    public bool HasAny => parts.Exists(p => p.IsAnswered);

    /// <summary>What came.</summary>
    public CustomerContext Context() =>
        new(ask.CustomerId, now, Facts(), details?.Details(account?.First, subscription?.First, tickets is { IsAnswered: true } t ? t.Rows.Sum(r => r.Count) : null), [.. parts.Where(p => !p.IsAnswered).Select(p => p.Name)]);

    private AccountFacts Facts()
    {
        Customer? customer = account?.First;
        Subscription? paid = subscription?.First;
        Contact? person = contact?.First;
        bool asked = contact?.IsAnswered != false;
        return new AccountFacts
        {
            Plan = customer is null ? null : Now(customer.Plan, customer.Id),
            Cycle = paid is null ? null : Now(paid.Cycle.ToString().ToLowerInvariant(), paid.Id),
            CustomerSince = customer is null ? null : Now(customer.Since, customer.Id),
            SeatsUsed = paid is null ? null : Now(paid.SeatsUsed, paid.Id),
            SeatsTotal = paid is null ? null : Now(paid.SeatsTotal, paid.Id),
            Status = paid is null ? null : Now(Model.EnumText<Domain.Billing.SubscriptionStatus>.Of(paid.Status), paid.Id),
            CancelAtPeriodEnd = paid is null ? null : Now(paid.CancelAtPeriodEnd, paid.Id),
            Mrr = paid is null ? null : Now(paid.Mrr, paid.Id),
            Arr = paid is null ? null : Now(paid.Arr, paid.Id),
            PeriodEnd = paid is null ? null : Now(paid.PeriodEnd, paid.Id),
            Role = person is null ? null : Now(person.Role.ToString().ToLowerInvariant(), person.Id),
            // A day's score is as of its end, and that of today as of now.
            Health = health?.First is { } score ? new Known<double>(score.Score, Earlier(new DateTimeOffset(score.Day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)), score.Id) : null,
            Churn = churn?.First is { } predicted ? new Known<double>(predicted.Value, predicted.MadeAt, predicted.Id) : null,
            LastLogin = lastLogin is { IsAnswered: true } login ? new Known<DateTimeOffset?>(login.Found ? login.First.At : null, now, login.Found ? login.First.Id : null) : null,
            ActiveDays = Counted(loginDays),
            OpenS1S2 = tickets is { IsAnswered: true } ? Now((int)tickets.Rows.Where(t => t.Severity is Severity.S1 or Severity.S2).Sum(t => t.Count)) : null,
            OpenConversations = conversations is { IsAnswered: true } ? Now((int)conversations.First.Open) : null,
            LastIntents = intents is { IsAnswered: true } ? Now<IReadOnlyList<PastIntent>>([.. intents.Rows.Select(i => i.Intent)]) : null,
            OverdueInvoices = Counted(overdue),
            FailedPayments = Counted(failed),
            OpenDisputes = conversations is { IsAnswered: true } ? Now((int)conversations.First.Disputes) : null,
            IntegrationsInError = integrations is { IsAnswered: true } ? Now<IReadOnlyList<string>>(integrations.Rows) : null,
            Language = person?.Language is { } language ? Now(language, person.Id) : asked && customer?.Language is { } theirs ? Now(theirs, customer.Id) : null,
            TimeZone = person?.TimeZone is { } zone ? Now(zone, person.Id) : asked && customer?.TimeZone is { } their ? Now(their, customer.Id) : null,
            Preferences = person is null ? null : Now(person.Preferences, person.Id),
            OpenApprovals = Counted(approvals),
            OpenIncidents = incidents.IsAnswered ? Now<IReadOnlyList<OpenIncident>>(incidents.Rows) : null,
        };
    }

    private DateTimeOffset Earlier(DateTimeOffset at) => at < now ? at : now;

    private Known<T> Now<T>(T value, Guid? id = null) => new(value, now, id);

    private Known<int>? Counted(EngineQuery<long>? count) => count is { IsAnswered: true } ? Now((int)count.First) : null;

    private EngineQuery<T> Part<T>(string name, EngineQuery<T> query)
    {
        parts.Add(new ContextPart(name, [query]));
        return query;
    }

    private EngineQuery<T> One<T>(string from) where T : class => new(Statement($"select {EntityColumns<T>.List} {from}"), row => row.Entity<T>());

    private EngineQuery<long> Count(string from, params (string Name, DateTimeOffset At)[] values)
    {
        EngineStatement statement = Statement($"select count(*) {from}");
        foreach ((string name, DateTimeOffset at) in values) statement.Set(name, at);
        return new EngineQuery<long>(statement, row => row.Long(0));
    }

    private EngineStatement Statement(string sql) => new EngineStatement(sql).Set("@tenant", ask.TenantId).Set("@customer", ask.CustomerId);

    /// <summary>A contact sees the conversations that are their own; the staff sees all.</summary>
    private string Ours(string value) => ask.ContactId is null ? value : $"case when contact_id = @contact then {value} end";

    private EngineStatement Own(EngineStatement statement) => ask.ContactId is { } person ? statement.Set("@contact", person) : statement;

    /// <summary>Counts days by looking for one sign-in on each, so that it costs the same however many there were.</summary>
    private static string ActiveDays()
    {
        var sql = new StringBuilder("select ");
        for (int day = 0; day < activeWithin; day++)
        {
            if (day > 0) sql.Append(" + ");
            sql.Append("case when exists (select 1 from login_events where tenant_id = @tenant and customer_id = @customer and success = @yes and at >= ").Append(Place(day + 1)).Append(" and at < ").Append(Place(day)).Append(") then 1 else 0 end");
        }

        return sql.ToString();
    }

    private EngineStatement DaysBack(EngineStatement statement)
    {
        DateTimeOffset end = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1);
        for (int day = 0; day <= activeWithin; day++) statement.Set(Place(day), end.AddDays(-day));
        return statement;
    }

    /// <summary>Names of values are letters alone.</summary>
    private static string Place(int day) => $"@d{(char)('a' + (day / 10))}{(char)('a' + (day % 10))}";
}
