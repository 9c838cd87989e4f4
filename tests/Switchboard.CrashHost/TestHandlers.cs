using System.Globalization;
using Switchboard.Core.Runs;

namespace Switchboard.CrashHost;

/// <summary>Three branches of two steps side by side, as a workflow has them; the result says what each came to.</summary>
internal sealed class BranchingRun : RunHandler
{
    public const string HandlerName = "test.branches";

    public override string Name => HandlerName;

    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        string[] results = await Task.WhenAll(Enumerable.Range(1, 3).Select(n => BranchAsync(run.Branch($"b{n}"), n, cancellationToken)));
        return await run.StepAsync("decide", "merge", _ => Task.FromResult(string.Join('|', results)), cancellationToken);
    }

    private static async Task<string> BranchAsync(RunContext branch, int n, CancellationToken cancellationToken)
    {
        string first = await branch.StepAsync("read", "first", _ => Task.FromResult(n.ToString(CultureInfo.InvariantCulture)), cancellationToken);
        return await branch.StepAsync("read", "second", async _ =>
        {
            await Task.Yield();
            return first + "+";
        }, cancellationToken);
    }
}

/// <summary>Sleeps a little between two steps.</summary>
internal sealed class SleepingRun(TimeProvider time) : RunHandler
{
    public const string HandlerName = "test.sleep";

    private static readonly TimeSpan sleep = TimeSpan.FromMilliseconds(200);

    public override string Name => HandlerName;

    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        DateTimeOffset from = await run.NowAsync("begin", cancellationToken);
        await run.SleepUntilAsync("short", from + sleep, cancellationToken);
        return await run.StepAsync("read", "after", _ => Task.FromResult(time.GetUtcNow() >= from + sleep ? "awake" : "too early"), cancellationToken);
    }
}
