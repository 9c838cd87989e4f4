using Switchboard.Domain.Policies;

namespace Switchboard.Core.Agents.Kinds;

/// <summary>What an agent's outcome rests on besides the facts it loads: the run's clock, the tenant's calendar and its policies.</summary>
/// <param name="Now">The run's clock.</param>
/// <param name="Zone">The tenant's time zone.</param>
/// <param name="Currency">ISO 4217 code of the tenant's currency.</param>
/// <param name="Policies">The policies that are decided by.</param>
public sealed record AgentBasis(DateTimeOffset Now, TimeZoneInfo Zone, string Currency, TenantPolicies Policies)
{
    /// <summary>Whether who is answered may see data of single persons.</summary>
    public bool SeesPersonalData { get; init; }

    /// <summary>The card of the agent that is executed, for the words on it.</summary>
    /// <exception cref="InvalidOperationException">It was not given.</exception>
    public AgentCard Card { get => field ?? throw new InvalidOperationException("The card of the agent was not given."); init; }

    /// <summary>The version of the policies; 0 for the defaults of the program.</summary>
    public int PolicyVersion { get; init; }

    /// <summary>What resampling begins with: the run's own, so that a replay draws the same.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The tenant's calendar day.</summary>
    public DateOnly Today => DayOf(Now);

    /// <summary>The days on which the tenant works.</summary>
    public BusinessCalendar Calendar => Policies.BusinessHours.Calendar(Zone.Id);

    /// <summary>The tenant's calendar day of an instant.</summary>
    public DateOnly DayOf(DateTimeOffset at) => LocalTime.DayOf(at, Zone);

    /// <summary>The first instant of a calendar day of the tenant.</summary>
    public DateTimeOffset StartOf(DateOnly day) => LocalTime.ToInstant(day, 0, Zone);
}

/// <summary>What of a tenant an execution rests on, as it is recorded: the policies by their version, which never changes.</summary>
/// <param name="TimeZone">IANA name of the tenant's time zone.</param>
/// <param name="Currency">ISO 4217 code of the tenant's currency.</param>
/// <param name="PolicyVersion">The version of the policies; 0 for the defaults of the program.</param>
public sealed record TenantGround(string TimeZone, string Currency, int PolicyVersion);

/// <summary>Where executions read the tenant they run for: the port whose home is the storage.</summary>
public interface ITenantGround
{
    /// <summary>What holds now.</summary>
    Task<TenantGround> CurrentAsync(Guid tenantId, CancellationToken cancellationToken);

    /// <summary>The policies of a version; null when they are gone.</summary>
    Task<TenantPolicies?> PoliciesAsync(Guid tenantId, TenantGround ground, CancellationToken cancellationToken);
}
