using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Switchboard.Core.Agents;
using Switchboard.Core.Runs;
using Switchboard.Storage.Articles;
using Switchboard.Storage.Facts;
using Switchboard.Storage.Policies;
using Switchboard.Storage.Postgres;
using Switchboard.Storage.Seeding;
using Switchboard.Storage.Sqlite;

namespace Switchboard.Storage;

/// <summary>Puts the storage into the container.</summary>
public static class StorageRegistration
{
    /// <summary>Registers the storage on the database that the options name. Call <see cref="IDatabase.MigrateAsync"/> before anything is read or written. The folder stays the caller's to dispose, after the container.</summary>
    public static IServiceCollection AddSwitchboardStorage(this IServiceCollection services, DataFolder folder, DatabaseOptions database)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IFaultPoints, NoFaults>();
        services.AddSingleton(folder);
        services.AddSingleton(database);
        if (database.Provider == DatabaseProvider.Postgres) AddPostgres(services);
        else AddSqlite(services);
        services.AddSingleton<Tenants>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<ArticleStore>();
        services.AddSingleton<IFactSource, FactSource>();
        services.AddSingleton<PolicyStore>();
        services.AddSingleton<DemoSeed>();
        return services;
    }

    /// <summary>The database alone, for who only looks at it or brings it up to date.</summary>
    public static IDatabase OpenDatabase(DataFolder folder, DatabaseOptions database) =>
        database.Provider == DatabaseProvider.Postgres ? new PostgresDatabase(database) : new SqliteDatabase(folder);

    private static void AddSqlite(IServiceCollection services)
    {
        services.AddSingleton<SqliteDatabase>();
        services.AddSingleton<IDatabase>(s => s.GetRequiredService<SqliteDatabase>());
        services.AddSingleton<SqliteReaders>();
        services.AddSingleton<SqliteWriter>();
        services.AddSingleton<Data, SqliteData>();
        services.AddSingleton<IRunStore, SqliteRunStore>();
    }

    private static void AddPostgres(IServiceCollection services)
    {
        services.AddSingleton<IDatabase, PostgresDatabase>();
        services.AddSingleton<PostgresConnections>();
        services.AddSingleton<Data, PostgresData>();
        services.AddSingleton<IRunStore, PostgresRunStore>();
    }
}
