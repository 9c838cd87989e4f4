using Switchboard.Domain.Operations;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Auditing;

/// <summary>The statements of the audit, which every home understands.</summary>
internal static class AuditStatements
{
    /// <summary>Adds an entry.</summary>
    public static EngineStatement Insert(AuditEntry entry) => new EngineStatement("""
        insert into audit_entries (tenant_id, id, actor, action, entity, entity_id, before, after, at, mark, position, seal)
        values (@tenant, @id, @actor, @action, @entity, @entity_id, @before, @after, @at, @mark, @position, @seal)
        """)
        .Set("@tenant", entry.TenantId).Set("@id", entry.Id).Set("@actor", entry.Actor).Set("@action", entry.Action).Set("@entity", entry.Entity).Set("@entity_id", entry.EntityId)
        .Set("@before", entry.Before).Set("@after", entry.After).Set("@at", entry.At).Set("@mark", entry.Mark).Set("@position", entry.Position).Set("@seal", entry.Seal);

    /// <summary>Gives an entry that has none its place and its seal.</summary>
    public static EngineStatement Seal(AuditEntry entry) =>
        new EngineStatement("update audit_entries set position = @position, seal = @seal where tenant_id = @tenant and id = @id and position is null")
            .Set("@position", entry.Position).Set("@seal", entry.Seal).Set("@tenant", entry.TenantId).Set("@id", entry.Id);

    /// <summary>The tenants that have entries without a seal.</summary>
    public static EngineQuery<Guid> Waiting() => new(new EngineStatement("select distinct tenant_id from audit_entries where position is null"), row => row.Id(0));

    /// <summary>Sealed entries behind a place.</summary>
    public static EngineQuery<AuditEntry> Beyond(Guid tenantId, long position, int limit) =>
        EntityQuery.Of<AuditEntry>(new EngineStatement($"select {EntityColumns<AuditEntry>.List} from audit_entries where tenant_id = @tenant and position > @position order by position limit @limit")
            .Set("@tenant", tenantId).Set("@position", position).Set("@limit", limit));

    /// <summary>Entries without a seal behind an instant and an id.</summary>
    public static EngineQuery<AuditEntry> Unsealed(Guid tenantId, DateTimeOffset after, Guid afterId, int limit) =>
        EntityQuery.Of<AuditEntry>(new EngineStatement($"select {EntityColumns<AuditEntry>.List} from audit_entries where position is null and tenant_id = @tenant and (at, id) > (@at, @id) order by at, id limit @limit")
            .Set("@tenant", tenantId).Set("@at", after).Set("@id", afterId).Set("@limit", limit));

    /// <summary>Whether there is an entry of the id.</summary>
    public static EngineQuery<int> Has(Guid tenantId, Guid id) =>
        new(new EngineStatement("select 1 from audit_entries where tenant_id = @tenant and id = @id").Set("@tenant", tenantId).Set("@id", id), row => row.Int(0));

    /// <summary>What is told when an entry that was to be sealed has a seal.</summary>
    public static string SealedByAnother(AuditEntry entry) => $"The entry {entry.Id} of the audit was sealed by somebody else.";
}
