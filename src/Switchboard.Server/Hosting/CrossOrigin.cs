using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;
using Switchboard.Domain.Identity;
using Switchboard.Storage;

namespace Switchboard.Server.Hosting;

/// <summary>Which pages elsewhere may call for which tenant: <c>Cors:TENANT</c> lists their origins. Nobody's may unless it is set.</summary>
/// <param name="origins">The origins of each tenant, by its slug.</param>
public sealed class CorsRules(IReadOnlyDictionary<string, IReadOnlySet<string>> origins)
{
    private readonly FrozenDictionary<string, IReadOnlySet<string>> origins = origins.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>No page elsewhere may call.</summary>
    public static CorsRules None { get; } = new(new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal));

    /// <summary>Whether no page elsewhere may call.</summary>
    public bool IsEmpty => origins.Count == 0;

    /// <summary>Whether pages of the origin may call for a tenant.</summary>
    public bool Allows(string slug, string origin) => origins.TryGetValue(slug, out IReadOnlySet<string>? known) && known.Contains(origin);

    /// <summary>Whether some tenant lets pages of the origin call: what is public is told to those, and nothing to origins that nobody named.</summary>
    public bool IsOfAnyTenant(string origin) => origins.Values.Any(o => o.Contains(origin));

    /// <summary>Reads and checks the setting.</summary>
    /// <exception cref="SettingException">An origin is none.</exception>
    public static CorsRules Read(IConfiguration configuration) => new(configuration.GetSection("Cors").GetChildren().ToDictionary(
        section => section.Key.ToLowerInvariant(),
        section => (IReadOnlySet<string>)(section.Value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(origin =>
            Uri.TryCreate(origin, UriKind.Absolute, out Uri? address) && address is { Scheme: "http" or "https", UserInfo.Length: 0, PathAndQuery: "/", Fragment.Length: 0 } && !origin.EndsWith('/')
                ? address.GetLeftPart(UriPartial.Authority)
                : throw new SettingException(section.Path, Settings.SourceOf(configuration, section.Path), $"must list origins such as https://www.example.com, not \"{origin}\".")).ToHashSet(StringComparer.Ordinal),
        StringComparer.Ordinal));
}

/// <summary>Tells browsers which pages elsewhere may read an answer. Cookies are never for them: such a page proves who calls by a token.</summary>
public sealed class CrossOrigin(RequestDelegate next, CorsRules rules, Tenants tenants)
{
    private const string methods = "GET, POST, PUT, PATCH, DELETE", asked = "authorization, content-type, x-api-key, idempotency-key, if-match, last-event-id", shown = "ETag, Location, Retry-After, X-Request-Id";

    /// <summary>Handles one request.</summary>
    public Task InvokeAsync(HttpContext http)
    {
        string origin = http.Request.Headers.Origin.ToString();
        if (rules.IsEmpty || origin.Length == 0) return next(http);
        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        if (HttpMethods.IsOptions(http.Request.Method) && http.Request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod)) return Answer(http, origin);
        http.Response.OnStarting(() => AllowAsync(http, origin));
        return next(http);
    }

    /// <summary>A browser that asks beforehand says nothing of who will call, so whom the call is for is looked at when it comes.</summary>
    private Task Answer(HttpContext http, string origin)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        if (!rules.IsOfAnyTenant(origin)) return Task.CompletedTask;
        IHeaderDictionary headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowMethods = methods;
        headers.AccessControlAllowHeaders = asked;
        headers.AccessControlMaxAge = "600";
        return Task.CompletedTask;
    }

    private async Task AllowAsync(HttpContext http, string origin)
    {
        bool allowed = http.Features.Get<Actor>() is { } actor
            ? await tenants.FindAsync(actor.TenantId, CancellationToken.None) is { } tenant && rules.Allows(tenant.Slug, origin)
            : rules.IsOfAnyTenant(origin);
        if (!allowed) return;
        http.Response.Headers.AccessControlAllowOrigin = origin;
        http.Response.Headers.AccessControlExposeHeaders = shown;
    }
}
