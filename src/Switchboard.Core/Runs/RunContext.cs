using System.Collections.Concurrent;
using System.Collections.Frozen;
using Switchboard.Core.Actions;
using Switchboard.Core.Conversations;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;

namespace Switchboard.Core.Runs;

/// <summary>
/// What a handler sees of its run, and the steps it may take. Each step is committed when it is done; a run that is taken up again gets the
/// recorded results and goes on behind them. Branches run side by side, each with a journal of its own inside the run's.
/// </summary>
public sealed class RunContext
{
    /// <summary>The kinds of steps from which it is read what a run did.</summary>
    private static readonly FrozenSet<string> own = FrozenSet.Create(StringComparer.Ordinal, "propose", "approval", "decided", "perform", "undo", "end");

    private readonly Shared shared;
    private readonly string prefix;
    private readonly Journal journal;

    /// <summary>Makes the context of a run that was taken up.</summary>
    /// <param name="taken">The run with its journal.</param>
    /// <param name="queue">Where its steps are stored.</param>
    /// <param name="actions">Performs its actions.</param>
    /// <param name="approvalLife">How long an approval is waited for.</param>
    /// <param name="time">The clock; read through <see cref="NowAsync"/>, so that replay reads the same.</param>
    /// <param name="live">Where it tells how far it is between two steps.</param>
    public RunContext(RunJournal taken, IRunQueue queue, RunActions actions, TimeSpan approvalLife, TimeProvider time, IRunProgress live)
        : this(new Shared(taken, queue, time, live, isEnding: false) { Actions = actions, ApprovalLife = approvalLife }, string.Empty)
    {
    }

    /// <summary>The context in which a run that does not come to its end undoes what it did: it stops for nothing, and its journal begins behind the run's own.</summary>
    internal static RunContext ToEnd(RunJournal taken, IReadOnlyList<JournalEntry> steps, IRunQueue queue, RunActions actions, TimeProvider time) =>
        new(new Shared(taken with { Steps = steps }, queue, time, new NoRunProgress(), isEnding: true) { Actions = actions, Before = [.. taken.Steps.Take(taken.Steps.Count - steps.Count)] }, string.Empty);

    /// <summary>Makes the context of a run that is replayed: recorded steps give their results, no step's work is done, and there is nothing to write with.</summary>
    /// <param name="taken">The run with its journal.</param>
    /// <param name="actions">Takes the steps of actions, which are recorded as well.</param>
    internal static RunContext Replayed(RunJournal taken, RunActions actions) =>
        new(new Shared(taken, null, TimeProvider.System, new NoRunProgress(), isEnding: false) { Actions = actions }, string.Empty);

    private RunContext(Shared shared, string prefix)
    {
        this.shared = shared;
        this.prefix = prefix;
        journal = shared.Open(prefix, [.. shared.Taken.Steps.Where(s => BranchOf(s.Name) == prefix).Select(s => s with { Name = s.Name[prefix.Length..] })]);
    }

    /// <summary>How long an approval is waited for.</summary>
    internal TimeSpan ApprovalLife => shared.ApprovalLife;

    /// <summary>What the run waits with: until when, and for which approvals.</summary>
    internal RunRest Rest => shared.Rest;

    /// <summary>The steps of the run itself, seen from the context in which it is undone.</summary>
    internal IReadOnlyList<JournalEntry> Before => shared.Before;

    /// <summary>The attempts that failed since a step was stored last.</summary>
    internal int Attempts => shared.Attempts;

    /// <summary>Whether somebody asked that the run be cancelled.</summary>
    internal bool CancelAsked => shared.CancelAsked;

    /// <summary>The clock as it is cut for the journal.</summary>
    internal DateTimeOffset Clock => shared.Now;

    /// <summary>The run as it was taken up.</summary>
    public Run Run => shared.Taken.Run;

    /// <summary>Who the run acts for.</summary>
    public Actor Actor => ActorText.Read(Run.TenantId, Run.Actor ?? throw new InvalidOperationException($"Run {Run.Id} acts for nobody."));

    /// <summary>The run in the state of its last write. What changes rows in the transaction of a step gives it on.</summary>
    public RunFence Fence => shared.Fence;

    /// <summary>What the run was started with.</summary>
    public T Input<T>() => Json.Read<T>(Run.Input);

    /// <summary>The same run with a journal of its own under a name: for steps that run side by side. A name is used once in its surroundings.</summary>
    /// <exception cref="ArgumentException">The name is empty, or has a colon or a slash, which part the names of steps.</exception>
    /// <exception cref="InvalidOperationException">The name was used before.</exception>
    public RunContext Branch(string name) =>
        name.Length > 0 && name.AsSpan().IndexOfAny(':', '/') < 0 ? new(shared, $"{prefix}{name}/") : throw new ArgumentException($"\"{name}\" cannot name a branch.", nameof(name));

