using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Hosting;
using Switchboard.Storage;

namespace Switchboard.Bench;

/// <summary>
/// The lists of the API against a read by primary key through the same stack: one caller, one call after the other, each call of a list right after a read by
/// key, all routes in turn.
/// </summary>
internal static class ListReads
{
    private const double target = 5;
    private const int limit = 20;
    private const int warmUp = 120;
    private const int middles = 50;
    private const int seed = 20261125;

    /// <summary>A list's times in milliseconds, their ratios to those of the read by key, and the statements of a call.</summary>
    public sealed record Route(string Path, double P50, double P95, double P50Ratio, double P95Ratio, int LeastStatements, int MostStatements);

    /// <summary>What was measured; the shares are those of the time of all cores.</summary>
    public sealed record Result(int Customers, int Calls, double KeyP50, double KeyP95, int KeyStatements, IReadOnlyList<Route> Routes, double PeakMb, double Steal, double Idle);

    /// <summary>Starts the server on the folder and calls it.</summary>
    public static async Task<Result> MeasureAsync(string data, string key, int calls)
    {
        await using SwitchboardServer server = await SwitchboardServer.StartAsync(new ServerOptions(data) { Urls = "http://127.0.0.1:0" }, null, CancellationToken.None);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(server.Address) };
        client.DefaultRequestHeaders.Add("X-Api-Key", key);
        Tenant tenant = (await server.App.Services.GetRequiredService<Tenants>().FindAsync("demo", CancellationToken.None))!;
        Guid[] customers;
        await using (SwitchboardDb db = server.App.Services.GetRequiredService<Data>().For(tenant.Id)) customers = await db.Customers.Where(c => c.DeletedAt == null).Select(c => c.Id).ToArrayAsync();
        var random = new Random(seed);
        string Any() => $"/api/v1/customers/{customers[random.Next(customers.Length)]:D}";

        string[] behind = await MiddleAsync(client, "/api/v1/customers", customers.Length), behindNames = await MiddleAsync(client, "/api/v1/customers?sort=name", customers.Length);
        string Middle(string[] some) => Uri.EscapeDataString(some[random.Next(some.Length)]);
        (string Name, Func<string> Path)[] routes =
        [
            ("/customers", () => "/api/v1/customers?"),
            ("/customers, from the middle", () => $"/api/v1/customers?cursor={Middle(behind)}&"),
            ("/customers?sort=name", () => "/api/v1/customers?sort=name&"),
            ("/customers?sort=name, from the middle", () => $"/api/v1/customers?sort=name&cursor={Middle(behindNames)}&"),
            .. new[] { "free", "basic", "premium", "enterprise" }.Select(p => ($"/customers?plan={p}", (Func<string>)(() => $"/api/v1/customers?plan={p}&"))),
            .. new[] { "trial", "at_risk", "active", "churned" }.Select(l => ($"/customers?lifecycle={l}", (Func<string>)(() => $"/api/v1/customers?lifecycle={l}&"))),
            ("/customers?plan=basic&sort=name", () => "/api/v1/customers?plan=basic&sort=name&"),
            .. new[] { "contacts", "notes", "subscriptions", "invoices", "payments", "usage", "health", "consents", "timeline" }.Select(l => ($"/customers/{{id}}/{l}", (Func<string>)(() => $"{Any()}/{l}?"))),
            ("/conversations", () => "/api/v1/conversations?"),
            ("/conversations?status=open", () => "/api/v1/conversations?status=open&"),
            ("/conversations?owner=human", () => "/api/v1/conversations?owner=human&"),
        ];

        for (int i = 0; i < warmUp; i++) await RoundAsync(null, null);
        var keys = new List<double>();
        var times = routes.ToDictionary(r => r.Name, _ => new List<double>(), StringComparer.Ordinal);
        var machine = new Machine();
        for (int i = 0; i < calls; i++) await RoundAsync(keys, times);
        (double steal, double idle) = machine.Shares();
        double p50 = Quantile.Of(keys, 0.5), p95 = Quantile.Of(keys, 0.95);

        using var statements = new StatementCount();
        (_, int keyStatements) = await statements.OfAsync(client, Any);
        var measured = new List<Route>();
        foreach ((string name, Func<string> path) in routes)
        {
            (int least, int most) = await statements.OfAsync(client, () => $"{path()}limit={limit}");
            double half = Quantile.Of(times[name], 0.5), tail = Quantile.Of(times[name], 0.95);
            measured.Add(new Route(name, half, tail, half / p50, tail / p95, least, most));
        }

