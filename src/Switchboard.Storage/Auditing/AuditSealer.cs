using Switchboard.Core.Runs;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;

namespace Switchboard.Storage.Auditing;

/// <summary>
/// Gives entries their place in their tenant's chain, afterwards, so that no turn waits for another tenant's or its own. The end of each chain is kept
/// in memory and in the <see cref="AuditAnchor"/>; the chain goes on from there and never from what the database says alone.
/// </summary>
public sealed class AuditSealer
{
    /// <summary>Entries of one transaction at most: the writer has other work.</summary>
    private const int pageSize = 500;

    /// <summary>How often a process looks for what others sealed of tenants that it seals nothing of itself, so that its note does not stay behind for long.</summary>
    private static readonly TimeSpan followEvery = TimeSpan.FromMinutes(1);

    private readonly IAuditChains chains;
    private readonly AuditTrail trail;
    private readonly AuditAnchor anchor;
    private readonly Tenants tenants;
    private readonly TimeProvider clock;
    private readonly IFaultPoints faults;
    private readonly SemaphoreSlim turn = new(1, 1);
    private Dictionary<Guid, AuditHead>? heads;
    private DateTimeOffset followed;
    private string? noteless;

    /// <summary>Prepares to seal; nothing is read before the first pass.</summary>
    internal AuditSealer(IAuditChains chains, AuditTrail trail, AuditAnchor anchor, Tenants tenants, TimeProvider clock, IFaultPoints faults)
    {
        this.chains = chains;
        this.trail = trail;
        this.anchor = anchor;
        this.tenants = tenants;
        this.clock = clock;
        this.faults = faults;
    }

    /// <summary>Seals all entries that wait, then notes the ends of the chains outside the database.</summary>
    /// <returns>How many entries were sealed.</returns>
    public async Task<long> SealAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            // Asked before the database is: whatever was committed by then must be in it.
            ILookup<Guid, AuditEntry> own = trail.Unseen().ToLookup(e => e.TenantId);
            bool isFirst = heads is null;
            Dictionary<Guid, AuditHead> ends = heads ?? await OpenAsync(cancellationToken);
            HashSet<Guid> concerned = [.. await chains.WaitingAsync(cancellationToken), .. own.Select(g => g.Key)];
            // A process that died between the commit and the note left the note behind; the first pass makes that good for all.
            bool follows = isFirst || (anchor.IsShared && clock.GetUtcNow() >= followed + followEvery);
            if (follows) concerned.UnionWith((await tenants.ListAsync(cancellationToken)).Select(t => t.Id));
            long sealedNow = 0;
            bool isNew = !anchor.Exists;
            var failures = new List<Exception>();
            foreach (Guid tenant in concerned)
            {
                AuditHead before = ends.GetValueOrDefault(tenant) ?? AuditHead.None(tenant);
                try
                {
                    (AuditHead head, long count) = await SealAsync(tenant, before, [.. own[tenant]], cancellationToken);
                    ends[tenant] = head;
                    sealedNow += count;
                    isNew |= head.Position != before.Position;
                    trail.Seen(own[tenant].Select(e => e.Id));
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    // One tenant's damaged rows shall not keep the others' from their seal.
                    failures.Add(error);
                }
            }

            heads = ends;
            noteless = null;
            if (follows) followed = clock.GetUtcNow();
            faults.Reached("seal:committed");
            if (isNew) anchor.Write(ends.Values.Where(h => h.Position > 0));
            if (failures.Count > 0) throw new AggregateException("The audit of some tenants could not be sealed; audit verify tells what is wrong with it.", failures);
            return sealedNow;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<Dictionary<Guid, AuditHead>> OpenAsync(CancellationToken cancellationToken)
    {
        if (anchor.Read() is { } known) return known.ToDictionary(h => h.TenantId);

        // No note: of a new installation, of one that has lost it, or of a process that is new among others. The first has no sealed entries, for its note is
        // written before its first seal.
        string why = anchor.IsNewAmongOthers ? AuditChange.AnchorBegun : AuditChange.AnchorLost;
        bool isSealed = false;
        foreach (Tenant tenant in await tenants.ListAsync(cancellationToken))
            isSealed |= await chains.SealAsync(tenant.Id, chain => chain.Beyond(0, 1).Count > 0, cancellationToken);
        if (isSealed) noteless = why;
        else anchor.Write([]);
        return [];
    }

