using Npgsql;
using NpgsqlTypes;

namespace Switchboard.Storage.Postgres;

/// <summary>
/// For whom the server's row security answers: a role with what it may see. It is told to the server for each transaction of a write and each opening of a
/// connection that reads, and it comes from whoever asked for the rows, never from the context whose filter is the first wall.
/// </summary>
internal sealed record PostgresPrincipal
{
    /// <summary>The role that sees and writes the rows of the one tenant it is told.</summary>
    public const string AppRole = "switchboard_app";

    /// <summary>The role that finds a tenant out: it sees the directory of tenants, and of the keys the one whose hash it is told, with its owner.</summary>
    public const string LookupRole = "switchboard_lookup";

    /// <summary>The role that takes up what is unfinished: it sees of unfinished runs whose they are.</summary>
    public const string WorkerRole = "switchboard_worker";

    /// <summary>The role that reads the rows of all tenants into a backup, and writes none. No work of the application takes it.</summary>
    public const string BackupRole = "switchboard_backup";

    /// <summary>The setting that holds the tenant's id.</summary>
    public const string TenantSetting = "switchboard.tenant";

    /// <summary>The setting that holds the hash of a key in hexadecimal.</summary>
    public const string KeySetting = "switchboard.key";

    private const string tell = $"select set_config('role', $1, true), set_config('{TenantSetting}', $2, true)";
    private const string tellKey = $"{tell}, set_config('{KeySetting}', $3, true)";
    private const string tellAndLock = $"{tell}, pg_advisory_xact_lock(hashtextextended($3, 1)) is null";

    private const string tellReader =
        $"select set_config('role', $1, false), set_config('{TenantSetting}', $2, false), set_config('{KeySetting}', $3, false), set_config('default_transaction_read_only', 'on', false)";

    private readonly string role;
    private readonly string tenant;
    private readonly string key;

    private PostgresPrincipal(string role, string tenant, string key) => (this.role, this.tenant, this.key) = (role, tenant, key);

    /// <summary>Who sees the directory of tenants and nothing else.</summary>
    public static PostgresPrincipal Directory { get; } = new(LookupRole, "", "");

    /// <summary>Who sees which runs are unfinished.</summary>
    public static PostgresPrincipal Worker { get; } = new(WorkerRole, "", "");

    /// <summary>Who sees the rows of a tenant.</summary>
    /// <exception cref="ArgumentException">The tenant is the empty id.</exception>
    public static PostgresPrincipal Tenant(Guid id) =>
        id != Guid.Empty ? new(AppRole, id.ToString("D"), "") : throw new ArgumentException("Rows are reached through their tenant, and none was given.", nameof(id));

    /// <summary>Who sees the key with the hash and its owner.</summary>
    public static PostgresPrincipal Key(byte[] hash) => new(LookupRole, "", Convert.ToHexStringLower(hash));

    /// <summary>Tells the server until the end of the transaction. What is not told is as it is at the start of each: nothing outlasts a transaction on these connections.</summary>
    public NpgsqlBatchCommand ForTransaction() => key.Length == 0 ? Command(tell, role, tenant) : Command(tellKey, role, tenant, key);

    /// <summary>The same, and keeps other writers of a subject of the tenant, which is no conversation, away for as long.</summary>
    public NpgsqlBatchCommand ForTransaction(string subject) => Command(tellAndLock, role, tenant, PostgresTypes.Text(LockName(tenant, subject)));

    /// <summary>The name under which the writers of a subject wait for each other.</summary>
    public static string LockName(string tenant, string subject) => $"{tenant} {subject}";

    /// <summary>Tells the server until the connection goes back to the pool, which forgets it, and lets nothing be written.</summary>
    public NpgsqlCommand ForReading(NpgsqlConnection connection)
    {
        NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = tellReader;
        foreach (string value in new[] { role, tenant, key }) command.Parameters.Add(Parameter(value));
        return command;
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<string> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (string value in values) command.Parameters.Add(Parameter(value));
        return command;
    }

    private static NpgsqlParameter<string> Parameter(string value) => new() { NpgsqlDbType = NpgsqlDbType.Text, TypedValue = value };
}
