using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Server.Api;
using Switchboard.Server.Api.Agents;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Cli;

/// <summary>agents list, show and run.</summary>
public sealed class AgentCommands(BindAction bind)
{
    private const string path = "/api/v1/agents";

    private static readonly JsonSerializerOptions indented = new(Core.Json.Options) { WriteIndented = true };

    private readonly Option<string?> tier = new("--tier") { Description = "essential, revenue, operational or advanced" };
    private readonly Option<string?> domain = new("--domain") { Description = "The part of the id before the slash" };
    private readonly Option<string?> kind = new("--kind") { Description = "router, specialist, analyst, predictor, writer, operator or guard" };
    private readonly Argument<string> id = new("id") { Description = "The agent: domain/name" };
    private readonly Option<string> input = new("--input") { Description = "What it takes, as JSON, or @FILE that holds it", DefaultValueFactory = _ => "{}", HelpName = "JSON" };
    private readonly Option<string?> facts = new("--facts") { Description = "What stands in the place of what it would load, as JSON, or @FILE; nothing is changed then", HelpName = "JSON" };
    private readonly Option<Guid?> customer = new("--customer") { Description = "The customer it is about", HelpName = "ID" };
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Change nothing" };

    /// <summary>The commands.</summary>
    public Command Build()
    {
        var list = new Command("list", "List the agents") { tier, domain, kind };
        list.SetAction(bind(ListAsync));
        var show = new Command("show", "Show an agent: what it takes, reads and gives") { id };
        show.SetAction(bind(ShowAsync));
        var run = new Command("run", "Let an agent work") { id, input, facts, customer, dryRun };
        run.SetAction(bind(RunAsync));
        return new Command("agents", "The agents of this installation") { list, show, run };
    }

    private async Task ListAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        string query = string.Join('&', new[] { ("tier", parsed.GetValue(tier)), ("domain", parsed.GetValue(domain)), ("kind", parsed.GetValue(kind)) }.Where(f => f.Item2 is not null).Select(f => $"{f.Item1}={Uri.EscapeDataString(f.Item2!)}"));
        ListAgents.CatalogueView view = await DeskConnection.ReadAsync<ListAgents.CatalogueView>(await desk.Http.GetAsync($"{path}?{query}", cancellationToken), cancellationToken);
        globals.Terminal.Result(view, _ =>
        {
            foreach (ListAgents.Item agent in view.Items) globals.Terminal.Line($"{agent.Id,-36} {QueryEnum.Name(agent.Kind),-10} {QueryEnum.Name(agent.Tier),-11} {agent.Summary}{(agent.Enabled ? string.Empty : " (disabled)")}");
            globals.Terminal.Line(Amount.Of(view.Total, "agents"));
            foreach (CardProblem wrong in view.Problems) globals.Terminal.Line($"not in force: {wrong.File}, line {wrong.Line}: {wrong.Problem}{(wrong.InForce is { } before ? $" ({before} goes on by the version before)" : string.Empty)}");
        });
    }

    private async Task ShowAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        ReadAgent.AgentView agent = await DeskConnection.ReadAsync<ReadAgent.AgentView>(await desk.Http.GetAsync($"{path}/{Id(parsed)}", cancellationToken), cancellationToken);
        globals.Terminal.Result(agent, _ =>
        {
            globals.Terminal.Line($"{agent.Id}: {agent.Name}, {QueryEnum.Name(agent.Kind)}, {QueryEnum.Name(agent.Tier)}");
            globals.Terminal.Line(agent.Summary);
            if (!agent.Enabled) globals.Terminal.Line("disabled for this tenant");
            globals.Terminal.Line($"may    {string.Join(' ', agent.Capabilities)}");
            globals.Terminal.Line($"needs  {string.Join(' ', agent.RequiredScopes)}");
            globals.Terminal.Line($"stops  {string.Join(' ', agent.Reasons)}");
            foreach ((string key, ReadAgent.SettingView setting) in agent.Settings) globals.Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"set    {key} {setting.Value} ({setting.Least} to {setting.Most}, {setting.Default} by itself)"));
            if (agent.InputSchema is { } taken) globals.Terminal.Line($"input  {taken.ToJsonString(indented)}");
            if (agent.OutputSchema is { } given) globals.Terminal.Line($"output {given.ToJsonString(indented)}");
        });
    }

    private async Task RunAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        JsonElement given = await ReadAsync("--input", parsed.GetValue(input)!, cancellationToken);
        JsonElement? instead = parsed.GetValue(facts) is { } text ? await ReadAsync("--facts", text, cancellationToken) : null;
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        var request = new ExecuteAgent.ExecuteRequest(given, instead, parsed.GetValue(customer), null, parsed.GetValue(dryRun));
        HttpResponseMessage answer = await desk.Http.PostAsJsonAsync($"{path}/{Id(parsed)}/execute", request, Core.Json.Options, cancellationToken);
        ExecuteAgent.ExecutedView result = await DeskConnection.ReadAsync<ExecuteAgent.ExecutedView>(answer, cancellationToken);
        globals.Terminal.Result(result, _ =>
        {
            globals.Terminal.Line(JsonSerializer.Serialize(result.Output, indented));
            if (result.Detail is { } why) globals.Terminal.Line(why);
            foreach (FactRead read in result.Evidence) globals.Terminal.Line($"read {read.Entity}: {read.Count}, as of {read.AsOf:yyyy-MM-dd HH:mm:ss}Z");
            foreach (AgentAct act in result.Actions) globals.Terminal.Line($"{QueryEnum.Name(act.Status)} {act.Key}{(act.Action is { } name ? $" ({name})" : string.Empty)}{(act.DueAt is { } due ? $" at {due:yyyy-MM-dd HH:mm:ss}Z" : string.Empty)}{(act.Detail is { } detail ? $": {detail}" : string.Empty)}");
            globals.Terminal.Line($"run {result.RunId}");
        });
    }

    private string Id(ParseResult parsed) => string.Join('/', parsed.GetValue(id)!.Split('/').Select(Uri.EscapeDataString));

    private static async Task<JsonElement> ReadAsync(string option, string text, CancellationToken cancellationToken)
    {
        try
        {
            return JsonElement.Parse(text.StartsWith('@') ? await File.ReadAllTextAsync(text[1..], cancellationToken) : text);
        }
        catch (JsonException wrong)
        {
            throw new CommandException($"{option} is no JSON: {wrong.Message}");
        }
        catch (IOException wrong)
        {
            throw new CommandException($"{option} cannot be read: {wrong.Message}");
        }
    }
}
