using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Core.Actions;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Context;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk.Guards;
using Switchboard.Core.Desk.Replay;
using Switchboard.Core.Erasure;
using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Core.Outbox;
using Switchboard.Core.Policies;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Core.Schedules;
using Switchboard.Core.Understanding.Entities;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Storage.Accounts;
using Switchboard.Storage.Actions;
using Switchboard.Storage.Articles;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Backup;
using Switchboard.Storage.Calls;
using Switchboard.Storage.Context;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Erasure;
using Switchboard.Storage.Facts;
using Switchboard.Storage.Figures;
using Switchboard.Storage.Outbox;
using Switchboard.Storage.Policies;
using Switchboard.Storage.Postgres;
using Switchboard.Storage.Redis;
using Switchboard.Storage.Schedules;
using Switchboard.Storage.Seeding;
using Switchboard.Storage.Seeding.Generator;
using Switchboard.Storage.Sqlite;
using Switchboard.Storage.Telemetry;
using Switchboard.Storage.Transfer;
using Switchboard.Storage.Vectors;
using Switchboard.Storage.Webhooks;
using ZiggyCreatures.Caching.Fusion;

namespace Switchboard.Storage;

/// <summary>Puts the storage into the container.</summary>
public static class StorageRegistration
{
    /// <summary>Registers the storage on the database that the options name, with a Redis server beside it when there is one. Call <see cref="IDatabase.MigrateAsync"/> before anything is read or written. The folder stays the caller's to dispose, after the container.</summary>
    public static IServiceCollection AddSwitchboardStorage(this IServiceCollection services, DataFolder folder, DatabaseOptions database, RedisOptions? redis = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IFaultPoints, NoFaults>();
        services.AddSingleton(folder);
        services.AddSingleton(database);
        services.AddSingleton<RunSignals>();
        services.AddSingleton<NodePlace>();
        if (database.Provider == DatabaseProvider.Postgres) AddPostgres(services);
        else AddSqlite(services);
        services.AddSingleton<IRunQueue, RunQueue>();
        services.AddSingleton<IRunRetention, JournalRetention>();
        services.AddShared(redis);
        services.AddSingleton<Tenants>();
        AddAudit(services, database);
        AddBackup(services, folder);
        services.AddSingleton<ApiKeys>();
        // Made at the first start, so that it is there when the secrets are given to another node.
        var answers = new SecretBox(folder.Secret("sealed-rows"));
        services.AddSingleton(s => new AnsweredCalls(s.GetRequiredService<Data>(), answers, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AccountStore>();
        services.AddSingleton<ProofCodeStore>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<ExternalIdentityStore>();
        services.AddSingleton<SigningKeyStore>();
        services.AddSingleton<UserStore>();
        services.AddSingleton<TenantRoles>();
        services.AddSingleton<ArticleStore>();
        services.AddSingleton<SynonymStore>();
        services.AddSingleton<SearchJournal>();
        services.AddSingleton(s => new ContextStore(s.GetRequiredService<IEngine>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ICustomerContext>(s => new ContextCache(s.GetRequiredService<ContextStore>(), s.GetRequiredService<IFusionCache>(), s.GetRequiredService<RunSignals>(), s.GetService<RedisLink>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IVectorStore, VectorStore>();
        services.AddSingleton<IIntentStore, IntentStore>();
        services.AddSingleton<IFactSource, FactSource>();
        services.AddSingleton<IGuardRows, GuardRows>();
        services.AddSingleton<PolicyStore>();
        services.AddSingleton<IPolicySource>(s => s.GetRequiredService<PolicyStore>());
        services.AddSingleton<ITenantGround, StoredGround>();
        services.AddSingleton<IStaffDesk, StaffDesk>();
        services.AddSingleton<ISlaDesk, SlaDesk>();
        services.AddSingleton<ITenantNames, StoredTenantNames>();
        services.AddSingleton<IActionStore, ActionStore>();
        services.AddSingleton(s => new ApprovalStore(s.GetRequiredService<Data>(), s.GetRequiredService<IEngine>(), s.GetRequiredService<IFaultPoints>()));
        services.AddSingleton<IApprovalStore>(s => s.GetRequiredService<ApprovalStore>());
        services.AddSingleton<RunActions>();
        services.AddSingleton<IOutboxStore, OutboxStore>();
        services.AddSingleton<WebhookRows>();
        services.AddSingleton<WebhookStore>();
        services.AddSingleton<IRecordedRuns, RecordedRuns>();
        services.TryAddSingleton<OutsidePorts>();
        services.AddSingleton<DemoSeed>();
        services.AddSingleton<DemoGenerator>();
        services.AddSingleton(s => new DeskCounts(s.GetRequiredService<IEngine>(), s.GetRequiredService<Tenants>()));
        services.AddSingleton<FigureStore>();
        services.AddSingleton<Importer>();
        services.AddSingleton<TenantExport>();
        services.AddSingleton<CustomerExport>();
        services.AddSingleton<ICustomerErasure, CustomerErasure>();
        services.AddSingleton(new ReaderHash(folder.Secret("search-contacts")));
        services.AddSingleton<TenantImport>();
        services.AddSingleton<IScheduleCalendar>(s => new QuartzCalendar(folder, database, s.GetRequiredService<TimeProvider>(), s.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
        return services;
    }

    /// <summary>The database alone, for who only looks at it or brings it up to date.</summary>
    public static IDatabase OpenDatabase(DataFolder folder, DatabaseOptions database) =>
        database.Provider == DatabaseProvider.Postgres ? new PostgresDatabase(database) : new SqliteDatabase(folder);

    /// <summary>
    /// Ends a restore that was broken off while the database server decided: carries it through when the server did, takes it back when it did not. To be called
    /// on a folder that was just opened, before the storage is made on it.
    /// </summary>
    /// <exception cref="DatabaseException">The server cannot be asked.</exception>
    public static Task SettleRestoreAsync(DataFolder folder, DatabaseOptions database, IFaultPoints faults, CancellationToken cancellationToken) =>
        database.Provider == DatabaseProvider.Postgres ? PostgresBackup.SettleAsync(folder, database, faults, cancellationToken) : Task.CompletedTask;

    private static void AddAudit(IServiceCollection services, DatabaseOptions database)
    {
        services.AddSingleton<AuditTrail>();
        services.AddSingleton(s => new AuditAnchor(s.GetRequiredService<DataFolder>(), s.GetRequiredService<AuditTrail>(), isShared: database.Provider == DatabaseProvider.Postgres));
        services.AddSingleton(s => new AuditSealer(
            s.GetRequiredService<IAuditChains>(), s.GetRequiredService<AuditTrail>(), s.GetRequiredService<AuditAnchor>(), s.GetRequiredService<Tenants>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<IFaultPoints>()));
        services.AddSingleton<AuditVerification>();
    }

    private static void AddBackup(IServiceCollection services, DataFolder folder)
    {
        services.AddSingleton(s => new Backups(
            folder, s.GetRequiredService<IDatabaseBackup>(), s.GetRequiredService<AuditSealer>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<IFaultPoints>()));
        services.AddSingleton(s => new Restores(folder, s.GetRequiredService<IDatabaseBackup>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<IFaultPoints>()));
        services.AddSingleton(s => new RefusalNotes(s.GetRequiredService<IAuditChains>(), s.GetRequiredService<AuditTrail>()));
        services.AddSingleton(s => new RestoreNotes(
            folder, s.GetRequiredService<Tenants>(), s.GetRequiredService<IAuditChains>(), s.GetRequiredService<AuditTrail>(), s.GetRequiredService<AuditSealer>(), s.GetRequiredService<IFaultPoints>()));
    }

    private static void AddSqlite(IServiceCollection services)
    {
        services.AddSingleton<SqliteDatabase>();
        services.AddSingleton<IDatabase>(s => s.GetRequiredService<SqliteDatabase>());
        services.AddSingleton<SqliteReaders>();
        services.AddSingleton<SqliteWriter>();
        services.AddSingleton<Data, SqliteData>();
        services.AddSingleton<IRunStore, SqliteRunStore>();
        services.AddSingleton<IEngine, SqliteEngine>();
        services.AddSingleton<IAuditChains, SqliteAuditChains>();
        services.AddSingleton<IDatabaseBackup, SqliteBackup>();
    }

    private static void AddPostgres(IServiceCollection services)
    {
        services.AddSingleton<IDatabase, PostgresDatabase>();
        services.AddSingleton<PostgresConnections>();
        services.AddSingleton<Data, PostgresData>();
        services.AddSingleton<IRunStore, PostgresRunStore>();
        services.AddSingleton<IEngine, PostgresEngine>();
        services.AddSingleton<PostgresNodes>();
        services.AddSingleton<IAuditChains, PostgresAuditChains>();
        services.AddSingleton<IDatabaseBackup, PostgresBackup>();
    }
}
