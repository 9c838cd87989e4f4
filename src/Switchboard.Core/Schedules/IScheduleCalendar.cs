using Switchboard.Domain.Organisation;

namespace Switchboard.Core.Schedules;

/// <summary>Watches the clock for all schedules and remembers across restarts which instants were told. Of several processes that share a database one tells each instant.</summary>
public interface IScheduleCalendar
{
    /// <summary>Begins to tell instants. What came while nobody watched is told by each schedule's rule.</summary>
    /// <param name="tell">Takes an instant. Unless it comes back without an exception the instant is told again a while later, or after the next start.</param>
    /// <param name="cancellationToken">Breaks the start off.</param>
    Task StartAsync(Func<ScheduledInstant, CancellationToken, Task> tell, CancellationToken cancellationToken);

    /// <summary>Brings the calendar up to the schedules and tenants as they are: new ones begin at their next instant, altered ones too, those that are gone end, all others stay as they stand.</summary>
    Task PlaceAsync(IReadOnlyList<Schedule> schedules, IReadOnlyList<Tenant> tenants, CancellationToken cancellationToken);

    /// <summary>The first instant of a schedule for a tenant after another one; null when none follows.</summary>
    DateTimeOffset? NextAfter(Schedule schedule, Tenant tenant, DateTimeOffset after);

    /// <summary>Ends telling; what is being told comes to its end first.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
