using System.Data.Common;
using Microsoft.Data.Sqlite;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

/// <summary>A place where a storage can live: a data folder and a database, both of one test and gone with it.</summary>
public abstract class StorageHome : IAsyncDisposable
{
    private readonly TempFolder temp = new();

    /// <summary>The data folder.</summary>
    public string DataPath => temp["data"];

    /// <summary>The database.</summary>
    public abstract DatabaseOptions Database { get; }

    /// <summary>A connection past the program and all its rules, as an administrator has it.</summary>
    public abstract DbConnection Connect();

    /// <summary>Executes a statement past the program.</summary>
    public async Task<int> ExecuteAsync(string sql)
    {
        await using DbConnection connection = Connect();
        await connection.OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of a question's rows, asked past the program.</summary>
    public async Task<List<string>> TextsAsync(string sql)
    {
        await using DbConnection connection = Connect();
        await connection.OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        var texts = new List<string>();
        await using DbDataReader rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync()) texts.Add(rows.GetString(0));
        return texts;
    }

    public virtual ValueTask DisposeAsync()
    {
        temp.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

/// <summary>SQLite in the data folder.</summary>
public sealed class SqliteHome : StorageHome
{
    public override DatabaseOptions Database => DatabaseOptions.Embedded;

    /// <summary>A new one, in the form a suite takes.</summary>
    public static Task<StorageHome> CreateAsync() => Task.FromResult<StorageHome>(new SqliteHome());

    public override DbConnection Connect() => new SqliteConnection($"Data Source={Path.Combine(DataPath, "switchboard.db")};Pooling=false");
}

/// <summary>Tests that every home of the storage must pass.</summary>
/// <param name="home">Makes a home for one test.</param>
public abstract class StorageSuite(Func<Task<StorageHome>> home) : IAsyncLifetime
{
    /// <summary>The desk of the test.</summary>
    protected Desk Desk { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync() => Desk = await Desk.OpenAsync(await home());

    public virtual async ValueTask DisposeAsync()
    {
        // A test that was skipped for want of a server has no desk.
        if (Desk is not null) await Desk.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
