using System.Globalization;
using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Runs;
using Switchboard.Core.Webhooks;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Storage.Engine;

/// <summary>A commit of a run of a handler.</summary>
/// <param name="run">The run.</param>
internal abstract class RunWork<T>(RunRef run) : EngineWork<T>
{
    /// <summary>The run.</summary>
    protected RunRef Run => run;

    /// <summary>The rows of the run's tenant.</summary>
    protected EngineRows Rows { get; } = new(run.TenantId);

    /// <inheritdoc />
    public override Actor Actor { get; } = new SystemActor(run.TenantId, "runs");

    /// <summary>Adds events behind those that are stored.</summary>
    protected void Tell(EngineWrites writes, IReadOnlyList<PendingEvent> events, long next)
    {
        if (events.Count == 0) return;
        RunEvent[] stored = [.. events.Select((e, n) => Event(e, next + n))];
        foreach (RunEvent e in stored) writes.Add(Rows.Insert(e));
        writes.Tell(stored);
    }

    /// <summary>Tells receivers that a job has ended. Deliveries are none to them: they would be told of telling them.</summary>
    protected void AnnounceEnd(EngineWrites writes, RunKind kind, DateTimeOffset at)
    {
        if (kind is RunKind.Execution or RunKind.Workflow or RunKind.Job) writes.Announce(new Announcement(WebhookEvents.JobFinished, run.RunId, at));
    }

    /// <summary>An event with its number.</summary>
    protected RunEvent Event(PendingEvent e, long seq) => new() { TenantId = run.TenantId, Subject = run.Subject, Seq = seq, RunId = run.RunId, Kind = e.Kind, Data = e.Data };
}

/// <summary>Steps and events of a run that goes on.</summary>
internal sealed class AdvanceWork : RunWork<RunAdvanced?>
{
    private const string claim = $"""
        update runs set version = version + 1, progress = coalesce(@progress, progress), attempts = case when @steps > 0 then 0 else attempts end
        where tenant_id = @tenant and id = @run and version = {RunRead.ReadWhileRunning} returning version, cancel_asked_at,
            (select coalesce(max(ordinal), 0) from run_steps where tenant_id = @tenant and run_id = @run) as stored
        """;

    private const string claimAndStep = $"""
        with claimed as ({claim}), written as (
            insert into run_steps (tenant_id, run_id, ordinal, name, result)
            select @tenant, @run, stored + 1, @name, @result from claimed)
        select version, cancel_asked_at, stored from claimed
        """;

    private readonly RunAdvance advance;
    private readonly EngineQuery<(RunAdvanced Run, int Stored)> claimed;
    private readonly EngineQuery<long> nextEvent;

    /// <summary>Prepares to go on.</summary>
    public AdvanceWork(RunAdvance advance) : base(advance.Fence.Run)
    {
        this.advance = advance;
        // The run is claimed by writing it: who finds it in another version has lost and writes nothing.
        claimed = Claimed(claim);
        nextEvent = Rows.NextEvent(Run.Subject);
    }

    /// <summary>Only events are numbered by subject; steps are the run's own, and its row is claimed.</summary>
    public override string? Subject => advance.Events.Count > 0 ? Run.Subject : null;

    /// <inheritdoc />
    public override IReadOnlyList<EngineQuery> Queries => advance.Events.Count > 0 ? [claimed, nextEvent] : [claimed];

    /// <summary>One step, which is what most commits of a run are: it is written if the claim is, by what was stored when the statement began.</summary>
    public override WholeWork<RunAdvanced?>? Whole(Guid? nodeId)
    {
        if (advance is not { Steps: [JournalEntry step], Events: [] }) return null;
        EngineQuery<(RunAdvanced Run, int Stored)> whole = Claimed(claimAndStep);
        whole.Statement.Set("@name", step.Name).Set("@result", step.Result);
        return new(whole, _ => whole.Found ? whole.First.Run : null, "advance:before-commit");
    }

    /// <inheritdoc />
    public override RunAdvanced? Decide(EngineWrites writes)
    {
        if (!claimed.Found) return null;
        Rows.Insert(writes, Run.RunId, advance.Steps, claimed.First.Stored);
        Tell(writes, advance.Events, nextEvent.First);
        writes.Reach("advance:before-commit");
        return claimed.First.Run;
    }

    private EngineQuery<(RunAdvanced Run, int Stored)> Claimed(string sql) =>
        new(new EngineStatement(sql)
            .Set("@progress", advance.Progress).Set("@steps", advance.Steps.Count).Set("@tenant", Run.TenantId).Set("@run", Run.RunId).Set("@read", advance.Fence.Version),
            row => (new RunAdvanced(advance.Fence with { Version = row.Int(0) }, !row.IsMissing(1)), row.Int(2)));
}

