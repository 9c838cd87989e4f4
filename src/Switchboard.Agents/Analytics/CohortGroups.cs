using System.Globalization;

namespace Switchboard.Agents.Analytics;

/// <summary>Who belongs together, and what the periods of a start are.</summary>
internal static class CohortGroups
{
    /// <summary>The name under which groups that are too small to be shown stand together.</summary>
    public const string Other = "other";

    /// <summary>Groups below this are not shown to who may not see single persons.</summary>
    private const int fewestShown = 5;

    /// <summary>The first day of a period of a start; months end with the month when the day does not exist in it.</summary>
    public static DateOnly PeriodStart(CohortPeriod period, DateOnly start, int k) => period == CohortPeriod.Week ? start.AddDays(7 * k) : start.AddMonths(k);

    /// <summary>The groups in the order of their names, which of periods is the oldest first, whatever the order of the units.</summary>
    public static ILookup<string, CohortMember> Of(CohortInput input, IReadOnlyList<CohortMember> units, bool seesSmall)
    {
        ILookup<string, CohortMember> all = units.OrderBy(u => NameOf(input, u), StringComparer.Ordinal).ToLookup(u => NameOf(input, u), StringComparer.Ordinal);
        return seesSmall ? all : units.OrderBy(u => NameOf(input, u), StringComparer.Ordinal).ToLookup(u => all[NameOf(input, u)].Count() < fewestShown ? Other : NameOf(input, u), StringComparer.Ordinal);
    }

    private static string NameOf(CohortInput input, CohortMember unit)
    {
        DateTime start = unit.Start.ToDateTime(TimeOnly.MinValue);
        string name = input.CohortBy == CohortPeriod.Week
            ? string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(start)}-W{ISOWeek.GetWeekOfYear(start):00}")
            : unit.Start.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        return input.SplitBy is null ? name : $"{name}/{unit.Group ?? "unknown"}";
    }
}
