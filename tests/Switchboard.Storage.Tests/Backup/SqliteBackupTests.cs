using Microsoft.Data.Sqlite;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Runs;
using Switchboard.Storage.Backup;
using Switchboard.Storage.Sqlite;
using Switchboard.Storage.Tests.Auditing;

namespace Switchboard.Storage.Tests.Backup;

public sealed class SqliteBackupTests() : BackupSuite(SqliteHome.CreateAsync)
{
    internal override IDatabaseBackup Backup(DataFolder folder, IFaultPoints faults) => new SqliteBackup(folder, faults);

    protected override Task<IReadOnlyList<TableDigest>> TablesAsync()
    {
        using var connection = (SqliteConnection)Home.Connect();
        connection.Open();
        return Task.FromResult(SqliteBackup.Describe(connection, default).Tables);
    }

    // The rows are in the folder and go with it.
    protected override Task LoseAsync() => Task.CompletedTask;

    protected override Task<bool> IsKeptAsync() => Task.FromResult(System.IO.File.Exists(Path.Combine(Home.DataPath, "before-restore", "switchboard.db")));

    protected override void Alter(string unpacked)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(unpacked, "switchboard.db")};Pooling=false");
        connection.Open();
        connection.Execute("update customers set name = 'somebody else'");
    }
}
