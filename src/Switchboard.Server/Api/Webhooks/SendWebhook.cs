using Switchboard.Core.Outbox;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Server.Auth;
using Switchboard.Server.Outbound.Webhooks;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Server.Api.Webhooks;

/// <summary>POST /webhooks/{id}/test and /deliveries/{id}/redeliver: something is sent because a person asks for it.</summary>
public static class SendWebhook
{
    /// <summary>What a trial tells.</summary>
    private sealed record TrialData(Guid WebhookId);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/webhooks/{id:guid}/test", TestAsync).NeedsScope(Scopes.WriteWebhooks).Produces<DeliveryView>(202).WithSummary("Sends a receiver an event of the type webhook.test.");
        routes.MapPost("/deliveries/{id:guid}/redeliver", AgainAsync).NeedsScope(Scopes.WriteWebhooks).Produces<DeliveryView>(202).WithSummary("Sends a receiver an event again, under the same id.");
    }

    private static Task<IResult> TestAsync(Guid id, HttpContext http, RowChanges changes, OutsidePorts ports, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        return changes.MakeAsync(http, "test", db =>
        {
            if (ManageWebhooks.Find(db, id) is not { } endpoint) return Changed.Refused(Problems.NotFound("webhook"));
            string body = TellReceivers.BodyOf(WebhookEvents.Test, now, new TrialData(endpoint.Id));
            return Accepted(db.Deliver(ports, new NewDelivery(endpoint.Id, Guid.CreateVersion7(now), WebhookEvents.Test, body, now))!);
        });
    }

    private static Task<IResult> AgainAsync(Guid id, HttpContext http, RowChanges changes, OutsidePorts ports, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        return changes.MakeAsync(http, "redeliver", db =>
        {
            if (db.Set<WebhookDelivery>().SingleOrDefault(d => d.Id == id) is not { } before || ManageWebhooks.Find(db, before.EndpointId) is not { } endpoint) return Changed.Refused(Problems.NotFound("delivery"));
            if (!endpoint.IsTold) return Changed.Refused(Problems.Of(409, "webhook_inactive", "The webhook is not active", "Set it to active first; a test tells whether it can be reached."));
            return Accepted(db.Deliver(ports, new NewDelivery(endpoint.Id, before.EventId, before.Type, before.Body, now, before.RepeatsId ?? before.Id))!);
        });
    }

    private static Changed Accepted(WebhookDelivery delivery) => Changed.Accepted($"/api/v1/webhooks/{delivery.EndpointId}/deliveries", DeliveryView.OfNew(delivery));
}
