using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Agents;
using Switchboard.Core.Context;
using Switchboard.Core.Knowledge;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Facts;

/// <summary>Opens the rows for agents.</summary>
/// <param name="data">Where they are stored.</param>
/// <param name="contexts">Where contexts of customers are read.</param>
/// <param name="clock">Tells when something was read.</param>
public sealed class FactSource(Data data, ICustomerContext contexts, TimeProvider clock) : IFactSource
{
    /// <inheritdoc />
    public IRowFacts Open(FactScope scope) => new RowFacts(data, contexts, scope, clock);
}

/// <summary>The rows of one scope: through the tenant's filter, limited to the proven customer in a customer's turn, each read noted.</summary>
internal sealed class RowFacts(Data data, ICustomerContext contexts, FactScope scope, TimeProvider clock) : IRowFacts
{
    private readonly List<FactRead> reads = [];

    public IReadOnlyList<FactRead> Reads => reads;

    public async Task<IReadOnlyList<TResult>> ListAsync<TRow, TResult>(Func<IQueryable<TRow>, IQueryable<TResult>> query) where TRow : class, ITenantOwned
    {
        EntityRule rule = EntityAccess.Of(typeof(TRow));
        scope.Require(rule);
        await using SwitchboardDb db = data.For(scope.TenantId);
        IQueryable<TResult> asked = query(Visible<TRow>(db, rule));
        if (typeof(TRow).IsAssignableTo(typeof(TenantRow)) && Identify<TRow, TResult>(asked) is { } identified)
        {
            List<Identified<TResult>> rows = await identified.ToListAsync();
            Note(rule, [.. rows.Select(r => r.Id)], rows.Count);
            return [.. rows.Select(r => r.Value)];
        }

        List<TResult> results = await asked.ToListAsync();
        Note(rule, [.. results.OfType<TenantRow>().Select(r => r.Id)], results.Count);
        return results;
    }

    public async Task<TRow?> SingleAsync<TRow>(Func<IQueryable<TRow>, IQueryable<TRow>> query) where TRow : class, ITenantOwned
    {
        IReadOnlyList<TRow> rows = await ListAsync<TRow, TRow>(q => query(q).Take(2));
        return rows.Count <= 1 ? rows.SingleOrDefault() : throw new InvalidOperationException($"The query of {scope.AgentId} chooses more than one {EntityAccess.Of(typeof(TRow)).Name}.");
    }

    public async Task<int> CountAsync<TRow>(Func<IQueryable<TRow>, IQueryable<TRow>> query) where TRow : class, ITenantOwned
    {
        EntityRule rule = EntityAccess.Of(typeof(TRow));
        scope.Require(rule);
        await using SwitchboardDb db = data.For(scope.TenantId);
        int count = await query(Visible<TRow>(db, rule)).CountAsync();
        Note(rule, [], count);
        return count;
    }

    public async Task<CustomerContext?> ContextAsync(Guid? customerId, Guid? contactId)
    {
        if (scope.Viewer is ContactViewer viewer)
        {
            if (customerId is not null && customerId != viewer.CustomerId) return null;
            contactId = customerId is null ? null : viewer.ContactId;
        }

        if (await contexts.ReadAsync(new ContextAsk(scope.TenantId, customerId, contactId), CancellationToken.None) is not { } read) return null;
        (CustomerContext limited, IReadOnlyList<string> withheld) = ContextRights.Limit(read, scope);
        foreach (var table in ContextFields.OfTurn.Select(f => (Field: f, Fact: ContextReading.Fact(f, limited.Account))).Where(f => f.Fact is not null).GroupBy(f => f.Field.Rule))
            Note(table.Key, [.. table.Select(f => f.Fact!.Id).OfType<Guid>().Distinct()], table.Count());
        // What the one who is answered may not see is not known to them; that it is not known must show.
        return withheld.Count == 0 ? limited : limited with { Missing = [.. limited.Missing.Concat(withheld.Select(w => ContextFields.Find(w)!.Part)).Distinct()] };
    }

