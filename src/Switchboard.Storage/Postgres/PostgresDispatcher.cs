using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using Switchboard.Core.Runs;

namespace Switchboard.Storage.Postgres;

/// <summary>
/// The dispatcher of a process that shares its database with others. The rows say whose a run is; notifications only make it quick, and what no notification told
/// is found by looking once a second. A process that was not heard of counts as gone: others take its runs over, and what it still writes of them is refused.
/// </summary>
public sealed class PostgresDispatcher : IDispatcher
{
    private const int dueAtOnce = 256;
    private const int mostPayload = 7000;
    private static readonly TimeSpan longestBackoff = TimeSpan.FromSeconds(2);

    private readonly PostgresNodes nodes;
    private readonly IRunQueue queue;
    private readonly Tenants tenants;
    private readonly NodePlace place;
    private readonly NodeRole role;
    private readonly bool takesOthers;
    private readonly NodeTiming timing;
    private readonly TimeProvider time;
    private readonly DispatchFailed failed;
    private readonly RunWatches watches;
    private readonly RunSignals signals;
    private readonly RunWorkers crew;
    private readonly Channel<string> outgoing = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    // One place is enough: whoever looks sees all there is.
    private readonly Channel<bool> look = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    // The lanes in which there has been no room since the last sweep. Only the sweeping task looks at it.
    private readonly HashSet<RunLane> full = [];
    private volatile object node;
    private volatile bool mayBeMore;
    private volatile bool draining;

    /// <summary>Makes the dispatcher; it belongs to nothing before <see cref="RunAsync"/>. A process that serves one command does not take what others left: it carries out its own runs alone.</summary>
    public PostgresDispatcher(
        PostgresNodes nodes, IRunStore store, IRunQueue queue, IRunExecutor executor, RunSignals signals, Tenants tenants, NodePlace place, NodeRole role, bool takesOthers, NodeTiming timing, LaneWorkers workers, TimeProvider time, DispatchFailed failed)
    {
        (this.nodes, this.queue, this.tenants, this.place, this.role, this.takesOthers, this.timing, this.time, this.failed) = (nodes, queue, tenants, place, role, takesOthers, timing, time, failed);
        watches = new RunWatches(store);
        crew = new RunWorkers(executor, Wake, Ended, workers);
        node = Guid.CreateVersion7(time.GetUtcNow());
        this.signals = signals;
        signals.Listen(Wake, Stored, Handed);
        signals.ListenChanges(Changed);
    }

    /// <summary>The node this process is now; another one when it counted as gone.</summary>
    public Guid NodeId => (Guid)node;

    /// <summary>What this process does.</summary>
    public NodeRole Role => role;

    private bool Works => role != NodeRole.Web && !draining;

    /// <inheritdoc />
    public void Wake(RunRef run)
    {
        // The commit said whose the run is. One that it gave to nobody, or to the node that this process was before, is taken like those of others: begun here
        // at once it would be begun a second time when this node takes it. A process that takes none of others has but its own.
        if (Works && (!takesOthers || (run.NodeId is { } given && given == place.NodeId)))
        {
            crew.Wake(run);
            return;
        }

        Tell("w");
        look.Writer.TryWrite(true);
    }

    /// <inheritdoc />
    public void Stored(Guid tenantId, string subject)
    {
        watches.Stored(tenantId, subject);
        Tell($"e{tenantId:N}{subject}");
    }

    /// <inheritdoc />
    public IAsyncEnumerable<RunEvent> WatchAsync(Guid tenantId, string subject, long after, CancellationToken cancellationToken) =>
        watches.WatchAsync(tenantId, subject, after, cancellationToken);

