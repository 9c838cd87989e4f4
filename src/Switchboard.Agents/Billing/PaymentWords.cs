using System.Globalization;
using Switchboard.Core.Conversations;
using Switchboard.Core.Understanding;

namespace Switchboard.Agents.Billing;

/// <summary>What the words of a message say of a payment in trouble.</summary>
/// <param name="Input">The payment that is meant.</param>
/// <param name="OtherMethod">Whether another method is wanted.</param>
public sealed record PaymentWish(PaymentInput Input, bool OtherMethod);

/// <summary>Reads what is said of payments.</summary>
internal static class PaymentWords
{
    /// <summary>The wish.</summary>
    public static PaymentWish Read(Turn turn)
    {
        string plain = Words.Plain(turn.Trigger.Text);
        bool other = Words.Has(plain, "another card", "other card", "new card", "different card", "change the card", "change my card", "another method", "other method", "new one ends");
        return new PaymentWish(Named(turn.Understood), other);
    }

    /// <summary>The slot of the payment: an invoice number, an amount or a decline code.</summary>
    public static Slot<PaymentInput> Which(Turn turn) => Words.Slot(turn, "payment", (understood, _) => Named(understood) is { } named && (named.Invoice ?? named.Code) is not null || Named(understood).Amount is not null ? Named(understood) : null);

    private static PaymentInput Named(Understood understood) => new()
    {
        Invoice = Words.First(understood, EntityTypes.Invoice),
        Amount = Words.Amounts(understood) is [var amount, ..] ? amount.Amount : null,
        Code = Words.First(understood, EntityTypes.DeclineCode),
    };
}

/// <summary>What the card's texts of a payment are filled from.</summary>
internal sealed record PaymentWording(string Again, string Amount, string Invoice, string Day, string Method, string Why, string Next, int Attempts, string PaidOn, string From)
{
    /// <summary>The words of a finding.</summary>
    public static PaymentWording Of(PaymentFinding f, string again) => new(
        again, BillingTalk.Show(f.Amount, f.Currency), f.Invoice ?? "without a number", BillingTalk.Show(f.TriedOn), f.Method.Replace('_', ' ') + (f.Last4 is { } last ? $" ending in {last}" : ""),
        f.Code is { } code ? $"The bank's answer was: {code.Replace('_', ' ')}{(f.UnknownCode ? ", which is not in our list" : "")}." : "Your bank declined it.",
        f is { NextRetry: { } next, LastRetry: { } end } ? $"We try it again by ourselves on {BillingTalk.Show(next)}, for the last time on {BillingTalk.Show(end)}; after that the invoice counts as uncollectible and access is reduced." : "We do not try it again by ourselves any more.",
        f.Attempts, f.PaidOn is { } paid ? BillingTalk.Show(paid) : string.Empty, f.RetryFrom is { } from ? from.ToString("d MMMM yyyy HH:mm", CultureInfo.InvariantCulture) + " UTC" : string.Empty);
}
