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

    /// <summary>The agent's card, whose figures hold where the policies set none.</summary>
    public required AgentCard Card { get; init; }

    /// <summary>The specialists of the catalogue that the agent is of; none where the agent is not carried out by it.</summary>
    public IReadOnlyList<AgentCard> Specialists { get; init; } = [];

    /// <summary>A figure of the agent: the tenant's, else the card's. The value is kept within the card's limits, which may be narrower than when the tenant set it.</summary>
    /// <exception cref="KeyNotFoundException">The card has no such figure.</exception>
    public decimal Setting(string key)
    {
        AgentSetting setting = Card.Settings.FirstOrDefault(s => s.Key == key) ?? throw new KeyNotFoundException($"The card of {Card.Id} has no setting {key}.");
        return Math.Clamp(Policies.Agent(Card.Id).Settings.FirstOrDefault(s => s.Key == key)?.Value ?? setting.Default, setting.Least, setting.Most);
    }

    /// <summary>The version of the policies; 0 for the defaults of the program.</summary>
    public int PolicyVersion { get; init; }

    /// <summary>What resampling begins with: that of tenant, agent and input, so that the same question gets the same figures, and a replay draws the same.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>BCP 47 tag of the tenant's language and region.</summary>
    public string Locale { get; init; } = "en-US";

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
/// <param name="Locale">BCP 47 tag of the tenant's language and region; null in what was recorded before it was kept.</param>
public sealed record TenantGround(string TimeZone, string Currency, int PolicyVersion, string? Locale = null);

/// <summary>Where executions read the tenant they run for: the port whose home is the storage.</summary>
public interface ITenantGround
{
    /// <summary>What holds now.</summary>
    Task<TenantGround> CurrentAsync(Guid tenantId, CancellationToken cancellationToken);

    /// <summary>The policies of a version; null when they are gone.</summary>
    Task<TenantPolicies?> PoliciesAsync(Guid tenantId, TenantGround ground, CancellationToken cancellationToken);
}
