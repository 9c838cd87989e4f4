using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Conversations;

/// <summary>Which conversations a caller may see: the staff those of its tenant, a contact its own, a visitor those of its browser.</summary>
public static class ConversationAccess
{
    /// <summary>The conversation, or null when there is none for this caller.</summary>
    public static async Task<Conversation?> FindAsync(SwitchboardDb db, Actor caller, Guid id, CancellationToken cancellationToken)
    {
        Conversation? found = await db.Set<Conversation>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken);
        return found is not null && MaySee(caller, found) ? found : null;
    }

    /// <summary>The number of the last event of a subject; 0 when it has none.</summary>
    public static async Task<long> LastEventAsync(this SwitchboardDb db, string subject, CancellationToken cancellationToken) =>
        await db.Set<RunEvent>().Where(e => e.Subject == subject).MaxAsync(e => (long?)e.Seq, cancellationToken) ?? 0;

    /// <summary>Whether the caller may see the conversation. One that was deleted is gone for everybody. Other tenants' rows never come this far.</summary>
    public static bool MaySee(Actor caller, Conversation conversation) => caller switch
    {
        _ when conversation.DeletedAt is not null => false,
        ContactActor { ContactId: { } contact, Proof: not Proof.None } => conversation.ContactId == contact,
        ContactActor visitor => conversation.ContactId is null && conversation.VisitorId == visitor.VisitorId,
        _ => true,
    };
}
