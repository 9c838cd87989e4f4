using Switchboard.Domain.Support;

namespace Switchboard.Domain.Policies;

/// <summary>How soon customers of a plan are answered.</summary>
public sealed record SlaTerms
{
    /// <summary>Key of the plan.</summary>
    public required string Plan { get; init; }

    /// <summary>Until the first answer.</summary>
    public required TimeSpan FirstResponse { get; init; }

    /// <summary>Until it is solved.</summary>
    public required TimeSpan Resolution { get; init; }

    /// <summary>Whether every minute counts; otherwise those of business hours.</summary>
    public bool AroundTheClock { get; init; }

    /// <summary>Whether a breach of the resolution gives a credit.</summary>
    public bool Credit { get; init; }
}

/// <summary>What a conversation is measured by.</summary>
/// <param name="FirstResponse">Until the first answer.</param>
/// <param name="Resolution">Until it is solved.</param>
/// <param name="AroundTheClock">Whether every minute counts.</param>
/// <param name="Clause">The rule.</param>
public sealed record SlaTarget(TimeSpan FirstResponse, TimeSpan Resolution, bool AroundTheClock, Clause Clause);

/// <summary>A time in which the clock stands: pending on the customer, snoozed by them, or solved before it was reopened.</summary>
/// <param name="From">When it stopped.</param>
/// <param name="To">When it went on; null while it stands.</param>
public sealed record SlaPause(DateTimeOffset From, DateTimeOffset? To);

/// <summary>Where a clock stands.</summary>
public enum SlaState { Running, Paused, Met, Warned, Breached }

/// <summary>A clock as it reads at an instant.</summary>
/// <param name="Target">How much time there is.</param>
/// <param name="Used">How much of it has run.</param>
/// <param name="Remaining">How much is left, not negative.</param>
/// <param name="WarnAt">When people are warned; null while it stands before that.</param>
/// <param name="DueAt">When the time has run; null while it stands before that.</param>
/// <param name="State">Where it stands.</param>
public sealed record SlaReading(TimeSpan Target, TimeSpan Used, TimeSpan Remaining, DateTimeOffset? WarnAt, DateTimeOffset? DueAt, SlaState State);

/// <summary>What a breach is worth to the customer.</summary>
/// <param name="Allowed">Whether there is a credit.</param>
/// <param name="Amount">How much, rounded.</param>
/// <param name="NeededScope">The scope of who must approve.</param>
/// <param name="Clause">The rule.</param>
public sealed record SlaCredit(bool Allowed, Money Amount, string? NeededScope, Clause Clause);

/// <summary>How soon customers are answered, and what follows when they are not.</summary>
public sealed record SlaPolicy
{
    /// <summary>Terms by plan.</summary>
    public IReadOnlyList<SlaTerms> Plans { get; init; } =
    [
        new() { Plan = "enterprise", FirstResponse = TimeSpan.FromMinutes(30), Resolution = TimeSpan.FromHours(4), AroundTheClock = true, Credit = true },
        new() { Plan = "premium", FirstResponse = TimeSpan.FromHours(2), Resolution = TimeSpan.FromHours(24) },
        new() { Plan = "basic", FirstResponse = TimeSpan.FromHours(8), Resolution = TimeSpan.FromHours(48) },
        new() { Plan = "free", FirstResponse = TimeSpan.FromHours(24), Resolution = TimeSpan.FromHours(72) },
    ];

    /// <summary>The plan whose terms hold for whoever has none.</summary>
    public string PlanOfOthers { get; init; } = "free";

    /// <summary>What the times of an urgent conversation are multiplied by.</summary>
    public decimal UrgentFactor { get; init; } = 0.5m;

    /// <summary>What the times of a conversation of low priority are multiplied by.</summary>
    public decimal LowFactor { get; init; } = 2;

    /// <summary>Share of the time after which people are warned, 0..1.</summary>
    public decimal WarnAt { get; init; } = 0.75m;

    /// <summary>Credit for a breach of the resolution, as a share of MRR.</summary>
    public decimal CreditRate { get; init; } = 0.05m;

    /// <summary>The most credits of a month together, as a share of MRR.</summary>
    public decimal CreditCeiling { get; init; } = 0.25m;

    /// <summary>The times that hold for a plan and a priority. Whoever has no plan, or one without terms, has those of <see cref="PlanOfOthers"/>.</summary>
    public SlaTarget Target(string? plan, Priority priority)
    {
        SlaTerms terms = Terms(plan);
        decimal factor = priority switch { Priority.Urgent => UrgentFactor, Priority.Low => LowFactor, _ => 1 };
        TimeSpan first = Times(terms.FirstResponse, factor), resolution = Times(terms.Resolution, factor);
        return new SlaTarget(first, resolution, terms.AroundTheClock, new Clause($"sla.{terms.Plan}",
            $"{terms.Plan}, {priority.ToString().ToLowerInvariant()} priority: first answer within {Wording.Time(first)}, solved within {Wording.Time(resolution)}, {(terms.AroundTheClock ? "around the clock" : "in business hours")}."));
    }

