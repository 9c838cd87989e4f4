using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Policies;

/// <summary>The question which version of a tenant's policies holds: nearly every turn asks it, so it is a prepared statement and not one of the model.</summary>
internal static class PolicyRead
{
    /// <summary>Asks for the row and the version that hold.</summary>
    public static EngineQuery<(Guid Id, int Version)?> Newest(Guid tenantId) =>
        new(new EngineStatement("select id, version from policy_documents where tenant_id = @tenant order by version desc limit 1").Set("@tenant", tenantId), row => (row.Id(0), row.Int(1)));
}
