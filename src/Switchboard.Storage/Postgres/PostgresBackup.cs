using System.Text;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Switchboard.Core.Runs;
using Switchboard.Storage.Backup;

namespace Switchboard.Storage.Postgres;

/// <summary>Backup and restore of the tables on a PostgreSQL server, by the server's own copying and without its tools.</summary>
/// <param name="data">The data folder.</param>
/// <param name="options">How the server is reached.</param>
/// <param name="faults">Where a test may end the process.</param>
internal sealed class PostgresBackup(DataFolder data, DatabaseOptions options, IFaultPoints faults) : IDatabaseBackup
{
    private const string tablesName = "tables";
    private const string fileEnd = ".copy";

    private readonly PostgresDatabase database = new(options);

    /// <inheritdoc />
    public string Provider => "postgres";

    /// <summary>The file of a table in an unpacked backup.</summary>
    /// <exception cref="BackupException">It is no possible name of a table.</exception>
    public static string FileOf(string folder, string table)
    {
        string name = $"{tablesName}/{table}{fileEnd}";
        return BackupManifest.IsName(name) ? Path.Combine(folder, name) : throw new BackupException($"The backup names a table {table}, which is none of Switchboard. Use another one; nothing was changed.");
    }

    /// <inheritdoc />
    public async Task<DatabaseSnapshot> SnapshotAsync(string folder, CancellationToken cancellationToken)
    {
        PrivateFiles.CreateFolder(Path.Combine(folder, tablesName));
        try
        {
            await using NpgsqlConnection connection = await database.ConnectAsync(isUnlimited: true, cancellationToken);
            // Before the role is taken: a search path may name the user's own schema.
            string schema = await PostgresTables.SchemaAsync(connection, cancellationToken);
            await PostgresTables.BeginAsync(connection, "isolation level repeatable read read only", cancellationToken);
            await PostgresTables.ExecuteAsync(connection, $"set local row_security to on; set local role {PostgresPrincipal.BackupRole}", cancellationToken);
            // Before the first question, which the instant of the transaction is that of: no table is altered from here on. Whoever reads and writes rows does not wait.
            await PostgresTables.ExecuteAsync(connection, $"lock table {string.Join(", ", PostgresTables.Known.Select(t => $"{RowSecurity.Quote(schema)}.{RowSecurity.Quote(t)}"))} in access share mode", cancellationToken);
            var digests = new List<TableDigest>();
            foreach (PostgresTable table in await PostgresTables.ListAsync(connection, schema, cancellationToken))
            {
                await using FileStream file = PrivateFiles.CreateNew(FileOf(folder, table.Name));
                digests.Add(await table.ExportAsync(connection, file, cancellationToken));
            }

            List<string> migrations = await PostgresTables.TextsAsync(connection, $"select \"MigrationId\"::text from {RowSecurity.Quote(schema)}.\"{PostgresDatabase.History}\" order by \"MigrationId\"::text collate \"C\"", cancellationToken);
            await PostgresTables.ExecuteAsync(connection, "commit", cancellationToken);
            return new DatabaseSnapshot(migrations, digests);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidParameterValue)
        {
            throw new BackupException($"The user of the connection to {database.Path} may not read the rows of all tenants: {error.MessageText}. As an administrator: grant {PostgresPrincipal.BackupRole} to that user; or stop the server and back up with the connection string of the tables' owner.", error);
        }
        catch (NpgsqlException error)
        {
            throw new BackupException(database.Explain(error).Message, error);
        }
    }

