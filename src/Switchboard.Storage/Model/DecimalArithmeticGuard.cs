using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Switchboard.Storage.Model;

/// <summary>
/// Stops queries that would calculate with decimals inside the database in a way that is right on one home and wrong on the other: SQLite
/// keeps them as whole ten-thousandths, which add, compare and order like the amounts but do not multiply, divide or mix with other numbers.
/// </summary>
internal sealed class DecimalArithmeticGuard : IQueryExpressionInterceptor
{
    /// <summary>The guard; it keeps nothing.</summary>
    public static DecimalArithmeticGuard Instance { get; } = new();

    /// <inheritdoc />
    public Expression QueryCompilationStarting(Expression queryExpression, QueryExpressionEventData eventData) => new Visitor().Visit(queryExpression);

    private sealed class Visitor : ExpressionVisitor
    {
        protected override Expression VisitBinary(BinaryExpression node)
        {
            if (IsDecimal(node.Type) && node.NodeType is ExpressionType.Multiply or ExpressionType.Divide or ExpressionType.Modulo && OfRow.In(node)) throw Refused(node);
            return base.VisitBinary(node);
        }

        protected override Expression VisitUnary(UnaryExpression node)
        {
            if (node.NodeType == ExpressionType.Convert && IsDecimal(node.Type) != IsDecimal(node.Operand.Type) && IsNumber(node.Type) && IsNumber(node.Operand.Type) && OfRow.In(node)) throw Refused(node);
            return base.VisitUnary(node);
        }

        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            if (node.Method.Name == nameof(Queryable.Average) && (node.Method.DeclaringType == typeof(Queryable) || node.Method.DeclaringType == typeof(Enumerable)) && IsDecimal(node.Type)) throw Refused(node);
            return base.VisitMethodCall(node);
        }

        private static bool IsDecimal(Type type) => (Nullable.GetUnderlyingType(type) ?? type) == typeof(decimal);

        private static bool IsNumber(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) is >= TypeCode.SByte and <= TypeCode.Decimal;

        private static InvalidOperationException Refused(Expression node) =>
            new($"\"{node}\" would calculate with decimals inside the database. Read the amounts first (sums, comparisons and order are fine) and calculate afterwards.");
    }

    /// <summary>Whether an expression depends on a row, and is not a constant that EF Core works out beforehand.</summary>
    private sealed class OfRow : ExpressionVisitor
    {
        private bool found;

        public static bool In(Expression node)
        {
            var visitor = new OfRow();
            visitor.Visit(node);
            return visitor.found;
        }

        protected override Expression VisitParameter(ParameterExpression node)
        {
            found = true;
            return node;
        }
    }
}
