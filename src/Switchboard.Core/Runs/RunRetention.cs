using Switchboard.Core.Schedules;
using Switchboard.Domain.Identity;

namespace Switchboard.Core.Runs;

/// <summary>How long the engine keeps what it has done with.</summary>
/// <param name="JournalDays">Days for which the steps and events of a run are kept after its end.</param>
/// <param name="OutboxDays">Days for which an effect on the outside is kept after its outcome was known.</param>
public sealed record RetentionRule(int JournalDays = 180, int OutboxDays = 30);

/// <summary>What a retention run deleted.</summary>
/// <param name="Runs">Runs that lost their journal.</param>
/// <param name="Steps">Their steps.</param>
/// <param name="Events">Their events.</param>
/// <param name="OutboxEntries">Settled effects on the outside.</param>
public sealed record RetentionResult(int Runs, long Steps, long Events, int OutboxEntries);

/// <summary>Deletes the journals of runs that ended long ago and settled effects on the outside, some rows a commit, each commit a step: a run that was cut off goes on behind the last.</summary>
/// <param name="retention">Deletes.</param>
/// <param name="rule">How long things are kept.</param>
public sealed class RunRetention(IRunRetention retention, RetentionRule rule) : RunHandler
{
    /// <summary>The handler's name.</summary>
    public const string HandlerName = "runs.retention";

    /// <summary>Rows a commit: interactive writers wait for one such commit at most.</summary>
    private const int rowsAtOnce = 1000;

    /// <summary>When it is done: in each tenant's night. A night that was missed is made up for by the next start.</summary>
    public static Schedule Nightly { get; } = new(HandlerName, "0 15 3 * * ?", TimeZone: null, MisfireRule.RunOnce, HandlerName, "{}");

    /// <inheritdoc />
    public override string Name => HandlerName;

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        await run.StepAsync("decide", "scope", _ => MayAsync(run.Actor), RetryRule.Never, cancellationToken);
        DateTimeOffset now = await run.NowAsync("begun", cancellationToken);
        Guid tenant = run.Run.TenantId;
        int runs = 0, entries = 0;
        long steps = 0, events = 0;
        for (Guid? after = Guid.Empty; after is { } from;)
        {
            JournalsDeleted deleted = await run.StepAsync("delete", "journals", token => retention.DeleteJournalsAsync(tenant, now.AddDays(-rule.JournalDays), from, rowsAtOnce, token), cancellationToken);
            runs += deleted.Runs;
            steps += deleted.Steps;
            events += deleted.Events;
            after = deleted.Through;
        }

        for (int deleted = rowsAtOnce; deleted == rowsAtOnce;)
        {
            deleted = await run.StepAsync("delete", "outbox", token => retention.DeleteOutboxAsync(tenant, now.AddDays(-rule.OutboxDays), rowsAtOnce, token), cancellationToken);
            entries += deleted;
        }

        return new RetentionResult(runs, steps, events, entries);
    }

    private static Task<bool> MayAsync(Actor actor) =>
        actor.Has(Scopes.AdminConfig) ? Task.FromResult(true) : throw new StepFailedException("missing_scope", $"Retention needs the scope {Scopes.AdminConfig}.", canRetry: false);
}
