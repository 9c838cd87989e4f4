using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Figures;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Success;
using Switchboard.Domain.Support;
using Switchboard.Storage.Figures;

namespace Switchboard.Compliance.Storage;

/// <summary>The definitions of figures over stored rows, checked against numbers worked out by hand.</summary>
public abstract class FigureSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private static readonly FigurePeriod march = FigurePeriod.Of(new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 31), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));

    private FigureStore Figures => Desk.Get<FigureStore>();

    [Fact]
    public async Task Revenue_of_a_month_is_what_the_ledger_moved_in_it()
    {
        Customer stays = NewCustomer("stays"), grows = NewCustomer("grows"), leaves = NewCustomer("leaves"), comes = NewCustomer("comes");
        Subscription[] subscriptions = [.. new[] { stays, grows, leaves, comes }.Select(NewSubscription)];
        await Desk.Data.LoadAsync(
            Desk.Actor,
            load =>
            {
                load.Add<Customer>([stays, grows, leaves, comes]);
                load.Add(subscriptions);
                load.Add<SubscriptionChange>(
                [
                    Change(subscriptions[0], MrrMovement.New, 0, 100.5m, -60),
                    Change(subscriptions[1], MrrMovement.New, 0, 200, -60),
                    Change(subscriptions[1], MrrMovement.Expansion, 200, 260, 5),
                    Change(subscriptions[1], MrrMovement.Contraction, 260, 250, 9),
                    Change(subscriptions[2], MrrMovement.New, 0, 40, -30),
                    Change(subscriptions[2], MrrMovement.Churn, 40, 0, 20),
                    Change(subscriptions[3], MrrMovement.New, 0, 75.25m, 12),
                    Change(subscriptions[3], MrrMovement.Expansion, 75.25m, 500, 40),
                ]);
                load.Add<MetricPoint>([Cost(1, 90), Cost(30, 60.5), Cost(31, 999)]);
                return 0;
            },
            default);

        Revenue revenue = await Figures.RevenueAsync(Desk.TenantId, march, default);

        revenue.Movements.ShouldBe(new RevenueMovements(340.5m, 75.25m, 60, 10, 40));
        revenue.Movements.End.ShouldBe(425.75m);
        (revenue.Customers.CustomersAtStart, revenue.Customers.NewCustomers, revenue.Customers.LostCustomers).ShouldBe((3, 1, 1));
        revenue.Customers.SalesCost.ShouldBe(150.5m);
        revenue.Customers.Cac.ShouldBe(150.5m);
        revenue.Customers.Arpa!.Value.ShouldBe(141.9167m, 0.0001m);
        revenue.Customers.MonthlyChurn!.Value.ShouldBe(1.0 / 3 / (31 / (365.25 / 12)), 1e-9);
    }

    [Fact]
    public async Task Satisfaction_counts_the_answers_of_the_month_alone()
    {
        Customer customer = NewCustomer("c");
        Conversation[] talks = [.. Enumerable.Range(0, 4).Select(_ => Desk.NewConversation())];
        await Desk.Data.LoadAsync(
            Desk.Actor,
            load =>
            {
                load.Add<Customer>([customer]);
                load.Add(talks);
                load.Add(talks.Select((t, i) => new CsatRating { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, ConversationId = t.Id, Score = i == 3 ? 1 : 5 - i, At = March(i == 0 ? -1 : 3) }));
                load.Add(new[] { 10, 9, 3, 8 }.Select((score, i) => new NpsResponse { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Score = score, At = March(i == 0 ? 40 : 3) }));
                return 0;
            },
            default);

        Estimate csat = await Figures.CsatAsync(Desk.TenantId, march, default), nps = await Figures.NpsAsync(Desk.TenantId, march, default);
        (csat.N, csat.Value!.Value).ShouldBe((3, 1.0 / 3));
        (nps.N, nps.Value!.Value).ShouldBe((3, 0.0));
    }

    [Fact]
    public async Task Times_are_measured_in_the_tenants_business_minutes_and_ways_of_ending_add_up()
    {
        // Monday to Friday 9–17 in Berlin by default. Friday 6 March 16:00 local is 15:00 UTC.
        var friday = new DateTimeOffset(2026, 3, 6, 15, 0, 0, TimeSpan.Zero);
        Conversation answered = Begun(friday), confirmed = Begun(friday), given = Begun(friday), silent = Begun(friday), before = Begun(friday.AddDays(-20));
        answered.CustomerWrote(friday);
        answered.AgentReplied(confident: true, cited: true, friday.AddMinutes(30));
        confirmed.CustomerWrote(friday);
        confirmed.AgentReplied(confident: true, cited: true, friday.AddMinutes(10));
        confirmed.Confirm(friday.AddDays(3));
        confirmed.Resolve(friday.AddDays(3).AddHours(-5));
        given.HandToHuman(Priority.Normal, friday.AddMinutes(1));
        silent.CustomerWrote(friday);
        await Desk.Data.LoadAsync(Desk.Actor, load => load.Add<Conversation>([answered, confirmed, given, silent, before]), default);

        ResponseFigures responses = await Figures.ResponsesAsync(Desk.TenantId, march, default);
        // 60 minutes of Friday afternoon, then Monday 9:00 to 11:00 local.
        (responses.FirstResponses, responses.FrtMedian, responses.Resolutions, responses.TtrMedian).ShouldBe((2, 20, 1, 180));
        ResolutionFigures ended = await Figures.ResolutionsAsync(Desk.TenantId, march, friday.AddDays(10), default);
        ended.ShouldBe(new ResolutionFigures(1, 1, 1, 1, 0, 0, 0));
        (await Figures.ResolutionsAsync(Desk.TenantId, march, friday.AddHours(1), default)).Total.ShouldBe(4);
    }

    private static DateTimeOffset March(double day) => march.From.AddDays(day - 1).AddHours(12);

    private Customer NewCustomer(string name, string plan = "basic") => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = name, Plan = plan, Since = Desk.Start };

    private Subscription NewSubscription(Customer customer) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Plan = customer.Plan, Cycle = BillingCycle.Monthly, UnitPrice = 10, Mrr = 100, Currency = "EUR", StartedAt = March(-60), PeriodStart = March(1), PeriodEnd = March(32) };

    private SubscriptionChange Change(Subscription subscription, MrrMovement movement, decimal before, decimal after, int day) => new()
    {
        TenantId = Desk.TenantId,
        Id = Desk.NewId(),
        CustomerId = subscription.CustomerId,
        SubscriptionId = subscription.Id,
        Movement = movement,
        Cause = "test",
        MrrBefore = before,
        MrrAfter = after,
        Currency = "EUR",
        At = March(day),
    };

    private MetricPoint Cost(int day, double value) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Metric = FigureStore.SalesCost, Dimension = "", Day = new DateOnly(2026, 3, 1).AddDays(day), Value = value };

    private Conversation Begun(DateTimeOffset at) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Channel = Channel.Web, VisitorId = Desk.NewId(), Subject = "s", CreatedAt = at, LastActivityAt = at };
}