    /// <summary>Makes sure that the handler took all recorded steps.</summary>
    /// <exception cref="JournalMismatchException">Steps are left over.</exception>
    internal void RequireConsumed() => shared.RequireConsumed();

    /// <summary>The key of an effect: run and step. Whoever sees it twice knows that it is the same effect.</summary>
    public string KeyOf(string step) => $"{Run.Id:N}/{prefix}{step}";

    /// <summary>The clock, read once and recorded.</summary>
    public Task<DateTimeOffset> NowAsync(string key, CancellationToken cancellationToken) => StepAsync("now", key, _ => Task.FromResult(shared.Now), RetryRule.Never, cancellationToken);

    /// <summary>Takes a step: gives the recorded result, or does the work and records it. Work that fails is tried again by the rule, with the run put off meanwhile.</summary>
    /// <param name="kind">The kind of step: read, call, decide …</param>
    /// <param name="key">Its key, written by the developer; the same step again in the same branch gets <c>#2</c> behind it.</param>
    /// <param name="work">The work. It may be done again when the process ends before its result is stored.</param>
    /// <param name="rule">How often it is tried.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="JournalMismatchException">Another step is recorded at this place.</exception>
    /// <exception cref="ArgumentException">The kind is one of the run's own.</exception>
    public Task<T> StepAsync<T>(string kind, string key, Func<CancellationToken, Task<T>> work, RetryRule rule, CancellationToken cancellationToken) => OwnStepAsync(NotOwn(kind), key, work, rule, cancellationToken);

    /// <summary>Takes a step of a kind that is the run's own.</summary>
    internal Task<T> OwnStepAsync<T>(string kind, string key, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) => OwnStepAsync(kind, key, work, RetryRule.Default, cancellationToken);

    private async Task<T> OwnStepAsync<T>(string kind, string key, Func<CancellationToken, Task<T>> work, RetryRule rule, CancellationToken cancellationToken)
    {
        string name = journal.NameOf(kind, key);
        if (journal.TryReplay(name, out T recorded)) return recorded;
        BeforeWork(name);
        T result;
        try
        {
            result = await work(cancellationToken);
        }
        catch (Exception error) when (IsOfStep(error, cancellationToken))
        {
            throw new StepRetryException(prefix + name, rule, error);
        }

        journal.Record(name, result);
        await shared.StoreAsync(new JournalEntry(prefix + name, journal.Added[^1].Result), cancellationToken);
        return result;
    }

    /// <summary>Takes a step with the default rule.</summary>
    public Task<T> StepAsync<T>(string kind, string key, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) => StepAsync(kind, key, work, RetryRule.Default, cancellationToken);

    /// <summary>
    /// Takes a step whose work stores its own result in the transaction of what it changes: it gets the fence and the step's full name, and gives the result with
    /// what came of that write, null when the run was taken over.
    /// </summary>
    /// <exception cref="ArgumentException">The kind is one of the run's own.</exception>
    public Task<T> CommitAsync<T>(string kind, string key, Func<RunFence, string, CancellationToken, Task<(T Result, RunAdvanced? Next)>> work, RetryRule rule, CancellationToken cancellationToken) =>
        OwnCommitAsync(NotOwn(kind), key, work, rule, cancellationToken);

    /// <summary>
    /// Performs an action, as the steps of a dialogue do it but without a customer's yes: its exact preview is recorded; where a policy asks for an approval the run
    /// waits for it outside all queues; then exactly what was previewed is done, once, or nothing when it would be something else by now. What was done is undone when
    /// the run fails later or is cancelled, unless the terms say otherwise.
    /// </summary>
    /// <param name="key">The key of the steps, written by the developer.</param>
    /// <param name="action">What to do, with the rights of the run's actor.</param>
    /// <param name="terms">On what terms.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public Task<Outcome<TResult>> PerformAsync<TResult>(string key, DeskAction<TResult> action, ActionTerms terms, CancellationToken cancellationToken) where TResult : class =>
        shared.Actions.PerformAsync(this, key, action, terms, cancellationToken);

    /// <summary>Performs an action on the default terms.</summary>
    public Task<Outcome<TResult>> PerformAsync<TResult>(string key, DeskAction<TResult> action, CancellationToken cancellationToken) where TResult : class => PerformAsync(key, action, ActionTerms.Default, cancellationToken);

