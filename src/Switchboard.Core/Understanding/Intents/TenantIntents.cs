using System.Collections.Concurrent;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>
/// The classifier each tenant's messages are read by: the product's own, or, once the tenant's corrections were accepted, one taught by them as well. Every process asks which version is in
/// force at most a second after another one changed it, and trains that by itself: equal sentences give an equal classifier.
/// </summary>
/// <param name="store">Where corrections and versions are.</param>
/// <param name="time">The clock.</param>
public sealed class TenantIntents(IIntentStore store, TimeProvider time)
{
    /// <summary>How long what was read of the version in force is taken for true.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(1);

    // Each is some megabytes; a tenant's that is dropped is trained again when it is next needed.
    private const int mostKept = 32;

    private readonly ConcurrentDictionary<Guid, (long ReadAt, DeskIntents Intents)> inForce = new();
    private readonly Lock sync = new();
    private readonly Dictionary<Guid, (DeskIntents Intents, long Used)> kept = [];
    private long uses;

    /// <summary>The classifier in force.</summary>
    public async ValueTask<DeskIntents> OfAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        if (inForce.TryGetValue(tenantId, out (long ReadAt, DeskIntents Intents) known) && time.GetElapsedTime(known.ReadAt) < Life) return known.Intents;
        long now = time.GetTimestamp();
        DeskIntents intents = await store.InForceAsync(tenantId, cancellationToken) is { } id ? await KeptAsync(tenantId, id, cancellationToken) : DeskIntents.Shipped;
        inForce[tenantId] = (now, intents);
        return intents;
    }

    /// <summary>The classifier that was in force under a version; that of the product when there is no record of it, as of turns that were read by an older product.</summary>
    public async ValueTask<DeskIntents> OfVersionAsync(Guid tenantId, string? version, CancellationToken cancellationToken)
    {
        if (version is null || version == DeskIntents.Shipped.Model.Version) return DeskIntents.Shipped;
        return await store.OfVersionAsync(tenantId, version, cancellationToken) is { } id ? await KeptAsync(tenantId, id, cancellationToken) : DeskIntents.Shipped;
    }

    /// <summary>Takes over a version that was trained here just now.</summary>
    internal void TakeOver(Guid tenantId, Guid id, DeskIntents intents)
    {
        Keep(id, intents);
        inForce.TryRemove(tenantId, out _);
    }

    private async Task<DeskIntents> KeptAsync(Guid tenantId, Guid id, CancellationToken cancellationToken)
    {
        lock (sync)
        {
            if (kept.TryGetValue(id, out (DeskIntents Intents, long Used) found))
            {
                kept[id] = found with { Used = ++uses };
                return found.Intents;
            }
        }

        IReadOnlyList<TaughtTurn> taught = (await store.FindAsync(tenantId, id, cancellationToken))?.Taught ?? [];
        return Keep(id, DeskIntents.Corrected(await store.SentencesAsync(tenantId, taught, cancellationToken)));
    }

    /// <summary>Keeps a classifier, unless another caller was first; then that one's counts, so that it is trained once.</summary>
    private DeskIntents Keep(Guid id, DeskIntents intents)
    {
        lock (sync)
        {
            if (kept.TryGetValue(id, out (DeskIntents Intents, long Used) found)) intents = found.Intents;
            kept[id] = (intents, ++uses);
            if (kept.Count > mostKept) kept.Remove(kept.MinBy(k => k.Value.Used).Key);
            return intents;
        }
    }
}
