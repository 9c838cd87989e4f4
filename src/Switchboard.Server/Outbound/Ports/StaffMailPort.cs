using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Switchboard.Core;
using Switchboard.Core.Outbox;
using Switchboard.Core.Routing;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Outbound.Ports;

/// <summary>Writes mails to the staff about handoffs and hands them to the mail server, or to the development mailbox where the operator asked for it.</summary>
public sealed class StaffMailPort(SmtpPort smtp, OutsideSettings outside, IdentitySettings settings, Mailbox mailbox, IServer server, TimeProvider time) : OutsidePort<HandoffMail>
{
    /// <inheritdoc />
    public override string Name => HandoffMail.Port;

    /// <inheritdoc />
    protected override bool Deduplicates(HandoffMail request) => false;

    /// <inheritdoc />
    protected override string? Problem(HandoffMail request) => settings.Mailbox || outside.Smtp is not null ? null : "No mail server is set up: set Outside:Smtp:Host and Outside:Smtp:From.";

    /// <inheritdoc />
    protected override string Describe(HandoffMail request) => $"Mail to {request.To}: {SubjectOf(request)}";

    /// <inheritdoc />
    protected override async Task<PortOutcome> SendAsync(OutsideCall call, HandoffMail request, CancellationToken cancellationToken)
    {
        if (request.Until <= time.GetUtcNow()) return new Refused("The offer is over.", CanRetry: false);
        var mail = new MailRequest { To = [request.To], Subject = SubjectOf(request), Text = TextOf(request) };
        if (!settings.Mailbox) return await smtp.SendAsync(call with { Request = Json.Write(mail) }, cancellationToken);
        mailbox.Put(new MailboxLetter(request.To, mail.Subject, mail.Text, time.GetUtcNow()));
        return new Performed("The development mailbox has it.");
    }

    private static string SubjectOf(HandoffMail mail) => mail.Until is null ? $"Nobody took a conversation of {mail.Team}" : $"A conversation of {mail.Team} is offered to you";

    private string TextOf(HandoffMail mail)
    {
        string what = mail.Until is { } until
            ? $"a conversation waits for you. The offer stands until {until.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC; then it goes to somebody else."
            : "a conversation was offered twice and nobody took it. It waits in the team's queue.";
        return $"Hello {Line(mail.Name)},\n\n{what}\n\nAbout: {mail.Intent ?? "not known"}\nReason: {mail.Reason}\nTeam: {mail.Team}\nPriority: {mail.Priority.ToString().ToLowerInvariant()}\n\n{Base()}/api/v1/conversations/{mail.ConversationId:D}\n";
    }

    private string Base() => (settings.BaseUrl?.AbsoluteUri ?? server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "").TrimEnd('/');

    private static string Line(string text) => new([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);
}
