using System.Globalization;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Administration;

/// <summary>PUT /tenants/{slug}: makes sure that a tenant exists. Only the installation's own command line may call it.</summary>
public static class EnsureTenant
{
    /// <summary>The tenant.</summary>
    public sealed record TenantView(string Slug, string Name, bool Created);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/tenants/{slug}", HandleAsync).NeedsLocalToken().Produces<TenantView>().Produces<TenantView>(201);

    private static async Task<IResult> HandleAsync(string slug, HttpContext http, Data data, Tenants tenants, TimeProvider time)
    {
        if (Tenant.SlugProblem(slug) is { } problem) return Problems.Invalid(("slug", $"\"{slug}\" {problem}"));
        if (await tenants.FindAsync(slug, http.RequestAborted) is { } known) return Results.Ok(new TenantView(known.Slug, known.Name, Created: false));

        DateTimeOffset now = time.GetUtcNow();
        var tenant = new Tenant
        {
            Id = Guid.CreateVersion7(now),
            Slug = slug,
            Name = CultureInfo.InvariantCulture.TextInfo.ToTitleCase(slug.Replace('-', ' ')),
            Currency = "USD",
            TimeZone = "UTC",
            Locale = "en",
            CreatedAt = now,
        };
        Actor actor = new SystemActor(tenant.Id, "command-line");
        await tenants.CreateAsync(actor, tenant, http.RequestAborted);
        // A key acts for a user, so a tenant has an owner from its first day.
        var owner = new User { TenantId = tenant.Id, Id = Guid.CreateVersion7(now), Email = $"owner@{slug}.invalid", Name = "Owner", Role = Role.Owner, CreatedAt = now };
        await data.WriteAsync(actor, db => db.Add(owner).Entity, CancellationToken.None);
        return Results.Created($"/api/v1/tenants/{slug}", new TenantView(tenant.Slug, tenant.Name, Created: true));
    }
}
