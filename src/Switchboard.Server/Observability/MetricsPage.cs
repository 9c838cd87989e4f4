using System.Net;
using Switchboard.Domain.Identity;
using Switchboard.Server.Api;
using Switchboard.Server.Auth;
using Switchboard.Server.Hosting;
using Switchboard.Server.Limits;

namespace Switchboard.Server.Observability;

/// <summary>
/// GET /metrics: what is measured, as Prometheus reads it. The figures are those of the whole installation, so they are for who runs it: whoever calls from one of the networks that
/// the settings name, or has the scope.
/// </summary>
public static class MetricsPage
{
    /// <summary>Where it is.</summary>
    public const string Path = "/metrics";

    /// <summary>Adds the route, when anything is measured.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        TelemetrySettings settings = routes.ServiceProvider.GetRequiredService<TelemetrySettings>();
        if (settings.Networks is not { } networks) return;
        routes.MapPrometheusScrapingEndpoint(Path, null, page => page.Use((http, next) => ReadAsync(http, networks, next)), null)
            .IsPublic().CountsAs(RouteClass.Read).WithMetadata(new HttpMethodMetadata([HttpMethods.Get]));
    }

    private static async Task ReadAsync(HttpContext http, IReadOnlyList<IPNetwork> networks, RequestDelegate next)
    {
        if (!IsNear(http, networks) && !(http.Features.Get<Actor>() is { } actor and not ContactActor && actor.Has(Scopes.AdminConfig)))
        {
            IResult refusal = http.Features.Get<Actor>() is null
                ? Problems.Of(401, "unauthenticated", "Who are you?", $"From this address metrics need the scope {Scopes.AdminConfig}; Telemetry:Metrics:Networks names the networks that need none.")
                : Problems.Of(403, "missing_scope", "The key may not do this.", $"From this address metrics need the scope {Scopes.AdminConfig}.");
            await refusal.ExecuteAsync(http);
            return;
        }

        await http.RequestServices.GetRequiredService<DeskGauges>().LookAsync(http.RequestAborted);
        await next(http);
    }

    /// <summary>Whether the call comes from a network that may read. What a proxy passes on comes from the proxy's caller, whom nobody knows unless the proxy is trusted.</summary>
    private static bool IsNear(HttpContext http, IReadOnlyList<IPNetwork> networks)
    {
        IHeaderDictionary headers = http.Request.Headers;
        if (headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("Forwarded") || headers.ContainsKey("Via")) return false;
        // A caller on the Unix socket has no address: it owns the data folder.
        if (http.Connection.RemoteIpAddress is not { } address) return true;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return networks.Any(n => n.Contains(address));
    }
}
