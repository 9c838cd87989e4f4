using System.Diagnostics;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Api.Widget;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Api.Accounts;

/// <summary>POST /auth/login and /auth/login/totp. Whoever is not let in is told the same for an unknown address, a wrong password, a locked account and one that may not work, after the same work.</summary>
public static class SignIn
{
    /// <summary>The first step; without a tenant it is the only one that is not the demonstration's, else the demonstration's.</summary>
    public sealed record Body(string? Tenant, string? Email, string? Password, bool? Cookie);

    /// <summary>The second step: a code of the device, or a recovery code.</summary>
    public sealed record CodeBody(string? MfaToken, string? Code, bool? Cookie);

    /// <summary>The password was right and a code is needed.</summary>
    public sealed record CodeNeededView(bool MfaRequired, string MfaToken, int ExpiresIn);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/auth/login", PasswordAsync).IsPublic().Produces<Either<SignedSessions.TokenView, CodeNeededView>>().Example(new { tenant = "birch", email = "ada@birch.example", password = "a long one of your own" }).CountsAs(RouteClass.Session);
        routes.MapPost("/auth/login/totp", CodeAsync).IsPublic().Produces<SignedSessions.TokenView>().Example(new { mfaToken = "swa1.token", code = "123456" }).CountsAs(RouteClass.Session);
    }

    /// <summary>The tenant somebody means who names none.</summary>
    internal static async Task<Tenant?> TenantAsync(Tenants tenants, string? slug, CancellationToken cancellationToken)
    {
        if (slug is not null) return await tenants.FindAsync(slug, cancellationToken);
        Tenant[] own = [.. (await tenants.ListAsync(cancellationToken)).Where(t => !t.IsDemo)];
        return own is [var only] ? only : await tenants.FindAsync(StartSession.DefaultTenant, cancellationToken);
    }

    private static async Task<IResult> PasswordAsync(Body body, HttpContext http, Tenants tenants, AccountStore accounts, Entrance entrance, SignedSessions signed, Passwords passwords, IdentitySettings settings, TimeProvider time)
    {
        long began = Stopwatch.GetTimestamp();
        if (string.IsNullOrEmpty(body.Email)) return Problems.Invalid(("email", "is needed"));
        if (string.IsNullOrEmpty(body.Password)) return Problems.Invalid(("password", "is needed"));
        Tenant? tenant = await TenantAsync(tenants, body.Tenant, http.RequestAborted);
        Account? account = tenant is not null && AccountMails.AddressOf(body.Email) is { } email ? await accounts.FindAsync(tenant.Id, email, http.RequestAborted) : null;
        bool right = passwords.Verify(account?.Credential?.PasswordHash, body.Password);
        if (account is null || tenant is null) return await NotLetInAsync(began, settings, http);
        if (!right)
        {
            if (account.Credential is not null) await accounts.FailAsync(tenant.Id, account.User.Id, time.GetUtcNow(), CancellationToken.None);
            return await NotLetInAsync(began, settings, http);
        }

        Entered entered = await entrance.EnterAsync(http, tenant, account, account.Credential!.PasswordHash);
        if (entered.IsUnverified) return Problems.Of(403, "email_not_verified", Entrance.UnverifiedTitle, Entrance.UnverifiedDetail);
        if (entered.Ticket is { } ticket)
        {
            SignedSessions.Private(http);
            return Results.Ok(new CodeNeededView(MfaRequired: true, ticket.Text, (int)AccountMails.LifeOf(TokenPurpose.SecondFactor).TotalSeconds));
        }

        return entered.Session is { } session ? await signed.AnswerAsync(http, session, entered.Refresh!, body.Cookie ?? false) : await NotLetInAsync(began, settings, http);
    }

    private static async Task<IResult> CodeAsync(CodeBody body, HttpContext http, Tenants tenants, AccountStore accounts, SessionStore sessions, SignedSessions signed, SecretBox box, TimeProvider time)
    {
        if (body.MfaToken is null) return Problems.Invalid(("mfaToken", "is needed: the one that /auth/login answered"));
        if (string.IsNullOrEmpty(body.Code)) return Problems.Invalid(("code", "is needed"));
        DateTimeOffset now = time.GetUtcNow();
        if (SecretText.Read(SecretText.Account, body.MfaToken) is not { } ticket || await tenants.FindAsync(ticket.TenantId, http.RequestAborted) is null) return CodeRefused();
        if (await accounts.FindByTokenAsync(ticket.TenantId, ticket.Hash, TokenPurpose.SecondFactor, now, http.RequestAborted) is not { Credential: { TotpSecret: { } held } credential } account || credential.IsLocked(now)) return CodeRefused();
        SecondProof? proof = SecondFactor.Open(box, credential, held) is { } secret ? Totp.Proof(secret, body.Code, now) : null;
        SecretText refresh = SecretText.Create(SecretText.Refresh, ticket.TenantId);
        UserSession? session = proof is null ? null : await sessions.BeginAsync(ticket.TenantId, Entrance.Asked(http, account.User.Id, refresh), null, ticket.Hash, proof, now, CancellationToken.None);
        if (session is not null) return await signed.AnswerAsync(http, session, refresh, body.Cookie ?? false);
        await accounts.FailAsync(ticket.TenantId, account.User.Id, now, CancellationToken.None);
        return CodeRefused();
    }

    /// <summary>A wrong password of somebody there is counted, which takes a commit; the answer waits until that cannot be told from the time.</summary>
    private static async Task<IResult> NotLetInAsync(long began, IdentitySettings settings, HttpContext http)
    {
        TimeSpan left = settings.Evenly - Stopwatch.GetElapsedTime(began);
        if (left > TimeSpan.Zero) await Task.Delay(left, TimeProvider.System, http.RequestAborted);
        return Problems.Of(
            401, "invalid_credentials", "That did not let you in", $"The address or the password is wrong, or there were too many tries: after {UserCredential.MostFailures} wrong ones nobody is let in for {UserCredential.LockTime.TotalMinutes:0} minutes.");
    }

    private static IResult CodeRefused() => Problems.Of(401, "invalid_code", "The code does not let you in", "It is wrong, was used before, or the sign-in took too long. Try another one, or sign in again.");
}
