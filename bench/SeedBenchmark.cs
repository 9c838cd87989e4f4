using System.Diagnostics;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SQLitePCL;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Server.Hosting;
using Switchboard.Storage;
using Switchboard.Storage.Seeding.Generator;
using Switchboard.Storage.Sqlite;

namespace Switchboard.Bench;

/// <summary>The demo generator against bare prepared inserts of the same rows into the same schema: chunk by chunk in turn, each side on a database file of its own.</summary>
internal static class SeedBenchmark
{
    private const double target = 1.0 / 3;
    private const double memoryTarget = 1024;
    private static readonly DateOnly until = new(2026, 11, 1);

    public static async Task<int> RunAsync(int customers, int years, bool json)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("switchboard-bench-");
        try
        {
            Result result = await MeasureAsync(folder.FullName, new SeedRequest(customers, years, SeedRequest.DefaultSeed, until));
            Console.WriteLine(json ? JsonSerializer.Serialize(result, Output.Options) : Table(result));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Result> MeasureAsync(string folder, SeedRequest request)
    {
        using DataFolder owned = DataFolder.Open(Path.Combine(folder, "product"));
        await using ServiceProvider services = new ServiceCollection().AddLogging().AddSwitchboard(owned, new ServerOptions(owned.Path)).BuildServiceProvider();
        await services.GetRequiredService<SqliteDatabase>().MigrateAsync(CancellationToken.None);
        await services.GetRequiredService<DemoTenant>().EnsureAsync(CancellationToken.None);
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

        using var bare = new BareInserts(owned.DatabasePath, Path.Combine(folder, "bare.db"));
        bare.CopyNew();
        double generating = planning, loading = 0, inserting = 0, product = planning, peak = 0;
        long rows = 0;
        for (int from = 0; from < request.Customers;)
        {
            long t0 = Stopwatch.GetTimestamp();
            SeedChunk chunk = plan.Next(from);
            long t1 = Stopwatch.GetTimestamp();
            await LoadAsync(chunk.Batch);
            long t2 = Stopwatch.GetTimestamp();
            (double seconds, long copied) = bare.CopyNew();
            if (copied != chunk.Batch.Count) throw new InvalidOperationException($"{chunk.Batch.Count} rows were generated and {copied} stored.");
            generating += Stopwatch.GetElapsedTime(t0, t1).TotalSeconds;
            loading += Stopwatch.GetElapsedTime(t1, t2).TotalSeconds;
            product += Stopwatch.GetElapsedTime(t0, t2).TotalSeconds;
            inserting += seconds;
            rows += copied;
            from = chunk.Until;
            if (from % 2000 < 80) await Console.Error.WriteLineAsync(string.Create(Output.Culture, $"{from} of {request.Customers}: product {rows / product:0}/s, load {rows / loading:0}/s, bare {rows / inserting:0}/s"));
        }

        (double steal, double idle) = machine.Shares();
        using var self = Process.GetCurrentProcess();
        peak = self.PeakWorkingSet64 / 1048576.0;
        return new Result(request.Customers, request.Years, rows, rows / product, rows / loading, rows / generating, rows / inserting, inserting / product, inserting / loading, planning, peak, new FileInfo(owned.DatabasePath).Length / 1048576.0, Environment.ProcessorCount, steal, idle);

        async Task LoadAsync(SeedBatch batch) => await data.LoadAsync(
            actor,
            load =>
            {
                batch.LoadInto(load, counts);
                return true;
            },
            CancellationToken.None);
    }

    private static string Table(Result r) => string.Create(Output.Culture, $"""
        seed, {r.Customers} customers × {r.Years} years, {r.Rows} rows     rows/s       ratio to bare   target
          generate + LoadAsync, one after the other      {r.ProductPerSecond,10:0}    {r.ProductRatio,8:0.000}        >= {target:0.000}  {(r.ProductRatio >= target ? "met" : "MISSED")}
          LoadAsync alone                                {r.LoadPerSecond,10:0}    {r.LoadRatio,8:0.000}
          generate alone                                 {r.GeneratePerSecond,10:0}
          bare prepared inserts                          {r.BarePerSecond,10:0}
          peak working set, both sides                   {r.PeakMb,10:0} MB                   <= {memoryTarget:0} MB  {(r.PeakMb <= memoryTarget ? "met" : "MISSED")}
        {r.PlanSeconds:0.0} s to live all lives once, database {r.DatabaseMb:0} MB, {r.Cores} cores, steal {r.Steal:P1}, idle {r.Idle:P1}
        """);

    private sealed record Result(
        int Customers, int Years, long Rows, double ProductPerSecond, double LoadPerSecond, double GeneratePerSecond, double BarePerSecond, double ProductRatio, double LoadRatio, double PlanSeconds, double PeakMb, double DatabaseMb, int Cores, double Steal, double Idle);
}

/// <summary>
/// Writes the rows that have come into one database into another of the same schema, as cheaply as SQLite takes them: their values are read beforehand, as they
/// stand in the file, and bound to a statement prepared once. Pragmas and transactions are the product's.
/// </summary>
internal sealed class BareInserts : IDisposable
{
    private readonly SqliteConnection source;
    private readonly SqliteConnection target;
    private readonly List<Table> tables;

