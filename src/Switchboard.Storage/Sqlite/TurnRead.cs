using System.Collections;
using Microsoft.Data.Sqlite;
using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Sqlite;

/// <summary>Reads all a turn needs, at one instant of the database.</summary>
internal static class TurnRead
{
    /// <summary>Messages of the past a turn is given at most.</summary>
    private const int historyLimit = 50;

    private const string messageColumns = "m.id, m.sequence, m.author, m.agent_id, m.text, m.citations, m.status, m.confidence, m.is_private, m.run_id, m.created_at";

    /// <summary>The turn's state; null when the run is not running.</summary>
    public static TurnState? Load(SqliteSession session, RunRef reference)
    {
        if (FindRun(session, reference) is not { } run) return null;
        TurnInput input = Json.Read<TurnInput>(run.Input);
        Conversation conversation = Required(FindConversation(session, run.TenantId, input.ConversationId), "conversation", input.ConversationId);
        Contact? contact = conversation.ContactId is { } contactId ? session.Find<Contact>(run.TenantId, contactId) : null;
        return new TurnState(
            run,
            Required(FindTenant(session, run.TenantId), "tenant", run.TenantId),
            conversation,
            contact,
            Required(FindMessage(session, conversation, input.MessageId), "message", input.MessageId),
            ReadHistory(session, conversation, input.Sequence),
            FindDialogue(session, conversation));
    }

    private static Run? FindRun(SqliteSession session, RunRef reference) =>
        session.Statement("""
            select kind, subject, ordinal, status, input, result, error, due, version, attempts, idempotency_key, request_hash, created_at
            from runs where tenant_id = @tenant and id = @run and status = 'running'
            """)
            .Set("@tenant", reference.TenantId).Set("@run", reference.RunId)
            .First(row => new Run
            {
                TenantId = reference.TenantId,
                Id = reference.RunId,
                Kind = row.Enum<RunKind>(0),
                Subject = row.GetString(1),
                Ordinal = row.GetInt32(2),
                Status = row.Enum<RunStatus>(3),
                Input = row.GetString(4),
                Result = row.TextOrNull(5),
                Error = row.TextOrNull(6),
                Due = row.InstantOrNull(7),
                Version = row.GetInt32(8),
                Attempts = row.GetInt32(9),
                IdempotencyKey = row.TextOrNull(10),
                RequestHash = row.BytesOrNull(11),
                CreatedAt = row.Instant(12),
            });

    private static Tenant? FindTenant(SqliteSession session, Guid id) =>
        session.Statement("select slug, name, currency, time_zone, locale, is_demo, knowledge_version, created_at from tenants where id = @id")
            .Set("@id", id)
            .First(row => new Tenant
            {
                Id = id,
                Slug = row.GetString(0),
                Name = row.GetString(1),
                Currency = row.GetString(2),
                TimeZone = row.GetString(3),
                Locale = row.GetString(4),
                IsDemo = row.GetBoolean(5),
                KnowledgeVersion = row.GetInt64(6),
                CreatedAt = row.Instant(7),
            });

    /// <summary>The conversation; null when there is none.</summary>
    public static Conversation? FindConversation(SqliteSession session, Guid tenantId, Guid id) => session.Find<Conversation>(tenantId, id);

    private static Message? FindMessage(SqliteSession session, Conversation conversation, Guid id) =>
        session.Statement($"select {messageColumns} from messages m where m.tenant_id = @tenant and m.id = @id")
            .Set("@tenant", conversation.TenantId).Set("@id", id)
            .First(row => ReadMessage(row, conversation));

    /// <summary>The messages before the trigger. The reply to an earlier message counts as earlier even when the customer had already written on: turns follow each other.</summary>
    private static List<Message> ReadHistory(SqliteSession session, Conversation conversation, int sequence)
    {
        List<Message> history = session.Statement($"""
            select {messageColumns} from messages m
            where m.tenant_id = @tenant and m.conversation_id = @conversation
                and (m.sequence < @sequence
                    or (m.author = 'agent' and (select r.ordinal from runs r where r.tenant_id = m.tenant_id and r.id = m.run_id) < @sequence))
            order by m.sequence desc limit @limit
            """)
            .Set("@tenant", conversation.TenantId).Set("@conversation", conversation.Id).Set("@sequence", sequence).Set("@limit", historyLimit)
            .List(row => ReadMessage(row, conversation));
        history.Reverse();
        return history;
    }

    private static Message ReadMessage(SqliteDataReader row, Conversation conversation)
    {
        string citations = row.GetString(5);
        return new Message
        {
            TenantId = conversation.TenantId,
            ConversationId = conversation.Id,
            Id = row.Id(0),
            Sequence = row.GetInt32(1),
            Author = row.Enum<MessageAuthor>(2),
            AgentId = row.TextOrNull(3),
            Text = row.GetString(4),
            Citations = citations == "[]" ? [] : new StoredCitations(citations),
            Status = row.EnumOrNull<ReplyStatus>(6),
            Confidence = row.DoubleOrNull(7),
            IsPrivate = row.GetBoolean(8),
            RunId = row.IdOrNull(9),
            CreatedAt = row.Instant(10),
        };
    }

    private static OpenDialogue? FindDialogue(SqliteSession session, Conversation conversation)
    {
        OpenDialogue? dialogue = session.Statement("""
            select id, version, input from runs
            where tenant_id = @tenant and subject = @subject and status = 'waiting' order by ordinal desc limit 1
            """)
            .Set("@tenant", conversation.TenantId).Set("@subject", Subjects.Dialogue(conversation.Id))
            .First(row => new OpenDialogue(row.Id(0), row.GetInt32(1), Json.Read<DialogueInput>(row.GetString(2)), []));
        if (dialogue is null) return null;
        return dialogue with
        {
            Journal = session.Statement("select name, result from run_steps where tenant_id = @tenant and run_id = @run order by ordinal")
                .Set("@tenant", conversation.TenantId).Set("@run", dialogue.RunId)
                .List(row => new JournalEntry(row.GetString(0), row.GetString(1))),
        };
    }

    private static T Required<T>(T? row, string what, Guid id) where T : class =>
        row ?? throw new InvalidOperationException($"There is no {what} {id}, though a run belongs to it.");

    /// <summary>Citations that are parsed when somebody looks at them: of a long history hardly any turn does, and parsing them all cost more than the rest of the load.</summary>
    private sealed class StoredCitations(string json) : IReadOnlyList<Citation>
    {
        private IReadOnlyList<Citation>? parsed;

        public int Count => Parsed.Count;

        public Citation this[int index] => Parsed[index];

        private IReadOnlyList<Citation> Parsed => parsed ??= Json.Read<IReadOnlyList<Citation>>(json);

        public IEnumerator<Citation> GetEnumerator() => Parsed.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
