using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Auth;

/// <summary>What a first proof leads to: a session, or the ticket for a second proof, or nothing.</summary>
/// <param name="Session">The session; null when there is none yet.</param>
/// <param name="Refresh">Its refresh token.</param>
/// <param name="Ticket">What the code of the second factor is shown with; null when none is needed.</param>
/// <param name="IsUnverified">Whether nothing is missing but the address's confirmation.</param>
public sealed record Entered(UserSession? Session, SecretText? Refresh, SecretText? Ticket, bool IsUnverified);

/// <summary>The one way in after a first proof, be it the password or another provider's word: who is locked or may not work stays outside, and who has a second factor is asked for it.</summary>
public sealed class Entrance(AccountStore accounts, SessionStore sessions, AccountMails mails, TimeProvider time)
{
    /// <summary>What is told who is let in but for an address that was not confirmed.</summary>
    internal const string UnverifiedTitle = "The address is not confirmed yet";

    /// <summary>How it is mended.</summary>
    internal const string UnverifiedDetail = "Follow the link of the mail, or ask for another one at /auth/resend-verification.";

    private const int mostDevice = 200;
    private static readonly Entered outside = new(null, null, null, IsUnverified: false);

    /// <summary>Lets somebody in whose first proof holds.</summary>
    /// <param name="http">The call.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="account">The account.</param>
    /// <param name="known">The hash the password was compared with; null when the proof was another.</param>
    /// <param name="isProvenTwice">Whether the provider says that it asked for a second factor. The one that is set up here is asked for all the same.</param>
    public async Task<Entered> EnterAsync(HttpContext http, Tenant tenant, Account account, string? known, bool isProvenTwice = false)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (account.Credential?.IsLocked(now) == true || account.User.Status != UserStatus.Active) return outside;
        if (!account.User.IsVerified && mails.CanSend) return outside with { IsUnverified = true };
        if (account.Credential?.TotpSecret is not null)
        {
            MailedToken ticket = mails.Make(tenant, account.User.Email, TokenPurpose.SecondFactor, now);
            var user = new UserActor(tenant.Id, account.User.Id, ScopeSet.None);
            await accounts.IssueAsync(user, account.User.Id, ticket.Stored, null, now, CancellationToken.None);
            return outside with { Ticket = ticket.Token };
        }

        SecretText refresh = SecretText.Create(SecretText.Refresh, tenant.Id);
        UserSession? session = await sessions.BeginAsync(tenant.Id, Asked(http, account.User.Id, refresh) with { IsProvenTwice = isProvenTwice }, known, null, null, now, CancellationToken.None);
        return new Entered(session, refresh, null, IsUnverified: false);
    }

    /// <summary>The session that a call asks for.</summary>
    internal static NewSession Asked(HttpContext http, Guid userId, SecretText refresh)
    {
        string agent = new([.. http.Request.Headers.UserAgent.ToString().Where(c => !char.IsControl(c)).Take(mostDevice)]);
        return new NewSession(userId, refresh.Hash, agent.Length == 0 ? null : agent, http.Connection.RemoteIpAddress?.ToString());
    }
}
