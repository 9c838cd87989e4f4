using Switchboard.Core.Agents;
using Switchboard.Core.Runs;
using Switchboard.Server.Auth;
using Switchboard.Storage;
using Switchboard.Storage.Postgres;

namespace Switchboard.Server.Api.Health;

/// <summary>GET /health/live, /health/ready and /api/v1/info.</summary>
public static class CheckHealth
{
    /// <summary>Adds the routes outside the API's base.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Ok(new { status = "ok" })).IsPublic();
        routes.MapGet("/health/ready", ReadyAsync).IsPublic();
        routes.MapGet("/api/v1/info", Info).IsPublic();
    }

    private static async Task<IResult> ReadyAsync(HttpContext http, Tenants tenants)
    {
        try
        {
            await tenants.ListAsync(http.RequestAborted);
            return Results.Ok(new { status = "ok", database = "ok", model = "builtin" });
        }
        catch (Exception error) when (error is System.Data.Common.DbException or IOException)
        {
            return Results.Json(new { status = "down", database = "down", model = "builtin" }, statusCode: 503);
        }
    }

    private static IResult Info(Catalogue catalogue, IDispatcher dispatcher) => Results.Ok(new
    {
        version = typeof(CheckHealth).Assembly.GetName().Version?.ToString(3),
        mode = dispatcher is PostgresDispatcher ? "postgres" : "embedded",
        node = dispatcher is PostgresDispatcher node ? new { id = node.NodeId, role = node.Role } : null,
        agents = catalogue.Cards.Count,
        catalogueVersion = catalogue.Version,
    });
}
