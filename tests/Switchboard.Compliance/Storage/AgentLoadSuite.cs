using System.Text.Json;
using Switchboard.Agents.Success;
using Switchboard.Core;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
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
