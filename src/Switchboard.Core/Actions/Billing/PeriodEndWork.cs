using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;

namespace Switchboard.Core.Actions.Billing;

/// <summary>Waits as a row for the end of a subscription's period for which something was announced, and lets come what still stands then.</summary>
public sealed class PeriodEndWork : RunHandler
{
    /// <summary>The handler's name.</summary>
    public const string HandlerName = "subscription.period_end";

    /// <inheritdoc />
    public override string Name => HandlerName;

    /// <summary>Leaves the work for the end of the period. However often it is asked for, of a period there is one.</summary>
    internal static void Plan(IActionRows rows, Subscription subscription) => rows.Later(
        new WorkLater(HandlerName, SubjectOf(subscription.Id), Json.Write(new PeriodEndInput(subscription.Id, subscription.PeriodEnd)), FormattableString.Invariant($"{HandlerName}\n{subscription.Id:N}\n{subscription.PeriodEnd.UtcTicks}")) { Due = subscription.PeriodEnd });

    /// <summary>What all work about a subscription's terms is about: none is done beside another.</summary>
    internal static string SubjectOf(Guid subscriptionId) => $"subscription:{subscriptionId}";

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        PeriodEndInput input = run.Input<PeriodEndInput>();
        return DueDone.Of(await DueActions.PerformAsync(run, new RenewSubscription(input.SubscriptionId, input.PeriodEnd), cancellationToken));
    }

    private sealed record PeriodEndInput(Guid SubscriptionId, DateTimeOffset PeriodEnd);
}
