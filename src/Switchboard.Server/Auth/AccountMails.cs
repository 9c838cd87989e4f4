using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MimeKit;
using Switchboard.Core;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Customers;
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
    /// <summary>Digits of a code that proves a contact.</summary>
    public const int ProofDigits = 8;

    private const int proofCodes = 100_000_000;
    private const int mostAddress = 254;

    /// <summary>Whether a mail would reach anybody.</summary>
    public bool CanSend => settings.Mailbox || outside.Smtp is not null;

    /// <summary>Makes a token for a purpose.</summary>
    public MailedToken Make(Tenant tenant, string email, TokenPurpose purpose, DateTimeOffset now)
    {
        SecretText token = SecretText.Create(SecretText.Account, tenant.Id);
        DateTimeOffset expires = now + LifeOf(purpose);
        OutsideEffect? mail = CanSend && purpose != TokenPurpose.SecondFactor ? MailOf(tenant, email, purpose, token.Text, Guid.CreateVersion7(now), expires, now) : null;
        return new MailedToken(token, new NewToken(purpose, token.Hash, expires), mail);
    }

    /// <summary>Makes a code that proves a contact, with the mail that brings it.</summary>
    public NewProof MakeProof(Tenant tenant, DateTimeOffset now)
    {
        Guid id = Guid.CreateVersion7(now);
        string code = RandomNumberGenerator.GetInt32(proofCodes).ToString("D8", CultureInfo.InvariantCulture);
        return new NewProof(id, HashOf(tenant.Id, id, code), contact => MailOf(tenant, contact.Email, TokenPurpose.ProveContact, code, id, now + ProofCode.Life, now) with { CustomerId = contact.CustomerId });
    }

    /// <summary>What is stored of a code.</summary>
    public byte[] HashOf(Guid tenantId, Guid id, string code) => box.Mark(Encoding.ASCII.GetBytes(code), $"contact-proof {tenantId:N} {id:N}");

    /// <summary>A code as it was typed, without what people put between its digits; null when it is none.</summary>
    public static string? ProofCodeOf(string? typed)
    {
        if (typed is null || typed.Length > ProofDigits * 3) return null;
        string code = new([.. typed.Where(c => !char.IsWhiteSpace(c) && c != '-')]);
        return code.Length == ProofDigits && code.All(char.IsAsciiDigit) ? code : null;
    }

    /// <summary>How long a token works.</summary>
    public static TimeSpan LifeOf(TokenPurpose purpose) => purpose switch
    {
        TokenPurpose.VerifyEmail => TimeSpan.FromHours(24),
        TokenPurpose.ResetPassword => TimeSpan.FromHours(1),
        TokenPurpose.Invitation => TimeSpan.FromDays(7),
        TokenPurpose.ProveContact => ProofCode.Life,
        _ => TimeSpan.FromMinutes(5),
    };

    /// <summary>An address as it is stored, in lower case; null when it is none.</summary>
    public static string? AddressOf(string? text)
    {
        if (text?.Trim() is not { Length: > 0 and <= mostAddress } trimmed || trimmed.Any(char.IsControl)) return null;
        return MailboxAddress.TryParse(trimmed, out MailboxAddress? address) && address.Address == trimmed && address.Domain.Length > 0 ? trimmed.ToLowerInvariant() : null;
    }

    /// <summary>An address as contacts have it, in lower case behind the @; null when it is none.</summary>
    public static string? ContactAddressOf(string? text)
    {
        if (AddressOf(text) is null) return null;
        string said = text!.Trim();
        int at = said.LastIndexOf('@');
        return said[..at] + said[at..].ToLowerInvariant();
    }

    private OutsideEffect MailOf(Tenant tenant, string email, TokenPurpose purpose, string token, Guid id, DateTimeOffset expires, DateTimeOffset now)
    {
        string sealedToken = Convert.ToBase64String(box.Seal(Encoding.UTF8.GetBytes(token), AccountMailPort.PurposeOf(email, purpose)));
        return ports.Prepare(AccountMailPort.PortName, $"account/{id:N}", Json.Write(new AccountMail(email, tenant.Name, purpose, sealedToken, expires)), now);
    }
}
