namespace Switchboard.Domain.Policies;

/// <summary>What kind of message is meant to be sent.</summary>
public enum OutreachKind
{
    /// <summary>An answer, an invoice, a code, news of an incident: what the customer waits for.</summary>
    Service,

    /// <summary>Help nobody asked for.</summary>
    Proactive,

    /// <summary>Something to buy.</summary>
    Sales,
}

/// <summary>What is known of the contact a message is meant for.</summary>
public sealed record OutreachFacts
{
    /// <summary>Whether the contact agreed to marketing.</summary>
    public bool MarketingConsent { get; init; }

    /// <summary>Whether an S1 or S2 is open at the customer.</summary>
    public bool OpenIncident { get; init; }

    /// <summary>Whether the customer disputes an invoice.</summary>
    public bool InDispute { get; init; }

    /// <summary>When the customer complained last.</summary>
    public DateTimeOffset? LastComplaint { get; init; }

    /// <summary>When the contact got the last message nobody asked for.</summary>
    public DateTimeOffset? LastProactive { get; init; }

    /// <summary>The contact's own hours; null for those of the policy.</summary>
    public DayHours? ContactHours { get; init; }
}

/// <summary>Whether a message may go out.</summary>
/// <param name="Allowed">Whether it may go out now.</param>
/// <param name="SendAt">When it may go out as things stand: now when allowed; null when no time alone makes it allowed.</param>
/// <param name="Clauses">The rules that hold it back, all of them; that of a message that may go out when none does.</param>
public sealed record QuietDecision(bool Allowed, DateTimeOffset? SendAt, IReadOnlyList<Clause> Clauses);

/// <summary>When a customer is left in peace.</summary>
public sealed record QuietPolicy
{
    /// <summary>Days after a complaint without sales messages.</summary>
    public int DaysAfterComplaint { get; init; } = 14;

    /// <summary>Days between two messages nobody asked for.</summary>
    public int DaysBetweenProactive { get; init; } = 7;

    /// <summary>Hours in which contacts are written to, in their time zone.</summary>
    public DayHours ContactHours { get; init; } = new(9 * 60, 18 * 60);

    /// <summary>Decides whether a message may go out now, else when.</summary>
    /// <param name="kind">What kind of message it is.</param>
    /// <param name="facts">What is known of the contact.</param>
    /// <param name="zone">The contact's time zone.</param>
    /// <param name="now">The instant.</param>
    public QuietDecision Decide(OutreachKind kind, OutreachFacts facts, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (kind == OutreachKind.Service) return new QuietDecision(Allowed: true, now, [new Clause("quiet.service", "What the customer waits for goes out at once.")]);
        List<Clause> held = [];
        DateTimeOffset at = now;
        bool never = false;
        if (kind == OutreachKind.Sales)
        {
            Never(!facts.MarketingConsent, "quiet.consent", "No sales message without consent to marketing.");
            Never(facts.OpenIncident, "quiet.incident", "No sales message while an S1 or S2 is open.");
            Never(facts.InDispute, "quiet.dispute", "No sales message in a dispute.");
            NotBefore(facts.LastComplaint?.AddDays(DaysAfterComplaint), "quiet.complaint", $"No sales message within {DaysAfterComplaint} days of a complaint.");
        }
        NotBefore(facts.LastProactive?.AddDays(DaysBetweenProactive), "quiet.weekly", $"At most one message nobody asked for in {DaysBetweenProactive} days.");
        DayHours hours = facts.ContactHours ?? ContactHours;
        DateTimeOffset open = Within(hours, at, zone);
        if (Within(hours, now, zone) > now) held.Add(new Clause("quiet.hours", $"Contacts are written to {hours} in their time zone."));
        return held.Count == 0
            ? new QuietDecision(Allowed: true, now, [new Clause("quiet.free", "No quiet rule holds the message back.")])
            : new QuietDecision(Allowed: false, never ? null : open, held);

        void Never(bool holds, string rule, string text)
        {
            if (!holds) return;
            never = true;
            held.Add(new Clause(rule, text));
        }
        void NotBefore(DateTimeOffset? end, string rule, string text)
        {
            if (end is not { } free || free <= now) return;
            if (free > at) at = free;
            held.Add(new Clause(rule, text));
        }
    }

    internal void Check(PolicyCheck check)
    {
        check.Range(DaysAfterComplaint, "daysAfterComplaint", 0, 366);
        check.Range(DaysBetweenProactive, "daysBetweenProactive", 0, 366);
    }

    /// <summary>The instant itself within the hours, else their next beginning.</summary>
    private static DateTimeOffset Within(DayHours hours, DateTimeOffset at, TimeZoneInfo zone)
    {
        DateOnly today = LocalTime.DayOf(at, zone);
        for (DateOnly day = today; ; day = day.AddDays(1))
        {
            DateTimeOffset from = LocalTime.ToInstant(day, hours.From, zone), to = LocalTime.ToInstant(day, hours.To, zone);
            // A clock change may swallow the hours of one day.
            if (to > at && to > from) return from > at ? from : at;
        }
    }
}
