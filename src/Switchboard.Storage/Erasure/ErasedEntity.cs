using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Switchboard.Domain;

namespace Switchboard.Storage.Erasure;

/// <summary>What erasing a customer does to the rows of an entity.</summary>
internal enum ErasureWay
{
    /// <summary>The rows stay, for the figures that count them; what is personal in them is written over.</summary>
    Emptied,

    /// <summary>The rows go.</summary>
    Deleted,

    /// <summary>The rows go by themselves with those of another entity.</summary>
    Follows,

    /// <summary>The rows are nobody's: the entity holds nothing of a customer.</summary>
    Untouched,
}

/// <summary>What erasing a customer does to an entity, and why. Each of its columns with text or bytes is decided on: written over, or kept for a reason.</summary>
internal abstract class ErasedEntity
{
    private readonly Dictionary<string, string> kept = new(StringComparer.Ordinal);
    private readonly HashSet<string> cleared = new(StringComparer.Ordinal);

    /// <summary>The entity.</summary>
    public abstract Type Entity { get; }

    /// <summary>What is done.</summary>
    public ErasureWay Way { get; protected set; } = ErasureWay.Emptied;

    /// <summary>Why the rows go, or are nobody's; null where its columns say it.</summary>
    public string? Why { get; protected set; }

    /// <summary>Whether its rows are found by the columns that tie them to the customer.</summary>
    public bool IsTied { get; protected set; } = true;

    /// <summary>The columns that stay, each with its reason.</summary>
    public IReadOnlyDictionary<string, string> Kept => kept;

    /// <summary>The columns that are written over.</summary>
    public IReadOnlySet<string> Cleared => cleared;

    /// <summary>The number of rows it is done to.</summary>
    public abstract long Count(SwitchboardDb db, CustomerTrace trace);

    /// <summary>Does it, in the transaction of the context, and gives the number of rows.</summary>
    public abstract long Erase(SwitchboardDb db, CustomerTrace trace);

    /// <summary>The ids of the rows that are tied to the customer; none for an entity whose rows are found otherwise or have no id.</summary>
    public abstract IEnumerable<Guid> Ids(SwitchboardDb db, CustomerTies ties);

    /// <summary>Notes that columns stay.</summary>
    protected void Keeps(string reason, IEnumerable<string> columns)
    {
        foreach (string column in columns) kept.Add(column, reason);
    }

    /// <summary>Notes that a column is written over.</summary>
    protected void Clears(string column) => cleared.Add(column);
}

/// <summary>What erasing a customer does to the rows of an entity.</summary>
internal sealed class ErasedEntity<T> : ErasedEntity where T : class
{
    /// <summary>A database takes so many parameters in one statement.</summary>
    private const int idsAtOnce = 500;

    private readonly List<Action<UpdateSettersBuilder<T>, CustomerTrace>> puts = [];
    private readonly List<Action<UpdateSettersBuilder<T>, Guid>> putsEach = [];
    private (Expression<Func<T, Guid>> Column, Func<CustomerTrace, IReadOnlyCollection<Guid>> Ids)? listed;

    /// <inheritdoc />
    public override Type Entity => typeof(T);

    /// <summary>A column is written over with a value.</summary>
    public ErasedEntity<T> Put<TValue>(Expression<Func<T, TValue>> column, TValue value)
    {
        Clears(NameOf(column));
        puts.Add((set, _) => set.SetProperty(column, value));
        return this;
    }

    /// <summary>A column is written over with the instant of the erasure.</summary>
    public ErasedEntity<T> Stamp(Expression<Func<T, DateTimeOffset?>> column)
    {
        puts.Add((set, trace) => set.SetProperty(column, (DateTimeOffset?)trace.At));
        return this;
    }

    /// <summary>A column is set to what follows from the row.</summary>
    public ErasedEntity<T> Follow<TValue>(Expression<Func<T, TValue>> column, Expression<Func<T, TValue>> value)
    {
        puts.Add((set, _) => set.SetProperty(column, value));
        return this;
    }

