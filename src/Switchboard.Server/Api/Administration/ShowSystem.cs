using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Administration;

/// <summary>GET /system: where the installation stands.</summary>
public static class ShowSystem
{
    /// <summary>The database's state.</summary>
    public sealed record DatabaseView(string Provider, string Path, IReadOnlyList<string> Applied, IReadOnlyList<string> Pending);

    /// <summary>The installation's state.</summary>
    public sealed record SystemView(string? Version, DatabaseView Database);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/system", HandleAsync).NeedsScope(Scopes.AdminConfig).Produces<SystemView>();

    private static async Task<IResult> HandleAsync(IDatabase database, HttpContext http)
    {
        DatabaseStatus status = await database.StatusAsync(http.RequestAborted);
        return Results.Ok(new SystemView(typeof(ShowSystem).Assembly.GetName().Version?.ToString(3), new DatabaseView(database.Provider, database.Path, status.Applied, status.Pending)));
    }
}