    /// <summary>Takes a step of a kind that is the run's own, stored in the transaction of what it changes.</summary>
    internal async Task<T> OwnCommitAsync<T>(string kind, string key, Func<RunFence, string, CancellationToken, Task<(T Result, RunAdvanced? Next)>> work, RetryRule rule, CancellationToken cancellationToken)
    {
        string name = journal.NameOf(kind, key);
        if (journal.TryReplay(name, out T recorded)) return recorded;
        BeforeWork(name);
        T result;
        try
        {
            result = await shared.CommitAsync(fence => work(fence, prefix + name, cancellationToken), cancellationToken);
        }
        catch (Exception error) when (IsOfStep(error, cancellationToken))
        {
            throw new StepRetryException(prefix + name, rule, error);
        }

        journal.Record(name, result);
        return result;
    }

    /// <summary>Sleeps until an instant. The run gives its worker and its place back; it goes on behind this step.</summary>
    public async Task SleepUntilAsync(string key, DateTimeOffset due, CancellationToken cancellationToken)
    {
        string name = journal.NameOf("sleep", key);
        if (journal.TryReplay(name, out DateTimeOffset _)) return;
        BeforeWork(name);
        if (due <= shared.Now)
        {
            journal.Record(name, due);
            await shared.StoreAsync(new JournalEntry(prefix + name, journal.Added[^1].Result), cancellationToken);
            return;
        }

        throw shared.Rest.Until(due);
    }

    /// <summary>Asks for an approval and gives what became of it. Until then the run waits: it gives its worker and its place back, and the decision takes it up again.</summary>
    /// <param name="key">The key of the steps.</param>
    /// <param name="ask">Makes the approval of its step's full name.</param>
    /// <param name="decided">Reads what became of it; null while nobody decided.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    internal async Task<ApprovalDecided> ApprovedAsync(string key, Func<string, Approval> ask, Func<Guid, CancellationToken, Task<ApprovalDecided?>> decided, CancellationToken cancellationToken)
    {
        string approval = journal.NameOf("approval", key);
        if (!journal.TryReplay(approval, out ApprovalAsked asked))
        {
            BeforeWork(approval);
            Approval made = ask(prefix + approval);
            throw shared.Rest.Asks(Journal.EntryOf(prefix + approval, new ApprovalAsked(made.Id, made.NeededScope, made.ExpiresAt)), made);
        }

        string decision = journal.NameOf("decided", key);
        if (journal.TryReplay(decision, out ApprovalDecided recorded)) return recorded;
        BeforeWork(decision);
        ApprovalDecided brought;
        try
        {
            brought = await decided(asked.ApprovalId, cancellationToken) ?? throw shared.Rest.Awaits(asked);
        }
        catch (Exception error) when (IsOfStep(error, cancellationToken))
        {
            throw new StepRetryException(prefix + decision, RetryRule.Default, error);
        }

        journal.Record(decision, brought);
        await shared.StoreAsync(new JournalEntry(prefix + decision, journal.Added[^1].Result), cancellationToken);
        return brought;
    }

    /// <summary>Tells those who watch the run how far it is, 0..1, with an event.</summary>
    public Task ReportAsync<T>(double progress, string kind, T data, CancellationToken cancellationToken) =>
        shared.IsReplay ? Task.CompletedTask : shared.ReportAsync(progress, new PendingEvent(kind, Json.Write(data)), cancellationToken);

    private void BeforeWork(string name)
    {
        if (shared.IsReplay) throw new StepNotRecordedException(prefix + name);
        shared.ThrowIfEnding();
    }

    /// <summary>
    /// Tells how far the run is, 0..1, as often as the work likes: it is no event. Who asks sees it at once where there is a place for that, and the row has it a
    /// little later: with the next step, or after some seconds.
    /// </summary>
    public Task ShowAsync(double progress, CancellationToken cancellationToken) =>
        shared.IsReplay ? Task.CompletedTask : shared.ShowAsync(Math.Clamp(progress, 0, 1), cancellationToken);

    private static string NotOwn(string kind) => own.Contains(kind) ? throw new ArgumentException($"\"{kind}\" names the steps in which a run performs an action or undoes it.", nameof(kind)) : kind;

