using Switchboard.Domain;
using Switchboard.Domain.Billing;

namespace Switchboard.Core.Transfer.Kinds;

/// <summary>Money. Amounts are kept as the source has them, to the cent.</summary>
internal static class BillingKinds
{
    /// <summary>Where an invoice stands in a file. Past due is no status here: it is an open invoice whose due date is over.</summary>
    private enum SourceInvoiceStatus { Draft, Open, PastDue, Paid, Void, Uncollectible }

    public static ImportKind Subscriptions { get; } = new ImportKind<Subscription>(v =>
    {
        int seats = v.Of("seatsTotal", s => s.SeatsTotal, 1);
        decimal discount = v.Has("discount") ? (decimal)v.Of("discount", s => (double)s.Discount, 0d) : v.Of("", s => s.Discount, 0m);
        decimal? given = v.Maybe<decimal?>("unitPrice", s => s.UnitPrice);
        decimal mrr = v.Maybe<decimal?>("mrr", s => s.Mrr) ?? decimal.Round(seats * (given ?? throw RowValues<Subscription>.Missing("mrr", "or unitPrice is needed")) * (1 - discount), 2, MidpointRounding.ToEven);
        DateTimeOffset start = v.Must("periodStart", s => s.PeriodStart), end = v.Must("periodEnd", s => s.PeriodEnd);
        if (end <= start) throw new DomainRuleException("period_empty", "The period ends before it begins.");
        return new Subscription
        {
            TenantId = v.TenantId,
            Id = v.Id,
            ExternalRef = v.ExternalRef,
            CustomerId = v.Must<Guid?>("customer", s => s.CustomerId),
            Plan = v.Must("plan", s => s.Plan),
            Cycle = v.Of("cycle", s => s.Cycle, BillingCycle.Monthly),
            // Where the source keeps no price of a seat, it is what its revenue comes to.
            UnitPrice = given ?? (seats == 0 || discount == 1 ? 0 : decimal.Round(mrr / seats / (1 - discount), 4, MidpointRounding.ToEven)),
            Discount = discount,
            Mrr = mrr,
            Currency = Field.Iso(v.Of("currency", s => s.Currency, v.Currency)),
            StartedAt = v.Maybe<DateTimeOffset?>("startedAt", s => s.StartedAt) ?? v.Maybe<DateTimeOffset?>("trialStart", _ => null) ?? start,
            PeriodStart = start,
            PeriodEnd = end,
            TrialEnd = v.Maybe<DateTimeOffset?>("trialEnd", s => s.TrialEnd),
            CancelAtPeriodEnd = v.Of("cancelAtPeriodEnd", s => s.CancelAtPeriodEnd, false),
            CancelReason = v.Maybe("cancelReason", s => s.CancelReason),
        }.WithSeats(seats, v.Of("seatsUsed", s => s.SeatsUsed, 0))
            .StartedAs(v.Of("status", s => s.Status, SubscriptionStatus.Active), v.Maybe<DateTimeOffset?>("canceledAt", s => s.CanceledAt));
    })
    {
        Name = "subscriptions",
        RefSynonyms = ["subscription_id"],
        Scope = "write:customers",
        RefProperty = nameof(Subscription.ExternalRef),
        Born = ["startedAt", "trialStart", "periodStart"],
        Covers =
        [
            nameof(Subscription.ExternalRef), nameof(Subscription.CustomerId), nameof(Subscription.Plan), nameof(Subscription.Cycle), nameof(Subscription.SeatsTotal), nameof(Subscription.SeatsUsed),
            nameof(Subscription.UnitPrice), nameof(Subscription.Discount), nameof(Subscription.Mrr), nameof(Subscription.Currency), nameof(Subscription.Status), nameof(Subscription.StartedAt),
            nameof(Subscription.PeriodStart), nameof(Subscription.PeriodEnd), nameof(Subscription.TrialEnd), nameof(Subscription.CancelAtPeriodEnd), nameof(Subscription.CanceledAt), nameof(Subscription.CancelReason),
        ],
        Fields =
        [
            Field.Reference("customer", "customers", "customer_id", "customer_ref", "account_id").Needed(),
            Field.Code("plan", "plan_name", "tier").Needed(),
            Field.Choice<BillingCycle>("cycle", "billing_cycle", "interval").Words(("month", BillingCycle.Monthly), ("year", BillingCycle.Annual), ("yearly", BillingCycle.Annual)),
            Field.Integer("seatsTotal", "seats", "quantity"),
            Field.Integer("seatsUsed"),
            Field.Money("unitPrice", "price", "price_per_seat"),
            Field.Share("discount", "discount_percent"),
            Field.Money("mrr"),
            Field.Currency("currency"),
            Field.Choice<SubscriptionStatus>("status").Words(("trial", SubscriptionStatus.Trialing), ("cancelled", SubscriptionStatus.Canceled), ("overdue", SubscriptionStatus.PastDue)),
            Field.Instant("startedAt", "created_at", "start_date"),
            Field.Instant("periodStart", "current_period_start").Needed(),
            Field.Instant("periodEnd", "current_period_end").Needed(),
            Field.Instant("trialStart"),
            Field.Instant("trialEnd"),
            Field.Boolean("cancelAtPeriodEnd"),
            Field.Instant("canceledAt", "cancelled_at"),
            Field.Code("cancelReason", "cancellation_reason"),
        ],
    };

