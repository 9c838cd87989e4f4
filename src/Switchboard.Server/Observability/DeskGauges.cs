using System.Diagnostics.Metrics;
using Switchboard.Core.Runs;
using Switchboard.Domain.Operations;
using Switchboard.Storage;
using Switchboard.Storage.Redis;
using Switchboard.Storage.Telemetry;

namespace Switchboard.Server.Observability;

/// <summary>What stands in the database and in Redis, as gauges. It is looked at when the metrics are read, and at most every few seconds, however many read them.</summary>
public sealed class DeskGauges
{
    /// <summary>The name under which whoever records them listens.</summary>
    public const string MeterName = "Switchboard.Desk";

    private static readonly TimeSpan lookEvery = TimeSpan.FromSeconds(5);
    private static readonly RunStatus[] standing = [RunStatus.Queued, RunStatus.Running];
    private static readonly OutboxStatus[] open = [OutboxStatus.Pending, OutboxStatus.Sending, OutboxStatus.Failed, OutboxStatus.Unknown];

    private readonly DeskCounts counts;
    private readonly RedisLink? redis;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim looking = new(1, 1);
    private volatile Look? last;

    /// <summary>Makes the gauges.</summary>
    public DeskGauges(IMeterFactory meters, DeskCounts counts, TimeProvider time, RedisLink? redis = null)
    {
        (this.counts, this.redis, this.time) = (counts, redis, time);
        Meter meter = meters.Create(MeterName);
        meter.CreateObservableGauge("switchboard.database.up", () => Of<int>(look => [new Measurement<int>(look.Count is null ? 0 : 1)]), description: "1 while the database answers.");
        if (redis is not null) meter.CreateObservableGauge("switchboard.redis.up", () => redis.IsUp ? 1 : 0, description: "1 while Redis answers; while it does not, each node limits to its share.");
        meter.CreateObservableGauge("switchboard.runs.open", () => Counted(RunsOpen), "{run}", "Runs that are queued or running, by lane.");
        meter.CreateObservableGauge("switchboard.runs.oldest", () => Counted(RunsOldest), "s", "How long the oldest queued run of a lane has waited.");
        meter.CreateObservableGauge("switchboard.outbox", () => Counted(Outbox), "{effect}", "Effects that are not carried out: pending and sending go on by themselves, unknown and failed need people.");
        meter.CreateObservableGauge("switchboard.conversations.human", () => Counted(Human), "{conversation}", "Conversations that people own: those that wait for somebody, and those somebody has taken.");
    }

    /// <summary>Looks anew when what was seen last is old. A database that does not answer is a figure like another.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (IsFresh) return;
        await looking.WaitAsync(cancellationToken);
        try
        {
            if (IsFresh) return;
            DeskCount? count = null;
            try
            {
                count = await counts.ReadAsync(cancellationToken);
            }
            catch (Exception error) when (error is System.Data.Common.DbException or IOException || DatabaseFailures.IsUnavailable(error))
            {
                // Told by the gauge of the database.
            }

            last = new Look(count, time.GetTimestamp());
        }
        finally
        {
            looking.Release();
        }
    }

    private static IEnumerable<Measurement<long>> RunsOpen(DeskCount count) =>
        from lane in Enum.GetValues<RunLane>() from status in standing select new Measurement<long>(count.Runs.GetValueOrDefault((lane, status)), Label("lane", lane), Label("status", status));

    private IEnumerable<Measurement<double>> RunsOldest(DeskCount count) =>
        from lane in Enum.GetValues<RunLane>()
        select new Measurement<double>(count.Oldest.TryGetValue(lane, out DateTimeOffset since) ? Math.Max(0, (time.GetUtcNow() - since).TotalSeconds) : 0, Label("lane", lane));

    private static IEnumerable<Measurement<long>> Outbox(DeskCount count) => open.Select(status => new Measurement<long>(count.Outbox.GetValueOrDefault(status), Label("status", status)));

    private static IEnumerable<Measurement<long>> Human(DeskCount count) =>
        [new Measurement<long>(count.Waiting, new KeyValuePair<string, object?>("state", "waiting")), new Measurement<long>(count.Taken, new KeyValuePair<string, object?>("state", "taken"))];

    private bool IsFresh => last is { } look && time.GetElapsedTime(look.At) < lookEvery;

    private IEnumerable<Measurement<T>> Of<T>(Func<Look, IEnumerable<Measurement<T>>> read) where T : struct => last is { } look ? read(look) : [];

    private IEnumerable<Measurement<T>> Counted<T>(Func<DeskCount, IEnumerable<Measurement<T>>> read) where T : struct => Of(look => look.Count is { } count ? read(count) : []);

    private static KeyValuePair<string, object?> Label(string name, Enum value) => new(name, System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

    private sealed record Look(DeskCount? Count, long At);
}
