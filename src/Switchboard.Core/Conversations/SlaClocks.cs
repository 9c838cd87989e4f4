using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Conversations;

/// <summary>What was kept of a clock before.</summary>
public sealed record SlaKept(SlaClock Clock, SlaMarkKind Kind, int Cycle);

/// <summary>A conversation as its clocks look at it.</summary>
public sealed record SlaSeen
{
    /// <summary>Who answers next.</summary>
    public required ConversationOwner Owner { get; init; }

    /// <summary>Where it stands.</summary>
    public required ConversationStatus Status { get; init; }

    /// <summary>How soon it must be looked at.</summary>
    public required Priority Priority { get; init; }

    /// <summary>The key of the customer's plan; null without one.</summary>
    public string? Plan { get; init; }

    /// <summary>The customer; null for a visitor.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>When people were given it last, or when it began where nobody gave it to them.</summary>
    public required DateTimeOffset GivenAt { get; init; }

    /// <summary>How often people were given it.</summary>
    public int Given { get; init; }

    /// <summary>When a person wrote first since then; null while nobody did.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When it was last resolved.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>When it was last opened again.</summary>
    public DateTimeOffset? ReopenedAt { get; init; }

    /// <summary>How often it was opened again.</summary>
    public int Reopened { get; init; }

    /// <summary>The times its clocks stood still.</summary>
    public IReadOnlyList<ClockPause> Pauses { get; init; } = [];

    /// <summary>What was kept of its clocks before.</summary>
    public IReadOnlyList<SlaKept> Kept { get; init; } = [];
}

/// <summary>Something that a clock has come to and that is not kept yet.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Kind">What it has come to.</param>
/// <param name="Cycle">Which time it runs.</param>
/// <param name="Target">How much time there is.</param>
/// <param name="DueAt">When the time has run.</param>
public sealed record SlaReached(SlaClock Clock, SlaMarkKind Kind, int Cycle, TimeSpan Target, DateTimeOffset DueAt);

/// <summary>What the clocks of a conversation say at an instant.</summary>
/// <param name="Reached">What is to be kept.</param>
/// <param name="Next">When they are to be looked at again; null when nothing more can come unless something else happens first.</param>
public sealed record SlaLook(IReadOnlyList<SlaReached> Reached, DateTimeOffset? Next);

/// <summary>
/// The clocks of what people owe a customer: the first answer since they were given the conversation, and the solution. What the desk answers itself it answers within the turn, so
/// while it owns a conversation no clock runs. Pure.
/// </summary>
public static class SlaClocks
{
    /// <summary>Looks at the clocks.</summary>
    /// <param name="seen">The conversation.</param>
    /// <param name="sla">The tenant's terms.</param>
    /// <param name="hours">The tenant's business hours.</param>
    /// <param name="now">The instant.</param>
    public static SlaLook Look(SlaSeen seen, SlaPolicy sla, BusinessCalendar hours, DateTimeOffset now)
    {
        bool isEnded = seen.Status is ConversationStatus.Resolved or ConversationStatus.Closed;
        if (seen.Owner == ConversationOwner.Bot && !isEnded) return new SlaLook([], null);
        SlaTarget target = sla.Target(seen.Plan, seen.Priority);
        BusinessCalendar calendar = target.AroundTheClock ? BusinessCalendar.AroundTheClock : hours;
        SlaPause[] pauses = [.. seen.Pauses.Select(p => new SlaPause(p.From, p.Until)), .. seen.ResolvedAt is { } was && seen.ReopenedAt > was ? new[] { new SlaPause(was, seen.ReopenedAt) } : []];
        DateTimeOffset? resolved = isEnded ? seen.ResolvedAt ?? now : null;
        (SlaClock Clock, int Cycle, TimeSpan Time, DateTimeOffset? Stopped)[] clocks =
            [(SlaClock.FirstResponse, seen.Given, target.FirstResponse, seen.AnsweredAt ?? resolved), (SlaClock.Resolution, seen.Reopened, target.Resolution, resolved)];
        var reached = new List<SlaReached>();
        DateTimeOffset? next = null;
        foreach ((SlaClock clock, int cycle, TimeSpan time, DateTimeOffset? stopped) in clocks)
        {
            SlaReading read = sla.Read(time, calendar, seen.GivenAt, pauses, stopped, now);
            SlaMarkKind? kind = read.State switch { SlaState.Breached => SlaMarkKind.Breach, SlaState.Warned => SlaMarkKind.Warning, _ => null };
            if (kind is { } mark && !seen.Kept.Contains(new SlaKept(clock, mark, cycle))) reached.Add(new SlaReached(clock, mark, cycle, time, read.DueAt ?? now));
            // A clock that stands is looked at when it goes on; whatever makes it go on asks for that.
            if (read.State is SlaState.Running or SlaState.Warned && (read.State == SlaState.Running ? read.WarnAt : read.DueAt) is { } at && (next is null || at < next)) next = at;
        }

        return new SlaLook(reached, next is { } whole ? Ceiling(whole) : null);
    }

    /// <summary>The next whole second: what is kept of an instant is coarser than the instant, and looking a moment too early would find nothing.</summary>
    private static DateTimeOffset Ceiling(DateTimeOffset at) => at.UtcTicks % TimeSpan.TicksPerSecond is var over && over == 0 ? at : at.AddTicks(TimeSpan.TicksPerSecond - over);
}
