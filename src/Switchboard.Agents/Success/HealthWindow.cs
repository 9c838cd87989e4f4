using Switchboard.Core.Agents.Kinds;

namespace Switchboard.Agents.Success;

/// <summary>The windows that end with a day, as instants of the tenant's calendar.</summary>
internal sealed record HealthWindow(AgentBasis Basis, DateOnly Day)
{
    public const int RecentDays = 30;
    public const int FarDays = 90;
    private const int halfYearDays = 180;

    public DateOnly FirstDay => Day.AddDays(1 - RecentDays);

    public IEnumerable<DateOnly> Days => Enumerable.Range(0, RecentDays).Select(FirstDay.AddDays);

    public DateTimeOffset End { get; } = Basis.StartOf(Day.AddDays(1));

    public DateTimeOffset Recent { get; } = Basis.StartOf(Day.AddDays(1 - RecentDays));

    public DateTimeOffset Far { get; } = Basis.StartOf(Day.AddDays(1 - FarDays));

    public DateTimeOffset HalfYear { get; } = Basis.StartOf(Day.AddDays(1 - halfYearDays));
}
