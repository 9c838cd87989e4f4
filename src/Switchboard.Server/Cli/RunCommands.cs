using System.CommandLine;
using System.Globalization;
using Switchboard.Server.Api;
using Switchboard.Server.Api.Runs;

namespace Switchboard.Server.Cli;

/// <summary>runs list, show, replay and cancel.</summary>
public sealed class RunCommands(BindAction bind)
{
    private readonly Option<string?> kind = new("--kind") { Description = "turn, dialogue, execution, workflow, job or delivery" };
    private readonly Option<string?> status = new("--status") { Description = "queued, running, waiting, succeeded, failed or cancelled" };
    private readonly Option<string?> subject = new("--subject") { Description = "What the runs are about" };
    private readonly Option<int> limit = new("--limit") { Description = "The most runs to list", DefaultValueFactory = _ => 20 };
    private readonly Argument<Guid> id = new("id") { Description = "The run" };

    /// <summary>The commands.</summary>
    public Command Build()
    {
        var list = new Command("list", "List runs, newest first") { kind, status, subject, limit };
        list.SetAction(bind(ListAsync));
        var show = new Command("show", "Show a run with its steps") { id };
        show.SetAction(bind(ShowAsync));
        var replay = new Command("replay", "Work a run out again from its journal, and show what comes out otherwise") { id };
        replay.SetAction(bind(ReplayAsync));
        var cancel = new Command("cancel", "End a run that has not begun, or ask one that has to end at its next step") { id };
        cancel.SetAction(bind(CancelAsync));
        return new Command("runs", "What is, was and will be carried out") { list, show, replay, cancel };
    }

    private async Task ListAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        string query = string.Concat(new[] { ("kind", parsed.GetValue(kind)), ("status", parsed.GetValue(status)), ("subject", parsed.GetValue(subject)) }
            .Where(f => f.Item2 is not null).Select(f => $"&{f.Item1}={Uri.EscapeDataString(f.Item2!)}"));
        Page<ListRuns.Item> page = await DeskConnection.ReadAsync<Page<ListRuns.Item>>(
            await desk.Http.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/runs?limit={parsed.GetValue(limit)}{query}"), cancellationToken), cancellationToken);
        globals.Terminal.Result(page, _ =>
        {
            foreach (ListRuns.Item run in page.Items)
                globals.Terminal.Line($"{run.Id}  {run.Kind.ToString().ToLowerInvariant(),-9} {run.Status.ToString().ToLowerInvariant(),-9} {run.CreatedAt:yyyy-MM-dd HH:mm:ss}  {run.Handler ?? run.Subject}{(run.ErrorCode is { } code ? $"  {code}" : "")}");
            globals.Terminal.Line($"{Amount.Of(page.Items.Count, "runs")}{(page.NextCursor is null ? "" : "; there are more")}");
        });
    }

    private async Task ShowAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        ReadRun.RunView run = await DeskConnection.ReadAsync<ReadRun.RunView>(await desk.Http.GetAsync($"/api/v1/runs/{parsed.GetValue(id)}", cancellationToken), cancellationToken);
        globals.Terminal.Result(run, _ =>
        {
            globals.Terminal.Line($"{run.Kind.ToString().ToLowerInvariant()} {run.Handler} of {run.Subject}: {run.Status.ToString().ToLowerInvariant()}, {Amount.Of(run.Attempts, "attempts")}{(run.Due is { } due ? $", due {due:u}" : "")}");
            if (run.ErrorCode is not null || run.Error is not null) globals.Terminal.Line($"{run.ErrorCode}: {run.Error}");
            foreach (ReadRun.StepView step in run.Steps ?? []) globals.Terminal.Line($"  {step.Name}  {step.Result}");
            if (run.Result is { } result) globals.Terminal.Line($"result {result}");
        });
    }

    private async Task ReplayAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        ReplayRun.ReplayView replayed = await DeskConnection.ReadAsync<ReplayRun.ReplayView>(await desk.Http.PostAsync($"/api/v1/runs/{parsed.GetValue(id)}/replay", null, cancellationToken), cancellationToken);
        globals.Terminal.Result(replayed, _ =>
        {
            foreach (string line in replayed.Differences.SelectMany(ReplayText.Of)) globals.Terminal.Line(line);
            if (replayed.Identical) globals.Terminal.Line("Everything comes out as it was recorded.");
        });
        if (replayed.Refusal is { } refusal) throw new CommandException($"It cannot be replayed, {ReplayText.Spelt(refusal)}: {replayed.Detail}");
        if (!replayed.Identical) throw new CommandException($"{Amount.Of(replayed.Differences.Count, "things", "comes", "come")} out otherwise than they were recorded.");
    }

    private async Task CancelAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        CancelRun.CancelView now = await DeskConnection.ReadAsync<CancelRun.CancelView>(await desk.Http.PostAsync($"/api/v1/runs/{parsed.GetValue(id)}/cancel", null, cancellationToken), cancellationToken);
        globals.Terminal.Result(now, _ => globals.Terminal.Line(now.Status is Core.Runs.RunStatus.Running or Core.Runs.RunStatus.Queued or Core.Runs.RunStatus.Waiting ? "It ends at its next step, and undoes what it did." : $"It is {now.Status.ToString().ToLowerInvariant()}."));
    }
}
