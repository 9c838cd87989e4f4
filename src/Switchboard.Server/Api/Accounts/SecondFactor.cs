using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Api.Accounts;

/// <summary>POST /auth/me/mfa, /auth/me/mfa/confirm and /auth/me/mfa/remove: the second factor of the own account. Who it is is asked again, so that a session left open changes nothing.</summary>
public static class SecondFactor
{
    /// <summary>The password; null for who has none and signed in just now.</summary>
    public sealed record Body(string? Password);

    /// <summary>A code of the program.</summary>
    public sealed record ConfirmBody(string? Code);

    /// <summary>The password with a code of the program or a recovery code.</summary>
    public sealed record RemoveBody(string? Password, string? Code);

    /// <summary>The secret, shown this once, as text and as the address for a picture.</summary>
    public sealed record OfferView(string Secret, string Address);

    /// <summary>The recovery codes, shown this once.</summary>
    public sealed record ConfirmedView(IReadOnlyList<string> RecoveryCodes);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/auth/me/mfa", OfferAsync).NeedsSignIn().AlsoWithoutFactor().Produces<OfferView>().Example(new { password = "a long one of your own" }).CountsAs(RouteClass.Session);
        routes.MapPost("/auth/me/mfa/confirm", ConfirmAsync).NeedsSignIn().AlsoWithoutFactor().Produces<ConfirmedView>().Example(new { code = "123456" }).CountsAs(RouteClass.Session);
        routes.MapPost("/auth/me/mfa/remove", RemoveAsync).NeedsSignIn().AnswersNothing().Example(new { password = "a long one of your own", code = "123456" }).CountsAs(RouteClass.Session);
    }

    /// <summary>Decrypts the secret of a credential; null when it is not this one's.</summary>
    internal static byte[]? Open(SecretBox box, UserCredential credential, byte[] held) => box.Open(held, PurposeOf(credential.TenantId, credential.UserId));

    /// <summary>What the secret of a user is encrypted for.</summary>
    internal static string PurposeOf(Guid tenantId, Guid userId) => $"totp {tenantId:N} {userId:N}";

    private static async Task<IResult> OfferAsync(Body body, HttpContext http, AccountStore accounts, Tenants tenants, ProofAgain again, SecretBox box, TimeProvider time)
    {
        UserActor caller = http.SignedIn().User;
        DateTimeOffset now = time.GetUtcNow();
        (Account? account, IResult? refusal) = await again.AskAsync(http, body.Password);
        if (account is null) return refusal!;
        byte[] secret = Totp.NewSecret();
        if (!await accounts.OfferTotpAsync(caller, caller.UserId, box.Seal(secret, PurposeOf(caller.TenantId, caller.UserId)), now, CancellationToken.None))
            return Problems.Of(409, "mfa_enabled", "A second factor is set up", "Remove it before you set up another one.");
        SignedSessions.Private(http);
        Tenant tenant = (await tenants.FindAsync(caller.TenantId, http.RequestAborted))!;
        return Results.Ok(new OfferView(Totp.Base32(secret), Totp.AddressOf(secret, tenant.Slug, account.User.Email)));
    }

    private static async Task<IResult> ConfirmAsync(ConfirmBody body, HttpContext http, AccountStore accounts, SecretBox box, TimeProvider time)
    {
        (UserActor caller, Guid session) = http.SignedIn();
        DateTimeOffset now = time.GetUtcNow();
        Account? account = await accounts.FindAsync(caller.TenantId, caller.UserId, http.RequestAborted);
        if (account?.Credential is not { PendingTotpSecret: { } offered } credential || Open(box, credential, offered) is not { } secret) return Problems.Of(409, "mfa_not_offered", "No second factor is being set up", "Begin with POST /auth/me/mfa.");
        if (Totp.Proof(secret, body.Code, now) is not { Step: { } step }) return Problems.Of(400, "invalid_code", "The code is not right", "Type the six digits the program shows now. If they stay wrong, set the clock of the device.");
        (IReadOnlyList<string> codes, IReadOnlyList<string> hashes) = Totp.NewRecoveryCodes();
        if (!await accounts.ConfirmTotpAsync(caller, caller.UserId, session, offered, step, hashes, now, CancellationToken.None)) return Problems.Of(409, "mfa_not_offered", "Another secret was offered meanwhile", "Begin with POST /auth/me/mfa.");
        SignedSessions.Private(http);
        return Results.Ok(new ConfirmedView(codes));
    }

    private static async Task<IResult> RemoveAsync(RemoveBody body, HttpContext http, AccountStore accounts, ProofAgain again, SecretBox box, TimeProvider time)
    {
        UserActor caller = http.SignedIn().User;
        DateTimeOffset now = time.GetUtcNow();
        (Account? account, IResult? refusal) = await again.AskAsync(http, body.Password);
        if (account is null) return refusal!;
        if (account.Credential is not { TotpSecret: { } held } credential) return Problems.Of(409, "mfa_not_enabled", "No second factor is set up", "There is nothing to remove.");
        SecondProof? proof = Open(box, credential, held) is { } secret ? Totp.Proof(secret, body.Code, now) : null;
        if (proof is not null && await accounts.RemoveTotpAsync(caller, caller.UserId, proof, now, CancellationToken.None)) return Results.NoContent();
        await accounts.FailAsync(caller.TenantId, caller.UserId, now, CancellationToken.None);
        return Problems.Of(400, "invalid_code", "The code is not right", "It is wrong or was used before.");
    }
}
