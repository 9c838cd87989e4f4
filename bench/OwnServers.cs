using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Switchboard.Storage.Postgres;

namespace Switchboard.Bench;

/// <summary>A server that the bench starts for itself, in a folder of its own on a free port of this machine. A shell holds its end of a pipe: when the bench ends, however it does, the server ends and the folder goes.</summary>
internal abstract class OwnServer : IAsyncDisposable
{
    private Process? shell;

    public int Port { get; } = FreePort();

    public async ValueTask DisposeAsync()
    {
        if (shell is null) return;
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
        shell.Dispose();
    }

    /// <summary>Starts the script and waits until the server answers.</summary>
    protected async Task StartAsync(bool asPostgres, string script, string[] arguments, Func<Task<bool>> answers)
    {
        // PostgreSQL refuses to run as root.
        string[] command = asPostgres && Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--", "sh"] : ["sh"];
        shell = Process.Start(new ProcessStartInfo(command[0], [.. command.Skip(1), "-c", script, "sh", .. arguments]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = "/" })!;
        shell.OutputDataReceived += (_, _) => { };
        shell.BeginOutputReadLine();
        long began = Stopwatch.GetTimestamp();
        while (!await answers())
        {
            if (shell.HasExited || Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(30)) throw new InvalidOperationException($"{GetType().Name} did not start.");
            await Task.Delay(100);
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

/// <summary>A PostgreSQL server with its own defaults of durability: fsync on, synchronous_commit on.</summary>
internal sealed class OwnPostgres : OwnServer
{
    private const string owner = "desk_owner";
    private const string installed = "/usr/lib/postgresql";

    private const string script = """
        set -e
        dir=$(mktemp -d "${TMPDIR:-/tmp}/switchboard-bench-postgres-XXXXXX")
        trap 'rm -rf "$dir"' EXIT
        "$1/initdb" -D "$dir/data" -U postgres --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
        "$1/postgres" -D "$dir/data" -h 127.0.0.1 -p "$2" -k "" -c max_connections=400 -c shared_buffers=256MB >/dev/null 2>&1 &
        server=$!
        cat >/dev/null
        kill -INT "$server"
        wait "$server"
        """;

    private OwnPostgres()
    {
    }

    /// <summary>Starts the newest installed server.</summary>
    public static async Task<OwnPostgres> StartAsync()
    {
        string binaries = (!Directory.Exists(installed) ? [] : Directory.GetDirectories(installed))
            .Select(folder => (Version: int.TryParse(Path.GetFileName(folder), Output.Culture, out int version) ? version : 0, Path: Path.Combine(folder, "bin")))
            .Where(found => found.Version >= PostgresDatabase.OldestVersion && File.Exists(Path.Combine(found.Path, "initdb")))
            .OrderByDescending(found => found.Version).Select(found => found.Path).FirstOrDefault()
            ?? throw new InvalidOperationException($"There is no PostgreSQL {PostgresDatabase.OldestVersion} or newer under {installed} (Debian: apt-get install postgresql).");
        var server = new OwnPostgres();
        await server.StartAsync(asPostgres: true, script, [binaries, $"{server.Port}"], async () =>
        {
            try
            {
                await server.AskAsync("select 1");
                return true;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        });
        await server.AskAsync($"create role {owner} login createrole");
        return server;
    }

    /// <summary>Makes a database.</summary>
    public Task CreateAsync(string name) => AskAsync($"create database \"{name}\" owner {owner} template template0");

    /// <summary>How the product reaches a database.</summary>
    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Database={database};Username={owner};Maximum Pool Size=40";

    /// <summary>How a peer reaches a database.</summary>
    public string Url(string database) => $"postgres://postgres@127.0.0.1:{Port}/{database}";

    /// <summary>Transactions of all databases that wrote something so far: each took a number.</summary>
    public async Task<long> WrittenAsync() => Convert.ToInt64(await AskAsync("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint"), Output.Culture);

    /// <summary>All transactions of a database that were committed, those that only read too. Connections tell theirs when they close at the latest.</summary>
    public async Task<long> CommittedAsync(string database) => Convert.ToInt64(await AskAsync($"select xact_commit from pg_stat_database where datname = '{database}'"), Output.Culture);

    public async Task<string> VersionAsync() => (string)(await AskAsync("show server_version"))!;

    private async Task<object?> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={Port};Database=postgres;Username=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}

/// <summary>A Redis server that has each write on the disk before it answers.</summary>
internal sealed class OwnRedis : OwnServer
{
    private const string script = """
        set -e
        dir=$(mktemp -d "${TMPDIR:-/tmp}/switchboard-bench-redis-XXXXXX")
        trap 'rm -rf "$dir"' EXIT
        cd "$dir"
        redis-server --bind 127.0.0.1 --port "$1" --appendonly yes --appendfsync always --save "" >/dev/null 2>&1 &
        server=$!
        cat >/dev/null
        kill "$server"
        wait "$server"
        """;

    private OwnRedis()
    {
    }

    public static async Task<OwnRedis> StartAsync()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "redis-server"))))
            throw new InvalidOperationException("there is no redis-server (Debian: apt-get install redis-server)");
        var server = new OwnRedis();
        await server.StartAsync(asPostgres: false, script, [$"{server.Port}"], async () =>
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, server.Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
        return server;
    }
}