    public static ImportKind Invoices { get; } = new ImportKind<Invoice>(MakeInvoice, AllowInvoice)
    {
        Name = "invoices",
        RefSynonyms = ["invoice_id"],
        Scope = "write:customers",
        RefProperty = nameof(Invoice.ExternalRef),
        KeyField = "number",
        KeyProperty = nameof(Invoice.Number),
        Born = ["createdAt", "issuedAt"],
        Covers =
        [
            nameof(Invoice.ExternalRef), nameof(Invoice.CustomerId), nameof(Invoice.SubscriptionId), nameof(Invoice.Number), nameof(Invoice.Lines), nameof(Invoice.Subtotal), nameof(Invoice.Tax), nameof(Invoice.Total),
            nameof(Invoice.Currency), nameof(Invoice.Status), nameof(Invoice.PeriodStart), nameof(Invoice.PeriodEnd), nameof(Invoice.IssuedAt), nameof(Invoice.DueAt), nameof(Invoice.PaidAt),
        ],
        Fields =
        [
            Field.Reference("customer", "customers", "customer_id", "customer_ref", "account_id").Needed(),
            Field.Reference("subscription", "subscriptions", "subscription_id", "subscription_ref"),
            Field.Text("number", "invoice_number", "invoice_no"),
            new ImportField("lines", FieldType.Lines) { Synonyms = ["line_items", "items"] },
            Field.Money("subtotal", "net"),
            Field.Money("tax", "tax_amount", "vat"),
            Field.Money("total", "amount", "total_amount", "gross"),
            Field.Currency("currency"),
            Field.Choice<SourceInvoiceStatus>("status").Words(
                ("overdue", SourceInvoiceStatus.PastDue), ("unpaid", SourceInvoiceStatus.Open), ("sent", SourceInvoiceStatus.Open), ("issued", SourceInvoiceStatus.Open), ("pending", SourceInvoiceStatus.Open),
                ("voided", SourceInvoiceStatus.Void), ("cancelled", SourceInvoiceStatus.Void), ("canceled", SourceInvoiceStatus.Void), ("written_off", SourceInvoiceStatus.Uncollectible)),
            Field.Instant("periodStart"),
            Field.Instant("periodEnd"),
            Field.Instant("issuedAt", "invoice_date", "issue_date", "date"),
            Field.Instant("dueAt", "due_date"),
            Field.Instant("paidAt", "paid_date"),
            Field.Instant("createdAt", "created"),
            Field.Text("lineDescription", "line_description", "item"),
            new ImportField("lineQuantity", FieldType.Decimal),
            new ImportField("lineUnitPrice", FieldType.Decimal),
            new ImportField("lineAmount", FieldType.Decimal),
        ],
    };

