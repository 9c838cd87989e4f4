using System.Globalization;

namespace Switchboard.Server.Cli;

/// <summary>How many of something, in words that agree with the number: "1 run", "2 runs", "1 row is wrong".</summary>
public static class Amount
{
    /// <summary>The number and its noun.</summary>
    /// <param name="count">How many.</param>
    /// <param name="nouns">The noun of several, as kinds of rows are named: runs, entries. One that has no other form for one stays as it is.</param>
    public static string Of(long count, string nouns) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? One(nouns) : nouns)}");

    /// <summary>The number, its noun and what is said of it.</summary>
    /// <param name="count">How many.</param>
    /// <param name="nouns">The noun of several.</param>
    /// <param name="ofOne">What is said of one: is wrong.</param>
    /// <param name="ofSeveral">What is said of several: are wrong.</param>
    public static string Of(long count, string nouns, string ofOne, string ofSeveral) => $"{Of(count, nouns)} {(count == 1 ? ofOne : ofSeveral)}";

    private static string One(string nouns) =>
        nouns.EndsWith("ies", StringComparison.Ordinal) ? string.Concat(nouns.AsSpan(0, nouns.Length - 3), "y") : nouns.EndsWith('s') ? nouns[..^1] : nouns;
}
