using System.Net;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Server.Auth.OAuth;
using Switchboard.Server.Limits;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Accounts;

/// <summary>GET /auth/providers, /auth/oauth/{provider}/start and /auth/oauth/{provider}/callback: signing in, or linking an account, through a provider. The two last ones are for a browser's address bar.</summary>
public static class SignInThrough
{
    private const int mostGiven = 4096;

    /// <summary>A provider, and where a browser begins with it.</summary>
    public sealed record ProviderView(string Name, string Label, string Start);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/auth/providers", ListAsync).IsPublic().Produces<ItemsView<ProviderView>>();
        routes.MapGet("/auth/oauth/{provider}/start", StartAsync).IsPublic().AnswersNothing(302).AnswersAs("text/html", 502).CountsAs(RouteClass.Session);
        routes.MapGet("/auth/oauth/{provider}/callback", CallbackAsync).IsPublic().AnswersNothing(302).AnswersAs("text/html", 403).CountsAs(RouteClass.Session);
    }

    private static async Task<IResult> ListAsync(string? tenant, HttpContext http, Tenants tenants, OAuthProviders providers)
    {
        if (await SignIn.TenantAsync(tenants, tenant, http.RequestAborted) is not { } found) return Results.Ok(new ItemsView<ProviderView>([]));
        string query = tenant is null ? "" : $"?tenant={Uri.EscapeDataString(found.Slug)}";
        return Results.Ok(new ItemsView<ProviderView>([.. providers.Of(found).Select(p => new ProviderView(p.Name, p.Label, $"/api/v1/auth/oauth/{p.Name}/start{query}"))]));
    }

    private static async Task<IResult> StartAsync(string provider, string? tenant, string? returnTo, HttpContext http, Tenants tenants, OAuthProviders providers, OAuthTrips trips, ILogger<OAuthTrips> logger)
    {
        if (await SignIn.TenantAsync(tenants, tenant, http.RequestAborted) is not { } found || providers.Find(found, provider) is not { } known) return Problems.NotFound("provider");
        if (OAuthTrips.Own(returnTo) is not { } place) return Problems.Invalid(("returnTo", OAuthTrips.OwnOnly));
        try
        {
            return Results.Redirect((await AddressAsync(http, found, known, place, null, providers, trips)).AbsoluteUri);
        }
        catch (OAuthRefusedException refused)
        {
            return Refused(http, known, refused, logger);
        }
    }

    /// <summary>Begins a way through a provider, and tells where the browser goes.</summary>
    internal static Task<Uri> AddressAsync(HttpContext http, Tenant tenant, OAuthProvider provider, string returnTo, TokenHolder? linkTo, OAuthProviders providers, OAuthTrips trips)
    {
        SignedSessions.Private(http);
        OAuthTrip trip = trips.Begin(http, tenant.Id, provider.Name, returnTo, linkTo);
        return providers.ProtocolOf(provider).AddressAsync(provider, trip, providers.CallbackOf(provider), http.RequestAborted);
    }

    private static async Task<IResult> CallbackAsync(string provider, HttpContext http, Tenants tenants, OAuthProviders providers, OAuthTrips trips, ExternalDoor door, ILogger<OAuthTrips> logger)
    {
        SignedSessions.Private(http);
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        OAuthProvider? known = null;
        try
        {
            OAuthTrip trip = Returned(http, provider, trips);
            Tenant tenant = await tenants.FindAsync(trip.TenantId, http.RequestAborted) ?? throw OAuthRefusedException.Lost("the tenant is gone");
            known = providers.Find(tenant, trip.Provider) ?? throw OAuthRefusedException.Lost("the provider is set up no more");
            return await door.OpenAsync(http, tenant, known, trip, One(http, "code"), One(http, "error"), One(http, "iss"));
        }
        catch (OAuthRefusedException refused)
        {
            return Refused(http, known, refused, logger);
        }
    }

    /// <summary>The sign-in this browser began, when it is the one that comes back, and from the provider it was sent to.</summary>
    private static OAuthTrip Returned(HttpContext http, string provider, OAuthTrips trips)
    {
        OAuthTrip trip = trips.End(http) ?? throw OAuthRefusedException.Lost("the browser has no cookie of a sign-in that is on its way");
        bool isOwn = One(http, "state") is { } state && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(trip.State));
        if (!isOwn) throw OAuthRefusedException.Lost("the state is another one");
        return trip.Provider == provider ? trip : throw OAuthRefusedException.Lost("the browser was sent to another provider");
    }

    /// <summary>A parameter that is there once; null when it is not there, or more than once, or too long to be one.</summary>
    private static string? One(HttpContext http, string name) => http.Request.Query[name] is [{ Length: > 0 and <= mostGiven } value] ? value : null;

    /// <summary>People read a page, programs a problem.</summary>
    private static IResult Refused(HttpContext http, OAuthProvider? provider, OAuthRefusedException refused, ILogger logger)
    {
        // What strangers can bring about at will is no reason to warn; a provider that is set up wrongly, or that lies, is.
        LogLevel level = refused.Code is "provider_unavailable" or "provider_answer_invalid" ? LogLevel.Warning : LogLevel.Information;
        if (logger.IsEnabled(level)) logger.Log(level, "A sign-in through {Provider} was refused with {Code}: {Cause}", provider?.Name ?? "a provider", refused.Code, refused.Message);
        if (!http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)) return Problems.Of(refused.Status, refused.Code, refused.Title, refused.Detail);
        string page = $"""
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <meta name="color-scheme" content="light dark">
              <title>{WebUtility.HtmlEncode(refused.Title)}</title>
              <link rel="stylesheet" href="/css/base.css">
              <link rel="stylesheet" href="/css/account.css">
            </head>
            <body>
              <main>
                <h1>{WebUtility.HtmlEncode(refused.Title)}</h1>
                <p>{WebUtility.HtmlEncode(refused.Detail)}</p>
                <p><small>{WebUtility.HtmlEncode(refused.Code)}</small></p>
              </main>
            </body>
            </html>
            """;
        return Results.Content(page, "text/html; charset=utf-8", Encoding.UTF8, refused.Status);
    }
}
