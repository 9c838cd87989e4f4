using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Core.Runs;
using Switchboard.Domain.Organisation;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>Asks for the run that makes the vectors of changed passages. Lost with the process between a change and the asking, the hourly run makes up for it.</summary>
/// <param name="embedders">Tell whether there are vectors.</param>
/// <param name="queue">Where runs are asked for.</param>
/// <param name="dispatcher">Told of a run that starts.</param>
/// <param name="time">The clock.</param>
public sealed class VectorUpkeep(Embedders embedders, IRunQueue queue, IDispatcher dispatcher, TimeProvider time)
{
    /// <summary>Asks for the run of the tenant's version; asked twice, there is one.</summary>
    public async Task ChangedAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        if (embedders.Source == EmbeddingSource.None) return;
        Enqueued enqueued = await queue.EnqueueAsync(EmbedPassages.After(tenant.Id, tenant.KnowledgeVersion, time.GetUtcNow()), cancellationToken);
        if (enqueued.StartsNow) dispatcher.Wake(enqueued.Run);
    }
}
