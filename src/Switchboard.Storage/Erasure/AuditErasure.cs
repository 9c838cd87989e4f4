using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Operations;
using Switchboard.Storage.Auditing;

namespace Switchboard.Storage.Erasure;

/// <summary>
/// Empties entries of the audit of what stood in a customer's rows. What is left, who did what to which row and when, is vouched for under the key of the data folder, and the entry
/// keeps its place, its mark and its seal: the chain is whole afterwards, and nobody can empty an entry who has the database alone.
/// </summary>
internal static class AuditErasure
{
    private const int idsAtOnce = 500;

    /// <summary>Empties the entries, in the transaction of the context, and gives their number.</summary>
    public static long Empty(SwitchboardDb db, AuditKey key, IReadOnlyCollection<Guid> entries)
    {
        long count = 0;
        foreach (Guid[] some in entries.Chunk(idsAtOnce))
        {
            foreach (AuditEntry entry in db.Set<AuditEntry>().AsNoTracking().Where(e => some.Contains(e.Id)).ToList())
            {
                // One that says something else than when it was made stays for the verification to find.
                if (entry.Erased is not null || !key.IsMarked(entry)) continue;
                byte[] erased = key.Erased(entry);
                count += db.Set<AuditEntry>().Where(e => e.Id == entry.Id).ExecuteUpdate(set => set
                    .SetProperty(e => e.Before, (string?)null).SetProperty(e => e.After, (string?)null).SetProperty(e => e.Erased, erased));
            }
        }

        return count;
    }
}
