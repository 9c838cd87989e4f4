using Switchboard.Domain;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Storage.Seeding.Generator;

namespace Switchboard.Storage.Tests.Seeding;

/// <summary>All rows of a request in memory, as they would be stored, without a database.</summary>
internal sealed class GeneratedWorld
{
    private static readonly Tenant tenant = new()
    {
        Id = Guid.Parse("01900000-0000-7000-8000-000000000001"),
        Slug = "demo",
        Name = "Larkspur",
        Currency = "USD",
        TimeZone = "Europe/Dublin",
        Locale = "en",
        IsDemo = true,
        CreatedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
    };

    public GeneratedWorld(int customers = 40, int years = 1, long seed = 1, int from = 0)
    {
        Request = new SeedRequest(customers, years, seed, new DateOnly(2026, 7, 1));
        Plan = new SeedPlan(Request, tenant, [Article()], new Dictionary<int, int> { [2026] = 7 }, from, default);
        var shared = Plan.Shared(new HashSet<string>());
        Shared = [.. shared.All()];
        Customers = [];
        for (int next = from; next < customers;)
        {
            SeedChunk chunk = Plan.Next(next);
            Customers.AddRange(chunk.Batch.All());
            next = chunk.Until;
        }
    }

    public SeedRequest Request { get; }

    public SeedPlan Plan { get; }

    public List<TenantRow> Shared { get; }

    public List<TenantRow> Customers { get; }

    public DateTimeOffset End => Plan.World.Calendar.End;

    public List<T> Of<T>() => [.. Shared.Concat(Customers).OfType<T>()];

    public Life LifeOf(int index) => LifeSimulation.Run(Plan.World, index);

    private static KbArticle Article() => new()
    {
        TenantId = tenant.Id,
        Id = Guid.Parse("01900000-0000-7000-8000-000000000002"),
        ExternalId = "lk-0501",
        Title = "Reset your password",
        Slug = "reset-your-password",
        Body = "\nThis article helps when you have forgotten your password. It has two parts.\n",
        Category = "Account",
        Language = "en",
        Status = ArticleStatus.Published,
        Version = 3,
        ContentHash = "",
        UpdatedAt = tenant.CreatedAt,
    };
}
