using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Approvals;
using Switchboard.Server.Api.Conversations;
using Switchboard.Server.Api.Customers;
using Switchboard.Server.Api.Runs;
using Switchboard.Storage;

namespace Switchboard.Server.Outbound.Webhooks;

/// <summary>What a message is told as.</summary>
/// <param name="ConversationId">Its conversation.</param>
/// <param name="Message">The message.</param>
public sealed record ToldMessage(Guid ConversationId, MessageView Message);

/// <summary>Shows what an event happened to, in the form in which the API shows it to the staff.</summary>
public sealed class EventViews(Data data, LiveDesk desk)
{
    /// <summary>What it happened to, as it is now; null when it is gone.</summary>
    /// <exception cref="InvalidOperationException">The event is none that happens to a row.</exception>
    public async Task<object?> ShowAsync(Guid tenantId, Announcement announcement, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        Guid id = announcement.EntityId;
        switch (announcement.Type.Split('.')[0])
        {
            case "conversation":
                return await ConversationAsync(db, new SystemActor(tenantId, "webhooks"), id, cancellationToken);
            case "message":
                Message? message = await db.Messages.SingleOrDefaultAsync(m => m.Id == id, cancellationToken);
                return message is null ? null : new ToldMessage(message.ConversationId, MessageView.Of(message, desk.Current.Catalogue));
            case "customer":
                Customer? customer = await db.Customers.SingleOrDefaultAsync(c => c.Id == id, cancellationToken);
                return customer is null ? null : CustomerView.Of(customer);
            case "approval":
                Approval? approval = await db.Set<Approval>().SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
                return approval is null ? null : ApprovalView.Of(approval);
            case "job":
                Run? run = await db.Runs.SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
                return run is null ? null : ReadRun.JobView.Of(run, run.Progress ?? 0);
            default:
                throw new InvalidOperationException($"{announcement.Type} does not happen to a row.");
        }
    }

    private static async Task<object?> ConversationAsync(SwitchboardDb db, Actor actor, Guid id, CancellationToken cancellationToken)
    {
        if (await ConversationAccess.FindAsync(db, actor, id, cancellationToken) is not { } conversation) return null;
        long last = await db.LastEventAsync(Subjects.Conversation(id), cancellationToken);
        Handoff? handoff = await db.Set<Handoff>().Where(h => h.ConversationId == id).OrderByDescending(h => h.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        return ConversationView.Of(conversation, last, handoff, actor);
    }
}
