namespace Switchboard.Core.Routing;

/// <summary>The staff as a turn that hands over sees them.</summary>
/// <param name="Staff">Who could take it.</param>
/// <param name="Queued">Conversations that wait in the team's queue.</param>
public sealed record StaffSeen(IReadOnlyList<Candidate> Staff, int Queued)
{
    /// <summary>The name of the turn's step that holds them.</summary>
    public const string StepName = "read:staff";
}

/// <summary>Where handoffs find people: the port whose home is the storage. It is read in a turn that hands over, and in no other.</summary>
public interface IStaffDesk
{
    /// <summary>The active staff with the load of each, and the queue of a team, in one read.</summary>
    Task<StaffSeen> ReadAsync(Guid tenantId, string team, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Offers a handoff to another user, or to the team's queue, unless somebody took the conversation, an agent has it again, or it is offered to another than expected by now.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="handoffId">The handoff.</param>
    /// <param name="expected">To whom it is offered now.</param>
    /// <param name="user">To whom it is offered next; null for the queue.</param>
    /// <param name="notifyLead">Whether the leads of the team are told by mail, in the same transaction.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Breaks off.</param>
    /// <returns>Whether it was put to them.</returns>
    Task<bool> OfferAsync(Guid tenantId, Guid handoffId, Guid expected, Guid? user, bool notifyLead, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Whether a handoff still waits for who it is offered to.</summary>
    Task<bool> WaitsAsync(Guid tenantId, Guid handoffId, Guid offered, CancellationToken cancellationToken);

    /// <summary>Tells by mail who is offered a handoff that still waits for them, once for each offer. Who is not active or never proved the address is told nothing.</summary>
    /// <returns>Whether they are told.</returns>
    Task<bool> TellAsync(Guid tenantId, Guid handoffId, Guid offered, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellationToken);
}
