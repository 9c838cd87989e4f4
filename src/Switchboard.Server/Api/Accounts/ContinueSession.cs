using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Api.Accounts;

/// <summary>POST /auth/refresh and /auth/logout, GET /auth/sessions, DELETE /auth/sessions and /auth/sessions/{id}.</summary>
public static class ContinueSession
{
    /// <summary>The refresh token; null when the cookie has it.</summary>
    public sealed record Body(string? RefreshToken);

    /// <summary>A session.</summary>
    public sealed record SessionView(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, string? Device, string? Address, bool Current);

    /// <summary>How many sessions were ended.</summary>
    public sealed record EndedView(int Ended);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/auth/refresh", RefreshAsync).IsPublic().Produces<SignedSessions.TokenView>().Example(new { refreshToken = "swr1.token" }).CountsAs(RouteClass.Session);
        routes.MapPost("/auth/logout", LeaveAsync).IsPublic().AlsoWithoutFactor().AnswersNothing().Example(new { refreshToken = "swr1.token" }).CountsAs(RouteClass.Session);
        routes.MapGet("/auth/sessions", ListAsync).NeedsSignIn().Produces<ItemsView<SessionView>>();
        routes.MapDelete("/auth/sessions", EndAllAsync).NeedsSignIn().Produces<EndedView>();
        routes.MapDelete("/auth/sessions/{id:guid}", EndAsync).NeedsSignIn().AnswersNothing();
    }

    private static async Task<IResult> RefreshAsync(Body? body, HttpContext http, Tenants tenants, SessionStore sessions, SignedSessions signed, TimeProvider time)
    {
        (SecretText? shown, bool byCookie, IResult? problem) = signed.Shown(http, body?.RefreshToken);
        if (problem is not null) return problem;
        if (shown is not null && await tenants.FindAsync(shown.TenantId, http.RequestAborted) is not null)
        {
            SecretText next = SecretText.Create(SecretText.Refresh, shown.TenantId);
            if (await sessions.RotateAsync(shown.TenantId, shown.Hash, next.Hash, time.GetUtcNow(), CancellationToken.None) is { } session) return await signed.AnswerAsync(http, session, next, byCookie);
        }

        signed.Forget(http);
        return Problems.Of(401, "session_over", "The session is over", "Sign in again. A refresh token works once; one that comes a second time ends its session.");
    }

    /// <summary>Leaving never fails: who is not in is out.</summary>
    private static async Task<IResult> LeaveAsync(Body? body, HttpContext http, Tenants tenants, SessionStore sessions, SignedSessions signed, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (http.Features.Get<CurrentSession>() is { } current && http.Features.Get<Actor>() is UserActor user) await sessions.EndAsync(user, user.UserId, current.Id, now, CancellationToken.None);
        if (body?.RefreshToken is not null || signed.IsShown(http))
        {
            (SecretText? shown, _, IResult? problem) = signed.Shown(http, body?.RefreshToken);
            if (problem is not null) return problem;
            if (shown is not null && await tenants.FindAsync(shown.TenantId, http.RequestAborted) is not null) await sessions.EndByTokenAsync(shown.TenantId, shown.Hash, now, CancellationToken.None);
        }

        signed.Forget(http);
        // What the pages of the session have left in the browser goes too.
        http.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return Results.NoContent();
    }

    private static async Task<IResult> ListAsync(HttpContext http, SessionStore sessions, TimeProvider time)
    {
        (UserActor user, Guid current) = http.SignedIn();
        IReadOnlyList<UserSession> open = await sessions.ListAsync(user.TenantId, user.UserId, time.GetUtcNow(), http.RequestAborted);
        return Results.Ok(new ItemsView<SessionView>([.. open.Select(s => new SessionView(s.Id, s.CreatedAt, s.LastUsedAt, s.ExpiresAt, s.Device, s.Address, s.Id == current))]));
    }

    private static async Task<IResult> EndAsync(Guid id, HttpContext http, SessionStore sessions, TimeProvider time)
    {
        UserActor user = http.SignedIn().User;
        return await sessions.EndAsync(user, user.UserId, id, time.GetUtcNow(), CancellationToken.None) ? Results.NoContent() : Problems.NotFound("session");
    }

    private static async Task<IResult> EndAllAsync(HttpContext http, SessionStore sessions, TimeProvider time)
    {
        UserActor user = http.SignedIn().User;
        return Results.Ok(new EndedView(await sessions.EndAllAsync(user, user.UserId, time.GetUtcNow(), CancellationToken.None)));
    }
}
