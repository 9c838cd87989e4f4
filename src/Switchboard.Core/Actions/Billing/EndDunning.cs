using System.Text.Json.Serialization;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What the end of dunning came to.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="SubscriptionId">The subscription; null when the invoice bills none.</param>
public sealed record DunningEnded(Guid InvoiceId, Guid? SubscriptionId);

/// <summary>Gives an invoice up after its last attempt: it is uncollectible and its subscription unpaid. The data is kept for the days of the policy.</summary>
/// <param name="InvoiceId">The invoice.</param>
public sealed record EndDunning(Guid InvoiceId) : DeskAction<DunningEnded>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "subscription.status";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    protected override Reversal UndoOf(DunningEnded result) => Reversal.None("An invoice that was given up is paid or voided, it does not open again.");

    /// <inheritdoc />
    protected override ActionVerdict<DunningEnded> Apply(IActionRows rows)
    {
        if (rows.Find<Invoice>(InvoiceId) is not { } invoice) return Refuse(new Clause("invoice_not_found", "There is no such invoice."));
        IReadOnlyList<Payment> payments = rows.List<Payment>(q => q.Where(p => p.InvoiceId == InvoiceId));
        if (payments.Any(p => p.Status == PaymentStatus.Pending)) return Refuse(new Clause("charge_undecided", "The outcome of an attempt is not known yet."));
        if (!payments.Any(p => p.Status == PaymentStatus.Failed)) return Refuse(new Clause("nothing_failed", "No payment of the invoice has failed."));
        invoice.GiveUp();
        if (invoice.SubscriptionId is { } id && rows.Find<Subscription>(id) is { Status: not SubscriptionStatus.Canceled } subscription)
        {
            decimal paid = SubscriptionRows.PaidBy(subscription);
            subscription.MoveTo(SubscriptionStatus.Unpaid, rows.Now);
            SubscriptionRows.Book(rows, subscription, "unpaid", paid, subscription.Plan, subscription.SeatsTotal, rows.Now);
        }

        return Done(new DunningEnded(invoice.Id, invoice.SubscriptionId), new Clause("dunning.last", $"After the last attempt the invoice is uncollectible and the subscription unpaid; the data is kept {rows.Policies.Dunning.DataKeptDays} days."));
    }
}
