namespace Switchboard.Core.Webhooks;

/// <summary>Something that happened and that a receiver wants to be told of: what a run that tells it starts with. The run is stored in the transaction of what happened, and its id is the event's.</summary>
/// <param name="Type">What happened: one of <c>WebhookEvents</c>.</param>
/// <param name="EntityId">What it happened to; the empty id when <see cref="Data"/> says it all.</param>
/// <param name="At">When.</param>
public sealed record Announcement(string Type, Guid EntityId, DateTimeOffset At)
{
    /// <summary>The name of the handler that tells receivers.</summary>
    public const string HandlerName = "webhooks.tell";

    /// <summary>What is told, as JSON, of something that is no row; null when the row is read.</summary>
    public string? Data { get; init; }

    /// <summary>The one receiver it is meant for; null for all that want it.</summary>
    public Guid? EndpointId { get; init; }

    /// <summary>The subject of an event's run: its own, so that no event waits behind another.</summary>
    public static string SubjectOf(Guid eventId) => $"webhook:{eventId:D}";
}
