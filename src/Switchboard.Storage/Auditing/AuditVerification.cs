using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Operations;

namespace Switchboard.Storage.Auditing;

/// <summary>What is wrong with a chain.</summary>
public enum AuditFaultKind
{
    /// <summary>The entry is at its place, but it says something else than when it was made.</summary>
    Mark,

    /// <summary>The entry was made here, but it does not follow the one before it: it, or its neighbour, was moved, exchanged or sealed by somebody else.</summary>
    Seal,

    /// <summary>Entries are missing.</summary>
    Gap,

    /// <summary>A place is given twice, or is none.</summary>
    Order,

    /// <summary>The chain is shorter than it was, or it was put back to an older state.</summary>
    Truncated,

    /// <summary>An entry that waits for its seal was not made here, or was altered.</summary>
    Unsealed,

    /// <summary>An entry has neither a mark nor a seal of this installation.</summary>
    Foreign,

    /// <summary>An entry was gone before it could be sealed.</summary>
    Missing,

    /// <summary>The note of the chain's end is gone or not ours.</summary>
    Anchor,

    /// <summary>A row cannot be read.</summary>
    Unreadable,
}

/// <summary>One fault.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Position">The place in the chain; null outside it.</param>
/// <param name="EntryId">The entry, when there is one.</param>
/// <param name="Message">What it means.</param>
public sealed record AuditFault(AuditFaultKind Kind, long? Position, Guid? EntryId, string Message);

/// <summary>What the verification of a tenant's chain found.</summary>
/// <param name="Sealed">Entries with a seal.</param>
/// <param name="Waiting">Entries that wait for theirs.</param>
/// <param name="Anchored">Where the chain must reach to, by the note outside the database.</param>
/// <param name="FaultCount">How many faults there are.</param>
/// <param name="Faults">The first of them.</param>
public sealed record AuditReport(long Sealed, long Waiting, long Anchored, long FaultCount, IReadOnlyList<AuditFault> Faults)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsWhole => FaultCount == 0;
}

/// <summary>Reads a tenant's whole chain and compares each entry with its mark, its seal and its neighbour, and the end with the note outside the database.</summary>
/// <param name="data">Where the entries are.</param>
/// <param name="trail">Holds the key.</param>
/// <param name="anchor">The note.</param>
public sealed class AuditVerification(Data data, AuditTrail trail, AuditAnchor anchor)
{
    /// <summary>Faults that a report names; more are counted.</summary>
    private const int mostFaults = 1000;

