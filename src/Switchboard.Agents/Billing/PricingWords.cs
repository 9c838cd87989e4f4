using Switchboard.Core.Conversations;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Billing;

/// <summary>A number of seats that a customer names.</summary>
/// <param name="Seats">How many.</param>
public sealed record SeatCount(int Seats);

/// <summary>What a question about prices wants to hear.</summary>
/// <param name="Input">The question.</param>
/// <param name="Compare">The plans that are put side by side.</param>
/// <param name="NeedsTotal">Whether a total is asked for, which needs the seats.</param>
/// <param name="Limits">Whether limits are asked for.</param>
/// <param name="From">The seats from which a change is asked about; null when none is.</param>
/// <param name="By">How many seats more, fewer when negative, than the customer has are asked about; null for a number in all.</param>
public sealed record PricingWish(PricingInput Input, IReadOnlyList<string> Compare, bool NeedsTotal, bool Limits, int? From, int? By = null);

/// <summary>Reads questions about prices.</summary>
internal static class PricingWords
{
    /// <summary>What the message asks; one that names only what shall be other asks the question before with that in it.</summary>
    public static PricingWish Read(Turn turn, TenantPolicies policies) =>
        turn.Follows.Append(new SaidEarlier(turn.Trigger.Text, turn.Understood)).Select(said => (Wish: Read(said, policies), Numbers: Words.Numbers(said.Understood)))
            .Aggregate((before, now) => (Varied(before.Wish, now.Wish, now.Numbers), now.Numbers)).Wish;

    /// <summary>A question with what another names in the place of its own.</summary>
    private static PricingWish Varied(PricingWish before, PricingWish now, IReadOnlyList<int> numbers) => new(
        now.Input with
        {
            Seats = now.Input.Seats ?? (numbers is [var bare] ? bare : before.Input.Seats),
            Plan = now.Input.Plan ?? (now.Compare.Count > 0 ? null : before.Input.Plan),
            Cycle = now.Input.Cycle ?? before.Input.Cycle,
            AddOns = now.Input.AddOns.Count > 0 ? now.Input.AddOns : before.Input.AddOns,
            Currency = now.Input.Currency ?? before.Input.Currency,
            Programme = now.Input.Programme ?? before.Input.Programme,
            CustomTerms = now.Input.CustomTerms || before.Input.CustomTerms,
        },
        now.Compare.Count > 0 ? now.Compare : now.Input.Plan is null ? before.Compare : [],
        now.NeedsTotal || before.NeedsTotal,
        now.Limits || (before.Limits && now.Input is { Seats: null, Cycle: null }),
        now.From,
        now.By ?? (now.Input.Seats is null && numbers is not [_] ? before.By : null));

    private static PricingWish Read(SaidEarlier said, TenantPolicies policies)
    {
        string plain = Words.Plain(said.Text);
        IReadOnlyList<string> plans = Words.Plans(plain, policies);
        IReadOnlyList<int> seats = Words.Seats(said.Understood);
        IReadOnlyList<int> numbers = Words.Numbers(said.Understood);
        int? from = seats.Count > 0 && Words.Has(plain, "from") && numbers.Count > 1 && numbers[0] != seats[^1] ? numbers[0] : null;
        bool limits = Words.Has(plain, "limit", "limits", "included", "include", "how many", "how much storage", "difference", "compare", "storage", "projects", "api calls", "automations");
        var input = new PricingInput
        {
            Seats = seats.Count > 0 ? seats[^1] : null,
            Plan = plans.Count == 1 ? plans[0] : null,
            Cycle = Words.Has(plain, "cheaper", "difference", "compared") ? null : Words.Cycle(plain),
            AddOns = Words.AddOns(plain, policies),
            Currency = Words.Has(plain, "euro", "euros", "eur") ? "EUR" : Words.Has(plain, "pounds", "gbp", "sterling") ? "GBP" : Words.Has(plain, "dollars", "usd") ? "USD" : Words.Has(plain, "francs", "chf") ? "CHF" : null,
            Programme = Words.Programme(plain, policies),
            CustomTerms = Words.Has(plain, "two years", "three years", "2 years", "3 years", "multi year", "custom contract", "custom terms", "framework agreement", "on premise"),
        };
        bool total = Words.Has(plain, "total", "in all", "would it cost", "cost us", "our team", "for us", "we pay", "what would we") && input.AddOns.Count == 0;
        return new PricingWish(input, plans.Count > 1 ? plans : [], total, limits, from, from is null ? Words.SeatsBy(said.Text, said.Understood) : null);
    }

    /// <summary>The wish on the ground of what the customer has: seats more or fewer are more or fewer than those, of the own plan where it allows them, paid as it is, where no other is named.</summary>
    public static PricingWish Grounded(PricingWish wish, PricingFacts facts)
    {
        if (wish.By is not { } by || facts.Subscription is not { } own) return wish;
        int seats = own.SeatsTotal + by;
        bool isAllowed = wish.Compare.Count == 0 && facts.Plans?.FirstOrDefault(p => p.Key == own.Plan) is { } plan && !(plan.Limits.Seats < seats);
        return wish with { From = own.SeatsTotal, Input = wish.Input with { Seats = seats, Plan = wish.Input.Plan ?? (isAllowed ? own.Plan : null), Cycle = wish.Input.Cycle ?? own.Cycle } };
    }

    /// <summary>The slot of the seats: with a unit, or the bare number that answers the question.</summary>
    public static Slot<SeatCount> Seats(Turn turn) => Words.Slot(turn, "seats", (understood, _) =>
        Words.Seats(understood) is [.., var seats] ? new SeatCount(seats) : Words.Numbers(understood) is [var bare] ? new SeatCount(bare) : null);
}
