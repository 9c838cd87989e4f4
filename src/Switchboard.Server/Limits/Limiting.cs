using System.Globalization;
using System.Net;
using Switchboard.Core.Limits;
using Switchboard.Core.Telemetry;
using Switchboard.Domain.Identity;
using Switchboard.Server.Api;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Limits;

/// <summary>
/// Counts calls and refuses those that are too many: by address before anybody is asked who he is, so that guessing costs the database nothing, and by key, user,
/// visitor and tenant afterwards. The installation's own command line is not counted.
/// </summary>
public sealed class Limiting(ILimiter limiter, LimitRules rules, LocalToken local)
{
    /// <summary>Counts by address.</summary>
    public Task BeforeAsync(HttpContext http, RequestDelegate next)
    {
        // A caller on the Unix socket has no address: it owns the data folder.
        if (!IsLimited(http) || http.Connection.RemoteIpAddress is not { } address || IsLocal(http)) return next(http);
        return CountAsync(http, next, [rules.Charge(RouteClasses.Of(http), LimitedBy.Ip, LimitRules.Counted(address))]);
    }

    /// <summary>Counts by who calls.</summary>
    public Task AfterAsync(HttpContext http, RequestDelegate next)
    {
        if (!IsLimited(http) || http.Features.Get<Actor>() is not { } actor) return next(http);
        RouteClass kind = RouteClasses.Of(http);
        LimitCharge? tenant = rules.Charge(kind, LimitedBy.Tenant, actor.TenantId.ToString("N"));
        return actor switch
        {
            KeyActor key => CountAsync(http, next, [rules.Charge(kind, LimitedBy.Key, key.KeyId.ToString("N")), rules.Charge(kind, LimitedBy.User, key.OwnerId.ToString("N")), tenant]),
            UserActor user => CountAsync(http, next, [rules.Charge(kind, LimitedBy.User, user.UserId.ToString("N")), tenant]),
            ContactActor contact => CountAsync(http, next, [rules.Charge(kind, LimitedBy.Visitor, contact.Key.Replace(':', '-')), tenant]),
            _ => next(http),
        };
    }

    private async Task CountAsync(HttpContext http, RequestDelegate next, LimitCharge?[] charges)
    {
        LimitCharge[] held = [.. charges.OfType<LimitCharge>()];
        if (held.Length > 0)
        {
            LimitVerdict verdict = await limiter.TakeAsync(held, http.RequestAborted);
            Tell(http, verdict);
            if (!verdict.Allowed)
            {
                string[] counter = verdict.Tightest.Charge.Counter.ToLowerInvariant().Split(':');
                Measures.Refused(counter[0], counter[1]);
                await Refuse(verdict).ExecuteAsync(http);
                return;
            }
        }

        await next(http);
    }

    private bool IsLimited(HttpContext http) => !rules.IsEmpty && http.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is { Local: false } && RouteClasses.Of(http) != RouteClass.Free;

    private bool IsLocal(HttpContext http) => Authentication.BearerOf(http) is { } token && token.StartsWith(LocalToken.Prefix, StringComparison.Ordinal) && local.Is(token);

    /// <summary>Says how the caller stands with the limit that is nearest to its end.</summary>
    private static void Tell(HttpContext http, LimitVerdict verdict)
    {
        LimitState state = verdict.Tightest;
        LimitRate rate = state.Charge.Rate;
        IHeaderDictionary headers = http.Response.Headers;
        // The address was counted before; of two the one that is nearer to its end is told.
        if (verdict.Allowed && http.Features.Get<LimitVerdict>() is { } told && told.Tightest.Remaining < state.Remaining) return;
        http.Features.Set(verdict);
        string name = NameOf(state.Charge.Counter), reset = Seconds(state.Full);
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={rate.Count};w={rate.Period.TotalSeconds:0}");
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={state.Remaining};t={reset}");
        headers["RateLimit-Limit"] = rate.Count.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = state.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = reset;
        if (!verdict.Allowed) headers.RetryAfter = Seconds(state.Wait);
    }

    private static IResult Refuse(LimitVerdict verdict)
    {
        LimitRate rate = verdict.Tightest.Charge.Rate;
        return Problems.Of(
            (int)HttpStatusCode.TooManyRequests,
            "rate_limited",
            "Too many calls",
            string.Create(CultureInfo.InvariantCulture, $"More than {rate.Count} calls in {rate.Period.TotalSeconds:0} s ({NameOf(verdict.Tightest.Charge.Counter)}). Try again in {Seconds(verdict.Tightest.Wait)} s, with the same Idempotency-Key: nothing was done."));
    }

    private static string Seconds(TimeSpan time) => Math.Max(1, (long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    /// <summary>Class and kind of a counter without whose it is: <c>turn-visitor</c>.</summary>
    private static string NameOf(string counter) => counter[..counter.LastIndexOf(':')].Replace(':', '-').ToLowerInvariant();
}
