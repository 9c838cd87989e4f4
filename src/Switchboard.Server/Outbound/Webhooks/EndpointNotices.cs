using Switchboard.Core;
using Switchboard.Core.Outbox;
using Switchboard.Core.Webhooks;
using Switchboard.Domain.Operations;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Server.Outbound.Webhooks;

/// <summary>Tells a receiver nothing more that said it is gone, or took nothing for as long as it is tried, and those who can mend it so.</summary>
public sealed class EndpointNotices(WebhookStore store, OutsideSettings outside, TimeProvider time) : ISettledEffects
{
    /// <inheritdoc />
    public string Port => EndpointRequest.Port;

    /// <inheritdoc />
    public async Task SettledAsync(OutboxEntry entry, AttemptOutcome outcome, CancellationToken cancellationToken)
    {
        bool isGone = outcome.Response?.Status == EndpointPort.Gone;
        if (outcome.Status == OutboxStatus.Sent || (!isGone && !outcome.IsGivenUp)) return;
        string reason = isGone ? "It answered 410: it is gone." : $"It took nothing for {EndpointPort.EndpointPace.Patience.TotalDays:0} days.";
        await store.DisableAsync(entry.TenantId, Json.Read<EndpointRequest>(entry.Request).DeliveryId, isGone ? null : entry.CreatedAt, reason, outside.Smtp is not null, time.GetUtcNow(), cancellationToken);
    }
}
