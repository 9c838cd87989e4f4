using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;

namespace Switchboard.Storage.Engine;

/// <summary>A request for a run, as a part of whatever commit it belongs to: its questions are asked with the others, its rows are written with the others.</summary>
internal sealed class EnqueueRead
{
    private const string started = "run.started";
    private readonly RunRequest request;
    private readonly Guid id;
    private readonly EngineRows rows;
    private readonly EngineQuery<RunRef>? earlier;
    private readonly EngineQuery<(bool IsRunning, int Ordinal, long NextEvent)> standing;

    /// <summary>Prepares to ask for a run.</summary>
    /// <exception cref="ArgumentException">The kind or the subject is one of the desk's own.</exception>
    public EnqueueRead(RunRequest request) : this(request, request.Id ?? Guid.CreateVersion7(request.At))
    {
    }

    /// <summary>Prepares to ask for a run with the id it gets when the request names none.</summary>
    /// <exception cref="ArgumentException">The kind or the subject is one of the desk's own.</exception>
    public EnqueueRead(RunRequest request, Guid id)
    {
        if (request.Kind is RunKind.Turn or RunKind.Dialogue) throw new ArgumentException($"A {request.Kind} is made by the desk alone.", nameof(request));
        // The places of turns are those of their messages; another run among them would take one away.
        if (Subjects.IsDesk(request.Subject)) throw new ArgumentException($"\"{request.Subject}\" is a subject of the desk alone.", nameof(request));
        this.request = request;
        this.id = id;
        Guid tenant = request.Actor.TenantId;
        rows = new EngineRows(tenant);
        if (request.IdempotencyKey is { } key)
        {
            earlier = new(new EngineStatement("select tenant_id, id, subject, lane, priority from runs where tenant_id = @tenant and idempotency_key = @key")
                .Set("@tenant", tenant).Set("@key", key), RunRead.Ref);
        }

        standing = rows.Standing(request.Subject);
    }

    /// <summary>The questions.</summary>
    public IReadOnlyList<EngineQuery> Queries => earlier is null ? [standing] : [earlier, standing];

    /// <summary>Stores the run, to be woken behind the commit when it may begin; gives the earlier one under the same key when there is one.</summary>
    public Enqueued Decide(EngineWrites writes)
    {
        if (earlier is { Found: true }) return new Enqueued(earlier.First, IsNew: false, StartsNow: false);

        (bool isBehind, int ordinal, long seq) = standing.First;
        Run run = Row(writes.NodeId, ordinal, isBehind);
        writes.Add(rows.Insert(run));
        writes.Add(rows.Insert(Started(run, seq)));
        return Tell(writes, run, seq);
    }

    /// <summary>Stores the run without a question: its subject is named after its own id, so that nobody else can have it.</summary>
    public Enqueued DecideAlone(EngineWrites writes)
    {
        Run run = Row(writes.NodeId, ordinal: 1, isBehind: false);
        writes.Add(rows.Insert(run));
        writes.Add(rows.Insert(Started(run, 1)));
        return Tell(writes, run, 1);
    }

    /// <summary>The same in one statement; null for a request with a key, whose earlier one must be looked for, or with an id of its own, which must be new.</summary>
    public WholeWork<Enqueued>? Whole(Guid? nodeId)
    {
        if (earlier is not null || request.Id is not null) return null;
        Run asked = Row(nodeId, ordinal: 0, isBehind: false);
        EngineQuery<(RunStatus Status, int Ordinal, long Seq, bool IsAdded)> whole = new(new EngineStatement("""
            with added as (
                insert into runs (tenant_id, id, kind, subject, ordinal, status, lane, priority, handler, actor, parent_id, input, due, node_id, version, attempts, trace, created_at)
                select @tenant, @run, @kind, @subject, (select coalesce(max(ordinal), 0) + 1 from runs where tenant_id = @tenant and subject = @subject), wanted.status,
                    @lane, @priority, @handler, @actor, @parent, @input, @due, case when wanted.status = 'running' then @node end, 1, 0, @trace, @created
                from (select case when @due is not null then 'waiting'
                    when exists (select 1 from runs where tenant_id = @tenant and subject = @subject and status = 'running') then 'queued' else 'running' end as status) as wanted
                where not exists (select 1 from runs where tenant_id = @tenant and id = @run)
                returning status, ordinal),
            told as (
                insert into run_events (tenant_id, subject, seq, run_id, kind, data)
                select @tenant, @subject, (select coalesce(max(seq), 0) + 1 from run_events where tenant_id = @tenant and subject = @subject), @run, @event, @data from added
                returning seq)
            select added.status, added.ordinal, told.seq, true from added cross join told
            union all select status, ordinal, 0, false from runs where tenant_id = @tenant and id = @run
            """)
            .Set("@tenant", asked.TenantId).Set("@run", asked.Id).Set("@kind", asked.Kind).Set("@subject", asked.Subject).Set("@lane", asked.Lane).Set("@priority", asked.Priority)
            .Set("@handler", asked.Handler).Set("@actor", asked.Actor).Set("@parent", asked.ParentId).Set("@input", asked.Input).Set("@due", asked.Due).Set("@node", nodeId)
            .Set("@trace", asked.Trace).Set("@created", asked.CreatedAt).Set("@event", started).Set("@data", Started(asked, 0).Data),
            row => (row.Enum<RunStatus>(0), row.Int(1), row.Long(2), row.Truth(3)));
        return new(
            whole,
            writes =>
            {
                (RunStatus status, int place, long seq, bool isAdded) = whole.First;
                if (isAdded) return Tell(writes, Row(nodeId, place, isBehind: status == RunStatus.Queued), seq);
                // An attempt whose answer was lost has stored it; what has become of it since is for who takes it up to read.
                var name = new RunRef(asked.TenantId, id, asked.Subject, asked.Lane) { Priority = asked.Priority, NodeId = status == RunStatus.Running ? nodeId : null };
                writes.Tell(asked.TenantId, asked.Subject);
                if (status == RunStatus.Running) writes.Wake(name);
                return new Enqueued(name, IsNew: true, StartsNow: status == RunStatus.Running);
            },
            "enqueue:before-commit")
        {
            MayBeSentAgain = true,
        };
    }

