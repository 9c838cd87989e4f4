using System.Diagnostics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Server.Hosting;
using Switchboard.Storage;
using Switchboard.Storage.Seeding.Generator;
using Switchboard.Storage.Sqlite;

namespace Switchboard.Bench;

/// <summary>
/// The demo generator against bare prepared inserts of the same rows into the same schema: chunk by chunk in turn, each side in a process and on a database
/// file of its own. Then the lists of the API on what was generated.
/// </summary>
internal static class SeedBenchmark
{
    private const double target = 1.0 / 3;
    private const double memoryTarget = 1024;
    private static readonly DateOnly until = new(2026, 11, 1);

    public static async Task<int> RunAsync(int customers, int years, int calls, bool json)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("switchboard-bench-");
        try
        {
            (Result load, string key) = await MeasureAsync(folder.FullName, new SeedRequest(customers, years, SeedRequest.DefaultSeed, until));
            ListReads.Result? lists = calls > 0 ? await ListReads.MeasureAsync(Path.Combine(folder.FullName, "product"), key, calls) : null;
            Console.WriteLine(json ? JsonSerializer.Serialize(new { load, lists }, Output.Options) : Table(load) + (lists is null ? "" : Environment.NewLine + ListReads.Table(lists)));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(Result Load, string Key)> MeasureAsync(string folder, SeedRequest request)
    {
        using DataFolder owned = DataFolder.Open(Path.Combine(folder, "product"));
        await using ServiceProvider services = new ServiceCollection().AddLogging().AddSwitchboard(owned, new ServerOptions(owned.Path)).BuildServiceProvider();
        await services.GetRequiredService<SqliteDatabase>().MigrateAsync(CancellationToken.None);
        string key = (await services.GetRequiredService<DemoTenant>().EnsureAsync(CancellationToken.None))!.ApiKey;
        Tenant tenant = (await services.GetRequiredService<Tenants>().FindAsync("demo", CancellationToken.None))!;
        Data data = services.GetRequiredService<Data>();
        List<KbArticle> articles;
        await using (SwitchboardDb db = data.For(tenant.Id)) articles = await db.Articles.Where(a => a.Status == ArticleStatus.Published).ToListAsync();
        var actor = new SystemActor(tenant.Id, "bench");

        var machine = new Machine();
        long began = Stopwatch.GetTimestamp();
        var plan = new SeedPlan(request, tenant, articles, new Dictionary<int, int>(), 0, CancellationToken.None);
        double planning = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        await LoadAsync(plan.Shared(new HashSet<string>(StringComparer.Ordinal)));

        await using var bare = new BareProcess(owned.DatabasePath, Path.Combine(folder, "bare.db"));
        await bare.CopyNewAsync();
        double generating = planning, loading = 0, inserting = 0, product = planning, quarter = 0;
        long rows = 0;
        for (int from = 0; from < request.Customers;)
        {
            long t0 = Stopwatch.GetTimestamp();
            SeedChunk chunk = plan.Next(from);
            long t1 = Stopwatch.GetTimestamp();
            await LoadAsync(chunk.Batch);
            long t2 = Stopwatch.GetTimestamp();
            (double seconds, long copied) = await bare.CopyNewAsync();
            // The audit adds a row of its own for each table of a load.
            if (copied < chunk.Batch.Count) throw new InvalidOperationException($"{chunk.Batch.Count} rows were generated and {copied} stored.");
            generating += Stopwatch.GetElapsedTime(t0, t1).TotalSeconds;
            loading += Stopwatch.GetElapsedTime(t1, t2).TotalSeconds;
            product += Stopwatch.GetElapsedTime(t0, t2).TotalSeconds;
            inserting += seconds;
            rows += copied;
            from = chunk.Until;
            if (quarter == 0 && from >= request.Customers / 4) quarter = PeakMb();
            if (from % 2000 < 80) await Console.Error.WriteLineAsync(string.Create(Output.Culture, $"{from} of {request.Customers}: product {rows / product:0}/s, load {rows / loading:0}/s, bare {rows / inserting:0}/s"));
        }

        (double steal, double idle) = machine.Shares();
        var result = new Result(request.Customers, request.Years, rows, rows / product, rows / loading, rows / generating, rows / inserting, inserting / product, inserting / loading, planning, quarter, PeakMb(), bare.PeakMb(), new FileInfo(owned.DatabasePath).Length / 1048576.0, Environment.ProcessorCount, steal, idle);
        return (result, key);

        async Task LoadAsync(SeedBatch batch) => await data.LoadAsync(
            actor,
            load =>
            {
                batch.LoadInto(load, counts);
                return true;
            },
            CancellationToken.None);
    }

    private static double PeakMb()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / 1048576.0;
    }

    private static string Table(Result r) => string.Create(Output.Culture, $"""
        seed, {r.Customers} customers × {r.Years} years, {r.Rows} rows     rows/s       ratio to bare   target
          generate + LoadAsync, one after the other      {r.ProductPerSecond,10:0}    {r.ProductRatio,8:0.000}        >= {target:0.000}  {(r.ProductRatio >= target ? "met" : "MISSED")}
          LoadAsync alone                                {r.LoadPerSecond,10:0}    {r.LoadRatio,8:0.000}
          generate alone                                 {r.GeneratePerSecond,10:0}
          bare prepared inserts                          {r.BarePerSecond,10:0}
          peak working set of the product                {r.PeakMb,10:0} MB                   <= {memoryTarget:0} MB  {(r.PeakMb <= memoryTarget ? "met" : "MISSED")}
          the same after a quarter of the customers      {r.QuarterPeakMb,10:0} MB
          peak working set of the bare side              {r.BarePeakMb,10:0} MB
        {r.PlanSeconds:0.0} s to live all lives once, database {r.DatabaseMb:0} MB, {r.Cores} cores, steal {r.Steal:P1}, idle {r.Idle:P1}
        """);

    private sealed record Result(
        int Customers, int Years, long Rows, double ProductPerSecond, double LoadPerSecond, double GeneratePerSecond, double BarePerSecond, double ProductRatio, double LoadRatio, double PlanSeconds,
        double QuarterPeakMb, double PeakMb, double BarePeakMb, double DatabaseMb, int Cores, double Steal, double Idle);
}
