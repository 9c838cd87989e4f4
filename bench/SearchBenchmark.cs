using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Switchboard.Core.Knowledge;

namespace Switchboard.Bench;

/// <summary>The search against SQLite's FTS5 (bm25, porter stemmer) on the same articles and questions, question by question in turn.</summary>
internal static partial class SearchBenchmark
{
    private const int k = 10;
    private const double target = 2;
    // Compiled code needs no warming up, and FTS5 answers from memory.
    private const int warmsFts = 10;

    public static int Run(string folder, int chunks, int rounds, int seconds, bool json)
    {
        (KnowledgeIndex index, IReadOnlyDictionary<string, Guid> ids) = RetrievalData.Articles(folder);
        string[] questions = [.. RetrievalData.Questions(folder).SelectMany(s => s.Questions).Select(q => q.Query).Distinct(StringComparer.Ordinal)];
        var built = new Built(0, 0, 0, 0);
        List<(Guid Id, string Title, string Text)> rows;
        if (chunks == 0) rows = [.. ids.Values.Select(id => index.Find(id)!).Select(a => (a.ArticleId, a.Title, a.Body))];
        else (index, rows, built) = LargeCorpus.Build(index, [.. ids.Values], chunks);
        using SqliteConnection fts = BuildFts(rows);
        using SqliteCommand plain = Prepare(fts, "select id, title from articles where articles match @q order by bm25(articles, 0, 3, 1) limit @k");
        using SqliteCommand withSnippet = Prepare(fts, "select id, title, snippet(articles, 2, '<', '>', '…', 40) from articles where articles match @q order by bm25(articles, 0, 3, 1) limit @k");

        var machine = new Machine();
        var ours = new List<double>();
        var theirs = new List<double>();
        var theirsWithSnippet = new List<double>();
        long began = Stopwatch.GetTimestamp();
        int asked = 0;
        for (int round = -2; round < rounds; round++)
        {
            // FTS5 needs a hundred times as long on a large help centre: what is asked ends with the time, but no round is cut.
            if (round > 0 && Stopwatch.GetElapsedTime(began).TotalSeconds > seconds) break;
            asked = Math.Max(0, round + 1);
            foreach ((int number, string question) in questions.Index())
            {
                double a = Time(() => index.Search(question, k).Hits.Count);
                if (round < 0 && number % warmsFts != 0) continue;
                double b = Time(() => Query(plain, question));
                double c = Time(() => Query(withSnippet, question));
                // The first rounds only warm the code up.
                if (round < 0) continue;
                ours.Add(a);
                theirs.Add(b);
                theirsWithSnippet.Add(c);
            }
        }

        (double steal, double idle) = machine.Shares();
        double p50 = Quantile.Of(ours, 0.5), fts50 = Quantile.Of(theirs, 0.5), snippet50 = Quantile.Of(theirsWithSnippet, 0.5);
        var result = new Result(index.ArticleCount, index.ChunkCount, questions.Length, asked, p50, Quantile.Of(ours, 0.95), fts50, Quantile.Of(theirs, 0.95), snippet50, Quantile.Of(theirsWithSnippet, 0.95), p50 / fts50, p50 / snippet50, built, Environment.ProcessorCount, steal, idle);
        Console.WriteLine(json ? JsonSerializer.Serialize(result, Output.Options) : Table(result));
        return 0;
    }

    private static SqliteConnection BuildFts(IEnumerable<(Guid Id, string Title, string Text)> rows)
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using SqliteCommand create = connection.CreateCommand();
        create.CommandText = "create virtual table articles using fts5(id unindexed, title, body, tokenize = 'porter unicode61')";
        create.ExecuteNonQuery();
        using SqliteTransaction transaction = connection.BeginTransaction();
        using SqliteCommand insert = connection.CreateCommand();
        insert.CommandText = "insert into articles (id, title, body) values (@id, @title, @body)";
        foreach ((Guid id, string title, string text) in rows)
        {
            insert.Parameters.Clear();
            insert.Parameters.AddWithValue("@id", id.ToString());
            insert.Parameters.AddWithValue("@title", title);
            insert.Parameters.AddWithValue("@body", text);
            insert.ExecuteNonQuery();
        }
        transaction.Commit();
        using SqliteCommand optimise = connection.CreateCommand();
        optimise.CommandText = "insert into articles (articles) values ('optimize')";
        optimise.ExecuteNonQuery();
        return connection;
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.Add("@q", SqliteType.Text);
        command.Parameters.AddWithValue("@k", k);
        return command;
    }

    /// <summary>Any of the words, as a question is asked; all of them would find next to nothing.</summary>
    private static int Query(SqliteCommand command, string question)
    {
        command.Parameters["@q"].Value = string.Join(" OR ", Word().Matches(question).Select(m => $"\"{m.Value}\""));
        int rows = 0;
        using SqliteDataReader reader = command.ExecuteReader();
        for (; reader.Read(); rows++)
        {
            for (int i = 0; i < reader.FieldCount; i++) _ = reader.GetString(i);
        }
        return rows;
    }

    private static double Time(Func<int> search)
    {
        long began = Stopwatch.GetTimestamp();
        search();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static string Table(Result r) => string.Create(Output.Culture, $"""
        search, {r.Articles} articles, {r.Chunks} chunks, {r.Questions} questions x {r.Rounds}, best {k}    p50, ms    p95, ms     ratio of medians   target
          Switchboard (ranking, snippets, spans)      {r.P50,8:0.000}   {r.P95,8:0.000}
          FTS5 bm25                                   {r.FtsP50,8:0.000}   {r.FtsP95,8:0.000}     {r.Ratio,8:0.00}            <= {target:0}  {(r.Ratio <= target ? "met" : "MISSED")}
          FTS5 bm25 with snippet()                    {r.FtsSnippetP50,8:0.000}   {r.FtsSnippetP95,8:0.000}     {r.RatioWithSnippet,8:0.00}
        {(r.Built.Seconds > 0 ? string.Create(Output.Culture, $"built in {r.Built.Seconds:0.0} s, {r.Built.Megabytes:0} MB of memory (texts of {r.Built.TextMegabytes:0} MB among them); one changed article indexed in {r.Built.ChangeMs:0.0} ms (median of 21)\n") : "")}{r.Cores} cores, steal {r.Steal:P1}, idle {r.Idle:P1}
        """);

    private sealed record Result(
        int Articles, int Chunks, int Questions, int Rounds, double P50, double P95, double FtsP50, double FtsP95, double FtsSnippetP50, double FtsSnippetP95,
        double Ratio, double RatioWithSnippet, Built Built, int Cores, double Steal, double Idle);

    [GeneratedRegex(@"[\p{L}\p{N}]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