    private Enqueued Tell(EngineWrites writes, Run run, long seq)
    {
        var name = new RunRef(run.TenantId, run.Id, run.Subject, run.Lane) { Priority = run.Priority, NodeId = run.NodeId };
        writes.Tell([Started(run, seq)]);
        bool starts = run.Status == RunStatus.Running;
        // What the database would read otherwise than it was written is read.
        if (starts) writes.Wake(run.Subject.Contains('\0', StringComparison.Ordinal) || run.Input.Contains('\0', StringComparison.Ordinal) ? name : name with { Fresh = run });
        return new Enqueued(name, IsNew: true, StartsNow: starts);
    }

    private Run Row(Guid? nodeId, int ordinal, bool isBehind)
    {
        DateTimeOffset? due = request.Due > request.At ? request.Due : null;
        RunStatus status = due is not null ? RunStatus.Waiting : isBehind ? RunStatus.Queued : RunStatus.Running;
        return new Run
        {
            TenantId = request.Actor.TenantId,
            Id = id,
            Kind = request.Kind,
            Subject = request.Subject,
            Ordinal = ordinal,
            Status = status,
            Lane = request.Lane,
            Priority = request.Priority,
            Handler = request.Handler,
            Actor = ActorText.Write(request.Actor),
            ParentId = request.ParentId,
            Input = request.Input,
            Due = due,
            NodeId = status == RunStatus.Running ? nodeId : null,
            Version = 1,
            Attempts = 0,
            IdempotencyKey = request.IdempotencyKey,
            Trace = request.Trace,
            // Databases keep microseconds; a run is the same whether it was read or is still in hand.
            CreatedAt = new DateTimeOffset(request.At.UtcTicks - (request.At.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero),
        };
    }

    private RunEvent Started(Run run, long seq) => new()
    {
        TenantId = run.TenantId,
        Subject = run.Subject,
        Seq = seq,
        RunId = run.Id,
        Kind = started,
        Data = Json.Write(new RunStarted(run.Id, run.Kind, request.Handler, run.Due)),
    };

    private sealed record RunStarted(Guid RunId, RunKind Kind, string Handler, DateTimeOffset? Due);
}

/// <summary>A request for a run as a commit of its own.</summary>
/// <param name="request">The request.</param>
/// <param name="id">The id it gets when the request names none.</param>
internal sealed class EnqueueWork(RunRequest request, Guid id) : EngineWork<Enqueued>
{
    private readonly EnqueueRead read = new(request, id);

    /// <inheritdoc />
    public override Actor Actor => request.Actor;

    /// <inheritdoc />
    public override string Subject => request.Subject;

    /// <inheritdoc />
    public override IReadOnlyList<EngineQuery> Queries => read.Queries;

    /// <inheritdoc />
    public override WholeWork<Enqueued>? Whole(Guid? nodeId) => read.Whole(nodeId);

    /// <inheritdoc />
    public override Enqueued Decide(EngineWrites writes)
    {
        Enqueued enqueued = read.Decide(writes);
        writes.Reach("enqueue:before-commit");
        return enqueued;
    }
}

/// <summary>Stores runs in a transaction that is under way, and wakes them when it is committed.</summary>
internal interface IRunEnqueue
{
    /// <summary>Stores the run.</summary>
    Enqueued Enqueue(RunRequest request);
}
