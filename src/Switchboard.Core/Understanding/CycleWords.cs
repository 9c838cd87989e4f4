using System.Collections.Frozen;

namespace Switchboard.Core.Understanding;

/// <summary>The words that name how often is paid, in the languages numbers and dates are read in.</summary>
public static class CycleWords
{
    /// <summary>Once a year.</summary>
    public static FrozenSet<string> Annual { get; } = Of("annual annually yearly year jahr jährlich jährliche jährlicher jährliches jahresweise annuel annuelle annuellement anual anualmente annuale annualmente");

    /// <summary>Once a month.</summary>
    public static FrozenSet<string> Monthly { get; } = Of("monthly month monat monatlich monatliche monatlicher monatliches monatsweise mensuel mensuelle mensuellement mensual mensualmente mensal mensalmente mensile mensilmente");

    private static FrozenSet<string> Of(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
