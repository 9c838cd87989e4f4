using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Switchboard.Compliance.Redis;

/// <summary>
/// A Redis server of one test, from the installed binary, on a free port of this machine and with a folder of its own. It ends with the test; when the process of the
/// tests is killed, a shell that holds its end of a pipe notices, ends the server and removes its folder.
/// </summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const string binary = "redis-server";
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    // What is read from the pipe is a signal for the server, or "start" after it ended.
    private const string script = """
        dir=$(mktemp -d "${TMPDIR:-/tmp}/switchboard-redis-XXXXXX")
        trap 'rm -rf "$dir"' EXIT
        start() {
            redis-server --bind 127.0.0.1 --port "$1" --dir "$dir" --save "" --appendonly no </dev/null >/dev/null 2>&1 &
            server=$!
        }
        start "$1"
        while read -r word; do
            if [ "$word" = start ]; then start "$1"
            else
                kill "-$word" "$server"
                case "$word" in STOP|CONT) ;; *) wait "$server" ;; esac
            fi
        done
        kill -KILL "$server" 2>/dev/null
        wait "$server" 2>/dev/null
        """;

    private readonly Process shell;

    private RedisServer(Process shell, int port) => (this.shell, Port) = (shell, port);

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>How it is reached.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>Skips the test, with the reason, when no server is installed.</summary>
    public static void SkipWithout() => Assert.SkipWhen(
        !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, binary))), $"needs {binary} (Debian: apt-get install redis-server)");

    /// <summary>Starts a server and waits until it answers.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        SkipWithout();
        int port = FreePort();
        var start = new ProcessStartInfo("sh") { UseShellExecute = false, RedirectStandardInput = true, WorkingDirectory = "/" };
        foreach (string argument in new[] { "-c", script, "sh", $"{port}" }) start.ArgumentList.Add(argument);
        var server = new RedisServer(Process.Start(start)!, port);
        await server.AnswersAsync();
        return server;
    }

    /// <summary>A port that nothing listens on.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Sends the server a signal: KILL and TERM end it, STOP freezes it, CONT thaws it.</summary>
    public Task SignalAsync(string signal) => TellAsync(signal);

    /// <summary>Starts it again, empty, and waits until it answers.</summary>
    public async Task RestartAsync()
    {
        await TellAsync("start");
        await AnswersAsync();
    }

    /// <summary>Gives a command in its plain form and gives the first line of the answer.</summary>
    public async Task<string> CommandAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(command + "\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync() ?? "";
    }

    public async ValueTask DisposeAsync()
    {
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
        shell.Dispose();
    }

    private async Task TellAsync(string word)
    {
        await shell.StandardInput.WriteLineAsync(word);
        await shell.StandardInput.FlushAsync();
    }

    private async Task AnswersAsync()
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await CommandAsync("PING") == "+PONG") return;
            }
            catch (Exception error) when (error is SocketException or IOException)
            {
                if (since.Elapsed > patience) throw;
            }

            await Task.Delay(20);
        }
    }
}
