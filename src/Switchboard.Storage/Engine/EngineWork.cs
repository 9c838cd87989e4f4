using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Storage.Auditing;

namespace Switchboard.Storage.Engine;

/// <summary>
/// One commit of the engine: what must be read, then a pure decision what is written. Each home reads all questions and writes all rows in one
/// transaction: SQLite on the only thread that writes, PostgreSQL as one batch each, with the conversation's row locked before the first question.
/// Work is carried out once; a home that tries again makes it anew.
/// </summary>
internal abstract class EngineWork<T>
{
    /// <summary>Who acts; all rows are of the actor's tenant.</summary>
    public abstract Actor Actor { get; }

    /// <summary>The conversation whose messages, events and runs are numbered: two writers of one conversation follow each other.</summary>
    public abstract Guid ConversationId { get; }

    /// <summary>The caller's key: two writers under one key follow each other; null when there is none.</summary>
    public virtual string? IdempotencyKey => null;

    /// <summary>What must be known, in the order in which it is asked. A question may also claim a row by altering it.</summary>
    public abstract IReadOnlyList<EngineQuery> Queries { get; }

    /// <summary>Decides from the answers what is written and what the caller is told.</summary>
    public abstract T Decide(EngineWrites writes);
}

/// <summary>What a commit writes, in order.</summary>
internal sealed class EngineWrites
{
    private readonly List<EngineWrite> items = [];

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

/// <summary>A place where a test may end the process.</summary>
internal sealed record EngineSite(string Name) : EngineWrite;