    /// <summary>Reads a clock. Time counts from the start to <paramref name="stopped"/>, without the pauses; the deadline is the earliest instant at which the target has run.</summary>
    /// <param name="target">How much time there is.</param>
    /// <param name="calendar">The time that counts; <see cref="BusinessCalendar.AroundTheClock"/> where every minute does.</param>
    /// <param name="started">When the clock began.</param>
    /// <param name="pauses">When it stood; they may overlap and be in any order.</param>
    /// <param name="stopped">When what was promised was done; null while it is not.</param>
    /// <param name="now">The instant it is read at.</param>
    public SlaReading Read(TimeSpan target, BusinessCalendar calendar, DateTimeOffset started, IReadOnlyList<SlaPause> pauses, DateTimeOffset? stopped, DateTimeOffset now)
    {
        List<(DateTimeOffset From, DateTimeOffset? To)> running = Running(started, pauses);
        DateTimeOffset until = stopped is { } end && end < now ? end : now;
        TimeSpan used = TimeSpan.Zero;
        foreach ((DateTimeOffset from, DateTimeOffset? to) in running) used += calendar.Between(from, to is { } close && close < until ? close : until);
        TimeSpan warn = Times(target, WarnAt);
        DateTimeOffset? due = Reached(target, calendar, running);
        bool done = stopped <= now;
        SlaState state = done ? used <= target ? SlaState.Met : SlaState.Breached
            : used >= target ? SlaState.Breached
            : pauses.Any(p => p.From <= now && (p.To is null || p.To > now)) ? SlaState.Paused
            : used >= warn ? SlaState.Warned : SlaState.Running;
        return new SlaReading(target, used, used >= target ? TimeSpan.Zero : target - used, Reached(warn, calendar, running), due, state);
    }

    /// <summary>What a breach of the resolution is worth: a share of MRR, with all credits of the month below the ceiling. A person approves it.</summary>
    /// <param name="plan">Key of the plan.</param>
    /// <param name="mrr">The subscription's MRR.</param>
    /// <param name="creditedThisMonth">Credits for other breaches of the month.</param>
    public SlaCredit Credit(string? plan, Money mrr, Money creditedThisMonth)
    {
        var clause = new Clause("sla.credit", $"A missed resolution gives a credit of {Wording.Percent(CreditRate)} of MRR, at most {Wording.Percent(CreditCeiling)} in a month.");
        Money room = mrr * CreditCeiling - creditedThisMonth;
        Money share = (mrr * CreditRate).Rounded();
        Money amount = share <= room ? share : room.RoundedDown();
        return Terms(plan).Credit && amount.Amount > 0
            ? new SlaCredit(Allowed: true, amount, ApprovalScopes.Actions, clause)
            : new SlaCredit(Allowed: false, Money.Zero(mrr.Currency).Rounded(), null, Terms(plan).Credit ? clause : new Clause("sla.no_credit", $"There is no credit on {Terms(plan).Plan}."));
    }

    internal void Check(PolicyCheck check, IReadOnlyList<PlanPolicy> plans)
    {
        string[] keys = [.. plans.Select(p => p.Key)];
        check.Items(Plans, "plans", p => p.Plan, "plan", (terms, at) =>
        {
            at.Known([terms.Plan], "plan", keys);
            at.Duration(terms.FirstResponse, "firstResponse");
            at.Duration(terms.Resolution, "resolution");
            at.Require(terms.Resolution >= terms.FirstResponse, "resolution", "must not be shorter than firstResponse");
        });
        foreach (string plan in keys) check.Require(Plans.Any(p => p.Plan == plan), "plans", $"must have terms for the plan {plan}");
        check.Require(Plans.Any(p => p.Plan == PlanOfOthers), "planOfOthers", $"must be one of {string.Join(", ", Plans.Select(p => p.Plan))}, not \"{PlanOfOthers}\"");
        check.Require(UrgentFactor is > 0 and <= 1, "urgentFactor", "must be above 0 and at most 1");
        check.Require(LowFactor is >= 1 and <= 10, "lowFactor", "must be from 1 to 10");
        check.Require(WarnAt is > 0 and <= 1, "warnAt", "must be above 0 and at most 1");
        check.Rate(CreditRate, "creditRate");
        check.Rate(CreditCeiling, "creditCeiling");
        check.Require(CreditCeiling >= CreditRate, "creditCeiling", "must not be below creditRate");
    }

    private SlaTerms Terms(string? plan) => Plans.FirstOrDefault(p => p.Plan == plan) ?? Plans.First(p => p.Plan == PlanOfOthers);

    private static TimeSpan Times(TimeSpan time, decimal factor) => TimeSpan.FromTicks((long)(time.Ticks * factor));

    /// <summary>The times between the pauses; the last is open unless the clock stands.</summary>
    private static List<(DateTimeOffset From, DateTimeOffset? To)> Running(DateTimeOffset started, IReadOnlyList<SlaPause> pauses)
    {
        List<(DateTimeOffset, DateTimeOffset?)> running = [];
        DateTimeOffset from = started;
        foreach (SlaPause pause in pauses.OrderBy(p => p.From))
        {
            if (pause.To <= from) continue;
            if (pause.From > from) running.Add((from, pause.From));
            if (pause.To is not { } to) return running;
            from = to;
        }
        running.Add((from, null));
        return running;
    }

    private static DateTimeOffset? Reached(TimeSpan time, BusinessCalendar calendar, List<(DateTimeOffset From, DateTimeOffset? To)> running)
    {
        TimeSpan left = time;
        foreach ((DateTimeOffset from, DateTimeOffset? to) in running)
        {
            if (to is not { } close) return calendar.Add(from, left);
            TimeSpan span = calendar.Between(from, close);
            if (span >= left) return calendar.Add(from, left);
            left -= span;
        }
        return null;
    }
}
