using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Switchboard.Core.Outbox;
using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Domain.Operations;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Server.Outbound.Webhooks;

/// <summary>
/// Delivers events to receivers, signed as Standard Webhooks. A receiver knows an event by its <c>webhook-id</c>, so whatever it answers but a 2xx, or nothing, is
/// sent again for three days. What follows from the end is for <see cref="EndpointNotices"/>.
/// </summary>
public sealed class EndpointPort(OutsideCalls calls, WebhookRows rows, WebhookSecrets secrets, TimeProvider time) : OutsidePort<EndpointRequest>
{
    /// <summary>What a receiver answers that will not come back.</summary>
    public const int Gone = 410;

    /// <summary>From some seconds to six hours between two attempts, for three days.</summary>
    public static readonly DeliveryPace EndpointPace = new(new RetryRule(100, TimeSpan.FromSeconds(10), TimeSpan.FromHours(6)), TimeSpan.FromDays(3));

    /// <inheritdoc />
    public override string Name => EndpointRequest.Port;

    /// <inheritdoc />
    public override DeliveryPace Pace => EndpointPace;

    /// <inheritdoc />
    public override bool MustBeKnown => false;

    /// <inheritdoc />
    protected override bool Deduplicates(EndpointRequest request) => true;

    /// <inheritdoc />
    protected override string? Problem(EndpointRequest request) => null;

    /// <inheritdoc />
    protected override string Describe(EndpointRequest request) => $"The delivery {request.DeliveryId:D} of a webhook";

    /// <inheritdoc />
    protected override async Task<PortOutcome> SendAsync(OutsideCall call, EndpointRequest request, CancellationToken cancellationToken)
    {
        if (await rows.FindAsync(call.TenantId, request.DeliveryId, cancellationToken) is not var (delivery, endpoint)) return new Refused("There is no such delivery.", CanRetry: false);
        // A trial is how the staff finds out whether a receiver that is not told can be told again.
        if (!endpoint.IsTold && (endpoint.DeletedAt is not null || delivery.Type != WebhookEvents.Test)) return new Refused("The webhook is not active.", CanRetry: false);
        IReadOnlyList<byte[]> keys = secrets.Of(endpoint);
        if (keys.Count == 0) return new Refused("The webhook's secret cannot be decrypted: secrets/identity of the data folder is another one.", CanRetry: true);

        string id = delivery.EventId.ToString("D"), sentAt = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        string[] signatures = [.. keys.Select(k => WebhookSecrets.Sign(k, id, sentAt, delivery.Body))];
        using var message = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new StringContent(delivery.Body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        message.Headers.Add("webhook-id", id);
        message.Headers.Add("webhook-timestamp", sentAt);
        message.Headers.Add("webhook-signature", string.Join(' ', signatures));
        return Judge(await calls.SendAsync(message, knowsKey: true, [.. signatures, .. keys.Select(Convert.ToBase64String)], cancellationToken));
    }

    /// <summary>Whether it may have been taken is of no weight here: the receiver knows the event, and nobody has to find out.</summary>
    private static PortOutcome Judge(PortOutcome outcome) => outcome switch
    {
        OutcomeUnknown lost => new Refused(lost.Error, CanRetry: true),
        Refused { Response.Status: Gone } refused => refused with { CanRetry = false },
        Refused { Response: not null } refused => refused with { CanRetry = true, MayBeDone = false },
        _ => outcome,
    };
}
