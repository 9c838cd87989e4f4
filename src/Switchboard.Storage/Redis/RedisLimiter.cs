using StackExchange.Redis;
using Switchboard.Core.Limits;

namespace Switchboard.Storage.Redis;

/// <summary>
/// Counters that all nodes share. One script, by the clock of the server, charges all counters of a call or none. While Redis is away each node counts its share by
/// itself; that is never more open than the shared count. What Redis forgets while a node remembers it, and what a node counted by itself, is told with the node's next call.
/// </summary>
/// <param name="link">The connection.</param>
/// <param name="alone">Counts while Redis is away, and remembers.</param>
public sealed class RedisLimiter(RedisLink link, MemoryLimiter alone) : ILimiter
{
    private const string prefix = "switchboard:limit:";
    private const int perCharge = 3;

    // A key holds the microsecond at which its counter is full again. KEYS: the counters; ARGV: of each the period in microseconds, the count, the
    // microseconds that the caller knows to be used, and those that it allowed by itself while it could not ask.
    // Answers whether the call is allowed, then remaining, microseconds until full and microseconds to wait of each counter.
    private const string script = """
        local t = redis.call('TIME')
        local now = t[1] * 1000000 + t[2]
        local allowed, after, answer = 1, {}, {}
        for i = 1, #KEYS do
            local period, count, known, owed = tonumber(ARGV[4 * i - 3]), tonumber(ARGV[4 * i - 2]), tonumber(ARGV[4 * i - 1]), tonumber(ARGV[4 * i])
            local each = period / count
            local used = math.max(math.max(0, (tonumber(redis.call('GET', KEYS[i])) or 0) - now) + owed, math.min(known, period))
            after[i] = used + each
            local over = after[i] - period
            if over > 1 then
                allowed = 0
                answer[3 * i - 1], answer[3 * i], answer[3 * i + 1] = 0, math.ceil(used), math.ceil(over)
            else
                answer[3 * i - 1], answer[3 * i], answer[3 * i + 1] = math.max(0, math.floor((period - after[i]) / each + 0.001)), math.ceil(after[i]), 0
            end
        end
        answer[1] = allowed
        if allowed == 1 then
            for i = 1, #KEYS do redis.call('SET', KEYS[i], string.format('%.0f', now + after[i]), 'PX', math.ceil(after[i] / 1000)) end
        end
        return answer
        """;

    /// <inheritdoc />
    public async Task<LimitVerdict> TakeAsync(IReadOnlyList<LimitCharge> charges, CancellationToken cancellationToken)
    {
        RedisKey[] keys = [.. charges.Select(c => (RedisKey)(prefix + c.Counter))];
        TimeSpan asked = alone.Now;
        (TimeSpan Used, TimeSpan Owed)[] known = alone.Known(charges);
        RedisValue[] rates = [.. charges.SelectMany((c, i) => new RedisValue[] { (long)c.Rate.Period.TotalMicroseconds, c.Rate.Count, (long)known[i].Used.TotalMicroseconds, (long)known[i].Owed.TotalMicroseconds })];
        RedisResult? answer = await link.TryAsync(async redis => (RedisResult?)await redis.GetDatabase().ScriptEvaluateAsync(script, keys, rates));
        if (answer is null || (long[]?)answer is not { } numbers || numbers.Length != 1 + (charges.Count * perCharge))
        {
            LimitVerdict own = await alone.TakeAsync(charges, cancellationToken);
            if (own.Allowed) alone.Owe(charges);
            return own;
        }

        LimitState[] states = [.. charges.Select((c, i) => new LimitState(c, (int)numbers[1 + (i * perCharge)], TimeSpan.FromMicroseconds(numbers[2 + (i * perCharge)]), TimeSpan.FromMicroseconds(numbers[3 + (i * perCharge)])))];
        var verdict = LimitVerdict.Of(states);
        if (verdict.Allowed) alone.Settle(charges, known);
        // A call that is refused was charged to no counter: of those that would have allowed it, it says nothing.
        alone.Keep(verdict.Allowed ? states : [.. states.Where(s => s.Wait > TimeSpan.Zero)], asked);
        return verdict;
    }
}
