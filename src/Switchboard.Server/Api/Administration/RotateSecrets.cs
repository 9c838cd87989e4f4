using Switchboard.Server.Auth;

namespace Switchboard.Server.Api.Administration;

/// <summary>POST /secrets/rotate: puts another key in the place of the one that secrets in the database are encrypted with. For the installation's own command line alone.</summary>
public static class RotateSecrets
{
    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/secrets/rotate", HandleAsync).NeedsLocalToken().Produces<ExchangeView>();

    // Whoever called may be gone: an exchange that was begun goes on.
    private static async Task<IResult> HandleAsync(SecretExchange exchange) => Results.Ok(await exchange.RunAsync(CancellationToken.None));
}
