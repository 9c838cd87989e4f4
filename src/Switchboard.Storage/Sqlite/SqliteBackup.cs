using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SQLitePCL;
using Switchboard.Core.Runs;
using Switchboard.Storage.Backup;

namespace Switchboard.Storage.Sqlite;

/// <summary>Backup and restore of the database file.</summary>
/// <param name="data">The data folder.</param>
/// <param name="faults">Where a test may end the process.</param>
internal sealed class SqliteBackup(DataFolder data, IFaultPoints faults) : IDatabaseBackup
{
    /// <inheritdoc />
    public string Provider => "sqlite";

    /// <inheritdoc />
    public Task<DatabaseSnapshot> SnapshotAsync(string folder, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, DataFolder.DatabaseName);
        PrivateFiles.CreateEmpty(path);
        using SqliteConnection source = Connect(data.DatabasePath, SqliteOpenMode.ReadOnly);
        using SqliteConnection copy = Connect(path, SqliteOpenMode.ReadWrite);
        source.Open();
        copy.Open();
        // The copy is made in one step from one state; the writer goes on writing into its log meanwhile.
        source.BackupDatabase(copy);
        using (SqliteCommand command = copy.CreateCommand())
        {
            // One file, without a log beside it.
            command.CommandText = "pragma journal_mode=delete";
            command.ExecuteNonQuery();
        }

        return Task.FromResult(Describe(copy, cancellationToken));
    }

    /// <inheritdoc />
    public Task CheckAsync(string folder, BackupManifest manifest, CancellationToken cancellationToken)
    {
        string[] known = [.. Known()];
        if (manifest.Migrations.FirstOrDefault(m => !known.Contains(m, StringComparer.Ordinal)) is { } newer)
            throw new BackupException($"The backup was written by a newer version of Switchboard, {manifest.Version} (it has {newer}). Restore it with that version; nothing was changed.");
        string path = Path.Combine(folder, DataFolder.DatabaseName);
        if (!File.Exists(path)) throw new BackupException($"The backup has no {DataFolder.DatabaseName}. Use another one; nothing was changed.");
        try
        {
            using SqliteConnection connection = Connect(path, SqliteOpenMode.ReadOnly);
            connection.Open();
            using (SqliteCommand command = connection.CreateCommand())
            {
                command.CommandText = "pragma integrity_check(1)";
                if (command.ExecuteScalar() is not "ok") throw new BackupException("The database in the backup is damaged. Use another backup; nothing was changed.");
            }

            DatabaseSnapshot found = Describe(connection, cancellationToken);
            if (!found.Migrations.SequenceEqual(manifest.Migrations, StringComparer.Ordinal)) throw new BackupException("The database in the backup has other migrations than its manifest says. Use another backup; nothing was changed.");
            if (found.Tables.Except(manifest.Tables).Concat(manifest.Tables.Except(found.Tables)).FirstOrDefault() is { } differs)
                throw new BackupException($"The table {differs.Name} in the backup differs from its manifest. Use another backup; nothing was changed.");
        }
        catch (SqliteException error) when (error.SqliteErrorCode is raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT)
        {
            throw new BackupException("The database in the backup is damaged. Use another backup; nothing was changed.", error);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task ExchangeAsync(string folder, BackupManifest manifest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PendingRestore.Decide(data.Path);
        faults.Reached("restore:decided");
        PendingRestore.Complete(data.Path, faults);
        return Task.CompletedTask;
    }

    /// <summary>All tables of a database with the number and the hash of their rows.</summary>
    internal static DatabaseSnapshot Describe(SqliteConnection connection, CancellationToken cancellationToken)
    {
        List<string> tables = Texts(connection, "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name");
        var digests = new List<TableDigest>();
        foreach (string table in tables)
        {
            cancellationToken.ThrowIfCancellationRequested();
            digests.Add(Digest(connection, table));
        }

        return new DatabaseSnapshot(Texts(connection, "select \"MigrationId\" from \"__EFMigrationsHistory\" order by \"MigrationId\""), digests);
    }

    private static TableDigest Digest(SqliteConnection connection, string table)
    {
        List<string> key = Texts(connection, $"select name from pragma_table_info('{table}') where pk > 0 order by pk");
        string order = key.Count == 0 ? "rowid" : string.Join(", ", key.Select(k => $"\"{k}\""));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"select * from \"{table}\" order by {order}";
        using SqliteDataReader row = command.ExecuteReader();
        var names = new List<string>();
        for (int i = 0; i < row.FieldCount; i++) names.Add(row.GetName(i));
        Append(hash, 'c', Encoding.UTF8.GetBytes(string.Join('\n', names)));
        long rows = 0;
        while (row.Read())
        {
            rows++;
            for (int i = 0; i < row.FieldCount; i++)
            {
                // The value as SQLite stores it, with its type: 1, 1.0 and '1' are three values.
                switch (row.GetValue(i))
                {
                    case DBNull: Append(hash, 'n', []); break;
                    case long number: Append(hash, 'i', BitConverter.GetBytes(number)); break;
                    case double number: Append(hash, 'r', BitConverter.GetBytes(number)); break;
                    case string text: Append(hash, 't', Encoding.UTF8.GetBytes(text)); break;
                    case byte[] bytes: Append(hash, 'b', bytes); break;
                    case { } other: throw new InvalidOperationException($"{table} holds a {other.GetType().Name}.");
                }
            }
        }

        return new TableDigest(table, rows, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static void Append(IncrementalHash hash, char type, byte[] value)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = (byte)type;
        BitConverter.TryWriteBytes(head[1..], value.Length);
        hash.AppendData(head);
        hash.AppendData(value);
    }

    private static List<string> Texts(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        var texts = new List<string>();
        using SqliteDataReader rows = command.ExecuteReader();
        while (rows.Read()) texts.Add(rows.GetString(0));
        return texts;
    }

    private static IEnumerable<string> Known()
    {
        using SqliteDb context = new SqliteDbFactory().CreateDbContext([]);
        return [.. context.GetService<IMigrationsAssembly>().Migrations.Keys];
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode) => new(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
}