/// <summary>The end of a run.</summary>
internal sealed class EndWork : RunWork<FinishResult>
{
    private const string ended = $"""
        update runs set status = @status, result = @result, error_code = @code, error = case when @status = 'cancelled' then coalesce(@error, error) else @error end,
            progress = case when @status = 'succeeded' then 1 else progress end, finished_at = @at, version = version + 1
        where tenant_id = @tenant and id = @run and version = {RunRead.ReadWhileRunning}
        """;

    private static readonly string alone = $"""
        {ended} and not exists (select 1 from runs where tenant_id = @tenant and subject = @subject and status = 'queued')
            and (kind = 'delivery' or not {WebhookWishes.IsWanted(WebhookEvents.JobFinished)}) returning version
        """;

    private const string claim = $"""
        {ended} returning (select coalesce(max(ordinal), 0) from run_steps where tenant_id = @tenant and run_id = @run),
            (select coalesce(max(seq), 0) + 1 from run_events where tenant_id = @tenant and subject = @subject), kind, {WebhookWishes.Sql}
        """;

    // Only while no other run of the subject waits and nobody is told of the end: those would have to begin in the same commit, and a statement that could let them begin is dearer for each end.
    private static readonly string whole = $"""
        with claimed as ({alone}), written as (
            insert into run_steps (tenant_id, run_id, ordinal, name, result)
            select @tenant, @run, (select coalesce(max(ordinal), 0) + 1 from run_steps where tenant_id = @tenant and run_id = @run), @name, @output from claimed where @output is not null)
        insert into run_events (tenant_id, subject, seq, run_id, kind, data)
        select @tenant, @subject, (select coalesce(max(seq), 0) + 1 from run_events where tenant_id = @tenant and subject = @subject), @run, @kind, @data from claimed
        returning seq
        """;

    private readonly RunEnding ending;
    private readonly EngineQuery<(int Stored, long NextEvent, RunKind Kind, WebhookWishes Wishes)> claimed;
    private readonly EngineQuery<RunRef> queued;

    /// <summary>Prepares to end the run.</summary>
    /// <exception cref="ArgumentException">The status is no end.</exception>
    public EndWork(RunEnding ending) : base(ending.Fence.Run)
    {
        if (ending.Status is not (RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled)) throw new ArgumentException($"A run cannot end as {ending.Status}.", nameof(ending));
        this.ending = ending;
        claimed = new(Claim(claim), row => (row.Int(0), row.Long(1), row.Enum<RunKind>(2), new WebhookWishes(row.TextOrNull(3))));
        queued = Rows.NextQueued(Run.Subject);
    }

    /// <inheritdoc />
    public override string Subject => Run.Subject;

    /// <inheritdoc />
    public override IReadOnlyList<EngineQuery> Queries => [claimed, queued];

    /// <inheritdoc />
    public override WebhookWishes? Wishes => claimed.First.Wishes;

    /// <summary>A success with its last step and nobody behind it, which is how most runs end.</summary>
    public override WholeWork<FinishResult>? Whole(Guid? nodeId)
    {
        if (ending is not { Status: RunStatus.Succeeded, Steps.Count: <= 1, Events: [PendingEvent told] }) return null;
        JournalEntry? step = ending.Steps.Count == 1 ? ending.Steps[0] : null;
        EngineQuery<long> query = new(Claim(whole).Set("@name", step?.Name).Set("@output", step?.Result).Set("@kind", told.Kind).Set("@data", told.Data), row => row.Long(0));
        return new(
            query,
            writes =>
            {
                writes.Tell([Event(told, query.First)]);
                return new FinishResult(Finished: true, Next: null);
            },
            "end:before-commit")
        {
            MayBeSentAgain = true,
            MayNotApply = true,
        };
    }

    /// <inheritdoc />
    public override FinishResult Decide(EngineWrites writes)
    {
        if (!claimed.Found) return new FinishResult(Finished: false, Next: null);
        if (ending.Steps.Count > 0) Rows.Insert(writes, Run.RunId, ending.Steps, claimed.First.Stored);
        Tell(writes, ending.Events, claimed.First.NextEvent);
        if (ending.Status != RunStatus.Succeeded) Rows.AskChildren(writes, Run.RunId, ending.Status == RunStatus.Cancelled, ending.At);
        AnnounceEnd(writes, claimed.First.Kind, ending.At);
        RunRef? next = Rows.Start(writes, queued);
        writes.Reach("end:before-commit");
        return new FinishResult(Finished: true, next);
    }

