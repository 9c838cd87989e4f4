using System.Collections.Concurrent;
using Switchboard.Core.Actions;
using Switchboard.Core.Conversations;

namespace Switchboard.Core.Runs;

/// <summary>What the branches of a run have in common: the fence, and one write at a time. A replay has no queue to write to.</summary>
internal sealed class RunWriting(RunJournal taken, IRunQueue? queue, TimeProvider time, IRunProgress live, bool isEnding)
{
    private static readonly TimeSpan tellEvery = TimeSpan.FromMilliseconds(100);
    private readonly Lock gate = new();
    private long writtenAt = time.GetTimestamp();
    private long? toldAt;
    private double? shown;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly ConcurrentDictionary<string, Journal> journals = new(StringComparer.Ordinal);
    private RunFence fence = new(new RunRef(taken.Run.TenantId, taken.Run.Id, taken.Run.Subject, taken.Run.Lane) { Priority = taken.Run.Priority }, taken.Run.Version);
    private bool lost;
    private bool branched;
    private int working;
    private JournalEntry? held;
    private Task following = Task.CompletedTask;

    public RunJournal Taken => taken;

    public bool IsReplay => queue is null;

    public required RunActions Actions { get; init; }

    public TimeSpan ApprovalLife { get; init; }

    /// <summary>Whether the result of a step may wait for what comes next: the run's end takes it into its own commit, anything else waits until it is stored.</summary>
    public bool Holds { get; init; }

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
        // Beside other branches "what comes next" is not one thing any more, so each step is stored when it is done.
        if (prefix.Length > 0) branched = true;
        return journals.TryAdd(prefix, journal) ? journal : throw new InvalidOperationException($"The branch {prefix} was opened before; two with one journal would take each other's steps.");
    }

    public void RequireConsumed()
    {
        foreach (Journal journal in journals.Values) journal.RequireConsumed();
        if (taken.Steps.FirstOrDefault(s => !journals.ContainsKey(RunContext.BranchOf(s.Name))) is { } left) throw new JournalMismatchException($"The run ended without the recorded step \"{left.Name}\".");
    }

    public void ThrowIfEnding()
    {
        if (lost) throw new RunEndedException();
        if (CancelAsked && !isEnding) throw new RunCancelledException();
    }

    /// <summary>Before a step, an effect or a wait begins: what was done before is stored, and a run that ends elsewhere or is to be cancelled goes no further.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        ThrowIfEnding();
    }

    /// <summary>A step's work begins. Whether its result may wait is known when it is done.</summary>
    public void Works() => Interlocked.Increment(ref working);

    /// <summary>A step's work has ended, be it done or failed.</summary>
    public void Worked() => Interlocked.Decrement(ref working);

    /// <summary>Keeps the result of a step that is done for what comes next; false when it must be stored at once.</summary>
    public bool TryHold(JournalEntry step)
    {
        if (!Holds || branched || Volatile.Read(ref working) > 0) return false;
        return Interlocked.CompareExchange(ref held, step, null) is null;
    }

    /// <summary>Stores the result that waits, if one does. When this comes back it can be read by everybody.</summary>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <param name="only">Stores this one, if it still waits, and no other.</param>
    public async Task FlushAsync(CancellationToken cancellationToken, JournalEntry? only = null)
    {
        // It is forgotten only behind its commit, so nothing waits here when nothing is seen.
        if (Volatile.Read(ref held) is not { } seen || (only is not null && !ReferenceEquals(seen, only))) return;
        await writing.WaitAsync(cancellationToken);
        try
        {
            if (held is not { } step || (only is not null && !ReferenceEquals(step, only))) return;
            await WriteAloneAsync(async current => (true, await queue!.AdvanceAsync(new RunAdvance(current, [step], [], TakeShown()), cancellationToken)), steps: true);
            Volatile.Write(ref held, null);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Remembers work behind a step that was given, so that the run is not left before it.</summary>
    public void Follow(Task behind)
    {
        if (behind.IsCompleted) return;
        lock (gate) following = following.IsCompleted ? behind : Task.WhenAll(following, behind);
    }

    /// <summary>Waits until nothing of the run is under way here any more.</summary>
    public async Task QuietAsync()
    {
        Task behind;
        lock (gate) behind = following;
        await behind;
    }

    /// <summary>Gives the result that waits to the commit of the run's end; none when it is stored already, or being stored.</summary>
    public async Task<IReadOnlyList<JournalEntry>> TakeHeldAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref held) is null) return [];
        await writing.WaitAsync(cancellationToken);
        try
        {
            return Interlocked.Exchange(ref held, null) is { } step ? [step] : [];
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Stores a step that is done; also when the run is to be cancelled, for what was done was done.</summary>
    public Task StoreAsync(JournalEntry step, CancellationToken cancellationToken) =>
        WriteAsync(async current => (true, await queue!.AdvanceAsync(new RunAdvance(current, [step], [], TakeShown()), cancellationToken)), steps: true, cancellationToken);

    public async Task ReportAsync(double progress, PendingEvent told, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        await WriteAsync(async current => (true, await queue!.AdvanceAsync(new RunAdvance(current, [], [told], Math.Clamp(progress, 0, 1)), cancellationToken)), steps: false, cancellationToken);
    }

    public async Task ShowAsync(double progress, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        bool write, tell;
        lock (gate)
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
        lock (gate)
        {
            double? progress = shown;
            shown = null;
            if (progress is not null) writtenAt = time.GetTimestamp();
            return progress;
        }
    }

    /// <summary>Writes a step together with what it changes.</summary>
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
            return await WriteAloneAsync(write, steps);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Writes while nobody else of the run does.</summary>
    private async Task<T> WriteAloneAsync<T>(Func<RunFence, Task<(T Result, RunAdvanced? Next)>> write, bool steps)
    {
        if (lost) throw new RunEndedException();
        (T result, RunAdvanced? next) = await write(fence);
        if (next is not { } stands)
        {
            lost = true;
            throw new RunEndedException();
        }

        fence = stands.Fence;
        if (stands.CancelAsked) CancelAsked = true;
        if (steps) Attempts = 0;
        return result;
    }
}
