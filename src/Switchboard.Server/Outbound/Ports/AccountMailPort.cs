using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Outbound.Ports;

/// <summary>A mail about an account. The token it carries lies encrypted in the outbox: who reads that gets into nobody's account.</summary>
/// <param name="To">Where it goes.</param>
/// <param name="Desk">The tenant's name.</param>
/// <param name="Purpose">What the token opens.</param>
/// <param name="Token">The token, encrypted, as base64.</param>
/// <param name="ExpiresAt">When it stops working.</param>
public sealed record AccountMail(string To, string Desk, TokenPurpose Purpose, string Token, DateTimeOffset ExpiresAt);

/// <summary>Writes mails about accounts.</summary>
public sealed class AccountMailPort(SmtpPort smtp, OutsideSettings outside, IdentitySettings settings, SecretBox box, Mailbox mailbox, IServer server, TimeProvider time) : LetterPort<AccountMail>(smtp, outside, settings, mailbox, server, time)
{
    /// <summary>The port's name.</summary>
    public const string PortName = "account_mail";

    /// <inheritdoc />
    public override string Name => PortName;

    /// <summary>What a token is encrypted for: it opens in the mail to its own address alone.</summary>
    public static string PurposeOf(string to, TokenPurpose purpose) => $"account-mail {purpose} {to}";

    /// <inheritdoc />
    protected override string Describe(AccountMail request) => $"Mail to {request.To}: {SubjectOf(request)}";

    /// <inheritdoc />
    protected override async Task<PortOutcome> SendAsync(OutsideCall call, AccountMail request, CancellationToken cancellationToken)
    {
        if (request.ExpiresAt <= Now) return new Refused("What the mail would open is over.", CanRetry: false);
        if (box.Open(Convert.FromBase64String(request.Token), PurposeOf(request.To, request.Purpose)) is not { } token) return new Refused("The token cannot be decrypted: secrets/identity of the data folder is another one.", CanRetry: false);
        return await HandOverAsync(call, new Letter(request.To, SubjectOf(request), TextOf(request, Encoding.UTF8.GetString(token))), cancellationToken);
    }

    private static string SubjectOf(AccountMail mail) => mail.Purpose switch
    {
        TokenPurpose.VerifyEmail => $"Confirm your address for {Line(mail.Desk)}",
        TokenPurpose.ProveContact => $"Your code for {Line(mail.Desk)}",
        TokenPurpose.ResetPassword => $"Set a new password for {Line(mail.Desk)}",
        _ => $"You are invited to {Line(mail.Desk)}",
    };

    private string TextOf(AccountMail mail, string token)
    {
        // No link: whoever had it sent must not be proven by a click of its reader.
        if (mail.Purpose == TokenPurpose.ProveContact)
            return $"Hello,\n\nsomebody who writes to our help desk, most likely you, says to have this address. If it is you, type this code into the chat:\n\n{token[..4]} {token[4..]}\n\nIt works once, until {mail.ExpiresAt:yyyy-MM-dd HH:mm} UTC. Whoever has it sees and changes what is yours here: give it to nobody, also not to us. If it was not you, do nothing.\n\n-- \n{Line(mail.Desk)}\n";
        string page = mail.Purpose switch { TokenPurpose.VerifyEmail => "verify", TokenPurpose.ResetPassword => "reset", _ => "invitation" };
        string what = mail.Purpose switch
        {
            TokenPurpose.VerifyEmail => "somebody, most likely you, made an account with this address. Confirm that it is yours:",
            TokenPurpose.ResetPassword => "somebody, most likely you, asked for a new password. Set it here; all devices are signed out then:",
            _ => "you are invited to join the staff. Set your password here:",
        };
        // The token stands behind the hash sign: browsers send that to no server, so it gets into no log.
        return $"Hello,\n\n{what}\n\n{Base}/account.html#{page}={token}\n\nThe link works once, until {mail.ExpiresAt:yyyy-MM-dd HH:mm} UTC. If it was not you, do nothing.\n\n-- \n{Line(mail.Desk)}\n";
    }
}
