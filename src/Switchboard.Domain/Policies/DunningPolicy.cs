namespace Switchboard.Domain.Policies;

/// <summary>One more try at a payment.</summary>
/// <param name="Number">1, 2, 3…</param>
/// <param name="Day">The customer's calendar day.</param>
/// <param name="At">The instant.</param>
public sealed record RetryAttempt(int Number, DateOnly Day, DateTimeOffset At);

/// <summary>How a failed payment is followed up.</summary>
/// <param name="Retry">Whether it is tried again; otherwise another method is asked for.</param>
/// <param name="Attempts">The tries, counted from the first failure.</param>
/// <param name="DataKeptUntil">Day until which the data is kept when nothing is paid: counted from the last try.</param>
/// <param name="Clause">The rule.</param>
public sealed record DunningSchedule(bool Retry, IReadOnlyList<RetryAttempt> Attempts, DateOnly DataKeptUntil, Clause Clause);

/// <summary>What happens when a payment fails. After the last try the invoice is uncollectible and the subscription unpaid.</summary>
public sealed record DunningPolicy
{
    /// <summary>Days after the first failure on which it is tried again.</summary>
    public IReadOnlyList<int> RetryAfterDays { get; init; } = [1, 3, 5, 7];

    /// <summary>Time of the day of a try, in the customer's time zone.</summary>
    public TimeOnly RetryAt { get; init; } = new(9, 0);

    /// <summary>Decline codes after which it is not tried again. Every other code is soft.</summary>
    public IReadOnlyList<string> HardDeclines { get; init; } = ["stolen_card", "lost_card", "fraud", "invalid_account", "expired_card"];

    /// <summary>Days for which the data of an unpaid subscription is kept.</summary>
    public int DataKeptDays { get; init; } = 90;

    /// <summary>The tries after a failure.</summary>
    /// <param name="firstFailure">When the payment failed for the first time.</param>
    /// <param name="declineCode">Why; null when unknown.</param>
    /// <param name="zone">The customer's time zone.</param>
    public DunningSchedule Schedule(DateTimeOffset firstFailure, string? declineCode, TimeZoneInfo zone)
    {
        DateOnly first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(firstFailure, zone).DateTime);
        if (declineCode is not null && HardDeclines.Contains(declineCode, StringComparer.Ordinal))
            return new DunningSchedule(Retry: false, [], first.AddDays(DataKeptDays), new Clause("dunning.hard", "A hard decline is not tried again: a new payment method is asked for."));
        RetryAttempt[] attempts = [.. RetryAfterDays.Select((days, i) => new RetryAttempt(i + 1, first.AddDays(days), LocalTime.ToInstant(first.AddDays(days), (int)RetryAt.ToTimeSpan().TotalMinutes, zone)))];
        return new DunningSchedule(Retry: attempts.Length > 0, attempts, (attempts.Length > 0 ? attempts[^1].Day : first).AddDays(DataKeptDays), new Clause(
            "dunning.soft", $"A soft decline is tried again {Wording.List([.. RetryAfterDays.Select(d => Wording.Number(d))])} days after the first failure; after the last the subscription is unpaid and the data is kept {DataKeptDays} days."));
    }

    internal void Check(PolicyCheck check)
    {
        check.Require(RetryAfterDays.Count <= 20, "retryAfterDays", "must have at most 20 entries");
        for (int i = 0; i < RetryAfterDays.Count; i++)
        {
            check.Range(RetryAfterDays[i], $"retryAfterDays[{i}]", 1, 90);
            check.Require(i == 0 || RetryAfterDays[i] > RetryAfterDays[i - 1], $"retryAfterDays[{i}]", "must be later than the one before");
        }
        for (int i = 0; i < HardDeclines.Count; i++) check.Key(HardDeclines[i], $"hardDeclines[{i}]");
        check.Range(DataKeptDays, "dataKeptDays", 0, 3660);
    }
}
