using System.Globalization;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Conversations;
using Switchboard.Domain.Billing;
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

/// <summary>What other seats change in a price of a month.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Cycle">How it is paid.</param>
/// <param name="Seats">The seats before.</param>
/// <param name="Was">The price before.</param>
/// <param name="Is">The price with the other seats.</param>
/// <param name="Difference">How much more or less that is, never negative.</param>
public sealed record SeatsChange(string Plan, BillingCycle Cycle, int Seats, decimal Was, decimal Is, decimal Difference);

/// <summary>Reads questions about prices, and puts the answers into words.</summary>
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

    /// <summary>The proof a programme asks for.</summary>
    public static string ProofOf(DiscountProgramme p)
    {
        string company = p is { YoungerThanYears: { } years, FewerThanEmployees: { } most } ? FormattableString.Invariant($"; the company is younger than {years} years and has fewer than {most} employees") : string.Empty;
        string proof = p.Key switch { "nonprofit" => "a certificate of the nonprofit status", "education" => "a confirmation of the school or university", _ => "an extract from the register with the day of foundation" };
        return $"{proof}, which a colleague checks{company}{(p.Months is { } months ? FormattableString.Invariant($"; it holds {months} months") : string.Empty)}";
    }

    /// <summary>What the other seats change in the prices of the plan that is meant; nothing when none is.</summary>
    public static IReadOnlyList<SeatsChange> Changes(PricingWish wish, PricingFinding f, PricingFinding before) => wish.Input.Plan is null
        ? []
        : [.. from after in f.Prices where after.LimitsOk from was in before.Prices where was.LimitsOk && (was.Plan, was.Cycle) == (after.Plan, after.Cycle) select new SeatsChange(was.Plan, was.Cycle, before.Seats, was.PerMonth, after.PerMonth, Math.Abs(after.PerMonth - was.PerMonth))];

    /// <summary>The answer in words: a line for each fact.</summary>
    /// <param name="wish">The question.</param>
    /// <param name="f">The answer.</param>
    /// <param name="before">The same at the seats from which a change is asked about; null when none is.</param>
    /// <param name="changes">What changes from there.</param>
    public static string Tell(PricingWish wish, PricingFinding f, PricingFinding? before, IReadOnlyList<SeatsChange> changes)
    {
        var lines = new List<string>();
        bool priced = wish.Input.Seats is not null || wish.Input.Plan is null || !wish.Limits;
        if (priced && wish.Compare.Count == 0)
            lines.AddRange(f.Prices.Where(p => p.LimitsOk).Select(p => $"- {p.Plan}, {(p.Cycle == BillingCycle.Annual ? "paid yearly" : "paid monthly")}: {f.Seats} × {f.Show(p.Unit)}{(p.Discount > 0 ? $" less {BillingTalk.Percent(p.Discount)}" : "")} = {f.Show(p.PerMonth)} a month, {f.Show(p.PerYear)} a year{(p.Once > 0 ? $", and {f.Show(p.Once)} once" : "")}"));
        if (before is not null) lines.AddRange(Changes(f, before, changes));
        lines.AddRange(f.Prices.Where(p => !p.LimitsOk).Select(p => p.Why).Distinct(StringComparer.Ordinal).Where(_ => priced).Select(why => $"- Left out: {why}"));
        if (priced && f.AnnualSaves is { } saves and > 0) lines.Add($"Paid yearly, {wish.Input.Plan ?? f.Cheapest} costs {f.Show(saves)} less a year than paid monthly.");
        if (wish.Compare.Count > 1 || wish.Limits) lines.AddRange(f.Plans.Where(p => wish.Compare.Count > 1 ? wish.Compare.Contains(p.Key) : wish.Input.Plan is null || p.Key == wish.Input.Plan).Select(p => Limits(p, f)));
        if (priced && wish.Input.Plan is null && f.Cheapest is { } cheapest) lines.Add($"The cheapest plan that is enough is {cheapest}: {f.Decides?.TrimEnd('.')}.");
        lines.AddRange(f.AddOns.Select(a => $"- {a.Name}: {Price(a, f)}; sold with {string.Join(", ", a.Plans)}{(a.IncludedIn.Count > 0 ? $", included in {string.Join(", ", a.IncludedIn)}" : "")}. No discount applies to it."));
        lines.AddRange(f.Programmes.Select(p => $"For {p.Key} organisations there is {BillingTalk.Percent(p.Rate)} off. It needs {p.Proof}. Ask me for the {p.Key} discount to start that."));
        return string.Join("\n", lines);
    }

    /// <summary>What the change of the seats changes: the volume discount, and the price of the plan that is meant.</summary>
    private static IEnumerable<string> Changes(PricingFinding f, PricingFinding before, IReadOnlyList<SeatsChange> changes)
    {
        if (f.Prices.FirstOrDefault(p => p.LimitsOk) is { } now && before.Prices.FirstOrDefault(p => p.LimitsOk) is { } then)
        {
            yield return now.Discount == then.Discount
                ? $"The volume discount stays at {BillingTalk.Percent(now.Discount)}."
                : $"The volume discount is {BillingTalk.Percent(now.Discount)} at {f.Seats} seats and {BillingTalk.Percent(then.Discount)} at {before.Seats}.";
        }

        foreach (SeatsChange c in changes)
            yield return $"Compared with {c.Seats} seats on {c.Plan}, {(c.Cycle == BillingCycle.Annual ? "paid yearly" : "paid monthly")} ({f.Show(c.Was)} a month), that is {(c.Difference == 0 ? "the same" : $"{f.Show(c.Difference)} {(c.Is > c.Was ? "more" : "less")} a month")}.";
    }

    private static string Limits(PlanPolicy p, PricingFinding f) =>
        $"- {p.Key} ({f.Show(p.UnitPrice)} a seat and month): projects {Count(p.Limits.Projects)}, seats {Count(p.Limits.Seats)}, storage {Count(p.Limits.StorageGb)} GB, API calls {Count(p.Limits.ApiCalls)} a month, automations {Count(p.Limits.Automations)}, support {p.SupportLevel}";

    private static string Count(decimal? limit) => limit is { } most ? most.ToString("#,0.##", CultureInfo.InvariantCulture) : "without limit";

    private static string Price(AddOnPrice a, PricingFinding f) => a.Unit switch
    {
        AddOnUnit.SeatMonth => $"{f.Show(a.Price)} a seat and month, {f.Show(a.Price * f.Seats)} a month for {f.Seats} seats",
        AddOnUnit.Month => $"{f.Show(a.Price)} a month",
        AddOnUnit.Once => $"{f.Show(a.Price)} once",
        _ => $"{BillingTalk.Percent(a.Price)} of the subscription a month",
    };
}
