using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SQLitePCL;
using Switchboard.Core.Runs;

namespace Switchboard.Storage.Sqlite;

/// <summary>The database file of a data folder: its state and its migrations.</summary>
/// <param name="folder">The folder, held by this process.</param>
/// <param name="faults">Where a test may end the process; null for nowhere.</param>
public sealed class SqliteDatabase(DataFolder folder, IFaultPoints? faults = null) : IDatabase
{
    private const string history = "__EFMigrationsHistory";
    private const string migrationLock = "__EFMigrationsLock";

    /// <inheritdoc />
    public string Provider => "sqlite";

    /// <summary>The database's file.</summary>
    public string Path => folder.DatabasePath;

    /// <summary>Compares the database with the program; reads only.</summary>
    /// <exception cref="DatabaseException">The file is no database of this program.</exception>
    public DatabaseStatus Status()
    {
        using SqliteDb context = Describe();
        return DatabaseStatus.Compare(Applied(), context.GetService<IMigrationsAssembly>().Migrations.Keys);
    }

    /// <inheritdoc />
    public Task<DatabaseStatus> StatusAsync(CancellationToken cancellationToken) => Task.FromResult(Status());

    /// <summary>
    /// Creates the database or brings it up to the program. One that exists is copied beside itself first. All work is done on a file of its own that takes the
    /// database's place when it is whole: SQLite rebuilds tables in commits of their own, and a process that died between two of them would leave neither version.
    /// </summary>
    /// <exception cref="DatabaseException">The file is no database of this program, or a newer program's, or another program has it open; it was left as it is.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        DatabaseStatus status = Status();
        if (status.IsNewer)
        {
            throw new DatabaseException(
                $"The database {Path} was written by a newer version of Switchboard (it has {status.Unknown[^1]}). Start that version, or restore the copy made before its migration; nothing was changed.");
        }

        if (status.Pending.Count == 0) return;
        if (status.Applied.Count > 0) CopyBefore(status.Pending[0]);
        if (File.Exists(Path)) await SettleAsync(cancellationToken);

        // What a process that died while migrating left behind is nobody's: the folder is ours alone.
        string fresh = Path + ".migrating";
        foreach (string left in (string[])[fresh, fresh + "-journal", fresh + "-wal", fresh + "-shm"]) File.Delete(left);
        // SQLite gives its side files the mode of the database, so the mode is right before it writes the first byte.
        PrivateFiles.CreateEmpty(fresh);
        faults?.Reached("migrate:created-file");
        await using (SqliteConnection connection = Connect(fresh, SqliteOpenMode.ReadWrite))
        {
            await connection.OpenAsync(cancellationToken);
            if (status.Applied.Count > 0)
            {
                await using SqliteConnection source = Connect(Path, SqliteOpenMode.ReadOnly);
                await source.OpenAsync(cancellationToken);
                source.BackupDatabase(connection);
            }

            await ExecuteAsync(connection, "pragma journal_mode=delete; pragma synchronous=full; drop table if exists \"" + migrationLock + "\";", cancellationToken);
            DbContextOptionsBuilder<SqliteDb> options = ModelOptions.New<SqliteDb>().UseSqlite(connection);
            if (faults is not null) options.AddInterceptors(new MigrationSteps(faults), new MigrationCommits(faults));
            await using var context = new SqliteDb(options.Options, Guid.Empty);
            await context.Database.MigrateAsync(cancellationToken);
        }

        File.Move(fresh, Path, overwrite: true);
        faults?.Reached("migrate:done");
        await using SqliteConnection whole = Connect(Path, SqliteOpenMode.ReadWrite);
        await whole.OpenAsync(cancellationToken);
        await ExecuteAsync(whole, "pragma journal_mode=wal;", cancellationToken);
    }

    /// <summary>Brings the write-ahead log into the database and takes it away: a log must never meet the file that takes the database's place.</summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        await using SqliteConnection connection = Connect(Path, SqliteOpenMode.ReadWrite);
        await connection.OpenAsync(cancellationToken);
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "pragma journal_mode=delete";
        if (await command.ExecuteScalarAsync(cancellationToken) is not "delete")
            throw new DatabaseException($"The database {Path} cannot be migrated while another program has it open. Close that program (a shell on the file, a copy under way) and start again; nothing was changed.");
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Copies the database, while it may be in use, to <c>switchboard.db.before-MIGRATION</c>.</summary>
    internal void CopyBefore(string migration)
    {
        string target = $"{Path}.before-{migration}";
        string fresh = target + ".new";
        File.Delete(fresh);
        PrivateFiles.CreateEmpty(fresh);
        using (SqliteConnection source = Connect(Path, SqliteOpenMode.ReadOnly))
        using (var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = fresh, Pooling = false }.ToString()))
        {
            source.Open();
            copy.Open();
            source.BackupDatabase(copy);
        }

        File.Move(fresh, target, overwrite: true);
    }

    /// <summary>The model without a database behind it.</summary>
    private static SqliteDb Describe() => new SqliteDbFactory().CreateDbContext([]);

    private IReadOnlyList<string> Applied()
    {
        if (!File.Exists(Path) || new FileInfo(Path).Length == 0) return [];
        try
        {
            using SqliteConnection connection = Connect(Path, SqliteOpenMode.ReadOnly);
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "select name from sqlite_master where type = 'table' and name not like 'sqlite%'";
            List<string> tables = Texts(command);
            // The lock is the first table a migration makes; a first start that was killed right then has made nothing else.
            tables.Remove(migrationLock);
            if (tables.Count == 0) return [];
            if (!tables.Contains(history, StringComparer.Ordinal))
                throw new DatabaseException($"{Path} is a database of another program. Move it away, or name another data folder; nothing was changed.");
            command.CommandText = $"select \"MigrationId\" from \"{history}\" order by \"MigrationId\"";
            return Texts(command);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_NOTADB)
        {
            throw new DatabaseException($"{Path} is not a SQLite database. Restore it from a backup, or move it away to begin anew; nothing was changed.", error);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_CORRUPT)
        {
            throw new DatabaseException($"The database {Path} is damaged. Restore it from a backup; nothing was changed.", error);
        }
        catch (SqliteException error) when (error.SqliteErrorCode is raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_IOERR)
        {
            throw new DatabaseException($"The database {Path} cannot be read: {error.Message} Give user {Environment.UserName} the file; nothing was changed.", error);
        }
    }

    private static List<string> Texts(SqliteCommand command)
    {
        var texts = new List<string>();
        using SqliteDataReader rows = command.ExecuteReader();
        while (rows.Read()) texts.Add(rows.GetString(0));
        return texts;
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode) =>
        new(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());

    /// <summary>The statements of a migration that stand outside its transaction: each leaves a state of its own behind.</summary>
    private sealed class MigrationSteps(IFaultPoints faults) : DbCommandInterceptor
    {
        public override ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            if (command.Transaction is null) faults.Reached("migrate:executed-outside-transaction");
            return new(result);
        }
    }

    private sealed class MigrationCommits(IFaultPoints faults) : DbTransactionInterceptor
    {
        public override ValueTask<InterceptionResult> TransactionCommittingAsync(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            faults.Reached("migrate:before-commit");
            return new(result);
        }

        public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            faults.Reached("migrate:after-commit");
            return Task.CompletedTask;
        }
    }
}
