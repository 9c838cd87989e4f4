using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Switchboard.Server.Api;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Server.Observability;
using Switchboard.Storage;

namespace Switchboard.Server.Hosting;

/// <summary>What every request passes through.</summary>
public static class Middleware
{
    private const string contentSecurityPolicy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'; object-src 'none'";

    /// <summary>Puts the parts in their order.</summary>
    public static void UseSwitchboard(this WebApplication app)
    {
        UseProxies(app);
        // What browsers use tells the operator's address: behind a proxy that ends TLS the call itself comes over http.
        bool secure = app.Services.GetRequiredService<IdentitySettings>().BaseUrl?.Scheme == Uri.UriSchemeHttps;
        app.UseMiddleware<RequestLog>();
        app.Use((http, next) =>
        {
            AddHeaders(http, secure);
            return next(http);
        });
        app.UseMiddleware<CrossOrigin>();
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = http => ExplainAsync(http, secure), AllowStatusCode404Response = true, SuppressDiagnosticsCallback = IsNoFault });
        app.UseStatusCodePages(context => Describe(context.HttpContext).ExecuteAsync(context.HttpContext));
        var pages = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = pages });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = pages, OnPrepareResponse = NameCharset });
        app.UseRouting();
        app.Use(app.Services.GetRequiredService<Refusals>().WatchAsync);
        Limiting limiting = app.Services.GetRequiredService<Limiting>();
        app.Use(limiting.BeforeAsync);
        app.UseMiddleware<Authentication>();
        app.Use(limiting.AfterAsync);
        app.UseMiddleware<AnsweredOnce>();
    }

    /// <summary>Behind a proxy every caller has the proxy's address. What it says of the caller counts only when the operator named it, since anybody can write such a header.</summary>
    private static void UseProxies(WebApplication app)
    {
        ServerOptions options = app.Services.GetRequiredService<ServerOptions>();
        if (options.TrustedProxies.Count == 0) return;
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (System.Net.IPNetwork network in options.TrustedProxies) forwarded.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(forwarded);
    }

    /// <summary>A request that cannot be read is the caller's fault, and of a database that is away the dispatcher tells once: it is answered, and not logged as a fault of ours.</summary>
    private static bool IsNoFault(ExceptionHandlerSuppressDiagnosticsContext context) => context.Exception is BadHttpRequestException || DatabaseFailures.IsUnavailable(context.Exception);

    /// <summary>Pages and scripts are UTF-8, and say so where no browser has to guess it.</summary>
    private static void NameCharset(StaticFileResponseContext context)
    {
        HttpResponse response = context.Context.Response;
        if (response.ContentType is { } type && type.StartsWith("text/", StringComparison.Ordinal) && !type.Contains(';')) response.ContentType = $"{type}; charset=utf-8";
    }

    private static void AddHeaders(HttpContext http, bool secure)
    {
        IHeaderDictionary headers = http.Response.Headers;
        headers["X-Request-Id"] = http.TraceIdentifier;
        headers["X-Content-Type-Options"] = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers.XFrameOptions = "SAMEORIGIN";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (secure || http.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        headers.ContentSecurityPolicy = contentSecurityPolicy;
        // Nearly every answer of the API tells of somebody. What may be kept says so itself.
        if (http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)) headers.CacheControl = "no-store";
    }

    private static Task ExplainAsync(HttpContext http, bool secure)
    {
        // The answer was begun anew, so what stands in each answer is said again.
        AddHeaders(http, secure);
        Exception? error = http.Features.Get<IExceptionHandlerFeature>()?.Error;
        IResult problem = error switch
        {
            BadHttpRequestException { InnerException: JsonException json } => Problems.Invalid((FieldOf(json), "is not what this call takes: " + Reason(json))),
            BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad => Problems.Invalid(ParameterOf(bad.Message)),
            BadHttpRequestException bad => OfStatus(http, bad.StatusCode),
            { } lost when DatabaseFailures.IsUnavailable(lost) => Unavailable(http),
            { } full when DatabaseFailures.IsFull(full) => Full(http),
            _ => Problems.Of(500, "internal", "Something went wrong", "The fault is in the log under this trace id."),
        };
        return problem.ExecuteAsync(http);
    }

    private static IResult Unavailable(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "2";
        return Problems.Of(503, "database_unavailable", "The database cannot be reached", "Try again in a moment, with the same Idempotency-Key: what was stored is not stored twice.");
    }

    private static IResult Full(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "5";
        return Problems.Of(503, "database_full", "The database has no room", "Nothing was stored. Try again when there is room on its disk, with the same Idempotency-Key.");
    }

    private static string FieldOf(JsonException error)
    {
        string path = error.Path is { Length: > 2 } known && known.StartsWith("$.", StringComparison.Ordinal) ? known[2..] : string.Empty;
        // The reader does not count an unknown name as part of the path; it stands in quotes in the message.
        if (UnknownName(error.Message) is { } name && path != name && !path.EndsWith("." + name, StringComparison.Ordinal)) path = path.Length == 0 ? name : $"{path}.{name}";
        return path.Length == 0 ? "body" : path;
    }

    private static string? UnknownName(string message)
    {
        const string Before = "The JSON property '";
        if (!message.StartsWith(Before, StringComparison.Ordinal)) return null;
        int end = message.IndexOf("' could not be mapped", StringComparison.Ordinal);
        return end < 0 ? null : message[Before.Length..end];
    }

    /// <summary>The reader's messages name types of the program, so what helps the caller is said in words of our own.</summary>
    private static string Reason(JsonException error) => error.Message switch
    {
        { } m when UnknownName(m) is not null => "the name is unknown, and unknown names are refused.",
        { } m when m.Contains("could not be converted", StringComparison.Ordinal) => "the value has another type or is none of those that are allowed.",
        { } m when m.Contains("doesn't allow null", StringComparison.Ordinal) || m.Contains("null", StringComparison.OrdinalIgnoreCase) => "it must not be null.",
        _ => $"it is no valid JSON{(error.LineNumber is { } line ? $" at line {line + 1}, byte {error.BytePositionInLine + 1}" : "")}.",
    };

    private static (string Field, string Message) ParameterOf(string message)
    {
        // "Failed to bind parameter "Nullable<int> limit" from "many"." and "Required parameter "Body body" was not provided from body."
        string[] quoted = message.Split('"');
        string name = quoted.Length > 2 ? quoted[1].Split(' ')[^1] : "body";
        return name == "body" || !message.StartsWith("Failed to bind", StringComparison.Ordinal) ? (name, "is missing; send a JSON object.") : (name, "is not of the form this parameter has.");
    }

    private static IResult Describe(HttpContext http) => OfStatus(http, http.Response.StatusCode);

    private static IResult OfStatus(HttpContext http, int status) => status switch
    {
        404 => Problems.Of(404, "not_found", "Not found", $"There is nothing at {http.Request.Path}."),
        405 => Problems.Of(405, "method_not_allowed", "The method is not for this place", $"{http.Request.Method} is not for {http.Request.Path}."),
        408 => Problems.Of(408, "too_slow", "The body came too slowly", "Nothing was done. Send it again over a better connection."),
        413 => Problems.Of(413, "too_large", "The body is too large", "A body may have 1 MB, an import 256 MB."),
        415 => Problems.Of(415, "unsupported_media_type", "The body has another type", "Send the body as application/json."),
        _ => Problems.Of(status, "http_error", "The request cannot be served", $"The server answers {status}."),
    };
}
