using Switchboard.Domain.Customers;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>A person at the customer and the days on which the person is there.</summary>
internal sealed record Person(Contact Row, int From, int Until);

/// <summary>What the rows of one customer are written with.</summary>
/// <param name="world">The world.</param>
/// <param name="life">The life.</param>
/// <param name="batch">Where the rows go.</param>
internal sealed class RowScope(SeedWorld world, Life life, SeedBatch batch)
{
    private readonly int index = life.Company.Index;

    public SeedWorld World => world;

    public Life Life => life;

    public Company Company => life.Company;

    public SeedBatch Batch => batch;

    public SeedCalendar Calendar => world.Calendar;

    public Guid TenantId => world.Tenant.Id;

    public Guid CustomerId => life.Company.Id;

    public string Currency => world.Tenant.Currency;

    public Guid SubscriptionId { get; set; }

    public List<Person> People { get; } = [];

    /// <summary>Ratings of conversations, for the health.</summary>
    public List<(int Day, int Score)> Ratings { get; } = [];

    /// <summary>Tickets that were written, with the day they were closed on.</summary>
    public List<(int Day, int Closed, bool Severe)> Tickets { get; } = [];

    /// <summary>Meetings that were held.</summary>
    public List<int> Held { get; } = [];

    /// <summary>What the people did, by day.</summary>
    public Activity Activity { get; set; } = null!;

    /// <summary>From when its success plan was on track; null when there is none.</summary>
    public int? PlanFrom { get; set; }

    /// <summary>The first instant after its life.</summary>
    public DateTimeOffset Ends { get; } = life.Churned ? world.Calendar.Utc(life.EndDay, 2) : world.Calendar.End;

    /// <summary>Whether an instant lies in its life.</summary>
    public bool Inside(DateTimeOffset at) => at >= Company.Since && at < Ends;

    /// <summary>A stream of the customer's own for a purpose.</summary>
    public SeedRandom Random(SeedStream stream) => SeedRandom.For(world.Request.Seed, stream, index);

    /// <summary>An instant by the hour where the customer is.</summary>
    public DateTimeOffset Local(int day, double hour) => Calendar.Utc(day, hour - Company.Country.OffsetOn(Calendar.Date(Math.Clamp(day, 0, Calendar.Days))));
}
