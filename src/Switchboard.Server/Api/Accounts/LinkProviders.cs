using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Server.Auth.OAuth;
using Switchboard.Server.Limits;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Api.Accounts;

/// <summary>GET and POST /auth/me/identities, DELETE /auth/me/identities/{id}: by which providers the own account is signed in to.</summary>
public static class LinkProviders
{
    /// <summary>The provider, where the browser goes in the end, and the password; null for who has none and signed in just now.</summary>
    public sealed record Body(string? Provider, string? ReturnTo, string? Password);

    /// <summary>A linked identity; the subject is the provider's own name of who signs in.</summary>
    public sealed record IdentityView(Guid Id, string Provider, string Issuer, string Subject, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

    /// <summary>Where to send this browser.</summary>
    public sealed record AddressView(string Address);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/auth/me/identities", ListAsync).NeedsSignIn().Produces<ItemsView<IdentityView>>();
        routes.MapPost("/auth/me/identities", LinkAsync).NeedsSignIn().Produces<AddressView>().Example(new { provider = "github", returnTo = "/account", password = "a long one of your own" }).CountsAs(RouteClass.Session);
        routes.MapDelete("/auth/me/identities/{id:guid}", UnlinkAsync).NeedsSignIn().AnswersNothing();
    }

    private static async Task<IResult> ListAsync(HttpContext http, ExternalIdentityStore identities)
    {
        UserActor caller = http.SignedIn().User;
        IReadOnlyList<ExternalIdentity> linked = await identities.ListAsync(caller.TenantId, caller.UserId, http.RequestAborted);
        return Results.Ok(new ItemsView<IdentityView>([.. linked.Select(i => new IdentityView(i.Id, i.Provider, i.Issuer, i.Subject, i.CreatedAt, i.LastUsedAt))]));
    }

    /// <summary>A linked provider is a way in, so who links proves anew who they are. The session goes along, so that the identity is linked to the account that asked for it and to no other.</summary>
    private static async Task<IResult> LinkAsync(Body body, HttpContext http, Tenants tenants, ProofAgain again, OAuthProviders providers, OAuthTrips trips)
    {
        (UserActor caller, Guid session) = http.SignedIn();
        Tenant tenant = (await tenants.FindAsync(caller.TenantId, http.RequestAborted))!;
        if (providers.Find(tenant, body.Provider) is not { } provider) return Problems.Invalid(("provider", "is none of those at /auth/providers"));
        if (OAuthTrips.Own(body.ReturnTo) is not { } place) return Problems.Invalid(("returnTo", OAuthTrips.OwnOnly));
        if (await again.AskAsync(http, body.Password) is { Problem: { } refusal }) return refusal;
        try
        {
            Uri address = await SignInThrough.AddressAsync(http, tenant, provider, place, new TokenHolder(caller.TenantId, caller.UserId, session), providers, trips);
            return Results.Ok(new AddressView(address.AbsoluteUri));
        }
        catch (OAuthRefusedException refused)
        {
            return Problems.Of(refused.Status, refused.Code, refused.Title, refused.Detail);
        }
    }

    private static async Task<IResult> UnlinkAsync(Guid id, HttpContext http, ExternalIdentityStore identities) =>
        await identities.UnlinkAsync(http.SignedIn().User, id, CancellationToken.None) switch
        {
            ExternalRefusal.None => Results.NoContent(),
            ExternalRefusal.LastWayIn => Problems.Of(409, "last_way_in", "It is your last way in", "Set a password at /auth/forgot-password, or link another provider, before you remove it."),
            _ => Problems.NotFound("linked identity"),
        };
}
