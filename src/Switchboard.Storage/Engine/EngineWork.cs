using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Storage.Engine;

/// <summary>
/// One commit of the engine: what must be read, then a pure decision what is written. Each home reads all questions and writes all rows in one
/// transaction: SQLite on the only thread that writes, PostgreSQL as one batch each, with the conversation's row or the subject locked before the first question.
/// Work is carried out once; a home that tries again makes it anew.
/// </summary>
internal abstract class EngineWork<T>
{
    /// <summary>Who acts; all rows are of the actor's tenant.</summary>
    public abstract Actor Actor { get; }

    /// <summary>The conversation whose messages, events and runs are numbered: two writers of one conversation follow each other. Null for work on no conversation.</summary>
    public virtual Guid? ConversationId => null;

    /// <summary>The subject, other than a conversation, whose events and runs are numbered: two writers of one subject follow each other. Null when nothing is numbered.</summary>
    public virtual string? Subject => null;

    /// <summary>The caller's key: two writers under one key follow each other; null when there is none.</summary>
    public virtual string? IdempotencyKey => null;

    /// <summary>What must be known, in the order in which it is asked. A question may also claim a row by altering it.</summary>
    public abstract IReadOnlyList<EngineQuery> Queries { get; }

    /// <summary>What the tenant's receivers want to be told of, when the questions found that out; null when they did not, then the home asks if there is something to tell.</summary>
    public virtual WebhookWishes? Wishes => null;

    /// <summary>The same work as one statement, for a home to which each way to the server is long; null when it takes more than one. The subject's lock goes before it.</summary>
    /// <param name="nodeId">The node of this process, which takes the runs that begin.</param>
    public virtual WholeWork<T>? Whole(Guid? nodeId) => null;

    /// <summary>Decides from the answers what is written and what the caller is told.</summary>
    public abstract T Decide(EngineWrites writes);
}

/// <summary>A commit that one statement carries out.</summary>
/// <param name="Statement">It writes what the work would write, and gives rows.</param>
/// <param name="Result">What the caller is told, once the rows are there; and whom to wake and tell.</param>
/// <param name="Site">The place before it where a test may end the process.</param>
internal sealed record WholeWork<T>(EngineQuery Statement, Func<EngineWrites, T> Result, string Site)
{
    /// <summary>Whether it may be sent again when nobody knows whether it was committed: then it finds that it was, and writes nothing.</summary>
    public bool MayBeSentAgain { get; init; }

    /// <summary>Whether it may find that it does not suit: then it writes nothing and gives no row, and the work is done in the ordinary way.</summary>
    public bool MayNotApply { get; init; }
}

/// <summary>What a commit writes, in order.</summary>
internal sealed class EngineWrites
{
    private readonly List<EngineWrite> items = [];

    /// <summary>The node of this process, which takes the runs that begin; null when it takes none, or is the only process.</summary>
    public Guid? NodeId { get; init; }

    /// <summary>All of it.</summary>
    public IReadOnlyList<EngineWrite> Items => items;

    /// <summary>Executes a statement, whatever number of rows it writes.</summary>
    public void Add(EngineStatement statement) => items.Add(new EngineRowWrite(statement, Otherwise: null));

    /// <summary>Executes a statement that must write exactly one row; otherwise the whole commit fails with the message.</summary>
    public void AddOne(EngineStatement statement, string otherwise) => items.Add(new EngineRowWrite(statement, otherwise));

    /// <summary>Adds a row of the domain through the model.</summary>
    public void AddRow(TenantRow row) => items.Add(new EngineModelWrite(row, IsNew: true));

    /// <summary>Writes a row of the domain, which was read in this work, as it is now.</summary>
    public void UpdateRow(TenantRow row) => items.Add(new EngineModelWrite(row, IsNew: false));

    /// <summary>Enters a change that is written by a statement into the audit; what is written through the model is entered by itself.</summary>
    public void Audit(AuditChange change) => items.Add(new EngineAuditWrite(change));

