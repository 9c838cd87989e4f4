using System.Linq.Expressions;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>A payment as a refund is decided on it.</summary>
public sealed record PaymentRow(Guid Id, Guid InvoiceId, [property: AtLeast(0)] decimal Amount, [property: CurrencyCode] string Currency, PaymentStatus Status, string Method, DateTimeOffset At, string? Last4 = null)
{
    /// <summary>What is read of a payment.</summary>
    public static readonly Expression<Func<Payment, PaymentRow>> Columns = p => new PaymentRow(p.Id, p.InvoiceId, p.Amount, p.Currency, p.Status, p.Method, p.ProcessedAt ?? p.CreatedAt, p.MethodLast4);

    /// <summary>What is known of a payment.</summary>
    public static readonly Func<Payment, PaymentRow> Of = Columns.Compile();

    /// <summary>Whether the money came.</summary>
    public bool Succeeded => Status is PaymentStatus.Succeeded or PaymentStatus.Refunded;
}

/// <summary>A refund that was made.</summary>
public sealed record RefundRow(Guid PaymentId, [property: AtLeast(0)] decimal Amount, [property: CurrencyCode] string Currency, string Reason, DateTimeOffset At)
{
    /// <summary>What is read of a refund.</summary>
    public static readonly Expression<Func<Refund, RefundRow>> Columns = r => new RefundRow(r.PaymentId, r.Amount, r.Currency, r.Reason, r.CreatedAt);

    /// <summary>What is known of a refund.</summary>
    public static readonly Func<Refund, RefundRow> Of = Columns.Compile();
}

/// <summary>The invoice of a payment.</summary>
public sealed record InvoiceRow(Guid Id, string? Number, Guid? SubscriptionId, DateTimeOffset? PeriodStart)
{
    /// <summary>What is read of an invoice.</summary>
    public static readonly Expression<Func<Invoice, InvoiceRow>> Columns = i => new InvoiceRow(i.Id, i.Number, i.SubscriptionId, i.PeriodStart);

    /// <summary>What is known of an invoice.</summary>
    public static readonly Func<Invoice, InvoiceRow> Of = Columns.Compile();
}

/// <summary>How often a subscription is paid.</summary>
public sealed record SubscriptionRow(Guid Id, BillingCycle Cycle)
{
    /// <summary>What is read of a subscription.</summary>
    public static readonly Expression<Func<Subscription, SubscriptionRow>> Columns = s => new SubscriptionRow(s.Id, s.Cycle);

    /// <summary>What is known of a subscription.</summary>
    public static readonly Func<Subscription, SubscriptionRow> Of = Columns.Compile();
}

/// <summary>All a customer paid and got back: what an agent and the action decide a refund on alike.</summary>
/// <param name="Payments">All payments of the customer.</param>
/// <param name="Refunds">All refunds of the customer.</param>
/// <param name="Invoices">The customer's invoices.</param>
/// <param name="Subscriptions">The customer's subscriptions.</param>
public sealed record CustomerPayments(IReadOnlyList<PaymentRow> Payments, IReadOnlyList<RefundRow> Refunds, IReadOnlyList<InvoiceRow> Invoices, IReadOnlyList<SubscriptionRow> Subscriptions)
{
    /// <summary>The wish for money back on a payment, as the policy takes it.</summary>
    /// <param name="paymentId">The payment that is meant.</param>
    /// <param name="dayOf">The tenant's calendar day of an instant.</param>
    /// <param name="today">The tenant's calendar day.</param>
    public RefundRequest Request(Guid paymentId, Func<DateTimeOffset, DateOnly> dayOf, DateOnly today) => new(
        paymentId,
        [
            .. Payments.Select(p =>
            {
                InvoiceRow? invoice = InvoiceOf(p);
                return new PaymentFacts(
                    p.Id, new Money(p.Amount, p.Currency), dayOf(p.At), p.Succeeded, p.InvoiceId, invoice?.SubscriptionId,
                    invoice?.PeriodStart is { } start ? dayOf(start) : null, Subscriptions.FirstOrDefault(s => s.Id == invoice?.SubscriptionId)?.Cycle, p.At);
            }),
        ],
        [.. Refunds.Select(r => new RefundFacts(r.PaymentId, new Money(r.Amount, r.Currency), dayOf(r.At), r.Reason == "goodwill"))],
        today);

    /// <summary>The invoice a payment paid; null when it is not known.</summary>
    public InvoiceRow? InvoiceOf(PaymentRow payment) => Invoices.FirstOrDefault(i => i.Id == payment.InvoiceId);

    /// <summary>How a refund's reason is spelt, from the rule that gives it.</summary>
    public static string ReasonOf(string rule) => rule switch
    {
        "refunds.duplicate" => "duplicate",
        "refunds.first_payment" => "first_30_days",
        "refunds.annual" => "annual_unused",
        "refunds.goodwill" => "goodwill",
        _ => throw new ArgumentException($"{rule} gives nothing back.", nameof(rule)),
    };
}
