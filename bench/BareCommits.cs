using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;
using Switchboard.Storage.Sqlite;

namespace Switchboard.Bench;

/// <summary>A row of the size of a stored step.</summary>
internal sealed record BareRow(Guid Tenant, Guid Run, int Ordinal, string Name, string Result);

/// <summary>Commits of one row each by a prepared insert, on the product's database with its settings of durability: what a durable step cannot be cheaper than.</summary>
internal abstract class BareCommits : IAsyncDisposable
{
    private const string insert = "insert into bench_steps (tenant_id, run_id, ordinal, name, result) values (@tenant, @run, @ordinal, @name, @result)";
    private long commits;

    /// <summary>Commits done so far, each of one row.</summary>
    public long? Commits => Interlocked.Read(ref commits);

    /// <summary>A file: one connection of our own on which everybody waits for the one before, or the product's writer, which lets those who come together share a commit.</summary>
    public static async Task<BareCommits> OnSqliteAsync(string path, SqliteWriter writer)
    {
        await writer.RunAsync(context => context.Command("create table bench_steps (tenant_id blob not null, run_id blob not null, ordinal integer not null, name text not null, result text not null, primary key (tenant_id, run_id, ordinal))").Execute(), CancellationToken.None);
        return new OfSqlite(path, writer);
    }

    /// <summary>A server: a connection for each caller, committing by itself.</summary>
    public static async Task<BareCommits> OnPostgresAsync(string connection)
    {
        NpgsqlDataSource source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { MaxAutoPrepare = 10, AutoPrepareMinUsages = 1, NoResetOnClose = true });
        await using NpgsqlCommand create = source.CreateCommand("create table bench_steps (tenant_id uuid not null, run_id uuid not null, ordinal int not null, name text not null, result text not null, primary key (tenant_id, run_id, ordinal))");
        await create.ExecuteNonQueryAsync();
        return new OfPostgres(source);
    }

    /// <summary>Writes the row in a commit of its own.</summary>
    public async Task CommitAsync(BareRow row)
    {
        await WriteAsync(row);
        Interlocked.Increment(ref commits);
    }

    /// <summary>Writes the row in a commit that it may share.</summary>
    public virtual Task CommitSharedAsync(BareRow row) => CommitAsync(row);

    public abstract ValueTask DisposeAsync();

    protected abstract Task WriteAsync(BareRow row);

    private sealed class OfPostgres(NpgsqlDataSource source) : BareCommits
    {
        public override ValueTask DisposeAsync() => source.DisposeAsync();

        protected override async Task WriteAsync(BareRow row)
        {
            await using NpgsqlCommand command = source.CreateCommand(insert);
            command.Parameters.AddWithValue("tenant", row.Tenant);
            command.Parameters.AddWithValue("run", row.Run);
            command.Parameters.AddWithValue("ordinal", row.Ordinal);
            command.Parameters.AddWithValue("name", row.Name);
            command.Parameters.AddWithValue("result", row.Result);
            await command.ExecuteNonQueryAsync();
        }
    }

    private sealed class OfSqlite : BareCommits
    {
        private readonly SqliteWriter writer;
        private readonly SemaphoreSlim gate = new(1, 1);
        private readonly SqliteConnection connection;
        private readonly SqliteCommand command;

        public OfSqlite(string path, SqliteWriter writer)
        {
            this.writer = writer;
            connection = new SqliteConnection($"Data Source={path};Pooling=false");
            connection.Open();
            SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(connection.Handle, "pragma synchronous=full; pragma journal_size_limit=67108864; pragma cache_size=-16000;"), connection.Handle);
            command = connection.CreateCommand();
            command.CommandText = insert;
            foreach (string name in new[] { "@tenant", "@run", "@ordinal", "@name", "@result" }) command.Parameters.AddWithValue(name, DBNull.Value);
        }

        public override Task CommitSharedAsync(BareRow row) => writer.RunAsync(
            context => context.Command(insert).Set("@tenant", row.Tenant).Set("@run", row.Run).Set("@ordinal", row.Ordinal).Set("@name", row.Name).Set("@result", row.Result).Execute(), CancellationToken.None);

        public override async ValueTask DisposeAsync()
        {
            await command.DisposeAsync();
            await connection.DisposeAsync();
            gate.Dispose();
        }

        protected override async Task WriteAsync(BareRow row)
        {
            await gate.WaitAsync();
            try
            {
                object[] values = [row.Tenant.ToByteArray(bigEndian: true), row.Run.ToByteArray(bigEndian: true), row.Ordinal, row.Name, row.Result];
                for (int i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
                command.ExecuteNonQuery();
            }
            finally
            {
                gate.Release();
            }
        }
    }
}
