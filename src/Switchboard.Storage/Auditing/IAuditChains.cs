using Switchboard.Domain.Operations;

namespace Switchboard.Storage.Auditing;

/// <summary>The chains of the tenants. Each home of the storage has its own; nobody else seals a tenant's chain while the work runs.</summary>
internal interface IAuditChains
{
    /// <summary>The tenants that have entries without a seal.</summary>
    Task<IReadOnlyList<Guid>> WaitingAsync(CancellationToken cancellationToken);

    /// <summary>Carries work on a tenant's chain out in one transaction.</summary>
    Task<T> SealAsync<T>(Guid tenantId, Func<IAuditChain, T> work, CancellationToken cancellationToken);
}

/// <summary>A tenant's chain in the transaction of who seals it.</summary>
internal interface IAuditChain
{
    /// <summary>Sealed entries behind a place, in their order.</summary>
    IReadOnlyList<AuditEntry> Beyond(long position, int limit);

    /// <summary>Entries without a seal behind an instant and an id, in the order in which they were made.</summary>
    IReadOnlyList<AuditEntry> Unsealed(DateTimeOffset after, Guid afterId, int limit);

    /// <summary>Whether there is an entry of the id.</summary>
    bool Has(Guid id);

    /// <summary>Writes the place and the seal of an entry.</summary>
    void Seal(AuditEntry entry);

    /// <summary>Adds an entry with its place and its seal.</summary>
    void Insert(AuditEntry entry);
}
