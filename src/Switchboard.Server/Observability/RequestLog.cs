using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Switchboard.Server.Limits;

namespace Switchboard.Server.Observability;

/// <summary>
/// Writes a line for each request, when the settings ask for it, and tells its class to the metrics. The line holds the route as it is declared and never the path as it was sent,
/// no address and no name: what a caller can write is in no line of it.
/// </summary>
public sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> logger)
{
    private const string nowhere = "none";

    /// <summary>Handles one request.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        long began = Stopwatch.GetTimestamp();
        try
        {
            await next(http);
        }
        finally
        {
            if (http.Features.Get<IHttpMetricsTagsFeature>() is { } tags) tags.Tags.Add(new("switchboard.class", ClassOf(http)));
            if (logger.IsEnabled(LogLevel.Information))
                Handled(KnownMethod(http.Request.Method), RouteOf(http), http.Response.StatusCode, Math.Round(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 3), ClassOf(http), http.TraceIdentifier);
        }
    }

    private static string RouteOf(HttpContext http) => http.GetEndpoint() is RouteEndpoint route ? route.RoutePattern.RawText ?? nowhere : nowhere;

    /// <summary>What no route serves has no class: a page that is a file, or nothing.</summary>
    private static string ClassOf(HttpContext http) => http.GetEndpoint() is RouteEndpoint ? RouteClasses.Of(http).ToString().ToLowerInvariant() : nowhere;

    private static string KnownMethod(string method) => HttpMethods.GetCanonicalizedValue(method) switch
    {
        "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" or "TRACE" or "CONNECT" => method,
        _ => "other",
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Route} answered {Status} in {Ms} ms ({Class}, request {RequestId})")]
    private partial void Handled(string method, string route, int status, double ms, string @class, string requestId);
}
