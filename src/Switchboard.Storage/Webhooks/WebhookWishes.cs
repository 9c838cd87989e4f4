using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Webhooks;

/// <summary>What the receivers of a tenant want to be told of. It is asked in the transaction of what happened, so that a receiver made a moment before on another node misses nothing.</summary>
/// <param name="text">The events of all active receivers, as they are stored, one behind the other; null when there is none.</param>
internal sealed class WebhookWishes(string? text)
{
    private const string active = "from webhook_endpoints where tenant_id = @tenant and status = 'active' and deleted_at is null";

    /// <summary>The question as a part of another one that has <c>@tenant</c>: a look at a few rows by their key, or at none.</summary>
    public const string Sql = $"(select string_agg(cast(events as text), ' ') {active})";

    /// <summary>Whether somebody wants an event, as a condition of a statement that has <c>@tenant</c>.</summary>
    public static string IsWanted(string type) => $"exists (select 1 {active} and cast(events as text) like '%\"{type}\"%')";

    /// <summary>The question by itself.</summary>
    public static EngineQuery<WebhookWishes> Ask(Guid tenantId) => new(new EngineStatement($"select {Sql}").Set("@tenant", tenantId), row => new WebhookWishes(row.TextOrNull(0)));

    /// <summary>Whether somebody wants to be told of anything.</summary>
    public bool HasAny => text is not null;

    /// <summary>Whether somebody wants to be told of an event.</summary>
    public bool Has(string type) => text is not null && text.Contains($"\"{type}\"", StringComparison.Ordinal);
}