    private async Task<(AuditHead Head, long Count)> SealAsync(Guid tenant, AuditHead head, IReadOnlyList<AuditEntry> own, CancellationToken cancellationToken)
    {
        var pass = new Pass(trail, clock, tenant, head, own, noteless);
        while (await chains.SealAsync(tenant, pass.Page, cancellationToken)) pass.Commit();
        pass.Commit();
        return (pass.Head, pass.Sealed);
    }

    /// <summary>The sealing of one tenant, page after page. What a page finds counts only when its transaction is committed.</summary>
    private sealed class Pass(AuditTrail trail, TimeProvider clock, Guid tenant, AuditHead head, IReadOnlyList<AuditEntry> own, string? noteless)
    {
        private readonly HashSet<Guid> seen = [];
        private AuditHead next = head;
        private (DateTimeOffset At, Guid Id) cursor = (DateTimeOffset.UnixEpoch, Guid.Empty);
        private (DateTimeOffset At, Guid Id) nextCursor = (DateTimeOffset.UnixEpoch, Guid.Empty);
        private long count;

        public AuditHead Head { get; private set; } = head;

        public long Sealed { get; private set; }

        public void Commit()
        {
            Sealed += count;
            (Head, cursor) = (next, nextCursor);
        }

        /// <summary>Seals a page and says whether there may be more.</summary>
        public bool Page(IAuditChain chain)
        {
            (next, nextCursor, count) = (Head, cursor, 0);
            HashSet<long> taken = CatchUp(chain);
            if (noteless is not null && next.Position > 0 && cursor.Id == Guid.Empty) Note(chain, taken, new AuditChange(noteless, "audit_entry", null, null, null));
            IReadOnlyList<AuditEntry> page = chain.Unsealed(cursor.At, cursor.Id, pageSize);
            foreach (AuditEntry entry in page)
            {
                seen.Add(entry.Id);
                nextCursor = (entry.At, entry.Id);
                // Not made here, or altered since: it gets no seal, and the verification tells of it.
                if (!trail.Key.IsMarked(entry)) continue;
                Place(entry, taken);
                chain.Seal(entry);
            }

            if (page.Count == pageSize) return true;
            foreach (AuditEntry gone in own.Where(e => !seen.Contains(e.Id) && !chain.Has(e.Id)))
                Note(chain, taken, new AuditChange(AuditChange.Missing, "audit_entry", gone.Id, null, AuditedFields.Json(("action", gone.Action), ("entity", gone.Entity), ("entityId", gone.EntityId), ("at", gone.At))));
            return false;
        }

        /// <summary>Follows what was sealed behind the known end: by this process before it died, or by another. What does not fit stands in the way, and its places are left out.</summary>
        private HashSet<long> CatchUp(IAuditChain chain)
        {
            var taken = new HashSet<long>();
            long position = next.Position;
            while (chain.Beyond(position, pageSize) is { Count: > 0 } page)
            {
                foreach (AuditEntry entry in page)
                {
                    position = entry.Position!.Value;
                    long expected = Free(taken);
                    if (position == expected && trail.Key.IsMarked(entry) && entry.Seal is { } seal && seal.AsSpan().SequenceEqual(trail.Key.Seal(entry, position, next.Seal)))
                        next = new AuditHead(tenant, position, seal, clock.GetUtcNow());
                    else taken.Add(position);
                }
            }

            return taken;
        }

        private long Free(HashSet<long> taken)
        {
            long place = next.Position + 1;
            while (taken.Contains(place)) place++;
            return place;
        }

        private void Note(IAuditChain chain, HashSet<long> taken, AuditChange change)
        {
            AuditEntry entry = trail.Make(tenant, AuditChange.SealerActor, change);
            Place(entry, taken);
            chain.Insert(entry);
        }

        private void Place(AuditEntry entry, HashSet<long> taken)
        {
            long place = Free(taken);
            entry.Position = place;
            entry.Seal = trail.Key.Seal(entry, place, next.Seal);
            next = new AuditHead(tenant, place, entry.Seal, clock.GetUtcNow());
            count++;
        }
    }
}
