namespace Switchboard.Core.Webhooks;

/// <summary>What the port of receivers is asked for. What is sent stands in the delivery's row.</summary>
/// <param name="DeliveryId">The delivery.</param>
public sealed record EndpointRequest(Guid DeliveryId)
{
    /// <summary>The port it goes through.</summary>
    public const string Port = "webhook_endpoint";
}
