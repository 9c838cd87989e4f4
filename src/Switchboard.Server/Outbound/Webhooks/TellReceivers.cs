using System.Text.Json;
using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Server.Outbound.Webhooks;

/// <summary>What receivers were told.</summary>
/// <param name="Deliveries">The deliveries that are on their way.</param>
public sealed record ReceiversTold(IReadOnlyList<Guid> Deliveries);

/// <summary>Tells the receivers that want it of an event: shows what it happened to as the API shows it, and puts that on its way to each of them.</summary>
public sealed class TellReceivers(EventViews views, WebhookStore store, TimeProvider time) : RunHandler
{
    /// <inheritdoc />
    public override string Name => Announcement.HandlerName;

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        Announcement announcement = run.Input<Announcement>();
        return await run.StepAsync(
            "tell",
            "receivers",
            async token =>
            {
                object? shown = announcement.Data is { } data ? JsonElement.Parse(data) : await views.ShowAsync(run.Run.TenantId, announcement, token);
                // What is gone by now is told to nobody.
                if (shown is null) return new ReceiversTold([]);
                return new ReceiversTold(await store.TellAsync(run.Run.TenantId, run.Run.Id, announcement, BodyOf(announcement.Type, announcement.At, shown), time.GetUtcNow(), token));
            },
            cancellationToken);
    }

    /// <summary>What is sent of an event.</summary>
    public static string BodyOf(string type, DateTimeOffset at, object data) => Json.Write(new { Type = type, Timestamp = at, Data = data });
}
