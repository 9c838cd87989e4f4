using System.Buffers.Text;
using System.Linq.Expressions;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Domain;

namespace Switchboard.Server.Api;

/// <summary>A page of a list; the cursor of the next page is null on the last.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    /// <summary>Makes a page of rows of which one more was read than the page takes.</summary>
    public static Page<T> Of<TRow>(List<TRow> rows, int take, Func<TRow, T> show, Func<TRow, string> cursor) =>
        new([.. rows.Take(take).Select(show)], rows.Count > take ? cursor(rows[take - 1]) : null);
}

/// <summary>The order of a list: by a column, then by id, so that no row is on two pages or on none, whatever is written meanwhile.</summary>
/// <param name="Name">What the caller calls it; it stands in the cursor, so that a cursor of another order is refused.</param>
/// <param name="Key">The column.</param>
/// <param name="Descending">Whether the greatest comes first.</param>
public sealed record PageOrder<TRow, TKey>(string Name, Expression<Func<TRow, TKey>> Key, bool Descending) : IPageOrder<TRow>
    where TRow : TenantRow
{
    private readonly Func<TRow, TKey> keyOf = Key.Compile();

    /// <inheritdoc />
    public IQueryable<TRow> After(IQueryable<TRow> rows, string? cursor)
    {
        IOrderedQueryable<TRow> Ordered(IQueryable<TRow> some) => Descending ? some.OrderByDescending(Key).ThenByDescending(r => r.Id) : some.OrderBy(Key).ThenBy(r => r.Id);
        if (cursor is null) return Ordered(rows);
        (TKey key, Guid id) = Parse(cursor);
        ParameterExpression row = Key.Parameters[0];
        Expression column = Key.Body;
        // Values come in as parameters, so that one statement serves all pages.
        Expression at = Parameter(key), of = Parameter(id), own = Expression.Property(row, nameof(TenantRow.Id));
        Expression beyond = Expression.OrElse(Beyond(column, at), Expression.AndAlso(Expression.Equal(column, at), Beyond(own, of)));
        // The first half lets the index be entered at the cursor; an "or" alone would not.
        Expression from = Expression.Not(Beyond(at, column));
        return Ordered(rows.Where(Expression.Lambda<Func<TRow, bool>>(Expression.AndAlso(from, beyond), row)));
    }

    /// <inheritdoc />
    public string CursorOf(TRow row) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Json.Write(new Cursor(Name, keyOf(row), row.Id))));

    private (TKey Key, Guid Id) Parse(string cursor)
    {
        try
        {
            Cursor read = Json.Read<Cursor>(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)));
            return read.Order == Name && read.Key is not null ? (read.Key, read.Id) : throw new CursorException();
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw new CursorException();
        }
    }

    private Expression Beyond(Expression left, Expression right)
    {
        if (left.Type == typeof(string)) (left, right) = (Expression.Call(typeof(string), nameof(string.Compare), null, left, right), Expression.Constant(0));
        else if (left.Type == typeof(Guid)) (left, right) = (Expression.Call(left, nameof(Guid.CompareTo), null, right), Expression.Constant(0));
        return Descending ? Expression.LessThan(left, right) : Expression.GreaterThan(left, right);
    }

    private static Expression Parameter<T>(T value) => Expression.Property(Expression.Constant(new Held<T>(value)), nameof(Held<T>.Value));

    private sealed record Cursor(string Order, TKey Key, Guid Id);

    private sealed record Held<T>(T Value);
}

/// <summary>The order of a list, whatever its column is.</summary>
public interface IPageOrder<TRow>
{
    /// <summary>The rows in this order, behind the cursor.</summary>
    /// <exception cref="CursorException">The cursor is none of this order.</exception>
    IQueryable<TRow> After(IQueryable<TRow> rows, string? cursor);

    /// <summary>The cursor behind a row.</summary>
    string CursorOf(TRow row);
}

/// <summary>A cursor that is none of the list and order it came with.</summary>
public sealed class CursorException : Exception;

/// <summary>What the lists of the API share: how many items a page has, and how a page is read.</summary>
public static class Paging
{
    /// <summary>The most items of a page, and their number when the caller names none.</summary>
    public const int MostItems = 100;

    /// <summary>Newest first: ids begin with their time.</summary>
    public static PageOrder<TRow, Guid> Newest<TRow>() where TRow : TenantRow => new("newest", r => r.Id, Descending: true);

    /// <summary>Reads a page by one statement, or says what is wrong with the asked limit or cursor.</summary>
    public static async Task<IResult> PageAsync<TRow, TView>(this IQueryable<TRow> rows, IPageOrder<TRow> order, int? limit, string? cursor, Func<TRow, TView> show, CancellationToken cancellationToken)
    {
        if (LimitProblem(limit) is { } problem) return problem;
        int take = limit ?? MostItems;
        try
        {
            List<TRow> read = await order.After(rows, cursor).Take(take + 1).ToListAsync(cancellationToken);
            return Results.Ok(Page<TView>.Of(read, take, show, order.CursorOf));
        }
        catch (CursorException)
        {
            return CursorProblem();
        }
    }

    /// <summary>What is wrong with the asked number of items; null when it is good.</summary>
    public static IResult? LimitProblem(int? limit) => limit is < 1 or > MostItems ? Problems.Invalid(("limit", $"is a number from 1 to {MostItems}")) : null;

    /// <summary>What is wrong with a cursor.</summary>
    public static IResult CursorProblem() => Problems.Invalid(("cursor", "is the nextCursor of the page before, with the same sort and filters"));
}

/// <summary>Reads values of an enum from a query string, spelt as in JSON.</summary>
public static class QueryEnum
{
    /// <summary>The value; null when there is none. False when the text is no name.</summary>
    public static bool TryParse<T>(string? text, out T? value)
        where T : struct, Enum
    {
        value = null;
        if (text is null) return true;
        foreach (T candidate in Enum.GetValues<T>())
        {
            if (!string.Equals(Name(candidate), text, StringComparison.OrdinalIgnoreCase)) continue;
            value = candidate;
            return true;
        }

        return false;
    }

    /// <summary>The names there are, parted by commas.</summary>
    public static string Names<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(Name));

    /// <summary>A value as the API spells it.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
