namespace Switchboard.Server.Api.Conversations;

/// <summary>A page of a list; the cursor of the next page is null on the last.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    /// <summary>Makes a page of rows of which one more was read than the page takes.</summary>
    public static Page<T> Of<TRow>(List<TRow> rows, int take, Func<TRow, T> show, Func<TRow, string> cursor) =>
        new([.. rows.Take(take).Select(show)], rows.Count > take ? cursor(rows[take - 1]) : null);
}

/// <summary>What the lists of the API share: how many items a page has.</summary>
public static class Paging
{
    /// <summary>The most items of a page, and their number when the caller names none.</summary>
    public const int MostItems = 100;

    /// <summary>What is wrong with the asked number of items; null when it is good.</summary>
    public static IResult? LimitProblem(int? limit) => limit is < 1 or > MostItems ? Problems.Invalid(("limit", $"is a number from 1 to {MostItems}")) : null;

    /// <summary>What is wrong with a cursor.</summary>
    public static IResult CursorProblem() => Problems.Invalid(("cursor", "is the nextCursor of the page before"));
}