    /// <summary>Tells the receivers that want it of something that no entry of the audit tells of; the others are announced by themselves.</summary>
    public void Announce(Announcement announcement) => items.Add(new EngineAnnouncement(announcement));

    /// <summary>Wakes a run, which this commit gives to the node of this process, once all is committed.</summary>
    public void Wake(RunRef run) => items.Add(new EngineWake(run with { NodeId = NodeId }));

    /// <summary>Tells who watches the subject that there are events, once all is committed.</summary>
    public void Tell(Guid tenantId, string subject) => items.Add(new EngineTold(tenantId, subject));

    /// <summary>Hands the events of one subject, which this commit adds, to those who watch it here, once all is committed.</summary>
    public void Tell(IReadOnlyList<RunEvent> events) => items.Add(new EngineTold(events[0].TenantId, events[0].Subject) { Events = events });

    /// <summary>Tells who keeps something of a customer that its rows are others, once all is committed.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="customerId">The customer; null for all of the tenant.</param>
    public void Changed(Guid tenantId, Guid? customerId) => items.Add(new EngineChanged(tenantId, customerId));

    /// <summary>Takes over the signals of what was written in the same transaction.</summary>
    public void Take(EngineWrites others) => items.AddRange(others.items.Where(i => i is EngineWake or EngineTold or EngineChanged));

    /// <summary>Gives the signals of all that was committed.</summary>
    public void Signal(RunSignals signals)
    {
        foreach (EngineWrite item in items)
        {
            if (item is EngineWake wake) signals.Wake(wake.Run);
            else if (item is EngineChanged changed) signals.Changed(new CustomerChange(changed.TenantId, changed.CustomerId));
            else if (item is EngineTold { Events: { } events }) signals.Stored(events);
            else if (item is EngineTold told) signals.Stored(told.TenantId, told.Subject);
        }
    }

    /// <summary>Marks a place where a test may end the process.</summary>
    public void Reach(string site) => items.Add(new EngineSite(site));
}

/// <summary>One thing a commit does.</summary>
internal abstract record EngineWrite;

/// <summary>A statement; with a message it must write exactly one row.</summary>
internal sealed record EngineRowWrite(EngineStatement Statement, string? Otherwise) : EngineWrite
{
    /// <summary>Holds the number of written rows to what was asked.</summary>
    /// <exception cref="InvalidOperationException">Another number than one was written and one was asked for.</exception>
    public void Check(int rows)
    {
        if (Otherwise is not null && rows != 1) throw new InvalidOperationException(Otherwise);
    }
}

/// <summary>A row written through the model.</summary>
internal sealed record EngineModelWrite(TenantRow Row, bool IsNew) : EngineWrite
{
    /// <summary>Tells the model what to write.</summary>
    public void Mark(SwitchboardDb db)
    {
        if (IsNew) db.Add(Row);
        else db.Update(Row);
    }
}

/// <summary>An entry of the audit.</summary>
internal sealed record EngineAuditWrite(AuditChange Change) : EngineWrite;

/// <summary>Something that receivers may want to be told of.</summary>
internal sealed record EngineAnnouncement(Announcement Announcement) : EngineWrite;

/// <summary>A run to be woken behind the commit.</summary>
internal sealed record EngineWake(RunRef Run) : EngineWrite;

/// <summary>A subject whose watchers are told behind the commit.</summary>
internal sealed record EngineTold(Guid TenantId, string Subject) : EngineWrite
{
    /// <summary>The events, in their order; null when whoever tells does not have them.</summary>
    public IReadOnlyList<RunEvent>? Events { get; init; }
}

/// <summary>A customer whose rows are others behind the commit; all of the tenant's where none is named.</summary>
internal sealed record EngineChanged(Guid TenantId, Guid? CustomerId) : EngineWrite;

/// <summary>A place where a test may end the process.</summary>
internal sealed record EngineSite(string Name) : EngineWrite;
