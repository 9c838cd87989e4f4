using Switchboard.Domain.Billing;

namespace Switchboard.Domain.Policies;

/// <summary>A payment as a refund is decided on it.</summary>
/// <param name="Id">The payment; UUIDv7, so that ids are in the order of time.</param>
/// <param name="Amount">What was paid.</param>
/// <param name="PaidOn">The tenant's calendar day of the payment.</param>
/// <param name="Succeeded">Whether the money came.</param>
/// <param name="InvoiceId">The invoice it paid.</param>
/// <param name="SubscriptionId">The subscription it paid for.</param>
/// <param name="PeriodStart">First day of the period it paid for.</param>
/// <param name="Cycle">How often the subscription is paid.</param>
/// <param name="PaidAt">The instant of the payment, which tells the later of two of one day; null where only the day is known.</param>
public sealed record PaymentFacts(Guid Id, Money Amount, DateOnly PaidOn, bool Succeeded, Guid? InvoiceId = null, Guid? SubscriptionId = null, DateOnly? PeriodStart = null, BillingCycle? Cycle = null, DateTimeOffset? PaidAt = null);

/// <summary>A refund that was made.</summary>
/// <param name="PaymentId">The payment it gave back.</param>
/// <param name="Amount">How much.</param>
/// <param name="On">The tenant's calendar day.</param>
/// <param name="Goodwill">Whether it was goodwill.</param>
public sealed record RefundFacts(Guid PaymentId, Money Amount, DateOnly On, bool Goodwill = false);

/// <summary>A wish for money back.</summary>
/// <param name="PaymentId">The payment that is meant.</param>
/// <param name="Payments">All payments of the customer.</param>
/// <param name="Refunds">All refunds of the customer.</param>
/// <param name="Today">The tenant's calendar day.</param>
/// <param name="Goodwill">What a colleague wants to give where no rule gives anything; null when nothing.</param>
/// <param name="OtherMethod">Whether the money is wanted on another method than the one it came from.</param>
public sealed record RefundRequest(Guid PaymentId, IReadOnlyList<PaymentFacts> Payments, IReadOnlyList<RefundFacts> Refunds, DateOnly Today, Money? Goodwill = null, bool OtherMethod = false);

/// <summary>What the policy says of a wish for money back.</summary>
/// <param name="Allowed">Whether money is given back.</param>
/// <param name="Amount">How much, rounded; zero when none.</param>
/// <param name="PaymentId">The payment it is given back on; of a duplicate the later one.</param>
/// <param name="Paid">What was paid on that payment.</param>
/// <param name="Refunded">What was given back on it before.</param>
/// <param name="UnusedMonths">Whole months that are not used, where the rule counts them.</param>
/// <param name="NeededScope">The scope of who must approve; null when nobody must.</param>
/// <param name="OfferCancellation">Whether cancelling at the end of the period is what can be offered instead.</param>
/// <param name="Clause">The rule.</param>
public sealed record RefundDecision(bool Allowed, Money Amount, Guid PaymentId, Money Paid, Money Refunded, int? UnusedMonths, string? NeededScope, bool OfferCancellation, Clause Clause);

/// <summary>When money is given back, how much, and who must agree.</summary>
public sealed record RefundPolicy
{
    private const int monthsOfYear = 12;

    /// <summary>Days for which the first payment of a subscription is given back in full.</summary>
    public int FirstPaymentDays { get; init; } = 30;

    /// <summary>Whether unused whole months of an annual payment are given back.</summary>
    public bool AnnualUnusedMonths { get; init; } = true;

    /// <summary>Goodwill refunds a customer may have within <see cref="GoodwillMonths"/>.</summary>
    public int MostGoodwill { get; init; } = 1;

    /// <summary>Months over which goodwill refunds are counted.</summary>
    public int GoodwillMonths { get; init; } = 12;

    /// <summary>Up to this amount nobody must approve, in the document's currency.</summary>
    public decimal AutomaticUpTo { get; init; } = 100;

    /// <summary>Up to this amount <c>approve:refunds</c> is enough; above, <c>approve:refunds:high</c>.</summary>
    public decimal ApprovedUpTo { get; init; } = 500;

    /// <summary>Whether money goes back only to the method it came from.</summary>
    public bool OriginalMethodOnly { get; init; } = true;

    /// <summary>Decides a wish. The first rule that fits: duplicate, first payment, annual, monthly; goodwill where none gives anything.</summary>
    /// <param name="request">The wish and what is known.</param>
    /// <param name="currency">The document's currency, in which the limits of approval are meant; a payment in another needs the highest approval.</param>
    /// <exception cref="ArgumentException">The payment is not among the payments.</exception>
    public RefundDecision Decide(RefundRequest request, string currency)
    {
        PaymentFacts payment = request.Payments.FirstOrDefault(p => p.Id == request.PaymentId) ?? throw new ArgumentException($"Payment {request.PaymentId} is not among the customer's payments.", nameof(request));
        if (!payment.Succeeded) return Refuse(payment, request, new Clause("refunds.not_paid", "Only a payment that succeeded can be given back."));
        if (OriginalMethodOnly && request.OtherMethod) return Refuse(payment, request, new Clause("refunds.original_method", "Money goes back only to the method it was paid with."));

        PaymentFacts[] twins = [.. request.Payments.Where(p => IsTwin(payment, p) && Rest(p, request).Amount > 0).OrderBy(p => p.PaidOn).ThenBy(p => p.PaidAt).ThenBy(p => p.Id)];
        // As long as one of the payments is kept, the later one was too much; the last that is kept is none too many.
        if (twins.Length > 1) return Give(twins[^1], request, Rest(twins[^1], request), null, currency, new Clause("refunds.duplicate", "What was charged twice for the same invoice or period is given back in full, always."));
        Money rest = Rest(payment, request);
        if (rest.Amount <= 0) return Refuse(payment, request, new Clause("refunds.already_refunded", "Never more is given back than was paid on a payment, less what was already given back."));

        if (IsFirst(payment, request) && request.Today.DayNumber - payment.PaidOn.DayNumber <= FirstPaymentDays)
            return Give(payment, request, rest, null, currency, new Clause("refunds.first_payment", $"The first payment of a subscription is given back in full for {Wording.Days(FirstPaymentDays)}."));
        if (payment is { Cycle: BillingCycle.Annual, PeriodStart: { } start } && AnnualUnusedMonths)
        {
            int unused = UnusedMonths(start, request.Today);
            Money share = Money.Min(payment.Amount * unused / monthsOfYear, rest).Rounded();
            var clause = new Clause("refunds.annual", "Of an annual payment the unused whole months ÷ 12 × the amount paid are given back.");
            if (share.Amount > 0) return Give(payment, request, share, unused, currency, clause);
            return Goodwill(payment, request, rest, currency, clause, unused);
        }

        return Goodwill(payment, request, rest, currency, new Clause("refunds.monthly", $"A payment that is older than {Wording.Days(FirstPaymentDays)} or not the first is not given back; the subscription can be cancelled for the end of the period."), null);
    }

