using System.Security.Cryptography;
using Switchboard.Core.Actions;
using Switchboard.Core.Outbox;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage.Auditing;

namespace Switchboard.Storage.Tests.Mutants;

/// <summary>A store that forgets the keys of messages that come in.</summary>
internal sealed class ForgetfulStore(IRunStore inner) : IRunStore
{
    public Task<AcceptResult> AcceptAsync(AcceptTurn turn, CancellationToken cancellationToken) => inner.AcceptAsync(turn with { IdempotencyKey = null, RequestHash = null }, cancellationToken);

    public Task<HumanPosted> PostHumanAsync(HumanMessage message, CancellationToken cancellationToken) => inner.PostHumanAsync(message, cancellationToken);

    public Task<Conversation?> ChangeAsync(ConversationChange change, CancellationToken cancellationToken) => inner.ChangeAsync(change, cancellationToken);

    public Task<TurnState?> LoadAsync(RunRef run, CancellationToken cancellationToken) => inner.LoadAsync(run, cancellationToken);

    public Task<FinishResult> FinishAsync(FinishTurn turn, CancellationToken cancellationToken) => inner.FinishAsync(turn, cancellationToken);

    public Task<IReadOnlyList<RunRef>> UnfinishedAsync(CancellationToken cancellationToken) => inner.UnfinishedAsync(cancellationToken);

    public Task<int> CountAttemptAsync(RunRef run, CancellationToken cancellationToken) => inner.CountAttemptAsync(run, cancellationToken);

    public Task<IReadOnlyList<RunEvent>> EventsAsync(Guid tenantId, string subject, long after, int limit, CancellationToken cancellationToken) => inner.EventsAsync(tenantId, subject, after, limit, cancellationToken);
}

/// <summary>A queue without the version check: whoever writes, writes on the version that is there.</summary>
internal sealed class UnfencedQueue(IRunQueue inner) : IRunQueue
{
    public Task<Enqueued> EnqueueAsync(RunRequest request, CancellationToken cancellationToken) => inner.EnqueueAsync(request, cancellationToken);

    public Task<RunJournal?> LoadAsync(RunRef run, CancellationToken cancellationToken) => inner.LoadAsync(run, cancellationToken);

    public async Task<RunAdvanced?> AdvanceAsync(RunAdvance advance, CancellationToken cancellationToken) => await inner.AdvanceAsync(advance with { Fence = await NowAsync(advance.Fence) }, cancellationToken);

    public async Task<FinishResult> EndAsync(RunEnding ending, CancellationToken cancellationToken) => await inner.EndAsync(ending with { Fence = await NowAsync(ending.Fence) }, cancellationToken);

    public async Task<FinishResult> PauseAsync(RunPause pause, CancellationToken cancellationToken) => await inner.PauseAsync(pause with { Fence = await NowAsync(pause.Fence) }, cancellationToken);

    public Task<RunStatus?> CancelAsync(Guid tenantId, Guid runId, string reason, DateTimeOffset at, CancellationToken cancellationToken) => inner.CancelAsync(tenantId, runId, reason, at, cancellationToken);

    public Task<IReadOnlyList<RunRef>> WakeDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => inner.WakeDueAsync(now, limit, cancellationToken);

    private async Task<RunFence> NowAsync(RunFence fence) => await inner.LoadAsync(fence.Run, default) is { } found ? fence with { Version = found.Run.Version } : fence;
}

/// <summary>An action store that records the step in a transaction of its own behind the one that changed the rows; the process ends between the two.</summary>
internal sealed class SplitActions(IActionStore inner, Data data) : IActionStore
{
    public Task<ActionPreview> PreviewAsync(ActionCaller caller, DeskAction action, DateTimeOffset now, CancellationToken cancellationToken) => inner.PreviewAsync(caller, action, now, cancellationToken);

