using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;

namespace Switchboard.Storage;

/// <summary>The corrections of the tenants' people and the versions of their classifiers.</summary>
/// <param name="data">Where they are stored.</param>
public sealed class IntentStore(Data data) : IIntentStore
{
    // A database takes so many parameters in one statement.
    private const int idsAtOnce = 500;

    /// <inheritdoc />
    public async Task<IReadOnlyList<TaughtTurn>> CorrectionsAsync(Guid tenantId, int most, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        var read = await db.Set<IntentCorrection>().OrderByDescending(c => c.At).ThenByDescending(c => c.Id).Take(most).Select(c => new { c.MessageId, c.To }).ToListAsync(cancellationToken);
        return [.. read.Select(c => new TaughtTurn(c.MessageId, c.To)).OrderBy(t => t.MessageId)];
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<IntentExample>> SentencesAsync(Guid tenantId, IReadOnlyList<TaughtTurn> taught, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        var texts = new Dictionary<Guid, string>(taught.Count);
        foreach (TaughtTurn[] some in taught.Chunk(idsAtOnce))
        {
            Guid[] ids = [.. some.Select(t => t.MessageId)];
            foreach (var message in await db.Messages.Where(m => ids.Contains(m.Id) && m.Text != Message.ErasedText).Select(m => new { m.Id, m.Text }).ToListAsync(cancellationToken)) texts[message.Id] = message.Text;
        }

        return [.. taught.Where(t => !string.IsNullOrWhiteSpace(texts.GetValueOrDefault(t.MessageId))).Select(t => new IntentExample(texts[t.MessageId], t.Intent))];
    }

    /// <inheritdoc />
    public async Task<Guid?> InForceAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<IntentModelVersion>().Where(v => v.Accepted).OrderByDescending(v => v.TrainedAt).ThenByDescending(v => v.Id).Select(v => (Guid?)v.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async Task<IntentModelVersion?> FindAsync(Guid tenantId, Guid id, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<IntentModelVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.Id == id, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<Guid?> OfVersionAsync(Guid tenantId, string version, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<IntentModelVersion>().Where(v => v.Version == version && v.Accepted).OrderByDescending(v => v.TrainedAt).Select(v => (Guid?)v.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async Task<IntentModelVersion?> LastAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<IntentModelVersion>().AsNoTracking().OrderByDescending(v => v.TrainedAt).ThenByDescending(v => v.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task AddAsync(Actor actor, IntentModelVersion trained, CancellationToken cancellationToken) =>
        data.WriteAsync(actor, db =>
        {
            if (!db.Set<IntentModelVersion>().Any(v => v.Id == trained.Id)) db.Set<IntentModelVersion>().Add(trained);
            return true;
        }, cancellationToken);
}
