using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Api.Users;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Api.Accounts;

/// <summary>GET and PUT /auth/me, POST /auth/me/password: the own account. What gives rights is not among what is changed here.</summary>
public static class Me
{
    /// <summary>Who is signed in, with what the role carries.</summary>
    public sealed record MeView(UserView User, string Tenant, IReadOnlyList<string> Scopes);

    /// <summary>What is changed; null stays as it is.</summary>
    public sealed record Body(string? Name, IReadOnlyList<string>? Languages, Availability? Availability, string? TimeZone);

    /// <summary>The old and the new password.</summary>
    public sealed record PasswordBody(string? Current, string? Password);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/auth/me", ReadAsync).NeedsSignIn().AlsoWithoutFactor().Produces<MeView>();
        routes.MapPut("/auth/me", ChangeAsync).NeedsSignIn().Produces<MeView>().Example(new { name = "Ada", timeZone = "Europe/Berlin" });
        routes.MapPost("/auth/me/password", PasswordAsync).NeedsSignIn().AnswersNothing().Example(new { current = "the one until now", password = "a long one of your own" }).CountsAs(RouteClass.Session);
    }

    private static async Task<IResult> ReadAsync(HttpContext http, UserStore users, Tenants tenants)
    {
        UserActor caller = http.SignedIn().User;
        return await users.FindAsync(caller.TenantId, caller.UserId, http.RequestAborted) is { } user ? await ShowAsync(http, caller, user, tenants) : Problems.NotFound("user");
    }

    private static async Task<IResult> ChangeAsync(Body body, HttpContext http, UserStore users, Tenants tenants)
    {
        var change = new UserChange(Name: body.Name?.Trim(), Languages: body.Languages, Availability: body.Availability, TimeZone: body.TimeZone);
        if (UserFields.Problem(change) is { } problem) return problem;
        UserActor caller = http.SignedIn().User;
        return await users.ChangeOwnAsync(caller, caller.UserId, change, CancellationToken.None) is { } user ? await ShowAsync(http, caller, user, tenants) : Problems.NotFound("user");
    }

    private static async Task<IResult> PasswordAsync(PasswordBody body, HttpContext http, AccountStore accounts, Tenants tenants, Passwords passwords, NewPasswords rules, TimeProvider time)
    {
        if (string.IsNullOrEmpty(body.Current)) return Problems.Invalid(("current", "is needed"));
        (UserActor caller, Guid session) = http.SignedIn();
        DateTimeOffset now = time.GetUtcNow();
        if (await accounts.FindAsync(caller.TenantId, caller.UserId, http.RequestAborted) is not { Credential: { PasswordHash: { } known } credential } account) return ProofAgain.Wrong();
        if (await rules.ProblemAsync(body.Password, account.User.Email, account.User.Name, await tenants.FindAsync(caller.TenantId, http.RequestAborted), http.RequestAborted) is { } weak) return Problems.Invalid(("password", weak));
        bool right = passwords.Verify(known, body.Current) && !credential.IsLocked(now);
        if (!right)
        {
            // A stolen session must not be a place to guess the password at.
            await accounts.FailAsync(caller.TenantId, caller.UserId, now, CancellationToken.None);
            return ProofAgain.Wrong();
        }

        return await accounts.ChangePasswordAsync(caller, caller.UserId, known, passwords.Hash(body.Password!), session, now, CancellationToken.None) ? Results.NoContent() : ProofAgain.Wrong();
    }

    private static async Task<IResult> ShowAsync(HttpContext http, UserActor caller, User user, Tenants tenants) =>
        Results.Ok(new MeView(UserView.Of(user), (await tenants.FindAsync(caller.TenantId, http.RequestAborted))!.Slug, caller.Scopes.Items));
}
