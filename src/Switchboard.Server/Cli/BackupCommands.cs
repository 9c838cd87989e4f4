using System.CommandLine;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Server.Api.Administration;
using Switchboard.Storage;
using Switchboard.Storage.Backup;

namespace Switchboard.Server.Cli;

/// <summary>backup and restore.</summary>
/// <param name="bind">Makes an action of a command's work.</param>
public sealed class BackupCommands(BindAction bind)
{
    private readonly Argument<string> target = new("FILE") { Description = "The file to write; one that is a backup is replaced when the new one is whole" };
    private readonly Argument<string> source = new("FILE") { Description = "The backup" };

    /// <summary>The commands.</summary>
    public IReadOnlyList<Command> Build()
    {
        var backup = new Command("backup", "Write database and secrets into one file, while the server serves") { target };
        backup.SetAction(bind(BackUpAsync));
        var restore = new Command("restore", "Put a backup in the place of what the data folder holds; the server must be stopped") { source };
        restore.SetAction(bind(RestoreAsync));
        return [backup, restore];
    }

    private async Task BackUpAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        string path = Path.GetFullPath(parsed.GetValue(target)!);
        if (!Directory.Exists(globals.Data)) throw new CommandException($"There is no data folder {globals.Data}, so there is nothing to back up.");
        await using DeskConnection desk = await globals.ConnectAsync(demo: false, cancellationToken);
        BackUp.BackupView written = await DeskConnection.ReadAsync<BackUp.BackupView>(await desk.Http.PostAsJsonAsync("/api/v1/backup", new BackUp.Body(path), Json.Options, cancellationToken), cancellationToken);
        globals.Terminal.Result(written, _ =>
        {
            globals.Terminal.Line($"{written.Path}: {Amount.Of(written.Rows, "rows")} of {Amount.Of(written.Tables, "tables")}, {Amount.Of(written.Bytes, "bytes")}, read back and compared.");
            globals.Terminal.Line("It holds the secrets of the installation: keep it as safe as the data folder.");
        });
    }

    private async Task RestoreAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        if (await DeskConnection.FindServerAsync(globals.Data, cancellationToken) is { } owner)
            throw new CommandException($"A server runs on {globals.Data} (process {owner.Pid} at {owner.Address}). Stop it, then restore; nothing was changed.");
        BackupManifest manifest = await RestoreAsync(globals.Data, globals.Database, parsed.GetValue(source)!, new NoFaults(), cancellationToken);
        globals.Terminal.Result(new { globals.Data, manifest.Provider, manifest.CreatedAt, Rows = manifest.Tables.Sum(t => t.Rows) }, _ =>
        {
            globals.Terminal.Line($"Restored {Amount.Of(manifest.Tables.Sum(t => t.Rows), "rows")} of {manifest.CreatedAt:yyyy-MM-dd HH:mm} UTC.");
            globals.Terminal.Line($"What was there before is kept in {Path.Combine(globals.Data, "before-restore")}; remove it when it is needed no more.");
        });
    }

    /// <summary>Restores into a data folder that nobody else holds, brings the database up to the program and enters it into the audit.</summary>
    public static async Task<BackupManifest> RestoreAsync(string data, DatabaseOptions database, string file, IFaultPoints faults, CancellationToken cancellationToken)
    {
        using DataFolder folder = DataFolder.Open(data);
        await StorageRegistration.SettleRestoreAsync(folder, database, faults, cancellationToken);
        BackupManifest manifest;
        await using (ServiceProvider services = Storage(folder, database, faults))
            manifest = await services.GetRequiredService<Restores>().RestoreAsync(file, cancellationToken);

        // The secrets are others now, so everything that read them is made anew.
        await using ServiceProvider restored = Storage(folder, database, faults);
        await restored.GetRequiredService<IDatabase>().MigrateAsync(cancellationToken);
        await restored.GetRequiredService<RestoreNotes>().EnterAsync(cancellationToken);
        return manifest;
    }

    private static ServiceProvider Storage(DataFolder folder, DatabaseOptions database, IFaultPoints faults)
    {
        var services = new ServiceCollection();
        services.TryAddSingleton(faults);
        return services.AddSwitchboardStorage(folder, database).BuildServiceProvider();
    }
}
