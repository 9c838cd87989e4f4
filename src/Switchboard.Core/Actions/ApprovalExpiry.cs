using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;

namespace Switchboard.Core.Actions;

/// <summary>Decides approvals, and lets them end.</summary>
public interface IApprovalStore
{
    /// <summary>Lets an approval end whose time has come, and tells who waits for it. Nothing happens when it was decided.</summary>
    Task ExpireAsync(Guid tenantId, Guid approvalId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Lets an approval end because nothing waits for it any more. Nothing happens when it was decided.</summary>
    Task WithdrawAsync(Guid tenantId, Guid approvalId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>What became of an approval; null while it is not decided.</summary>
    Task<ApprovalDecided?> DecisionAsync(Guid tenantId, Guid approvalId, CancellationToken cancellationToken);
}

/// <summary>Lets an approval end at its time: a run that sleeps from the moment it is asked for.</summary>
public sealed class ApprovalExpiry(IApprovalStore approvals) : RunHandler
{
    /// <summary>The name of the handler.</summary>
    public const string HandlerName = "approvals.expire";

    /// <inheritdoc />
    public override string Name => HandlerName;

    /// <summary>Asks for the run that lets an approval end, to be stored with it.</summary>
    public static RunRequest RequestFor(Approval approval) => new()
    {
        Actor = new SystemActor(approval.TenantId, "approvals"),
        Kind = RunKind.Job,
        Handler = HandlerName,
        Lane = RunLane.Interactive,
        Subject = $"approval:{approval.Id:D}",
        Input = Json.Write(new ExpiryInput(approval.Id)),
        ParentId = approval.RunId,
        Due = approval.ExpiresAt,
        At = approval.CreatedAt,
    };

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        DateTimeOffset now = await run.NowAsync("expiry", cancellationToken);
        await run.StepAsync("expire", "approval", async token =>
        {
            await approvals.ExpireAsync(run.Run.TenantId, run.Input<ExpiryInput>().ApprovalId, now, token);
            return true;
        }, cancellationToken);
        return null;
    }

    /// <inheritdoc />
    public override async Task SettleCancelledAsync(RunContext run, CancellationToken cancellationToken)
    {
        DateTimeOffset now = await run.NowAsync("withdrawal", cancellationToken);
        await run.StepAsync("withdraw", "approval", async token =>
        {
            await approvals.WithdrawAsync(run.Run.TenantId, run.Input<ExpiryInput>().ApprovalId, now, token);
            return true;
        }, cancellationToken);
    }

    private sealed record ExpiryInput(Guid ApprovalId);
}
