using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Conversations;
using Switchboard.Core.Understanding;

namespace Switchboard.Agents.Billing;

/// <summary>What the words of a message say of a wish for money back.</summary>
internal static class RefundWords
{
    /// <summary>The wish.</summary>
    public static RefundInput Read(Turn turn)
    {
        string plain = Words.Plain(turn.Trigger.Text);
        return new RefundInput
        {
            CustomerId = turn.Contact?.CustomerId,
            Invoice = Words.First(turn.Understood, EntityTypes.Invoice),
            Amount = Words.Amounts(turn.Understood) is [var amount, ..] ? amount.Amount : null,
            Day = Words.Day(turn.Understood),
            Reason = Reason(plain),
            OtherMethod = turn.Understood.Entities.Any(e => e.Type == EntityTypes.Iban) || Words.Has(plain, "another account", "other account", "different account", "another card", "different card", "new card", "my other card", "paypal instead", "bank account instead"),
        };
    }

    /// <summary>The payment that another message chooses: what it names, or the other one of two; null when it chooses none.</summary>
    public static RefundInput? Choice(Turn turn, Understood understood, CustomerPayments known, IReadOnlyList<Guid> candidates, Guid? current)
    {
        RefundInput named = Read(turn) with { Reason = null };
        Guid[] meant = named.NamesOne ? [.. candidates.Where(c => RefundClaim.Names(known, named, known.Payments.Single(p => p.Id == c), turn.State.Tenant.DayOf))] : [];
        if (meant.Length == 1 && meant[0] != current) return new RefundInput { PaymentId = meant[0] };
        // A number that is no candidate can still be a payment of the customer's.
        if (named.Invoice is not null && meant.Length == 0 && RefundClaim.Candidates(known, named, turn.State.Tenant.DayOf, turn.Today) is [var one, ..] && one != current) return new RefundInput { PaymentId = one };
        string plain = Words.Plain(turn.Trigger.Text);
        int at = Words.Has(plain, "first", "first one", "1st") ? 0 : Words.Has(plain, "second", "second one", "2nd") ? 1 : Words.Has(plain, "third", "3rd") ? 2 : Words.Has(plain, "last", "last one", "oldest") ? candidates.Count - 1 : Words.Has(plain, "latest", "newest", "most recent") ? 0 : -1;
        if (current is null) return at >= 0 && at < candidates.Count ? new RefundInput { PaymentId = candidates[at] } : null;
        Guid[] others = [.. candidates.Where(c => c != current)];
        return others.Length == 1 && Words.Has(plain, "other", "other one", "the other", "not that one", "wrong one", "wrong invoice") ? new RefundInput { PaymentId = others[0] } : null;
    }

    private static string? Reason(string plain) =>
        Words.Has(plain, "twice", "two times", "double", "duplicate", "charged again", "billed again", "second debit", "doubled") ? RefundClaim.Duplicate
        : Words.Has(plain, "mistake", "by accident", "accidentally", "wrong card") ? "mistake"
        : Words.Has(plain, "never used", "not used", "didnt use", "unused", "remaining months", "not using") ? "unused"
        : Words.Has(plain, "unhappy", "not happy", "disappointed", "not for us", "doesnt work for us") ? "unhappy" : null;
}
