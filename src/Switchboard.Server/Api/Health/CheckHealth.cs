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
    /// <summary>That it is there.</summary>
    public sealed record LiveView(string Status);

    /// <summary>How what it stands on is.</summary>
    public sealed record ReadyView(string Status, string Database, string Redis, string Model);

    /// <summary>A node of several.</summary>
    public sealed record NodeView(Guid Id, NodeRole Role);

    /// <summary>Which version runs, and how.</summary>
    public sealed record InfoView(string? Version, string Mode, NodeView? Node, string Redis, int Agents, string CatalogueVersion);

    /// <summary>Adds the routes outside the API's base.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Ok(new LiveView("ok"))).IsPublic().Produces<LiveView>().CountsAs(RouteClass.Free);
        routes.MapGet("/health/ready", ReadyAsync).IsPublic().Produces<ReadyView>().Produces<ReadyView>(503).CountsAs(RouteClass.Free);
        routes.MapGet("/api/v1/info", Info).IsPublic().Produces<InfoView>().CountsAs(RouteClass.Free);
    }

    private static async Task<IResult> ReadyAsync(HttpContext http, Tenants tenants)
    {
        try
        {
            await tenants.ListAsync(http.RequestAborted);
            string redis = Redis(http);
            return Results.Ok(new ReadyView(redis == "degraded" ? redis : "ok", "ok", redis, "builtin"));
        }
        catch (Exception error) when (error is System.Data.Common.DbException or IOException)
        {
            return Results.Json(new ReadyView("down", "down", Redis(http), "builtin"), statusCode: 503);
        }
    }

    /// <summary>Without Redis everything works, so one that is away does not make the server unready.</summary>
    private static string Redis(HttpContext http) => http.RequestServices.GetService<RedisLink>() switch { null => "absent", { IsUp: true } => "ok", _ => "degraded" };

    private static IResult Info(HttpContext http, Catalogue catalogue, IDispatcher dispatcher) => Results.Ok(new InfoView(
        typeof(CheckHealth).Assembly.GetName().Version?.ToString(3), dispatcher is PostgresDispatcher ? "postgres" : "embedded", dispatcher is PostgresDispatcher node ? new NodeView(node.NodeId, node.Role) : null,
        Redis(http), catalogue.Cards.Count, catalogue.Version));
}
