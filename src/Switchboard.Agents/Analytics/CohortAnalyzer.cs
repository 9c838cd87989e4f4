using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Statistics;
using Switchboard.Domain;
using Switchboard.Domain.Figures;

namespace Switchboard.Agents.Analytics;

/// <summary>Follows groups that started together. Who is not old enough for a period is not counted in it, and who was not seen to go is not taken for somebody who stays.</summary>
[Agent("analytics/cohort-analyzer")]
public sealed class CohortAnalyzer : Analyst<CohortInput, CohortFacts, CohortFinding>
{
    private const int mostPeriods = 24;
    private const decimal grossMargin = 0.8m;

    /// <inheritdoc />
    protected override Task<Finding<CohortFacts>> LoadAsync(CohortInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken) =>
        Problem(input) is { } problem ? Task.FromResult<Finding<CohortFacts>>(problem) : new CohortRows(input, rows, basis).LoadAsync();

    /// <inheritdoc />
    protected override Finding<CohortFinding> Compute(CohortInput input, CohortFacts facts, AgentBasis basis)
    {
        if (Problem(input) is { } problem) return problem;
        DateOnly asOf = input.AsOf ?? basis.Today;
        IReadOnlyList<CohortMember> units = facts.Units ?? [];
        if (units.Count > 0 && units.Max(u => u.Start) is var newest && newest > asOf) return new Stop("invalid_input", $"asOf {asOf:yyyy-MM-dd} is before the newest start, {newest:yyyy-MM-dd}.");
        if (!units.Any(u => IsOver(input, u, 0, asOf))) return new Stop("insufficient_data", "Nobody has been there for one whole period yet.");

        ILookup<string, CohortMember> cohorts = CohortGroups.Of(input, units, basis.SeesPersonalData);
        IReadOnlyList<SurvivalPoint> curve = Survival.Curve([.. units.Select(u => LifetimeOf(u, asOf))]);
        decimal small = basis.Setting("small");
        var cells = cohorts.SelectMany(c => Cells(input, c.Key, [.. c], asOf, small)).ToList();
        return new CohortFinding
        {
            Cells = cells,
            Summary = [.. Cells(input, "all", units, asOf, small)],
            Survival = [.. curve.Select(p => new CohortSurvival(p.T, p.AtRisk, p.Events, Rounded(p.S), Rounded(p.Interval)))],
            Median = new DaysReached(Survival.Median(curve)),
            Comparisons = Compare(cohorts, asOf, (a, b) => a.Count >= small && b.Count >= small && a.Concat(b).Count(l => l.IsEvent) >= basis.Setting("fewest_events")),
            Revenue = [.. cohorts.SelectMany(c => Revenue(input, c.Key, [.. c], asOf, basis.Currency))],
            Warnings =
            [
                .. cells.Any(c => c.Small) ? new[] { "small" } : [],
                .. cohorts.Contains(CohortGroups.Other) ? new[] { "small_groups_merged" } : [],
                .. input.CohortBy == CohortPeriod.Week || units.Any(u => u.Mrr is null) ? new[] { "revenue_not_shown" } : [],
            ],
        };
    }

    private static Stop? Problem(CohortInput input) => input switch
    {
        { MaxPeriods: < 1 or > mostPeriods } => new Stop("invalid_input", $"maxPeriods is 1 to {mostPeriods}, not {input.MaxPeriods}."),
        { Unit: CohortUnit.Contact, RetainedMeans: not RetainedMeans.Login } => new Stop("invalid_input", "Contacts pay nothing themselves: follow customers, or let retainedMeans be login."),
        _ => null,
    };

    private static bool IsOver(CohortInput input, CohortMember unit, int k, DateOnly asOf) => CohortGroups.PeriodStart(input.CohortBy, unit.Start, k + 1) <= asOf;

    private static IEnumerable<CohortCell> Cells(CohortInput input, string cohort, IReadOnlyList<CohortMember> units, DateOnly asOf, decimal small)
    {
        for (int age = 0; age < input.MaxPeriods; age++)
        {
            CohortMember[] eligible = [.. units.Where(u => IsOver(input, u, age, asOf))];
            int retained = eligible.Count(u => input.Mode == CohortMode.Classic ? u.Active.Contains(age) : u.Active.Any(k => k >= age));
            Estimate share = Estimates.Share(retained, eligible.Length);
            yield return new CohortCell(cohort, age, eligible.Length, retained, share.Value is { } rate ? Rounded(rate) : null, Rounded(share.Interval), units.Count < small);
        }
    }

    private static Lifetime LifetimeOf(CohortMember unit, DateOnly asOf)
    {
        bool ended = unit.EndedOn is { } day && day <= asOf;
        DateOnly last = ended ? unit.EndedOn!.Value : asOf;
        return new Lifetime(Math.Max(0, last.DayNumber - unit.Start.DayNumber), ended && (unit.End ?? CohortEnd.Churn) == CohortEnd.Churn);
    }

    private static List<CohortComparison> Compare(ILookup<string, CohortMember> cohorts, DateOnly asOf, Func<List<Lifetime>, List<Lifetime>, bool> isEnough)
    {
        var lifetimes = cohorts.Where(c => c.Key != CohortGroups.Other).Select(c => (Name: c.Key, Lifetimes: c.Select(u => LifetimeOf(u, asOf)).ToList())).ToList();
        var pairs = lifetimes.SelectMany((a, i) => lifetimes.Skip(i + 1).Select(b => (A: a, B: b))).Select(p => (p.A, p.B, Test: isEnough(p.A.Lifetimes, p.B.Lifetimes) ? Survival.Compare(p.A.Lifetimes, p.B.Lifetimes) : null)).ToList();
        var adjusted = new Queue<double>(ManyTests.Holm([.. pairs.Where(p => p.Test is not null).Select(p => p.Test!.P)]));
        return pairs.ConvertAll(p => p.Test is { } test
            ? new CohortComparison([p.A.Name, p.B.Name], "compared", Rounded(test.ChiSquare), Rounded(test.P), Rounded(adjusted.Dequeue()))
            : new CohortComparison([p.A.Name, p.B.Name], "not_compared", null, null, null));
    }

    private static IEnumerable<CohortRevenue> Revenue(CohortInput input, string cohort, IReadOnlyList<CohortMember> units, DateOnly asOf, string currency)
    {
        // Recurring revenue is by the month; weeks would have to invent a share of it.
        if (input.CohortBy == CohortPeriod.Week || units.Any(u => u.Mrr is null)) yield break;
        for (int age = 0; age < input.MaxPeriods; age++)
        {
            CohortMember[] eligible = [.. units.Where(u => IsOver(input, u, age, asOf) && u.Mrr!.Count > age)];
            if (eligible.Length == 0) yield break;
            decimal first = eligible.Sum(u => u.Mrr![0]), now = eligible.Sum(u => u.Mrr![age]), kept = eligible.Sum(u => Math.Min(u.Mrr![0], u.Mrr[age]));
            decimal margin = grossMargin * eligible.Sum(u => u.Mrr!.Take(age + 1).Sum()) / eligible.Length;
            yield return new CohortRevenue(cohort, age, eligible.Length, first == 0 ? null : Rounded((double)(now / first)), first == 0 ? null : Rounded((double)(kept / first)), new Money(margin, currency).Rounded().Amount);
        }
    }

    private static double Rounded(double value) => Math.Round(value, 4);

    private static Interval? Rounded(Interval? interval) => interval is { } i ? new Interval(Rounded(i.Low), Rounded(i.High)) : null;
}
