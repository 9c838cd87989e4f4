using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Switchboard.Storage.Postgres;

/// <summary>
/// A database on a PostgreSQL server: its state and its migrations. Tables are made and altered by the role of the connection string; the application works in roles
/// that this class makes and that see no more than <see cref="RowPolicy"/> says.
/// </summary>
/// <param name="options">How the server is reached.</param>
public sealed class PostgresDatabase(DatabaseOptions options) : IDatabase
{
    /// <summary>The oldest version of the server the program is tested with.</summary>
    public const int OldestVersion = 15;

    /// <summary>The table of applied migrations.</summary>
    internal const string History = "__EFMigrationsHistory";

    /// <summary>Names the lock that lets one process at a time alter the database: "switchbd" as a number.</summary>
    private const long migrationLock = 0x7377697463686264;

    private readonly NpgsqlConnectionStringBuilder settings = Parse(options);

    /// <inheritdoc />
    public string Provider => "postgres";

    /// <summary>Server and database, as <c>host:port/database</c>.</summary>
    public string Path => $"{settings.Host}:{settings.Port}/{settings.Database ?? settings.Username}";

    /// <summary>Reads the connection string.</summary>
    /// <exception cref="DatabaseException">It cannot be read; the message does not repeat it, for it may hold a password.</exception>
    public static NpgsqlConnectionStringBuilder Parse(DatabaseOptions options)
    {
        const string Form = "it must be like Host=127.0.0.1;Port=5432;Database=switchboard;Username=switchboard;Password=…";
        if (string.IsNullOrWhiteSpace(options.ConnectionString)) throw new DatabaseException($"There is no connection string for PostgreSQL; {Form}.");
        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(options.ConnectionString);
            return string.IsNullOrEmpty(parsed.Host) ? throw new DatabaseException($"The connection string for PostgreSQL names no Host; {Form}.") : parsed;
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            // The driver's message may quote a value, and a value may be a password; so it is not repeated.
            throw new DatabaseException($"The connection string for PostgreSQL cannot be read: a setting has no known name or no possible value; {Form}.", error);
        }
    }

    /// <inheritdoc />
    public async Task<DatabaseStatus> StatusAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection connection = await ConnectAsync(isUnlimited: false, cancellationToken);
            await using PostgresDb context = Model(connection);
            return await StatusAsync(connection, context, cancellationToken);
        }
        catch (NpgsqlException error)
        {
            throw Explain(error);
        }
    }

    /// <inheritdoc />
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection connection = await ConnectAsync(isUnlimited: false, cancellationToken);
            // Held until the connection closes: of several processes that start together one migrates and the others find it done.
            await LockAsync(connection, cancellationToken);
            await using PostgresDb context = Model(connection);
            var security = new RowSecurity(context.Model);
            DatabaseStatus status = await StatusAsync(connection, context, cancellationToken);
            if (status.IsNewer)
                throw new DatabaseException($"The database {Path} was written by a newer version of Switchboard (it has {status.Unknown[^1]}). Start that version, or restore a backup made before its migration; nothing was changed.");
            if (status.Pending.Count > 0)
            {
                await security.LiftForOwnerAsync(connection, cancellationToken);
                await context.Database.MigrateAsync(cancellationToken);
            }

            await SecureAsync(connection, security, cancellationToken);
        }
        catch (NpgsqlException error)
        {
            throw Explain(error);
        }
    }

    /// <summary>Refuses a server that is too old.</summary>
    /// <exception cref="DatabaseException">It is.</exception>
    internal static void RequireVersion(Version version, string path)
    {
        if (version.Major < OldestVersion)
            throw new DatabaseException($"The PostgreSQL server of {path} has version {version}; Switchboard needs {OldestVersion} or newer. Upgrade the server, or name another one in Database:ConnectionString; nothing was changed.");
    }

    /// <summary>Waits until nobody else alters the database, and holds the others off until the connection closes.</summary>
    internal static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var wait = new NpgsqlCommand($"select pg_advisory_lock({migrationLock})", connection);
        await wait.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task SecureAsync(NpgsqlConnection connection, RowSecurity security, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> problems = await security.CheckAsync(connection, cancellationToken);
        try
        {
            if (problems.Count > 0) await security.ApplyAsync(connection, cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new DatabaseException($"The row security of {Path} is not as this version needs it ({problems[0]}), and user {settings.Username} may not mend it: {error.MessageText}. Run db migrate as the owner of the tables, with the right to create roles.", error);
        }

        problems = await security.CheckAsync(connection, cancellationToken);
        if (problems.Count > 0) throw new DatabaseException($"The row security of {Path} cannot be set up: {string.Join("; ", problems)}.");
        string[] foreign = await MissingRolesAsync(connection, cancellationToken);
        if (foreign.Length > 0)
            throw new DatabaseException($"User {settings.Username} may not work in the roles of the application on {Path}. As an administrator: grant {string.Join(", ", foreign)} to \"{settings.Username}\";");
    }

    private static async Task<string[]> MissingRolesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        string[] roles = [PostgresPrincipal.AppRole, PostgresPrincipal.LookupRole, PostgresPrincipal.WorkerRole];
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = "select coalesce(array_agg(r), '{}') from unnest($1) as r where not pg_has_role(current_user, r, 'member')";
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = roles });
        return (string[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<DatabaseStatus> StatusAsync(NpgsqlConnection connection, PostgresDb context, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = "select coalesce(array_agg(tablename::text), '{}') from pg_tables where schemaname = current_schema()";
        string[] tables = (string[])(await command.ExecuteScalarAsync(cancellationToken))!;
        string[] applied = [];
        if (tables.Contains(History, StringComparer.Ordinal))
        {
            command.CommandText = $"select coalesce(array_agg(\"MigrationId\"::text order by \"MigrationId\"), '{{}}') from \"{History}\"";
            applied = (string[])(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        else if (tables.Length > 0)
        {
            throw new DatabaseException($"{Path} is a database of another program (it has a table {tables[0]}). Name an empty database in Database:ConnectionString; nothing was changed.");
        }

        return DatabaseStatus.Compare(applied, context.GetService<IMigrationsAssembly>().Migrations.Keys);
    }

    /// <summary>A connection apart from the pool: it has the rights of the owner, and its lock ends with it.</summary>
    /// <param name="isUnlimited">Whether a statement may take as long as it needs.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    internal async Task<NpgsqlConnection> ConnectAsync(bool isUnlimited, CancellationToken cancellationToken)
    {
        var apart = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false };
        if (isUnlimited) apart.CommandTimeout = 0;
        var connection = new NpgsqlConnection(apart.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            RequireVersion(connection.PostgreSqlVersion, Path);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static PostgresDb Model(NpgsqlConnection connection) =>
        new(ModelOptions.New<PostgresDb>().UseNpgsql(connection).Options, Guid.Empty);

    /// <summary>What the server or the driver says, with what to do.</summary>
    internal DatabaseException Explain(NpgsqlException error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } refused =>
            new($"The PostgreSQL server of {Path} refuses user {settings.Username}: {refused.MessageText}. Check Username and Password in Database:ConnectionString, and the server's pg_hba.conf.", error),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
            new($"There is no database {settings.Database ?? settings.Username} on {settings.Host}:{settings.Port}. Create it (create database … owner \"{settings.Username}\"), or name another one in Database:ConnectionString.", error),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused =>
            new($"User {settings.Username} may not bring {Path} up to date: {refused.MessageText}. Run db migrate as the owner of the database, with the right to create roles.", error),
        PostgresException other => new($"The PostgreSQL server of {Path} answers: {other.MessageText} ({other.SqlState}).", error),
        { InnerException: SocketException or TimeoutException or IOException } =>
            new($"The PostgreSQL server of {Path} cannot be reached: {error.InnerException!.Message}. Start it, or mend Host and Port in Database:ConnectionString.", error),
        _ => new($"The PostgreSQL server of {Path} cannot be used: {error.Message}", error),
    };
}
