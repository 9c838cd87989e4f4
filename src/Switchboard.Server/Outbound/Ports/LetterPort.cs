using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Switchboard.Core;
using Switchboard.Core.Outbox;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Outbound.Ports;

/// <summary>A mail whose words stand in the program.</summary>
/// <param name="To">The address.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Text">The text.</param>
public sealed record Letter(string To, string Subject, string Text);

/// <summary>What the mails that the program writes share: they go to the mail server, or to the development mailbox where the operator asked for it.</summary>
/// <typeparam name="TMail">What a mail is written from.</typeparam>
public abstract class LetterPort<TMail>(SmtpPort smtp, OutsideSettings outside, IdentitySettings settings, Mailbox mailbox, IServer server, TimeProvider time) : OutsidePort<TMail>
    where TMail : class
{
    /// <summary>The instant.</summary>
    protected DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Where the product is reached, without a slash at its end.</summary>
    protected string Base => (settings.BaseUrl?.AbsoluteUri ?? server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "").TrimEnd('/');

    /// <inheritdoc />
    protected sealed override bool Deduplicates(TMail request) => false;

    /// <inheritdoc />
    protected sealed override string? Problem(TMail request) => settings.Mailbox || outside.Smtp is not null ? null : "No mail server is set up: set Outside:Smtp:Host and Outside:Smtp:From.";

    /// <summary>A name on one line.</summary>
    protected static string Line(string text) => new([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);

    /// <summary>Hands a mail over.</summary>
    protected async Task<PortOutcome> HandOverAsync(OutsideCall call, Letter letter, CancellationToken cancellationToken)
    {
        if (!settings.Mailbox) return await smtp.SendAsync(call with { Request = Json.Write(new MailRequest { To = [letter.To], Subject = letter.Subject, Text = letter.Text }) }, cancellationToken);
        mailbox.Put(new MailboxLetter(letter.To, letter.Subject, letter.Text, Now));
        return new Performed("The development mailbox has it.");
    }
}
