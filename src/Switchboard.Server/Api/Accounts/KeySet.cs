using Switchboard.Server.Auth;

namespace Switchboard.Server.Api.Accounts;

/// <summary>GET /.well-known/jwks.json: the public keys access tokens are signed with.</summary>
public static class KeySet
{
    /// <summary>The keys that are taken.</summary>
    public sealed record KeySetView(IReadOnlyList<PublicKeyView> Keys);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/.well-known/jwks.json", HandleAsync).IsPublic().Produces<KeySetView>();

    private static async Task<IResult> HandleAsync(HttpContext http, SigningKeys keys)
    {
        http.Response.Headers.CacheControl = "public, max-age=60";
        return Results.Ok(new KeySetView(await keys.PublicAsync(http.RequestAborted)));
    }
}
