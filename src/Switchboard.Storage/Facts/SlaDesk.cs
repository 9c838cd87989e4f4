using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Conversations;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Facts;

/// <summary>Reads what the clocks of a conversation stand on.</summary>
/// <param name="data">The rows.</param>
public sealed class SlaDesk(Data data) : ISlaDesk
{
    /// <inheritdoc />
    public async Task<SlaSeen?> ReadAsync(Guid tenantId, Guid conversationId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        if (await db.Conversations.AsNoTracking().SingleOrDefaultAsync(c => c.Id == conversationId && c.DeletedAt == null, cancellationToken) is not { } talk) return null;
        List<DateTimeOffset> given = await db.Handoffs.Where(h => h.ConversationId == conversationId).Select(h => h.CreatedAt).ToListAsync(cancellationToken);
        DateTimeOffset since = given.Append(talk.HandedOffAt ?? talk.CreatedAt).Max();
        return new SlaSeen
        {
            Owner = talk.Owner,
            Status = talk.Status,
            Priority = talk.Priority,
            Plan = await db.Set<Customer>().Where(c => c.Id == talk.CustomerId).Select(c => c.Plan).SingleOrDefaultAsync(cancellationToken),
            CustomerId = talk.CustomerId,
            GivenAt = since,
            Given = given.Count,
            AnsweredAt = await db.Messages.Where(m => m.ConversationId == conversationId && m.Author == MessageAuthor.Human && !m.IsPrivate && m.CreatedAt >= since)
                .OrderBy(m => m.Sequence).Select(m => (DateTimeOffset?)m.CreatedAt).FirstOrDefaultAsync(cancellationToken),
            ResolvedAt = talk.ResolvedAt,
            ReopenedAt = talk.ReopenedAt,
            Reopened = talk.ReopenedCount,
            Pauses = talk.Pauses,
            Kept = await db.Set<SlaMark>().Where(m => m.ConversationId == conversationId).OrderBy(m => m.At).Select(m => new SlaKept(m.Clock, m.Kind, m.Cycle)).ToListAsync(cancellationToken),
        };
    }
}
