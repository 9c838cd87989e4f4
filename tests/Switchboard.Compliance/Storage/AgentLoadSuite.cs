using System.Text.Json;
using Switchboard.Agents.Success;
using Switchboard.Core;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Market;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Product;
using Switchboard.Domain.Success;
using Switchboard.Domain.Support;

namespace Switchboard.Compliance.Storage;

/// <summary>What agents load from stored rows, counted by hand.</summary>
public abstract class AgentLoadSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private static readonly Catalogue catalogue = Catalogue.FromAssembly(typeof(HealthScore).Assembly);

    /// <summary>A Saturday; the last day that is over is Friday the 27th.</summary>
    private static readonly DateTimeOffset now = new(2026, 3, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Health_is_read_from_the_customers_own_rows()
    {
        Customer customer = NewCustomer("premium"), other = NewCustomer("premium");
        Contact ada = NewContact(customer, "ada", 0.8), bob = NewContact(customer, "bob", 0.6), eve = NewContact(other, "eve", 0.9);
        Invoice invoice = new Invoice { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Currency = "EUR", CreatedAt = Days(20) }.WithLines([new InvoiceLine("Seats", 1, 10, 10)], 0).Issue(new InvoiceNumber(2026, 1), Days(20), now);
        await Desk.Data.LoadAsync(
            Desk.Actor,
            load =>
            {
                load.Add<Customer>([customer, other]);
                load.Add<Contact>([ada, bob, eve]);
                load.Add<Subscription>([NewSubscription(customer).WithSeats(10, 4)]);
                load.Add<Invoice>([invoice]);
                load.Add<Payment>([Failed(invoice, Days(10)), Failed(invoice, Days(200))]);
                // Ada on ten days and once more on one of them, Bob on five, today does not count yet; Eve is somebody else's.
                load.Add(Enumerable.Range(0, 11).Select(d => Login(ada, Days(d))).Append(Login(ada, Days(10).AddMinutes(5))).Concat(Enumerable.Range(1, 5).Select(d => Login(bob, Days(d)))).Append(Login(eve, Days(1))));
                load.Add(new[] { ("boards", "free"), ("reports", "premium"), ("timeline", "basic"), ("sso", "enterprise") }.Select(f => new ProductFeature { TenantId = Desk.TenantId, Id = Desk.NewId(), Key = f.Item1, Name = f.Item1, Plan = f.Item2, Area = "a", Description = "d" }));
                // Three days make a habit, two do not; single sign-on is not of the plan.
                load.Add(Enumerable.Range(2, 3).SelectMany(d => new[] { Use(ada, "boards", d), Use(ada, "sso", d) }).Concat([Use(bob, "reports", 2), Use(bob, "reports", 3), Use(bob, "reports", 60)]));
                load.Add<UsageEvent>([Automations(4, 1), Automations(9, 40)]);
                // Each person's newest answer counts, of the last half year.
                load.Add<NpsResponse>([Answer(ada, 9, 30), Answer(ada, 2, 60), Answer(bob, 6, 50), Answer(bob, 0, 200)]);
                load.Add<Ticket>([Ticket(customer, Severity.S2, 3), Ticket(customer, Severity.S4, 4), Ticket(customer, Severity.S1, 50).MoveTo(TicketStatus.Done, Days(40)), Ticket(other, Severity.S1, 3)]);
                load.Add<Conversation>([Talk(customer, 2), Talk(customer, 29), Talk(customer, 40), Talk(other, 2)]);
                load.Add<Meeting>([new Meeting { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Kind = MeetingKind.Qbr, StartsAt = Days(30), EndsAt = Days(30).AddHours(1), HeldAt = Days(30) }]);
                load.Add<SuccessPlan>([new SuccessPlan { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Goals = ["grow"], Status = PlanStatus.OnTrack, CreatedAt = Days(60) }]);
                load.Add<HealthSnapshot>([Snapshot(customer, 5, 71), Snapshot(customer, 10, 70), Snapshot(customer, 45, 60)]);
                return 0;

                UsageEvent Automations(decimal quantity, int days) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Meter = Meter.Automations, Quantity = quantity, At = Days(days), IdempotencyKey = $"{days}" };
            },
            default);

        (JsonElement facts, IReadOnlyList<FactRead> reads) = await LoadAsync("success/health-score", new { customerId = customer.Id });

        facts.GetRawText().ShouldBe(Json.Write(new HealthScoreFacts
        {
            TenureDays = 120,
            // Of the thirty days to the 27th of March 22 are business days; of Ada's ten days eight were, of Bob's five all.
            Dau = 13 / 22.0,
            Seats = 10,
            Adopted = 1,
            PlanFeatures = 3,
            Automations = 4,
            Nps = 7.5,
            DaysSinceLogin = 0,
            Sessions = 16,
            PastDue = false,
            FailedPayments = 1,
            CancelAtPeriodEnd = false,
            OpenS1S2 = 1,
            Tickets = 2,
            ActiveChampion = true,
            DaysSinceMeeting = 29,
            PlanOnTrack = true,
            Snapshots = [new DayScore(new DateOnly(2026, 3, 18), 70), new DayScore(new DateOnly(2026, 3, 23), 71)],
        }));
        reads.First().ShouldBe(reads.First() with { Entity = "customer", Count = 1 });
        reads.First().Ids.ShouldBe([customer.Id]);
    }

    [Fact]
    public async Task The_catalogue_of_entities_is_read_from_the_tenants_rows_and_policies()
    {
        Customer customer = NewCustomer("premium");
        await Desk.Data.LoadAsync(
            Desk.Actor,
            load =>
            {
                load.Add<Customer>([customer]);
                load.Add<ProductFeature>([Feature("gantt", "Gantt view", null, "time line"), Feature("old", "Old view", new DateOnly(2025, 1, 1))]);
                load.Add<Competitor>([new Competitor { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = "Boardley", Aliases = ["Boardly"], CreatedAt = now }]);
                load.Add<Integration>([Joined(customer, "google_drive"), Joined(customer, "slack"), Joined(customer, "slack")]);
                load.Add<SdkRelease>([Sdk("python", "1.0.0"), Sdk("python", "1.1.0"), Sdk("go", "1.0.0")]);
                return 0;

                ProductFeature Feature(string key, string name, DateOnly? removed, params string[] synonyms) =>
                    new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Key = key, Name = name, Plan = "free", Area = "a", Description = "d", Synonyms = synonyms, RemovedOn = removed };
                Integration Joined(Customer of, string type) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = of.Id, Type = type, Status = IntegrationStatus.Active, ConnectedAt = now };
                SdkRelease Sdk(string language, string version) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Language = language, Version = version, ReleasedOn = new DateOnly(2026, 1, 1) };
            },
            default);

        (JsonElement facts, IReadOnlyList<FactRead> reads) = await LoadAsync("routing/entity-extractor", new { text = "hello" });

        string[] names = [.. facts.GetProperty("catalogue").EnumerateArray().Select(n => $"{n.GetProperty("type").GetString()} {n.GetProperty("name").GetString()} {n.GetProperty("id").GetString()}")];
        names.Where(n => !n.StartsWith("add_on", StringComparison.Ordinal)).ShouldBe([
            "plan free free", "plan basic basic", "plan premium premium", "plan enterprise enterprise", "competitor Boardley Boardley", "competitor Boardly Boardley",
            "integration google_drive google_drive", "integration google drive google_drive", "integration slack slack", "sdk_language go go", "sdk_language python python", "feature Gantt view gantt", "feature time line gantt",
        ]);
        names.Count(n => n.StartsWith("add_on", StringComparison.Ordinal)).ShouldBeGreaterThan(3);
        reads.Select(r => r.Entity).ShouldBe(["product_feature", "competitor", "integration", "sdk_release"]);
    }

    [Fact]
    public async Task The_scores_before_a_message_are_those_of_its_conversation()
    {
        Customer customer = NewCustomer("premium");
        Conversation talk = Talk(customer, 2), other = Talk(customer, 2);
        Message asked = Said(talk, 5, "still nothing", null);
        await Desk.Data.LoadAsync(
            Desk.Actor,
            load =>
            {
                load.Add<Customer>([customer]);
                load.Add<Conversation>([talk, other]);
                load.Add<Message>([Said(talk, 1, "hello", 0.25), Said(talk, 2, "we are sorry", 0.9, MessageAuthor.Human), Said(talk, 3, "great, thank you", null), asked, Said(talk, 7, "later", 1), Said(other, 1, "elsewhere", -1)]);
                return 0;
            },
            default);

        (JsonElement facts, _) = await LoadAsync("routing/sentiment-analyzer", new { messageId = asked.Id, churn = 0.4 });

        facts.GetProperty("text").GetString().ShouldBe("still nothing");
        facts.GetProperty("churn").GetDouble().ShouldBe(0.4);
        double[] earlier = [.. facts.GetProperty("earlier").EnumerateArray().Select(e => e.GetDouble())];
        earlier.Length.ShouldBe(2);
        (earlier[0], earlier[1] > 0.5).ShouldBe((0.25, true), "one score is stored, the other is measured");

        (JsonElement given, IReadOnlyList<FactRead> reads) = await LoadAsync("routing/sentiment-analyzer", new { text = "hm", conversationId = talk.Id, previousScores = new[] { -0.5 } });
        (given.GetProperty("earlier")[0].GetDouble(), reads.Count).ShouldBe((-0.5, 0));
    }

    [Fact]
    public async Task What_a_message_wants_is_scored_clause_by_clause()
    {
        (JsonElement facts, _) = await LoadAsync("routing/intent-classifier", new { text = "I want my money back. How much is premium for 30 people?" });

        facts.GetProperty("clauses").EnumerateArray().Select(c => c.GetProperty("scores")[0].GetProperty("label").GetString()).ShouldBe(["billing/refund-processor", "billing/pricing-explainer"]);
        facts.GetProperty("modelVersion").GetString().ShouldNotBeNullOrEmpty();
    }

    private Message Said(Conversation talk, int sequence, string text, double? sentiment, MessageAuthor author = MessageAuthor.Customer) =>
        new() { TenantId = Desk.TenantId, Id = Desk.NewId(), ConversationId = talk.Id, Sequence = sequence, Author = author, Text = text, Sentiment = sentiment, RunId = null, CreatedAt = now };

    private async Task<(JsonElement Facts, IReadOnlyList<FactRead> Reads)> LoadAsync(string agent, object input)
    {
        IRowFacts rows = Desk.Get<IFactSource>().Open(FactScope.Of(catalogue.ById[agent], Desk.Actor));
        var basis = new AgentBasis(now, TimeZoneInfo.Utc, "EUR", TenantPolicies.Default) { Card = catalogue.ById[agent] };
        LoadedFacts loaded = await ((ComputingAgent)catalogue.Find(agent)!).LoadAsync(JsonSerializer.SerializeToElement(input), rows, basis, default);
        return (loaded.Facts.ShouldNotBeNull(loaded.Stop?.Detail), rows.Reads);
    }

    /// <summary>The instant some days ago.</summary>
    private static DateTimeOffset Days(int ago) => now.AddDays(-ago);

    private Customer NewCustomer(string plan) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), Name = plan, Plan = plan, Since = Days(121) };

    private Contact NewContact(Customer customer, string name, double champion) =>
        new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Email = $"{name}@example.com", Name = name, Role = ContactRole.User, ChampionScore = champion };

    private Subscription NewSubscription(Customer customer) =>
        new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Plan = customer.Plan, Cycle = BillingCycle.Monthly, UnitPrice = 10, Mrr = 100, Currency = "EUR", StartedAt = Days(90), PeriodStart = Days(27), PeriodEnd = Days(-3) };

    private LoginEvent Login(Contact contact, DateTimeOffset at) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = contact.CustomerId, ContactId = contact.Id, At = at, Success = true };

    private FeatureUsage Use(Contact contact, string feature, int days) =>
        new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = contact.CustomerId, ContactId = contact.Id, Feature = feature, Day = DateOnly.FromDateTime(Days(days).UtcDateTime), Count = 1 };

    private NpsResponse Answer(Contact contact, int score, int days) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = contact.CustomerId, ContactId = contact.Id, Score = score, At = Days(days) };

    private Ticket Ticket(Customer customer, Severity severity, int days) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Kind = TicketKind.Bug, Title = "t", Severity = severity, CreatedAt = Days(days) };

    private Conversation Talk(Customer customer, int days) => new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Channel = Channel.Web, VisitorId = Desk.NewId(), Subject = "s", CreatedAt = Days(days), LastActivityAt = Days(days) };

    private HealthSnapshot Snapshot(Customer customer, int days, double score) =>
        new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = customer.Id, Day = DateOnly.FromDateTime(Days(days).UtcDateTime), Score = score, Usage = 1, Engagement = 1, Finance = 1, Support = 1, Relationship = 1 };

    private Payment Failed(Invoice invoice, DateTimeOffset at) =>
        new() { TenantId = Desk.TenantId, Id = Desk.NewId(), CustomerId = invoice.CustomerId, InvoiceId = invoice.Id, Amount = 10, Currency = "EUR", Status = PaymentStatus.Failed, Method = "card", CreatedAt = at };
}
