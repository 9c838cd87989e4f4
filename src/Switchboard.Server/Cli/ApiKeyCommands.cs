using System.CommandLine;
using Switchboard.Core;
using Switchboard.Server.Api.Administration;

namespace Switchboard.Server.Cli;

/// <summary>apikey create.</summary>
public sealed class ApiKeyCommands(BindAction bind)
{
    private readonly Option<string> name = new("--name") { Description = "What to call the key", Required = true };
    private readonly Option<string?> scopes = new("--scopes") { Description = "Scopes parted by spaces; all when absent" };

    /// <summary>The commands.</summary>
    public Command Build()
    {
        var create = new Command("create", "Make an API key; it is shown once") { name, scopes };
        create.SetAction(bind(CreateAsync));
        return new Command("apikey", "API keys of a tenant") { create };
    }

    private async Task CreateAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        var body = new ManageKeys.Body(parsed.GetValue(name), parsed.GetValue(scopes)?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries), null);
        ManageKeys.NewKeyView made = await DeskConnection.ReadAsync<ManageKeys.NewKeyView>(await desk.Http.PostAsJsonAsync("/api/v1/api-keys", body, Json.Options, cancellationToken), cancellationToken);
        globals.Terminal.Result(new { made.Id, made.Key, made.Scopes }, _ =>
        {
            globals.Terminal.Line(made.Key);
            globals.Terminal.Line($"Keep it now: it is shown this once. Scopes: {string.Join(' ', made.Scopes)}");
        });
    }
}
