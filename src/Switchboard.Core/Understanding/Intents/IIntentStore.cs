using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>Where a tenant's corrections and the versions of its classifier are stored.</summary>
public interface IIntentStore
{
    /// <summary>What people corrected, the newest so many, in the order of the messages.</summary>
    Task<IReadOnlyList<TaughtTurn>> CorrectionsAsync(Guid tenantId, int most, CancellationToken cancellationToken);

    /// <summary>The words of messages as examples, in the order given; a message that is gone is left out.</summary>
    Task<IReadOnlyList<IntentExample>> SentencesAsync(Guid tenantId, IReadOnlyList<TaughtTurn> taught, CancellationToken cancellationToken);

    /// <summary>The id of the version in force; null when nothing was ever accepted and the product's own holds. Asked often, so it reads no more.</summary>
    Task<Guid?> InForceAsync(Guid tenantId, CancellationToken cancellationToken);

    /// <summary>The training with the id; null when there is none.</summary>
    Task<IntentModelVersion?> FindAsync(Guid tenantId, Guid id, CancellationToken cancellationToken);

    /// <summary>The id of the newest training that took over under a version; null when there is none.</summary>
    Task<Guid?> OfVersionAsync(Guid tenantId, string version, CancellationToken cancellationToken);

    /// <summary>The newest training, whether it took over or not; null when there was none.</summary>
    Task<IntentModelVersion?> LastAsync(Guid tenantId, CancellationToken cancellationToken);

    /// <summary>Stores a training; one with the same id stays.</summary>
    Task AddAsync(Actor actor, IntentModelVersion trained, CancellationToken cancellationToken);
}