    public async Task<ActionDone> PerformAsync(ActionCaller caller, DeskAction action, ActionGrant grant, ActionPlace place, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await inner.PerformAsync(caller, action, grant, place, now, cancellationToken);
        // What the first transaction of two would have left.
        await data.WriteAsync(new SystemActor(caller.Actor.TenantId, "mutant"), db => db.RunSteps.Remove(db.RunSteps.Single(s => s.RunId == place.JournalId && s.Name == place.StepName)), cancellationToken);
        throw new InvalidOperationException("The process ends here.");
    }
}

/// <summary>A port that says of another side that it knows keys, which it does not: what was being sent is sent again.</summary>
internal sealed class ResendingPort(IOutsidePort inner) : IOutsidePort
{
    public string Name => inner.Name;

    public bool Deduplicates(string request) => true;

    public string? Check(string request) => inner.Check(request);

    public string Describe(string request) => inner.Describe(request);

    public Task<PortOutcome> SendAsync(OutsideCall call, CancellationToken cancellationToken) => inner.SendAsync(call, cancellationToken);
}

/// <summary>An outbox whose entries are new to whoever looks: what was being sent counts as never begun.</summary>
internal sealed class ForgetfulOutbox(IOutboxStore inner) : IOutboxStore
{
    public Task<OutboxEntry?> FindAsync(Guid tenantId, Guid entryId, CancellationToken cancellationToken) => inner.FindAsync(tenantId, entryId, cancellationToken);

    public async Task<(AttemptBegun Result, RunAdvanced? Next)> BeginAsync(RunFence fence, string step, Guid entryId, CancellationToken cancellationToken)
    {
        OutboxEntry entry = (await inner.FindAsync(fence.Run.TenantId, entryId, cancellationToken))!;
        // Nothing is recorded before the sending.
        return (new AttemptBegun(OutboxStatus.Sending, entry.Attempts + 1, IsNew: true), new RunAdvanced(fence, CancelAsked: false));
    }

    public async Task<RunAdvanced?> SettleAsync(RunFence fence, string step, Guid entryId, AttemptOutcome outcome, string? note, DateTimeOffset at, CancellationToken cancellationToken)
    {
        (_, RunAdvanced? begun) = await inner.BeginAsync(fence, "outbox:begin", entryId, cancellationToken);
        return begun is null ? null : await inner.SettleAsync(begun.Fence, step, entryId, outcome, note, at, cancellationToken);
    }

    public Task<(OutboxStatus Result, RunAdvanced? Next)> WithdrawAsync(RunFence fence, string step, Guid entryId, bool mayBeDone, string why, string note, DateTimeOffset at, CancellationToken cancellationToken) =>
        inner.WithdrawAsync(fence, step, entryId, mayBeDone, why, note, at, cancellationToken);
}

/// <summary>Chains in which each entry has a seal that says nothing of the one before it.</summary>
internal sealed class UnchainedSeals(IAuditChains inner) : IAuditChains
{
    public Task<IReadOnlyList<Guid>> WaitingAsync(CancellationToken cancellationToken) => inner.WaitingAsync(cancellationToken);

    public Task<T> SealAsync<T>(Guid tenantId, Func<IAuditChain, T> work, CancellationToken cancellationToken) => inner.SealAsync(tenantId, chain => work(new Unchained(chain)), cancellationToken);

    private sealed class Unchained(IAuditChain inner) : IAuditChain
    {
        public IReadOnlyList<AuditEntry> Beyond(long position, int limit) => inner.Beyond(position, limit);

        public IReadOnlyList<AuditEntry> Unsealed(DateTimeOffset after, Guid afterId, int limit) => inner.Unsealed(after, afterId, limit);

        public bool Has(Guid id) => inner.Has(id);

        public void Seal(AuditEntry entry)
        {
            entry.Seal = SHA256.HashData(entry.Id.ToByteArray());
            inner.Seal(entry);
        }

        public void Insert(AuditEntry entry) => inner.Insert(entry);
    }
}
