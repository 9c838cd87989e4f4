namespace Switchboard.Storage.Auditing;

/// <summary>Calls of one kind that were refused within a minute.</summary>
/// <param name="Actor">Who called.</param>
/// <param name="Route">The method and the route as it is declared; what a caller writes is not in it.</param>
/// <param name="Status">401 or 403.</param>
/// <param name="Reason">The code of the answer.</param>
/// <param name="Times">How many there were.</param>
public sealed record RefusedCalls(string Actor, string Route, int Status, string Reason, int Times);

/// <summary>Enters refused calls into the audit of the tenant that they were made to.</summary>
public sealed class RefusalNotes
{
    private readonly IAuditChains chains;
    private readonly AuditTrail trail;

    /// <summary>Prepares to enter.</summary>
    internal RefusalNotes(IAuditChains chains, AuditTrail trail)
    {
        this.chains = chains;
        this.trail = trail;
    }

    /// <summary>Enters them, each kind once.</summary>
    public Task EnterAsync(Guid tenantId, IReadOnlyList<RefusedCalls> refused, CancellationToken cancellationToken) =>
        chains.SealAsync(
            tenantId,
            chain =>
            {
                foreach (RefusedCalls calls in refused)
                    chain.Insert(trail.Make(tenantId, calls.Actor, new AuditChange(AuditChange.Refused, "call", null, null, AuditedFields.Json(("route", calls.Route), ("status", calls.Status), ("reason", calls.Reason), ("times", calls.Times)))));
                return refused.Count;
            },
            cancellationToken);
}
