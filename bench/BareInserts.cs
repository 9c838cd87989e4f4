using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Switchboard.Bench;

/// <summary>The bare side in a process of its own, so that its memory is not the product's: it copies what is new for each line it is sent, and answers with the seconds and the rows.</summary>
internal sealed class BareProcess : IAsyncDisposable
{
    private readonly Process process;

    public BareProcess(string from, string to) =>
        process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["bare-inserts", from, to]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;

    /// <summary>What such a process does.</summary>
    public static async Task RunAsync(string from, string to)
    {
        using var bare = new BareInserts(from, to);
        while (await Console.In.ReadLineAsync() is not null)
        {
            (double seconds, long rows) = bare.CopyNew();
            Console.WriteLine(string.Create(Output.Culture, $"{seconds:R} {rows}"));
        }
    }

    /// <summary>Copies what is new. Gives the seconds that writing took, and the rows.</summary>
    public async Task<(double Seconds, long Rows)> CopyNewAsync()
    {
        await process.StandardInput.WriteLineAsync("copy");
        await process.StandardInput.FlushAsync();
        string[] said = (await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The bare side ended.")).Split(' ');
        return (double.Parse(said[0], Output.Culture), long.Parse(said[1], CultureInfo.InvariantCulture));
    }

    /// <summary>The most memory it held, in MB.</summary>
    public double PeakMb()
    {
        process.Refresh();
        return process.PeakWorkingSet64 / 1048576.0;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
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
