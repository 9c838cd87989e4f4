using System.Text.Json;
using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Webhooks;

/// <summary>
/// What a transaction has to tell receivers: it follows from the entries of the audit that the transaction makes, so whatever changes a row tells of it without
/// thinking of it, and from what its work announces besides. Each event is a run that is stored in the same transaction.
/// </summary>
internal sealed class WebhookNews
{
    private const string actorName = "webhooks";
    private readonly List<(AuditEntry? Entry, Announcement? Announcement)> items = [];

    /// <summary>Whether there may be something to tell.</summary>
    public bool HasAny => items.Count > 0;

    /// <summary>Takes note of an entry.</summary>
    public void Take(AuditEntry entry)
    {
        if (entry.Entity is "conversation" or "handoff" or "customer" or "approval" or "action" or "sla_mark") items.Add((entry, null));
    }

    /// <summary>Takes note of something else that happened.</summary>
    public void Take(Announcement announcement) => items.Add((null, announcement));

    /// <summary>Asks for the runs that tell those who want it.</summary>
    /// <param name="writes">Takes the rows and the signals.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="wishes">What its receivers want.</param>
    public void Write(EngineWrites writes, Guid tenantId, WebhookWishes wishes)
    {
        if (!wishes.HasAny) return;
        // A row is shown as it is in the end, however often the transaction saved it.
        var told = new HashSet<(string Type, Guid EntityId, string? Data)>();
        foreach ((AuditEntry? entry, Announcement? announcement) in items)
        {
            foreach (Announcement one in entry is null ? [announcement!] : Of(entry))
            {
                if (!wishes.Has(one.Type) || !told.Add((one.Type, one.EntityId, one.Data))) continue;
                Guid id = Guid.CreateVersion7(one.At);
                new EnqueueRead(RequestOf(tenantId, id, one)).DecideAlone(writes);
            }
        }
    }

    /// <summary>Asks for the run that tells of an event. The event's id is the run's.</summary>
    public static RunRequest RequestOf(Guid tenantId, Guid id, Announcement announcement) => new()
    {
        Id = id,
        Actor = new SystemActor(tenantId, actorName),
        Kind = RunKind.Delivery,
        Handler = Announcement.HandlerName,
        Subject = Announcement.SubjectOf(id),
        Input = Json.Write(announcement),
        At = announcement.At,
    };

    private static IEnumerable<Announcement> Of(AuditEntry entry) => (entry.Entity, entry.Action) switch
    {
        ("conversation", AuditChange.Created) => [Plain(entry, WebhookEvents.ConversationCreated)],
        ("conversation", AuditChange.Changed) => OfConversation(entry),
        ("handoff", AuditChange.Created) when Text(entry.After, "conversationId") is { } conversation && Guid.TryParse(conversation, out Guid id) => [new Announcement(WebhookEvents.ConversationEscalated, id, entry.At)],
        ("sla_mark", AuditChange.Created) when Text(entry.After, "conversationId") is { } watched && Guid.TryParse(watched, out Guid id) =>
            [new Announcement(Text(entry.After, "kind") == "breach" ? WebhookEvents.SlaBreached : WebhookEvents.SlaWarning, id, entry.At) { Data = entry.After }],
        ("customer", AuditChange.Created) => [Plain(entry, WebhookEvents.CustomerCreated)],
        ("customer", AuditChange.Changed) => [Plain(entry, Text(entry.After, "deletedAt") is null ? WebhookEvents.CustomerUpdated : WebhookEvents.CustomerDeleted)],
        ("customer", AuditChange.Erased) => [Plain(entry, WebhookEvents.CustomerDeleted)],
        ("approval", AuditChange.Created) => [Plain(entry, WebhookEvents.ApprovalRequested)],
        ("approval", AuditChange.Changed) when Text(entry.Before, "status") == "pending" => [Plain(entry, WebhookEvents.ApprovalDecided)],
        ("action", _) => [Plain(entry, WebhookEvents.ActionPerformed) with { Data = Json.Write(new { Action = entry.Action, entry.Actor, Details = JsonElement.Parse(entry.After ?? "null") }) }],
        _ => [],
    };

    private static IEnumerable<Announcement> OfConversation(AuditEntry entry)
    {
        yield return Plain(entry, WebhookEvents.ConversationUpdated);
        // The staff gives a conversation to people without a case file; an agent's handoff has a row of its own.
        if (Text(entry.After, "handedOffAt") is not null) yield return Plain(entry, WebhookEvents.ConversationEscalated);
        if (Text(entry.After, "status") is not { } status) yield break;
        if (status == "resolved") yield return Plain(entry, WebhookEvents.ConversationResolved);
        else if (status != "closed" && Text(entry.Before, "status") == "resolved") yield return Plain(entry, WebhookEvents.ConversationReopened);
    }

    private static Announcement Plain(AuditEntry entry, string type) => new(type, entry.EntityId ?? Guid.Empty, entry.At);

    private static string? Text(string? json, string field)
    {
        if (json is null) return null;
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
