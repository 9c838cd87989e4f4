using System.Collections;
using Switchboard.Core;
using Switchboard.Core.Policies;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Engine;

/// <summary>The questions for all a turn needs, asked together and answered at one instant of the database.</summary>
internal sealed class TurnRead
{
    /// <summary>Messages of the past a turn is given at most.</summary>
    public const int HistoryLimit = 50;

    private const string messageColumns = "m.id, m.conversation_id, m.sequence, m.author, m.agent_id, m.text, m.citations, m.status, m.confidence, m.is_private, m.run_id, m.created_at";

    /// <summary>The place of the run, which is also the place of the message that triggers it.</summary>
    private const string place = "(select t.ordinal from runs t where t.tenant_id = @tenant and t.id = @run)";

    private readonly EngineQuery<Run> run;
    private readonly EngineQuery<(Tenant Row, PolicyMark Policies)> tenant;
    private readonly EngineQuery<Conversation> conversation;
    private readonly EngineQuery<Contact> contact;
    private readonly EngineQuery<string> plan;
    private readonly EngineQuery<Message> trigger;
    private readonly EngineQuery<Message> history;
    private readonly EngineQuery<OpenDialogue> dialogues;
    private readonly EngineQuery<(Guid RunId, JournalEntry Entry)> journal;

    /// <summary>Asks for a run that is running.</summary>
    /// <exception cref="FormatException">The run's subject is no conversation.</exception>
    public TurnRead(RunRef reference)
    {
        Guid conversationId = Subjects.ConversationOf(reference.Subject);
        run = RunRead.Running(reference);
        tenant = TenantOf(reference.TenantId);
        conversation = Conversation(reference.TenantId, conversationId);
        contact = ContactOf(reference.TenantId, conversationId);
        plan = PlanOf(reference.TenantId, conversationId);
        trigger = new(new EngineStatement($"select {messageColumns} from messages m where m.tenant_id = @tenant and m.conversation_id = @conversation and m.sequence = {place}")
            .Set("@tenant", reference.TenantId).Set("@conversation", conversationId).Set("@run", reference.RunId), row => ReadMessage(row, reference.TenantId));
        history = History(reference, conversationId);
        dialogues = new(new EngineStatement("""
            select id, version, input from runs
            where tenant_id = @tenant and subject = @subject and status = 'waiting' order by ordinal desc
            """)
            .Set("@tenant", reference.TenantId).Set("@subject", Subjects.Dialogue(conversationId)),
            row => new OpenDialogue(row.Id(0), row.Int(1), Json.Read<DialogueInput>(row.Text(2)), []));
        journal = new(new EngineStatement("""
            select s.run_id, s.name, s.result from run_steps s
            where s.tenant_id = @tenant
                and s.run_id in (select r.id from runs r where r.tenant_id = @tenant and r.subject = @subject and r.status = 'waiting')
            order by s.run_id, s.ordinal
            """)
            .Set("@tenant", reference.TenantId).Set("@subject", Subjects.Dialogue(conversationId)), row => (row.Id(0), new JournalEntry(row.Text(1), row.Text(2))));
    }

    /// <summary>The questions.</summary>
    public IReadOnlyList<EngineQuery> Queries => [run, tenant, conversation, contact, plan, trigger, history, dialogues, journal];

    /// <summary>The turn's state; null when the run is not running.</summary>
    /// <exception cref="InvalidOperationException">A row that the run belongs to is not there.</exception>
    public TurnState? State()
    {
        if (run.First is not { } running) return null;
        Conversation talk = Required(conversation.First, "conversation", running.Id);
        Message said = Required(trigger.First, "message", running.Id);
        bool isProven = talk.IsProvenFor(said.CreatedAt);
        return new TurnState(
            running,
            Required(tenant.First.Row, "tenant", running.TenantId),
            talk,
            isProven ? contact.First : null,
            said,
            // Read from the newest on, given from the oldest on.
            [.. history.Rows.Reverse()],
            [.. dialogues.Rows.Select(d => d with { Journal = [.. journal.Rows.Where(j => j.RunId == d.RunId).Select(j => j.Entry)] })],
            isProven ? plan.First : null)
        {
            Policies = tenant.First.Policies,
        };
    }

