using Microsoft.EntityFrameworkCore;
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

    /// <summary>Whether the caller may see the conversation. Other tenants' rows never come this far.</summary>
    public static bool MaySee(Actor caller, Conversation conversation) => caller switch
    {
        ContactActor { ContactId: { } contact, Proof: not Proof.None } => conversation.ContactId == contact,
        ContactActor visitor => conversation.ContactId is null && conversation.VisitorId == visitor.VisitorId,
        _ => true,
    };
}
