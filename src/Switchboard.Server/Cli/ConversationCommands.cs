using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using Switchboard.Core.Desk.Replay;
using Switchboard.Server.Api;
using Switchboard.Server.Api.Conversations;
using Switchboard.Server.Api.Policies;

namespace Switchboard.Server.Cli;

/// <summary>conversations replay.</summary>
public sealed class ConversationCommands(BindAction bind)
{
    private readonly Argument<Guid?> id = new("id") { Description = "The conversation; none with --all", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> all = new("--all") { Description = "All conversations of the tenant, newest first" };
    private readonly Option<int?> limit = new("--limit") { Description = "With --all: the newest so many", HelpName = "N" };
    private readonly Option<string?> against = new("--against") { Description = "Policies, YAML or JSON by the file's name, to decide by instead of those that held; nothing is changed", HelpName = "FILE" };

    /// <summary>A turn that comes out otherwise, or cannot be replayed.</summary>
    public sealed record Item(Guid ConversationId, Guid RunId, int Sequence, ReplayRefusal? Refusal, string? Detail, IReadOnlyList<ReplayDifference> Differences);

    /// <summary>What came of all.</summary>
    public sealed record Summary(int Conversations, int Turns, int Identical, int Different, int NotReplayable, IReadOnlyList<Item> Items);

    /// <summary>The commands.</summary>
    public Command Build()
    {
        var replay = new Command("replay", "Work turns out again from their journals, and list those that come out otherwise") { id, all, limit, against };
        replay.Validators.Add(result =>
        {
            bool one = result.GetValue(id) is not null, every = result.GetValue(all);
            if (one == every) result.AddError("Give the id of a conversation, or --all.");
            if (result.GetValue(limit) is { } most && (!every || most < 1)) result.AddError("--limit is a number from 1, with --all.");
        });
        replay.SetAction(bind(ReplayAsync));
        return new Command("conversations", "What was talked about") { replay };
    }

    private async Task ReplayAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        (byte[] Text, string Type)? policies = parsed.GetValue(against) is { } file ? await ReadAsync(file, cancellationToken) : null;
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        IReadOnlyList<Guid> wanted = parsed.GetValue(id) is { } one ? [one] : await ListAsync(desk, parsed.GetValue(limit) ?? int.MaxValue, cancellationToken);

        int turns = 0, refused = 0;
        var items = new List<Item>();
        await globals.Terminal.ProgressAsync("replay", async progress =>
        {
            for (int i = 0; i < wanted.Count; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/conversations/{wanted[i]}/replay");
                if (policies is { } body)
                {
                    request.Content = new ByteArrayContent(body.Text);
                    request.Content.Headers.ContentType = new MediaTypeHeaderValue(body.Type);
                }

                using HttpResponseMessage response = await desk.Http.SendAsync(request, cancellationToken);
                ReplayConversation.ConversationReplayView view = await DeskConnection.ReadAsync<ReplayConversation.ConversationReplayView>(response, cancellationToken);
                turns += view.Turns.Count;
                refused += view.Turns.Count(t => t.Refusal is not null);
                items.AddRange(view.Turns.Where(t => !t.Identical).Select(t => new Item(view.ConversationId, t.RunId, t.Sequence, t.Refusal, t.Detail, t.Differences)));
                progress.Report((i + 1, wanted.Count));
            }

            return turns;
        });

        int different = items.Count - refused;
        var summary = new Summary(wanted.Count, turns, turns - items.Count, different, refused, items);
        globals.Terminal.Result(summary, _ => Print(globals.Terminal, summary));
        if (different > 0 && policies is null) throw new CommandException($"{different} of {Amount.Of(turns, "turns")} {(different == 1 ? "comes" : "come")} out otherwise than they were recorded.");
    }

    private static void Print(Terminal terminal, Summary summary)
    {
        foreach (Item item in summary.Items.Where(i => i.Refusal is null))
        {
            terminal.Line($"conversation {item.ConversationId}  message {item.Sequence}  run {item.RunId}");
            foreach (string line in item.Differences.SelectMany(ReplayText.Of)) terminal.Line($"  {line}");
        }

        foreach (IGrouping<ReplayRefusal, Item> reason in summary.Items.Where(i => i.Refusal is not null).GroupBy(i => i.Refusal!.Value).OrderByDescending(g => g.Count()))
            terminal.Line($"{Amount.Of(reason.Count(), "turns")} cannot be replayed, {ReplayText.Spelt(reason.Key)}: {reason.First().Detail}");
        terminal.Line($"{Amount.Of(summary.Conversations, "conversations")}, {Amount.Of(summary.Turns, "turns")}: {summary.Identical} {(summary.Identical == 1 ? "comes" : "come")} out the same, {summary.Different} otherwise, {summary.NotReplayable} cannot be replayed");
    }

    private static async Task<IReadOnlyList<Guid>> ListAsync(DeskConnection desk, int most, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        string? cursor = null;
        do
        {
            string query = string.Create(CultureInfo.InvariantCulture, $"?limit={Math.Min(Paging.MostItems, most - ids.Count)}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            Page<ListConversations.Item> page = await DeskConnection.ReadAsync<Page<ListConversations.Item>>(await desk.Http.GetAsync($"/api/v1/conversations{query}", cancellationToken), cancellationToken);
            ids.AddRange(page.Items.Select(c => c.Id));
            cursor = page.NextCursor;
        }
        while (cursor is not null && ids.Count < most);
        return ids;
    }

    private static async Task<(byte[] Text, string Type)> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllBytesAsync(name, cancellationToken), name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? "application/json" : PolicyBody.Yaml);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"\"{name}\" cannot be read: {error.Message}");
        }
    }
}
