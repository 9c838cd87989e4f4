using System.CommandLine;
using Switchboard.Server.Api.Administration;
using Switchboard.Storage;

namespace Switchboard.Server.Cli;

/// <summary>db migrate and db status; db seed is a class of its own.</summary>
public sealed class DatabaseCommands(BindAction bind)
{
    /// <summary>The commands.</summary>
    public Command Build()
    {
        var migrate = new Command("migrate", "Bring the database up to date");
        migrate.SetAction(bind(MigrateAsync));
        var status = new Command("status", "Show which migrations are applied");
        status.SetAction(bind(StatusAsync));
        return new Command("db", "The database") { migrate, status, new SeedCommand(bind).Build() };
    }

    private static async Task MigrateAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        if (await DeskConnection.FindServerAsync(globals.Data, cancellationToken) is not null)
        {
            // A server brings its database up to date before it listens, so one that runs has nothing left to do.
            await StatusAsync(parsed, globals, cancellationToken);
            return;
        }
        using DataFolder folder = DataFolder.Open(globals.Data);
        IDatabase database = StorageRegistration.OpenDatabase(folder, globals.Database);
        IReadOnlyList<string> pending = (await database.StatusAsync(cancellationToken)).Pending;
        await database.MigrateAsync(cancellationToken);
        globals.Terminal.Result(new { database.Path, Applied = pending }, _ => globals.Terminal.Line(pending.Count == 0 ? "The database is up to date." : $"Applied: {string.Join(", ", pending)}"));
    }

    private static async Task StatusAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        if (await DeskConnection.FindServerAsync(globals.Data, cancellationToken) is not null)
        {
            await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
            ShowSystem.SystemView system = await DeskConnection.ReadAsync<ShowSystem.SystemView>(await desk.Http.GetAsync("/api/v1/system", cancellationToken), cancellationToken);
            Print(globals, system.Database.Path, system.Database.Applied, system.Database.Pending, []);
            return;
        }
        if (!Directory.Exists(globals.Data)) throw new CommandException($"There is no data folder {globals.Data}. It is made by the first start, or by db migrate.");
        using DataFolder folder = DataFolder.Open(globals.Data);
        IDatabase database = StorageRegistration.OpenDatabase(folder, globals.Database);
        DatabaseStatus status = await database.StatusAsync(cancellationToken);
        Print(globals, database.Path, status.Applied, status.Pending, status.Unknown);
    }

    private static void Print(Globals globals, string path, IReadOnlyList<string> applied, IReadOnlyList<string> pending, IReadOnlyList<string> unknown) =>
        globals.Terminal.Result(new { Path = path, Applied = applied, Pending = pending, Unknown = unknown }, _ =>
        {
            globals.Terminal.Line(path);
            foreach (string name in applied) globals.Terminal.Line($"  applied  {name}");
            foreach (string name in pending) globals.Terminal.Line($"  pending  {name}");
            foreach (string name in unknown) globals.Terminal.Line($"  newer    {name} (this program does not know it)");
        });
}
