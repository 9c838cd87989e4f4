using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Switchboard.Storage.Model;

/// <summary>One column of an entity: its name, and how its value stands in the database.</summary>
/// <param name="Property">The property behind it.</param>
/// <param name="Name">The column.</param>
/// <param name="StoredType">The type the driver takes, without its nullability.</param>
internal sealed record EntityColumn(IProperty Property, string Name, Type StoredType);

/// <summary>
/// The rows of an entity outside EF Core's own queries and saves: compiled once from the model, so that prepared statements, bulk loading,
/// backup and import write and read a row exactly as EF Core does.
/// </summary>
internal sealed class EntityRows<T> where T : class
{
    private static readonly MethodInfo getFieldValue = typeof(DbDataReader).GetMethod(nameof(DbDataReader.GetFieldValue))!;
    private static readonly MethodInfo isNull = typeof(DbDataReader).GetMethod(nameof(DbDataReader.IsDBNull))!;

    private readonly Lazy<Func<DbDataReader, T>> read;

    /// <summary>Takes the columns from a model.</summary>
    public EntityRows(IModel model)
    {
        IEntityType entity = model.FindEntityType(typeof(T)) ?? throw new InvalidOperationException($"{typeof(T).Name} is no entity of the model.");
        Table = entity.GetTableName()!;
        Columns = [.. entity.GetProperties().Where(p => !p.IsShadowProperty()).Select(p => new EntityColumn(p, p.GetColumnName(), StoredType(p)))];
        ColumnList = string.Join(", ", Columns.Select(c => $"\"{c.Name}\""));
        read = new(CompileReader);
    }

    /// <summary>The table.</summary>
    public string Table { get; }

    /// <summary>The columns, in the order that <see cref="Read"/> expects and <see cref="Stored"/> follows.</summary>
    public IReadOnlyList<EntityColumn> Columns { get; }

    /// <summary>The columns' names in quotes, parted by commas.</summary>
    public string ColumnList { get; }

    /// <summary>Makes an entity of a row that has all columns in their order. The entity's own rules are not asked: what is stored was right when it was stored.</summary>
    public T Read(DbDataReader row) => read.Value(row);

    /// <summary>row => the value of a column as the driver takes it; the outcome is a nullable or a reference where the column may be null.</summary>
    public LambdaExpression Stored(EntityColumn column)
    {
        ParameterExpression row = Expression.Parameter(typeof(T), "row");
        return Expression.Lambda(ToStored(Expression.Property(row, column.Property.PropertyInfo!), column), row);
    }

    private static ValueConverter? Converter(IProperty property) => property.GetTypeMapping().Converter;

    private static Type StoredType(IProperty property)
    {
        Type type = Converter(property)?.ProviderClrType ?? property.ClrType;
        return Nullable.GetUnderlyingType(type) ?? type;
    }

    private static Expression ToStored(Expression value, EntityColumn column)
    {
        if (Converter(column.Property) is not { } converter) return value;
        LambdaExpression convert = converter.ConvertToProviderExpression;
        Type target = column.StoredType.IsValueType ? typeof(Nullable<>).MakeGenericType(column.StoredType) : column.StoredType;
        if (Nullable.GetUnderlyingType(value.Type) is { } inner && convert.Parameters[0].Type == inner)
        {
            return Expression.Condition(
                Expression.Property(value, "HasValue"),
                Expression.Convert(Expression.Invoke(convert, Expression.Property(value, "Value")), target),
                Expression.Constant(null, target));
        }

        if (value.Type.IsValueType) return Expression.Invoke(convert, value);
        Expression converted = Expression.Invoke(convert, Expression.Convert(value, convert.Parameters[0].Type));
        return column.Property.IsNullable ? Expression.Condition(Expression.Equal(value, Expression.Constant(null, value.Type)), Expression.Constant(null, target), Expression.Convert(converted, target)) : converted;
    }

    private Func<DbDataReader, T> CompileReader()
    {
        ParameterExpression row = Expression.Parameter(typeof(DbDataReader), "row");
        ParameterExpression entity = Expression.Variable(typeof(T), "entity");
        var body = new List<Expression> { Expression.Assign(entity, Expression.New(typeof(T))) };
        for (int i = 0; i < Columns.Count; i++)
        {
            EntityColumn column = Columns[i];
            PropertyInfo property = column.Property.PropertyInfo!;
            Expression value = Expression.Call(row, getFieldValue.MakeGenericMethod(column.StoredType), Expression.Constant(i));
            if (Converter(column.Property) is { } converter) value = Expression.Invoke(converter.ConvertFromProviderExpression, value);
            if (value.Type != property.PropertyType) value = Expression.Convert(value, property.PropertyType);
            if (column.Property.IsNullable)
                value = Expression.Condition(Expression.Call(row, isNull, Expression.Constant(i)), Expression.Default(property.PropertyType), value);
            body.Add(Expression.Assign(Expression.Property(entity, property), value));
        }

        body.Add(entity);
        return Expression.Lambda<Func<DbDataReader, T>>(Expression.Block([entity], body), row).Compile();
    }
}
