using System.Globalization;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Product;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>Writes what belongs to no customer: staff, product, incidents, experiments, figures by day, how long rows are kept.</summary>
internal static class WorldRows
{
    private static readonly (string Entity, int Days, string Action)[] retention = [("conversation", 730, "anonymise"), ("login_event", 180, "delete"), ("audit_entry", 730, "delete"), ("invoice", 3650, "anonymise"), ("feature_usage", 730, "delete")];
    private static readonly (string Name, double Share)[] channels = [("search", 0.46), ("direct", 0.22), ("referral", 0.14), ("social", 0.18)];

    private static readonly (string Title, RoadmapStatus Status, bool IsPublic)[] roadmap =
        [("Dark view", RoadmapStatus.InProgress, true), ("Links across projects", RoadmapStatus.Planned, true), ("Work offline in the app", RoadmapStatus.Considered, false), ("Workload report", RoadmapStatus.Shipped, true), ("Own fields on guests", RoadmapStatus.Dropped, false)];

    /// <summary>Writes them.</summary>
    /// <param name="world">The world.</param>
    /// <param name="tally">What is known of all customers.</param>
    /// <param name="batch">Where the rows go.</param>
    /// <param name="there">Kinds of rows, and keys of features, that the tenant has already.</param>
    public static void Write(SeedWorld world, SeedTally tally, SeedBatch batch, IReadOnlySet<string> there)
    {
        SeedRandom random = SeedRandom.For(world.Request.Seed, SeedStream.World, 1);
        DateTimeOffset begin = world.Calendar.Utc(0);
        foreach (User user in world.Staff) batch.Add(user);
        foreach ((string entity, int days, string action) in retention)
        {
            if (!there.Contains(entity)) batch.Add(new RetentionPolicy { TenantId = world.Tenant.Id, Id = random.Id(begin), Entity = entity, Days = days, Action = action });
        }

        Product(world, batch, random, begin, there);
        MarketRows.Write(world, batch, random);
        foreach (IncidentPlan plan in world.Incidents) batch.Add(Incident(world, plan, tally.Affected[plan.Place], random));
        double[] visits = Figures(world, tally, batch, random);
        Experiments(world, tally, batch, random, visits);
    }

    private static void Product(SeedWorld world, SeedBatch batch, SeedRandom random, DateTimeOffset begin, IReadOnlySet<string> there)
    {
        foreach (FeaturePlan feature in SeedWorld.Features)
        {
            if (there.Contains(feature.Key)) continue;
            ArticleQuote? article = world.Article(feature.Article);
            batch.Add(new ProductFeature { TenantId = world.Tenant.Id, Id = random.Id(begin), Key = feature.Key, Name = feature.Name, Plan = SeedWorld.Plans[feature.Plan], Area = feature.Area, Description = article?.Quote ?? feature.Name, Since = world.Calendar.First.AddDays(-random.Whole(0, 900)), ArticleId = article?.Article.Id });
        }

        foreach ((string title, RoadmapStatus status, bool isPublic) in roadmap)
        {
            DateOnly quarter = world.Calendar.Date(world.Calendar.Days).AddMonths(status == RoadmapStatus.Shipped ? -4 : random.Whole(1, 9));
            batch.Add(new RoadmapItem { TenantId = world.Tenant.Id, Id = random.Id(begin), Title = title, Status = status, TargetQuarter = string.Create(CultureInfo.InvariantCulture, $"{quarter.Year}-Q{((quarter.Month - 1) / 3) + 1}"), IsPublic = isPublic });
        }

        foreach (string language in new[] { "python", "javascript", "csharp" })
        {
            for (int version = 0; version < 3; version++)
            {
                DateOnly released = world.Calendar.First.AddDays(version * world.Calendar.Days / 3);
                batch.Add(new SdkRelease { TenantId = world.Tenant.Id, Id = random.Id(begin), Language = language, Version = string.Create(CultureInfo.InvariantCulture, $"2.{version}.0"), ReleasedOn = released, SupportEnds = released.AddYears(2) });
            }
        }
    }