    /// <summary>Whether the step's work failed, rather than the run having come to a halt or the work having been called off.</summary>
    private static bool IsOfStep(Exception error, CancellationToken cancellationToken) => error switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        RunEndedException or RunCancelledException or RunSleepsException or StepRetryException or JournalMismatchException => false,
        _ => true,
    };

    /// <summary>The branch a step belongs to, with the slash behind it; empty for the run itself.</summary>
    internal static string BranchOf(string name)
    {
        int kind = name.IndexOf(':', StringComparison.Ordinal);
        int end = kind < 0 ? -1 : name.LastIndexOf('/', kind);
        return end < 0 ? string.Empty : name[..(end + 1)];
    }

    /// <summary>What the branches of a run have in common: the fence, and one write at a time. A replay has no queue to write to.</summary>
    private sealed class Shared(RunJournal taken, IRunQueue? queue, TimeProvider time, IRunProgress live, bool isEnding)
    {
        private static readonly TimeSpan tellEvery = TimeSpan.FromMilliseconds(100);
        private readonly Lock showing = new();
        private long writtenAt = time.GetTimestamp();
        private long? toldAt;
        private double? shown;
        private readonly SemaphoreSlim writing = new(1, 1);
        private readonly ConcurrentDictionary<string, Journal> journals = new(StringComparer.Ordinal);
        private RunFence fence = new(new RunRef(taken.Run.TenantId, taken.Run.Id, taken.Run.Subject, taken.Run.Lane) { Priority = taken.Run.Priority }, taken.Run.Version);
        private bool lost;

        public RunJournal Taken => taken;

        public bool IsReplay => queue is null;

        public required RunActions Actions { get; init; }

        public TimeSpan ApprovalLife { get; init; }

        public RunRest Rest { get; } = new();

        public IReadOnlyList<JournalEntry> Before { get; init; } = [];

        public RunFence Fence => fence;

        public int Attempts { get; private set; } = taken.Run.Attempts;

        public bool CancelAsked { get; private set; } = taken.Run.CancelAskedAt is not null;

        public DateTimeOffset Now
        {
            get
            {
                DateTimeOffset now = time.GetUtcNow();
                return new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
            }
        }

        public Journal Open(string prefix, IReadOnlyList<JournalEntry> recorded)
        {
            var journal = new Journal(recorded);
            return journals.TryAdd(prefix, journal) ? journal : throw new InvalidOperationException($"The branch {prefix} was opened before; two with one journal would take each other's steps.");
        }

        public void RequireConsumed()
        {
            foreach (Journal journal in journals.Values) journal.RequireConsumed();
            if (taken.Steps.FirstOrDefault(s => !journals.ContainsKey(BranchOf(s.Name))) is { } left) throw new JournalMismatchException($"The run ended without the recorded step \"{left.Name}\".");
        }

        public void ThrowIfEnding()
        {
            if (lost) throw new RunEndedException();
            if (CancelAsked && !isEnding) throw new RunCancelledException();
        }

        /// <summary>Stores a step that is done; also when the run is to be cancelled, for what was done was done.</summary>
        public Task StoreAsync(JournalEntry step, CancellationToken cancellationToken) =>
            WriteAsync(async current => (true, await queue!.AdvanceAsync(new RunAdvance(current, [step], [], TakeShown()), cancellationToken)), steps: true, cancellationToken);

        public Task ReportAsync(double progress, PendingEvent told, CancellationToken cancellationToken) =>
            WriteAsync(async current => (true, await queue!.AdvanceAsync(new RunAdvance(current, [], [told], Math.Clamp(progress, 0, 1)), cancellationToken)), steps: false, cancellationToken);

        public async Task ShowAsync(double progress, CancellationToken cancellationToken)
        {
            bool write, tell;
            lock (showing)
            {
                shown = progress;
                write = time.GetElapsedTime(writtenAt) >= live.CommitEvery;
                if (write) writtenAt = time.GetTimestamp();
                tell = toldAt is not { } last || time.GetElapsedTime(last) >= tellEvery;
                if (tell) toldAt = time.GetTimestamp();
            }

            if (write) await WriteAsync(async current => (true, await queue!.AdvanceAsync(new RunAdvance(current, [], [], TakeShown() ?? progress), cancellationToken)), steps: false, cancellationToken);
            // Told under the version of the row it goes beyond: whoever has lost the run cannot speak over the one who holds it.
            if (tell) await live.TellAsync(new LiveProgress(taken.Run.TenantId, taken.Run.Id, fence.Version, progress), cancellationToken);
        }

        /// <summary>What was shown and is not in the row yet.</summary>
        private double? TakeShown()
        {
            lock (showing)
            {
                double? progress = shown;
                shown = null;
                if (progress is not null) writtenAt = time.GetTimestamp();
                return progress;
            }
        }

        public Task<T> CommitAsync<T>(Func<RunFence, Task<(T Result, RunAdvanced? Next)>> write, CancellationToken cancellationToken) =>
            WriteAsync(
                current =>
                {
                    ThrowIfEnding();
                    return write(current);
                },
                steps: true,
                cancellationToken);

        private async Task<T> WriteAsync<T>(Func<RunFence, Task<(T Result, RunAdvanced? Next)>> write, bool steps, CancellationToken cancellationToken)
        {
            await writing.WaitAsync(cancellationToken);
            try
            {
                if (lost) throw new RunEndedException();
                (T result, RunAdvanced? next) = await write(fence);
                if (next is not { } held)
                {
                    lost = true;
                    throw new RunEndedException();
                }

                fence = held.Fence;
                if (held.CancelAsked) CancelAsked = true;
                if (steps) Attempts = 0;
                return result;
            }
            finally
            {
                writing.Release();
            }
        }
    }
}