    public BareInserts(string from, string to)
    {
        source = Open(from);
        target = Open(to);
        Execute(target, "pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; pragma journal_size_limit=67108864; pragma cache_size=-64000; pragma temp_store=memory;");
        foreach (string sql in Texts(source, "select sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by type desc, name")) Execute(target, sql);
        List<string> names = Texts(source, "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'");
        var parents = names.ToDictionary(n => n, n => Texts(source, $"select distinct \"table\" from pragma_foreign_key_list('{n}')").Where(p => p != n).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        tables = [];
        while (names.Count > 0)
        {
            string next = names.First(n => !parents[n].Overlaps(names));
            names.Remove(next);
            tables.Add(new Table(source, target, next));
        }
    }

    /// <summary>Copies what is new. Gives the seconds that writing took, and the rows.</summary>
    public (double Seconds, long Rows) CopyNew()
    {
        foreach (Table table in tables) table.Read();
        long began = Stopwatch.GetTimestamp();
        Execute(target, "begin immediate");
        long rows = tables.Sum(t => t.Write());
        Execute(target, "commit");
        return (Stopwatch.GetElapsedTime(began).TotalSeconds, rows);
    }

    public void Dispose()
    {
        foreach (Table table in tables) table.Dispose();
        source.Dispose();
        target.Dispose();
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(connection.Handle, sql), connection.Handle);

    private static List<string> Texts(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read()) texts.Add(reader.GetString(0));
        return texts;
    }

    private sealed class Table : IDisposable
    {
        private readonly sqlite3 handle;
        private readonly sqlite3_stmt select;
        private readonly sqlite3_stmt insert;
        private readonly int columns;
        private readonly List<Cell> cells = [];
        private byte[] bytes = new byte[4096];
        private long last;

        public Table(SqliteConnection source, SqliteConnection target, string name)
        {
            handle = target.Handle!;
            List<string> names = Texts(source, $"select name from pragma_table_info('{name}') order by cid");
            columns = names.Count;
            select = Prepare(source.Handle!, $"select rowid, {string.Join(", ", names.Select(n => $"\"{n}\""))} from \"{name}\" where rowid > ? order by rowid");
            insert = Prepare(handle, $"insert into \"{name}\" values ({string.Join(", ", names.Select(_ => "?"))})");
        }

        public void Read()
        {
            cells.Clear();
            int used = 0;
            raw.sqlite3_bind_int64(select, 1, last);
            while (raw.sqlite3_step(select) == raw.SQLITE_ROW)
            {
                last = raw.sqlite3_column_int64(select, 0);
                for (int i = 1; i <= columns; i++)
                {
                    int type = raw.sqlite3_column_type(select, i);
                    ReadOnlySpan<byte> value = type is raw.SQLITE_TEXT or raw.SQLITE_BLOB ? raw.sqlite3_column_blob(select, i) : default;
                    while (used + value.Length > bytes.Length) Array.Resize(ref bytes, bytes.Length * 2);
                    value.CopyTo(bytes.AsSpan(used));
                    cells.Add(new Cell(type, type == raw.SQLITE_INTEGER ? raw.sqlite3_column_int64(select, i) : used, type == raw.SQLITE_FLOAT ? raw.sqlite3_column_double(select, i) : 0, value.Length));
                    used += value.Length;
                }
            }

            raw.sqlite3_reset(select);
        }

        public long Write()
        {
            for (int at = 0; at < cells.Count; at += columns)
            {
                for (int i = 0; i < columns; i++)
                {
                    Cell cell = cells[at + i];
                    if (cell.Type == raw.SQLITE_INTEGER) raw.sqlite3_bind_int64(insert, i + 1, cell.Whole);
                    else if (cell.Type == raw.SQLITE_FLOAT) raw.sqlite3_bind_double(insert, i + 1, cell.Real);
                    else if (cell.Type == raw.SQLITE_TEXT) raw.sqlite3_bind_text(insert, i + 1, bytes.AsSpan((int)cell.Whole, cell.Length));
                    else if (cell.Type == raw.SQLITE_BLOB) raw.sqlite3_bind_blob(insert, i + 1, bytes.AsSpan((int)cell.Whole, cell.Length));
                    else raw.sqlite3_bind_null(insert, i + 1);
                }

                int result = raw.sqlite3_step(insert);
                if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(result, handle);
                raw.sqlite3_reset(insert);
            }

            return cells.Count / columns;
        }

        public void Dispose()
        {
            select.Dispose();
            insert.Dispose();
        }

        private static sqlite3_stmt Prepare(sqlite3 handle, string sql)
        {
            SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(handle, sql, out sqlite3_stmt statement), handle);
            return statement;
        }
    }

    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
    private readonly record struct Cell(int Type, long Whole, double Real, int Length);
}
