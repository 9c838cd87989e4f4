using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Switchboard.Core.Runs;
using Switchboard.Storage.Backup;

namespace Switchboard.Storage.Postgres;

/// <summary>
/// Exchanges the tables on a server for those of a backup in one transaction: new ones are made, filled and read back in a schema of their own, then the old ones move
/// out of the installation's schema and the new ones in. Whatever ends it before the commit, the server itself takes all of it back.
/// </summary>
/// <param name="connection">A connection of the tables' owner.</param>
/// <param name="place">Where the database is, for people.</param>
/// <param name="faults">Where a test may end the process.</param>
internal sealed class PostgresRestore(NpgsqlConnection connection, string place, IFaultPoints faults)
{
    /// <summary>Ends of the names of the schema that is filled and of the one that what was there is kept in.</summary>
    private const string fillingEnd = "_restore", keptEnd = "_before_restore";

    /// <summary>The longest name, in bytes, of the installation's schema, so that the other names are not cut to it.</summary>
    private const int mostSchemaBytes = 63 - 15;

    private const string mark = "switchboard restore ";
    private const int attempts = 15;
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The restore that the tables on the server come from; null when they come from none. Waits until a restore under way has ended.</summary>
    public static async Task<Guid?> LastAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Whoever restores holds the lock until the server has ended its transaction, also when the process is dead.
        await PostgresDatabase.LockAsync(connection, cancellationToken);
        List<string> marks = await PostgresTables.TextsAsync(
            connection, $"select coalesce(obj_description(c.oid, 'pg_class'), '') from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relname = '{PostgresDatabase.History}'", cancellationToken);
        return marks is [string found] && found.StartsWith(mark, StringComparison.Ordinal) && Guid.TryParse(found.AsSpan(mark.Length), out Guid id) ? id : null;
    }

    /// <summary>Exchanges the tables; when this returns, the server has decided for the new ones.</summary>
    /// <param name="data">The data folder, in which the unpacked backup waits from just before the commit.</param>
    /// <param name="folder">The unpacked backup.</param>
    /// <param name="manifest">What it says of itself.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="BackupException">The database is in use, or another program's, or the rows do not fit; nothing was changed.</exception>
    public async Task ExchangeAsync(string data, string folder, BackupManifest manifest, CancellationToken cancellationToken)
    {
        RestoreMark restore = RestoreMark.Read(folder) ?? throw new InvalidOperationException($"There is no {RestoreMark.FileName} in {folder}.");
        await PostgresDatabase.LockAsync(connection, cancellationToken);
        string schema = await PostgresTables.SchemaAsync(connection, cancellationToken);
        if (Encoding.UTF8.GetByteCount(schema) > mostSchemaBytes)
            throw new BackupException(string.Create(CultureInfo.InvariantCulture, $"The name of the schema {schema} has more than {mostSchemaBytes} bytes. Rename it and Search Path in Database:ConnectionString, then restore again; nothing was changed."));
        await RequireOwnAsync(schema, cancellationToken);
        await RequireAloneAsync(cancellationToken);

        string filling = schema + fillingEnd;
        await PostgresTables.BeginAsync(connection, "isolation level read committed", cancellationToken);
        await FillAsync(filling, folder, manifest, cancellationToken);
        faults.Reached("restore:loaded");
        await SwapAsync(schema, filling, restore.Id, cancellationToken);
        await RequireAloneAsync(cancellationToken);
        faults.Reached("restore:swapped");

        // From here on only the server knows how it ends; so the folder waits for it, however this process ends.
        PendingRestore.Wait(data);
        faults.Reached("restore:waiting");
        await PostgresTables.ExecuteAsync(connection, "commit", CancellationToken.None);
    }

    private async Task RequireOwnAsync(string schema, CancellationToken cancellationToken)
    {
        List<string> tables = await PostgresTables.TextsAsync(connection, "select tablename::text from pg_tables where schemaname = $1", cancellationToken, schema);
        if (tables.Count > 0 && !tables.Contains(PostgresDatabase.History, StringComparer.Ordinal))
            throw new BackupException($"{place} is a database of another program (it has a table {tables[0]}). Name an empty database in Database:ConnectionString, then restore again; nothing was changed.");
    }

    /// <summary>Refuses as long as others are connected. One that has just gone away may still be seen for a moment.</summary>
    private async Task RequireAloneAsync(CancellationToken cancellationToken)
    {
        for (int n = 1; ; n++)
        {
            // Within a transaction the server shows what it showed first, unless it is told to look again.
            await PostgresTables.TextsAsync(connection, "select '' from (select pg_stat_clear_snapshot()) as cleared", cancellationToken);
            List<string> others = await PostgresTables.TextsAsync(
                connection,
                "select format('process %s of %s from %s', pid, coalesce(nullif(application_name, ''), usename), coalesce(client_addr::text, 'this machine')) from pg_stat_activity " +
                "where datname = current_database() and pid <> pg_backend_pid() and (usename = session_user or application_name = $1) order by pid",
                cancellationToken,
                PostgresConnections.ApplicationName);
            if (others.Count == 0) return;
            if (n == attempts) throw new BackupException($"{place} is in use: {string.Join("; ", others)}. Stop every server on it (an administrator ends what is left with pg_terminate_backend), then restore again; nothing was changed.");
            await Task.Delay(pause, cancellationToken);
        }
    }

    private async Task FillAsync(string filling, string folder, BackupManifest manifest, CancellationToken cancellationToken)
    {
        await PostgresTables.ExecuteAsync(connection, $"create schema {RowSecurity.Quote(filling)}; set local search_path to {RowSecurity.Quote(filling)}", cancellationToken);
        await PostgresTables.ExecuteAsync(connection, Script(manifest.Migrations[^1]), cancellationToken);
        // Keys between tables are checked when all rows are there: no order of the tables is then needed, and each key is checked in one go.
        const string Keys = "from pg_constraint c join pg_class t on t.oid = c.conrelid where t.relnamespace = current_schema()::regnamespace and c.contype = 'f' order by t.relname, c.conname";
        List<string> drop = await PostgresTables.TextsAsync(connection, $"select format('alter table %I drop constraint %I', t.relname, c.conname) {Keys}", cancellationToken);
        List<string> add = await PostgresTables.TextsAsync(connection, $"select format('alter table %I add constraint %I %s', t.relname, c.conname, pg_get_constraintdef(c.oid)) {Keys}", cancellationToken);
        await PostgresTables.ExecuteAsync(connection, string.Join(";\n", [.. drop, $"delete from \"{PostgresDatabase.History}\""]), cancellationToken);
        List<PostgresTable> tables = await PostgresTables.ListAsync(connection, filling, cancellationToken);
        string[] made = [.. tables.Select(t => t.Name)];
        if (made.Except(manifest.Tables.Select(t => t.Name), StringComparer.Ordinal).Concat(manifest.Tables.Select(t => t.Name).Except(made, StringComparer.Ordinal)).FirstOrDefault() is { } other)
            throw new BackupException($"The table {other} is in the backup or in the database of its migrations, and not in both. Use another backup; nothing was changed.");
        foreach (PostgresTable table in tables) await FillAsync(table, folder, cancellationToken);
        try
        {
            foreach (string statement in add) await PostgresTables.ExecuteAsync(connection, statement, cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw new BackupException($"A row in the backup points to one that is not in it: {error.MessageText} ({error.Detail}). Use another backup; nothing was changed.", error);
        }

        foreach (PostgresTable table in tables)
        {
            if (!manifest.Tables.Contains(await table.ExportAsync(connection, Stream.Null, cancellationToken)))
                throw new BackupException($"The table {table.Name} has other rows on the server of {place} than in the backup, read back after they were copied. Nothing was changed.");
        }

        // Nobody sees a row until the row security gives its policies, which the opening after this one does.
        await PostgresTables.ExecuteAsync(
            connection,
            $"analyze {string.Join(", ", tables.Select(t => t.Qualified))};\n" +
            string.Join(";\n", tables.Where(t => t.Name != PostgresDatabase.History).Select(t => $"alter table {t.Qualified} enable row level security, force row level security")),
            cancellationToken);
    }

    private async Task FillAsync(PostgresTable table, string folder, CancellationToken cancellationToken)
    {
        try
        {
            await using FileStream file = File.OpenRead(PostgresBackup.FileOf(folder, table.Name));
            await table.ImportAsync(connection, file, cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState.StartsWith("22", StringComparison.Ordinal) || error.SqlState.StartsWith("23", StringComparison.Ordinal))
        {
            // Values that are none of their type, rows that break a rule.
            throw new BackupException($"The table {table.Name} in the backup does not fit the database: {error.MessageText} ({error.Where}). Use another backup; nothing was changed.", error);
        }
    }

    private async Task SwapAsync(string schema, string filling, Guid id, CancellationToken cancellationToken)
    {
        string kept = schema + keptEnd;
        List<string> notes = await PostgresTables.TextsAsync(connection, "select coalesce(obj_description(oid, 'pg_namespace'), '') from pg_namespace where nspname = $1", cancellationToken, kept);
        if (notes is [string note])
        {
            if (!note.StartsWith(mark, StringComparison.Ordinal)) throw new BackupException($"{place} has a schema {kept}, which no restore made, and what is there now would be kept under that name. Rename it, then restore again; nothing was changed.");
            List<string> earlier = await PostgresTables.TextsAsync(connection, "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = $1", cancellationToken, kept);
            // Not by cascade: what somebody else built on the tables is not dropped with them.
            await PostgresTables.ExecuteAsync(connection, (earlier.Count > 0 ? $"drop table {string.Join(", ", earlier)};" : "") + $"drop schema {RowSecurity.Quote(kept)}", cancellationToken);
        }

        var sql = new StringBuilder();
        sql.AppendLine(CultureInfo.InvariantCulture, $"create schema {RowSecurity.Quote(kept)}; comment on schema {RowSecurity.Quote(kept)} is '{mark}{id:D}';");
        foreach (PostgresTable table in await PostgresTables.ListAsync(connection, schema, cancellationToken)) sql.AppendLine(CultureInfo.InvariantCulture, $"alter table {table.Qualified} set schema {RowSecurity.Quote(kept)};");
        foreach (PostgresTable table in await PostgresTables.ListAsync(connection, filling, cancellationToken)) sql.AppendLine(CultureInfo.InvariantCulture, $"alter table {table.Qualified} set schema {RowSecurity.Quote(schema)};");
        sql.AppendLine(CultureInfo.InvariantCulture, $"drop schema {RowSecurity.Quote(filling)}; set local search_path to {RowSecurity.Quote(schema)};");
        sql.AppendLine(CultureInfo.InvariantCulture, $"comment on table {RowSecurity.Quote(schema)}.\"{PostgresDatabase.History}\" is '{mark}{id:D}';");
        await PostgresTables.ExecuteAsync(connection, sql.ToString(), cancellationToken);
    }

    /// <summary>The statements that make the tables as they were at a migration.</summary>
    private static string Script(string migration)
    {
        using PostgresDb context = new PostgresDbFactory().CreateDbContext([]);
        return context.GetService<IMigrator>().GenerateScript(Migration.InitialDatabase, migration, MigrationsSqlGenerationOptions.NoTransactions);
    }
}