    private void Note(EntityRule rule, IReadOnlyList<Guid> ids, int count) => reads.Add(new FactRead(rule.Name, ids, count, clock.GetUtcNow()));

    private IQueryable<TRow> Visible<TRow>(SwitchboardDb db, EntityRule rule) where TRow : class, ITenantOwned
    {
        IQueryable<TRow> all = db.Set<TRow>();
        if (scope.Viewer is not ContactViewer viewer) return all;
        return rule.Reach switch
        {
            Reach.Everybody => all,
            Reach.Customer when typeof(TRow) == typeof(Customer) => all.Where(r => EF.Property<Guid>(r, nameof(TenantRow.Id)) == viewer.CustomerId!.Value),
            Reach.Customer => all.Where(r => EF.Property<Guid?>(r, nameof(ICustomerOwned.CustomerId)) == viewer.CustomerId!.Value),
            Reach.Conversation when typeof(TRow) == typeof(Conversation) => (IQueryable<TRow>)Conversations(db, viewer),
            Reach.Conversation => (IQueryable<TRow>)Messages(db, viewer),
            Reach.Published => (IQueryable<TRow>)Articles(db, viewer),
            _ => throw new InvalidOperationException($"{rule.Name} is not read in a customer's turn."),
        };
    }

    private static IQueryable<Conversation> Conversations(SwitchboardDb db, ContactViewer viewer) => viewer.ContactId is { } contact
        ? db.Conversations.Where(c => c.ContactId == contact)
        : db.Conversations.Where(c => c.ContactId == null && c.VisitorId != null && c.VisitorId == viewer.VisitorId);

    private static IQueryable<Message> Messages(SwitchboardDb db, ContactViewer viewer) =>
        db.Messages.Where(m => !m.IsPrivate && Conversations(db, viewer).Any(c => c.Id == m.ConversationId));

    private static IQueryable<KbArticle> Articles(SwitchboardDb db, ContactViewer viewer)
    {
        IQueryable<KbArticle> published = db.Articles.Where(a => a.Status == ArticleStatus.Published && a.HoldReason == null);
        if (viewer.CustomerId is { } customer) return published.Where(a => a.Audience == Audiences.Public || a.Audience == Audiences.SignedIn || db.Customers.Any(c => c.Id == customer && c.Plan == a.Audience));
        return viewer.ContactId is null
            ? published.Where(a => a.Audience == Audiences.Public)
            : published.Where(a => a.Audience == Audiences.Public || a.Audience == Audiences.SignedIn);
    }

    /// <summary>Lets a query that ends by choosing from rows tell their ids as well; null when it does not end so, as a sum does not.</summary>
    private static IQueryable<Identified<TResult>>? Identify<TRow, TResult>(IQueryable<TResult> asked)
    {
        if (asked.Expression is not MethodCallExpression { Method: { Name: nameof(Queryable.Select) } method } select || method.DeclaringType != typeof(Queryable)) return null;
        if (select.Arguments[1] is not UnaryExpression { Operand: LambdaExpression { Parameters: [var row] } choose } || row.Type != typeof(TRow)) return null;
        Expression<Func<TRow, Identified<TResult>>> both = Expression.Lambda<Func<TRow, Identified<TResult>>>(
            Expression.MemberInit(
                Expression.New(typeof(Identified<TResult>)),
                Expression.Bind(typeof(Identified<TResult>).GetProperty(nameof(Identified<TResult>.Id))!, Expression.Property(row, nameof(TenantRow.Id))),
                Expression.Bind(typeof(Identified<TResult>).GetProperty(nameof(Identified<TResult>.Value))!, choose.Body)),
            row);
        return asked.Provider.CreateQuery<TRow>(select.Arguments[0]).Select(both);
    }

    private sealed class Identified<T>
    {
        public Guid Id { get; init; }

        public T Value { get; init; } = default!;
    }
}
