using System.Globalization;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;

namespace Switchboard.Core.Schedules;

/// <summary>Asks for the runs of schedules. This is all that a calendar does: what is to be done is the handler's.</summary>
/// <param name="schedules">The schedules.</param>
/// <param name="queue">Where runs are asked for.</param>
/// <param name="dispatcher">Told of runs that start.</param>
/// <param name="time">The clock.</param>
public sealed class ScheduledRuns(ScheduleList schedules, IRunQueue queue, IDispatcher dispatcher, TimeProvider time)
{
    private const string prefix = "schedule:";

    /// <summary>The subject of all runs of a schedule. They follow each other: last night's ends before tonight's begins.</summary>
    public static string SubjectOf(string schedule) => $"{prefix}{schedule}";

    /// <summary>What the keys of the runs of a schedule's instants begin with.</summary>
    public static string InstantKeysOf(string schedule) => $"{prefix}{schedule}:at:";

    /// <summary>The key of the run of an instant: told twice, by whichever process, it makes one run.</summary>
    public static string KeyOf(ScheduledInstant instant) => $"{InstantKeysOf(instant.Schedule)}{instant.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}";

    /// <summary>The instant of a key made by <see cref="KeyOf"/>.</summary>
    public static DateTimeOffset InstantOf(string key) => DateTimeOffset.Parse(key.AsSpan(key.IndexOf(":at:", StringComparison.Ordinal) + 4), CultureInfo.InvariantCulture);

    /// <summary>Asks for the run of an instant. The run acts for the installation.</summary>
    /// <returns>The run; null when there is no such schedule any more.</returns>
    public async Task<Enqueued?> EnqueueAsync(ScheduledInstant instant, CancellationToken cancellationToken) =>
        schedules.Find(instant.Schedule) is { } schedule
            ? await EnqueueAsync(schedule, new SystemActor(instant.TenantId, $"{prefix}{schedule.Name}"), KeyOf(instant), cancellationToken)
            : null;

    /// <summary>Asks for a run of the schedule now, besides those of its instants. The run acts for who asks.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="key">The caller's key: asked twice under one key, there is one run. Null when each asking counts.</param>
    /// <param name="cancellationToken">Cancels the asking.</param>
    public Task<Enqueued> EnqueueNowAsync(Actor actor, Schedule schedule, string? key, CancellationToken cancellationToken) =>
        EnqueueAsync(schedule, actor, $"{prefix}{schedule.Name}:by:{actor.Key}:{key ?? Guid.CreateVersion7(time.GetUtcNow()).ToString("N")}", cancellationToken);

    private async Task<Enqueued> EnqueueAsync(Schedule schedule, Actor actor, string key, CancellationToken cancellationToken)
    {
        Enqueued enqueued = await queue.EnqueueAsync(
            new RunRequest
            {
                Actor = actor,
                Kind = RunKind.Job,
                Handler = schedule.Handler,
                Subject = SubjectOf(schedule.Name),
                Input = schedule.Input,
                At = time.GetUtcNow(),
                Lane = RunLane.Batch,
                IdempotencyKey = key,
            },
            cancellationToken);
        if (enqueued.StartsNow) dispatcher.Wake(enqueued.Run);
        return enqueued;
    }
}
