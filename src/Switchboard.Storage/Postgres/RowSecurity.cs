using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Switchboard.Storage.Postgres;

/// <summary>
/// The second wall between tenants: the server itself shows a row to nobody but its tenant. The rules follow from the model, so a new entity has them
/// without anybody thinking of it; they are compared with the server at each start.
/// </summary>
/// <param name="model">The model.</param>
internal sealed partial class RowSecurity(IModel model)
{
    private static readonly string[] roles = [PostgresPrincipal.AppRole, PostgresPrincipal.LookupRole, PostgresPrincipal.WorkerRole, PostgresPrincipal.BackupRole];

    private readonly IReadOnlyList<RowPolicy> policies = RowPolicy.Of(model);

    /// <summary>The tables under row security.</summary>
    public IReadOnlyList<string> Tables => [.. policies.Select(p => p.Table).Distinct(StringComparer.Ordinal)];

    /// <summary>Makes the roles that are missing, gives them what they need and no more, and puts every table under its rules. All of it or nothing.</summary>
    public async Task ApplyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (string role in roles) await EnsureRoleAsync(connection, role, cancellationToken);
        HashSet<(string Table, string Policy)> existing = [.. (await StoredAsync(connection, cancellationToken)).Select(p => (p.Table, p.Name))];
        var sql = new StringBuilder();
        foreach (string table in Tables)
        {
            sql.AppendLine($"alter table {Quote(table)} enable row level security; alter table {Quote(table)} force row level security;");
            sql.AppendLine($"revoke all on {Quote(table)} from {string.Join(", ", roles)};");
            foreach ((_, string policy) in existing.Where(e => e.Table == table)) sql.AppendLine($"drop policy {Quote(policy)} on {Quote(table)};");
        }

        foreach (RowPolicy policy in policies)
        {
            string rights = policy switch { { ReadOnly: false, Columns: { } changed } => $"update ({changed})", { ReadOnly: false } => "select, insert, update, delete", { Columns: { } columns } => $"select ({columns})", _ => "select" };
            sql.AppendLine($"grant {rights} on {Quote(policy.Table)} to {policy.Role};");
            string check = policy.ReadOnly ? "" : $" with check ({policy.Rows})";
            sql.AppendLine($"create policy {Quote(policy.Name)} on {Quote(policy.Table)} for {CommandOf(policy)} to {policy.Role} using ({policy.Rows}){check};");
        }

        // Any user may find out which migrations are applied, so that one without rights is told what is missing.
        if ((await TextsAsync(connection, $"select tablename from pg_tables where schemaname = current_schema() and tablename = '{PostgresDatabase.History}'", cancellationToken)).Count > 0)
            sql.AppendLine($"grant select on {Quote(PostgresDatabase.History)} to public;");
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, sql.ToString(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Lets the owner see all rows, for a migration that moves data. <see cref="ApplyAsync"/> takes it back; so does the next start when this one ends before.</summary>
    public async Task LiftForOwnerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<string> forced = await TextsAsync(connection, "select relname from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r' and relforcerowsecurity", cancellationToken);
        foreach (string table in forced) await ExecuteAsync(connection, $"alter table {Quote(table)} no force row level security", cancellationToken);
    }

    /// <summary>What on the server is not as the model needs it; empty when all is.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        List<string> harmless = await TextsAsync(connection, $"select rolname from pg_roles where rolname in ('{string.Join("', '", roles)}') and not rolsuper and not rolbypassrls", cancellationToken);
        problems.AddRange(roles.Except(harmless, StringComparer.Ordinal).Select(role => $"the role {role} is missing, or may pass by the row security"));
        List<string> secured = await TextsAsync(connection, "select relname from pg_class where relnamespace = current_schema()::regnamespace and relrowsecurity and relforcerowsecurity", cancellationToken);
        problems.AddRange(Tables.Except(secured, StringComparer.Ordinal).Select(table => $"the table {table} is not under forced row security"));

        List<Stored> stored = await StoredAsync(connection, cancellationToken);
        foreach (RowPolicy policy in policies)
        {
            Stored? found = stored.Find(s => s.Table == policy.Table && s.Name == policy.Name);
            if (found is null) problems.Add($"the policy {policy.Name} of table {policy.Table} is missing");
            else if (!Agrees(policy, found)) problems.Add($"the policy {policy.Name} of table {policy.Table} is another one");
        }

        // Policies add up: one that nobody knows of shows more rows than it should.
        problems.AddRange(stored.Where(s => Tables.Contains(s.Table, StringComparer.Ordinal) && !policies.Any(p => p.Table == s.Table && p.Name == s.Name))
            .Select(s => $"the table {s.Table} has a policy {s.Name} that does not belong there"));
        return problems;
    }

    private static string CommandOf(RowPolicy policy) => policy switch { { ReadOnly: true } => "select", { Columns: not null } => "update", _ => "all" };

    private static bool Agrees(RowPolicy policy, Stored stored) =>
        stored.Role == policy.Role && stored.Permissive && stored.Command.Equals(CommandOf(policy), StringComparison.OrdinalIgnoreCase) &&
        Plain(stored.Rows) == Plain(policy.Rows) && Plain(stored.Check) == (policy.ReadOnly ? "" : Plain(policy.Rows));

    /// <summary>A condition without what the server adds when it prints it: brackets, casts of texts, spaces, aliases' places.</summary>
    private static string Plain(string condition) => Decoration().Replace(condition, "").ToLowerInvariant();

    private static async Task EnsureRoleAsync(NpgsqlConnection connection, string role, CancellationToken cancellationToken)
    {
        // Roles belong to the server, not to the database: another installation may make the same one at this moment.
        await ExecuteAsync(
            connection,
            $"""
            do $$ begin
                if not exists (select from pg_roles where rolname = '{role}') then create role {role} nologin; end if;
            exception when duplicate_object or unique_violation then null;
            end $$;
            """,
            cancellationToken);
        await ExecuteAsync(
            connection,
            $"""
            do $$ begin
                if not pg_has_role(current_user, '{role}', 'member') then grant {role} to current_user; end if;
                if not has_schema_privilege('{role}', current_schema(), 'usage') then execute format('grant usage on schema %I to {role}', current_schema()); end if;
                if '{role}' = '{PostgresPrincipal.AppRole}' and not has_database_privilege('{role}', current_database(), 'temporary') then execute format('grant temporary on database %I to {role}', current_database()); end if;
            end $$;
            """,
            cancellationToken);
    }

    private static async Task<List<Stored>> StoredAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = "select tablename, policyname, array_to_string(roles, ' '), cmd, coalesce(qual, ''), coalesce(with_check, ''), permissive = 'PERMISSIVE' from pg_policies where schemaname = current_schema()";
        var stored = new List<Stored>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            stored.Add(new Stored(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetBoolean(6)));
        return stored;
    }

    private static async Task<List<string>> TextsAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        var texts = new List<string>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) texts.Add(row.GetString(0));
        return texts;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A name as a statement writes it.</summary>
    internal static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private sealed record Stored(string Table, string Name, string Role, string Command, string Rows, string Check, bool Permissive);

    [GeneratedRegex(@"::text|[\s()]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Decoration();
}
