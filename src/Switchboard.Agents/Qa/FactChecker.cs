using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Desk.Guards;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Product;
using Switchboard.Domain.Support;
using Checker = Switchboard.Core.Desk.Guards.FactChecker;

namespace Switchboard.Agents.Qa;

/// <summary>Compares each claim of a draft with the system of record. The component is <see cref="Checker"/>, which the desk calls as well; this is its face.</summary>
[Agent("qa/fact-checker")]
public sealed class FactChecker : Guard<GuardDraft, FactCheckFacts, FactCheckFinding>
{
    private const int mostArticles = 500;
    private const int mostPassages = 5;

    /// <inheritdoc />
    protected override async Task<Finding<FactCheckFacts>> LoadAsync(GuardDraft draft, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        IReadOnlyList<ProductFeature> features = await rows.ListAsync<ProductFeature>(q => q.Where(f => f.RemovedOn == null));
        IReadOnlyList<KbArticle> articles = await rows.ListAsync<KbArticle>(q => q.Where(a => a.Status == ArticleStatus.Published && a.HoldReason == null).OrderBy(a => a.Id).Take(mostArticles));
        var facts = new FactCheckFacts
        {
            PolicyVersion = basis.PolicyVersion,
            Features = [.. features.Select(f => new CheckedFeature(f.Key, f.Name, f.Plan, f.Since))],
            Passages = Passages.Best(draft.Text, draft.Language, articles, mostPassages),
        };
        return draft.CustomerId is { } id ? await OwnAsync(facts, id, rows, basis) : facts;
    }

    /// <inheritdoc />
    protected override Finding<FactCheckFinding> Check(GuardDraft draft, FactCheckFacts facts, AgentBasis basis)
    {
        if (facts is { PolicyVersion: null, Account: null, Invoices: null, Payments: null, Features: null, Passages: null }) return new Stop("source_down", "No source of truth could be asked.");
        return Checker.Check(draft, facts, basis.Policies, basis.Today);
    }

    /// <summary>The proven customer's own rows; those of others are never opened.</summary>
    private static async Task<FactCheckFacts> OwnAsync(FactCheckFacts facts, Guid id, IRowFacts rows, AgentBasis basis)
    {
        if (await rows.SingleAsync<Customer>(q => q.Where(c => c.Id == id)) is not { } customer) return facts;
        IReadOnlyList<Subscription> subscriptions = await rows.ListAsync<Subscription>(q => q.Where(s => s.CustomerId == id).OrderBy(s => s.StartedAt));
        IReadOnlyList<Invoice> invoices = await rows.ListAsync<Invoice>(q => q.Where(i => i.CustomerId == id && i.Number != null));
        IReadOnlyList<Payment> payments = await rows.ListAsync<Payment>(q => q.Where(p => p.CustomerId == id).OrderBy(p => p.CreatedAt));
        IReadOnlyList<Refund> refunds = await rows.ListAsync<Refund>(q => q.Where(r => r.CustomerId == id));
        Subscription? current = subscriptions.LastOrDefault(s => s.CanceledAt is null) ?? subscriptions.LastOrDefault();
        return facts with
        {
            Account = new CheckedAccount
            {
                Plan = current?.Plan ?? customer.Plan,
                Seats = current?.SeatsTotal,
                SeatsUsed = current?.SeatsUsed,
                Status = current?.Status,
                Cycle = current?.Cycle,
                Mrr = current?.Mrr,
                Currency = current?.Currency,
                RenewsOn = current is null ? null : basis.DayOf(current.PeriodEnd),
            },
            Invoices = [.. invoices.Select(i => new CheckedInvoice(i.Number!, i.Total, i.Currency, i.Status, Day(i.DueAt), Day(i.PaidAt)))],
            Payments = [.. payments.Select(p =>
            {
                Invoice? invoice = invoices.FirstOrDefault(i => i.Id == p.InvoiceId);
                return new CheckedPayment(p.Id, p.Amount, p.Currency, basis.DayOf(p.ProcessedAt ?? p.CreatedAt), p.Status is PaymentStatus.Succeeded or PaymentStatus.Refunded, p.InvoiceId, invoice?.SubscriptionId, Day(invoice?.PeriodStart),
                    subscriptions.FirstOrDefault(s => s.Id == invoice?.SubscriptionId)?.Cycle);
            })],
            Refunds = [.. refunds.Select(r => new CheckedRefund(r.PaymentId, r.Amount, r.Currency, basis.DayOf(r.CreatedAt), r.Reason == "goodwill"))],
        };

        DateOnly? Day(DateTimeOffset? at) => at is { } instant ? basis.DayOf(instant) : null;
    }
}
