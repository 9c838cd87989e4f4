namespace Switchboard.Core.Limits;

/// <summary>So many calls in a period. The whole of it may come at once; it fills up again evenly.</summary>
/// <param name="Count">Calls, 1 or more.</param>
/// <param name="Period">The period.</param>
public sealed record LimitRate(int Count, TimeSpan Period);

/// <summary>One call that a counter is charged with.</summary>
/// <param name="Counter">Whose calls are counted, and which of them: <c>turn:key:…</c>.</param>
/// <param name="Rate">How many it may make.</param>
public sealed record LimitCharge(string Counter, LimitRate Rate);

/// <summary>How a counter stands after a charge.</summary>
/// <param name="Charge">The charge.</param>
/// <param name="Remaining">Calls that may come at once now.</param>
/// <param name="Full">How long until the whole rate may come at once again.</param>
/// <param name="Wait">How long until the call may be made; zero when it may be made now.</param>
public sealed record LimitState(LimitCharge Charge, int Remaining, TimeSpan Full, TimeSpan Wait);

/// <summary>What became of a call.</summary>
/// <param name="Allowed">Whether it may be made. When not, none of its counters was charged.</param>
/// <param name="Tightest">The counter that forbids it longest, or that is nearest to its end.</param>
public sealed record LimitVerdict(bool Allowed, LimitState Tightest)
{
    /// <summary>The verdict over states of one call.</summary>
    public static LimitVerdict Of(IReadOnlyList<LimitState> states)
    {
        LimitState longest = states.MaxBy(s => s.Wait)!;
        return longest.Wait > TimeSpan.Zero ? new(false, longest) : new(true, states.MinBy(s => s.Remaining / (double)s.Charge.Rate.Count)!);
    }
}

/// <summary>Counts calls. Each home charges all counters of a call or none, also when many calls come at once.</summary>
public interface ILimiter
{
    /// <summary>Charges a call to its counters, of which there is at least one.</summary>
    Task<LimitVerdict> TakeAsync(IReadOnlyList<LimitCharge> charges, CancellationToken cancellationToken);
}

/// <summary>How many processes share the installation, as far as this one knows. Where nobody counts it is alone.</summary>
public sealed class NodeCount
{
    private volatile int known = 1;

    /// <summary>The processes, 1 or more.</summary>
    public int Value => known;

    /// <summary>Tells how many there are.</summary>
    public void Set(long count) => known = (int)Math.Clamp(count, 1, int.MaxValue);
}
