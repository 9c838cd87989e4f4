using System.Globalization;
using System.Text.RegularExpressions;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Desk.Guards;

/// <summary>Compares claims about the reader's own account with its rows, and what they are promised with what the policy gives them.</summary>
internal static partial class RecordCheck
{
    /// <summary>What is said of a claim; null when it is not about the reader's records.</summary>
    public static CheckedClaim? Of(Claim claim, FactCheckFacts facts, TenantPolicies policies, DateOnly today)
    {
        string text = claim.Text.ToLowerInvariant();
        if (claim.Values.FirstOrDefault(v => v.Kind == ValueKind.Identifier && v.Unit.StartsWith("INV-", StringComparison.Ordinal)) is { } number) return Invoice(claim, text, number, facts);
        if (!claim.IsOfReader) return null;
        if (text.Contains("refund", StringComparison.Ordinal) && claim.Kind == ClaimKind.Fact) return Refund(claim, text, facts, policies, today);
        if (facts.Account is not { } account) return text.Contains("your ", StringComparison.Ordinal) && claim.Values.Any(v => v.Kind is ValueKind.Money or ValueKind.Date) ? new CheckedClaim(claim.Text, ClaimStatus.Unsupported, "source_down", null, null) : null;
        if (account is { Seats: { } all, SeatsUsed: { } used } && UsedOf().Match(text) is { Success: true } share)
            return Compared(claim, $"{used} of {all} seats", share.Value, int.TryParse(share.Groups["used"].ValueSpan, CultureInfo.InvariantCulture, out int saidUsed) && int.TryParse(share.Groups["all"].ValueSpan, CultureInfo.InvariantCulture, out int saidAll) && (saidUsed, saidAll) == (used, all));
        if (claim.Values.FirstOrDefault(v => v is { Kind: ValueKind.Count, Unit: "seats" }) is { } seats && !text.Contains("allow", StringComparison.Ordinal))
        {
            int? truth = text.Contains("use", StringComparison.Ordinal) ? account.SeatsUsed : account.Seats;
            return truth is { } n ? Compared(claim, $"{n} seats", Readers.Found(seats), seats.Number == n) : null;
        }

        if (text.Contains("plan", StringComparison.Ordinal) && claim.Values.FirstOrDefault(v => v.Kind == ValueKind.Plan) is { } plan && claim.Values.All(v => v.Kind == ValueKind.Plan) && (text.Contains("you are on", StringComparison.Ordinal) || text.Contains("you're on", StringComparison.Ordinal) || text.Contains("your plan is", StringComparison.Ordinal) || text.Contains("you have the", StringComparison.Ordinal)))
            return account.Plan is { } key ? Compared(claim, key, plan.Unit, plan.Unit == key) : null;
        if (text.Contains("subscription", StringComparison.Ordinal) && Status(text) is { } status) return account.Status is { } stands ? Compared(claim, Words(stands), Words(status), stands == status) : null;
        if (claim.Values.Count == 0 && Paid().Match(text) is { Success: true } paid && account.Cycle is { } cycle)
        {
            BillingCycle saidCycle = paid.Value.EndsWith("monthly", StringComparison.Ordinal) ? BillingCycle.Monthly : BillingCycle.Annual;
            return Compared(claim, cycle.ToString().ToLowerInvariant(), saidCycle.ToString().ToLowerInvariant(), saidCycle == cycle);
        }

        if (claim.Values.FirstOrDefault(v => v.Kind == ValueKind.Date) is { } day && (text.Contains("renew", StringComparison.Ordinal) || text.Contains("period ends", StringComparison.Ordinal)))
            return account.RenewsOn is { } renews ? Compared(claim, renews.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), Readers.Found(day), (int)day.Number == renews.DayNumber) : null;
        if (claim.Values.FirstOrDefault(v => v.Kind == ValueKind.Money) is { } money && text.Contains("month", StringComparison.Ordinal) && text.Contains("pay", StringComparison.Ordinal))
            return account.Mrr is { } mrr ? Compared(claim, FormattableString.Invariant($"{mrr:0.####} {account.Currency}"), Readers.Found(money), money.Number == mrr && money.Unit == account.Currency) : null;
        return null;
    }

    private static CheckedClaim Invoice(Claim claim, string text, ClaimValue number, FactCheckFacts facts)
    {
        if (facts.Invoices is null) return new CheckedClaim(claim.Text, ClaimStatus.Unsupported, "source_down", null, number.Unit);
        if (facts.Invoices.FirstOrDefault(i => i.Number == number.Unit) is not { } invoice) return new CheckedClaim(claim.Text, ClaimStatus.Unsupported, null, null, number.Unit);
        if (claim.Values.FirstOrDefault(v => v.Kind == ValueKind.Money) is { } money && (money.Number != invoice.Total || money.Unit != invoice.Currency))
            return Compared(claim, new Money(invoice.Total, invoice.Currency).ToString(), Readers.Found(money), false);
        InvoiceStatus? said = text.Contains("not paid", StringComparison.Ordinal) || text.Contains("unpaid", StringComparison.Ordinal) || text.Contains("open", StringComparison.Ordinal) ? InvoiceStatus.Open
            : text.Contains("paid", StringComparison.Ordinal) ? InvoiceStatus.Paid : text.Contains("void", StringComparison.Ordinal) ? InvoiceStatus.Void : null;
        if (said is { } status && status != invoice.Status) return new CheckedClaim(claim.Text, ClaimStatus.Contradicted, "row", invoice.Status.ToString().ToLowerInvariant(), status.ToString().ToLowerInvariant()) { Fix = invoice.Status.ToString().ToLowerInvariant() };
        DateOnly? truth = text.Contains("due", StringComparison.Ordinal) ? invoice.DueOn : text.Contains("paid", StringComparison.Ordinal) ? invoice.PaidOn : null;
        if (claim.Values.FirstOrDefault(v => v.Kind == ValueKind.Date) is { } day)
            return truth is { } on ? Compared(claim, on.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), Readers.Found(day), (int)day.Number == on.DayNumber) : new CheckedClaim(claim.Text, ClaimStatus.Unsupported, null, null, Readers.Found(day));
        return new CheckedClaim(claim.Text, ClaimStatus.Supported, "row", invoice.Number, number.Unit);
    }

    /// <summary>What the refund policy gives for the latest payment: the figure is worked out anew, to the cent.</summary>
    private static CheckedClaim? Refund(Claim claim, string text, FactCheckFacts facts, TenantPolicies policies, DateOnly today)
    {
        if (facts.Payments is not { Count: > 0 } payments) return new CheckedClaim(claim.Text, ClaimStatus.Unsupported, facts.Payments is null ? "source_down" : null, null, "a refund");
        CheckedPayment latest = payments.Where(p => p.Succeeded).DefaultIfEmpty(payments[0]).MaxBy(p => p.PaidOn)!;
        RefundDecision decision = policies.Refund(new RefundRequest(
            latest.Id, [.. payments.Select(p => p.ToPolicy())], [.. (facts.Refunds ?? []).Select(r => new RefundFacts(r.PaymentId, new Money(r.Amount, r.Currency), r.On, r.Goodwill))], today));
        string expected = decision.Allowed ? $"{decision.Amount} ({decision.Clause.Rule})" : $"none ({decision.Clause.Rule})";
        ClaimValue? money = claim.Values.FirstOrDefault(v => v.Kind == ValueKind.Money);
        bool full = text.Contains("full refund", StringComparison.Ordinal) || text.Contains("refunded in full", StringComparison.Ordinal);
        bool isTrue = claim.IsNegative ? !decision.Allowed
            : decision.Allowed && (money is null || (money.Number == decision.Amount.Amount && money.Unit == decision.Amount.Currency)) && (!full || decision.Amount.Amount == decision.Paid.Amount - decision.Refunded.Amount);
        return new CheckedClaim(claim.Text, isTrue ? ClaimStatus.Supported : ClaimStatus.Contradicted, "policy", expected, money is null ? full ? "a full refund" : "a refund" : Readers.Found(money));
    }

    private static CheckedClaim Compared(Claim claim, string expected, string found, bool isSame)
    {
        bool isTrue = isSame != claim.IsNegative;
        return new CheckedClaim(claim.Text, isTrue ? ClaimStatus.Supported : ClaimStatus.Contradicted, "row", expected, found) { Fix = isTrue || claim.IsNegative ? null : expected };
    }

    private static SubscriptionStatus? Status(string text) =>
        text.Contains("past due", StringComparison.Ordinal) ? SubscriptionStatus.PastDue : text.Contains("cancel", StringComparison.Ordinal) ? SubscriptionStatus.Canceled
        : text.Contains("unpaid", StringComparison.Ordinal) ? SubscriptionStatus.Unpaid : text.Contains("trial", StringComparison.Ordinal) ? SubscriptionStatus.Trialing : text.Contains("active", StringComparison.Ordinal) ? SubscriptionStatus.Active : null;

    private static string Words(SubscriptionStatus status) => status switch { SubscriptionStatus.PastDue => "past due", _ => status.ToString().ToLowerInvariant() };

    [GeneratedRegex(@"\b(?<used>\d+) (of|out of) (the |your )?(?<all>\d+) seats\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex UsedOf();

    [GeneratedRegex(@"\b(billed|paid|pay|charged) (monthly|annually|yearly)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Paid();
}
