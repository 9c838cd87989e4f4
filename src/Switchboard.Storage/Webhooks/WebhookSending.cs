using Switchboard.Core;
using Switchboard.Core.Outbox;
using Switchboard.Core.Webhooks;
using Switchboard.Domain.Operations;
using Switchboard.Storage.Outbox;

namespace Switchboard.Storage.Webhooks;

/// <summary>How an event is put on its way to a receiver.</summary>
public static class WebhookSending
{
    /// <summary>
    /// Writes a delivery with the entry of the outbox that carries it, in the transaction of the rows that are being changed. An event that the receiver has a
    /// delivery of is not written a second time unless it is repeated by hand.
    /// </summary>
    /// <param name="db">The rows.</param>
    /// <param name="ports">The ways to the outside.</param>
    /// <param name="delivery">The event and its receiver, with the outbox's id still to be filled in.</param>
    /// <returns>The delivery; null when there was one before.</returns>
    public static WebhookDelivery? Deliver(this SwitchboardDb db, OutsidePorts ports, NewDelivery delivery)
    {
        Guid id = Guid.CreateVersion7(delivery.At);
        string key = $"webhook/{delivery.EndpointId:N}/{delivery.EventId:N}{(delivery.RepeatsId is null ? "" : $"/{id:N}")}";
        OutboxSent sent = db.Send(ports.Prepare(EndpointRequest.Port, key, Json.Write(new EndpointRequest(id)), delivery.At));
        if (!sent.IsNew) return null;
        var row = new WebhookDelivery
        {
            TenantId = db.TenantId,
            Id = id,
            EndpointId = delivery.EndpointId,
            OutboxId = sent.EntryId,
            EventId = delivery.EventId,
            Type = delivery.Type,
            Body = delivery.Body,
            CreatedAt = delivery.At,
            RepeatsId = delivery.RepeatsId,
        };
        db.Add(row);
        return row;
    }
}

/// <summary>An event on its way to a receiver.</summary>
/// <param name="EndpointId">The receiver.</param>
/// <param name="EventId">The event.</param>
/// <param name="Type">What happened.</param>
/// <param name="Body">What is sent.</param>
/// <param name="At">When it is asked for.</param>
/// <param name="RepeatsId">The delivery that is repeated by hand; null for the first.</param>
public sealed record NewDelivery(Guid EndpointId, Guid EventId, string Type, string Body, DateTimeOffset At, Guid? RepeatsId = null);
