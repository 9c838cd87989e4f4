using System.Globalization;
using Switchboard.Domain.Policies;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>Who a customer is: what does not change in its life.</summary>
internal sealed class Company
{
    private const int names = 64 * 64 * 14;

    /// <summary>Draws a customer. Places are in the order of coming, so that ids grow with the place.</summary>
    /// <param name="world">The world.</param>
    /// <param name="index">Its place among the customers, from 0.</param>
    public Company(SeedWorld world, int index)
    {
        Index = index;
        SeedRandom random = SeedRandom.For(world.Request.Seed, SeedStream.Company, index);
        (Day, double share) = world.Calendar.Arrival((index + random.Unit()) / world.Request.Customers);
        Since = world.Calendar.Utc(Day, 6 + (share * 14));
        Id = random.Id(Since);

        // A product with a number that has no factor in common walks through all names once before it repeats one.
        int at = (int)(((index * 28_657L) + (world.Request.Seed & 0xFFFF)) % names);
        int industry = at % 14;
        Industry = SeedWords.Industries[industry];
        string word = SeedWords.First[at / 14 % 64] + SeedWords.Second[at / (14 * 64)];
        string round = index < names ? "" : (index / names + 1).ToString(CultureInfo.InvariantCulture);
        Name = $"{word} {Industry.Noun}{(round.Length > 0 ? " " + round : "")}";
        Domain = $"{word.ToLowerInvariant()}-{Industry.Noun.ToLowerInvariant()}{round}.example";
        Country = SeedWords.Countries[random.Weighted(SeedWords.CountryWeights)];
        Size = random.Weighted([45, 35, 16, 4]);
        Employees = Size switch { 0 => random.Whole(1, 9), 1 => random.Whole(10, 59), 2 => random.Whole(60, 399), _ => random.Whole(400, 4000) };
        Source = SeedWords.Sources[random.Weighted(SeedWords.SourceWeights)];
        // People who were sent by a colleague, and companies that do projects for a living, fit the product better.
        double lift = (Source == "referral" ? 0.10 : Source == "outbound" ? -0.08 : 0) + (Industry.Key is "agency" or "software" or "consulting" ? 0.07 : 0);
        Fit = Math.Clamp(0.55 + lift + (0.17 * random.Normal()), 0.08, 1);
        PaymentRisk = Math.Exp(0.5 * random.Normal()) * (Size == 0 ? 1.4 : 1);
    }

    public int Index { get; }
    public Guid Id { get; }
    public int Day { get; }
    public DateTimeOffset Since { get; }
    public string Name { get; }
    public string Domain { get; }
    public Industry Industry { get; }
    public Country Country { get; }

    /// <summary>0 very small, 1 small, 2 middle, 3 large.</summary>
    public int Size { get; }

    public int Employees { get; }
    public string Source { get; }

    /// <summary>How well the product fits the customer, 0..1. Nobody sees it; it drives the engagement.</summary>
    public double Fit { get; }

    /// <summary>How much more often its payments fail than the mean.</summary>
    public double PaymentRisk { get; }

    /// <summary>The programme of the policies that gives it a discount; null when none does. One in three small software companies is young enough for that of startups.</summary>
    public DiscountProgramme? Programme => SeedWorld.Policies.Discounts.Programmes.FirstOrDefault(p =>
        (Employees < (p.FewerThanEmployees ?? int.MaxValue)) && (p.Key == "startup" ? Industry.Key == "software" && Index % 3 == 0 : p.Key == Industry.Key));
}
