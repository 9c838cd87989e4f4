using System.Data.Common;
using Switchboard.Core.Context;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Context;

/// <summary>
/// Reads the context of customers from the database in one way, within a time limit. A part that fails or hangs is named as missing; those behind it are asked a
/// second time without it. While the database gives nothing at all it is left in peace for some seconds.
/// </summary>
/// <param name="engine">Asks the questions.</param>
/// <param name="clock">Of when the facts are.</param>
internal sealed class ContextStore(IEngine engine, TimeProvider clock)
{
    /// <summary>How long one way to the database may take. It is a real time, whatever the clock of the runs shows.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(300);

    private const int mostWays = 2;
    private const int failuresToRest = 3;
    private static readonly TimeSpan rest = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private int failures;
    private long restsSince;

    /// <summary>Reads a context; null when there is no such customer.</summary>
    public async Task<CustomerContext?> ReadAsync(ContextAsk ask, CancellationToken cancellationToken)
    {
        var queries = new ContextQueries(ask, clock.GetUtcNow());
        if (IsResting) return queries.Context();
        IReadOnlyList<ContextPart> left = queries.Parts;
        for (int way = 1; left.Count > 0 && way <= mostWays; way++)
        {
            if (await TryAsync(ask.TenantId, left, cancellationToken)) break;
            // Nothing came: it is not one part that is slow or broken, it is the database.
            if (!queries.HasAny) break;
            left = [.. left.SkipWhile(p => p.IsAnswered).Skip(1)];
        }

        Note(queries.HasAny);
        return queries.IsNobody ? null : queries.Context();
    }

    private async Task<bool> TryAsync(Guid tenantId, IReadOnlyList<ContextPart> parts, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        try
        {
            await engine.AskAsync(tenantId, [.. parts.SelectMany(p => p.Queries)], limited.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception error) when (error is DbException or TimeoutException or IOException)
        {
            return false;
        }
    }

    private bool IsResting
    {
        get
        {
            lock (gate) return failures >= failuresToRest && TimeProvider.System.GetElapsedTime(restsSince) < rest;
        }
    }

    private void Note(bool came)
    {
        lock (gate)
        {
            failures = came ? 0 : failures + 1;
            if (failures >= failuresToRest) restsSince = TimeProvider.System.GetTimestamp();
        }
    }
}
