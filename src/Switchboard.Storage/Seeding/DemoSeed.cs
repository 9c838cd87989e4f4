using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Storage.Model;

namespace Switchboard.Storage.Seeding;

/// <summary>What the seeding made. The key's text is shown here once and is stored nowhere.</summary>
/// <param name="Tenant">The demonstration tenant.</param>
/// <param name="Owner">Its owner.</param>
/// <param name="ApiKey">The owner's key in clear.</param>
public sealed record DemoSeeded(Tenant Tenant, User Owner, string ApiKey);

/// <summary>Makes the demonstration tenant: a small company with customers, their people, an owner and the owner's key.</summary>
/// <param name="tenants">Where it is stored.</param>
/// <param name="clock">The time of its rows.</param>
/// <param name="faults">Where a test may end the process.</param>
public sealed class DemoSeed(Tenants tenants, TimeProvider clock, IFaultPoints faults)
{
    /// <summary>Slug of the demonstration tenant.</summary>
    public const string Slug = "demo";

    /// <summary>The articles of its help centre as files, for the import to read.</summary>
    public IReadOnlyList<DemoArticle> Articles { get; } = DemoContent.ReadArticles();

    /// <summary>Makes the tenant that comes with the program; null when there is a tenant <c>demo</c>: then nothing is changed.</summary>
    /// <exception cref="InvalidOperationException">This build comes without a demonstration tenant.</exception>
    public async Task<DemoSeeded?> SeedAsync(CancellationToken cancellationToken)
    {
        if (await tenants.FindAsync(Slug, cancellationToken) is not null) return null;
        return await SeedAsync(DemoContent.ReadTenant(), cancellationToken);
    }

    /// <summary>Makes the tenant that the YAML text describes, under the slug <c>demo</c>.</summary>
    internal async Task<DemoSeeded?> SeedAsync(string yaml, CancellationToken cancellationToken)
    {
        DemoContent content = DemoContent.Parse(yaml);
        DemoTenant described = content.Tenant!;
        if (described.Slug != Slug) throw new InvalidOperationException($"The demonstration tenant's slug is \"{Slug}\", not \"{described.Slug}\".");
        DateTimeOffset now = clock.GetUtcNow();
        var tenant = new Tenant
        {
            Id = Guid.CreateVersion7(now),
            Slug = Slug,
            Name = described.Name,
            Currency = described.Currency,
            TimeZone = described.TimeZone,
            Locale = described.Locale,
            IsDemo = true,
            CreatedAt = now,
        };
        var owner = new User { TenantId = tenant.Id, Id = Guid.CreateVersion7(now), Email = "owner@demo.example", Name = "Demo Owner", Role = Role.Owner, CreatedAt = now };
        KeyText key = KeyText.Create();
        bool made = await tenants.AddAsync(new SystemActor(tenant.Id, "seed"), tenant, db => Write(db, tenant, owner, key, content.Customers!), cancellationToken);
        faults.Reached("seed:after-commit");
        return made ? new DemoSeeded(tenant, owner, key.Text) : null;
    }

    private void Write(SwitchboardDb db, Tenant tenant, User owner, KeyText key, List<DemoCustomer> customers)
    {
        DateTimeOffset now = tenant.CreatedAt;
        db.Add(owner);
        db.Add(new ApiKey
        {
            TenantId = tenant.Id,
            Id = Guid.CreateVersion7(now),
            Name = "Demo owner",
            Prefix = key.Prefix,
            Hash = key.Hash,
            OwnerId = owner.Id,
            Scopes = Roles.ScopesOf(owner.Role),
            CreatedAt = now,
        });
        var counter = new InvoiceCounter { TenantId = tenant.Id, Id = Guid.CreateVersion7(now), Year = tenant.DayOf(now).Year };
        db.Add(counter);
        foreach (DemoCustomer described in customers)
        {
            var customer = new Customer { TenantId = tenant.Id, Id = Guid.CreateVersion7(now), Name = described.Name, Plan = described.Plan, Country = described.Country, Since = now };
            db.Add(customer);
            DemoBilling.Add(db, tenant, customer, described.Seats, counter);
            foreach (DemoContact person in described.Contacts)
            {
                db.Add(new Contact
                {
                    TenantId = tenant.Id,
                    Id = Guid.CreateVersion7(now),
                    CustomerId = customer.Id,
                    Email = person.Email,
                    Name = person.Name,
                    Title = person.Title,
                    Role = EnumText<ContactRole>.Parse(person.Role),
                    Language = person.Language,
                    TimeZone = person.TimeZone,
                });
            }
        }

        faults.Reached("seed:before-commit");
    }
}
