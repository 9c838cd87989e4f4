using System.Security.Cryptography;
using System.Text;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Auth.OAuth;

/// <summary>What comes of somebody who is back from a provider: a session, the question for a second factor, a linked account, or nothing.</summary>
public sealed class ExternalDoor(OAuthProviders providers, ExternalIdentityStore identities, AccountStore accounts, SessionStore sessions, Entrance entrance, SignedSessions signed, TimeProvider time)
{
    private const int mostName = 100;

    /// <summary>Ends a way through a provider.</summary>
    /// <param name="http">The call.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="trip">The sign-in, which this browser began.</param>
    /// <param name="code">The code; null when the provider gave none.</param>
    /// <param name="error">Why it gave none; null when it does not say.</param>
    /// <param name="issuer">Who says that it answers; null when nobody says.</param>
    /// <exception cref="OAuthRefusedException">It ends outside.</exception>
    public async Task<IResult> OpenAsync(HttpContext http, Tenant tenant, OAuthProvider provider, OAuthTrip trip, string? code, string? error, string? issuer)
    {
        IOAuthProtocol protocol = providers.ProtocolOf(provider);
        await protocol.RequireIssuerAsync(provider, issuer, http.RequestAborted);
        DateTimeOffset now = time.GetUtcNow();
        // Spent before the provider is asked: of two calls with the same, on two nodes, one asks.
        byte[][] spent = code is null ? [HashOf("state", trip.State)] : [HashOf("state", trip.State), HashOf($"code {provider.IssuerText}", code)];
        if (!await identities.SpendAsync(tenant.Id, spent, trip.ExpiresAt, now, CancellationToken.None)) throw OAuthRefusedException.Lost("the state or the code was used before");
        if (code is null || error is not null) throw Declined(provider, error);
        OAuthClaims claims = await protocol.ClaimsAsync(provider, trip, code, providers.CallbackOf(provider), http.RequestAborted);
        ExternalPerson person = PersonOf(provider, claims);
        return trip.LinkTo is { } holder ? await LinkAsync(holder, person, trip, now) : await SignInAsync(http, tenant, provider, person, claims.IsProvenTwice, trip, now);
    }

    private async Task<IResult> SignInAsync(HttpContext http, Tenant tenant, OAuthProvider provider, ExternalPerson person, bool isProvenTwice, OAuthTrip trip, DateTimeOffset now)
    {
        (ExternalRefusal refusal, Guid userId) = await identities.FindOrJoinAsync(tenant.Id, person, provider.JoinAs, now, CancellationToken.None);
        if (refusal != ExternalRefusal.None) throw Refused(refusal, provider);
        Account account = await accounts.FindAsync(tenant.Id, userId, http.RequestAborted) ?? throw Refused(ExternalRefusal.Blocked, provider);
        Entered entered = await entrance.EnterAsync(http, tenant, account, null, isProvenTwice);
        if (entered.IsUnverified) throw new OAuthRefusedException(403, "email_not_verified", Entrance.UnverifiedTitle, Entrance.UnverifiedDetail);
        // The ticket stands behind the hash sign: browsers send that to no server, so it gets into no log.
        if (entered.Ticket is { } ticket) return Results.Redirect($"/account.html#code={ticket.Text}&to={Uri.EscapeDataString(trip.ReturnTo)}");
        UserSession session = entered.Session ?? throw Refused(ExternalRefusal.Blocked, provider);
        signed.Keep(http, session, entered.Refresh!);
        return Results.Redirect(await signed.LacksFactorAsync(session, http.RequestAborted) ? $"/account.html#factor=needed&to={Uri.EscapeDataString(trip.ReturnTo)}" : trip.ReturnTo);
    }

    private async Task<IResult> LinkAsync(TokenHolder holder, ExternalPerson person, OAuthTrip trip, DateTimeOffset now)
    {
        // Who has signed out on the way links nothing any more.
        if (await sessions.SignedInAsync(holder.TenantId, holder.UserId, holder.SessionId, now, CancellationToken.None) is not { LacksFactor: false }) throw OAuthRefusedException.Lost("the session that links is over");
        ExternalRefusal refusal = await identities.LinkAsync(new UserActor(holder.TenantId, holder.UserId, ScopeSet.None), person, now, CancellationToken.None);
        return refusal == ExternalRefusal.None ? Results.Redirect(trip.ReturnTo) : throw Refused(refusal, null);
    }

    private static ExternalPerson PersonOf(OAuthProvider provider, OAuthClaims claims)
    {
        if (!claims.IsEmailProven || AccountMails.AddressOf(claims.Email) is not { } email)
            throw new OAuthRefusedException(403, "provider_email_unverified", "The provider has not confirmed your address", $"Confirm your mail address at {provider.Label}, and begin again.");
        if (!provider.Takes(email)) throw new OAuthRefusedException(403, "domain_not_allowed", "Your address is of another organisation", "Sign in with the account of your organisation.");
        return new ExternalPerson(provider.Name, provider.IssuerText, claims.Subject, email, NameOf(claims.Name, email));
    }

    /// <summary>A name as a provider tells it, in one line; the address when it tells none.</summary>
    private static string NameOf(string? told, string email)
    {
        string name = new string([.. (told ?? "").Where(c => !char.IsControl(c)).Take(mostName)]).Trim();
        return name.Length == 0 ? email : name;
    }

    private static byte[] HashOf(string kind, string secret) => SHA256.HashData(Encoding.UTF8.GetBytes($"{kind} {secret}"));

    private static OAuthRefusedException Declined(OAuthProvider provider, string? error) =>
        new(403, "provider_declined", "The provider did not let you in", $"{provider.Label} ended the sign-in: {OAuthCalls.ErrorOf(error)}. Begin again, or sign in another way.");

    private static OAuthRefusedException Refused(ExternalRefusal refusal, OAuthProvider? provider) => refusal switch
    {
        ExternalRefusal.InvitationNeeded => new(403, "invitation_needed", "You have no account here", "Ask an owner or administrator for an invitation to the address you have at the provider."),
        ExternalRefusal.LinkNeeded => new(409, "link_needed", "Your account is not linked", $"There is an account with your address. Sign in as you did before, and link {provider?.Label} there."),
        ExternalRefusal.Taken => new(409, "identity_taken", "It is linked to another account", "Remove it from the other account first."),
        _ => new(403, "account_blocked", "This account may not sign in now", "It is suspended, was removed, or there were too many tries. Ask an owner or administrator, or wait a quarter of an hour."),
    };
}
