using Switchboard.Domain;
using Switchboard.Domain.Identity;
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

    /// <summary>Which version of a tenant's policies holds, by prepared statements, for the path of every message; null before anything was saved.</summary>
    public abstract Task<(Guid Id, int Version)?> NewestPoliciesAsync(Guid tenantId, CancellationToken cancellationToken);

    /// <summary>Changes rows of the actor's tenant in one transaction: the work finds and alters tracked rows, then they are saved.</summary>
    /// <param name="actor">Who changes them.</param>
    /// <param name="work">What to change. It may run on the only thread that writes, so it must not wait for anything but the database.</param>
    /// <param name="cancellationToken">Cancels work that has not begun.</param>
    /// <exception cref="ArgumentException">The actor's tenant is the empty id.</exception>
    public Task<T> WriteAsync<T>(Actor actor, Func<SwitchboardDb, T> work, CancellationToken cancellationToken)
    {
        Given(actor.TenantId);
        return SaveAsync(actor, work, cancellationToken);
    }

    /// <summary>Adds many rows of the actor's tenant in one transaction, far faster than one by one.</summary>
    /// <param name="actor">Who adds them.</param>
    /// <param name="work">Adds the rows, those that others point to first. The rules are those of <see cref="WriteAsync"/>.</param>
    /// <param name="cancellationToken">Cancels work that has not begun.</param>
    /// <exception cref="ArgumentException">The actor's tenant is the empty id.</exception>
    public Task<T> LoadAsync<T>(Actor actor, Func<IBulkLoad, T> work, CancellationToken cancellationToken)
    {
        Given(actor.TenantId);
        return BulkAsync(actor, work, cancellationToken);
    }

    /// <summary>Leaves nothing in the database's own files of what was deleted or written over. A server's files are its own to tidy up.</summary>
    public virtual Task ShredAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The rows that belong to no tenant. Only the classes that look a tenant up use it.</summary>
    internal SwitchboardDb ForNoTenant() => Open(Guid.Empty);

    /// <summary>The key with the hash and its owner, of whatever tenant: the one read across tenants. Only the class that looks a key up uses it.</summary>
    internal SwitchboardDb ForKey(byte[] hash) => OpenForKey(hash);

    /// <summary>Opens the model for reading what a key's hash opens. A home with rules of its own on rows shows that key and its owner alone.</summary>
    protected virtual SwitchboardDb OpenForKey(byte[] hash) => Open(Guid.Empty);

    /// <summary>Opens the model for reading.</summary>
    protected abstract SwitchboardDb Open(Guid tenantId);

    /// <summary>Carries the work out in a transaction and saves what it changed.</summary>
    protected abstract Task<T> SaveAsync<T>(Actor actor, Func<SwitchboardDb, T> work, CancellationToken cancellationToken);

    /// <summary>Carries the loading out in a transaction.</summary>
    protected abstract Task<T> BulkAsync<T>(Actor actor, Func<IBulkLoad, T> work, CancellationToken cancellationToken);

    private static Guid Given(Guid tenantId) =>
        tenantId != Guid.Empty ? tenantId : throw new ArgumentException("Rows are reached through their tenant, and none was given.", nameof(tenantId));
}

/// <summary>Adds many rows in the transaction it was given with.</summary>
public interface IBulkLoad
{
    /// <summary>The model in the same transaction, to look rows up and to change some.</summary>
    SwitchboardDb Db { get; }

    /// <summary>Adds the rows, streamed: only what is being written is held.</summary>
    /// <returns>How many rows were added.</returns>
    /// <exception cref="InvalidOperationException">A row belongs to another tenant.</exception>
    long Add<T>(IEnumerable<T> rows) where T : class, ITenantOwned;
}
