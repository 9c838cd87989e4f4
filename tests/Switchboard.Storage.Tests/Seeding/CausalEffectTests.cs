using Switchboard.Domain.Customers;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Success;
using Switchboard.Domain.Support;
using Switchboard.Storage.Seeding.Generator;

namespace Switchboard.Storage.Tests.Seeding;

/// <summary>What docs/guide/demo-data.md says causes what, found again in the rows.</summary>
public sealed class CausalEffectTests
{
    private static readonly GeneratedWorld world = new(800, 2);

    [Fact]
    public void Weeks_with_an_incident_have_more_conversations_and_tickets_and_fewer_sign_ins()
    {
        IncidentPlan[] everybody = [.. world.Plan.World.Incidents.Where(i => i.Share >= 1)];
        everybody.ShouldNotBeEmpty();
        int days = world.Plan.World.Calendar.Days;
        int[] talks = ByDay(world.Of<Conversation>().Select(c => c.CreatedAt)), tickets = ByDay(world.Of<Ticket>().Select(t => t.CreatedAt)), logins = ByDay(world.Of<LoginEvent>().Where(l => l.Success).Select(l => l.At));
        double Ratio(int[] counts, int from, int length) => everybody.Sum(i => counts[Math.Min(days - 1, i.Day + from)..Math.Min(days, i.Day + from + length)].Sum()) / (double)Math.Max(1, everybody.Sum(i => counts[Math.Max(0, i.Day - 14 + from)..Math.Max(1, i.Day - 14 + from + length)].Sum()));

        Ratio(talks, 0, 2).ShouldBeGreaterThan(1.8);
        Ratio(tickets, 0, 2).ShouldBeGreaterThan(3);
        Ratio(logins, 0, 1).ShouldBeLessThan(0.9);

        int[] ByDay(IEnumerable<DateTimeOffset> instants)
        {
            var counts = new int[days];
            foreach (DateTimeOffset at in instants) counts[Math.Clamp(world.Plan.World.Calendar.DayOf(at), 0, days - 1)]++;
            return counts;
        }
    }

    [Fact]
    public void Customers_who_leave_were_less_healthy_before()
    {
        Dictionary<Guid, Customer> customers = world.Of<Customer>().ToDictionary(c => c.Id);
        HashSet<Guid> paid = [.. world.Of<Switchboard.Domain.Billing.SubscriptionChange>().Select(c => c.CustomerId!.Value)];
        List<(Guid Customer, double Score)> last = [.. world.Of<HealthSnapshot>().Where(h => paid.Contains(h.CustomerId!.Value)).GroupBy(h => h.CustomerId!.Value).Select(g => (g.Key, g.OrderBy(h => h.Day).SkipLast(1).Select(h => h.Score).DefaultIfEmpty(60).Last()))];
        double left = last.Where(l => customers[l.Customer].ChurnedAt is not null).Average(l => l.Score), stayed = last.Where(l => customers[l.Customer].ChurnedAt is null).Average(l => l.Score);
        left.ShouldBeLessThan(stayed - 2);
    }

    [Fact]
    public void Each_stated_cause_raises_the_share_that_leaves()
    {
        var weeks = new List<(LifeWeek Week, bool Left, bool Rise)>();
        SeedCalendar calendar = world.Plan.World.Calendar;
        for (int i = 0; i < world.Request.Customers; i++)
        {
            Life life = world.LifeOf(i);
            for (int w = 0; w < life.Weeks.Count; w++)
            {
                LifeWeek week = life.Weeks[w];
                int day = life.Company.Day + (w * 7);
                if (week.Plan == 0 || week.Canceling || life.FirstPaid is not { } first || day < first) continue;
                bool decides = w + 1 < life.Weeks.Count ? life.Weeks[w + 1].Canceling : life.Churned && life.ChurnReason is not "payment";
                weeks.Add((week, decides, first < world.Plan.World.PriceRiseDay && day >= world.Plan.World.PriceRiseDay && day < world.Plan.World.PriceRiseDay + (7 * LifeSimulation.PriceRiseWeeks)));
            }
        }

        double Rate(Func<(LifeWeek Week, bool Left, bool Rise), bool> which) => weeks.Where(which).Average(w => w.Left ? 1.0 : 0);
        weeks.Count.ShouldBeGreaterThan(5000);
        Rate(w => w.Week.Engagement < 0.4).ShouldBeGreaterThan(1.4 * Rate(w => w.Week.Engagement > 0.6));
        Rate(w => w.Week.Satisfaction < 0.55).ShouldBeGreaterThan(1.2 * Rate(w => w.Week.Satisfaction > 0.7));
        Rate(w => !w.Week.Champion).ShouldBeGreaterThan(1.4 * Rate(w => w.Week.Champion));
        Rate(w => w.Rise).ShouldBeGreaterThan(1.2 * Rate(w => !w.Rise));
    }

    [Fact]
    public void Promoters_are_more_satisfied_than_detractors_and_bad_service_gets_bad_ratings()
    {
        ILookup<Guid, int> ratings = world.Of<CsatRating>().ToLookup(r => r.CustomerId!.Value, r => r.Score);
        double Mean(Func<int, bool> which) => world.Of<NpsResponse>().Where(n => which(n.Score)).SelectMany(n => ratings[n.CustomerId!.Value]).Average();
        Mean(s => s >= 8).ShouldBeGreaterThan(Mean(s => s <= 5));
    }

    [Fact]
    public void The_experiment_with_an_effect_shows_it_and_counts_real_customers()
    {
        var big = new GeneratedWorld(1, 2);
        var tally = SeedTally.Count(new SeedWorld(new SeedRequest(12_000, 1, 1, new DateOnly(2026, 7, 1)), big.Plan.World.Tenant, []), 0, default);
        ((int unitsA, int wonA), (int unitsB, int wonB)) = (tally.Experiment[0], tally.Experiment[1]);
        ((double)wonB / unitsB - ((double)wonA / unitsA)).ShouldBeInRange(SeedExperiment.TrueEffect - 0.07, SeedExperiment.TrueEffect + 0.07);
        Experiment stored = world.Of<Experiment>().Single(e => e.Metric == "trial_conversion");
        stored.Variants.Sum(v => v.Units).ShouldBe(world.Plan.Tally.Experiment.Sum(v => v.Units));
    }

    [Fact]
    public void Weekends_and_summer_are_quiet_and_prices_rise_for_those_who_were_there()
    {
        List<LoginEvent> logins = world.Of<LoginEvent>();
        logins.Count(l => l.At.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday).ShouldBeLessThan(logins.Count / 12);
        world.Of<Switchboard.Domain.Billing.SubscriptionChange>().Count(c => c.Cause == "price").ShouldBeGreaterThan(20);
        world.Of<Switchboard.Domain.Billing.SubscriptionChange>().Where(c => c.Cause == "price").ShouldAllBe(c => c.At >= world.Plan.World.Calendar.Utc(world.Plan.World.PriceRiseDay) && c.MrrAfter > c.MrrBefore);
    }
}
