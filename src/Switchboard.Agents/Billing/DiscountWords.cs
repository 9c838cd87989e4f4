using System.Globalization;
using Switchboard.Core.Conversations;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Billing;

/// <summary>Which of two offers is chosen.</summary>
/// <param name="Counter">Whether it is the one that can be given at once.</param>
public sealed record DiscountChoice(bool Counter);

/// <summary>Reads what is said of discounts.</summary>
internal static class DiscountWords
{
    /// <summary>The wish.</summary>
    public static DiscountInput Read(Turn turn, TenantPolicies policies)
    {
        string plain = Words.Plain(turn.Trigger.Text);
        int? months = Duration(turn.Understood);
        string? programme = Words.Programme(plain, policies);
        return new DiscountInput
        {
            Wanted = Words.Percent(turn.Understood),
            PriceWanted = Words.Amounts(turn.Understood) is [var amount, ..] && amount.Currency == policies.Currency ? amount.Amount : Words.Has(plain, "budget", "a month", "per month", "monthly") ? Bare(turn.Understood) : null,
            // A startup's "14 months" is its age, not the time wanted.
            Months = programme is null ? months : null,
            Basis = programme ?? (Words.Has(plain, "volume", "many seats", "more seats", "larger team") ? "volume" : Words.Has(plain, "annual", "yearly", "pay a year", "year upfront") ? "annual" : null),
            Founded = programme is not null && months is { } age ? turn.Today.AddMonths(-age) : null,
            Employees = programme is not null && Words.Seats(turn.Understood) is [.., var people] ? people : null,
        };
    }

    /// <summary>The slot of what is wanted: a percentage, or a price a month.</summary>
    public static Slot<DiscountInput> HowMuch(Turn turn) => Words.Slot(turn, "percent", (understood, _) =>
        Words.Percent(understood) is { } percent ? new DiscountInput { Wanted = percent, Months = Duration(understood) }
        : Words.Amounts(understood) is [var amount, ..] ? new DiscountInput { PriceWanted = amount.Amount, Months = Duration(understood) }
        : turn.Trigger.Sequence > turn.Opening.WishSequence && Words.Numbers(understood) is [> 0 and <= 100 and var points] ? new DiscountInput { Wanted = points / 100m } : null);

    /// <summary>What is wanted in the place of what is offered; null when the message names no other percentage or price.</summary>
    public static DiscountInput? Instead(Turn turn, DiscountInput offered) =>
        Words.Percent(turn.Understood) is { } percent ? percent == offered.Wanted ? null : offered with { Wanted = percent, PriceWanted = null, Months = Duration(turn.Understood) ?? offered.Months }
        : Words.Amounts(turn.Understood) is [var amount, ..] ? offered with { Wanted = null, PriceWanted = amount.Amount, Months = Duration(turn.Understood) ?? offered.Months } : null;

    /// <summary>The slot of the choice: "now" or a yes takes what can be given at once, "approval" the other.</summary>
    public static Slot<DiscountChoice> Choice(Turn turn, DiscountFinding finding) => Words.Slot(turn, "choice", (understood, plain) =>
    {
        if (turn.Trigger.Text == turn.Opening.Wish && turn.Trigger.Sequence == turn.Opening.WishSequence) return null;
        decimal? percent = Words.Percent(understood);
        if (Words.Has(plain, "approval", "colleague", "ask them", "the larger", "larger one", "wait") || (percent is not null && percent == finding.Wanted)) return new DiscountChoice(false);
        return Words.Has(plain, "now", "at once", "the first", "that one", "deal", "take it") || (percent is not null && percent == finding.Counter?.Concession) || understood.Intents.Any(i => i.Label == "yes") ? new DiscountChoice(true) : null;
    });

    private static int? Duration(Understood understood)
    {
        string? iso = Words.First(understood, EntityTypes.Duration);
        if (iso is null || !iso.StartsWith('P') || iso.Contains('T', StringComparison.Ordinal) || !int.TryParse(iso.AsSpan(1, Math.Max(0, iso.Length - 2)), NumberStyles.None, CultureInfo.InvariantCulture, out int count)) return null;
        return iso[^1] switch { 'M' => count, 'Y' => count * 12, _ => null };
    }

    private static decimal? Bare(Understood understood) => understood.Entities.FirstOrDefault(e => e is { Type: EntityTypes.Number, Negated: false }) is { } number && decimal.TryParse(number.Value, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal value) ? value : null;
}

/// <summary>What the card's texts of a discount are filled from. Limits and who approves are never among them.</summary>
internal sealed record DiscountWording(string Again, string Base, string Before, string Wanted, string Total, int Months, string After, string Annual, string CounterPoints, string CounterTotal, int CounterMonths, string CounterAfter)
{
    /// <summary>The words of a finding.</summary>
    public static DiscountWording Of(DiscountFinding f, string again) => new(
        again, f.Base > 0 ? $"You already have {BillingTalk.Percent(f.Base)} off." : "No volume discount applies at this number of seats.", BillingTalk.Show(f.MrrBefore, f.Currency), BillingTalk.Percent(f.Wanted ?? 0), BillingTalk.Percent(f.Total), f.Months ?? 0,
        BillingTalk.Show(f.MrrAfter, f.Currency), f.AnnualMrr is { } annual ? $"Paid yearly it comes to {BillingTalk.Show(annual, f.Currency)} a month." : "The yearly price is in it already.",
        BillingTalk.Percent(f.Counter?.Concession ?? 0), BillingTalk.Percent(f.Counter?.Total ?? 0), f.Counter?.Months ?? 0, BillingTalk.Show(f.Counter?.MrrAfter ?? 0, f.Currency));
}
