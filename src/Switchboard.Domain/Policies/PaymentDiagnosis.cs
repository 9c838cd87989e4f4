using System.Collections.Frozen;

namespace Switchboard.Domain.Policies;

/// <summary>What kind of trouble a payment is in.</summary>
public enum PaymentTrouble
{
    /// <summary>It will not succeed with this method.</summary>
    Hard,

    /// <summary>It may succeed when it is tried again.</summary>
    Soft,

    /// <summary>The payer must confirm it with the bank.</summary>
    ActionNeeded,

    /// <summary>Nobody knows yet.</summary>
    Pending,

    /// <summary>The invoice is paid.</summary>
    Paid,
}

/// <summary>What is to be done about a payment.</summary>
/// <param name="Trouble">The kind of trouble.</param>
/// <param name="Code">The decline code, when the payer may hear it.</param>
/// <param name="UnknownCode">Whether the code is in no list, so that it is taken for a soft one.</param>
/// <param name="NextRetry">The day of the next try by itself; null when there is none.</param>
/// <param name="LastRetry">The day of the last one.</param>
/// <param name="RetryAllowed">Whether it can be tried again now because the payer says that the cause is gone.</param>
/// <param name="RetryFrom">From when that is possible, when it is too soon.</param>
/// <param name="Stuck">Whether it has been pending for longer than it should.</param>
/// <param name="Clause">The rule.</param>
public sealed record PaymentDiagnosis(PaymentTrouble Trouble, string? Code, bool UnknownCode, DateOnly? NextRetry, DateOnly? LastRetry, bool RetryAllowed, DateTimeOffset? RetryFrom, bool Stuck, Clause Clause);

/// <summary>What is known of a payment in trouble.</summary>
/// <param name="Pending">Whether nobody knows yet whether the money comes.</param>
/// <param name="Since">When it was tried.</param>
/// <param name="FirstFailure">When the first try for the invoice failed; null when none did.</param>
/// <param name="DeclineCode">Why the latest try failed.</param>
/// <param name="InvoicePaid">Whether the invoice is paid.</param>
/// <param name="LastRequested">When a try was last made on the payer's word.</param>
/// <param name="Tries">Tries so far, without those on the payer's word.</param>
public sealed record PaymentTroubleFacts(bool Pending, DateTimeOffset Since, DateTimeOffset? FirstFailure, string? DeclineCode, bool InvoicePaid, DateTimeOffset? LastRequested, int Tries = 1);

/// <summary>Tells what is wrong with a payment by the rules of dunning.</summary>
public static class PaymentDiagnoses
{
    /// <summary>How long a payment may be pending before a person looks.</summary>
    public static readonly TimeSpan PendingAtMost = TimeSpan.FromHours(24);

    /// <summary>How much time must pass between two tries on the payer's word.</summary>
    public static readonly TimeSpan BetweenRequests = TimeSpan.FromHours(24);

    private static readonly FrozenSet<string> soft = new[] { "insufficient_funds", "card_declined", "do_not_honor", "limit_exceeded", "processing_error", "issuer_unavailable", "3ds_timeout" }.ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> byPayer = new[] { "3ds_failed", "authentication_required" }.ToFrozenSet(StringComparer.Ordinal);
    // Whoever pays may not be whose card it is: these are never named.
    private static readonly FrozenSet<string> unnamed = new[] { "stolen_card", "lost_card", "fraud" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Diagnoses a payment.</summary>
    /// <param name="policy">The tenant's dunning.</param>
    /// <param name="facts">The payment.</param>
    /// <param name="now">The instant.</param>
    /// <param name="zone">The customer's time zone, on whose calendar tries are made.</param>
    public static PaymentDiagnosis Diagnose(this DunningPolicy policy, PaymentTroubleFacts facts, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (facts.InvoicePaid) return Plain(PaymentTrouble.Paid, new Clause("dunning.paid", "The invoice is paid; nothing is collected for it."));
        if (facts.Pending)
        {
            bool stuck = now - facts.Since >= PendingAtMost;
            return Plain(PaymentTrouble.Pending, new Clause("dunning.pending", $"A payment may be pending for {Wording.Time(PendingAtMost)}; after that a person looks.")) with { Stuck = stuck };
        }

        string? code = facts.DeclineCode;
        string? said = code is null || unnamed.Contains(code) ? null : code;
        if (code is not null && byPayer.Contains(code))
            return Plain(PaymentTrouble.ActionNeeded, new Clause("dunning.action_needed", "The payer must confirm the payment with the bank; it is not tried again by itself.")) with { Code = said };
        DunningSchedule schedule = policy.Schedule(facts.FirstFailure ?? facts.Since, code, zone);
        if (!schedule.Retry) return Plain(PaymentTrouble.Hard, schedule.Clause) with { Code = said };
        bool unknown = code is null || !soft.Contains(code);
        DateTimeOffset? from = facts.LastRequested is { } last && last + BetweenRequests > now ? last + BetweenRequests : null;
        return new PaymentDiagnosis(
            PaymentTrouble.Soft, said, unknown, schedule.Attempts.FirstOrDefault(a => a.At > now && a.Number >= facts.Tries)?.Day,
            schedule.Attempts[^1].Day, RetryAllowed: from is null, from, Stuck: false, schedule.Clause);
    }

    private static PaymentDiagnosis Plain(PaymentTrouble trouble, Clause clause) => new(trouble, null, UnknownCode: false, null, null, RetryAllowed: false, null, Stuck: false, clause);
}
