using System.Collections.Concurrent;
using Switchboard.Core.Conversations;
using Switchboard.Domain.Identity;

namespace Switchboard.Core.Runs;

/// <summary>
/// What a handler sees of its run, and the steps it may take. Each step is committed when it is done; a run that is taken up again gets the
/// recorded results and goes on behind them. Branches run side by side, each with a journal of its own inside the run's.
/// </summary>
public sealed class RunContext
{
    private readonly Shared shared;
    private readonly string prefix;
    private readonly Journal journal;

    /// <summary>Makes the context of a run that was taken up.</summary>
    /// <param name="taken">The run with its journal.</param>
    /// <param name="queue">Where its steps are stored.</param>
    /// <param name="time">The clock; read through <see cref="NowAsync"/>, so that replay reads the same.</param>
    /// <param name="live">Where it tells how far it is between two steps.</param>
    public RunContext(RunJournal taken, IRunQueue queue, TimeProvider time, IRunProgress live) : this(new Shared(taken, queue, time, live), string.Empty)
    {
    }

    /// <summary>Makes the context of a run that is replayed: recorded steps give their results, no step's work is done, and there is nothing to write with.</summary>
    /// <param name="taken">The run with its journal.</param>
    internal static RunContext Replayed(RunJournal taken) => new(new Shared(taken, null, TimeProvider.System, new NoRunProgress()), string.Empty);

    private RunContext(Shared shared, string prefix)
    {
        this.shared = shared;
        this.prefix = prefix;
        journal = shared.Open(prefix, [.. shared.Taken.Steps.Where(s => BranchOf(s.Name) == prefix).Select(s => s with { Name = s.Name[prefix.Length..] })]);
    }

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
    public async Task<T> StepAsync<T>(string kind, string key, Func<CancellationToken, Task<T>> work, RetryRule rule, CancellationToken cancellationToken)
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
    /// what came of that write, null when the run was taken over. Used by actions.
    /// </summary>
    public async Task<T> CommitAsync<T>(string kind, string key, Func<RunFence, string, CancellationToken, Task<(T Result, RunAdvanced? Next)>> work, RetryRule rule, CancellationToken cancellationToken)
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

        throw new RunSleepsException(due);
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

    /// <summary>Whether the step's work failed, rather than the run having come to a halt or the work having been called off.</summary>
    private static bool IsOfStep(Exception error, CancellationToken cancellationToken) => error switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        RunEndedException or RunCancelledException or RunSleepsException or StepRetryException or JournalMismatchException => false,
        _ => true,
    };

    private static string BranchOf(string name)
    {
        int end = name.LastIndexOf('/', name.IndexOf(':', StringComparison.Ordinal));
        return end < 0 ? string.Empty : name[..(end + 1)];
    }

    /// <summary>What the branches of a run have in common: the fence, and one write at a time. A replay has no queue to write to.</summary>
    private sealed class Shared(RunJournal taken, IRunQueue? queue, TimeProvider time, IRunProgress live)
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
            if (CancelAsked) throw new RunCancelledException();
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

/// <summary>The run was taken over, ended or cancelled by somebody else; whoever still worked on it stops and writes nothing.</summary>
public sealed class RunEndedException() : Exception("The run goes on elsewhere, or has ended.");

/// <summary>Somebody asked that the run be cancelled; it ends before its next step.</summary>
internal sealed class RunCancelledException() : Exception("The run is cancelled.");

/// <summary>A step's work failed; the executor decides by the rule whether the run is put off or ends.</summary>
internal sealed class StepRetryException(string step, RetryRule rule, Exception error) : Exception(error.Message, error)
{
    public string Step => step;

    public RetryRule Rule => rule;
}

/// <summary>The run sleeps.</summary>
internal sealed class RunSleepsException(DateTimeOffset due) : Exception("The run sleeps.")
{
    public DateTimeOffset Due => due;
}
