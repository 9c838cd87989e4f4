using Switchboard.Core.Actions.Billing;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Billing;

/// <summary>Finds the payment a wish for money back means, and decides on it. Pure: the talk and a call by name use the same.</summary>
internal static class RefundClaim
{
    /// <summary>Days in which a payment is looked for when none is named.</summary>
    public const int CandidateDays = 90;

    /// <summary>The reason of a wish that claims a double charge.</summary>
    public const string Duplicate = "duplicate";

    private const int listed = 5;

    /// <summary>The payments that can be meant, the latest first: what is named, else those of the last days. A payment that is pending can be meant when it is named.</summary>
    public static IReadOnlyList<Guid> Candidates(CustomerPayments known, RefundInput input, Func<DateTimeOffset, DateOnly> dayOf, DateOnly today)
    {
        PaymentRow[] all = [.. known.Payments.Where(p => p.Succeeded || p.Status == PaymentStatus.Pending).OrderByDescending(p => p.At).ThenByDescending(p => p.Id)];
        if (input.NamesOne)
        {
            PaymentRow[] named = [.. all.Where(p => Names(known, input, p, dayOf))];
            if (named.Length > 0 || input.PaymentId is not null || input.Invoice is not null) return [.. Distinct(named)];
        }
        PaymentRow[] late = [.. all.Where(p => p.Succeeded && today.DayNumber - dayOf(p.At).DayNumber <= CandidateDays)];
        // Who claims a double charge means the two that are alike; that says which.
        if (input.Reason == Duplicate && late.GroupBy(p => (p.InvoiceId, p.Amount)).Where(g => g.Count() > 1).ToArray() is [{ } twins]) return [twins.First().Id];
        return [.. Distinct(late)];
    }

    /// <summary>Whether the payment is the one that is named.</summary>
    public static bool Names(CustomerPayments known, RefundInput input, PaymentRow payment, Func<DateTimeOffset, DateOnly> dayOf) =>
        (input.PaymentId is not { } id || payment.Id == id)
        && (input.Invoice is not { } number || string.Equals(known.InvoiceOf(payment)?.Number, number, StringComparison.OrdinalIgnoreCase))
        && (input.Amount is not { } amount || payment.Amount == amount || (input.Invoice is not null && known.InvoiceOf(payment) is not null))
        && (input.Day is not { } day || dayOf(payment.At) == day || input.Invoice is not null);

    /// <summary>What the policy says. A double charge that is claimed and not there gives nothing back by itself.</summary>
    public static RefundDecision Decide(CustomerPayments known, RefundInput input, Guid paymentId, Func<DateTimeOffset, DateOnly> dayOf, DateOnly today, TenantPolicies policies)
    {
        RefundDecision decision = policies.Refund(known.Request(paymentId, dayOf, today) with { OtherMethod = input.OtherMethod });
        if (input.Reason != Duplicate || decision.Clause.Rule is not ("refunds.first_payment" or "refunds.annual" or "refunds.monthly")) return decision;
        return decision with
        {
            Allowed = false,
            Amount = Domain.Money.Zero(decision.Paid.Currency).Rounded(),
            UnusedMonths = null,
            NeededScope = null,
            OfferCancellation = false,
            Clause = new Clause("refunds.not_duplicate", "A double charge is given back when two payments for the same invoice or period are there; here there is one."),
        };
    }

    /// <summary>A payment as it is told.</summary>
    public static RefundCandidate Tell(CustomerPayments known, Guid id, Func<DateTimeOffset, DateOnly> dayOf)
    {
        PaymentRow p = known.Payments.Single(p => p.Id == id);
        return new RefundCandidate(p.Id, known.InvoiceOf(p)?.Number, p.Amount, p.Currency, dayOf(p.At), p.Status == PaymentStatus.Pending);
    }

    // Of two payments for one invoice either means both: the policy says which of them was too much.
    private static IEnumerable<Guid> Distinct(IEnumerable<PaymentRow> payments) => payments.DistinctBy(p => (p.InvoiceId, p.Amount, p.Status == PaymentStatus.Pending)).Take(listed).Select(p => p.Id);
}
