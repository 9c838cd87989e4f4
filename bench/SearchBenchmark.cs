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

    public static int Run(string folder, int rounds, bool json)
    {
        (KnowledgeIndex index, IReadOnlyDictionary<string, Guid> ids) = RetrievalData.Articles(folder);
        string[] questions = [.. Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal).SelectMany(File.ReadLines).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("query").GetString()!).Distinct(StringComparer.Ordinal)];
        using SqliteConnection fts = BuildFts(index, ids.Values);
        using SqliteCommand plain = Prepare(fts, "select id, title from articles where articles match @q order by bm25(articles, 0, 3, 1) limit @k");
        using SqliteCommand withSnippet = Prepare(fts, "select id, title, snippet(articles, 2, '<', '>', '…', 40) from articles where articles match @q order by bm25(articles, 0, 3, 1) limit @k");

        var machine = new Machine();
        var ours = new List<double>();
        var theirs = new List<double>();
        var theirsWithSnippet = new List<double>();
        for (int round = -2; round < rounds; round++)
        {
            foreach (string question in questions)
            {
                double a = Time(() => index.Search(question, k).Hits.Count);
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
        var result = new Result(index.ArticleCount, questions.Length, rounds, p50, Quantile.Of(ours, 0.95), fts50, Quantile.Of(theirs, 0.95), snippet50, Quantile.Of(theirsWithSnippet, 0.95), p50 / fts50, p50 / snippet50, Environment.ProcessorCount, steal, idle);
        Console.WriteLine(json ? JsonSerializer.Serialize(result, Output.Options) : Table(result));
        return 0;
    }

    private static SqliteConnection BuildFts(KnowledgeIndex index, IEnumerable<Guid> ids)
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using SqliteCommand create = connection.CreateCommand();
        create.CommandText = "create virtual table articles using fts5(id unindexed, title, body, tokenize = 'porter unicode61')";
        create.ExecuteNonQuery();
        using SqliteCommand insert = connection.CreateCommand();
        insert.CommandText = "insert into articles (id, title, body) values (@id, @title, @body)";
        foreach (IndexedArticle article in ids.Select(id => index.Find(id)!))
        {
            insert.Parameters.Clear();
            insert.Parameters.AddWithValue("@id", article.ArticleId.ToString());
            insert.Parameters.AddWithValue("@title", article.Title);
            insert.Parameters.AddWithValue("@body", article.Body);
            insert.ExecuteNonQuery();
        }
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
        search, {r.Articles} articles, {r.Questions} questions x {r.Rounds}, best {k}    p50, ms    p95, ms     ratio of medians   target
          Switchboard (ranking, snippets, spans)      {r.P50,8:0.000}   {r.P95,8:0.000}
          FTS5 bm25                                   {r.FtsP50,8:0.000}   {r.FtsP95,8:0.000}     {r.Ratio,8:0.00}            <= {target:0}  {(r.Ratio <= target ? "met" : "MISSED")}
          FTS5 bm25 with snippet()                    {r.FtsSnippetP50,8:0.000}   {r.FtsSnippetP95,8:0.000}     {r.RatioWithSnippet,8:0.00}
        {r.Cores} cores, steal {r.Steal:P1}, idle {r.Idle:P1}
        """);

    private sealed record Result(
        int Articles, int Questions, int Rounds, double P50, double P95, double FtsP50, double FtsP95, double FtsSnippetP50, double FtsSnippetP95,
        double Ratio, double RatioWithSnippet, int Cores, double Steal, double Idle);

    [GeneratedRegex(@"[\p{L}\p{N}]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
