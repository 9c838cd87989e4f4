using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Auth;

/// <summary>Who is signed in proves once more who they are before something that a session left open must not do: by the password, or, who has none, by having signed in just now.</summary>
/// <param name="accounts">Where passwords are.</param>
/// <param name="sessions">Where it stands when somebody signed in.</param>
/// <param name="passwords">Compares them.</param>
/// <param name="time">The clock.</param>
public sealed class ProofAgain(AccountStore accounts, SessionStore sessions, Passwords passwords, TimeProvider time)
{
    /// <summary>How long ago somebody without a password may have signed in.</summary>
    public static readonly TimeSpan JustNow = TimeSpan.FromMinutes(10);

    /// <summary>The account when it is proven anew; else what to answer.</summary>
    /// <param name="http">The call.</param>
    /// <param name="password">The password that was sent.</param>
    public async Task<(Account? Account, IResult? Problem)> AskAsync(HttpContext http, string? password)
    {
        (UserActor caller, Guid session) = http.SignedIn();
        DateTimeOffset now = time.GetUtcNow();
        Account? account = await accounts.FindAsync(caller.TenantId, caller.UserId, http.RequestAborted);
        if (account is { Credential: null or { PasswordHash: null } })
        {
            IReadOnlyList<UserSession> open = await sessions.ListAsync(caller.TenantId, caller.UserId, now, http.RequestAborted);
            return open.Any(s => s.Id == session && s.CreatedAt > now - JustNow) ? (account, null) : (null, Stale());
        }

        bool right = passwords.Verify(account?.Credential?.PasswordHash, password);
        if (right && !account!.Credential!.IsLocked(now)) return (account, null);
        // A stolen session must not be a place to guess the password at.
        if (account is not null) await accounts.FailAsync(caller.TenantId, caller.UserId, now, CancellationToken.None);
        return (null, Wrong());
    }

    /// <summary>The answer when the password of who is signed in is not right.</summary>
    public static IResult Wrong() => Problems.Of(400, "wrong_password", "The password is not right", "Send the password you sign in with. After too many wrong ones wait a quarter of an hour.");

    private static IResult Stale() => Problems.Of(403, "sign_in_again", "Sign in once more", $"You have no password to show, so this is for the first {JustNow.TotalMinutes:0} minutes after signing in.");
}
