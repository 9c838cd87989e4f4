using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Storage;
using Switchboard.Storage.Seeding.Generator;

namespace Switchboard.Server.Tests.Agents;

/// <summary>A server whose demonstration tenant has a year of generated history.</summary>
public sealed class SeededServer : TestServer
{
    private const int customers = 12;

    /// <summary>The generated customers, in the order of their ids.</summary>
    public IReadOnlyList<Customer> Customers { get; private set; } = [];

    protected override async ValueTask FilledAsync()
    {
        await Services.GetRequiredService<DemoGenerator>().GenerateAsync(new SeedAsk(customers, 1, 7), null, default);
        await using SwitchboardDb db = Services.GetRequiredService<Data>().For(TenantId);
        List<Guid> subscribed = await db.Set<Domain.Success.HealthSnapshot>().Select(s => s.CustomerId!.Value).Distinct().ToListAsync();
        Customers = await db.Customers.Where(c => subscribed.Contains(c.Id)).OrderBy(c => c.Id).ToListAsync();
    }

    /// <summary>Adds rows to the demonstration tenant.</summary>
    public Task AddAsync(params object[] rows) => Services.GetRequiredService<Data>().WriteAsync(
        new SystemActor(TenantId, "test"),
        db =>
        {
            db.AddRange(rows);
            return 0;
        },
        default);
}
