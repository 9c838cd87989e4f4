using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Actions;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Storage.Accounts;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Actions;

/// <summary>How an attempt to decide an approval ended.</summary>
public enum DecisionKind
{
    /// <summary>It is decided now.</summary>
    Decided,

    /// <summary>It had been decided so before; nothing was changed.</summary>
    Repeated,

    /// <summary>There is no such approval.</summary>
    NotFound,

    /// <summary>Whoever decides lacks the scope it needs.</summary>
    ScopeMissing,

    /// <summary>Only a member of the staff decides, and a key decides for its owner.</summary>
    NoPerson,
}

/// <summary>How an attempt to decide an approval ended.</summary>
/// <param name="Kind">How.</param>
/// <param name="Approval">The approval as it stands; null when there is none.</param>
public sealed record DecisionResult(DecisionKind Kind, Approval? Approval);

/// <summary>The approvals of the tenants: durable, decided once, and each decision goes on with what waits for it.</summary>
public sealed class ApprovalStore : IApprovalStore
{
    private readonly Data data;
    private readonly IEngine engine;
    private readonly IFaultPoints faults;

    internal ApprovalStore(Data data, IEngine engine, IFaultPoints faults) => (this.data, this.engine, this.faults) = (data, engine, faults);

    /// <summary>An approval; null when there is none.</summary>
    public async Task<Approval?> FindAsync(Guid tenantId, Guid id, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<Approval>().SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
    }

    /// <summary>A member of the staff who may work, by e-mail address, with what the role carries in the tenant; null when there is none.</summary>
    public async Task<UserActor?> PersonAsync(Guid tenantId, string email, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        User? user = await db.Users.SingleOrDefaultAsync(u => u.Email == email && u.Status == UserStatus.Active, cancellationToken);
        return user is null ? null : new UserActor(tenantId, user.Id, TenantRoles.ScopesOf(db, user.Role));
    }

    /// <summary>Decides an approval. The same decision again changes nothing.</summary>
    /// <exception cref="Domain.DomainRuleException">It was decided otherwise, has expired, or was asked for by the one who decides.</exception>
    public async Task<DecisionResult> DecideAsync(Actor actor, Guid id, bool approve, string? note, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await FindAsync(actor.TenantId, id, cancellationToken) is not { } found) return new DecisionResult(DecisionKind.NotFound, null);
        if (actor.PersonId is not { } person) return new DecisionResult(DecisionKind.NoPerson, found);
        if (!actor.Has(found.NeededScope)) return new DecisionResult(DecisionKind.ScopeMissing, found);
        ApprovalResult result = await ChangeAsync(actor, found, a => a.Decide(approve, person, note, now), now, cancellationToken);
        return new DecisionResult(result.IsNew ? DecisionKind.Decided : DecisionKind.Repeated, result.Approval);
    }

    /// <inheritdoc />
    public async Task ExpireAsync(Guid tenantId, Guid approvalId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await FindAsync(tenantId, approvalId, cancellationToken) is not { } found) return;
        await ChangeAsync(new SystemActor(tenantId, "approvals"), found, a => a.Expire(now), now, cancellationToken);
    }

    /// <inheritdoc />
    public async Task WithdrawAsync(Guid tenantId, Guid approvalId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await FindAsync(tenantId, approvalId, cancellationToken) is not { } found) return;
        await ChangeAsync(new SystemActor(tenantId, "approvals"), found, a => a.Withdraw("What asked for it has ended.", now), now, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<ApprovalDecided?> DecisionAsync(Guid tenantId, Guid approvalId, CancellationToken cancellationToken)
    {
        Approval approval = await FindAsync(tenantId, approvalId, cancellationToken) ?? throw new StepFailedException("approval_gone", $"There is no approval {approvalId}.", canRetry: false);
        return approval.Status == ApprovalStatus.Pending ? null : new ApprovalDecided(approval.Id, approval.Status, approval.Note);
    }

    private async Task<ApprovalResult> ChangeAsync(Actor actor, Approval found, Func<Approval, bool> change, DateTimeOffset now, CancellationToken cancellationToken)
    {
        string? waiting = null;
        if (found is { ConversationId: null, RunId: { } run })
        {
            await using SwitchboardDb db = data.For(actor.TenantId);
            waiting = await db.Runs.Where(r => r.Id == run).Select(r => r.Subject).SingleOrDefaultAsync(cancellationToken);
        }

        ApprovalResult result = await engine.CommitAsync(() => new ApprovalWork(actor, found.Id, found.ConversationId, waiting, change, now), cancellationToken);
        if (result.IsNew) faults.Reached("approval:after-commit");
        return result;
    }
}
