using Switchboard.Domain.Organisation;

namespace Switchboard.Core.Schedules;

/// <summary>All schedules of the installation, in the order of their names.</summary>
public sealed class ScheduleList
{
    /// <summary>Makes the list.</summary>
    /// <exception cref="ArgumentException">Two schedules have one name, or a name holds other characters than it may.</exception>
    public ScheduleList(IEnumerable<Schedule> schedules)
    {
        Items = [.. schedules.OrderBy(s => s.Name, StringComparer.Ordinal)];
        foreach (Schedule schedule in Items)
        {
            if (schedule.Name.Length == 0 || schedule.Name.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '-')))
                throw new ArgumentException($"\"{schedule.Name}\" is no name of a schedule.", nameof(schedules));
        }

        if (Items.GroupBy(s => s.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new ArgumentException($"There are two schedules named {twice.Key}.", nameof(schedules));
    }

    /// <summary>The schedules.</summary>
    public IReadOnlyList<Schedule> Items { get; }

    /// <summary>The schedule with the name; null when there is none.</summary>
    public Schedule? Find(string name) => Items.FirstOrDefault(s => s.Name == name);

    /// <summary>The time zone of a schedule for a tenant; UTC on a machine without data of it.</summary>
    public static TimeZoneInfo ZoneOf(Schedule schedule, Tenant tenant) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone ?? tenant.TimeZone, out TimeZoneInfo? zone) ? zone : TimeZoneInfo.Utc;
}
