using System.Globalization;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Billing;

/// <summary>What other seats change in a price of a month.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Cycle">How it is paid.</param>
/// <param name="Seats">The seats before.</param>
/// <param name="Was">The price before.</param>
/// <param name="Is">The price with the other seats.</param>
/// <param name="Difference">How much more or less that is, never negative.</param>
public sealed record SeatsChange(string Plan, BillingCycle Cycle, int Seats, decimal Was, decimal Is, decimal Difference);

/// <summary>Puts answers about prices into words.</summary>
internal static class PricingAnswer
{
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
