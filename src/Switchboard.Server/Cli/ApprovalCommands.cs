using System.CommandLine;
using Switchboard.Core.Actions;
using Switchboard.Domain.Operations;
using Switchboard.Server.Api;
using Switchboard.Server.Api.Approvals;

namespace Switchboard.Server.Cli;

/// <summary>approvals list, show, approve, reject.</summary>
public sealed class ApprovalCommands(BindAction bind)
{
    private const string path = "/api/v1/approvals";

    private readonly Argument<Guid> id = new("id") { Description = "The approval" };
    private readonly Option<string> status = new("--status") { Description = "pending, approved, rejected or expired", DefaultValueFactory = _ => "pending" };
    private readonly Option<string> person = new("--as") { Description = "Who decides: the e-mail address of a member of the staff with the scope it needs", Required = true, HelpName = "EMAIL" };
    private readonly Option<string?> note = new("--note") { Description = "What is said to it; colleagues see it" };

    /// <summary>The commands.</summary>
    public Command Build()
    {
        var list = new Command("list", "List what waits for somebody's yes") { status };
        list.SetAction(bind(ListAsync));
        var show = new Command("show", "Show what would be changed") { id };
        show.SetAction(bind(ShowAsync));
        var approve = new Command("approve", "Let it happen") { id, person, note };
        approve.SetAction(bind((parsed, globals, cancellation) => DecideAsync("approve", parsed, globals, cancellation)));
        var reject = new Command("reject", "Refuse it") { id, person, note };
        reject.SetAction(bind((parsed, globals, cancellation) => DecideAsync("reject", parsed, globals, cancellation)));
        return new Command("approvals", "What agents may do only when somebody says yes") { list, show, approve, reject };
    }

    private async Task ListAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        Page<ApprovalView> page = await DeskConnection.ReadAsync<Page<ApprovalView>>(await desk.Http.GetAsync($"{path}?limit=100&status={Uri.EscapeDataString(parsed.GetValue(status)!)}", cancellationToken), cancellationToken);
        globals.Terminal.Result(page, _ =>
        {
            if (page.Items.Count == 0) globals.Terminal.Line("Nothing.");
            foreach (ApprovalView one in page.Items) globals.Terminal.Line($"{one.Id}  {one.Action}  needs {one.NeededScope}  {one.Status.ToString().ToLowerInvariant()}  until {one.ExpiresAt:yyyy-MM-dd HH:mm}Z");
        });
    }

    private async Task ShowAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        Print(globals, await DeskConnection.ReadAsync<ApprovalView>(await desk.Http.GetAsync($"{path}/{parsed.GetValue(id)}", cancellationToken), cancellationToken));
    }

    private async Task DecideAsync(string decision, ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        var body = new DecideApproval.Decision(parsed.GetValue(note), parsed.GetValue(person));
        Print(globals, await DeskConnection.ReadAsync<ApprovalView>(await desk.Http.PostAsJsonAsync($"{path}/{parsed.GetValue(id)}/{decision}", body, Core.Json.Options, cancellationToken), cancellationToken));
    }

    private static void Print(Globals globals, ApprovalView one) => globals.Terminal.Result(one, _ =>
    {
        globals.Terminal.Line($"{one.Action} {one.Arguments.GetRawText()}");
        globals.Terminal.Line($"{one.Status.ToString().ToLowerInvariant()}{(one.Status == ApprovalStatus.Pending ? $", needs {one.NeededScope}, until {one.ExpiresAt:yyyy-MM-dd HH:mm}Z" : one.Note is { } said ? $": {said}" : "")}");
        foreach (RowChange change in one.Preview) globals.Terminal.Line($"  {change.Change} {change.Entity} {change.Before} → {change.After}");
    });
}