    private static Incident Incident(SeedWorld world, IncidentPlan plan, List<Guid> affected, SeedRandom random)
    {
        double step = plan.Severity switch { Severity.S1 => 0.5, Severity.S2 => 1, _ => 24 };
        var updates = new List<IncidentUpdate> { new(plan.StartsAt.AddMinutes(10), $"We are looking into a fault of {plan.Component}.") };
        for (double hours = step; hours < plan.Hours && updates.Count < 20; hours += step) updates.Add(new IncidentUpdate(plan.StartsAt.AddHours(hours), "We are still at work on it."));
        DateTimeOffset mitigated = Cut(plan.StartsAt.AddHours(plan.Hours));
        updates.Add(new IncidentUpdate(mitigated, "The fault is no longer felt; we keep watching."));
        string what = plan.Severity switch { Severity.S1 => "does not answer", Severity.S2 => "fails for many", _ => "is slow for some" };
        return new Incident { TenantId = world.Tenant.Id, Id = random.Id(plan.StartsAt), Title = $"{char.ToUpperInvariant(plan.Component[0])}{plan.Component[1..]} {what}", Component = plan.Component, Severity = plan.Severity, StartedAt = plan.StartsAt, AffectedCustomers = affected, Updates = updates }
            .Mitigate(mitigated).Resolve(Cut(mitigated.AddHours(random.Between(0.5, 6))));
    }

    private static DateTimeOffset Cut(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));

    /// <summary>Visits by channel, new customers, cost of sales and the time an answer of the product takes, by day. Gives all visits of each day.</summary>
    private static double[] Figures(SeedWorld world, SeedTally tally, SeedBatch batch, SeedRandom random)
    {
        var visits = new double[world.Calendar.Days];
        for (int day = 0; day < visits.Length; day++)
        {
            double expected = world.Calendar.ArrivalShare(day) * world.Request.Customers;
            foreach ((string channel, double share) in channels)
            {
                double count = Math.Round(Math.Max(20, expected * 40) * share * Math.Exp(0.12 * random.Normal()));
                visits[day] += count;
                Add("visits", $"channel={channel}", count);
            }

            Add("signups", "", tally.SignUps[day]);
            Add("sales_cost", "", world.Calendar.IsWeekend(day) ? 0 : Math.Round((expected * 210 * Math.Exp(0.1 * random.Normal())) + 150, 2));
            double slow = world.Incidents.Where(i => i is { Component: "web" or "api" } && i.Day == day).Select(i => i.Severity == Severity.S1 ? 3.5 : 1.8).DefaultIfEmpty(1).Max();
            Add("latency_ms", "", Math.Round(180 * slow * Math.Exp(0.06 * random.Normal()), 1));

            void Add(string metric, string dimension, double value) =>
                batch.Add(new MetricPoint { TenantId = world.Tenant.Id, Id = random.Id(world.Calendar.Utc(day)), Metric = metric, Dimension = dimension, Day = world.Calendar.Date(day), Value = value });
        }

        return visits;
    }

    private static void Experiments(SeedWorld world, SeedTally tally, SeedBatch batch, SeedRandom random, double[] visits)
    {
        (SeedExperiment plan, SeedCalendar calendar) = (world.Experiment, world.Calendar);
        (int unitsA, int wonA) = tally.Experiment[0];
        (int unitsB, int wonB) = tally.Experiment[1];
        batch.Add(new Experiment
        {
            TenantId = world.Tenant.Id,
            Id = plan.Id,
            Hypothesis = "A checklist in the first days makes more trials paid.",
            Metric = "trial_conversion",
            Variants = [new ExperimentVariant("A", 0.5, unitsA, wonA), new ExperimentVariant("B", 0.5, unitsB, wonB)],
            Status = ExperimentStatus.Decided,
            StartedAt = calendar.Utc(plan.From),
            EndedAt = calendar.Utc(Math.Min(calendar.Days, plan.Until + 14)),
        });
        Page("A green button on the price page brings more signups.", calendar.Days / 2, 0);
        Page("Prices by year first bring more signups.", calendar.Days * 3 / 4, 0.15);

        // The signups of both variants are drawn from the visits of four weeks; what B adds to the rate is the truth of the experiment.
        void Page(string hypothesis, int from, double lift)
        {
            int until = Math.Min(calendar.Days, from + 28);
            int half = (int)(visits[from..until].Sum() / 2);
            batch.Add(new Experiment
            {
                TenantId = world.Tenant.Id,
                Id = random.Id(calendar.Utc(from)),
                Hypothesis = hypothesis,
                Metric = "signup_rate",
                Variants = [new ExperimentVariant("A", 0.5, half, Successes(half, 0.025)), new ExperimentVariant("B", 0.5, half, Successes(half, 0.025 * (1 + lift)))],
                Status = ExperimentStatus.Decided,
                StartedAt = calendar.Utc(from),
                EndedAt = calendar.Utc(until),
            });
        }

        int Successes(int units, double rate) => (int)Math.Clamp(Math.Round((units * rate) + (Math.Sqrt(units * rate * (1 - rate)) * random.Normal())), 0, units);
    }
}
