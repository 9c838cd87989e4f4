using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;

namespace Switchboard.Storage.Engine;

/// <summary>A request for a run, as a part of whatever commit it belongs to: its questions are asked with the others, its rows are written with the others.</summary>
internal sealed class EnqueueRead
{
    private readonly RunRequest request;
    private readonly EngineRows rows;
    private readonly EngineQuery<RunRef>? earlier;
    private readonly EngineQuery<int> running;
    private readonly EngineQuery<int> ordinal;
    private readonly EngineQuery<long> nextEvent;

    /// <summary>Prepares to ask for a run.</summary>
    /// <exception cref="ArgumentException">The kind or the subject is one of the desk's own.</exception>
    public EnqueueRead(RunRequest request)
    {
        if (request.Kind is RunKind.Turn or RunKind.Dialogue) throw new ArgumentException($"A {request.Kind} is made by the desk alone.", nameof(request));
        // The places of turns are those of their messages; another run among them would take one away.
        if (Subjects.IsDesk(request.Subject)) throw new ArgumentException($"\"{request.Subject}\" is a subject of the desk alone.", nameof(request));
        this.request = request;
        Guid tenant = request.Actor.TenantId;
        rows = new EngineRows(tenant);
        if (request.IdempotencyKey is { } key)
        {
            earlier = new(new EngineStatement("select tenant_id, id, subject, lane, priority from runs where tenant_id = @tenant and idempotency_key = @key")
                .Set("@tenant", tenant).Set("@key", key), RunRead.Ref);
        }

        running = rows.Running(request.Subject);
        ordinal = rows.NextOrdinal(request.Subject);
        nextEvent = rows.NextEvent(request.Subject);
    }

    /// <summary>The questions.</summary>
    public IReadOnlyList<EngineQuery> Queries => earlier is null ? [running, ordinal, nextEvent] : [earlier, running, ordinal, nextEvent];

    /// <summary>Stores the run, to be woken behind the commit when it may begin; gives the earlier one under the same key when there is one.</summary>
    public Enqueued Decide(EngineWrites writes)
    {
        if (earlier is { Found: true }) return new Enqueued(earlier.First, IsNew: false, StartsNow: false);

        Guid tenant = request.Actor.TenantId;
        DateTimeOffset? due = request.Due > request.At ? request.Due : null;
        RunStatus status = due is not null ? RunStatus.Waiting : running.Found ? RunStatus.Queued : RunStatus.Running;
        var run = new RunRef(tenant, request.Id ?? Guid.CreateVersion7(request.At), request.Subject, request.Lane) { Priority = request.Priority };
        writes.Add(rows.Insert(new Run
        {
            TenantId = tenant,
            Id = run.RunId,
            Kind = request.Kind,
            Subject = request.Subject,
            Ordinal = ordinal.First,
            Status = status,
            Lane = request.Lane,
            Priority = request.Priority,
            Handler = request.Handler,
            Actor = ActorText.Write(request.Actor),
            ParentId = request.ParentId,
            Input = request.Input,
            Due = due,
            NodeId = status == RunStatus.Running ? writes.NodeId : null,
            Version = 1,
            Attempts = 0,
            IdempotencyKey = request.IdempotencyKey,
            CreatedAt = request.At,
        }));
        writes.Add(rows.Insert(request.Subject, nextEvent.First, run.RunId, "run.started", Json.Write(new RunStarted(run.RunId, request.Kind, request.Handler, due))));
        writes.Tell(tenant, request.Subject);
        if (status == RunStatus.Running) writes.Wake(run);
        return new Enqueued(run with { NodeId = status == RunStatus.Running ? writes.NodeId : null }, IsNew: true, StartsNow: status == RunStatus.Running);
    }

    private sealed record RunStarted(Guid RunId, RunKind Kind, string Handler, DateTimeOffset? Due);
}

/// <summary>A request for a run as a commit of its own.</summary>
internal sealed class EnqueueWork(RunRequest request) : EngineWork<Enqueued>
{
    private readonly EnqueueRead read = new(request);

    /// <inheritdoc />
    public override Actor Actor => request.Actor;

    /// <inheritdoc />
    public override string Subject => request.Subject;

    /// <inheritdoc />
    public override IReadOnlyList<EngineQuery> Queries => read.Queries;

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
