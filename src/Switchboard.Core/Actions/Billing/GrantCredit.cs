using System.Text.Json.Serialization;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What a credit came to.</summary>
/// <param name="CreditId">The credit.</param>
/// <param name="Amount">How much.</param>
/// <param name="Currency">ISO 4217 code.</param>
public sealed record CreditGranted(Guid CreditId, decimal Amount, string Currency);

/// <summary>
/// Gives a customer money for later invoices. It is money given away as a refund is: the limits of approval and the count of goodwill are those of the refund
/// policy. A contact is given goodwill alone, on an invoice, and a tenth of it at most.
/// </summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="Kind">Why it is given.</param>
/// <param name="Amount">How much, in the currency of the tenant's policies.</param>
/// <param name="Reason">Why, in words that the customer may read.</param>
/// <param name="InvoiceId">The invoice it is goodwill on; needed for goodwill alone.</param>
/// <param name="ExpiresAt">When the rest is void; null for never.</param>
public sealed record GrantCredit(Guid CustomerId, CreditKind Kind, decimal Amount, string Reason, Guid? InvoiceId = null, DateTimeOffset? ExpiresAt = null) : DeskAction<CreditGranted>
{
    private const int mostReason = 500;
    private const decimal goodwillShare = 0.1m;

    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "credit.grant";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    [JsonIgnore]
    public override IReadOnlyList<ContactRole> ContactRoles => [ContactRole.Admin, ContactRole.Billing];

    /// <inheritdoc />
    protected override Reversal UndoOf(CreditGranted result) => Reversal.By(new RevokeCredit(result.CreditId));

    /// <inheritdoc />
    protected override ActionVerdict<CreditGranted> Apply(IActionRows rows)
    {
        if (rows.Find<Customer>(CustomerId) is not { } customer) return Refuse(new Clause("customer_not_found", "There is no such customer."));
        var money = new Money(Amount, rows.Policies.Currency);
        if (Amount <= 0 || money.Rounded() != money) return Refuse(new Clause("amount_invalid", "A credit is more than nothing, in whole units of its currency."));
        if (string.IsNullOrWhiteSpace(Reason) || Reason.Length > mostReason) return Refuse(new Clause("reason_invalid", $"A credit has a reason of 1 to {mostReason} characters."));
        if (ExpiresAt <= rows.Now) return Refuse(new Clause("expired", "A credit that is void already is none."));
        if (Kind != CreditKind.Goodwill && rows.Actor is ContactActor) return Refuse(new Clause("credits.staff", "A contact is given goodwill alone; other credits are given by the staff."));
        if (Kind == CreditKind.Goodwill && Goodwill(rows) is { } forbidden) return Refuse(forbidden);

        var credit = new Credit
        {
            TenantId = customer.TenantId,
            Id = rows.NewId(),
            CustomerId = customer.Id,
            Kind = Kind,
            Amount = Amount,
            Currency = money.Currency,
            Reason = Reason,
            ExpiresAt = ExpiresAt,
            CreatedAt = rows.Now,
        };
        rows.Add(credit);
        return Done(new CreditGranted(credit.Id, Amount, money.Currency), new Clause("credits.grant", "Money given away is approved within the limits of refunds."), rows.Policies.Refunds.NeededScope(money, rows.Policies.Currency));
    }

    /// <summary>Why no goodwill is given; null when it is.</summary>
    private Clause? Goodwill(IActionRows rows)
    {
        RefundPolicy policy = rows.Policies.Refunds;
        DateTimeOffset since = rows.Now.AddMonths(-policy.GoodwillMonths);
        int given = rows.List<Credit>(q => q.Where(c => c.CustomerId == CustomerId && c.Kind == CreditKind.Goodwill && c.CreatedAt > since)).Count
            + rows.List<Refund>(q => q.Where(r => r.CustomerId == CustomerId && r.Reason == "goodwill" && r.CreatedAt > since)).Count;
        if (given >= policy.MostGoodwill) return new Clause("credits.goodwill_once", $"Goodwill is given {policy.MostGoodwill} time(s) in {policy.GoodwillMonths} months.");
        if (InvoiceId is not { } id || rows.Find<Invoice>(id) is not { } invoice || invoice.CustomerId != CustomerId) return new Clause("invoice_not_found", "Goodwill is given on an invoice of the customer.");
        if (invoice.Currency != rows.Policies.Currency) return new Clause("currency_differs", "Goodwill is given on invoices in the currency of the policies.");
        decimal most = Math.Min(policy.AutomaticUpTo, invoice.Total * goodwillShare);
        return Amount > most ? new Clause("credits.goodwill_limit", FormattableString.Invariant($"Goodwill on this invoice is at most {most:0.00} {invoice.Currency}.")) : null;
    }
}
