namespace Switchboard.Domain.Support;

/// <summary>Where a conversation came from.</summary>
public enum Channel { Web, Email, Api, Console }

/// <summary>Where a conversation stands.</summary>
public enum ConversationStatus { Open, Pending, Snoozed, Resolved, Closed }

/// <summary>Who answers next.</summary>
public enum ConversationOwner { Bot, Human, None }

/// <summary>How soon a conversation must be looked at.</summary>
public enum Priority { Urgent, High, Normal, Low }

/// <summary>A time in which the clocks of a conversation stood still.</summary>
/// <param name="From">From when.</param>
/// <param name="Until">Until when; null while they still do.</param>
public sealed record ClockPause(DateTimeOffset From, DateTimeOffset? Until);
