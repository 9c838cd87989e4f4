using System.Text.Json.Serialization;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Actions.Messages;

/// <summary>What sending a mail came to: it is on its way, and the outbox tells what becomes of it.</summary>
/// <param name="ContactId">Whom it goes to.</param>
/// <param name="Address">Where it goes to.</param>
/// <param name="Subject">Its subject.</param>
public sealed record EmailAsked(Guid ContactId, string Address, string Subject);

/// <summary>
/// Writes a mail to a contact: an answer, an invoice, a code, what the contact waits for; nothing that sells. It goes to the address that is known of the contact. No
/// address is among the arguments, so none that a customer wrote or a model made up is ever written to.
/// </summary>
/// <param name="ContactId">The contact.</param>
/// <param name="Subject">The subject, in one line.</param>
/// <param name="Text">The text.</param>
/// <param name="ConversationId">The conversation it belongs to, which is the contact's; null when it belongs to none.</param>
public sealed record SendEmail(Guid ContactId, string Subject, string Text, Guid? ConversationId = null) : DeskAction<EmailAsked>
{
    private const int leastSubject = 5;
    private const int mostSubject = 150;
    private const int leastText = 20;
    private const int mostText = 100_000;

    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "email.send";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:conversations";

    /// <summary>Every role; a contact only has mail sent to itself.</summary>
    [JsonIgnore]
    public override IReadOnlyList<ContactRole> ContactRoles => Enum.GetValues<ContactRole>();

    /// <inheritdoc />
    protected override Reversal UndoOf(EmailAsked result) => Reversal.None("A mail that has gone out is not called back; one that has not yet is not sent when the run is cancelled.");

    /// <inheritdoc />
    protected override ActionVerdict<EmailAsked> Apply(IActionRows rows)
    {
        if (rows.Find<Contact>(ContactId) is not { } contact) return Refuse(new Clause("contact_not_found", "There is no such contact."));
        if (rows.Actor is ContactActor self && self.ContactId != ContactId) return Refuse(new Clause("recipient_not_caller", "A contact only has mail sent to itself."));
        if (contact.AnonymisedAt is not null) return Refuse(new Clause("suppressed", "The contact's address was removed."));
        if (Subject.Any(char.IsControl)) return Refuse(new Clause("bad_header", "A subject is one line."));
        if (Subject.Trim().Length is < leastSubject or > mostSubject) return Refuse(new Clause("invalid_input", $"A subject has {leastSubject} to {mostSubject} characters."));
        if (Text.Trim().Length is < leastText or > mostText) return Refuse(new Clause("invalid_input", $"A text has {leastText} to {mostText} characters."));
        if (Unfilled(Subject) || Unfilled(Text)) return Refuse(new Clause("unfilled_placeholder", "A placeholder of the text was left as it was."));
        if (ConversationId is { } id && rows.Find<Conversation>(id)?.ContactId != ContactId) return Refuse(new Clause("conversation_not_found", "The contact has no such conversation."));

        rows.Send("smtp", new MailRequest { To = [contact.Email], Subject = Subject.Trim(), Text = Text }, contact.CustomerId, ConversationId);
        return Done(new EmailAsked(contact.Id, contact.Email, Subject.Trim()), new Clause("quiet.service", "What the customer waits for goes out at once."));
    }

    private static bool Unfilled(string text)
    {
        int open = text.IndexOf("{{", StringComparison.Ordinal);
        return open >= 0 && text.IndexOf("}}", open, StringComparison.Ordinal) > open;
    }
}