    /// <summary>A column that must differ from row to row is written over with what follows from the row's id alone.</summary>
    public ErasedEntity<T> PutEach<TValue>(Expression<Func<T, TValue>> column, Func<Guid, TValue> value)
    {
        Clears(NameOf(column));
        putsEach.Add((set, id) => set.SetProperty(column, value(id)));
        return this;
    }

    /// <summary>Columns stay, for a reason.</summary>
    public ErasedEntity<T> Keep(string reason, params string[] columns)
    {
        Keeps(reason, columns);
        return this;
    }

    /// <summary>The rows go.</summary>
    public ErasedEntity<T> Delete(string why)
    {
        (Way, Why) = (ErasureWay.Deleted, why);
        return this;
    }

    /// <summary>The rows go with those of another entity, by a foreign key that takes them along.</summary>
    public ErasedEntity<T> GoWith(string other)
    {
        (Way, Why, IsTied) = (ErasureWay.Follows, other, false);
        return this;
    }

    /// <summary>The entity holds nothing of a customer. Its columns are named nevertheless, so that a new one is thought about.</summary>
    public ErasedEntity<T> Leave(string why, params string[] columns)
    {
        (Way, Why, IsTied) = (ErasureWay.Untouched, why, false);
        return Keep(why, columns);
    }

    /// <summary>The rows are not found by ties: the trace names them.</summary>
    public ErasedEntity<T> Listed(Expression<Func<T, Guid>> column, Func<CustomerTrace, IReadOnlyCollection<Guid>> ids)
    {
        (listed, IsTied) = ((column, ids), false);
        return this;
    }

    /// <inheritdoc />
    public override long Count(SwitchboardDb db, CustomerTrace trace) => Way is ErasureWay.Untouched or ErasureWay.Follows ? 0 : Rows(db, trace).Sum(rows => rows.LongCount());

    /// <inheritdoc />
    public override long Erase(SwitchboardDb db, CustomerTrace trace)
    {
        if (Way is ErasureWay.Untouched or ErasureWay.Follows) return 0;
        long count = 0;
        foreach (IQueryable<T> rows in Rows(db, trace))
        {
            if (Way == ErasureWay.Deleted)
            {
                count += rows.ExecuteDelete();
                continue;
            }

            foreach (Guid id in putsEach.Count == 0 ? [] : rows.Select(r => EF.Property<Guid>(r, nameof(TenantRow.Id))).ToList())
                db.Set<T>().Where(r => EF.Property<Guid>(r, nameof(TenantRow.Id)) == id).ExecuteUpdate(set => putsEach.ForEach(put => put(set, id)));
            count += puts.Count == 0 ? rows.Count() : rows.ExecuteUpdate(set => puts.ForEach(put => put(set, trace)));
        }

        return count;
    }

    /// <inheritdoc />
    public override IEnumerable<Guid> Ids(SwitchboardDb db, CustomerTies ties) =>
        IsTied && typeof(TenantRow).IsAssignableFrom(typeof(T)) ? ties.Of<T>().Select(r => EF.Property<Guid>(r, nameof(TenantRow.Id))).AsEnumerable() : [];

    private IEnumerable<IQueryable<T>> Rows(SwitchboardDb db, CustomerTrace trace)
    {
        if (listed is not { } list) return [trace.TiesIn(db).Of<T>()];
        return list.Ids(trace).Chunk(idsAtOnce).Select(some => db.Set<T>().Where(Among(list.Column, some)));
    }

    private static Expression<Func<T, bool>> Among(Expression<Func<T, Guid>> column, Guid[] ids)
    {
        Expression<Func<Guid, bool>> isAmong = id => ids.Contains(id);
        return Expression.Lambda<Func<T, bool>>(new Replaced(isAmong.Parameters[0], column.Body).Visit(isAmong.Body)!, column.Parameters);
    }

    private static string NameOf(LambdaExpression column) => ((MemberExpression)column.Body).Member.Name;

    private sealed class Replaced(Expression from, Expression to) : ExpressionVisitor
    {
        public override Expression? Visit(Expression? node) => node == from ? to : base.Visit(node);
    }
}
