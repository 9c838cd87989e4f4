using System.CommandLine;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Cli;

/// <summary>secrets rotate.</summary>
public sealed class SecretCommands(BindAction bind)
{
    /// <summary>The commands.</summary>
    public Command Build()
    {
        var rotate = new Command("rotate", "Put another key in the place of secrets/identity, and encrypt anew what lies under it");
        rotate.SetAction(bind(RotateAsync));
        return new Command("secrets", "The keys of the data folder") { rotate };
    }

    private static async Task RotateAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(globals.Data)) throw new CommandException($"There is no data folder {globals.Data}, so there is no key to exchange.");
        await using DeskConnection desk = await globals.ConnectAsync(demo: false, cancellationToken);
        ExchangeView done = await DeskConnection.ReadAsync<ExchangeView>(await desk.Http.PostAsync("/api/v1/secrets/rotate", null, cancellationToken), cancellationToken);
        globals.Terminal.Result(done, _ =>
        {
            globals.Terminal.Line($"{Amount.Of(done.Renewed, "secrets")} encrypted anew.");
            globals.Terminal.Line(done.Done
                ? "The key before is gone. Copy secrets/identity to the other nodes, and make a backup: older ones hold the key before."
                : $"{Amount.Of(done.Waiting, "mails")} on their way lie under the key before, so it is kept as secrets/identity-before. Run it again when they are sent.");
        });
    }
}
