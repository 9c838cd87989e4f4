using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Switchboard.Bench;

/// <summary>Turns over HTTP against a bare accept + finish of the same rows: saturation in a closed loop, then latency at half of it in an open one; slices of both alternate, so that a noisy machine is noisy for both.</summary>
internal static class TurnsBenchmark
{
    private const int people = 100;
    private const int seed = 20261123;
    private const int points = 10;
    private const string databaseName = "turns";
    private const double saturationTarget = 0.25;
    private const double latencyTarget = 10;
    private static readonly TimeSpan slice = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan warmUp = TimeSpan.FromSeconds(15);

    private static readonly string[] texts =
    [
        "How do I add a teammate?", "Is there an app for iPhone?", "How do I mark a milestone?", "Where can I find the archive?", "hello",
        "How do I share a board with a client?", "What happens to the tasks of someone who leaves?", "How do I reset my password?", "How long is an invite valid?", "who are you?",
    ];

    /// <summary>Measures.</summary>
    /// <param name="seconds">How long the slices of both are together.</param>
    /// <param name="renew">A new conversation every so many messages; 0 for none.</param>
    /// <param name="onPostgres">Whether on a PostgreSQL server of our own instead of SQLite.</param>
    /// <param name="turns">The turns over which the server's memory is looked at instead; 0 for the comparison.</param>
    /// <param name="json">Whether one document is printed.</param>
    public static async Task<int> RunAsync(int seconds, int renew, bool onPostgres, int turns, bool json)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("switchboard-bench-");
        await using OwnPostgres? postgres = onPostgres ? await OwnPostgres.StartAsync() : null;
        if (postgres is not null) await postgres.CreateAsync(databaseName);
        string[] arguments = postgres is null ? ["host", folder.FullName] : ["host", folder.FullName, postgres.ConnectionString(databaseName)];
        // Memory is collected as in the server itself.
        using Process host = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, Environment = { ["DOTNET_gcServer"] = "1" } })!;
        try
        {
            string address = await host.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The host ended before it listened.");
            using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 4096, UseProxy = false }) { BaseAddress = new Uri(address) };
            if (turns > 0)
            {
                IReadOnlyList<MemoryPoint> measured = await RememberAsync(client, turns, renew);
                Console.WriteLine(json ? JsonSerializer.Serialize(measured, Output.Options) : Table(measured));
                return 0;
            }

            Result result = await MeasureAsync(client, host, TimeSpan.FromSeconds(seconds), renew);
            Console.WriteLine(json ? JsonSerializer.Serialize(result, Output.Options) : Table(result));
            return 0;
        }
        finally
        {
            host.StandardInput.Close();
            await host.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Result> MeasureAsync(HttpClient client, Process host, TimeSpan length, int renew)
    {
        Talker[] turns = [.. Enumerable.Range(0, people).Select(i => new Talker(client, bare: false, i, renew))];
        Talker[] bare = [.. Enumerable.Range(0, people).Select(i => new Talker(client, bare: true, i, renew))];
        await ClosedAsync(turns, warmUp);
        await ClosedAsync(bare, warmUp);

        var machine = new Machine();
        var turnLoad = new Load();
        var bareLoad = new Load();
        for (TimeSpan spent = TimeSpan.Zero; spent < length / 2; spent += 2 * slice)
        {
            await turnLoad.AddAsync(host, () => ClosedAsync(turns, slice));
            await bareLoad.AddAsync(host, () => ClosedAsync(bare, slice));
        }

        double rate = turnLoad.PerSecond / 2;
        var turnTimes = new List<double>();
        var bareTimes = new List<double>();
        var random = new Random(seed);
        for (TimeSpan spent = TimeSpan.Zero; spent < length / 2; spent += 2 * slice)
        {
            turnTimes.AddRange(await OpenAsync(turns, rate, random));
            bareTimes.AddRange(await OpenAsync(bare, rate, random));
        }

        (double steal, double idle) = machine.Shares();
        host.Refresh();
        double bareP50 = Quantile.Of(bareTimes, 0.5);
        return new Result(
            turnLoad.PerSecond, bareLoad.PerSecond, turnLoad.PerSecond / bareLoad.PerSecond, turnLoad.CpuMs, bareLoad.CpuMs, rate,
            Quantile.Of(turnTimes, 0.5), Quantile.Of(turnTimes, 0.95), Quantile.Of(turnTimes, 0.99),
            bareP50, Quantile.Of(bareTimes, 0.95), Quantile.Of(bareTimes, 0.99), Quantile.Of(turnTimes, 0.95) / bareP50,
            turnLoad.Done + turnTimes.Count, Environment.ProcessorCount, steal, idle, host.WorkingSet64 / 1048576.0);
    }

    /// <summary>The server's memory at ten points of so many turns in a closed loop.</summary>
    private static async Task<IReadOnlyList<MemoryPoint>> RememberAsync(HttpClient client, int turns, int renew)
    {
        Talker[] talkers = [.. Enumerable.Range(0, people).Select(i => new Talker(client, bare: false, i, renew))];
        var measured = new List<MemoryPoint>();
        int begun = 0;
        for (int point = 1; point <= points; point++)
        {
            int until = (int)((long)turns * point / points);
            await Task.WhenAll(talkers.Select(async talker =>
            {
                while (Interlocked.Increment(ref begun) <= until) await talker.TurnAsync();
            }));
            // Who found that enough had begun has begun none.
            begun = until;
            ServerMemory memory = (await client.GetFromJsonAsync<ServerMemory>("/bench/memory"))!;
            measured.Add(new MemoryPoint(until, memory.WorkingSetMb, memory.HeapMb));
        }

        return measured;
    }

    /// <summary>Each conversation sends its next message when the one before is answered. Gives how many were answered, in how long.</summary>
    private static async Task<(int Done, TimeSpan Took)> ClosedAsync(Talker[] talkers, TimeSpan length)
    {
        long began = Stopwatch.GetTimestamp();
        int[] done = await Task.WhenAll(talkers.Select(async talker =>
        {
            int n = 0;
            for (; Stopwatch.GetElapsedTime(began) < length; n++) await talker.TurnAsync();
            return n;
        }));
        return (done.Sum(), Stopwatch.GetElapsedTime(began));
    }

    /// <summary>Messages come when they come, whether or not the server keeps up. Gives each one's time from when it was due, in milliseconds.</summary>
    private static async Task<List<double>> OpenAsync(Talker[] talkers, double perSecond, Random random)
    {
        var under = new List<Task<double>>();
        long began = Stopwatch.GetTimestamp();
        for (double due = Gap(); due < slice.TotalSeconds; due += Gap())
        {
            TimeSpan wait = TimeSpan.FromSeconds(due) - Stopwatch.GetElapsedTime(began);
            if (wait > TimeSpan.Zero) await Task.Delay(wait);
            Talker talker = talkers[random.Next(talkers.Length)];
            double at = due;
            under.Add(Task.Run(async () =>
            {
                await talker.TurnAsync();
                return Stopwatch.GetElapsedTime(began).TotalMilliseconds - (at * 1000);
            }));
        }
        return [.. await Task.WhenAll(under)];

        double Gap() => -Math.Log(1 - random.NextDouble()) / perSecond;
    }

    private static string Table(Result r) => string.Create(Output.Culture, $"""
        turns, {people} conversations            turn        bare       ratio     target
          saturation, per second          {r.TurnsPerSecond,8:0.0}    {r.BarePerSecond,8:0.0}    {r.SaturationRatio,8:0.000}   >= {saturationTarget:0.00}  {(r.SaturationRatio >= saturationTarget ? "met" : "MISSED")}
          CPU of the server, ms each      {r.TurnCpuMs,8:0.00}    {r.BareCpuMs,8:0.00}
          open loop at {r.OfferedPerSecond:0.0} a second
            p50, ms                       {r.TurnP50,8:0.0}    {r.BareP50,8:0.0}
            p95, ms                       {r.TurnP95,8:0.0}    {r.BareP95,8:0.0}    {r.LatencyRatio,8:0.00}   <= {latencyTarget:0}    {(r.LatencyRatio <= latencyTarget ? "met" : "MISSED")}   (turn p95 / bare p50)
            p99, ms                       {r.TurnP99,8:0.0}    {r.BareP99,8:0.0}
        {r.Turns} turns, {r.Cores} cores, steal {r.Steal:P1}, idle {r.Idle:P1}, server memory {r.MemoryMb:0} MB
        """);

    private static string Table(IReadOnlyList<MemoryPoint> measured) => string.Join('\n',
    [
        $"server memory, {people} conversations at a time; the heap after a full collection",
        "     turns   working set, MB   heap, MB",
        .. measured.Select(p => string.Create(Output.Culture, $"{p.Turns,10}   {p.WorkingSetMb,15:0}   {p.HeapMb,8:0.0}")),
    ]);

    private sealed record MemoryPoint(int Turns, double WorkingSetMb, double HeapMb);

    private sealed record Result(
        double TurnsPerSecond, double BarePerSecond, double SaturationRatio, double TurnCpuMs, double BareCpuMs, double OfferedPerSecond,
        double TurnP50, double TurnP95, double TurnP99, double BareP50, double BareP95, double BareP99, double LatencyRatio,
        int Turns, int Cores, double Steal, double Idle, double MemoryMb);

    /// <summary>What was done in the slices of one kind.</summary>
    private sealed class Load
    {
        private TimeSpan took;
        private TimeSpan cpu;

        public int Done { get; private set; }

        public double PerSecond => Done / took.TotalSeconds;

        public double CpuMs => cpu.TotalMilliseconds / Done;

        public async Task AddAsync(Process host, Func<Task<(int Done, TimeSpan Took)>> slice)
        {
            host.Refresh();
            TimeSpan before = host.TotalProcessorTime;
            (int n, TimeSpan length) = await slice();
            host.Refresh();
            cpu += host.TotalProcessorTime - before;
            Done += n;
            took += length;
        }
    }

    /// <summary>A customer. It asks the next text of the list each time, under a key of its own as the page does.</summary>
    private sealed class Talker(HttpClient client, bool bare, int start, int renew)
    {
        private int asked;
        private string? token;
        private Task<string>? conversation;

        public async Task TurnAsync()
        {
            int n = Interlocked.Increment(ref asked);
            string text = texts[(start + n) % texts.Length];
            if (renew > 0 && n % renew == 0) conversation = null;
            if (conversation is not { } begun)
            {
                var first = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                conversation = first.Task;
                try
                {
                    first.SetResult((string)(await SendAsync(null, text))["conversationId"]!);
                }
                catch (Exception error)
                {
                    first.SetException(error);
                    throw;
                }
                return;
            }
            await SendAsync(await begun, text);
        }

        private async Task<JsonNode> SendAsync(string? id, string text)
        {
            using HttpRequestMessage request = bare
                ? new(HttpMethod.Post, "/bench/bare") { Content = JsonContent.Create(new { conversationId = id, text }) }
                : id is null
                    ? new(HttpMethod.Post, "/api/v1/conversations") { Content = JsonContent.Create(new { message = text }) }
                    : new(HttpMethod.Post, $"/api/v1/conversations/{id}/messages") { Content = JsonContent.Create(new { text }) };
            request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
            if (!bare) request.Headers.Authorization = new("Bearer", token ??= await OpenSessionAsync());
            using HttpResponseMessage response = await client.SendAsync(request);
            string body = await response.Content.ReadAsStringAsync();
            // A turn that is not answered is no turn: the figures would flatter.
            if (response.StatusCode != HttpStatusCode.Created || JsonNode.Parse(body) is not { } sent || sent["reply"] is null)
                throw new InvalidOperationException($"{(int)response.StatusCode} to \"{text}\": {body}");
            return sent;
        }

        private async Task<string> OpenSessionAsync()
        {
            using HttpResponseMessage response = await client.PostAsJsonAsync("/api/v1/widget/session", new { });
            return (string)JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["token"]!;
        }
    }
}