    public static ImportKind Payments { get; } = new ImportKind<Payment>(v =>
    {
        PaymentStatus status = v.Of("status", p => p.Status, PaymentStatus.Succeeded);
        DateTimeOffset? processed = v.Maybe<DateTimeOffset?>("processedAt", p => p.ProcessedAt);
        return new Payment
        {
            TenantId = v.TenantId,
            Id = v.Id,
            ExternalRef = v.ExternalRef,
            CustomerId = v.Must<Guid?>("customer", p => p.CustomerId),
            InvoiceId = v.Must("invoice", p => p.InvoiceId),
            Amount = v.Must("amount", p => p.Amount),
            Currency = Field.Iso(v.Of("currency", p => p.Currency, v.Currency)),
            Status = status,
            Method = v.Of("method", p => p.Method, "other"),
            DeclineCode = v.Maybe("declineCode", p => p.DeclineCode),
            Attempt = v.Of("attempt", p => p.Attempt, 1),
            CreatedAt = v.Maybe<DateTimeOffset?>("createdAt", p => p.CreatedAt) ?? processed ?? v.Now,
            // A payment that is not decided was not processed, whatever a source writes there.
            ProcessedAt = status == PaymentStatus.Pending ? null : processed,
        };
    })
    {
        Name = "payments",
        Tables = ["transactions", "charges"],
        RefSynonyms = ["payment_id"],
        Scope = "write:customers",
        RefProperty = nameof(Payment.ExternalRef),
        Born = ["createdAt", "processedAt"],
        Covers =
        [
            nameof(Payment.ExternalRef), nameof(Payment.CustomerId), nameof(Payment.InvoiceId), nameof(Payment.Amount), nameof(Payment.Currency), nameof(Payment.Status),
            nameof(Payment.Method), nameof(Payment.DeclineCode), nameof(Payment.Attempt), nameof(Payment.ProcessedAt),
        ],
        Fields =
        [
            Field.Reference("customer", "customers", "customer_id", "customer_ref", "account_id").Needed(),
            Field.Reference("invoice", "invoices", "invoice_id", "invoice_ref", "invoice_number").Needed(),
            Field.Money("amount", "total").Needed(),
            Field.Currency("currency"),
            Field.Choice<PaymentStatus>("status").Words(
                ("paid", PaymentStatus.Succeeded), ("success", PaymentStatus.Succeeded), ("completed", PaymentStatus.Succeeded), ("declined", PaymentStatus.Failed), ("cancelled", PaymentStatus.Canceled)),
            Field.Code("method", "payment_method", "type"),
            Field.Code("declineCode", "failed_reason", "failure_reason", "failure_code"),
            Field.Integer("attempt"),
            Field.Instant("createdAt", "date", "created"),
            Field.Instant("processedAt"),
        ],
    };

    public static ImportKind Credits { get; } = new ImportKind<Credit>(v => new Credit
    {
        TenantId = v.TenantId,
        Id = v.Id,
        CustomerId = v.Must<Guid?>("customer", c => c.CustomerId),
        Kind = v.Of("kind", c => c.Kind, CreditKind.Goodwill),
        Amount = v.Must("amount", c => c.Amount),
        Currency = Field.Iso(v.Of("currency", c => c.Currency, v.Currency)),
        Reason = v.Maybe("reason", c => c.Reason),
        ExpiresAt = v.Maybe<DateTimeOffset?>("expiresAt", c => c.ExpiresAt),
        CreatedAt = v.Of("createdAt", c => c.CreatedAt, v.Now),
    }.Use(v.Of("used", c => c.Used, 0m)))
    {
        Name = "credits",
        Scope = "write:customers",
        Covers = [nameof(Credit.CustomerId), nameof(Credit.Kind), nameof(Credit.Amount), nameof(Credit.Used), nameof(Credit.Currency), nameof(Credit.Reason), nameof(Credit.ExpiresAt), nameof(Credit.CreatedAt)],
        Fields =
        [
            Field.Reference("customer", "customers", "customer_id", "customer_ref").Needed(),
            Field.Choice<CreditKind>("kind", "credit_type", "type"),
            Field.Money("amount").Needed(),
            Field.Money("used", "used_amount"),
            Field.Currency("currency"),
            Field.Text("reason"),
            Field.Instant("expiresAt"),
            Field.Instant("createdAt", "created"),
        ],
    };

