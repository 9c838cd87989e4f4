namespace Switchboard.Core.Limits;

/// <summary>
/// Counters in this process. They know nothing of other processes' calls, so where several share an installation each allows its share of a rate, at least one call:
/// together they allow no more than the rate, and a caller who is always sent to the same process gets less.
/// </summary>
/// <param name="nodes">How many processes there are.</param>
/// <param name="time">The clock.</param>
public sealed class MemoryLimiter(NodeCount nodes, TimeProvider time) : ILimiter
{
    private const int cleanedFrom = 10_000;
    private readonly Lock gate = new();
    // For each counter the instant at which it is full again: one number says how much of the rate is used (the generic cell rate algorithm of ITU-T I.371).
    private readonly Dictionary<string, TimeSpan> full = new(StringComparer.Ordinal);
    private readonly long start = time.GetTimestamp();
    private int cleanAt = cleanedFrom;

    /// <inheritdoc />
    public Task<LimitVerdict> TakeAsync(IReadOnlyList<LimitCharge> charges, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TimeSpan now = time.GetElapsedTime(start);
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

    private LimitState StateOf(LimitCharge charge, TimeSpan now)
    {
        TimeSpan each = charge.Rate.Period / charge.Rate.Count;
        TimeSpan used = full.TryGetValue(charge.Counter, out TimeSpan until) && until > now ? until - now : TimeSpan.Zero;
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
        cleanAt = Math.Max(cleanedFrom, full.Count * 2);
    }
}
