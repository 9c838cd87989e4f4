namespace Switchboard.Core.Schedules;

/// <summary>What becomes of an instant that passed while no server ran.</summary>
public enum MisfireRule
{
    /// <summary>However many passed, it is done once when a server runs again: for work that makes up for all of them.</summary>
    RunOnce,

    /// <summary>It is left out, and the next instant is waited for: for work that is of no use later.</summary>
    Skip,
}

/// <summary>A calendar of the installation: at its instants each tenant gets a run of a handler, once an instant.</summary>
/// <param name="Name">Its name, as stored: lower-case letters, digits, dots and hyphens. It is never given to another one.</param>
/// <param name="Cron">When, as Quartz writes it: seconds, minutes, hours, day of month, month, day of week.</param>
/// <param name="TimeZone">The IANA name of the time zone the instants are in; null for each tenant's own. An hour that a zone leaves out is made good when it resumes, one that it repeats counts the first time.</param>
/// <param name="Misfires">What becomes of instants that passed while no server ran.</param>
/// <param name="Handler">The name of the handler that carries the run out.</param>
/// <param name="Input">What the handler takes, as JSON.</param>
public sealed record Schedule(string Name, string Cron, string? TimeZone, MisfireRule Misfires, string Handler, string Input);

/// <summary>An instant of a schedule has come for a tenant.</summary>
/// <param name="Schedule">The schedule's name.</param>
/// <param name="TenantId">The tenant.</param>
/// <param name="At">The instant as the calendar has it; the same one if it is told twice.</param>
public readonly record struct ScheduledInstant(string Schedule, Guid TenantId, DateTimeOffset At);
