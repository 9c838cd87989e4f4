using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Sqlite;

/// <summary>The first commit of a turn: the message and the run that answers it.</summary>
/// <param name="item">The item of the writer.</param>
/// <param name="faults">Where a test may end the process.</param>
internal readonly struct AcceptWrite(SqliteWriteContext item, IFaultPoints faults)
{
    /// <summary>How long a caller may repeat a request under its key.</summary>
    private static readonly TimeSpan keyLife = TimeSpan.FromHours(24);

    /// <summary>Stores the message and the run, or says why not.</summary>
    public AcceptResult Accept(AcceptTurn turn)
    {
        if (turn.IdempotencyKey is { } key && FindKey(turn.TenantId, turn.ConversationId, key, turn.RequestHash, turn.At) is { } earlier) return earlier;

        if (turn.NewConversation is { } conversation)
        {
            if (conversation.Id != turn.ConversationId || conversation.TenantId != turn.TenantId)
                throw new ArgumentException("The new conversation is not the one the message is for.", nameof(turn));
            if (conversation.ContactId is { } contact)
            {
                conversation.CustomerId ??= item.Command("select customer_id from contacts where tenant_id = @tenant and id = @contact")
                    .Set("@tenant", turn.TenantId).Set("@contact", contact).First(row => row.IdOrNull(0));
            }

            SqliteDb db = item.Context(turn.Actor);
            db.Conversations.Add(conversation);
            db.SaveChanges();
        }
        else if (Refusal(turn) is { } refusal)
        {
            return new AcceptResult(refusal, Guid.Empty, turn.ConversationId, Guid.Empty, 0, StartsNow: false, 0);
        }

        var rows = new EngineRows(item, turn.TenantId);
        string subject = Subjects.Conversation(turn.ConversationId);
        int sequence = rows.NextSequence(turn.ConversationId);
        bool starts = !IsRunning(turn.TenantId, subject);
        rows.Insert(new Run
        {
            TenantId = turn.TenantId,
            Id = turn.RunId,
            Kind = RunKind.Turn,
            Subject = subject,
            Ordinal = sequence,
            Status = starts ? RunStatus.Running : RunStatus.Queued,
            Input = Json.Write(new TurnInput(turn.ConversationId, turn.MessageId, sequence)),
            Version = 1,
            Attempts = 0,
            IdempotencyKey = turn.IdempotencyKey,
            RequestHash = turn.RequestHash,
            CreatedAt = turn.At,
        });
        rows.Insert(new Message
        {
            TenantId = turn.TenantId,
            Id = turn.MessageId,
            ConversationId = turn.ConversationId,
            Sequence = sequence,
            Author = MessageAuthor.Customer,
            Text = turn.Text,
            RunId = turn.RunId,
            CreatedAt = turn.At,
        });
        faults.Reached("accept:written-message");
        if (turn.NewConversation is null)
        {
            item.Command("update conversations set last_activity_at = max(last_activity_at, @at) where tenant_id = @tenant and id = @conversation")
                .Set("@at", turn.At).Set("@tenant", turn.TenantId).Set("@conversation", turn.ConversationId).Execute();
        }

        long first = rows.NextEvent(subject);
        rows.Insert(subject, first, turn.RunId, "run.started", Json.Write(new RunStarted(turn.RunId, turn.ConversationId, turn.MessageId)));
        faults.Reached("accept:before-commit");
        return new AcceptResult(AcceptKind.Accepted, turn.RunId, turn.ConversationId, turn.MessageId, sequence, starts, first);
    }

    /// <summary>What became of the key before; null when it is new or so old that it is free again.</summary>
    internal AcceptResult? FindKey(Guid tenantId, Guid conversationId, string key, byte[]? hash, DateTimeOffset at)
    {
        var stored = item.Command("select id, subject, input, request_hash, created_at from runs where tenant_id = @tenant and idempotency_key = @key")
            .Set("@tenant", tenantId).Set("@key", key).First(StoredKey.Read);
        if (stored is null) return null;
        if (stored.At <= at - keyLife)
        {
            item.Command("update runs set idempotency_key = null where tenant_id = @tenant and id = @run")
                .Set("@tenant", tenantId).Set("@run", stored.RunId).Execute();
            return null;
        }

        if (!CryptographicOperations.FixedTimeEquals(stored.Hash, hash))
            return new AcceptResult(AcceptKind.KeyMismatch, Guid.Empty, conversationId, Guid.Empty, 0, StartsNow: false, 0);

        TurnInput input = Json.Read<TurnInput>(stored.Input);
        long first = item.Command("select min(seq) from run_events where tenant_id = @tenant and subject = @subject and run_id = @run")
            .Set("@tenant", tenantId).Set("@subject", stored.Subject).Set("@run", stored.RunId).Number() ?? 0;
        return new AcceptResult(AcceptKind.Repeated, stored.RunId, input.ConversationId, input.MessageId, input.Sequence, StartsNow: false, first);
    }

    private AcceptKind? Refusal(AcceptTurn turn) =>
        item.Command("select status from conversations where tenant_id = @tenant and id = @conversation")
            .Set("@tenant", turn.TenantId).Set("@conversation", turn.ConversationId).Text() switch
        {
            null => AcceptKind.NoConversation,
            "closed" => AcceptKind.Closed,
            _ => null,
        };

    private bool IsRunning(Guid tenantId, string subject) =>
        item.Command("select 1 from runs where tenant_id = @tenant and subject = @subject and status = 'running'")
            .Set("@tenant", tenantId).Set("@subject", subject).Number() is not null;

    private sealed record StoredKey(Guid RunId, string Subject, string Input, byte[]? Hash, DateTimeOffset At)
    {
        public static StoredKey Read(SqliteDataReader row) => new(row.Id(0), row.GetString(1), row.GetString(2), row.BytesOrNull(3), row.Instant(4));
    }

    private sealed record RunStarted(Guid RunId, Guid ConversationId, Guid MessageId);
}
