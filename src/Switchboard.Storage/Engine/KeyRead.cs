using System.Security.Cryptography;
using Switchboard.Core;
using Switchboard.Core.Runs;

namespace Switchboard.Storage.Engine;

/// <summary>What became of a caller's key before.</summary>
internal sealed class KeyRead
{
    /// <summary>How long a caller may repeat a request under its key.</summary>
    private static readonly TimeSpan keyLife = TimeSpan.FromHours(24);

    private readonly Guid tenantId;
    private readonly Guid conversationId;
    private readonly byte[]? hash;
    private readonly DateTimeOffset at;
    private readonly EngineQuery<StoredKey>? query;

    /// <summary>Asks for a key; for none when the caller gave none.</summary>
    public KeyRead(Guid tenantId, Guid conversationId, string? key, byte[]? hash, DateTimeOffset at)
    {
        (this.tenantId, this.conversationId, this.hash, this.at) = (tenantId, conversationId, hash, at);
        if (key is null) return;
        query = new(new EngineStatement("""
            select r.id, r.input, r.request_hash, r.created_at,
                (select min(e.seq) from run_events e where e.tenant_id = r.tenant_id and e.subject = r.subject and e.run_id = r.id)
            from runs r where r.tenant_id = @tenant and r.idempotency_key = @key
            """).Set("@tenant", tenantId).Set("@key", key),
            row => new StoredKey(row.Id(0), row.Text(1), row.BytesOrNull(2), row.Instant(3), row.IsMissing(4) ? 0 : row.Long(4)));
    }

    /// <summary>The questions.</summary>
    public IReadOnlyList<EngineQuery> Queries => query is null ? [] : [query];

    /// <summary>The earlier outcome; null when the key is new or so old that it is free again.</summary>
    public AcceptResult? Earlier(EngineWrites writes)
    {
        if (query?.First is not { } stored) return null;
        if (stored.At <= at - keyLife)
        {
            writes.Add(new EngineStatement("update runs set idempotency_key = null where tenant_id = @tenant and id = @run")
                .Set("@tenant", tenantId).Set("@run", stored.RunId));
            return null;
        }

        if (!CryptographicOperations.FixedTimeEquals(stored.Hash, hash))
            return new AcceptResult(AcceptKind.KeyMismatch, Guid.Empty, conversationId, Guid.Empty, 0, StartsNow: false, 0);

        TurnInput input = Json.Read<TurnInput>(stored.Input);
        return new AcceptResult(AcceptKind.Repeated, stored.RunId, input.ConversationId, input.MessageId, input.Sequence, StartsNow: false, stored.FirstEvent);
    }

    private sealed record StoredKey(Guid RunId, string Input, byte[]? Hash, DateTimeOffset At, long FirstEvent);
}
