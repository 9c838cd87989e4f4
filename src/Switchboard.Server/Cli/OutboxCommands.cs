using System.CommandLine;
using Switchboard.Server.Api;
using Switchboard.Server.Api.Outbox;

namespace Switchboard.Server.Cli;

/// <summary>outbox list, show, resolve.</summary>
public sealed class OutboxCommands(BindAction bind)
{
    private const string path = "/api/v1/outbox";

    private readonly Argument<Guid> id = new("id") { Description = "The effect" };
    private readonly Option<string?> status = new("--status") { Description = "pending, sending, sent, failed or unknown" };
    private readonly Option<bool> performed = new("--performed") { Description = "The other side has it" };
    private readonly Option<bool> notPerformed = new("--not-performed") { Description = "The other side does not have it" };
    private readonly Option<string> note = new("--note") { Description = "How it was found out", Required = true };

    /// <summary>The commands.</summary>
    public Command Build()
    {
        var list = new Command("list", "List effects on the outside, newest first") { status };
        list.SetAction(bind(ListAsync));
        var show = new Command("show", "Show an effect") { id };
        show.SetAction(bind(ShowAsync));
        var resolve = new Command("resolve", "Record what became of an effect of which nobody knew; nothing is sent") { id, performed, notPerformed, note };
        resolve.Validators.Add(r =>
        {
            if (r.GetValue(performed) == r.GetValue(notPerformed)) r.AddError("Say --performed or --not-performed.");
        });
        resolve.SetAction(bind(ResolveAsync));
        return new Command("outbox", "Mail, webhooks and other effects on the outside") { list, show, resolve };
    }

    private async Task ListAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        string query = parsed.GetValue(status) is { } wanted ? $"&status={Uri.EscapeDataString(wanted)}" : "";
        Page<ReadOutbox.EntryView> page = await DeskConnection.ReadAsync<Page<ReadOutbox.EntryView>>(await desk.Http.GetAsync($"{path}?limit=100{query}", cancellationToken), cancellationToken);
        globals.Terminal.Result(page, _ =>
        {
            if (page.Items.Count == 0) globals.Terminal.Line("Nothing.");
            foreach (ReadOutbox.EntryView one in page.Items) globals.Terminal.Line($"{one.Id}  {one.Status.ToString().ToLowerInvariant(),-7}  {one.CreatedAt:yyyy-MM-dd HH:mm}Z  {one.Summary}");
            if (page.NextCursor is not null) globals.Terminal.Line("There are more.");
        });
    }

    private async Task ShowAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        Print(globals, await DeskConnection.ReadAsync<ReadOutbox.EntryView>(await desk.Http.GetAsync($"{path}/{parsed.GetValue(id)}", cancellationToken), cancellationToken));
    }

    private async Task ResolveAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        var body = new ResolveOutbox.Body(parsed.GetValue(performed), parsed.GetValue(note));
        Print(globals, await DeskConnection.ReadAsync<ReadOutbox.EntryView>(await desk.Http.PostAsJsonAsync($"{path}/{parsed.GetValue(id)}/resolve", body, Core.Json.Options, cancellationToken), cancellationToken));
    }

    private static void Print(Globals globals, ReadOutbox.EntryView one) => globals.Terminal.Result(one, _ =>
    {
        globals.Terminal.Line($"{one.Summary} (through {one.Port})");
        globals.Terminal.Line($"{one.Status.ToString().ToLowerInvariant()} after {Amount.Of(one.Attempts, "attempts")}{(one.SettledAt is { } at ? $", since {at:yyyy-MM-dd HH:mm}Z" : "")}");
        if (one.Answer is not null) globals.Terminal.Line($"answer: {one.Answer}");
        if (one.Error is not null) globals.Terminal.Line($"error: {one.Error}");
        if (one.ConversationId is { } conversation) globals.Terminal.Line($"conversation {conversation}");
        if (one.CauseId is { } cause) globals.Terminal.Line($"asked for by run {cause}");
    });
}
