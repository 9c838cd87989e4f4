namespace Switchboard.Agents.Success;

/// <summary>Whose health, as of which day.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="Day">The last day that counts, a day that is over; yesterday when it is not given.</param>
public sealed record HealthScoreInput(Guid? CustomerId = null, DateOnly? Day = null);
