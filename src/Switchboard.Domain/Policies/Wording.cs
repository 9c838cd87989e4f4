using System.Globalization;

namespace Switchboard.Domain.Policies;

/// <summary>How figures are spelt inside clauses: the same in every culture.</summary>
internal static class Wording
{
    /// <summary>A rate as percent: 0.15 is <c>15 %</c>.</summary>
    public static string Percent(decimal rate) => string.Create(CultureInfo.InvariantCulture, $"{rate * 100:0.##} %");

    /// <summary>A number without trailing zeros.</summary>
    public static string Number(decimal value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>A number of days: <c>1 day</c>, <c>30 days</c>.</summary>
    public static string Days(int days) => string.Create(CultureInfo.InvariantCulture, $"{days} {(days == 1 ? "day" : "days")}");

    /// <summary>A duration in its largest whole unit.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalMinutes: < 120 } => $"{Number((decimal)time.TotalMinutes)} minutes",
        _ => $"{Number((decimal)time.TotalHours)} hours",
    };

    /// <summary>Words as a list: a, b and c.</summary>
    public static string List(IReadOnlyCollection<string> words) => words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words.SkipLast(1))} and {words.Last()}";
}
