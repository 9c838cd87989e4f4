using System.Diagnostics;
using System.Text.Json;

namespace Switchboard.Bench;

/// <summary>What a side did in a slice.</summary>
/// <param name="Runs">Runs that came to their end.</param>
/// <param name="Seconds">How long it took until the last of them ended.</param>
/// <param name="Ms">Milliseconds of each.</param>
/// <param name="Operations">What the side counted itself: commits, or commands of Redis; null when it counts nothing.</param>
internal sealed record RunsSlice(int Runs, double Seconds, IReadOnlyList<double> Ms, long? Operations)
{
    public double PerSecond => Runs / Seconds;

    /// <summary>Lets clients carry out runs one after the other, each until the time is over.</summary>
    public static async Task<RunsSlice> MeasureAsync(double seconds, int clients, Func<int, Task> run, Func<long?> operations)
    {
        long? before = operations();
        long began = Stopwatch.GetTimestamp();
        List<double>[] times = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            var ms = new List<double>();
            while (Stopwatch.GetElapsedTime(began).TotalSeconds < seconds)
            {
                long at = Stopwatch.GetTimestamp();
                await run(client);
                ms.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
            }

            return ms;
        })));
        double took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new RunsSlice(times.Sum(t => t.Count), took, [.. times.SelectMany(t => t)], operations() - before);
    }
}

/// <summary>
/// A side in a process of its own: it says what it is, then carries out a slice for each line <c>run KIND SECONDS CLIENTS</c>. Its answers begin with "@ ", so that
/// whatever a library prints is told from them; what it says of errors goes to ours.
/// </summary>
internal sealed class RunsSide : IAsyncDisposable
{
    private const string mark = "@ ";
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);
    private readonly Process process;

    private RunsSide(Process process) => this.process = process;

    /// <summary>What it says it is.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Starts a program.</summary>
    public static async Task<RunsSide> StartAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach ((string key, string value) in environment) start.Environment[key] = value;
        var side = new RunsSide(Process.Start(start)!);
        try
        {
            side.Name = (await side.ReadAsync(patience)).GetProperty("name").GetString()!;
            return side;
        }
        catch
        {
            await side.DisposeAsync();
            throw;
        }
    }

    public async Task<RunsSlice> RunAsync(string kind, double seconds, int clients)
    {
        await process.StandardInput.WriteLineAsync(string.Create(Output.Culture, $"run {kind} {seconds} {clients}"));
        await process.StandardInput.FlushAsync();
        return (await ReadAsync(patience + TimeSpan.FromSeconds(seconds))).Deserialize<RunsSlice>(Output.Options)!;
    }

    /// <summary>Serves the protocol in this process.</summary>
    public static async Task ServeAsync(string name, Func<string, double, int, Task<RunsSlice>> slice)
    {
        Say(new { name });
        while (await Console.In.ReadLineAsync() is { } line)
        {
            string[] asked = line.Split(' ');
            Say(await slice(asked[1], double.Parse(asked[2], Output.Culture), int.Parse(asked[3], Output.Culture)));
        }

        static void Say<T>(T value) => Console.WriteLine(mark + JsonSerializer.Serialize(value, JsonSerializerOptions.Web));
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }

    private async Task<JsonElement> ReadAsync(TimeSpan limit)
    {
        using var over = new CancellationTokenSource(limit);
        while (await process.StandardOutput.ReadLineAsync(over.Token) is { } line)
            if (line.StartsWith(mark, StringComparison.Ordinal)) return JsonDocument.Parse(line[mark.Length..]).RootElement;
        throw new InvalidOperationException("the process ended; what it said is above");
    }
}
