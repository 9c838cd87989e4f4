using System.Data.Common;
using Npgsql;
using Switchboard.Compliance.Storage;
using Switchboard.Storage;

namespace Switchboard.Compliance.Postgres;

/// <summary>A database of one test on the assembly's PostgreSQL server.</summary>
/// <param name="server">The server.</param>
/// <param name="name">The database.</param>
public sealed class PostgresHome(PostgresServer server, string name) : StorageHome
{
    /// <summary>The database's name.</summary>
    public string Name => name;

    public override DatabaseOptions Database => new(DatabaseProvider.Postgres, server.ConnectionString(name, PostgresServer.Owner));

    public override DbConnection Connect() => ConnectAs("postgres");

    /// <summary>A connection of a role.</summary>
    public NpgsqlConnection ConnectAs(string role) => new(server.ConnectionString(name, role) + ";Pooling=false");

    public override async ValueTask DisposeAsync()
    {
        await server.AdministerAsync($"drop database {name} with (force)");
        await base.DisposeAsync();
    }
}
