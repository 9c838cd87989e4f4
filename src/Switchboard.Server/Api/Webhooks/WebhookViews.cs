using Switchboard.Domain.Operations;

namespace Switchboard.Server.Api.Webhooks;

/// <summary>A receiver as the API shows it, without its secret.</summary>
public sealed record WebhookView(
    Guid Id, string Url, string? Description, IReadOnlyList<string> Events, WebhookStatus Status, string? DisabledReason, DateTimeOffset? DisabledAt, DateTimeOffset? EarlierSecretUntil, DateTimeOffset CreatedAt, int Revision)
{
    /// <summary>Shows a receiver.</summary>
    public static WebhookView Of(WebhookEndpoint e) => new(e.Id, e.Url, e.Description, e.Events, e.Status, e.DisabledReason, e.DisabledAt, e.EarlierUntil, e.CreatedAt, e.Revision);
}

/// <summary>A receiver with its new secret, which is shown this once.</summary>
public sealed record WebhookSecretView(WebhookView Webhook, string Secret);

/// <summary>Where a delivery stands.</summary>
public enum DeliveryStatus
{
    /// <summary>It is under way, or sent again later.</summary>
    Pending,

    /// <summary>The receiver took it.</summary>
    Delivered,

    /// <summary>It was given up: a dead letter, which can be delivered again by hand.</summary>
    Failed,
}

/// <summary>One sending of a delivery.</summary>
public sealed record AttemptView(int Number, DateTimeOffset At, int? ResponseStatus, string? Response, string? Error, DateTimeOffset? RetryAt);

/// <summary>A delivery as the API shows it, with each of its sendings.</summary>
public sealed record DeliveryView(
    Guid Id, Guid WebhookId, Guid EventId, string Type, DeliveryStatus Status, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, Guid? RepeatsId, IReadOnlyList<AttemptView> Attempts)
{
    /// <summary>Shows a delivery.</summary>
    public static DeliveryView Of(WebhookDelivery d, OutboxEntry entry, IEnumerable<OutboxAttempt> attempts) => new(
        d.Id, d.EndpointId, d.EventId, d.Type, StatusOf(entry.Status), d.CreatedAt, entry.SettledAt, d.RepeatsId,
        [.. attempts.OrderBy(a => a.Number).Select(a => new AttemptView(a.Number, a.At, a.ResponseStatus, a.Response, a.Error, a.RetryAt))]);

    /// <summary>Shows a delivery that was just asked for.</summary>
    public static DeliveryView OfNew(WebhookDelivery d) => new(d.Id, d.EndpointId, d.EventId, d.Type, DeliveryStatus.Pending, d.CreatedAt, null, d.RepeatsId, []);

    /// <summary>The states of an effect that a delivery's status stands for.</summary>
    public static OutboxStatus[] StatesOf(DeliveryStatus status) => [.. Enum.GetValues<OutboxStatus>().Where(s => StatusOf(s) == status)];

    private static DeliveryStatus StatusOf(OutboxStatus status) => status switch
    {
        OutboxStatus.Pending or OutboxStatus.Sending => DeliveryStatus.Pending,
        OutboxStatus.Sent => DeliveryStatus.Delivered,
        // An interrupted last attempt may have been taken; for the receiver's sake it is delivered again or left.
        _ => DeliveryStatus.Failed,
    };
}
