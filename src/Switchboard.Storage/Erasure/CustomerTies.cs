using System.Linq.Expressions;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Revenue;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Erasure;

/// <summary>
/// Which rows are a customer's: those that name it, one of its people, one of their conversations, a lead it came from or a deal with it, by the names that such columns
/// have wherever they stand. So a new entity that points to a customer in any of these ways is found without anybody thinking of it.
/// </summary>
/// <param name="db">The rows.</param>
/// <param name="customerId">The customer.</param>
internal sealed class CustomerTies(SwitchboardDb db, Guid customerId)
{
    /// <summary>The columns that tie a row to a customer.</summary>
    public static IReadOnlyList<string> Names { get; } = ["CustomerId", "ContactId", "ConversationId", "LeadId", "DealId"];

    private readonly Guid? customer = customerId;

    /// <summary>The customer's people.</summary>
    public IQueryable<Guid?> People => db.Contacts.Where(c => c.CustomerId == customer).Select(c => (Guid?)c.Id);

    /// <summary>The conversations of the customer and its people, and those of visitors nobody proved who gave the address of one of them.</summary>
    public IQueryable<Guid?> Talks => db.Conversations
        .Where(c => c.CustomerId == customer || People.Contains(c.ContactId) || (c.ContactId == null && db.Contacts.Any(k => k.CustomerId == customer && k.Email == c.ReplyEmail))).Select(c => (Guid?)c.Id);

    /// <summary>The leads it came from: those that became it, and those under the address of one of its people.</summary>
    public IQueryable<Guid?> Leads => db.Set<Lead>().Where(l => l.CustomerId == customer || db.Contacts.Any(c => c.CustomerId == customer && c.Email == l.Email)).Select(l => (Guid?)l.Id);

    /// <summary>The deals with it.</summary>
    public IQueryable<Guid?> Deals => db.Set<Deal>().Where(d => d.CustomerId == customer || Leads.Contains(d.LeadId)).Select(d => (Guid?)d.Id);

    /// <summary>The rows of an entity that are the customer's.</summary>
    /// <exception cref="InvalidOperationException">Nothing ties the entity to a customer.</exception>
    public IQueryable<T> Of<T>() where T : class
    {
        if (typeof(T) == typeof(Customer)) return (IQueryable<T>)db.Customers.Where(c => c.Id == customerId);
        if (typeof(T) == typeof(Lead)) return (IQueryable<T>)db.Set<Lead>().Where(l => Leads.Contains(l.Id));
        if (typeof(T) == typeof(Conversation)) return (IQueryable<T>)db.Conversations.Where(c => Talks.Contains(c.Id));
        ParameterExpression row = Expression.Parameter(typeof(T), "row");
        Expression? condition = null;
        foreach (string name in Names)
        {
            if (typeof(T).GetProperty(name) is not { } property) continue;
            Expression column = Expression.Convert(Expression.Property(row, property), typeof(Guid?));
            Expression one = name == "CustomerId"
                ? Expression.Equal(column, Expression.Property(Expression.Constant(new Named(customer)), nameof(Named.Customer)))
                : Expression.Call(typeof(Queryable), nameof(Queryable.Contains), [typeof(Guid?)], Pointed(name).Expression, column);
            condition = condition is null ? one : Expression.OrElse(condition, one);
        }

        if (condition is null) throw new InvalidOperationException($"Nothing ties a {typeof(T).Name} to a customer.");
        return db.Set<T>().Where(Expression.Lambda<Func<T, bool>>(condition, row));
    }

    private IQueryable<Guid?> Pointed(string name) => name switch
    {
        "ContactId" => People,
        "ConversationId" => Talks,
        "LeadId" => Leads,
        _ => Deals,
    };

    /// <summary>Holds the id where EF Core takes it for a parameter and not for a part of the statement.</summary>
    private sealed record Named(Guid? Customer);
}