    private static Invoice MakeInvoice(RowValues<Invoice> v)
    {
        SourceInvoiceStatus status = v.Of("status", i => Enum.Parse<SourceInvoiceStatus>(i.Status.ToString()), v.Has("number") ? SourceInvoiceStatus.Open : SourceInvoiceStatus.Draft);
        DateTimeOffset? issued = v.Maybe<DateTimeOffset?>("issuedAt", i => i.IssuedAt);
        decimal tax = v.Of("tax", i => i.Tax, 0m);
        IReadOnlyList<InvoiceLine> lines = v.Of("lines", i => i.Lines, []);
        decimal? total = v.Maybe<decimal?>("total", i => i.Total), subtotal = v.Maybe<decimal?>("subtotal", i => i.Subtotal);
        if (v.Has("total") && !v.Has("subtotal")) subtotal = total - tax;
        string? number = v.Maybe("number", i => i.Number);
        if (!v.Has("lines") && (lines.Count == 0 || ((v.Has("total") || v.Has("subtotal")) && lines.Sum(l => l.Amount) != subtotal)))
        {
            // Where the source keeps no lines, one line stands for its whole amount.
            decimal whole = subtotal ?? throw RowValues<Invoice>.Missing("total", "or lines are needed");
            lines = [new InvoiceLine(number is null ? "Invoice" : $"Invoice {number}", 1, whole, whole)];
        }

        var invoice = new Invoice
        {
            TenantId = v.TenantId,
            Id = v.Id,
            ExternalRef = v.ExternalRef,
            CustomerId = v.Must<Guid?>("customer", i => i.CustomerId),
            SubscriptionId = v.Maybe<Guid?>("subscription", i => i.SubscriptionId),
            Currency = Field.Iso(v.Of("currency", i => i.Currency, v.Currency)),
            PeriodStart = v.Maybe<DateTimeOffset?>("periodStart", i => i.PeriodStart),
            PeriodEnd = v.Maybe<DateTimeOffset?>("periodEnd", i => i.PeriodEnd),
            CreatedAt = v.Maybe<DateTimeOffset?>("createdAt", i => i.CreatedAt) ?? issued ?? v.Now,
        }.WithLines(lines, tax);
        if (subtotal is { } net && invoice.Subtotal != net) throw new DomainRuleException("lines_sum", FormattableString.Invariant($"The lines add up to {invoice.Subtotal}, and the subtotal is {net}."));
        if (v.Has("total") && invoice.Total != total) throw new DomainRuleException("total_sum", FormattableString.Invariant($"Subtotal and tax are {invoice.Total}, and the total is {total}."));
        if (status == SourceInvoiceStatus.Draft) return invoice;
        DateTimeOffset at = issued ?? throw RowValues<Invoice>.Missing("issuedAt", "is needed for an invoice that is no draft");
        invoice.IssuedAs(number ?? throw RowValues<Invoice>.Missing("number", "is needed for an invoice that is no draft"), at, v.Maybe<DateTimeOffset?>("dueAt", i => i.DueAt) ?? at.AddDays(30));
        return status switch
        {
            SourceInvoiceStatus.Paid => invoice.Pay(v.Maybe<DateTimeOffset?>("paidAt", i => i.PaidAt) ?? throw RowValues<Invoice>.Missing("paidAt", "is needed for a paid invoice")),
            SourceInvoiceStatus.Void => invoice.Void(),
            SourceInvoiceStatus.Uncollectible => invoice.GiveUp(),
            _ => invoice,
        };
    }

    private static void AllowInvoice(Invoice stored, Invoice becomes)
    {
        if (stored.Status == InvoiceStatus.Draft) return;
        if (stored.Total != becomes.Total || stored.Tax != becomes.Tax || stored.Currency != becomes.Currency || stored.Number != becomes.Number || !stored.Lines.SequenceEqual(becomes.Lines))
            throw new DomainRuleException("invoice_issued", $"Number, lines and amounts of invoice {stored.Number} do not change, because it was issued; void it and issue another.");
    }
}
