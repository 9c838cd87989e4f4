using Switchboard.Domain.Identity;

namespace Switchboard.Core.Erasure;

/// <summary>What an erasure comes to: how many rows of which table, and never what stood in them.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="ErasedAt">When it was done; null for a look at what would be.</param>
/// <param name="Rows">Rows that lose what is personal, or go, by table.</param>
/// <param name="Withdrawn">Runs that waited and were cancelled: timers, open dialogues, effects on the outside.</param>
/// <param name="SubscriptionsEnded">Subscriptions that ended with it.</param>
public sealed record ErasureReport(Guid CustomerId, DateTimeOffset? ErasedAt, IReadOnlyDictionary<string, long> Rows, int Withdrawn, int SubscriptionsEnded)
{
    /// <summary>Runs of the customer that are under way and are waited for.</summary>
    public int RunsUnderWay { get; init; }
}

/// <summary>Erases what is personal of a customer. Whoever calls it has made sure that the actor may.</summary>
public interface ICustomerErasure
{
    /// <summary>What would be erased; null when there is no such customer.</summary>
    Task<ErasureReport?> PreviewAsync(Guid tenantId, Guid customerId, CancellationToken cancellationToken);

    /// <summary>Nothing is taken from the customer's people from here on.</summary>
    /// <exception cref="Runs.StepFailedException">There is no such customer, or a legal hold keeps it.</exception>
    Task BeginAsync(Actor actor, Guid customerId, CancellationToken cancellationToken);

    /// <summary>Takes from the customer's people again; one that was erased stays erased.</summary>
    Task StopAsync(Actor actor, Guid customerId, CancellationToken cancellationToken);

    /// <summary>Erases everything in one transaction. Called again it gives the first report and changes nothing.</summary>
    /// <exception cref="Runs.StepFailedException">A run of the customer is under way, which another attempt may not find; or there is no such customer, or a legal hold keeps it.</exception>
    Task<ErasureReport> EraseAsync(Actor actor, Guid customerId, CancellationToken cancellationToken);

    /// <summary>Leaves nothing in the database's own files of what was erased.</summary>
    Task ShredAsync(CancellationToken cancellationToken);
}
