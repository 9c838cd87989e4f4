using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Knowledge;
using Switchboard.Storage;
using Switchboard.Storage.Articles;
using Switchboard.Storage.Seeding;

namespace Switchboard.Server.Hosting;

/// <summary>Makes the demonstration tenant with its help centre. A start that was cut off on the way is completed by the next.</summary>
public sealed class DemoTenant(DemoSeed seed, Tenants tenants, ArticleStore articles, ArticleImport import)
{
    private const string root = "demo:";

    /// <summary>Makes what is missing; gives what was made when the tenant is new.</summary>
    public async Task<DemoSeeded?> EnsureAsync(CancellationToken cancellationToken)
    {
        DemoSeeded? made = await seed.SeedAsync(cancellationToken);
        Tenant tenant = (await tenants.FindAsync(DemoSeed.Slug, cancellationToken))!;
        if (tenant.IsDemo && (await articles.FingerprintsAsync(tenant.Id, cancellationToken)).Count == 0)
            await import.ImportAsync(new SystemActor(tenant.Id, "seed"), tenant, root, [.. seed.Articles.Select(a => new ImportFile(a.Path, a.Bytes))], partial: false, progress: null, cancellationToken);
        return made;
    }
}
