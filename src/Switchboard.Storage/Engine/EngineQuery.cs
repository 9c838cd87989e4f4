using System.Data.Common;
using Switchboard.Storage.Model;
using Switchboard.Storage.Sqlite;

namespace Switchboard.Storage.Engine;

/// <summary>A row of a query in the house's types, however the home stores them.</summary>
internal abstract class EngineRow
{
    public abstract bool IsMissing(int column);
    public abstract string Text(int column);
    public abstract byte[] Bytes(int column);
    public abstract int Int(int column);
    public abstract long Long(int column);
    public abstract bool Truth(int column);
    public abstract double Real(int column);
    public abstract DateOnly Day(int column);

    /// <summary>An id.</summary>
    public abstract Guid Id(int column);

    /// <summary>An instant in UTC.</summary>
    public abstract DateTimeOffset Instant(int column);

    /// <summary>The entity whose columns are those of <see cref="EntityColumns{T}"/>. Only a question that says so is asked in the way in which they can be read.</summary>
    public abstract T Entity<T>() where T : class;

    public Guid? IdOrNull(int column) => IsMissing(column) ? null : Id(column);
    public DateTimeOffset? InstantOrNull(int column) => IsMissing(column) ? null : Instant(column);
    public string? TextOrNull(int column) => IsMissing(column) ? null : Text(column);
    public byte[]? BytesOrNull(int column) => IsMissing(column) ? null : Bytes(column);
    public double? RealOrNull(int column) => IsMissing(column) ? null : Real(column);
    public T Enum<T>(int column) where T : struct, Enum => EnumText<T>.Parse(Text(column));
    public T? EnumOrNull<T>(int column) where T : struct, Enum => IsMissing(column) ? null : Enum<T>(column);
}

/// <summary>A row that a driver gives.</summary>
/// <param name="row">The driver's row.</param>
internal abstract class DriverRow(DbDataReader row) : EngineRow
{
    public override bool IsMissing(int column) => row.IsDBNull(column);

    public override string Text(int column) => row.GetString(column);

    public override byte[] Bytes(int column) => row.GetFieldValue<byte[]>(column);

    public override int Int(int column) => row.GetInt32(column);

    public override long Long(int column) => row.GetInt64(column);

    public override bool Truth(int column) => row.GetBoolean(column);

    public override double Real(int column) => row.GetDouble(column);

    public override DateOnly Day(int column) => row.GetFieldValue<DateOnly>(column);
}

/// <summary>A question to the database. Several are asked together, so that a home with a network between pays for one way only.</summary>
/// <param name="statement">The question.</param>
internal abstract class EngineQuery(EngineStatement statement)
{
    /// <summary>The question.</summary>
    public EngineStatement Statement => statement;

    /// <summary>Whether its rows are whole entities.</summary>
    public bool ReadsEntities { get; init; }

    /// <summary>Whether there is a row.</summary>
    public abstract bool Found { get; }

    /// <summary>Whether the whole answer came: of several questions one may fail, and the answers before it stand.</summary>
    public bool IsAnswered { get; private protected set; }

    /// <summary>Takes the next row of the answer.</summary>
    public abstract void Take(EngineRow row);

    /// <summary>Notes that there are no more rows.</summary>
    public void End() => IsAnswered = true;

    /// <summary>Forgets the answer, before the question is asked again.</summary>
    public abstract void Forget();
}

/// <summary>A question with its answer.</summary>
/// <param name="statement">The question.</param>
/// <param name="read">Makes a value of a row.</param>
internal sealed class EngineQuery<T>(EngineStatement statement, Func<EngineRow, T> read) : EngineQuery(statement)
{
    private readonly List<T> rows = [];

    /// <summary>The rows of the answer.</summary>
    public IReadOnlyList<T> Rows => rows;

    /// <inheritdoc />
    public override bool Found => rows.Count > 0;

    /// <summary>The first row; the default when there is none.</summary>
    public T? First => Found ? rows[0] : default;

    /// <inheritdoc />
    public override void Take(EngineRow row) => rows.Add(read(row));

    /// <inheritdoc />
    public override void Forget()
    {
        rows.Clear();
        IsAnswered = false;
    }
}

/// <summary>Questions for whole entities.</summary>
internal static class EntityQuery
{
    /// <summary>A question whose columns are those of <see cref="EntityColumns{T}"/>.</summary>
    public static EngineQuery<T> Of<T>(EngineStatement statement) where T : class => new(statement, row => row.Entity<T>()) { ReadsEntities = true };
}

/// <summary>The columns of an entity in the order in which a home makes an entity of them. Names and order are the same in every home; the types are each home's own.</summary>
internal static class EntityColumns<T> where T : class
{
    /// <summary>The columns' names in quotes, parted by commas.</summary>
    public static readonly string List = SqliteModel.Rows<T>().ColumnList;
}
