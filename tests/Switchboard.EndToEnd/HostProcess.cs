using System.Diagnostics;
using System.Reflection;
using Switchboard.Compliance;

namespace Switchboard.EndToEnd;

/// <summary>A server in a process of its own, which may die.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    /// <summary>What the shell calls the end by SIGKILL.</summary>
    private const int killed = 128 + 9;

    private readonly Process process;
    private readonly Task<string> errors;
    private readonly Task<int> end;

    private HostProcess(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
        end = EndAsync();
    }

    /// <summary>Where it listens; null when it died before it did.</summary>
    public Uri? Address { get; private set; }

    public bool IsAlive => !end.IsCompleted;

    /// <summary>Starts the host on the data folder and waits until it listens or is dead.</summary>
    public static async Task<HostProcess> StartAsync(string data, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[Program, data, .. arguments]) start.ArgumentList.Add(argument);
        var host = new HostProcess(Process.Start(start)!);
        try
        {
            string? line = await host.process.StandardOutput.ReadLineAsync(cancellationToken);
            if (line is not null) host.Address = new Uri(line);
            else await host.DiedAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for its end, which must be by SIGKILL: any other end is a fault of the server.</summary>
    public async Task DiedAsync(CancellationToken cancellationToken)
    {
        int code = await end.WaitAsync(cancellationToken);
        if (code != killed) throw new InvalidOperationException($"The host ended with {code} and not by a kill:\n{await errors}");
    }

    /// <summary>Kills it as a power cut would, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        if (IsAlive) process.Kill();
        await end;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await errors;
        process.Dispose();
    }

    private async Task<int> EndAsync()
    {
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }

    private static string Program { get; } = Hosted();

    private static string Hosted()
    {
        string built = typeof(HostProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "CrashHost").Value!;
        return Path.Combine(Programs.In(Path.GetDirectoryName(built)!), Path.GetFileName(built));
    }
}

/// <summary>A data folder with a server that is started again whenever it has died.</summary>
/// <param name="data">The folder.</param>
/// <param name="arguments">The arguments of the first life, the second and so on; later ones have none.</param>
public sealed class MortalServer(string data, params string[][] arguments) : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private HostProcess? current;
    private string[] coming = [];
    private int postponed;

    /// <summary>Arguments that every life has.</summary>
    public string[] Always { get; init; } = [];

    /// <summary>How often it was started.</summary>
    public int Lives { get; private set; }

    /// <summary>How often it asked to come back in a moment, since its database was out of reach.</summary>
    public int Postponed => postponed;

    public string Data => data;

    /// <summary>Takes note of that.</summary>
    public void Postpone() => Interlocked.Increment(ref postponed);

    /// <summary>Kills the living host and gives the next life, and no other, these arguments.</summary>
    public async Task KillAsync(string[] next, CancellationToken cancellationToken)
    {
        await KillAsync(cancellationToken);
        coming = next;
    }

    /// <summary>A host that listens: the living one, else the next.</summary>
    public async Task<HostProcess> AliveAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            while (current is not { IsAlive: true, Address: not null })
            {
                if (current is not null) await current.DisposeAsync();
                current = null;
                string[] own = coming;
                coming = [];
                current = await HostProcess.StartAsync(data, [.. Always, .. Lives < arguments.Length ? arguments[Lives] : own], cancellationToken);
                Lives++;
            }
            return current;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Kills the living host.</summary>
    public async Task KillAsync(CancellationToken cancellationToken) => await (await AliveAsync(cancellationToken)).KillAsync();

    /// <summary>Kills the living host when nothing is under way any more: what follows an answer, like telling the staff of it, is done behind it.</summary>
    public async Task KillAtRestAsync(CancellationToken cancellationToken)
    {
        using var visitor = Visitor.Of(this);
        await visitor.RestAsync(cancellationToken);
        await KillAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (current is not null) await current.DisposeAsync();
        gate.Dispose();
    }
}
