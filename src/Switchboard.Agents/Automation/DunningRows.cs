using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Automation;

/// <summary>Reads what dunning is decided by.</summary>
internal static class DunningRows
{
    public static async Task<Finding<DunningFacts>> LoadAsync(DunningInput input, IRowFacts rows, AgentBasis basis)
    {
        if (input.PaymentId is not { } id) return new Stop("invalid_input", "Say which payment: paymentId.");
        if (await rows.SingleAsync<Payment>(q => q.Where(p => p.Id == id)) is not { } payment) return new Stop("not_found", "There is no such payment.");
        Invoice? invoice = await rows.SingleAsync<Invoice>(q => q.Where(i => i.Id == payment.InvoiceId));
        if (invoice is null) return new Stop("not_found", "The payment's invoice is gone.");
        IReadOnlyList<Payment> all = await rows.ListAsync<Payment>(q => q.Where(p => p.InvoiceId == invoice.Id).OrderBy(p => p.CreatedAt));
        Payment? first = all.FirstOrDefault(p => p.Status == PaymentStatus.Failed);
        if (first is null) return new Stop("not_found", "No payment of the invoice has failed.");
        Guid[] ids = [.. all.Select(p => p.Id)];
        bool refunded = await rows.CountAsync<Refund>(q => q.Where(r => ids.Contains(r.PaymentId))) > 0;
        Customer? customer = payment.CustomerId is { } owner ? await rows.SingleAsync<Customer>(q => q.Where(c => c.Id == owner)) : null;
        IReadOnlyList<Contact> contacts = customer is null ? [] : await rows.ListAsync<Contact>(q => q.Where(c => c.CustomerId == customer.Id && c.AnonymisedAt == null && (c.Role == ContactRole.Billing || c.Role == ContactRole.Admin)).OrderBy(c => c.Id));
        IReadOnlyList<Subscription> subscriptions = customer is null ? [] : await rows.ListAsync<Subscription>(q => q.Where(s => s.CustomerId == customer.Id));
        bool disputed = customer is not null && await rows.CountAsync<Conversation>(q => q.Where(c => c.CustomerId == customer.Id && c.PrimaryIntent != null && c.PrimaryIntent.Contains("dispute") && c.Status != ConversationStatus.Resolved && c.Status != ConversationStatus.Closed)) > 0;
        IReadOnlyList<OutboxEntry> charges = customer is null ? [] : await rows.ListAsync<OutboxEntry>(q => q.Where(o => o.Port == PaymentRequest.Port && o.CustomerId == customer.Id));
        return new DunningFacts
        {
            FirstFailureAt = first.ProcessedAt ?? first.CreatedAt,
            DeclineCode = first.DeclineCode,
            TimeZone = customer?.TimeZone,
            InvoiceId = invoice.Id,
            InvoiceNumber = invoice.Number,
            InvoiceStatus = invoice.Status,
            Rest = invoice.Total - all.Where(p => p.Status == PaymentStatus.Succeeded).Sum(p => p.Amount),
            Currency = invoice.Currency,
            IsRefunded = refunded,
            IsDisputed = disputed,
            SubscriptionStatus = subscriptions.FirstOrDefault(s => s.Id == invoice.SubscriptionId)?.Status,
            Tries = [.. all.Where(p => p.Id != first.Id).Select(p => Try(p, charges))],
            ContactId = (contacts.FirstOrDefault(c => c.Role == ContactRole.Billing) ?? contacts.FirstOrDefault())?.Id,
            Arr = subscriptions.Where(s => s.Status != SubscriptionStatus.Canceled).Sum(s => s.Arr),
        };
    }

    private static DunningTry Try(Payment payment, IReadOnlyList<OutboxEntry> charges)
    {
        if (payment.Status != PaymentStatus.Pending) return new DunningTry(payment.Attempt - 1, payment.Id, payment.Status is PaymentStatus.Failed or PaymentStatus.Canceled ? "failed" : "succeeded", payment.DeclineCode);
        (ChargeState state, string? code) = Charges.Of(Charges.EntryOf(charges, payment.InvoiceId, payment.Attempt));
        return new DunningTry(payment.Attempt - 1, payment.Id, state.ToString().ToLowerInvariant(), code);
    }
}
