using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Policies;

namespace Switchboard.Server.Cli;

/// <summary>policy show, set.</summary>
public sealed class PolicyCommands(BindAction bind)
{
    private const string path = "/api/v1/policies";

    private readonly Argument<string> file = new("file") { Description = "YAML (or JSON, by its name) with the policies; what it leaves out is as it is by default" };
    private readonly Option<int?> version = new("--version") { Description = "The version to show; the one that holds when absent" };
    private readonly Option<int?> from = new("--from") { Description = "The version the file was made from: another one that holds now is not replaced" };

    /// <summary>The commands.</summary>
    public Command Build()
    {
        var show = new Command("show", "Show what the desk decides by, as YAML") { version };
        show.SetAction(bind(ShowAsync));
        var set = new Command("set", "Replace what the desk decides by with a file") { file, from };
        set.SetAction(bind(SetAsync));
        return new Command("policy", "The policies of a tenant") { show, set };
    }

    private async Task ShowAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        string address = parsed.GetValue(version) is { } wanted ? string.Create(CultureInfo.InvariantCulture, $"{path}?version={wanted}") : path;
        string yaml = await GetAsync(desk, address, PolicyBody.Yaml, cancellationToken), json = await GetAsync(desk, address, "application/json", cancellationToken);
        globals.Terminal.Result(JsonNode.Parse(json), _ => globals.Terminal.Line(yaml.TrimEnd()));
    }

    private async Task SetAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        string name = parsed.GetValue(file)!;
        byte[] text;
        try
        {
            text = await File.ReadAllBytesAsync(name, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"\"{name}\" cannot be read: {error.Message}");
        }

        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new ByteArrayContent(text) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? "application/json" : PolicyBody.Yaml);
        request.Headers.IfMatch.Add(parsed.GetValue(from) is { } expected ? new EntityTagHeaderValue(PolicyBody.TagOf(expected)) : EntityTagHeaderValue.Any);
        ReplacePolicies.SavedView saved = await DeskConnection.ReadAsync<ReplacePolicies.SavedView>(await desk.Http.SendAsync(request, cancellationToken), cancellationToken);
        globals.Terminal.Result(saved, _ =>
        {
            foreach (PolicyFigureChange change in saved.Changes) globals.Terminal.Line($"{change.Path}: {change.Before ?? "(none)"} → {change.After ?? "(none)"}");
            globals.Terminal.Line(saved.Changes.Count == 0 ? $"Nothing changes; version {saved.Version} holds." : $"Version {saved.Version} holds, {Amount.Of(saved.Changes.Count, "figures")} changed.");
        });
    }

    private static async Task<string> GetAsync(DeskConnection desk, string address, string type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        using HttpResponseMessage response = await desk.Http.SendAsync(request, cancellationToken);
        await DeskConnection.RequireAsync(response, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }
}