    /// <summary>Verifies a tenant's chain. Entries are read as a stream, so the memory it takes does not grow with them.</summary>
    public async Task<AuditReport> VerifyAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        // The note first: the chain only grows, so it must reach at least to where the note says.
        IReadOnlyList<AuditHead>? heads = anchor.Read();
        AuditHead head = heads?.FirstOrDefault(h => h.TenantId == tenantId) ?? AuditHead.None(tenantId);
        var walk = new Walk(trail.Key, head);
        await using SwitchboardDb db = data.For(tenantId);
        IQueryable<AuditEntry> entries = db.Set<AuditEntry>().AsNoTracking();
        await WalkAsync(walk, entries.Where(e => e.Position == null).OrderBy(e => e.Id), walk.Waits, cancellationToken);
        await WalkAsync(walk, entries.Where(e => e.Position != null).OrderBy(e => e.Position).ThenBy(e => e.Id), walk.Step, cancellationToken);
        walk.End();
        if (heads is null && walk.Sealed > 0 && !anchor.IsNewAmongOthers) walk.Fault(AuditFaultKind.Anchor, null, null, "The note of the chain's end (audit-anchor in the data folder) is missing or was not written by this installation, so entries may be missing at the end.");
        return new AuditReport(walk.Sealed, walk.Waiting, head.Position, walk.FaultCount, walk.Faults);
    }

    private static async Task WalkAsync(Walk walk, IQueryable<AuditEntry> entries, Action<AuditEntry> step, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (AuditEntry entry in entries.AsAsyncEnumerable().WithCancellation(cancellationToken)) step(entry);
        }
        catch (Exception error) when (error is InvalidCastException or InvalidOperationException or FormatException or ArgumentException or OverflowException or DbException)
        {
            walk.Fault(AuditFaultKind.Unreadable, walk.Last + 1, null, $"The entry behind place {walk.Last} holds a value that none can have: {error.Message}");
        }
    }

    private sealed class Walk(AuditKey key, AuditHead anchored)
    {
        private readonly List<AuditFault> faults = [];
        private byte[] previous = [];
        private byte[] lastGood = [];
        private bool reached = anchored.Position == 0;

        public long Last { get; private set; }

        public long Sealed { get; private set; }

        public long Waiting { get; private set; }

        public long FaultCount { get; private set; }

        public IReadOnlyList<AuditFault> Faults => faults;

        public void Fault(AuditFaultKind kind, long? position, Guid? id, string message)
        {
            FaultCount++;
            if (faults.Count < mostFaults) faults.Add(new AuditFault(kind, position, id, message));
        }

        public void Waits(AuditEntry entry)
        {
            Waiting++;
            if (!key.IsMarked(entry)) Fault(AuditFaultKind.Unsealed, null, entry.Id, "The entry waits for its seal and gets none: it was not made by this installation, or was altered since.");
            else if (entry.Seal is not null) Fault(AuditFaultKind.Order, null, entry.Id, "The entry has a seal and no place.");
        }

        public void Step(AuditEntry entry)
        {
            Sealed++;
            long place = entry.Position!.Value;
            if (place <= Last) Fault(AuditFaultKind.Order, place, entry.Id, place < 1 ? $"{place} is no place." : $"The place {place} is given twice.");
            bool isBehindGap = place > Last + 1;
            if (isBehindGap) Fault(AuditFaultKind.Gap, Last + 1, null, place == Last + 2 ? $"The entry {Last + 1} is missing." : $"The entries {Last + 1} to {place - 1} are missing.");

            bool isMarked = key.IsMarked(entry);
            bool isSealed = entry.Seal is { } seal && (seal.AsSpan().SequenceEqual(key.Seal(entry, place, previous)) || seal.AsSpan().SequenceEqual(key.Seal(entry, place, lastGood)));
            if (!isMarked) Fault(isSealed ? AuditFaultKind.Mark : AuditFaultKind.Foreign, place, entry.Id, isSealed ? "The entry says something else than when it was made." : "The entry has neither a mark nor a seal of this installation.");
            // Behind a gap nobody knows the seal that this one was tied to; that something is missing there is told already.
            else if (!isSealed && !isBehindGap) Fault(AuditFaultKind.Seal, place, entry.Id, "The entry is not at the place it was sealed at, or the one before it is another one.");
            if (isMarked) Told(entry, place);

            if (place == anchored.Position)
            {
                reached = entry.Seal is { } end && end.AsSpan().SequenceEqual(anchored.Seal);
                if (!reached) Fault(AuditFaultKind.Truncated, place, entry.Id, "The chain was put back to another state: at this place the note outside the database knows another seal.");
                reached = true;
            }

            previous = entry.Seal ?? [];
            if (isMarked && (isSealed || isBehindGap)) lastGood = previous;
            Last = Math.Max(Last, place);
        }

        public void End()
        {
            if (reached) return;
            if (Last < anchored.Position) Fault(AuditFaultKind.Truncated, Last + 1, null, $"The chain ends at place {Last}; by the note outside the database it reached {anchored.Position}.");
            else Fault(AuditFaultKind.Truncated, anchored.Position, null, "The entry at which the note outside the database was made is missing.");
        }

        /// <summary>What the sealer itself found out and entered.</summary>
        private void Told(AuditEntry entry, long place)
        {
            if (entry.Action == AuditChange.Missing && entry.Actor == AuditChange.SealerActor) Fault(AuditFaultKind.Missing, place, entry.EntityId, $"An entry was taken out before it was sealed: {entry.After}");
            else if (entry.Action == AuditChange.AnchorLost && entry.Actor == AuditChange.SealerActor) Fault(AuditFaultKind.Anchor, place, entry.Id, "The note of the chain's end was lost before this entry; entries may be missing before it.");
        }
    }
}
