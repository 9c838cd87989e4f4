using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Api.Widget;

/// <summary>POST /widget/session: a visitor's token. Who the visitor is says the page's own program, by a token it signed; only on the demonstration tenant may a visitor choose whom to write as.</summary>
public static class StartSession
{
    /// <summary>The request.</summary>
    /// <param name="Tenant">The tenant's slug; the demonstration's when it is left out.</param>
    /// <param name="ContactId">Whom to write as, on the demonstration tenant alone.</param>
    /// <param name="Identity">What the page's own program says of the visitor, signed with the tenant's widget key.</param>
    /// <param name="Earlier">The token this visitor had before, which may be over: who was nobody in particular stays the same nobody, and its conversations stay its own. Without effect where somebody is proven.</param>
    public sealed record Body(string? Tenant, Guid? ContactId, string? Identity, string? Earlier = null);

    /// <summary>The tenant as a visitor sees it.</summary>
    public sealed record TenantView(string Slug, string Name, bool Demo);

    /// <summary>The contact a session writes as.</summary>
    public sealed record ContactView(Guid Id, string Name, string Email, string? Title, string? Customer);

    /// <summary>A session.</summary>
    /// <param name="Token">What goes with every call.</param>
    /// <param name="Tenant">Whose desk it is.</param>
    /// <param name="Contact">Who writes; null while nobody is proven.</param>
    /// <param name="CanProve">Whether the visitor can still be proven by a code that is mailed.</param>
    /// <param name="ExpiresAt">When the token is over.</param>
    /// <param name="Continues">Whether it goes on with that of the earlier token.</param>
    public sealed record SessionView(string Token, TenantView Tenant, ContactView? Contact, bool CanProve, DateTimeOffset ExpiresAt, bool Continues);

    /// <summary>The tenant of a page that names none.</summary>
    public const string DefaultTenant = "demo";

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/widget/session", HandleAsync).IsPublic().Produces<SessionView>(201).Example(new { tenant = "demo" }).CountsAs(RouteClass.Session);

    private static async Task<IResult> HandleAsync(Body body, HttpContext http, Data data, Tenants tenants, VisitorTokens tokens, WidgetIdentity identity, AccountMails mails, TimeProvider time)
    {
        if (await tenants.FindAsync(body.Tenant ?? DefaultTenant, http.RequestAborted) is not { } tenant) return Problems.NotFound("tenant");
        ContactView? contact = null;
        if (body.Identity is { } shown)
        {
            if (body.ContactId is not null) return Problems.Invalid(("contactId", "is left out where identity says who it is"));
            if (await identity.ReadAsync(tenant.Id, shown, http.RequestAborted) is not { } said)
                return Problems.Of(401, "identity_invalid", "The page did not prove who it is", "identity is a JWT of this moment, signed with HS256 and the tenant's widget key, with email and exp at most 24 hours ahead. Sign a new one, or leave it out.");
            contact = await FindContactAsync(data, tenant, await ContactOfAsync(data, tenant, said, time.GetUtcNow()), http.RequestAborted);
        }
        else if (body.ContactId is { } id)
        {
            if (!tenant.IsDemo) return Problems.Of(403, "proof_needed", "Who you are must be proven", "Only the demo lets a visitor choose whom to write as.");
            contact = await FindContactAsync(data, tenant, id, http.RequestAborted);
            if (contact is null) return Problems.NotFound("contact");
        }
        ContactActor? before = contact is null && body.Earlier is { } earlier && tokens.Remember(earlier) is { } known && known.TenantId == tenant.Id ? known : null;
        var actor = new ContactActor(tenant.Id, before?.VisitorId ?? Guid.CreateVersion7(time.GetUtcNow()), contact?.Id, contact is null ? Proof.None : Proof.Widget);
        (string token, DateTimeOffset expires) = tokens.Issue(actor);
        return Results.Created((string?)null, new SessionView(token, ViewOf(tenant), contact, contact is null && mails.CanSend, expires, before is not null));
    }

    /// <summary>The contact with the address; whoever is not known yet is one from now on.</summary>
    private static Task<Guid> ContactOfAsync(Data data, Tenant tenant, HostSays said, DateTimeOffset now) => data.WriteAsync(
        new SystemActor(tenant.Id, "widget"),
        db =>
        {
            if (ProofCodeStore.Find(db, said.Email) is { } known) return known.Id;
            var contact = new Contact { TenantId = tenant.Id, Id = Guid.CreateVersion7(now), Email = said.Email, Name = said.Name ?? said.Email, Role = ContactRole.User };
            db.Add(contact);
            return contact.Id;
        },
        CancellationToken.None);

    internal static TenantView ViewOf(Tenant tenant) => new(tenant.Slug, tenant.Name, tenant.IsDemo);

    internal static async Task<ContactView?> FindContactAsync(Data data, Tenant tenant, Guid id, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenant.Id);
        return await (
            from contact in db.Set<Contact>()
            where contact.Id == id && contact.AnonymisedAt == null
            join customer in db.Set<Customer>() on contact.CustomerId equals customer.Id into customers
            from customer in customers.DefaultIfEmpty()
            select new ContactView(contact.Id, contact.Name, contact.Email, contact.Title, customer!.Name)).SingleOrDefaultAsync(cancellationToken);
    }
}
