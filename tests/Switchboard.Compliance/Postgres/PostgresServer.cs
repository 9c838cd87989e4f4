using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Switchboard.Compliance.Storage;
using Switchboard.Storage;
using Switchboard.Storage.Postgres;

namespace Switchboard.Compliance.Postgres;

/// <summary>
/// A PostgreSQL server of one test assembly, from the installed binaries, on a free port of this machine. It is started by the first test that needs it and ends with
/// the assembly; when the process of the tests is killed, a shell that holds its end of a pipe notices and ends the server and removes its folder.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The role that owns the databases: no superuser, so that what it may not do fails here too.</summary>
    public const string Owner = "desk_owner";

    private const string installed = "/usr/lib/postgresql";
    private const int mostStarts = 5;

    // In memory where there is room: hundreds of databases come and go, and a file system on a disk took a third of the time of these tests to find names for their files. What is committed
    // survives the end of the server there too, which is all that a test ends.
    // The server's own order of texts is that of English, so that a test notices a column that depends on it.
    private const string script = """
        set -e
        room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1 || true)
        home=${TMPDIR:-/tmp}
        if [ "${room:-0}" -gt 4194304 ] && [ -w /dev/shm ]; then home=/dev/shm; fi
        dir=$(mktemp -d "$home/switchboard-postgres-XXXXXX")
        trap 'rm -rf "$dir"' EXIT
        "$1/initdb" -D "$dir/data" -U postgres --auth=trust -E UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US --no-sync >/dev/null
        start() {
            "$1/postgres" -D "$dir/data" -h 127.0.0.1 -p "$2" -k "" -c fsync=off -c synchronous_commit="$3" -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB </dev/null &
            server=$!
        }
        start "$@"
        while read -r signal away; do
            kill "-$signal" "$server"
            wait "$server" || true
            sleep "$away"
            start "$@"
        done
        kill -INT "$server"
        wait "$server"
        """;

    /// <summary>Whether what is committed survives the server's sudden end; a test that ends it needs this.</summary>
    public bool Durable { get; init; }

    private readonly SemaphoreSlim gate = new(1, 1);
    private Process? process;
    private int port;
    private int databases;
    private bool hasTemplate;

    /// <summary>The newest installed server that the program supports; null when there is none.</summary>
    public static string? Binaries => !Directory.Exists(installed) ? null : Directory.GetDirectories(installed)
        .Select(folder => (Version: int.TryParse(Path.GetFileName(folder), out int version) ? version : 0, Path: Path.Combine(folder, "bin")))
        .Where(found => found.Version >= PostgresDatabase.OldestVersion && File.Exists(Path.Combine(found.Path, "initdb")))
        .OrderByDescending(found => found.Version).Select(found => found.Path).FirstOrDefault();

    /// <summary>Skips the test, with the reason, when no server is installed.</summary>
    public static void SkipWithout() =>
        Assert.SkipWhen(Binaries is null, $"needs PostgreSQL {PostgresDatabase.OldestVersion} or newer under {installed} (Debian: apt-get install postgresql)");

    /// <summary>A home with a database of its own, its tables made, in the form a suite takes.</summary>
    public async Task<StorageHome> NewHomeAsync() => await NewHomeAsync(isEmpty: false);

    /// <summary>A home with a database of its own.</summary>
    /// <param name="isEmpty">Whether it has no tables yet.</param>
    public async Task<PostgresHome> NewHomeAsync(bool isEmpty)
    {
        SkipWithout();
        await gate.WaitAsync();
        try
        {
            if (process is null) await StartAsync();
            if (!isEmpty && !hasTemplate)
            {
                await CreateAsync("migrated", "template0");
                await new PostgresDatabase(new DatabaseOptions(DatabaseProvider.Postgres, ConnectionString("migrated", Owner))).MigrateAsync(CancellationToken.None);
                hasTemplate = true;
            }

            string name = $"desk_{++databases}";
            await CreateAsync(name, isEmpty ? "template0" : "migrated");
            return new PostgresHome(this, name);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>How a role reaches a database. Roles have no password here; nobody but this machine is heard.</summary>
    public string ConnectionString(string database, string role) => $"Host=127.0.0.1;Port={port};Database={database};Username={role};Maximum Pool Size=40;Include Error Detail=true";

    /// <summary>Executes a statement as the server's administrator.</summary>
    public async Task AdministerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres", "postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Ends the server and starts it again after a while. Returns at once; whoever needs it waits until it answers.</summary>
    /// <param name="isImmediate">As when it dies: nothing is told and nothing written. Otherwise it ends its connections and stops in order.</param>
    /// <param name="secondsAway">How long there is none.</param>
    public async Task RestartAsync(bool isImmediate, int secondsAway)
    {
        await process!.StandardInput.WriteLineAsync($"{(isImmediate ? "QUIT" : "INT")} {secondsAway}");
        await process.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        gate.Dispose();
    }

    private Task CreateAsync(string name, string template) => AdministerAsync($"create database {name} owner {Owner} template {template}");

    private async Task StartAsync()
    {
        for (int attempt = 1; ; attempt++)
        {
            if (await TryStartAsync() is not { } problem) break;
            // The port was free a moment ago; another program may have been quicker.
            if (attempt == mostStarts) throw new InvalidOperationException($"PostgreSQL did not start: {problem}");
        }

        await AdministerAsync($"create role {Owner} login createrole");
    }

    private async Task<string?> TryStartAsync()
    {
        port = FreePort();
        bool asRoot = Environment.UserName == "root";
        // The server refuses to run as root.
        string[] command = asRoot ? ["runuser", "-u", "postgres", "--", "sh"] : ["sh"];
        var start = new ProcessStartInfo(command[0]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (string argument in command.Skip(1)) start.ArgumentList.Add(argument);
        foreach (string argument in new[] { "-c", script, "sh", Binaries!, $"{port}", Durable ? "on" : "off" }) start.ArgumentList.Add(argument);

        var ready = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = new List<string>();
        var started = new Process { StartInfo = start, EnableRaisingEvents = true };
        started.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) return;
            lock (log) log.Add(line.Data);
            if (line.Data.Contains("ready to accept connections", StringComparison.Ordinal)) ready.TrySetResult(null);
            if (line.Data.Contains("FATAL", StringComparison.Ordinal)) ready.TrySetResult(line.Data);
        };
        started.Exited += (_, _) =>
        {
            lock (log) ready.TrySetResult(string.Join('\n', log));
        };
        started.Start();
        started.BeginErrorReadLine();
        if (await ready.Task is { } problem)
        {
            started.StandardInput.Close();
            await started.WaitForExitAsync();
            started.Dispose();
            return problem;
        }

        process = started;
        return null;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