        using var self = Process.GetCurrentProcess();
        return new Result(customers.Length, calls, p50, p95, keyStatements, measured, self.PeakWorkingSet64 / 1048576.0, steal, idle);

        async Task RoundAsync(List<double>? byKey, Dictionary<string, List<double>>? byRoute)
        {
            foreach ((string name, Func<string> path) in routes)
            {
                double one = await TimeAsync(client, Any()), list = await TimeAsync(client, $"{path()}limit={limit}");
                byKey?.Add(one);
                byRoute?[name].Add(list);
            }
        }
    }

    /// <summary>The result for people.</summary>
    public static string Table(Result r)
    {
        int width = Math.Max(40, r.Routes.Max(x => x.Path.Length) + 2);
        string Line(string name, double p50, double p95, string rest) => string.Create(Output.Culture, $"  {name.PadRight(width)}{p50,8:0.00}{p95,8:0.00}{rest}");
        IEnumerable<string> lines =
        [
            string.Create(Output.Culture, $"lists of {limit} on {r.Customers} customers, {r.Calls} calls each"),
            "  " + "".PadRight(width) + "  p50 ms  p95 ms   ratio p50   ratio p95   statements",
            Line("/customers/{id}, by primary key", r.KeyP50, r.KeyP95, string.Create(Output.Culture, $"{r.KeyStatements,37}")),
            .. r.Routes.Select(x => Line(x.Path, x.P50, x.P95, string.Create(Output.Culture, $"{x.P50Ratio,12:0.00}{x.P95Ratio,12:0.00}{(x.LeastStatements == x.MostStatements ? $"{x.MostStatements}" : $"{x.LeastStatements} to {x.MostStatements}"),13}  <= {target:0} {(x.P95Ratio <= target ? "met" : "MISSED")}"))),
            string.Create(Output.Culture, $"peak working set of loading, server and caller {r.PeakMb:0} MB, steal {r.Steal:P1}, idle {r.Idle:P1}"),
        ];
        return string.Join(Environment.NewLine, lines);
    }

    private static async Task<double> TimeAsync(HttpClient client, string path)
    {
        long began = Stopwatch.GetTimestamp();
        using HttpResponseMessage response = await client.GetAsync(path);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        double took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return response.StatusCode == HttpStatusCode.OK && body.Length > 0 ? took : throw new InvalidOperationException($"{(int)response.StatusCode} to {path}: {System.Text.Encoding.UTF8.GetString(body)}");
    }

    /// <summary>Walks to the middle of a list and gives the last cursors on the way.</summary>
    private static async Task<string[]> MiddleAsync(HttpClient client, string path, int count)
    {
        var cursors = new Queue<string>();
        string? cursor = null;
        for (int at = 0; at == 0 || at < count / 2; at += 100)
        {
            string next = $"{path}{(path.Contains('?') ? "&" : "?")}limit={Math.Min(100, Math.Max(1, count / 2))}{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}";
            cursor = (string?)JsonNode.Parse(await client.GetStringAsync(next))!["nextCursor"];
            if (cursor is null) break;
            cursors.Enqueue(cursor);
            if (cursors.Count > middles) cursors.Dequeue();
        }

        return cursors.Count > 0 ? [.. cursors] : throw new InvalidOperationException($"{path} has no second page.");
    }

    /// <summary>Counts the statements that calls send to the database, told apart by the trace they carry.</summary>
    private sealed class StatementCount : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private const int times = 25;
        private readonly List<IDisposable> subscriptions = [];
        private ActivityTraceId trace;
        private int count;

        public StatementCount() => subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

        /// <summary>The least and the most statements of some calls.</summary>
        public async Task<(int Least, int Most)> OfAsync(HttpClient client, Func<string> path)
        {
            var counts = new List<int>();
            for (int i = 0; i < times; i++)
            {
                count = 0;
                trace = ActivityTraceId.CreateRandom();
                using var request = new HttpRequestMessage(HttpMethod.Get, path());
                request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
                using HttpResponseMessage response = await client.SendAsync(request);
                response.EnsureSuccessStatusCode();
                counts.Add(Volatile.Read(ref count));
            }

            return (counts.Min(), counts.Max());
        }

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == DbLoggerCategory.Name) lock (subscriptions) subscriptions.Add(value.Subscribe(this));
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Key == RelationalEventId.CommandExecuted.Name && Activity.Current is { } activity && activity.TraceId == trace) Interlocked.Increment(ref count);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose()
        {
            lock (subscriptions) subscriptions.ForEach(s => s.Dispose());
        }
    }
}
