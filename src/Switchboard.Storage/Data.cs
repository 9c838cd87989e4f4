using Switchboard.Domain.Support;

namespace Switchboard.Storage;

/// <summary>The way to the rows of a tenant. Each home of the storage has its own.</summary>
public abstract class Data
{
    /// <summary>The tenant's rows to read, untracked. Dispose it soon: it holds a connection.</summary>
    /// <exception cref="ArgumentException">The tenant is the empty id.</exception>
    public SwitchboardDb For(Guid tenantId) => Open(Given(tenantId));

    /// <summary>One conversation by prepared statements, for the path of every message; null when there is none.</summary>
    public abstract Task<Conversation?> FindConversationAsync(Guid tenantId, Guid conversationId, CancellationToken cancellationToken);

    /// <summary>Changes rows of the tenant in one transaction: the work finds and alters tracked rows, then they are saved.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="work">What to change. It may run on the only thread that writes, so it must not wait for anything but the database.</param>
    /// <param name="cancellationToken">Cancels work that has not begun.</param>
    /// <exception cref="ArgumentException">The tenant is the empty id.</exception>
    public Task<T> WriteAsync<T>(Guid tenantId, Func<SwitchboardDb, T> work, CancellationToken cancellationToken) =>
        SaveAsync(Given(tenantId), work, cancellationToken);

    /// <summary>The rows that belong to no tenant. Only the classes that look a tenant up use it.</summary>
    internal SwitchboardDb ForNoTenant() => Open(Guid.Empty);

    /// <summary>Opens the model for reading.</summary>
    protected abstract SwitchboardDb Open(Guid tenantId);

    /// <summary>Carries the work out in a transaction and saves what it changed.</summary>
    protected abstract Task<T> SaveAsync<T>(Guid tenantId, Func<SwitchboardDb, T> work, CancellationToken cancellationToken);

    private static Guid Given(Guid tenantId) =>
        tenantId != Guid.Empty ? tenantId : throw new ArgumentException("Rows are reached through their tenant, and none was given.", nameof(tenantId));
}
