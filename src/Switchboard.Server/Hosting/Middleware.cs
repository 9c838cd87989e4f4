using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.FileProviders;
using Switchboard.Server.Api;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Hosting;

/// <summary>What every request passes through.</summary>
public static class Middleware
{
    private const string ContentSecurityPolicy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'; object-src 'none'";

    /// <summary>Puts the parts in their order.</summary>
    public static void UseSwitchboard(this WebApplication app)
    {
        app.Use(AddHeadersAsync);
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = ExplainAsync, AllowStatusCode404Response = true });
        app.UseStatusCodePages(context => Problems.Of(context.HttpContext.Response.StatusCode, "http_error", "The request cannot be served", Describe(context.HttpContext)).ExecuteAsync(context.HttpContext));
        var pages = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = pages });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = pages });
        app.UseRouting();
        app.UseMiddleware<Authentication>();
    }

    private static Task AddHeadersAsync(HttpContext http, RequestDelegate next)
    {
        IHeaderDictionary headers = http.Response.Headers;
        headers["X-Request-Id"] = http.TraceIdentifier;
        headers["X-Content-Type-Options"] = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        return next(http);
    }

    private static Task ExplainAsync(HttpContext http)
    {
        Exception? error = http.Features.Get<IExceptionHandlerFeature>()?.Error;
        IResult problem = error switch
        {
            BadHttpRequestException { InnerException: JsonException json } => Problems.Invalid((FieldOf(json), "is not what this call takes: " + WithoutPlace(json.Message))),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problems.Of(413, "too_large", "The body is too large", "A body may have 1 MB, an import 256 MB."),
            BadHttpRequestException bad => Problems.Of(bad.StatusCode, "invalid_request", "The request is not valid", bad.Message),
            _ => Problems.Of(500, "internal", "Something went wrong", "The fault is in the log under this trace id."),
        };
        return problem.ExecuteAsync(http);
    }

    private static string FieldOf(JsonException error) => error.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "body";

    private static string WithoutPlace(string message)
    {
        // The reader's message names our types; what helps the caller is before that.
        int place = message.IndexOf(" Path:", StringComparison.Ordinal);
        string text = place < 0 ? message : message[..place];
        int type = text.IndexOf("Switchboard.", StringComparison.Ordinal);
        return type < 0 ? text : "a name or a value in it does not belong there. Unknown names are refused.";
    }

    private static string Describe(HttpContext http) => http.Response.StatusCode switch
    {
        404 => $"There is nothing at {http.Request.Path}.",
        405 => $"{http.Request.Method} is not for {http.Request.Path}.",
        415 => "Send the body as application/json.",
        _ => $"The server answers {http.Response.StatusCode}.",
    };
}
