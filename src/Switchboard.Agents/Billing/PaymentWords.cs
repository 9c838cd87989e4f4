using System.Globalization;
using Switchboard.Core.Conversations;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Billing;

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

    /// <summary>The payment that is meant in the place of the one at hand: what the message names, or the other one of two in trouble; null when it means none.</summary>
    public static PaymentInput? Other(Turn turn, PaymentEvidence facts, Guid current)
    {
        PaymentInput named = Named(turn.Understood);
        TriedInvoice? invoice = named.Invoice is null ? null : facts.Invoices!.FirstOrDefault(i => string.Equals(i.Number, named.Invoice, StringComparison.OrdinalIgnoreCase));
        if (invoice is not null) return invoice.Id == current ? null : new PaymentInput { Invoice = invoice.Number };
        Guid[] others = [.. facts.Payments!.Where(p => p.InvoiceId != current && p.Status is PaymentStatus.Failed or PaymentStatus.Pending && (named.Amount is null || p.Amount == named.Amount)).Select(p => p.InvoiceId).Distinct()];
        bool other = named.Amount is not null || Words.Has(Words.Plain(turn.Trigger.Text), "other", "not that one", "wrong one", "wrong invoice");
        return other && others.Length == 1 && facts.Invoices!.FirstOrDefault(i => i.Id == others[0])?.Number is { } number ? new PaymentInput { Invoice = number } : null;
    }

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
        again, BillingTalk.Show(f.Amount, f.Currency), f.Invoice ?? "without a number", BillingTalk.Show(f.TriedOn), f.Method?.Replace('_', ' ') + (f.Last4 is { } last ? $" ending in {last}" : ""),
        f.Code is { } code ? $"The bank's answer was: {code.Replace('_', ' ')}{(f.UnknownCode ? ", which is not in our list" : "")}." : "Your bank declined it.",
        f is { NextRetry: { } next, LastRetry: { } end } ? $"We try it again by ourselves on {BillingTalk.Show(next)}, for the last time on {BillingTalk.Show(end)}; after that the invoice counts as uncollectible and access is reduced." : "We do not try it again by ourselves any more.",
        f.Attempts, f.PaidOn is { } paid ? BillingTalk.Show(paid) : string.Empty, f.RetryFrom is { } from ? from.ToString("d MMMM yyyy HH:mm", CultureInfo.InvariantCulture) + " UTC" : string.Empty);
}
