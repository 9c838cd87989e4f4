using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Switchboard.Core.Outbox;
using Switchboard.Core.Routing;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Outbound.Ports;

/// <summary>Writes mails to the staff about handoffs.</summary>
public sealed class StaffMailPort(SmtpPort smtp, OutsideSettings outside, IdentitySettings settings, Mailbox mailbox, IServer server, TimeProvider time) : LetterPort<HandoffMail>(smtp, outside, settings, mailbox, server, time)
{
    /// <inheritdoc />
    public override string Name => HandoffMail.Port;

    /// <inheritdoc />
    protected override string Describe(HandoffMail request) => $"Mail to {request.To}: {SubjectOf(request)}";

    /// <inheritdoc />
    protected override async Task<PortOutcome> SendAsync(OutsideCall call, HandoffMail request, CancellationToken cancellationToken) =>
        request.Until <= Now ? new Refused("The offer is over.", CanRetry: false) : await HandOverAsync(call, new Letter(request.To, SubjectOf(request), TextOf(request)), cancellationToken);

    private static string SubjectOf(HandoffMail mail) => mail.Until is null ? $"Nobody took a conversation of {mail.Team}" : $"A conversation of {mail.Team} is offered to you";

    private string TextOf(HandoffMail mail)
    {
        string what = mail.Until is { } until
            ? $"a conversation waits for you. The offer stands until {until.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC; then it goes to somebody else."
            : "a conversation was offered twice and nobody took it. It waits in the team's queue.";
        return $"Hello {Line(mail.Name)},\n\n{what}\n\nAbout: {mail.Intent ?? "not known"}\nReason: {mail.Reason}\nTeam: {mail.Team}\nPriority: {mail.Priority.ToString().ToLowerInvariant()}\n\n{Base}/api/v1/conversations/{mail.ConversationId:D}\n";
    }
}
