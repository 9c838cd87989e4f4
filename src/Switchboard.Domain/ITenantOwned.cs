namespace Switchboard.Domain;

/// <summary>A row that belongs to one tenant; every read and write of it is limited to that tenant.</summary>
public interface ITenantOwned
{
    /// <summary>The tenant that owns the row.</summary>
    Guid TenantId { get; }
}
