using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Storage.Sqlite;

/// <summary>What an item of the writer writes with. It holds for that item only.</summary>
public sealed class SqliteWriteContext : IAuditRecorder, IRunEnqueue, IDisposable
{
    private readonly AuditTrail trail;
    private readonly List<SqliteDb> opened = [];
    private List<AuditEntry> entries = [];
    private EngineWrites signals = new();
    private WebhookNews news = new();
    private WebhookWishes? wishes;
    private Guid teller;

    internal SqliteWriteContext(SqliteSession session, AuditTrail trail)
    {
        Session = session;
        this.trail = trail;
    }

    internal SqliteSession Session { get; }

    /// <summary>The statement, prepared once for the connection.</summary>
    public SqliteStatement Command(string sql) => Session.Statement(sql);

    /// <summary>A model of the actor's tenant in the item's transaction, disposed when the item ends. The rows of a statement must not be open meanwhile: the model registers functions on the connection, and SQLite refuses that while a statement runs.</summary>
    public SqliteDb Context(Actor actor)
    {
        var context = new SqliteDb(Session.Options, actor, this, this);
        // The item's savepoint is its transaction.
        context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        opened.Add(context);
        return context;
    }

    /// <summary>Carries out one commit of the engine as this item.</summary>
    internal T Perform<T>(EngineWork<T> work, IFaultPoints faults)
    {
        Session.Answer(work.Queries);
        var writes = new EngineWrites();
        T result = work.Decide(writes);
        signals.Take(writes);
        (teller, wishes) = (work.Actor.TenantId, work.Wishes);
        foreach (EngineWrite write in writes.Items)
        {
            switch (write)
            {
                case EngineRowWrite row:
                    row.Check(Session.Write(row.Statement));
                    break;
                case EngineModelWrite model:
                    SqliteDb db = Context(work.Actor);
                    model.Mark(db);
                    db.SaveChanges();
                    break;
                case EngineAuditWrite audit:
                    Record(work.Actor.TenantId, work.Actor.Key, audit.Change);
                    break;
                case EngineAnnouncement told:
                    news.Take(told.Announcement);
                    break;
                case EngineSite site:
                    faults.Reached(site.Name);
                    break;
            }
        }

        return result;
    }

    /// <summary>Enters a change into the audit.</summary>
    void IAuditRecorder.Record(Guid tenantId, string actor, AuditChange change) => Record(tenantId, actor, change);

    /// <inheritdoc />
    void IAuditRecorder.Changed(Guid tenantId, Guid? customerId) => signals.Changed(tenantId, customerId);

    /// <inheritdoc />
    void IAuditRecorder.Announce(Guid tenantId, Announcement announcement)
    {
        teller = tenantId;
        news.Take(announcement);
    }

    internal void Record(Guid tenantId, string actor, AuditChange change)
    {
        AuditEntry entry = trail.Make(tenantId, actor, change);
        Session.Statement(AuditStatements.Insert(entry)).Execute();
        entries.Add(entry);
        teller = tenantId;
        news.Take(entry);
    }

    /// <summary>Stores what is to be told of the item, in its transaction.</summary>
    internal void Tell()
    {
        if (!news.HasAny) return;
        if (wishes is null)
        {
            EngineQuery<WebhookWishes> asked = WebhookWishes.Ask(teller);
            Session.Answer([asked]);
            wishes = asked.First!;
        }

        var writes = new EngineWrites();
        news.Write(writes, teller, wishes);
        foreach (EngineRowWrite row in writes.Items.OfType<EngineRowWrite>()) row.Check(Session.Write(row.Statement));
        signals.Take(writes);
    }

    /// <summary>Stores a run in the item's transaction.</summary>
    Enqueued IRunEnqueue.Enqueue(RunRequest request)
    {
        var read = new EnqueueRead(request);
        Session.Answer(read.Queries);
        var writes = new EngineWrites();
        Enqueued enqueued = read.Decide(writes);
        foreach (EngineRowWrite row in writes.Items.OfType<EngineRowWrite>()) row.Check(Session.Write(row.Statement));
        signals.Take(writes);
        return enqueued;
    }

    internal (IReadOnlyList<AuditEntry> Entries, EngineWrites Signals) EndItem()
    {
        foreach (SqliteDb context in opened) context.Dispose();
        opened.Clear();
        List<AuditEntry> ended = entries;
        entries = [];
        EngineWrites told = signals;
        signals = new EngineWrites();
        (news, wishes) = (new WebhookNews(), null);
        return (ended, told);
    }

    /// <summary>Closes the writer's connection.</summary>
    public void Dispose() => Session.Dispose();
}