    /// <summary>Asks for the tenant, and with it for which of its policies hold: nearly every turn decides by them.</summary>
    private static EngineQuery<(Tenant Row, PolicyMark Policies)> TenantOf(Guid id) =>
        new(new EngineStatement("""
            select slug, name, currency, time_zone, locale, is_demo, knowledge_version, created_at,
                (select d.id from policy_documents d where d.tenant_id = @id order by d.version desc limit 1),
                (select coalesce(max(d.version), 0) from policy_documents d where d.tenant_id = @id)
            from tenants where id = @id
            """)
            .Set("@id", id),
            row => (ReadTenant(row, id), new PolicyMark(row.IdOrNull(8), row.Int(9))));

    private static Tenant ReadTenant(EngineRow row, Guid id) => new()
    {
        Id = id,
        Slug = row.Text(0),
        Name = row.Text(1),
        Currency = row.Text(2),
        TimeZone = row.Text(3),
        Locale = row.Text(4),
        IsDemo = row.Truth(5),
        KnowledgeVersion = row.Long(6),
        CreatedAt = row.Instant(7),
    };

    /// <summary>Asks for a conversation.</summary>
    public static EngineQuery<Conversation> Conversation(Guid tenantId, Guid id) =>
        EntityQuery.Of<Conversation>(new EngineStatement($"select {EntityColumns<Conversation>.List} from conversations where tenant_id = @tenant and id = @id").Set("@tenant", tenantId).Set("@id", id));

    private static EngineQuery<Contact> ContactOf(Guid tenantId, Guid conversationId) =>
        EntityQuery.Of<Contact>(new EngineStatement($"""
            select {EntityColumns<Contact>.List} from contacts
            where tenant_id = @tenant and id = (select t.contact_id from conversations t where t.tenant_id = @tenant and t.id = @conversation)
            """).Set("@tenant", tenantId).Set("@conversation", conversationId));

    private static EngineQuery<string> PlanOf(Guid tenantId, Guid conversationId) =>
        new(new EngineStatement("""
            select u.plan from customers u
            where u.tenant_id = @tenant
                and u.id = (select c.customer_id from contacts c
                    where c.tenant_id = @tenant and c.id = (select t.contact_id from conversations t where t.tenant_id = @tenant and t.id = @conversation))
            """).Set("@tenant", tenantId).Set("@conversation", conversationId), row => row.Text(0));

    /// <summary>Asks for the message that came under a caller's key from a person.</summary>
    public static EngineQuery<Message> MessageUnderKey(Guid tenantId, string key) =>
        new(new EngineStatement($"""
            select {messageColumns} from messages m
            where m.tenant_id = @tenant and m.author = 'human'
                and m.run_id = (select r.id from runs r where r.tenant_id = @tenant and r.idempotency_key = @key)
            """).Set("@tenant", tenantId).Set("@key", key), row => ReadMessage(row, tenantId));

    /// <summary>The messages before the trigger. The reply to an earlier message counts as earlier even when the customer had already written on: turns follow each other.</summary>
    private static EngineQuery<Message> History(RunRef reference, Guid conversationId) =>
        new(new EngineStatement($"""
            select {messageColumns} from messages m
            where m.tenant_id = @tenant and m.conversation_id = @conversation
                and (m.sequence < {place}
                    or (m.author = 'agent' and (select r.ordinal from runs r where r.tenant_id = m.tenant_id and r.id = m.run_id) < {place}))
            order by m.sequence desc limit @limit
            """)
            .Set("@tenant", reference.TenantId).Set("@conversation", conversationId).Set("@run", reference.RunId).Set("@limit", HistoryLimit), row => ReadMessage(row, reference.TenantId));

    private static Message ReadMessage(EngineRow row, Guid tenantId)
    {
        string citations = row.Text(6);
        return new Message
        {
            TenantId = tenantId,
            ConversationId = row.Id(1),
            Id = row.Id(0),
            Sequence = row.Int(2),
            Author = row.Enum<MessageAuthor>(3),
            AgentId = row.TextOrNull(4),
            Text = row.Text(5),
            Citations = citations == "[]" ? [] : new StoredCitations(citations),
            Status = row.EnumOrNull<ReplyStatus>(7),
            Confidence = row.RealOrNull(8),
            IsPrivate = row.Truth(9),
            RunId = row.IdOrNull(10),
            CreatedAt = row.Instant(11),
        };
    }

    private static T Required<T>(T? row, string what, Guid runId) where T : class =>
        row ?? throw new InvalidOperationException($"There is no {what} of run {runId}.");

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
