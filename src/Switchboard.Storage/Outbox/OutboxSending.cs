using Switchboard.Core;
using Switchboard.Core.Outbox;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;

namespace Switchboard.Storage.Outbox;

/// <summary>What became of an effect that was asked for.</summary>
/// <param name="EntryId">Its entry in the outbox, be it new or the one of an earlier request under the same key.</param>
/// <param name="IsNew">Whether this request made it.</param>
public sealed record OutboxSent(Guid EntryId, bool IsNew);

/// <summary>How effects on the outside are asked for.</summary>
public static class OutboxSending
{
    /// <summary>
    /// Writes an effect, with the run that carries it out, in the transaction of the rows that are being changed: it happens exactly when they do, and behind
    /// the commit. An effect whose key the tenant knows is not written a second time.
    /// </summary>
    /// <exception cref="InvalidOperationException">The context only reads.</exception>
    public static OutboxSent Send(this SwitchboardDb db, OutsideEffect effect)
    {
        Actor actor = db.Actor ?? throw new InvalidOperationException("This context only reads; an effect is asked for in Data.WriteAsync.");
        // What this transaction added itself is not in the database yet.
        if ((db.Set<OutboxEntry>().Local.FirstOrDefault(e => e.Key == effect.Key) ?? db.Set<OutboxEntry>().FirstOrDefault(e => e.Key == effect.Key)) is { } earlier) return new OutboxSent(earlier.Id, IsNew: false);

        OutboxEntry entry = EntryOf(db.TenantId, effect);
        db.Add(entry);
        db.Enqueue(DeliveryOf(entry, actor));
        return new OutboxSent(entry.Id, IsNew: true);
    }

    /// <summary>An effect as it is stored.</summary>
    internal static OutboxEntry EntryOf(Guid tenantId, OutsideEffect effect) => new()
    {
        TenantId = tenantId,
        Id = Guid.CreateVersion7(effect.At),
        Key = effect.Key,
        Port = effect.Port,
        Request = effect.Request,
        CustomerId = effect.CustomerId,
        ConversationId = effect.ConversationId,
        CauseId = effect.CauseId,
        CreatedAt = effect.At,
    };

    /// <summary>Asks for the run that carries an effect out.</summary>
    internal static RunRequest DeliveryOf(OutboxEntry entry, Actor actor) => new()
    {
        Actor = actor,
        Kind = RunKind.Delivery,
        Handler = OutboxDelivery.HandlerName,
        Subject = OutboxDelivery.SubjectOf(entry.Id),
        Input = Json.Write(new DeliveryInput(entry.Id)),
        ParentId = entry.CauseId,
        At = entry.CreatedAt,
    };
}
