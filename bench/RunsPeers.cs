using System.ComponentModel;
using System.Diagnostics;

namespace Switchboard.Bench;

/// <summary>The peers of the runs, each a small program for Node in a folder of its own; its packages are got from npm when it is first asked for.</summary>
internal static class RunsPeers
{
    /// <summary>All there are.</summary>
    public static readonly IReadOnlyList<string> Names = ["langgraph", "dbos", "bullmq", "pg-boss"];

    private static readonly TimeSpan patience = TimeSpan.FromMinutes(3);

    /// <summary>Starts a peer.</summary>
    /// <exception cref="InvalidOperationException">It cannot be had here; the message says why.</exception>
    public static async Task<RunsSide> StartAsync(string name, OwnPostgres postgres, OwnRedis? redis)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "peers", "runs", name);
        if (!Directory.Exists(Path.Combine(folder, "node_modules"))) await InstallAsync(name, folder);
        var environment = new Dictionary<string, string> { ["BENCH_POSTGRES"] = postgres.Url(name), ["BENCH_REDIS"] = $"{redis?.Port}", ["NODE_ENV"] = "production" };
        try
        {
            return await RunsSide.StartAsync("node", [Path.Combine(folder, "main.mjs")], environment);
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException("there is no node (Debian: apt-get install nodejs npm)", error);
        }
    }

    private static async Task InstallAsync(string name, string folder)
    {
        await Console.Error.WriteLineAsync($"{name}: npm ci in {folder}");
        try
        {
            using Process npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            using var over = new CancellationTokenSource(patience);
            Task<string> output = npm.StandardOutput.ReadToEndAsync(over.Token);
            string said = await npm.StandardError.ReadToEndAsync(over.Token);
            await output;
            await npm.WaitForExitAsync(over.Token);
            if (npm.ExitCode == 0) return;
            Remove(folder);
            throw new InvalidOperationException($"not installed: npm ended with {npm.ExitCode}: {said.Split('\n')[0]}");
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException("not installed: there is no npm (Debian: apt-get install nodejs npm)", error);
        }
        catch (OperationCanceledException error)
        {
            Remove(folder);
            throw new InvalidOperationException($"not installed: npm took longer than {patience.TotalMinutes} minutes", error);
        }
    }

    /// <summary>What was half installed would count as installed the next time.</summary>
    private static void Remove(string folder)
    {
        string modules = Path.Combine(folder, "node_modules");
        if (Directory.Exists(modules)) Directory.Delete(modules, recursive: true);
    }
}
