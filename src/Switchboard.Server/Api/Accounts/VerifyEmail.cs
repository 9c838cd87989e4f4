using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Api.Accounts;

/// <summary>POST /auth/verify-email, /auth/resend-verification, /auth/forgot-password, /auth/reset-password, /auth/accept-invitation: what mails about accounts open. Who asks for a mail is told the same whoever has an account.</summary>
public static class VerifyEmail
{
    private const int mostName = 100;

    /// <summary>The token of a mail.</summary>
    public sealed record TokenBody(string? Token);

    /// <summary>Whose mail is asked for.</summary>
    public sealed record AddressBody(string? Tenant, string? Email);

    /// <summary>The token of a mail with the new password; a name for who accepts an invitation under another one.</summary>
    public sealed record PasswordBody(string? Token, string? Password, string? Name);

    /// <summary>Whose address or password it was.</summary>
    public sealed record DoneView(Guid UserId, string Email);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/auth/verify-email", VerifyAsync).IsPublic().Produces<DoneView>().Example(new { token = "swa1.token" }).CountsAs(RouteClass.Session);
        routes.MapPost("/auth/resend-verification", (AddressBody body, HttpContext http, AccountAsking asking, IdentitySettings settings) => AskAsync(body, http, asking, settings, TokenPurpose.VerifyEmail)).IsPublic().AnswersNothing(202).Example(new { email = "ada@birch.example" }).CountsAs(RouteClass.Session);
        routes.MapPost("/auth/forgot-password", (AddressBody body, HttpContext http, AccountAsking asking, IdentitySettings settings) => AskAsync(body, http, asking, settings, TokenPurpose.ResetPassword)).IsPublic().AnswersNothing(202).Example(new { email = "ada@birch.example" }).CountsAs(RouteClass.Session);
        routes.MapPost("/auth/reset-password", (PasswordBody body, HttpContext http, AccountStore accounts, Tenants tenants, Passwords passwords, NewPasswords rules, TimeProvider time) => SetAsync(body, http, accounts, tenants, passwords, rules, time, TokenPurpose.ResetPassword)).IsPublic().Produces<DoneView>().Example(new { token = "swa1.token", password = "a long one of your own" }).CountsAs(RouteClass.Session);
        routes.MapPost("/auth/accept-invitation", (PasswordBody body, HttpContext http, AccountStore accounts, Tenants tenants, Passwords passwords, NewPasswords rules, TimeProvider time) => SetAsync(body, http, accounts, tenants, passwords, rules, time, TokenPurpose.Invitation)).IsPublic().Produces<DoneView>().Example(new { token = "swa1.token", password = "a long one of your own" }).CountsAs(RouteClass.Session);
    }

    private static async Task<IResult> VerifyAsync(TokenBody body, HttpContext http, AccountStore accounts, Tenants tenants, TimeProvider time)
    {
        if (body.Token is null) return Problems.Invalid(("token", "is needed: the one of the mail"));
        if (SecretText.Read(SecretText.Account, body.Token) is not { } token || await tenants.FindAsync(token.TenantId, http.RequestAborted) is null) return Over();
        return await accounts.VerifyEmailAsync(token.TenantId, token.Hash, time.GetUtcNow(), CancellationToken.None) is { } user ? Results.Ok(new DoneView(user.Id, user.Email)) : Over();
    }

    private static async Task<IResult> AskAsync(AddressBody body, HttpContext http, AccountAsking asking, IdentitySettings settings, TokenPurpose purpose)
    {
        if (AccountMails.AddressOf(body.Email) is not { } email) return Problems.Invalid(("email", "is no mail address"));
        await Task.WhenAll(asking.AskAsync(body.Tenant, email, purpose, http.RequestAborted), Task.Delay(settings.Evenly, TimeProvider.System, http.RequestAborted));
        return Results.Accepted();
    }

    private static async Task<IResult> SetAsync(PasswordBody body, HttpContext http, AccountStore accounts, Tenants tenants, Passwords passwords, NewPasswords rules, TimeProvider time, TokenPurpose purpose)
    {
        if (body.Token is null) return Problems.Invalid(("token", "is needed: the one of the mail"));
        if (body.Name is not null && (string.IsNullOrWhiteSpace(body.Name) || body.Name.Length > mostName)) return Problems.Invalid(("name", $"has 1 to {mostName} characters"));
        DateTimeOffset now = time.GetUtcNow();
        if (SecretText.Read(SecretText.Account, body.Token) is not { } token || await tenants.FindAsync(token.TenantId, http.RequestAborted) is not { } tenant) return Over();
        // Whose it is is needed to judge the password; the token itself is used up only with one that is good.
        if (await accounts.FindByTokenAsync(token.TenantId, token.Hash, purpose, now, http.RequestAborted) is not { } account) return Over();
        if (await rules.ProblemAsync(body.Password, account.User.Email, body.Name ?? account.User.Name, tenant, http.RequestAborted) is { } weak) return Problems.Invalid(("password", weak));
        string hash = passwords.Hash(body.Password!);
        return await accounts.SetPasswordAsync(token.TenantId, token.Hash, purpose, hash, purpose == TokenPurpose.Invitation ? body.Name?.Trim() : null, now, CancellationToken.None) is { } user
            ? Results.Ok(new DoneView(user.Id, user.Email))
            : Over();
    }

    private static IResult Over() => Problems.Of(400, "token_over", "The link does not work", "It was used before, a newer one was sent, or its time is over. Ask for another one.");
}

/// <summary>Sends a mail to who has an account, and nothing to who has none; it tells nobody which.</summary>
public sealed class AccountAsking(Tenants tenants, AccountStore accounts, AccountMails mails, TimeProvider time)
{
    /// <summary>Sends a new token for a purpose.</summary>
    public async Task AskAsync(string? slug, string email, TokenPurpose purpose, CancellationToken cancellationToken)
    {
        if (!mails.CanSend || await SignIn.TenantAsync(tenants, slug, cancellationToken) is not { } tenant) return;
        if (await accounts.FindAsync(tenant.Id, email, cancellationToken) is not { User: { Status: UserStatus.Active } user }) return;
        if (purpose == TokenPurpose.VerifyEmail && user.IsVerified) return;
        DateTimeOffset now = time.GetUtcNow();
        MailedToken token = mails.Make(tenant, user.Email, purpose, now);
        await accounts.IssueAsync(new SystemActor(tenant.Id, "sign-in"), user.Id, token.Stored, token.Mail, now, CancellationToken.None);
    }
}
