using Switchboard.Core.Runs;
using Switchboard.Domain.Organisation;
using Switchboard.Storage.Auditing;

namespace Switchboard.Storage.Backup;

/// <summary>Enters into the audit of every tenant that a backup was restored, once, at the first opening after it.</summary>
public sealed class RestoreNotes
{
    private readonly DataFolder folder;
    private readonly Tenants tenants;
    private readonly IAuditChains chains;
    private readonly AuditTrail trail;
    private readonly AuditSealer sealer;
    private readonly IFaultPoints faults;

    /// <summary>Prepares to enter.</summary>
    internal RestoreNotes(DataFolder folder, Tenants tenants, IAuditChains chains, AuditTrail trail, AuditSealer sealer, IFaultPoints faults)
    {
        this.folder = folder;
        this.tenants = tenants;
        this.chains = chains;
        this.trail = trail;
        this.sealer = sealer;
        this.faults = faults;
    }

    /// <summary>Enters a restore that is not entered yet; does nothing when there is none.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        if (RestoreMark.Read(folder.Path) is not { } mark) return;
        var change = new AuditChange(AuditChange.Restored, "installation", null, null, AuditedFields.Json(("file", mark.File), ("backupCreatedAt", mark.BackupCreatedAt), ("restoredAt", mark.RestoredAt)));
        foreach (Tenant tenant in await tenants.ListAsync(cancellationToken))
        {
            // The id is the restore's own, so whoever is killed here and comes again enters nothing twice.
            await chains.SealAsync(
                tenant.Id,
                chain =>
                {
                    if (!chain.Has(mark.Id)) chain.Insert(trail.Make(tenant.Id, "system:restore", change, mark.Id));
                    return 0;
                },
                cancellationToken);
        }

        await sealer.SealAsync(cancellationToken);
        faults.Reached("restore:entered");
        File.Delete(Path.Combine(folder.Path, RestoreMark.FileName));
    }
}
