using System.Text;
using MimeKit;
using Switchboard.Core;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Storage;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Auth;

/// <summary>A token with what is stored of it and the mail that brings it.</summary>
/// <param name="Token">The token.</param>
/// <param name="Stored">What is stored.</param>
/// <param name="Mail">The mail; null when none can be sent.</param>
public sealed record MailedToken(SecretText Token, NewToken Stored, OutsideEffect? Mail);

/// <summary>Makes the tokens that are sent to people.</summary>
public sealed class AccountMails(OutsidePorts ports, OutsideSettings outside, IdentitySettings settings, SecretBox box)
{
    private const int mostAddress = 254;

    /// <summary>Whether a mail would reach anybody.</summary>
    public bool CanSend => settings.Mailbox || outside.Smtp is not null;

    /// <summary>Makes a token for a purpose.</summary>
    public MailedToken Make(Tenant tenant, string email, TokenPurpose purpose, DateTimeOffset now)
    {
        SecretText token = SecretText.Create(SecretText.Account, tenant.Id);
        DateTimeOffset expires = now + LifeOf(purpose);
        OutsideEffect? mail = null;
        if (CanSend && purpose != TokenPurpose.SecondFactor)
        {
            string sealedToken = Convert.ToBase64String(box.Seal(Encoding.UTF8.GetBytes(token.Text), AccountMailPort.PurposeOf(email, purpose)));
            mail = ports.Prepare(AccountMailPort.PortName, $"account/{Guid.CreateVersion7(now):N}", Json.Write(new AccountMail(email, tenant.Name, purpose, sealedToken, expires)), now);
        }

        return new MailedToken(token, new NewToken(purpose, token.Hash, expires), mail);
    }

    /// <summary>How long a token works.</summary>
    public static TimeSpan LifeOf(TokenPurpose purpose) => purpose switch
    {
        TokenPurpose.VerifyEmail => TimeSpan.FromHours(24),
        TokenPurpose.ResetPassword => TimeSpan.FromHours(1),
        TokenPurpose.Invitation => TimeSpan.FromDays(7),
        _ => TimeSpan.FromMinutes(5),
    };

    /// <summary>An address as it is stored, in lower case; null when it is none.</summary>
    public static string? AddressOf(string? text)
    {
        if (text?.Trim() is not { Length: > 0 and <= mostAddress } trimmed || trimmed.Any(char.IsControl)) return null;
        return MailboxAddress.TryParse(trimmed, out MailboxAddress? address) && address.Address == trimmed && address.Domain.Length > 0 ? trimmed.ToLowerInvariant() : null;
    }
}