    /// <summary>
    /// Joins the others and carries out runs until cancelled. Then it takes no more, lets those that have begun end within the time there is, sets the others free
    /// and leaves.
    /// </summary>
    /// <param name="cancellationToken">Lets it leave.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = new CancellationTokenSource();
        Task[] background =
        [
            BeatAsync(ending.Token),
            ListenAsync(ending.Token),
            SendAsync(ending.Token),
            SweepAsync(ending.Token),
        ];
        Task working = role == NodeRole.Web ? Task.CompletedTask : crew.RunAsync(cancellationToken);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellationToken.Register(() => asked.TrySetResult())) await asked.Task;

        draining = true;
        place.Become(null);
        await TryAsync(() => nodes.DrainAsync(NodeId, CancellationToken.None));
        await Task.WhenAny(working, Task.Delay(timing.Drain, CancellationToken.None));
        // A connection that the server is just closing may throw when it is told to stop; the node leaves all the same.
        await TryAsync(ending.CancelAsync);
        await Task.WhenAll(background);
        // What could not be set free is taken over when this node counts as gone.
        await TryAsync(() => nodes.LeaveAsync(NodeId, CancellationToken.None));
        await TryAsync(() => nodes.TellAsync([$"{NodeId:N}\nw"], CancellationToken.None));
    }

    /// <summary>Who watches here gets the events of this process as they are; the others are told that there are some.</summary>
    private void Handed(IReadOnlyList<RunEvent> events)
    {
        watches.Stored(events);
        Tell($"e{events[0].TenantId:N}{events[0].Subject}");
    }

    private void Changed(CustomerChange change)
    {
        if (change is { IsHeard: false, TenantId: { } tenant }) Tell($"c{tenant:N}{change.CustomerId ?? Guid.Empty:N}");
    }

    private void Ended(RunRef run)
    {
        Stored(run.TenantId, run.Subject);
        if (mayBeMore) look.Writer.TryWrite(true);
    }

    private void Tell(string what) => outgoing.Writer.TryWrite(what);

    /// <summary>Says at intervals that this node is there, and becomes another one when it was taken for gone.</summary>
    private Task BeatAsync(CancellationToken cancellationToken)
    {
        bool joined = false;
        return RepeatAsync(
            timing.Beat,
            async () =>
            {
                if (joined && await nodes.BeatAsync(NodeId, timing.Gone, cancellationToken)) return;
                if (joined)
                {
                    // Others may hold what this node held: it begins nothing of that, and what is under way cannot be stored once it was taken.
                    place.Become(null);
                    crew.Forget();
                    Guid before = NodeId;
                    node = Guid.CreateVersion7(time.GetUtcNow());
                    joined = false;
                    await nodes.LeaveAsync(before, cancellationToken);
                }

                await nodes.JoinAsync(NodeId, $"{Environment.MachineName}/{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}", role, cancellationToken);
                joined = true;
                if (Works) place.Become(NodeId);
                look.Writer.TryWrite(true);
            },
            cancellationToken);
    }

    /// <summary>Hears the others, on a connection that is made again when it breaks.</summary>
    private Task ListenAsync(CancellationToken cancellationToken) =>
        RepeatAsync(
            TimeSpan.Zero,
            () => nodes.ListenAsync(
                () =>
                {
                    // Whatever was told while nobody listened is looked for.
                    watches.LookAgain();
                    signals.Changed(new CustomerChange(null, null, IsHeard: true));
                    look.Writer.TryWrite(true);
                },
                Hear,
                cancellationToken),
            cancellationToken);

    private void Hear(string message)
    {
        string[] lines = message.Split('\n');
        // A node hears itself too; what it told it knew.
        if (!Guid.TryParseExact(lines[0], "N", out Guid from) || from == NodeId) return;
        foreach (string line in lines.Skip(1))
        {
            if (line is "w") look.Writer.TryWrite(true);
            else if (line.Length == 65 && line[0] == 'c' && Guid.TryParseExact(line.AsSpan(1, 32), "N", out Guid whose) && Guid.TryParseExact(line.AsSpan(33), "N", out Guid customer))
                signals.Changed(new CustomerChange(whose, customer == Guid.Empty ? null : customer, IsHeard: true));
            else if (line.Length > 33 && line[0] == 'e' && Guid.TryParseExact(line.AsSpan(1, 32), "N", out Guid tenant)) watches.Stored(tenant, line[33..]);
        }
    }

    /// <summary>Tells the others: what comes together while the last message was under way goes together.</summary>
    private Task SendAsync(CancellationToken cancellationToken) =>
        RepeatAsync(
            TimeSpan.Zero,
            async () =>
            {
                await outgoing.Reader.WaitToReadAsync(cancellationToken);
                var messages = new List<string>();
                var told = new HashSet<string>(StringComparer.Ordinal);
                string message = $"{NodeId:N}";
                while (messages.Count < dueAtOnce && outgoing.Reader.TryRead(out string? line))
                {
                    if (!told.Add(line)) continue;
                    if (message.Length + line.Length >= mostPayload)
                    {
                        messages.Add(message);
                        message = $"{NodeId:N}";
                    }

                    message += "\n" + line;
                }

                messages.Add(message);
                await nodes.TellAsync(messages, cancellationToken);
            },
            cancellationToken);

    /// <summary>Takes what is free: when something was told, when there is room again, and once a second in any case.</summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        HashSet<Guid> unheld = [];
        IReadOnlyDictionary<(Guid, string), long> newest = new Dictionary<(Guid, string), long>();
        DateTimeOffset next = DateTimeOffset.MinValue;
        await RepeatAsync(
            TimeSpan.Zero,
            async () =>
            {
                TimeSpan pause = next - TimeProvider.System.GetUtcNow();
                if (pause > TimeSpan.Zero)
                {
                    Task told = look.Reader.WaitToReadAsync(cancellationToken).AsTask();
                    await Task.WhenAny(told, Task.Delay(pause, cancellationToken));
                    cancellationToken.ThrowIfCancellationRequested();
                }

                while (look.Reader.TryRead(out _)) { }
                bool sweeps = TimeProvider.System.GetUtcNow() >= next;
                if (takesOthers) await ClaimAsync(sweeps, cancellationToken);
                if (!sweeps) return;
                next = TimeProvider.System.GetUtcNow() + Jittered(timing.Sweep);
                // Another node may have changed a tenant's knowledge.
                tenants.Forget();
                if (takesOthers && Works) foreach (RunRef run in await queue.WakeDueAsync(time.GetUtcNow(), dueAtOnce, cancellationToken)) Wake(run);
                unheld = await TakeUpOwnAsync(unheld, cancellationToken);
                newest = await LookForEventsAsync(newest, cancellationToken);
            },
            cancellationToken);
    }

    private async Task ClaimAsync(bool sweeps, CancellationToken cancellationToken)
    {
        mayBeMore = false;
        if (!Works || place.NodeId is not { } node) return;
        foreach (RunLane lane in Enum.GetValues<RunLane>())
        {
            // Whoever ends a run from here on asks again: what was left for want of room is taken then.
            int room = crew.Room(lane);
            if (room > 0)
            {
                full.Remove(lane);
            }
            else
            {
                mayBeMore = true;
                // A node that its own runs keep full for good has room at no look. What is nobody's, and no other node took in a whole sweep, stands in line here then.
                if (!sweeps || full.Add(lane)) continue;
                room = crew.Workers(lane);
            }

            IReadOnlyList<RunRef> claimed = await nodes.ClaimAsync(node, lane, room, timing.Gone, cancellationToken);
            foreach (RunRef run in claimed) crew.Wake(run);
            if (claimed.Count == room) mayBeMore = true;
        }
    }

    /// <summary>Takes up runs that are this node's and that it does not know of, twice in a row: the answer to a commit was lost, or the run could not be read.</summary>
    private async Task<HashSet<Guid>> TakeUpOwnAsync(HashSet<Guid> before, CancellationToken cancellationToken)
    {
        if (place.NodeId is not { } node) return [];
        var unheld = new HashSet<Guid>();
        foreach (RunRef run in await nodes.OwnAsync(node, cancellationToken))
        {
            if (crew.Holds(run)) continue;
            if (before.Contains(run.RunId)) crew.Wake(run);
            else unheld.Add(run.RunId);
        }

        return unheld;
    }

    /// <summary>Lets those look whose subject has events that nobody told of: a node may end between its commit and its word.</summary>
    private async Task<IReadOnlyDictionary<(Guid, string), long>> LookForEventsAsync(IReadOnlyDictionary<(Guid, string), long> before, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<(Guid TenantId, string Subject), long> newest = await nodes.NewestAsync(watches.Subjects, cancellationToken);
        foreach (((Guid tenant, string subject), long seq) in newest)
            if (!before.TryGetValue((tenant, subject), out long known) || known != seq) watches.Stored(tenant, subject);
        return newest;
    }

    /// <summary>Does work again and again until cancelled; what fails is told and tried again after a while.</summary>
    private async Task RepeatAsync(TimeSpan pause, Func<Task> work, CancellationToken cancellationToken)
    {
        await Task.Yield();
        int failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan wait = pause;
            try
            {
                await work();
                failures = 0;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // Told once for each trouble; it may last.
                if (failures++ == 0) failed(error);
                wait = Jittered(TimeSpan.FromMilliseconds(Math.Min(100 << Math.Min(failures, 5), longestBackoff.TotalMilliseconds)));
            }

            // By a real clock, whatever that of the runs shows: it is the database's time that counts.
            if (wait > TimeSpan.Zero) await Task.WhenAny(Task.Delay(wait, cancellationToken));
        }
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception error)
        {
            failed(error);
        }
    }

    private static TimeSpan Jittered(TimeSpan time) => time * (0.8 + (RandomNumberGenerator.GetInt32(400) / 1000.0));
}
