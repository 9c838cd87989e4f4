using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;
using Switchboard.Storage;

namespace Switchboard.Agents.Tests;

/// <summary>A customer with a history that belongs to one case alone, so that what the case changes is seen by no other.</summary>
public sealed class CaseAccount
{
    /// <summary>Key of the plan.</summary>
    public string Plan { get; set; } = "basic";

    /// <summary>The seats.</summary>
    public int Seats { get; set; } = 10;

    /// <summary>How often is paid; the period began five days ago.</summary>
    public BillingCycle Cycle { get; set; } = BillingCycle.Monthly;

    /// <summary>The invoices, the oldest first. In the case's words <c>{1}</c> is the number of the first.</summary>
    public List<CaseInvoice> Invoices { get; set; } = [];

    /// <summary>Adds the rows, and gives the person who writes.</summary>
    internal (Contact Contact, IReadOnlyList<string> Numbers) Add(SwitchboardDb db, Tenant tenant, string name, DateTimeOffset now)
    {
        DateTimeOffset start = now.AddDays(-Invoices.Select(i => i.DaysAgo).DefaultIfEmpty(5).Max());
        var prices = (TenantPolicies.Default with { Currency = tenant.Currency }).Prices();
        PriceDecision price = prices.Price(new SubscriptionTerms(Plan, Cycle, Seats, []));
        Guid NewId() => Guid.CreateVersion7(now);
        var customer = new Customer { TenantId = tenant.Id, Id = NewId(), Name = name, Plan = Plan, Since = start };
        var contact = new Contact { TenantId = tenant.Id, Id = NewId(), CustomerId = customer.Id, Email = $"{name}@example.com", Name = "Robin Ashby", Role = ContactRole.Admin };
        Subscription subscription = new Subscription
        {
            TenantId = tenant.Id,
            Id = NewId(),
            CustomerId = customer.Id,
            Plan = Plan,
            Cycle = Cycle,
            UnitPrice = price.UnitPrice.Amount,
            Discount = price.Discount,
            Mrr = price.Mrr.Amount,
            Currency = tenant.Currency,
            StartedAt = start,
            PeriodStart = now.AddDays(-5),
            PeriodEnd = now.AddDays(-5).AddMonths(Cycle == BillingCycle.Annual ? 12 : 1),
        }.WithSeats(Seats, Seats / 2);
        db.AddRange(customer, contact, subscription);
        return (contact, [.. Invoices.Select((invoice, i) => invoice.Add(db, tenant, subscription, $"INV-{now.Year}-{Math.Abs(HashOf($"{name} {i}")) % 90_000 + 10_000:D5}", now))]);
    }

    // The same number in each run, and none that the demonstration has.
    private static int HashOf(string text) => text.Aggregate(17, (sum, c) => unchecked((sum * 31) + c));
}

/// <summary>An invoice of a case's customer, with the one try to collect it.</summary>
public sealed class CaseInvoice
{
    /// <summary>Its total.</summary>
    public decimal Amount { get; set; }

    /// <summary>How long ago it was issued and collected.</summary>
    public int DaysAgo { get; set; }

    /// <summary>Why it could not be collected; null when it was paid.</summary>
    public string? Failed { get; set; }

    internal string Add(SwitchboardDb db, Tenant tenant, Subscription subscription, string number, DateTimeOffset now)
    {
        DateTimeOffset at = now.AddDays(-DaysAgo);
        Invoice invoice = new Invoice { TenantId = tenant.Id, Id = Guid.CreateVersion7(at), CustomerId = subscription.CustomerId, SubscriptionId = subscription.Id, Currency = tenant.Currency, PeriodStart = at, PeriodEnd = at.AddMonths(1), CreatedAt = at }
            .WithLines([new InvoiceLine($"{subscription.Plan} plan", 1, Amount, Amount)], 0).IssuedAs(number, at, at.AddDays(Invoice.DueDays));
        db.Add(Failed is null ? invoice.Pay(at) : invoice);
        db.Add(new Payment { TenantId = tenant.Id, Id = Guid.CreateVersion7(at), CustomerId = subscription.CustomerId, InvoiceId = invoice.Id, Amount = Amount, Currency = tenant.Currency, Status = Failed is null ? PaymentStatus.Succeeded : PaymentStatus.Failed, DeclineCode = Failed, Method = "card", MethodLast4 = "4242", CreatedAt = at, ProcessedAt = at });
        return number;
    }
}