    /// <summary>Billing months that begin on or after a day, of the twelve from the start of the period; a month's first day is held to the month's end.</summary>
    public static int UnusedMonths(DateOnly periodStart, DateOnly today) => Enumerable.Range(0, monthsOfYear).Count(month => periodStart.AddMonths(month) >= today);

    /// <summary>The scope of who must approve a refund; null when nobody must.</summary>
    public string? NeededScope(Money amount, string currency) => amount.Currency != currency || amount.Amount > ApprovedUpTo ? ApprovalScopes.RefundsHigh : amount.Amount > AutomaticUpTo ? ApprovalScopes.Refunds : null;

    internal void Check(PolicyCheck check)
    {
        check.Range(FirstPaymentDays, "firstPaymentDays", 0, 366);
        check.Range(MostGoodwill, "mostGoodwill", 0, 100);
        check.Range(GoodwillMonths, "goodwillMonths", 1, 120);
        check.Amount(AutomaticUpTo, "automaticUpTo");
        check.Amount(ApprovedUpTo, "approvedUpTo");
        check.Require(ApprovedUpTo >= AutomaticUpTo, "approvedUpTo", "must not be below automaticUpTo");
    }

    private RefundDecision Goodwill(PaymentFacts payment, RefundRequest request, Money rest, string currency, Clause otherwise, int? unused)
    {
        if (request.Goodwill is not { Amount: > 0 } wanted) return Refuse(payment, request, otherwise, unused);
        DateOnly since = request.Today.AddMonths(-GoodwillMonths);
        var clause = new Clause("refunds.goodwill", $"Goodwill refunds: at most {MostGoodwill} in {GoodwillMonths} months.");
        if (request.Refunds.Count(r => r.Goodwill && r.On > since) >= MostGoodwill) return Refuse(payment, request, clause, unused);
        Money given = Money.Min(wanted, rest).Rounded();
        return given.Amount > 0 ? Give(payment, request, given, unused, currency, clause) : Refuse(payment, request, clause, unused);
    }

    private RefundDecision Give(PaymentFacts payment, RefundRequest request, Money amount, int? unused, string currency, Clause clause)
    {
        // Rounding may not carry the amount above what is left.
        Money given = Money.Min(amount.Rounded(), Rest(payment, request));
        return new RefundDecision(Allowed: true, given, payment.Id, payment.Amount, payment.Amount - Rest(payment, request), unused, NeededScope(given, currency), OfferCancellation: false, clause);
    }

    private static RefundDecision Refuse(PaymentFacts payment, RefundRequest request, Clause clause, int? unused = null) => new(
        Allowed: false, Money.Zero(payment.Amount.Currency).Rounded(), payment.Id, payment.Amount, payment.Amount - Rest(payment, request), unused, NeededScope: null, OfferCancellation: clause.Rule == "refunds.monthly", clause);

    private static Money Rest(PaymentFacts payment, RefundRequest request) =>
        payment.Amount - Money.Sum(request.Refunds.Where(r => r.PaymentId == payment.Id).Select(r => r.Amount), payment.Amount.Currency);

    private static bool IsTwin(PaymentFacts payment, PaymentFacts other) => other.Succeeded && other.Amount == payment.Amount && (other.Id == payment.Id
        || (payment.InvoiceId is not null && other.InvoiceId == payment.InvoiceId)
        || (payment.SubscriptionId is not null && payment.PeriodStart is not null && other.SubscriptionId == payment.SubscriptionId && other.PeriodStart == payment.PeriodStart));

    // By the period that was paid for, since an invoice may be paid late; of several payments that are kept within one period, such as one for added seats, by when they were made.
    private static bool IsFirst(PaymentFacts payment, RefundRequest request) => payment.SubscriptionId is not null && !request.Payments.Any(other => other.Succeeded && other.SubscriptionId == payment.SubscriptionId
        && (other.PeriodStart is not { } earlier || payment.PeriodStart is not { } start ? IsBefore(other, payment) : earlier != start ? earlier < start : IsBefore(other, payment) && Rest(other, request).Amount > 0));

    private static bool IsBefore(PaymentFacts other, PaymentFacts payment) =>
        other.PaidOn != payment.PaidOn ? other.PaidOn < payment.PaidOn : other.PaidAt is { } earlier && payment.PaidAt is { } at && earlier != at ? earlier < at : other.Id.CompareTo(payment.Id) < 0;
}
