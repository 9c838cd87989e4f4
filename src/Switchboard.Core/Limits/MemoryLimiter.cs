namespace Switchboard.Core.Limits;

/// <summary>
/// Counters in this process. They know nothing of other processes' calls, so where several share an installation each allows its share of a rate, at least one call:
/// together they allow no more than the rate, and a caller who is always sent to the same process gets less. Where counters are shared it keeps beside them what this
/// process was told of them last, so that neither losing what is shared nor its coming back empty gives anybody a limit that is used up.
/// </summary>
/// <param name="nodes">How many processes there are.</param>
/// <param name="time">The clock.</param>
public sealed class MemoryLimiter(NodeCount nodes, TimeProvider time) : ILimiter
{
    private const int cleanedFrom = 10_000;
    private readonly Lock gate = new();
    // For each counter the instant at which it is full again: one number says how much of the rate is used (the generic cell rate algorithm of ITU-T I.371).
    private readonly Dictionary<string, TimeSpan> full = new(StringComparer.Ordinal);
    // What was allowed here while the shared counters could not be asked, and is not in them yet, with the instant after which it is nothing any more.
    private readonly Dictionary<string, (TimeSpan Used, TimeSpan Until)> owed = new(StringComparer.Ordinal);
    private readonly long start = time.GetTimestamp();
    private int cleanAt = cleanedFrom;

    /// <inheritdoc />
    public Task<LimitVerdict> TakeAsync(IReadOnlyList<LimitCharge> charges, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TimeSpan now = Now;
        int share = nodes.Value;
        lock (gate)
        {
            if (full.Count > cleanAt) Clean(now);
            LimitState[] states = [.. charges.Select(c => StateOf(c with { Rate = c.Rate with { Count = Math.Max(1, c.Rate.Count / share) } }, now))];
            LimitVerdict verdict = LimitVerdict.Of(states);
            if (verdict.Allowed)
                foreach (LimitState state in states) full[state.Charge.Counter] = now + state.Full;
            return Task.FromResult(verdict);
        }
    }

    /// <summary>The instant of this process, to be taken before a shared counter is asked.</summary>
    public TimeSpan Now => time.GetElapsedTime(start);

    /// <summary>How counters stand for this process, in the order of the charges: of each how much of its period is used, and how much of that the shared counter does not know of.</summary>
    public (TimeSpan Used, TimeSpan Owed)[] Known(IReadOnlyList<LimitCharge> charges)
    {
        TimeSpan now = Now;
        lock (gate) return [.. charges.Select(c => (UsedAt(c.Counter, now), OwedAt(c.Counter, now)))];
    }

    /// <summary>Notes a call that was allowed while the shared counters could not be asked: they are told with the next one.</summary>
    public void Owe(IReadOnlyList<LimitCharge> charges)
    {
        TimeSpan now = Now;
        lock (gate)
        {
            foreach (LimitCharge charge in charges)
            {
                TimeSpan period = charge.Rate.Period, sum = OwedAt(charge.Counter, now) + (period / charge.Rate.Count);
                // A counter is full again after its period at most, and what came on top of it after another.
                owed[charge.Counter] = (sum < period ? sum : period, now + (2 * period));
            }
        }
    }

    /// <summary>Takes away what the shared counters were told.</summary>
    /// <param name="charges">What was charged.</param>
    /// <param name="told">How the counters stood when they were asked, in the same order.</param>
    public void Settle(IReadOnlyList<LimitCharge> charges, IReadOnlyList<(TimeSpan Used, TimeSpan Owed)> told)
    {
        lock (gate)
        {
            for (int i = 0; i < told.Count; i++)
            {
                if (!owed.TryGetValue(charges[i].Counter, out (TimeSpan Used, TimeSpan Until) open)) continue;
                if (open.Used > told[i].Owed) owed[charges[i].Counter] = open with { Used = open.Used - told[i].Owed };
                else owed.Remove(charges[i].Counter);
            }
        }
    }

    /// <summary>Keeps what the shared counters say.</summary>
    /// <param name="states">How they stand.</param>
    /// <param name="asked">When they were asked. Counted from then, what is kept is never more than what is shared, so it cannot add up.</param>
    public void Keep(IReadOnlyList<LimitState> states, TimeSpan asked)
    {
        lock (gate)
        {
            if (full.Count > cleanAt) Clean(asked);
            foreach (LimitState state in states)
            {
                TimeSpan until = asked + state.Full;
                if (!full.TryGetValue(state.Charge.Counter, out TimeSpan known) || known < until) full[state.Charge.Counter] = until;
            }
        }
    }

    private TimeSpan UsedAt(string counter, TimeSpan now) => full.TryGetValue(counter, out TimeSpan until) && until > now ? until - now : TimeSpan.Zero;

    private TimeSpan OwedAt(string counter, TimeSpan now) => owed.TryGetValue(counter, out (TimeSpan Used, TimeSpan Until) open) && open.Until > now ? open.Used : TimeSpan.Zero;

    private LimitState StateOf(LimitCharge charge, TimeSpan now)
    {
        TimeSpan each = charge.Rate.Period / charge.Rate.Count;
        TimeSpan used = UsedAt(charge.Counter, now);
        TimeSpan after = used + each;
        // A hair's breadth of rounding must not cost the last call.
        bool fits = after <= charge.Rate.Period + TimeSpan.FromMicroseconds(1);
        return fits
            ? new(charge, (int)Math.Max(0, ((charge.Rate.Period - after) / each) + 0.001), after, TimeSpan.Zero)
            : new(charge, 0, used, after - charge.Rate.Period);
    }

    /// <summary>Forgets the counters that are full: they are as if they had never been charged.</summary>
    private void Clean(TimeSpan now)
    {
        foreach (string counter in full.Where(f => f.Value <= now).Select(f => f.Key).ToList()) full.Remove(counter);
        foreach (string counter in owed.Where(o => o.Value.Until <= now).Select(o => o.Key).ToList()) owed.Remove(counter);
        cleanAt = Math.Max(cleanedFrom, full.Count * 2);
    }
}
