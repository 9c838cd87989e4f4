using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Operations;

namespace Switchboard.Storage.Webhooks;

/// <summary>What the port of receivers reads.</summary>
/// <param name="data">Where it is stored.</param>
public sealed class WebhookRows(Data data)
{
    /// <summary>A delivery with its receiver; null when there is none.</summary>
    public async Task<(WebhookDelivery Delivery, WebhookEndpoint Endpoint)?> FindAsync(Guid tenantId, Guid deliveryId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        WebhookDelivery? delivery = await db.Set<WebhookDelivery>().SingleOrDefaultAsync(d => d.Id == deliveryId, cancellationToken);
        if (delivery is null) return null;
        return (delivery, await db.Set<WebhookEndpoint>().SingleAsync(e => e.Id == delivery.EndpointId, cancellationToken));
    }
}
