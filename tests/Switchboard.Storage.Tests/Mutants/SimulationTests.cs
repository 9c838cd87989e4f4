using System.Collections.Concurrent;
using System.Data.Common;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Actions;
using Switchboard.Core.Desk;
using Switchboard.Core.Outbox;
using Switchboard.Core.Runs;
using Switchboard.Storage.Outbox;

namespace Switchboard.Storage.Tests.Mutants;

/// <summary>
/// Many runs of mixed shapes on a clock of the test's own, with everything that can go wrong drawn from a seed: calls that break off before or behind their
/// commit, wake-ups that are lost, doubled and out of order, two workers on one run, a far side that does not answer. A seed that fails fails again:
/// SWITCHBOARD_SIMULATION_SEED=n walks that one alone.
/// </summary>
public sealed class SimulationTests() : StorageSuite(SqliteHome.CreateAsync)
{
    private const int mostRuns = 100;
    private const double breaksOff = 0.04, isLost = 0.1, isDoubled = 0.15, answersNot = 0.2;
    private readonly ConcurrentQueue<RunRef> woken = new();
    private readonly Lock gate = new();
    private Random random = null!;
    private int broken;

    public static TheoryData<int> Seeds =>
        Environment.GetEnvironmentVariable("SWITCHBOARD_SIMULATION_SEED") is { Length: > 0 } seed ? [int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture)] : [.. Enumerable.Range(1, 12)];

    private IRunQueue Queue => Desk.Get<IRunQueue>();

    private DateTimeOffset Now => Desk.Clock.GetUtcNow();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_breaks_off_gets_lost_or_comes_twice_each_run_ends_once_and_does_its_work_once(int seed)
    {
        random = new Random(seed);
        Desk.Get<RunSignals>().Listen(woken.Enqueue, (_, _) => { });
        Desk.Faults.When = BreaksOff;
        var port = new FlakyPort(() => Draw() < answersNot);
        var ports = new OutsidePorts([port]);
        var handlers = new RunHandlers([new Branching(), new Sleeping(), new OutboxDelivery(ports, Desk.Get<IOutboxStore>(), Desk.Clock, Desk.Faults)]);
        var executor = new HandlerExecutor(Queue, handlers, Desk.Get<RunActions>(), new DeskPolicy { MostStarts = 1000 }, Draw, Desk.Clock, _ => false, (_, _, _) => { });
        Guid[] conversations = [.. await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Desk.AddConversationAsync()))];
        int messages = 0, works = 0, effects = 0;
        for (int n = 0; n < mostRuns; n++)
        {
            string key = $"{seed}/{n}";
            switch (n % 4)
            {
                case 0:
                    messages++;
                    // Each has one at least, as every conversation begins with one; the others come in any order.
                    Guid conversation = messages <= conversations.Length ? conversations[messages - 1] : conversations[random.Next(conversations.Length)];
                    await AgainAsync(() => Desk.Store.AcceptAsync(Desk.Turn(conversation, key: key, hash: [1]), default));
                    break;
                case 1 or 2:
                    works++;
                    var request = new RunRequest { Actor = Desk.Actor, Kind = RunKind.Workflow, Handler = n % 4 == 1 ? Branching.HandlerName : Sleeping.HandlerName, Subject = $"list:{n % 7}", Input = "{}", At = Now, IdempotencyKey = key };
                    await AgainAsync(() => Queue.EnqueueAsync(request, default));
                    break;
                default:
                    effects++;
                    await AgainAsync(() => Desk.Data.WriteAsync(Desk.Actor, db => db.Send(ports.Prepare(port.Name, key, "{}", Now)), default));
                    break;
            }

            if (Draw() < 0.6) await CarryOutAsync(executor);
        }

        for (int round = 0; await OpenAsync() > 0; round++)
        {
            round.ShouldBeLessThan(2000, $"seed {seed}: the runs do not come to their end");
            if (woken.IsEmpty)
            {
                // As at a start, and as the clock goes on.
                foreach (RunRef left in await Desk.Store.UnfinishedAsync(default)) woken.Enqueue(left);
                Desk.Clock.Advance(TimeSpan.FromMinutes(1));
                await AgainAsync(() => Queue.WakeDueAsync(Now, 100, default));
            }

            await CarryOutAsync(executor);
        }

        Desk.Faults.When = null;
        await using DbConnection rows = Desk.Home.Connect();
        (await Laws.BrokenAsync(rows, messages)).ShouldBeEmpty($"seed {seed}");
        (await Laws.NumberAsync(rows, "select count(*) from runs where kind = 'workflow' and status = 'succeeded'")).ShouldBe(works, $"seed {seed}");
        (await Laws.NumberAsync(rows, "select count(*) from outbox")).ShouldBe(effects, $"seed {seed}");
        port.Performed.Values.ShouldAllBe(n => n == 1, $"seed {seed}: a side that knows no keys got one of them twice");
        (await Laws.NumberAsync(rows, "select count(*) from outbox where status = 'sent'")).ShouldBeLessThanOrEqualTo(port.Performed.Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {messages + works + effects} runs, {broken} calls broken off");
    }

    private double Draw()
    {
        lock (gate) return random.NextDouble();
    }

    private bool BreaksOff(string site)
    {
        if (Draw() >= breaksOff) return false;
        Interlocked.Increment(ref broken);
        return true;
    }

    /// <summary>Whoever gets no answer asks again.</summary>
    private static async Task<T> AgainAsync<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (InvalidOperationException error) when (error.Message.StartsWith("interrupted", StringComparison.Ordinal))
            {
                // The next call has the same key.
            }
        }
    }

    private async Task<long> OpenAsync()
    {
        await using DbConnection rows = Desk.Home.Connect();
        return await Laws.NumberAsync(rows, "select count(*) from runs where finished_at is null");
    }

    /// <summary>Carries out one of the runs that were woken, any of them; some wake-ups are lost on the way, some come to two workers.</summary>
    private async Task CarryOutAsync(HandlerExecutor executor)
    {
        List<RunRef> waiting = [.. woken];
        woken.Clear();
        if (waiting.Count == 0) return;
        RunRef run = waiting[random.Next(waiting.Count)];
        waiting.Remove(run);
        foreach (RunRef other in waiting) woken.Enqueue(other);
        if (Draw() < isLost) return;
        Task work = Draw() < isDoubled ? Task.WhenAll(OneAsync(executor, run), OneAsync(executor, run)) : OneAsync(executor, run);
        while (!work.IsCompleted)
        {
            // An executor whose rows could not be written waits on this clock.
            await Task.WhenAny(work, Task.Delay(5));
            if (!work.IsCompleted) Desk.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await work;
    }

    private async Task OneAsync(HandlerExecutor executor, RunRef run)
    {
        if (!Subjects.IsConversation(run.Subject))
        {
            if (await executor.ExecuteAsync(run, default) is { } following) woken.Enqueue(following);
            return;
        }

        try
        {
            if (await Desk.Store.LoadAsync(run, default) is not { } state) return;
            FinishResult finished = await Desk.Store.FinishAsync(Desk.Finishing(state), default);
            if (finished.Next is { } next) woken.Enqueue(next);
        }
        catch (InvalidOperationException error) when (error.Message.StartsWith("interrupted", StringComparison.Ordinal))
        {
            // It is taken up again as at a start.
        }
    }

    private sealed class Branching : RunHandler
    {
        public const string HandlerName = "test.branches";

        public override string Name => HandlerName;

        public override int? MostStarts => int.MaxValue;

        public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
        {
            int[] parts = await Task.WhenAll(Enumerable.Range(1, 3).Select(n => run.Branch($"b{n}").StepAsync("read", "part", _ => Task.FromResult(n), rule, cancellationToken)));
            return await run.StepAsync("decide", "sum", _ => Task.FromResult(parts.Sum()), rule, cancellationToken);
        }

        private static readonly RetryRule rule = new(1000, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    private sealed class Sleeping : RunHandler
    {
        public const string HandlerName = "test.sleep";

        public override string Name => HandlerName;

        public override int? MostStarts => int.MaxValue;

        public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
        {
            DateTimeOffset from = await run.NowAsync("begin", cancellationToken);
            await run.SleepUntilAsync("short", from.AddSeconds(30), cancellationToken);
            return await run.NowAsync("end", cancellationToken) >= from.AddSeconds(30);
        }
    }

    /// <summary>A side that knows no keys, performs what comes in, and sometimes does not answer.</summary>
    private sealed class FlakyPort(Func<bool> fails) : IOutsidePort
    {
        public ConcurrentDictionary<string, int> Performed { get; } = new(StringComparer.Ordinal);

        public string Name => "flaky";

        public bool Deduplicates(string request) => false;

        public string? Check(string request) => null;

        public string Describe(string request) => "something";

        public Task<PortOutcome> SendAsync(OutsideCall call, CancellationToken cancellationToken)
        {
            Performed.AddOrUpdate(call.Key, 1, (_, n) => n + 1);
            return Task.FromResult<PortOutcome>(fails() ? new OutcomeUnknown("no answer") : new Performed(null));
        }
    }
}
