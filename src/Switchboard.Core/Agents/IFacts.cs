using Switchboard.Core.Context;
using Switchboard.Core.Knowledge;
using Switchboard.Domain;

namespace Switchboard.Core.Agents;

/// <summary>What agents read the world through. Each call is limited to the tenant, to what the agent's card declares and to what the one it acts for may see; what was read is noted as evidence.</summary>
public interface IFacts : IRowFacts
{
    /// <summary>What the tenant's published articles say to a question, with the evidence for each sentence.</summary>
    /// <param name="question">The question.</param>
    /// <param name="from">The articles that may be answered from; null for all.</param>
    /// <exception cref="FactsDeniedException">The agent's card does not declare that it reads articles.</exception>
    Task<KnowledgeAnswer> AnswerAsync(string question, ArticleChoice? from = null);
}

/// <summary>The rows an agent may read. A query filters, orders and chooses; it sees no row that it may not, whatever it asks for.</summary>
public interface IRowFacts
{
    /// <summary>The rows that the query chooses.</summary>
    /// <exception cref="FactsDeniedException">The agent may not read them; the reason is a code.</exception>
    Task<IReadOnlyList<TRow>> ListAsync<TRow>(Func<IQueryable<TRow>, IQueryable<TRow>> query) where TRow : class, ITenantOwned => ListAsync<TRow, TRow>(query);

    /// <summary>What the query makes of the rows it chooses.</summary>
    /// <exception cref="FactsDeniedException">The agent may not read them.</exception>
    Task<IReadOnlyList<TResult>> ListAsync<TRow, TResult>(Func<IQueryable<TRow>, IQueryable<TResult>> query) where TRow : class, ITenantOwned;

    /// <summary>The one row that the query chooses; null when it chooses none.</summary>
    /// <exception cref="FactsDeniedException">The agent may not read it.</exception>
    /// <exception cref="InvalidOperationException">The query chooses more than one.</exception>
    Task<TRow?> SingleAsync<TRow>(Func<IQueryable<TRow>, IQueryable<TRow>> query) where TRow : class, ITenantOwned;

    /// <summary>How many rows the query chooses.</summary>
    /// <exception cref="FactsDeniedException">The agent may not read them.</exception>
    Task<int> CountAsync<TRow>(Func<IQueryable<TRow>, IQueryable<TRow>> query) where TRow : class, ITenantOwned;

    /// <summary>What one batch reads of a customer, without what the agent may not see: in a customer's turn the proven customer alone, whatever is asked for.</summary>
    /// <param name="customerId">The customer; null for what anybody may know.</param>
    /// <param name="contactId">The contact it is read for; null for the staff.</param>
    /// <returns>The context; null when there is no such customer, or none that may be seen.</returns>
    /// <exception cref="FactsDeniedException">The agent's card does not declare all it reads.</exception>
    Task<CustomerContext?> ContextAsync(Guid? customerId, Guid? contactId);

    /// <summary>What was read so far, in order.</summary>
    IReadOnlyList<FactRead> Reads { get; }
}

/// <summary>A read of rows, as evidence: which ones, and when they were so.</summary>
/// <param name="Entity">The kind of row, as <see cref="EntityAccess"/> calls it.</param>
/// <param name="Ids">The rows; empty when the query counted or summed them.</param>
/// <param name="Count">How many results there were.</param>
/// <param name="AsOf">When they were read.</param>
public sealed record FactRead(string Entity, IReadOnlyList<Guid> Ids, int Count, DateTimeOffset AsOf);

/// <summary>An agent asked for rows it may not read.</summary>
/// <param name="reason"><c>capability_missing</c>, <c>scope_missing</c>, <c>proof_missing</c> or <c>staff_only</c>.</param>
/// <param name="entity">The kind of row.</param>
/// <param name="message">Why, in words.</param>
public sealed class FactsDeniedException(string reason, string entity, string message) : Exception(message)
{
    /// <summary>Why, in a code.</summary>
    public string Reason => reason;

    /// <summary>The kind of row.</summary>
    public string Entity => entity;
}
