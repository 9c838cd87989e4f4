using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Support;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Conversations;

/// <summary>Brings what a person answers to the address the customer gave or is known by, once people have taken over. Without a mail server nothing is sent.</summary>
public sealed class AnswerMail(OutsidePorts ports, OutsideSettings settings, Tenants tenants, Data data)
{
    private const int mostSubject = 200;

    /// <summary>The mail of an answer; null when there is no mail server, no address, or no promise to answer there.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="text">The person's words.</param>
    /// <param name="runId">The run the words are stored with; it is the mail's key.</param>
    /// <param name="at">The instant.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public async Task<OutsideEffect?> ForAsync(Conversation conversation, string text, Guid runId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (settings.Smtp is null || conversation.HandedOffAt is null || await AddressAsync(conversation, cancellationToken) is not { } address) return null;
        string desk = (await tenants.FindAsync(conversation.TenantId, cancellationToken))?.Name ?? "Support";
        var mail = new MailRequest { To = [address], Subject = SubjectOf(conversation), Text = $"{text}\n\n-- \n{desk}" };
        try
        {
            return ports.Prepare("smtp", $"{runId:N}/mail:answer", Json.Write(mail), at) with { ConversationId = conversation.Id, CustomerId = conversation.CustomerId };
        }
        catch (OutsideRequestException)
        {
            // What the customer wrote as an address is none a mail can go to; the answer stands in the conversation all the same.
            return null;
        }
    }

    private async Task<string?> AddressAsync(Conversation conversation, CancellationToken cancellationToken)
    {
        if (conversation.ReplyEmail is { } given) return given;
        if (conversation.ContactId is not { } id) return null;
        await using SwitchboardDb db = data.For(conversation.TenantId);
        return await db.Contacts.Where(c => c.Id == id).Select(c => c.Email).SingleOrDefaultAsync(cancellationToken);
    }

    private static string SubjectOf(Conversation conversation)
    {
        string subject = new([.. conversation.Subject.Select(c => char.IsControl(c) ? ' ' : c)]);
        return $"Re: {(subject.Length <= mostSubject ? subject : subject[..mostSubject])}";
    }
}
