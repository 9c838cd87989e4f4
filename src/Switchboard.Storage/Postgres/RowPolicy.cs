using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;

namespace Switchboard.Storage.Postgres;

/// <summary>One rule of the row security: which rows of a table a role sees, and writes when it may write at all.</summary>
/// <param name="Table">The table.</param>
/// <param name="Name">The rule's name, unique in the table.</param>
/// <param name="Role">The role it is for.</param>
/// <param name="Rows">The condition on a row.</param>
/// <param name="ReadOnly">Whether it is for reading alone.</param>
/// <param name="Columns">The columns the role may read, or, of a rule that is not for reading alone, change and nothing more; null for all.</param>
internal sealed record RowPolicy(string Table, string Name, string Role, string Rows, bool ReadOnly, string? Columns = null)
{
    private const string tenant = $"nullif(current_setting('{PostgresPrincipal.TenantSetting}', true), '')::uuid";
    // A rule for a role is one for its members too, and the user of the connection is one: all rows are shown only while the role is taken.
    private const string everything = $"current_user = '{PostgresPrincipal.BackupRole}'::name";
    private const string key = $"decode(nullif(current_setting('{PostgresPrincipal.KeySetting}', true), ''), 'hex')";

    /// <summary>
    /// The rules of all tables of the model. A table whose rows have a tenant is shown to the role of the application for the tenant it is told, whatever the
    /// table is; what must be found before a tenant is known has a narrow rule of its own.
    /// </summary>
    /// <exception cref="InvalidOperationException">An entity belongs to no tenant and has no rule.</exception>
    public static IReadOnlyList<RowPolicy> Of(IModel model)
    {
        var policies = new List<RowPolicy>();
        foreach (IEntityType entity in model.GetEntityTypes().OrderBy(e => e.GetTableName(), StringComparer.Ordinal))
        {
            if (entity.GetTableName() is not { } table) continue;
            if (typeof(ITenantOwned).IsAssignableFrom(entity.ClrType))
                policies.Add(new RowPolicy(table, "tenant", PostgresPrincipal.AppRole, $"tenant_id = {tenant}", ReadOnly: false));
            else if (entity.ClrType != typeof(Tenant) && entity.ClrType != typeof(RunNode))
                throw new InvalidOperationException($"The rows of {entity.DisplayName()} belong to no tenant; say in {nameof(RowPolicy)} who may see them.");
            policies.AddRange(Special(entity.ClrType, table));
            policies.Add(new RowPolicy(table, "backup", PostgresPrincipal.BackupRole, everything, ReadOnly: true));
        }

        return policies;
    }

    private static RowPolicy[] Special(Type entity, string table) => entity.Name switch
    {
        nameof(Domain.Organisation.Tenant) =>
        [
            new(table, "own", PostgresPrincipal.AppRole, $"id = {tenant}", ReadOnly: false),
            new(table, "directory", PostgresPrincipal.LookupRole, "true", ReadOnly: true),
        ],
        // Who shows a key knows its hash; only that row is seen.
        nameof(ApiKey) => [new(table, "shown_key", PostgresPrincipal.LookupRole, $"hash = {key}", ReadOnly: true)],
        // The inner question stands under the rule of the keys: it finds the one key that was shown.
        nameof(User) => [new(table, "owner_of_shown_key", PostgresPrincipal.LookupRole, $"exists (select 1 from api_keys k where k.tenant_id = {table}.tenant_id and k.owner_id = {table}.id)", ReadOnly: true)],
        nameof(Run) =>
        [
            new(table, "unfinished", PostgresPrincipal.WorkerRole, "finished_at is null", ReadOnly: true, "tenant_id, id, subject, status, kind, lane, priority, due, node_id, version, attempts, created_at, finished_at"),
            // Whoever takes a run over writes whose it is, and that it was taken; what the run is about stays its tenant's.
            new(table, "claims", PostgresPrincipal.WorkerRole, "finished_at is null and status = 'running'", ReadOnly: false, "node_id, version, attempts"),
        ],
        nameof(RunNode) => [new(table, "nodes", PostgresPrincipal.WorkerRole, "true", ReadOnly: false)],
        // The sealer finds out whose entries wait; it reads and seals them as their tenant.
        nameof(AuditEntry) => [new(table, "unsealed", PostgresPrincipal.WorkerRole, "seal is null", ReadOnly: true, "tenant_id, position, seal")],
        _ => [],
    };
}