    /// <inheritdoc />
    public async Task CheckAsync(string folder, BackupManifest manifest, CancellationToken cancellationToken)
    {
        string[] known = Known();
        if (manifest.Migrations.FirstOrDefault(m => !known.Contains(m, StringComparer.Ordinal)) is { } newer)
            throw new BackupException($"The backup was written by a newer version of Switchboard, {manifest.Version} (it has {newer}). Restore it with that version; nothing was changed.");
        if (manifest.Migrations.Count == 0) throw new BackupException("The backup has no migration, so no table. Use another backup; nothing was changed.");
        if (!Directory.Exists(Path.Combine(folder, tablesName))) throw new BackupException("The backup has no tables. Use another backup; nothing was changed.");
        var found = new List<TableDigest>();
        foreach (string path in Directory.EnumerateFiles(Path.Combine(folder, tablesName)).Order(StringComparer.Ordinal))
        {
            await using FileStream file = File.OpenRead(path);
            found.Add(await PostgresTable.DigestAsync(Path.GetFileNameWithoutExtension(path), file, Stream.Null, cancellationToken));
        }

        if (found.Except(manifest.Tables).Concat(manifest.Tables.Except(found)).FirstOrDefault() is { } differs)
            throw new BackupException($"The table {differs.Name} in the backup differs from its manifest. Use another backup; nothing was changed.");
        string history = FileOf(folder, PostgresDatabase.History);
        if (!File.Exists(history) || !(await MigrationsAsync(history, cancellationToken)).SequenceEqual(manifest.Migrations, StringComparer.Ordinal))
            throw new BackupException("The database in the backup has other migrations than its manifest says. Use another backup; nothing was changed.");
    }

    /// <inheritdoc />
    public async Task ExchangeAsync(string folder, BackupManifest manifest, CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection connection = await database.ConnectAsync(isUnlimited: true, cancellationToken);
            await new PostgresRestore(connection, database.Path, faults).ExchangeAsync(data.Path, folder, manifest, cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new BackupException($"The user of the connection may not restore into {database.Path}: {error.MessageText}. Restore as the owner of the database and its tables; nothing was changed.", error);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.DependentObjectsStillExist)
        {
            throw new BackupException($"The tables kept from an earlier restore into {database.Path} cannot be dropped: {error.MessageText} ({error.Detail}). Drop what depends on them, then restore again; nothing was changed.", error);
        }
        catch (NpgsqlException error)
        {
            throw new BackupException(database.Explain(error).Message, error);
        }

        faults.Reached("restore:committed");
        PendingRestore.DecideWaiting(data.Path);
        faults.Reached("restore:decided");
        PendingRestore.Complete(data.Path, faults);
    }

    /// <summary>
    /// Finds out what became of a restore whose process ended while the server decided, and lets the data folder follow: the server's tables have the restore's mark
    /// or they have not. Does nothing when no restore waits.
    /// </summary>
    /// <exception cref="DatabaseException">The server cannot be asked.</exception>
    public static async Task SettleAsync(DataFolder data, DatabaseOptions options, IFaultPoints faults, CancellationToken cancellationToken)
    {
        if (!PendingRestore.IsUndecided(data.Path)) return;
        var server = new PostgresDatabase(options);
        Guid? restored;
        try
        {
            await using NpgsqlConnection connection = await server.ConnectAsync(isUnlimited: true, cancellationToken);
            restored = await PostgresRestore.LastAsync(connection, cancellationToken);
        }
        catch (NpgsqlException error)
        {
            throw server.Explain(error);
        }

        PendingRestore.Settle(data.Path, restored);
        PendingRestore.Complete(data.Path, faults);
    }

    /// <summary>The migrations the program knows, the oldest first.</summary>
    internal static string[] Known()
    {
        using PostgresDb context = new PostgresDbFactory().CreateDbContext([]);
        return [.. context.GetService<IMigrationsAssembly>().Migrations.Keys.Order(StringComparer.Ordinal)];
    }

    private static async Task<List<string>> MigrationsAsync(string history, CancellationToken cancellationToken)
    {
        string[] lines = await File.ReadAllLinesAsync(history, Encoding.UTF8, cancellationToken);
        int place = lines.Length == 0 ? -1 : Array.IndexOf(lines[0].Split('\t'), "MigrationId");
        // A row that is too short has no migration; then the list is another one than the manifest's.
        return place < 0 ? [] : [.. lines.Skip(1).Select(line => line.Split('\t').ElementAtOrDefault(place) ?? "")];
    }
}
