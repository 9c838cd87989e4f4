using Switchboard.Core.Webhooks;
using Switchboard.Domain.Operations;

namespace Switchboard.Storage.Auditing;

/// <summary>Makes the entries of the audit, and remembers those of this process until the sealer has seen them: one that is gone by then was taken out by somebody else.</summary>
public sealed class AuditTrail
{
    private readonly TimeProvider clock;
    private readonly Lock sync = new();
    private readonly Dictionary<Guid, AuditEntry> unseen = [];

    /// <summary>Takes the key from the data folder; the first time it is made there.</summary>
    public AuditTrail(DataFolder folder, TimeProvider clock)
    {
        this.clock = clock;
        Key = new AuditKey(folder.Secret(DataFolder.AuditSecret));
    }

    /// <summary>What entries are signed with.</summary>
    internal AuditKey Key { get; }

    /// <summary>Makes an entry with its mark.</summary>
    internal AuditEntry Make(Guid tenantId, string actor, AuditChange change, Guid? id = null)
    {
        DateTimeOffset now = clock.GetUtcNow();
        // Both databases keep microseconds; the mark must fit what is read back.
        now = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        var entry = new AuditEntry
        {
            TenantId = tenantId,
            Id = id ?? Guid.CreateVersion7(now),
            Actor = actor,
            Action = change.Action,
            Entity = change.Entity,
            EntityId = change.EntityId,
            Before = change.Before,
            After = change.After,
            At = now,
            Mark = [],
        };
        return Marked(entry);
    }

    /// <summary>Notes that entries were committed.</summary>
    internal void Committed(IReadOnlyList<AuditEntry> entries)
    {
        if (entries.Count == 0) return;
        lock (sync)
        {
            foreach (AuditEntry entry in entries) unseen[entry.Id] = entry;
        }
    }

    /// <summary>The entries that were committed and that the sealer has not seen yet.</summary>
    internal IReadOnlyList<AuditEntry> Unseen()
    {
        lock (sync) return [.. unseen.Values];
    }

    /// <summary>Notes what the sealer has seen, or has reported as gone.</summary>
    internal void Seen(IEnumerable<Guid> ids)
    {
        lock (sync)
        {
            foreach (Guid id in ids) unseen.Remove(id);
        }
    }

    private AuditEntry Marked(AuditEntry bare) => new()
    {
        TenantId = bare.TenantId,
        Id = bare.Id,
        Actor = bare.Actor,
        Action = bare.Action,
        Entity = bare.Entity,
        EntityId = bare.EntityId,
        Before = bare.Before,
        After = bare.After,
        At = bare.At,
        Mark = Key.Mark(bare),
    };
}

/// <summary>A change to be entered.</summary>
/// <param name="Action">created, changed, deleted, loaded, or the name of what was done.</param>
/// <param name="Entity">The kind of row.</param>
/// <param name="EntityId">The row; null when it is about many.</param>
/// <param name="Before">The fields as they were, as JSON; null when there were none.</param>
/// <param name="After">The fields as they are, as JSON; null when there are none.</param>
internal sealed record AuditChange(string Action, string Entity, Guid? EntityId, string? Before, string? After)
{
    public const string Created = "created";
    public const string Changed = "changed";
    public const string Deleted = "deleted";
    public const string Loaded = "loaded";
    public const string Restored = "restored";

    /// <summary>Calls were refused to somebody.</summary>
    public const string Refused = "refused";

    /// <summary>Somebody asked that a customer's data be erased.</summary>
    public const string ErasureAsked = "erasure_asked";

    /// <summary>A customer's data was erased; the entry counts the rows and says nothing of what stood in them.</summary>
    public const string Erased = "erased";

    /// <summary>An entry of this process was gone before it could be sealed.</summary>
    public const string Missing = "missing";

    /// <summary>The note outside the database was gone or not ours, so that nobody can say whether the chain was longer.</summary>
    public const string AnchorLost = "anchor_lost";

    /// <summary>A process that is new among others noted the chain's end for the first time; what was cut off before only their notes tell.</summary>
    public const string AnchorBegun = "anchor_begun";

    /// <summary>Who enters what the sealer finds out.</summary>
    public const string SealerActor = "system:audit";
}

/// <summary>Takes the entries of a transaction. Each home writes them in that transaction, and tells the trail when it is committed.</summary>
internal interface IAuditRecorder
{
    /// <summary>Enters a change.</summary>
    void Record(Guid tenantId, string actor, AuditChange change);

    /// <summary>Tells the receivers that want it of something that no entry tells of.</summary>
    void Announce(Guid tenantId, Announcement announcement);

    /// <summary>Notes whose rows are changed, so that whoever keeps something of them is told behind the commit.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="customerId">The customer; null for all of the tenant.</param>
    void Changed(Guid tenantId, Guid? customerId);
}
