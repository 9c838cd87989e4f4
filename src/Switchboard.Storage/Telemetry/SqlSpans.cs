using System.Data.Common;
using System.Diagnostics;
using Switchboard.Core.Telemetry;

namespace Switchboard.Storage.Telemetry;

/// <summary>
/// The spans of statements and commits, by the names of OpenTelemetry's conventions for databases. They say which verb met which table; neither the values of a statement nor its
/// text is kept, for a text may hold values too.
/// </summary>
internal static class SqlSpans
{
    /// <summary>What SQLite is called.</summary>
    public const string Sqlite = "sqlite";

    /// <summary>What PostgreSQL is called.</summary>
    public const string Postgres = "postgresql";

    private static readonly string[] verbs = ["SELECT", "INSERT", "UPDATE", "DELETE"];
    private static readonly string[] places = ["FROM", "INTO", "UPDATE"];

    /// <summary>Begins the span of questions that are asked together.</summary>
    public static Activity? Ask(string system, string sql, int count) => Begin(Spans.Start("sql", ActivityKind.Client), system, sql, count);

    /// <summary>Begins the span of a commit.</summary>
    /// <param name="system">The database.</param>
    /// <param name="method">The method that asks for it.</param>
    public static Activity? Commit(string system, string method)
    {
        if (Spans.Start("commit", ActivityKind.Client) is not { } span) return null;
        string what = method.EndsWith("Async", StringComparison.Ordinal) ? method[..^"Async".Length] : method;
        span.DisplayName = $"commit {what.ToLowerInvariant()}";
        return span.SetTag("db.system.name", system).SetTag("db.operation.name", "COMMIT").SetTag("db.query.summary", span.DisplayName);
    }

    /// <summary>Adds the span of a statement that was executed.</summary>
    /// <param name="system">The database.</param>
    /// <param name="command">The statement.</param>
    /// <param name="began">When it began.</param>
    /// <param name="error">Why it failed; null when it did not.</param>
    /// <param name="isAlone">Whether it is no part of a commit.</param>
    public static void Executed(string system, DbCommand command, DateTimeOffset began, Exception? error = null, bool isAlone = false)
    {
        using Activity? span = Begin(Spans.Start("sql", ActivityKind.Client, began), system, command.CommandText, 1);
        if (error is null) return;
        // What fails in a commit is counted once, with the commit.
        if (isAlone) Failed(span, error);
        else span.Failed(error);
    }

    /// <summary>Does work within a span, and says in it, and counts, when the database refuses or does not answer.</summary>
    /// <param name="begin">Begins the span: here, for one that is begun outside an asynchronous method would stay the caller's.</param>
    /// <param name="work">The work.</param>
    public static async Task<T> WithinAsync<T>(Func<Activity?> begin, Func<Activity?, Task<T>> work)
    {
        using Activity? span = begin();
        try
        {
            return await work(span);
        }
        catch (Exception error) when (IsOfDatabase(error))
        {
            Failed(span, error);
            throw;
        }
    }

    /// <summary>The same work for a thread that serves all callers: there it is told whose trace it belongs to.</summary>
    public static Func<TIn, TOut> On<TIn, TOut>(Activity? span, Func<TIn, TOut> work) => span is null ? work : given =>
    {
        Activity.Current = span;
        try
        {
            return work(given);
        }
        finally
        {
            Activity.Current = null;
        }
    };

    /// <summary>Says that the database refused or did not answer.</summary>
    public static void Failed(Activity? span, Exception error)
    {
        span.Failed(error);
        Count(error);
    }

    /// <summary>Whether it is the database that failed.</summary>
    public static bool IsOfDatabase(Exception error) => error is DbException || error.InnerException is DbException;

    private static Activity? Begin(Activity? span, string system, string sql, int count)
    {
        if (span is null) return null;
        (string verb, string? table) = Summary(sql);
        span.DisplayName = table is null ? verb : $"{verb} {table}";
        span.SetTag("db.system.name", system).SetTag("db.operation.name", verb).SetTag("db.query.summary", span.DisplayName);
        if (count > 1) span.SetTag("db.operation.batch.size", count);
        return span;
    }

    /// <summary>The first verb of a statement and the first table behind it.</summary>
    internal static (string Verb, string? Table) Summary(string sql)
    {
        string? verb = null;
        bool isPlace = false;
        foreach (Range range in sql.AsSpan().SplitAny(' ', '\n', '\r', '\t', '(', ')', ';', ','))
        {
            ReadOnlySpan<char> word = sql.AsSpan(range);
            if (word.IsEmpty) continue;
            // Behind the word may stand a question in brackets; its table is as good.
            if (isPlace && Known(verbs, word) is null) return (verb!, NameOf(word));
            verb ??= Known(verbs, word);
            isPlace = verb is not null && Known(places, word) is not null;
        }

        return (verb ?? "SQL", null);
    }

    /// <summary>The name of a table, which the program gave it; null for anything else.</summary>
    private static string? NameOf(ReadOnlySpan<char> word)
    {
        word = word.Trim('"');
        foreach (char c in word) if (!char.IsAsciiLetterOrDigit(c) && c is not '_') return null;
        return word.ToString();
    }

    private static string? Known(string[] words, ReadOnlySpan<char> word)
    {
        foreach (string known in words) if (word.Equals(known, StringComparison.OrdinalIgnoreCase)) return known;
        return null;
    }

    private static void Count(Exception error) => Measures.DatabaseFailed(
        DatabaseFailures.IsUnavailable(error) ? "unavailable" : DatabaseFailures.IsFull(error) ? "full" : "refused");
}
