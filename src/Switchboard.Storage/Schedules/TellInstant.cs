using Quartz;
using Switchboard.Core.Schedules;

namespace Switchboard.Storage.Schedules;

/// <summary>Whom Quartz's job tells.</summary>
/// <param name="Tell">Takes an instant.</param>
internal sealed record Teller(Func<ScheduledInstant, CancellationToken, Task> Tell);

/// <summary>The one job of Quartz: it tells an instant. When that fails Quartz fires it again by the trigger's rule; when the process ends in it, at the next start.</summary>
/// <param name="teller">Whom it tells.</param>
internal sealed class TellInstant(Teller teller) : IJob
{
    /// <inheritdoc />
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        TriggerKey key = (context.Recovering ? context.RecoveringTriggerKey : null) ?? context.Trigger.Key;
        await teller.Tell(new ScheduledInstant(key.Group, Guid.ParseExact(key.Name, "N"), (context.ScheduledFireTimeUtc ?? context.FireTimeUtc).ToUniversalTime()), cancellationToken);
    }
}
