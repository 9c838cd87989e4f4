using Microsoft.Extensions.DependencyInjection;
using Switchboard.Compliance.Redis;
using Switchboard.Core.Context;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Revenue;
using Switchboard.Domain.Success;
using Switchboard.Domain.Support;
using Switchboard.Storage;
using Switchboard.Storage.Context;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Redis;
using ZiggyCreatures.Caching.Fusion;

namespace Switchboard.Compliance.Storage;

/// <summary>What a customer's context holds, in how many ways it is read, and when what is kept of it is forgotten.</summary>
public abstract class ContextSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private Customer acme = null!;
    private Contact ada = null!;
    private Subscription paid = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        acme = NewCustomer("Acme");
        ada = NewContact(acme, "ada");
        paid = NewSubscription(acme).WithSeats(25, 24);
        await Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                db.AddRange(acme, ada, paid);
                return 0;
            },
            default);
    }

    [Fact]
    public async Task All_of_a_customer_is_read_in_one_way_and_each_fact_names_its_row_and_its_age()
    {
        HealthSnapshot health = new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, Day = Day(5), Score = 72, Usage = 1, Engagement = 1, Finance = 1, Support = 1, Relationship = 1 };
        Prediction churn = Churn(acme, 0.44, 40), older = Churn(acme, 0.9, 60);
        LoginEvent login = Login(ada, 3, true);
        await FillAsync(health, churn, older, login);
        var engine = new CountingEngine(Desk.Get<IEngine>());

        CustomerContext read = (await new ContextStore(engine, Desk.Clock).ReadAsync(new ContextAsk(Desk.TenantId, acme.Id, ada.Id, WithDetails: true), default)).ShouldNotBeNull();

        engine.Asked.ShouldBe(1);
        read.Missing.ShouldBeEmpty();
        ContextReading.Facts(read.Account).Select(f => $"{f.Name}={f.Value}").ShouldBe(
        [
            "plan=premium", "cycle=annual", "customer_since=2025-11-02T09:30:00Z", "seats_used=24", "seats_total=25", "status=active", "cancel_at_period_end=no", "mrr=500", "arr=6000", "period_end=2026-05-01T09:30:00Z",
            "role=billing", "health=72", "churn=0.44", "last_login=2026-02-27T09:30:00Z", "active_days_30=3", "open_s1s2=1", "open_conversations=2", "last_intents=billing/refund-processor (open), technical/bug-triager (resolved), monetization/dispute-resolver (open)",
            "overdue_invoices=1", "failed_payments_90d=1", "open_disputes=1", "integrations_in_error=slack", "language=de", "time_zone=Europe/Berlin", "preferences=channel chat, tone short, hours 9-17", "open_approvals=0", "open_incidents=api (S1)",
        ]);
        ContextFact fact = ContextReading.Facts(read.Account).Single(f => f.Name == "health");
        (fact.Table, fact.Id, fact.AsOf).ShouldBe(("health_snapshots", health.Id, new DateTimeOffset(Desk.Start.UtcDateTime.Date.AddDays(-4), TimeSpan.Zero)));
        read.Account.Churn.ShouldBe(new Known<double>(0.44, churn.MadeAt, churn.Id));
        read.Account.LastLogin!.Id.ShouldBe(login.Id);
        CustomerDetails details = read.Details.ShouldNotBeNull();
        (details.Name!.Value, details.Segments!.Value.Single(), details.Csat!.Value, details.OpenTickets!.Value, details.Nps!.Value, details.SuccessPlan!.Value).ShouldBe(("Acme", "power users", 4.5, 2, 9, "on_track"));
        (details.OpenDeals!.Value, details.PipelineValue!.Value["EUR"], details.NextClose!.Value, details.OpenQuotes!.Value, details.ContractUntil!.Value).ShouldBe((1, 1200.5m, Day(-20), 1, Day(-300)));
        (details.FeaturesUsed!.Value, string.Join(' ', details.TopFeatures!.Value), details.ApiCalls!.Value, details.StorageGb).ShouldBe((2, "boards reports", 70m, null));
        (details.People!.Value, details.PeopleWithMfa!.Value, details.LockedPeople!.Value, details.FailedLogins!.Value, details.Sso!.Value, details.OpenSessions!.Value).ShouldBe((1, 1, 0, 1, "enforced", 1));
        (details.PrimaryContact!.Value, details.PrimaryEmail!.Value, details.Blocked!.Value, details.LastMeeting!.Value).ShouldBe(("ada", "ada@example.com", false, Days(8)));
    }

    [Fact]
    public async Task What_stands_in_no_row_is_unknown_and_no_default()
    {
        Customer bare = NewCustomer("Bare");
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Add(bare), default);

        CustomerContext read = await ReadAsync(bare.Id, null, withDetails: true);

        (read.Account.Health, read.Account.Churn, read.Account.SeatsTotal, read.Account.Mrr, read.Account.Role, read.Account.Language).ShouldBe((null, null, null, null, null, null));
        (read.Details!.Csat, read.Details.Nps, read.Details.ApiCalls, read.Details.Industry, read.Details.PipelineValue, read.Details.Sso).ShouldBe((null, null, null, null, null, null));
        read.Account.LastLogin.ShouldBe(new Known<DateTimeOffset?>(null, Desk.Start), "that nobody ever signed in is known");
        ContextReading.Bands(read.Account, Desk.Start).ShouldBe(new ContextBands("unknown", "unknown"));
    }

    [Fact]
    public async Task A_customer_is_seen_by_its_own_tenant_alone_and_not_when_it_is_deleted()
    {
        Guid other = await Desk.AddTenantAsync("other");
        ICustomerContext contexts = Desk.Get<ICustomerContext>();
        (await contexts.ReadAsync(new ContextAsk(other, acme.Id, null), default)).ShouldBeNull();
        (await contexts.ReadAsync(new ContextAsk(Desk.TenantId, Desk.NewId(), null), default)).ShouldBeNull();
        (await contexts.ReadAsync(new ContextAsk(Desk.TenantId, acme.Id, null), default)).ShouldNotBeNull();

        await ChangeAsync(db => db.Customers.Single(c => c.Id == acme.Id).DeletedAt = Desk.Start);

        (await contexts.ReadAsync(new ContextAsk(Desk.TenantId, acme.Id, null), default)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_conversations_a_contact_has_their_own_and_never_those_of_a_colleague()
    {
        Contact bob = NewContact(acme, "bob");
        await Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                db.AddRange(bob, Talk(ada, "billing/refund-processor", 1), Talk(bob, "technical/bug-triager", 2));
                return 0;
            },
            default);

        (await ReadAsync(acme.Id, ada.Id)).Account.LastIntents!.Value.Select(i => i.Intent).ShouldBe(["billing/refund-processor"]);
        (await ReadAsync(acme.Id, bob.Id)).Account.LastIntents!.Value.Select(i => i.Intent).ShouldBe(["technical/bug-triager"], "what is kept for one contact is not given to another");
        (await ReadAsync(acme.Id, null)).Account.OpenConversations!.Value.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_kept_is_forgotten_with_the_commit_that_changes_it_and_only_then()
    {
        (await ReadAsync(acme.Id, ada.Id)).Account.SeatsUsed!.Value.ShouldBe(24);
        // Past the program nothing tells of the change: that it is not seen shows that something is kept.
        await Desk.Home.ExecuteAsync("update subscriptions set seats_used = 25");
        (await ReadAsync(acme.Id, ada.Id)).Account.SeatsUsed!.Value.ShouldBe(24);

        Customer stranger = NewCustomer("Stranger");
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Add(stranger), default);
        await ChangeAsync(db => db.Contacts.Single(c => c.Id == ada.Id).Language = "fr");

        AccountFacts fresh = (await ReadAsync(acme.Id, ada.Id)).Account;
        (fresh.SeatsUsed!.Value, fresh.Language!.Value).ShouldBe((25, "fr"));

        await Desk.Data.LoadAsync(Desk.Actor, load => load.Add<Prediction>([Churn(acme, 0.8, 1)]), default);
        (await ReadAsync(acme.Id, ada.Id)).Account.Churn!.Value.ShouldBe(0.8);
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Add(Outage()), default);
        (await ReadAsync(acme.Id, ada.Id)).Account.OpenIncidents!.Value.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_turn_that_hands_over_or_names_its_intent_is_news_and_one_that_only_answers_is_not()
    {
        Conversation talk = Talk(ada, null, 1);
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Add(talk), default);
        int told = 0;
        Desk.Get<RunSignals>().ListenChanges(change => told += change.CustomerId == acme.Id ? 1 : 0);

        AcceptResult first = await Desk.AcceptAsync(talk.Id);
        await Desk.Store.FinishAsync(Desk.Finishing(await Desk.LoadAsync(first)), default);
        told.ShouldBe(0);

        AcceptResult second = await Desk.AcceptAsync(talk.Id);
        TurnState state = await Desk.LoadAsync(second);
        state.Conversation.PrimaryIntent = "billing/refund-processor";
        await Desk.Store.FinishAsync(Desk.Finishing(state), default);
        told.ShouldBe(1);
    }

    [Fact]
    public async Task A_load_that_began_before_a_change_is_not_what_is_kept_after_it()
    {
        var engine = new CountingEngine(Desk.Get<IEngine>());
        var held = new TaskCompletionSource();
        engine.Behind = () => held.Task;
        var cache = new ContextCache(new ContextStore(engine, Desk.Clock), Desk.Get<IFusionCache>(), Desk.Get<RunSignals>(), null, Desk.Clock);
        var ask = new ContextAsk(Desk.TenantId, acme.Id, null);
        Task<CustomerContext?> early = cache.ReadAsync(ask, default);
        await engine.Reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await ChangeAsync(db => db.Set<Subscription>().Single().CancelAtPeriodEnd = true);
        engine.Behind = () => Task.CompletedTask;
        held.SetResult();

        (await early)!.Account.CancelAtPeriodEnd!.Value.ShouldBeFalse();
        (await cache.ReadAsync(ask, default))!.Account.CancelAtPeriodEnd!.Value.ShouldBeTrue();
    }

    [Fact]
    public async Task A_part_that_fails_is_named_and_the_others_come_and_nothing_of_it_is_kept()
    {
        await Desk.Home.ExecuteAsync("alter table tickets rename to tickets_away");
        CustomerContext read = await ReadAsync(acme.Id, ada.Id);

        read.Missing.ShouldBe(["tickets"]);
        read.Account.OpenS1S2.ShouldBeNull();
        (read.Account.Plan!.Value, read.Account.OpenIncidents!.Value.Count, read.Account.FailedPayments!.Value).ShouldBe(("premium", 0, 0));
        ContextReading.Read(ContactProof.Widget, read, Desk.Start).Code.ShouldBe("partial");

        await Desk.Home.ExecuteAsync("alter table tickets_away rename to tickets");
        (await ReadAsync(acme.Id, ada.Id)).Missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task While_the_database_gives_nothing_it_is_asked_three_times_and_then_left_in_peace()
    {
        var engine = new CountingEngine(Desk.Get<IEngine>()) { Before = () => throw new IOException("away") };
        var store = new ContextStore(engine, Desk.Clock);
        for (int i = 0; i < 5; i++)
        {
            CustomerContext read = (await store.ReadAsync(new ContextAsk(Desk.TenantId, acme.Id, null), default)).ShouldNotBeNull();
            read.Missing.ShouldContain("account");
            AccountContext told = ContextReading.Read(ContactProof.Email, read, Desk.Start);
            (told.Code, told.Plan, told.Bands.Health, told.Facts.Count).ShouldBe(("unavailable", null, "unknown", 0));
        }

        engine.Asked.ShouldBe(3);
    }

    [Fact]
    public async Task A_node_finds_in_Redis_what_another_read_and_does_not_look_there_once_it_knows_of_a_change()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Node first = await Node.StartAsync(Desk, redis), second = await Node.StartAsync(Desk, redis);
        var ask = new ContextAsk(Desk.TenantId, acme.Id, null);
        await first.ReadAsync(ask);
        await second.ReadAsync(ask);
        (first.Asked, second.Asked).ShouldBe((1, 1), "a process that has just begun cannot know what was changed before, so it trusts nobody");

        Desk.Clock.Advance(TimeSpan.FromSeconds(71));
        var other = new ContextAsk(Desk.TenantId, acme.Id, ada.Id);
        (await first.ReadAsync(other)).Account.SeatsUsed!.Value.ShouldBe(24);
        (await second.ReadAsync(other)).Account.SeatsUsed!.Value.ShouldBe(24);
        (first.Asked, second.Asked).ShouldBe((2, 1), "the second found it in Redis");

        // In Redis stands what was read before the change; whoever knows of the change reads the rows.
        await ChangeAsync(db => db.Set<Subscription>().Single().WithSeats(25, 25));
        (await first.ReadAsync(other)).Account.SeatsUsed!.Value.ShouldBe(25);
        (await second.ReadAsync(other)).Account.SeatsUsed!.Value.ShouldBe(25);

        await redis.CommandAsync("FLUSHALL");
        await redis.SignalAsync("KILL");
        Desk.Clock.Advance(TimeSpan.FromSeconds(71));
        (await second.ReadAsync(ask)).Account.SeatsUsed!.Value.ShouldBe(25);
    }

    /// <summary>What a process keeps, with a memory of its own.</summary>
    private sealed class Node(ServiceProvider services, CountingEngine engine, ContextCache cache) : IAsyncDisposable
    {
        public int Asked => engine.Asked;

        public static async Task<Node> StartAsync(Desk desk, RedisServer redis)
        {
            ServiceProvider services = new ServiceCollection().AddSingleton<TimeProvider>(desk.Clock).AddShared(new RedisOptions(redis.ConnectionString)).BuildServiceProvider();
            RedisLink link = services.GetRequiredService<RedisLink>();
            await link.ProbeAsync();
            var engine = new CountingEngine(desk.Get<IEngine>());
            return new Node(services, engine, new ContextCache(new ContextStore(engine, desk.Clock), services.GetRequiredService<IFusionCache>(), desk.Get<RunSignals>(), link, desk.Clock));
        }

        public async Task<CustomerContext> ReadAsync(ContextAsk ask) => (await cache.ReadAsync(ask, default)).ShouldNotBeNull();

        public ValueTask DisposeAsync() => services.DisposeAsync();
    }

    protected async Task<CustomerContext> ReadAsync(Guid customer, Guid? contact, bool withDetails = false) =>
        (await Desk.Get<ICustomerContext>().ReadAsync(new ContextAsk(Desk.TenantId, customer, contact, withDetails), default)).ShouldNotBeNull();

    protected Guid AcmeId => acme.Id;

    private Task ChangeAsync(Action<SwitchboardDb> change) => Desk.Data.WriteAsync(Desk.Actor, db =>
    {
        change(db);
        return 0;
    }, default);

    private Task FillAsync(HealthSnapshot health, Prediction churn, Prediction older, LoginEvent login)
    {
        Invoice late = Invoice(1, 40), fine = Invoice(2, 10);
        return Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                db.AddRange(health, churn, older, login, Login(ada, 4, true), Login(ada, 4, true), Login(ada, 29, true), Login(ada, 31, true), Login(ada, 1, false));
                db.AddRange(Ticket(Severity.S2, false), Ticket(Severity.S4, false), Ticket(Severity.S1, true));
                db.AddRange(Talk(ada, "billing/refund-processor", 1), Talk(ada, "monetization/dispute-resolver", 9), Resolved(Talk(ada, "technical/bug-triager", 2)));
                db.AddRange(late, fine);
                db.Add(new Payment { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, InvoiceId = late.Id, Amount = 10, Currency = "EUR", Status = PaymentStatus.Failed, Method = "card", CreatedAt = Days(3) });
                db.AddRange(new Integration { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, Type = "slack", Status = IntegrationStatus.Error, ConnectedAt = Days(90) }, new Integration { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, Type = "github", Status = IntegrationStatus.Active, ConnectedAt = Days(90) });
                db.Add(Outage());
                db.Add(new SegmentMembership { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, Type = "behaviour", Name = "power users", Confidence = 1, AssignedBy = "test", AssignedAt = Days(1) });
                Conversation rated = Resolved(Talk(ada, null, 30));
                db.AddRange(rated, Rating(rated, 4), Rating(rated, 5));
                db.Add(new NpsResponse { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, ContactId = ada.Id, Score = 9, At = Days(5) });
                db.Add(new Meeting { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, Kind = MeetingKind.Qbr, StartsAt = Days(8), EndsAt = Days(8), HeldAt = Days(8) });
                db.Add(new SuccessPlan { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, Goals = ["grow"], Status = PlanStatus.OnTrack, CreatedAt = Days(60) });
                db.Add(new Deal { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, Name = "More seats", Value = 1200.5m, Currency = "EUR", Probability = 0.5, ExpectedClose = Day(-20), CreatedAt = Days(10) });
                db.Add(new Quote { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, Number = "Q-1", Lines = [], Total = 10, Currency = "EUR", Status = QuoteStatus.Sent, ValidUntil = Days(-5) });
                db.Add(new Contract { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, TermMonths = 12, From = Day(60), Until = Day(-300) });
                db.AddRange(Use("boards", 1), Use("boards", 2), Use("reports", 1), Use("old", 50));
                db.AddRange(Measure(90, 2), Measure(70, 1));
                db.Add(new SsoConnection { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, Provider = "okta", Protocol = "saml", Domain = "acme.example", State = SsoState.Enforced });
                db.Add(new ContactSession { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, ContactId = ada.Id, Device = "laptop", StartedAt = Days(1) });
                return 0;
            },
            default);
    }

    private static DateTimeOffset Days(int ago) => Desk.Start.AddDays(-ago);

    private static DateOnly Day(int ago) => DateOnly.FromDateTime(Desk.Start.UtcDateTime).AddDays(-ago);

    private Customer NewCustomer(string name) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = name, Plan = "premium", Since = Days(120) };

    private Contact NewContact(Customer customer, string name) => new()
    {
        TenantId = Desk.TenantId,
        Id = Desk.NewId(),
        CustomerId = customer.Id,
        Email = $"{name}@example.com",
        Name = name,
        Role = ContactRole.Billing,
        IsPrimary = name == "ada",
        Language = "de",
        TimeZone = "Europe/Berlin",
        MfaEnabled = true,
        Preferences = new ContactPreferences("chat", "short", HoursFrom: 9, HoursTo: 17),
    };

    private Subscription NewSubscription(Customer customer) =>
        new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Plan = customer.Plan, Cycle = BillingCycle.Annual, UnitPrice = 20, Mrr = 500, Currency = "EUR", StartedAt = Days(90), PeriodStart = Days(90), PeriodEnd = Days(-60) };

    private Prediction Churn(Customer customer, double value, int days) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Kind = "churn", Entity = "customer", EntityId = customer.Id, Value = value, ModelVersion = "1", MadeAt = Days(days) };

    private LoginEvent Login(Contact contact, int days, bool success) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = contact.CustomerId, ContactId = contact.Id, At = Days(days).AddMinutes(success && days == 3 ? 0 : -30), Success = success };

    private Ticket Ticket(Severity severity, bool done)
    {
        var ticket = new Ticket { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, Kind = TicketKind.Bug, Title = "t", Severity = severity, CreatedAt = Days(3) };
        return done ? ticket.MoveTo(TicketStatus.Done, Days(2)) : ticket;
    }

    private Conversation Talk(Contact contact, string? intent, int days) =>
        new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = contact.CustomerId, ContactId = contact.Id, Channel = Channel.Web, Subject = "s", PrimaryIntent = intent, CreatedAt = Days(days), LastActivityAt = Days(days) };

    private static Conversation Resolved(Conversation talk)
    {
        talk.Resolve(talk.CreatedAt);
        return talk;
    }

    private CsatRating Rating(Conversation talk, int score) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, ConversationId = talk.Id, Score = score, At = Days(3) };

    private Incident Outage() => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Title = "API down", Component = "api", Severity = Severity.S1, StartedAt = Days(0) };

    private Invoice Invoice(int number, int days) => new Invoice { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, Currency = "EUR", CreatedAt = Days(days) }
        .WithLines([new InvoiceLine("Seats", 1, 10, 10)], 0).Issue(new InvoiceNumber(2026, number), Days(days), Days(days - 30));

    private FeatureUsage Use(string feature, int days) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, ContactId = ada.Id, Feature = feature, Day = Day(days), Count = 3 };

    private UsageEvent Measure(decimal quantity, int days) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = acme.Id, Meter = Meter.ApiCalls, Quantity = quantity, At = Days(days), IdempotencyKey = $"{days}" };
}

/// <summary>The engine of a home that counts how often it is asked.</summary>
internal sealed class CountingEngine(IEngine engine) : IEngine
{
    public int Asked { get; private set; }

    public Action Before { get; set; } = () => { };

    public Func<Task> Behind { get; set; } = () => Task.CompletedTask;

    public TaskCompletionSource Reached { get; } = new();

    public Guid? NodeId => engine.NodeId;

    public async Task AskAsync(Guid? tenantId, IReadOnlyList<EngineQuery> queries, CancellationToken cancellationToken)
    {
        Asked++;
        Before();
        await engine.AskAsync(tenantId, queries, cancellationToken);
        Reached.TrySetResult();
        await Behind();
    }

    public Task<T> CommitAsync<T>(Func<EngineWork<T>> make, CancellationToken cancellationToken) => engine.CommitAsync(make, cancellationToken);
}
