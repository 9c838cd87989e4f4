using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Runs;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

/// <summary>A process that ends before and behind every commit of a run, and the next one that finds what it left.</summary>
/// <param name="home">Makes a home for one test.</param>
public abstract class RunCrashSuite(Func<Task<StorageHome>> home)
{
    private readonly ConcurrentDictionary<string, int> done = new(StringComparer.Ordinal);

    [Fact]
    public async Task A_run_with_branches_and_a_sleep_comes_to_the_same_end_wherever_the_process_ends()
    {
        await using StorageHome place = await home();
        Desk desk = await Desk.OpenAsync(place, ownsHome: false);
        try
        {
            Guid tenant = await desk.UseTenantAsync("acme");
            var sites = new HashSet<string>(StringComparer.Ordinal);
            int crashes = 0;
            while (!await PassesAsync(desk, crashes + 1))
            {
                crashes++;
                sites.Add(desk.Faults.Passed[^1]);
                DateTimeOffset ended = desk.Clock.GetUtcNow();
                await desk.CloseAsync();
                desk = await Desk.OpenAsync(place, ownsHome: false);
                desk.UseTenant(tenant);
                desk.Clock.SetUtcNow(ended);
                // Who asked and got no answer asks again, under the same key.
                await desk.Get<IRunQueue>().EnqueueAsync(Request(desk, $"tree:{crashes}"), default);
                foreach (RunRef left in await desk.Store.UnfinishedAsync(default)) await desk.Store.CountAttemptAsync(left, default);
                await WorkAsync(desk, default);
                await CheckAsync(desk, $"tree:{crashes}");
            }

            await CheckAsync(desk, $"tree:{crashes + 1}");
            sites.ShouldBe(
                ["enqueue:before-commit", "enqueue:after-commit", "advance:before-commit", "advance:after-commit", "pause:before-commit", "pause:after-commit", "wake:before-commit", "wake:after-commit", "end:before-commit", "end:after-commit"],
                ignoreOrder: true);
            crashes.ShouldBeGreaterThan(16);
        }
        finally
        {
            await desk.CloseAsync();
        }
    }

    /// <summary>Asks for a run and carries it out, in a process that ends at the given place; whether it came to the end before.</summary>
    private async Task<bool> PassesAsync(Desk desk, int place)
    {
        done.Clear();
        desk.Faults.DownAfter(place);
        try
        {
            await desk.Get<IRunQueue>().EnqueueAsync(Request(desk, $"tree:{place}"), desk.Faults.Down);
            await WorkAsync(desk, desk.Faults.Down);
        }
        catch (Exception error) when (desk.Faults.IsDown && error is InvalidOperationException or OperationCanceledException)
        {
            // The process has ended.
        }

        return !desk.Faults.IsDown;
    }

    private static RunRequest Request(Desk desk, string subject) => new()
    {
        Actor = desk.Actor,
        Kind = RunKind.Workflow,
        Handler = "test.work",
        Subject = subject,
        Input = "{}",
        At = desk.Clock.GetUtcNow(),
        IdempotencyKey = subject,
    };

    /// <summary>Carries out what is running and wakes what is due until nothing is left to do.</summary>
    private async Task WorkAsync(Desk desk, CancellationToken cancellationToken)
    {
        HandlerExecutor executor = RunHandlerSuite.Executor(desk, (run, cancel) => TreeAsync(desk, run, cancel));
        for (int i = 0; i < 10; i++)
        {
            foreach (RunRef run in await desk.Store.UnfinishedAsync(cancellationToken)) await executor.ExecuteAsync(run, cancellationToken);
            desk.Clock.Advance(TimeSpan.FromMinutes(10));
            await desk.Get<IRunQueue>().WakeDueAsync(desk.Clock.GetUtcNow(), 10, cancellationToken);
        }
    }

    private async Task<object?> TreeAsync(Desk desk, RunContext run, CancellationToken cancellationToken)
    {
        DateTimeOffset begun = await run.NowAsync("begun", cancellationToken);
        int[] parts = await Task.WhenAll(BranchAsync(desk, run.Branch("left"), 1, cancellationToken), BranchAsync(desk, run.Branch("right"), 10, cancellationToken));
        await run.SleepUntilAsync("pause", begun.AddMinutes(15), cancellationToken);
        return await StepAsync(desk, run, "sum", parts.Sum(), cancellationToken);
    }

    private async Task<int> BranchAsync(Desk desk, RunContext branch, int from, CancellationToken cancellationToken)
    {
        int one = await StepAsync(desk, branch, "one", from, cancellationToken);
        return await StepAsync(desk, branch, "two", one + 1, cancellationToken);
    }

    private Task<int> StepAsync(Desk desk, RunContext run, string key, int value, CancellationToken cancellationToken) =>
        run.StepAsync("do", key, _ =>
        {
            // A process that has ended does nothing more.
            if (desk.Faults.IsDown) throw new InvalidOperationException("ended");
            done.AddOrUpdate(run.KeyOf(key)[33..], 1, (_, n) => n + 1);
            return Task.FromResult(value);
        }, cancellationToken);

    private async Task CheckAsync(Desk desk, string subject)
    {
        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        Run run = await db.Runs.SingleAsync(r => r.Subject == subject);
        (run.Status, run.Result).ShouldBe((RunStatus.Succeeded, "13"), subject);
        List<string> steps = await db.RunSteps.Where(s => s.RunId == run.Id).OrderBy(s => s.Ordinal).Select(s => s.Name).ToListAsync();
        steps.ShouldBe(["now:begun", "left/do:one", "left/do:two", "right/do:one", "right/do:two", "sleep:pause", "do:sum"], ignoreOrder: true, subject);
        (await db.RunEvents.CountAsync(e => e.RunId == run.Id && e.Kind == "run.finished")).ShouldBe(1, subject);
        // Work whose result was stored is not done again: only what was under way may be done twice, and that is one step of each branch.
        done.Keys.Order(StringComparer.Ordinal).ShouldBe(["left/one", "left/two", "right/one", "right/two", "sum"]);
        done.Values.ShouldAllBe(n => n <= 2);
        done.Values.Count(n => n == 2).ShouldBeLessThanOrEqualTo(2, subject);
    }
}