    private EngineStatement Claim(string sql) => new EngineStatement(sql)
        .Set("@status", ending.Status).Set("@result", ending.Result).Set("@code", ending.ErrorCode).Set("@error", ending.Error).Set("@at", ending.At)
        .Set("@tenant", Run.TenantId).Set("@run", Run.RunId).Set("@subject", Run.Subject).Set("@read", ending.Fence.Version);
}

/// <summary>A run is put off.</summary>
internal sealed class PauseWork : RunWork<FinishResult>
{
    private readonly RunPause pause;
    private readonly EngineQuery<int> claimed;
    private readonly EngineQuery<int> stored;
    private readonly EngineQuery<long> nextEvent;
    private readonly EngineQuery<RunRef> queued;
    private readonly EnqueueRead[] expiries;

    /// <summary>Prepares to put the run off.</summary>
    public PauseWork(RunPause pause) : base(pause.Fence.Run)
    {
        this.pause = pause;
        // One that was asked to be cancelled meanwhile comes back at once, to end; and so does one whose approval was decided while it was on its way here.
        string decided = string.Concat(pause.Awaited.Select((_, n) => $" or exists (select 1 from approvals where tenant_id = @tenant and id = {Awaited(n)} and status <> 'pending')"));
        var statement = new EngineStatement($"""
            update runs set status = @status, due = case when cancel_asked_at is not null{decided} then created_at else @due end, attempts = @attempts, version = version + 1
            where tenant_id = @tenant and id = @run and version = {RunRead.ReadWhileRunning} returning version
            """);
        for (int n = 0; n < pause.Awaited.Count; n++) statement.Set(Awaited(n), pause.Awaited[n]);
        claimed = new(statement
            .Set("@status", pause.KeepsPlace ? RunStatus.Running : RunStatus.Waiting).Set("@due", pause.Due).Set("@attempts", pause.Attempts)
            .Set("@tenant", Run.TenantId).Set("@run", Run.RunId).Set("@read", pause.Fence.Version), row => row.Int(0));
        stored = Rows.StoredSteps(Run.RunId);
        nextEvent = Rows.NextEvent(Run.Subject);
        queued = Rows.NextQueued(Run.Subject);
        expiries = [.. pause.Approvals.Select(a => new EnqueueRead(ApprovalExpiry.RequestFor(a)))];
    }

    /// <inheritdoc />
    public override string Subject => Run.Subject;

    /// <inheritdoc />
    public override IReadOnlyList<EngineQuery> Queries => [claimed, .. pause.Steps.Count > 0 ? new EngineQuery[] { stored } : [], nextEvent, queued, .. expiries.SelectMany(e => e.Queries)];

    /// <inheritdoc />
    public override FinishResult Decide(EngineWrites writes)
    {
        if (!claimed.Found) return new FinishResult(Finished: false, Next: null);
        if (pause.Steps.Count > 0) Rows.Insert(writes, Run.RunId, pause.Steps, stored.First);
        Tell(writes, pause.Events, nextEvent.First);
        foreach (Approval approval in pause.Approvals) writes.AddRow(approval);
        foreach (EnqueueRead expiry in expiries) expiry.Decide(writes);
        RunRef? next = pause.KeepsPlace ? null : Rows.Start(writes, queued);
        writes.Reach("pause:before-commit");
        return new FinishResult(Finished: true, next);
    }

    /// <summary>The name of a value; names are of letters.</summary>
    private static string Awaited(int n) => "@awaited_" + string.Concat(n.ToString(CultureInfo.InvariantCulture).Select(digit => (char)('a' + digit - '0')));
}

/// <summary>A run whose instant has come is taken up again, or stands in line.</summary>
internal sealed class WakeWork : RunWork<RunRef?>
{
    private readonly Guid? nodeId;
    private readonly EngineQuery<RunStatus> claimed;

    /// <summary>Prepares to take the run up.</summary>
    public WakeWork(RunRef run, DateTimeOffset now, Guid? nodeId) : base(run)
    {
        this.nodeId = nodeId;
        claimed = new(new EngineStatement("""
            update runs set due = null, node_id = @node, version = version + 1, status = case
                when status = 'running' or not exists (select 1 from runs o where o.tenant_id = @tenant and o.subject = @subject and o.status = 'running') then 'running'
                else 'queued' end
            where tenant_id = @tenant and id = @run and due <= @now and status in ('waiting', 'running') returning status
            """)
            .Set("@tenant", run.TenantId).Set("@subject", run.Subject).Set("@run", run.RunId).Set("@now", now).Set("@node", nodeId), row => row.Enum<RunStatus>(0));
    }

    /// <inheritdoc />
    public override string Subject => Run.Subject;

