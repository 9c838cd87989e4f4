using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;

namespace Switchboard.Storage.Seeding;

/// <summary>The money of the demonstration's customers: a subscription that began some days ago, with its first invoice, paid by card.</summary>
internal static class DemoBilling
{
    private const int daysAgo = 5;
    private const double usedShare = 0.75;

    /// <summary>Adds subscription, invoice and payment of a customer on a plan that costs something.</summary>
    public static void Add(SwitchboardDb db, Tenant tenant, Customer customer, int seats, InvoiceCounter counter)
    {
        TenantPolicies policies = TenantPolicies.Default with { Currency = tenant.Currency };
        PriceDecision price = policies.Prices().Price(new SubscriptionTerms(customer.Plan, BillingCycle.Monthly, seats, []));
        if (!price.Allowed || price.Mrr.Amount == 0) return;
        DateTimeOffset now = tenant.CreatedAt;
        DateTimeOffset start = now.AddDays(-daysAgo);
        DateTimeOffset end = start.AddMonths(1);
        Subscription subscription = new Subscription
        {
            TenantId = tenant.Id,
            Id = Guid.CreateVersion7(start),
            CustomerId = customer.Id,
            Plan = customer.Plan,
            Cycle = BillingCycle.Monthly,
            UnitPrice = price.UnitPrice.Amount,
            Discount = price.Discount,
            Mrr = price.Mrr.Amount,
            Currency = tenant.Currency,
            StartedAt = start,
            PeriodStart = start,
            PeriodEnd = end,
        }.WithSeats(seats, (int)(seats * usedShare));
        db.Add(subscription);
        Invoice invoice = new Invoice { TenantId = tenant.Id, Id = Guid.CreateVersion7(start), CustomerId = customer.Id, SubscriptionId = subscription.Id, Currency = tenant.Currency, PeriodStart = start, PeriodEnd = end, CreatedAt = start }
            .WithLines([.. price.Lines.Select(l => new InvoiceLine(l.Text, l.Quantity, l.Quantity == 0 ? 0 : l.Amount.Amount / l.Quantity, l.Amount.Amount))], 0)
            .Issue(counter.Next(), start, start.AddDays(Invoice.DueDays))
            .Pay(start);
        db.Add(invoice);
        db.Add(new Payment { TenantId = tenant.Id, Id = Guid.CreateVersion7(start), CustomerId = customer.Id, InvoiceId = invoice.Id, Amount = invoice.Total, Currency = invoice.Currency, Status = PaymentStatus.Succeeded, Method = "card", CreatedAt = start, ProcessedAt = start });
    }
}
