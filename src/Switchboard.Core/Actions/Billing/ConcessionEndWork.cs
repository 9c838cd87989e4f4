using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;

namespace Switchboard.Core.Actions.Billing;

/// <summary>Waits as a row for the end of a concession, and lets the price go back then.</summary>
public sealed class ConcessionEndWork : RunHandler
{
    /// <summary>The handler's name.</summary>
    public const string HandlerName = "discount.concession_end";

    /// <inheritdoc />
    public override string Name => HandlerName;

    /// <summary>Leaves the work for the end of a concession.</summary>
    internal static void Plan(IActionRows rows, Subscription subscription, DiscountGrant grant) => rows.Later(
        new WorkLater(HandlerName, PeriodEndWork.SubjectOf(subscription.Id), Json.Write(new ConcessionEndInput(subscription.Id, grant.Id)), FormattableString.Invariant($"{HandlerName}\n{grant.Id:N}\n{grant.Until!.Value.UtcTicks}")) { Due = grant.Until });

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        ConcessionEndInput input = run.Input<ConcessionEndInput>();
        return DueDone.Of(await DueActions.PerformAsync(run, new EndConcession(input.SubscriptionId, input.GrantId), cancellationToken));
    }

    private sealed record ConcessionEndInput(Guid SubscriptionId, Guid GrantId);
}