    /// <inheritdoc />
    public override IReadOnlyList<EngineQuery> Queries => [claimed];

    /// <summary>The run when it wants to be woken.</summary>
    public override RunRef? Decide(EngineWrites writes)
    {
        writes.Reach("wake:before-commit");
        return claimed is { Found: true, First: RunStatus.Running } ? Run with { NodeId = nodeId } : null;
    }
}

/// <summary>A run is cancelled, or asked to end.</summary>
internal sealed class CancelWork : RunWork<RunStatus?>
{
    private readonly string reason;
    private readonly DateTimeOffset at;
    private readonly EngineQuery<(RunStatus Status, int Version, bool Pauses, bool EndsItself, RunKind Kind)> state;
    private readonly EngineQuery<long> nextEvent;

    /// <summary>Prepares to cancel the run.</summary>
    public CancelWork(RunRef run, string reason, DateTimeOffset at) : base(run)
    {
        this.reason = reason;
        this.at = at;
        // What a run of a handler did it must undo, so it is not ended from outside; a dialogue's performances are its customer's wish and stay.
        state = new(new EngineStatement("""
            select r.status, r.version, r.due, r.handler,
                (select count(*) from run_steps s where s.tenant_id = r.tenant_id and s.run_id = r.id and (s.name like 'perform:%' or s.name like '%/perform:%')), r.kind
            from runs r where r.tenant_id = @tenant and r.id = @run
            """)
            .Set("@tenant", run.TenantId).Set("@run", run.RunId),
            row => (row.Enum<RunStatus>(0), row.Int(1), !row.IsMissing(2), row.TextOrNull(3) is { } handler && (RunHandlers.Settling.Contains(handler) || row.Long(4) > 0), row.Enum<RunKind>(5)));
        nextEvent = Rows.NextEvent(run.Subject);
    }

    /// <summary>The writers of turns and dialogues follow each other by their conversation.</summary>
    public override Guid? ConversationId => Subjects.DeskConversationOf(Run.Subject);

    /// <inheritdoc />
    public override string? Subject => ConversationId is null ? Run.Subject : null;

    /// <inheritdoc />
    public override IReadOnlyList<EngineQuery> Queries => [state, nextEvent];

    /// <inheritdoc />
    public override RunStatus? Decide(EngineWrites writes)
    {
        if (!state.Found) return null;
        (RunStatus status, int version, bool pauses, bool endsItself, RunKind kind) = state.First;
        switch (status)
        {
            case RunStatus.Queued or RunStatus.Waiting when !endsItself:
                writes.AddOne(new EngineStatement("""
                    update runs set status = 'cancelled', error_code = @code, error = @reason, due = null, finished_at = @at, version = version + 1
                    where tenant_id = @tenant and id = @run and version = @read
                    """)
                    .Set("@code", RunFailures.Cancelled).Set("@reason", reason).Set("@at", at).Set("@tenant", Run.TenantId).Set("@run", Run.RunId).Set("@read", version),
                    $"Run {Run.RunId} was written by somebody else while it was cancelled.");
                Tell(writes, [new PendingEvent("run.finished", Json.Write(new RunFinished(Run.RunId, RunStatus.Cancelled, RunFailures.Cancelled, null)))], nextEvent.First);
                Rows.AskChildren(writes, Run.RunId, all: true, at);
                AnnounceEnd(writes, kind, at);
                writes.Reach("cancel:before-commit");
                return RunStatus.Cancelled;
            case RunStatus.Running:
                // Not a write of the run itself: who carries it out must not lose it, and reads this with its next write.
                writes.Add(new EngineStatement("update runs set cancel_asked_at = coalesce(cancel_asked_at, @at), error = coalesce(error, @reason), node_id = case when due is null then node_id else @node end, due = null where tenant_id = @tenant and id = @run and status = 'running'")
                    .Set("@at", at).Set("@reason", reason).Set("@node", writes.NodeId).Set("@tenant", Run.TenantId).Set("@run", Run.RunId));
                if (pauses) writes.Wake(Run);
                writes.Reach("cancel:before-commit");
                return RunStatus.Running;
            case RunStatus.Queued or RunStatus.Waiting:
                // One that waits is taken up by who looks for due runs; one that stands in line ends when its turn comes.
                writes.Add(new EngineStatement("update runs set cancel_asked_at = coalesce(cancel_asked_at, @at), error = coalesce(error, @reason), due = case when status = 'waiting' then @at else due end where tenant_id = @tenant and id = @run")
                    .Set("@at", at).Set("@reason", reason).Set("@tenant", Run.TenantId).Set("@run", Run.RunId));
                writes.Reach("cancel:before-commit");
                return status;
            default:
                return status;
        }
    }
}
