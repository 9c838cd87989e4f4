namespace Switchboard.Domain;

/// <summary>What every row with an id of its own has: the tenant and the id.</summary>
public abstract class TenantRow : ITenantOwned
{
    /// <inheritdoc />
    public required Guid TenantId { get; init; }

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }
}

/// <summary>A row that belongs to one customer; in that customer's turn agents see no other's.</summary>
public interface ICustomerOwned : ITenantOwned
{
    /// <summary>The customer; null for a row that belongs to none yet.</summary>
    Guid? CustomerId { get; }
}

/// <summary>A row that people edit: its number grows with each change, so that nobody overwrites what they have not seen.</summary>
public interface IRevised
{
    /// <summary>1, 2, 3 …, one more with each change.</summary>
    int Revision { get; set; }
}

/// <summary>A row that was imported carries the id it has where it comes from; an import finds it again by that.</summary>
public interface IImported : ITenantOwned
{
    /// <summary>The id in the other system, unique for this kind of row in the tenant; null for a row made here.</summary>
    string? ExternalRef { get; }
}
