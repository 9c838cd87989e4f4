using System.CommandLine;
using Switchboard.Core;
using Switchboard.Server.Api.Administration;

namespace Switchboard.Server.Cli;

/// <summary>schedules list, run.</summary>
public sealed class ScheduleCommands(BindAction bind)
{
    private readonly Argument<string> name = new("name") { Description = "The schedule, as the list names it" };

    private sealed record Listed(IReadOnlyList<ManageSchedules.ScheduleView> Items);

    /// <summary>The commands.</summary>
    public Command Build()
    {
        var list = new Command("list", "Show what is done by the calendar, and when it was and will be");
        list.SetAction(bind(ListAsync));
        var run = new Command("run", "Do now what a schedule does") { name };
        run.SetAction(bind(RunAsync));
        return new Command("schedules", "Work that is done by the calendar") { list, run };
    }

    private async Task ListAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        Listed listed = await DeskConnection.ReadAsync<Listed>(await desk.Http.GetAsync("/api/v1/schedules", cancellationToken), cancellationToken);
        globals.Terminal.Result(listed, _ =>
        {
            foreach (ManageSchedules.ScheduleView s in listed.Items)
            {
                string last = s.LastRunId is { } id ? $"last run {id} {Json.Write(s.LastRunStatus).Trim('"')}" : "not run yet";
                globals.Terminal.Line($"{s.Name}  {s.Cron}  {s.TimeZone}  next {s.Next:yyyy-MM-dd HH:mm} UTC, {last}");
            }
        });
    }

    private async Task RunAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        HttpResponseMessage response = await desk.Http.PostAsync($"/api/v1/schedules/{Uri.EscapeDataString(parsed.GetValue(name)!)}/run", null, cancellationToken);
        ManageSchedules.StartedView started = await DeskConnection.ReadAsync<ManageSchedules.StartedView>(response, cancellationToken);
        globals.Terminal.Result(started, _ => globals.Terminal.Line($"Run {started.RunId} is under way; schedules list shows how it ends."));
    }
}
