using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Switchboard.Core.Runs;
using Switchboard.Storage.Articles;
using Switchboard.Storage.Seeding;
using Switchboard.Storage.Sqlite;
using Switchboard.Storage.Transfer;

namespace Switchboard.Storage;

/// <summary>Puts the storage into the container.</summary>
public static class StorageRegistration
{
    /// <summary>Registers the storage on the folder's SQLite database. Call <see cref="SqliteDatabase.MigrateAsync"/> before anything is read or written. The folder stays the caller's to dispose, after the container.</summary>
    public static IServiceCollection AddSwitchboardStorage(this IServiceCollection services, DataFolder folder)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IFaultPoints, NoFaults>();
        services.AddSingleton(folder);
        services.AddSingleton<SqliteDatabase>();
        services.AddSingleton<SqliteReaders>();
        services.AddSingleton<SqliteWriter>();
        services.AddSingleton<Data, SqliteData>();
        services.AddSingleton<IRunStore, SqliteRunStore>();
        services.AddSingleton<Tenants>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<ArticleStore>();
        services.AddSingleton<DemoSeed>();
        services.AddSingleton<Importer>();
        services.AddSingleton<TenantExport>();
        services.AddSingleton<TenantImport>();
        return services;
    }
}
