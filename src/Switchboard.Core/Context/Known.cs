namespace Switchboard.Core.Context;

/// <summary>A value that was read, with the row it stands in and of when it is. What was not read, or is in no row, is null and never a default.</summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="Value">The value.</param>
/// <param name="AsOf">Of when it is.</param>
/// <param name="Id">The row; null where several are counted.</param>
public sealed record Known<T>(T Value, DateTimeOffset AsOf, Guid? Id = null);

/// <summary>What a conversation was about and what became of it.</summary>
/// <param name="Intent">Its main intent.</param>
/// <param name="Outcome">Where it stands: open, pending, snoozed, resolved or closed.</param>
public sealed record PastIntent(string Intent, string Outcome);

/// <summary>An incident that is not resolved.</summary>
/// <param name="Component">What it is in.</param>
/// <param name="Severity">S1 to S4.</param>
public sealed record OpenIncident(string Component, string Severity);
