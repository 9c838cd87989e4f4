using System.Text.Json;
using System.Text.Json.Serialization;
using Switchboard.Domain.Figures;

namespace Switchboard.Agents.Analytics;

/// <summary>How many of a group were kept at an age.</summary>
/// <param name="Cohort">The group: 2026-03, 2026-W11, with what parts it behind a slash; other for those too small to be shown.</param>
/// <param name="Age">The period, from 0.</param>
/// <param name="Eligible">Units whose period of this age is over.</param>
/// <param name="Retained">Those of them that were kept.</param>
/// <param name="Rate">The share; null when nobody is that old yet.</param>
/// <param name="Interval95">Wilson's interval.</param>
/// <param name="Small">Whether the group has fewer than 20 units.</param>
public sealed record CohortCell(string Cohort, int Age, int Eligible, int Retained, double? Rate, Interval? Interval95, bool Small);

/// <summary>The curve of those who stay.</summary>
/// <param name="T">Days since the start.</param>
/// <param name="AtRisk">Who could still go.</param>
/// <param name="Events">Who went.</param>
/// <param name="S">The share that stays longer.</param>
/// <param name="Interval95">Where it lies.</param>
public sealed record CohortSurvival(int T, int AtRisk, int Events, double S, Interval? Interval95);

/// <summary>Whether two groups differ in how long they stay.</summary>
/// <param name="Cohorts">The two.</param>
/// <param name="Result">compared or not_compared.</param>
/// <param name="ChiSquare">The log-rank statistic.</param>
/// <param name="P">Its probability.</param>
/// <param name="PAdjusted">The same, held to all comparisons (Holm).</param>
public sealed record CohortComparison(IReadOnlyList<string> Cohorts, string Result, double? ChiSquare, double? P, double? PAdjusted);

/// <summary>What a group is worth at an age.</summary>
/// <param name="Cohort">The group.</param>
/// <param name="Age">The period.</param>
/// <param name="Eligible">Units whose period of this age is over.</param>
/// <param name="Nrr">Recurring revenue at its end by that at the end of the first period.</param>
/// <param name="Grr">The same, without what anybody pays more.</param>
/// <param name="MarginPerUnit">Gross margin so far by units that started.</param>
public sealed record CohortRevenue(string Cohort, int Age, int Eligible, double? Nrr, double? Grr, decimal MarginPerUnit);

/// <summary>A number of days, or that it was not reached.</summary>
/// <param name="Days">The days; null when they were not reached.</param>
[JsonConverter(typeof(DaysConverter))]
public sealed record DaysReached(int? Days)
{
    private sealed class DaysConverter : JsonConverter<DaysReached>
    {
        private const string not = "not_reached";

        public override DaysReached Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number ? new DaysReached(reader.GetInt32()) : reader.GetString() == not ? new DaysReached((int?)null) : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, DaysReached value, JsonSerializerOptions options)
        {
            if (value.Days is { } days) writer.WriteNumberValue(days);
            else writer.WriteStringValue(not);
        }
    }
}

/// <summary>How groups that started together are kept.</summary>
public sealed record CohortFinding
{
    /// <summary>The groups by age.</summary>
    public required IReadOnlyList<CohortCell> Cells { get; init; }

    /// <summary>All groups together by age.</summary>
    public required IReadOnlyList<CohortCell> Summary { get; init; }

    /// <summary>How long all of them stay.</summary>
    public required IReadOnlyList<CohortSurvival> Survival { get; init; }

    /// <summary>The days after which a half is gone.</summary>
    public required DaysReached Median { get; init; }

    /// <summary>Differences between the groups.</summary>
    public required IReadOnlyList<CohortComparison> Comparisons { get; init; }

    /// <summary>What they are worth by age.</summary>
    public required IReadOnlyList<CohortRevenue> Revenue { get; init; }

    /// <summary>What should be known beside the figures, as codes.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
