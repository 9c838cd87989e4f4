using Switchboard.Core.Agents;
using Switchboard.Core.Runs;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage;
using Switchboard.Storage.Postgres;
using Switchboard.Storage.Redis;

namespace Switchboard.Server.Api.Health;

/// <summary>GET /health/live, /health/ready and /api/v1/info.</summary>
public static class CheckHealth
{
    /// <summary>Adds the routes outside the API's base.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Ok(new { status = "ok" })).IsPublic().CountsAs(RouteClass.Free);
        routes.MapGet("/health/ready", ReadyAsync).IsPublic().CountsAs(RouteClass.Free);
        routes.MapGet("/api/v1/info", Info).IsPublic().CountsAs(RouteClass.Free);
    }

    private static async Task<IResult> ReadyAsync(HttpContext http, Tenants tenants)
    {
        try
        {
            await tenants.ListAsync(http.RequestAborted);
            string redis = Redis(http);
            return Results.Ok(new { status = redis == "degraded" ? redis : "ok", database = "ok", redis, model = "builtin" });
        }
        catch (Exception error) when (error is System.Data.Common.DbException or IOException)
        {
            return Results.Json(new { status = "down", database = "down", redis = Redis(http), model = "builtin" }, statusCode: 503);
        }
    }

    /// <summary>Without Redis everything works, so one that is away does not make the server unready.</summary>
    private static string Redis(HttpContext http) => http.RequestServices.GetService<RedisLink>() switch { null => "absent", { IsUp: true } => "ok", _ => "degraded" };

    private static IResult Info(HttpContext http, Catalogue catalogue, IDispatcher dispatcher) => Results.Ok(new
    {
        version = typeof(CheckHealth).Assembly.GetName().Version?.ToString(3),
        mode = dispatcher is PostgresDispatcher ? "postgres" : "embedded",
        node = dispatcher is PostgresDispatcher node ? new { id = node.NodeId, role = node.Role } : null,
        redis = Redis(http),
        agents = catalogue.Cards.Count,
        catalogueVersion = catalogue.Version,
    });
}
