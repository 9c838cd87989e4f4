using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Quartz;
using Switchboard.Core.Schedules;
using Switchboard.Domain.Organisation;
using Switchboard.Storage.Postgres;

namespace Switchboard.Storage.Schedules;

/// <summary>
/// The calendar over Quartz. It keeps what it remembers in a file of its own beside a SQLite database, and in a schema of its own on a PostgreSQL server, where the
/// processes that share it take turns. Its tables are Quartz's and made by Quartz; none of the program's rows are among them.
/// </summary>
/// <param name="folder">The data folder.</param>
/// <param name="database">The database.</param>
/// <param name="time">The clock that Quartz reads, too.</param>
/// <param name="loggers">Told what Quartz cannot do.</param>
public sealed class QuartzCalendar(DataFolder folder, DatabaseOptions database, TimeProvider time, ILoggerFactory loggers) : IScheduleCalendar, IAsyncDisposable
{
    private const string schedulerName = "switchboard";

    /// <summary>The schema of the tables on PostgreSQL.</summary>
    internal const string Schema = "quartz";

    /// <summary>Instants that are told at once: telling is one short commit.</summary>
    private const int atOnce = 2;

    private static readonly JobKey job = new("enqueue");

    // How late an instant may be told before it counts as missed: a server that was down for a moment has missed nothing.
    private static readonly TimeSpan misfireThreshold = TimeSpan.FromMinutes(1);
    private static readonly RetryPolicy retry = RetryPolicy.Exponential(10, TimeSpan.FromSeconds(5), 2, TimeSpan.FromMinutes(5));

    private ServiceProvider? services;
    private IScheduler? scheduler;

    /// <inheritdoc />
    public async Task StartAsync(Func<ScheduledInstant, CancellationToken, Task> tell, CancellationToken cancellationToken)
    {
        if (scheduler is not null) throw new InvalidOperationException("The calendar has been started.");
        // Of several processes that start together one makes the tables, and the others find them made.
        await using NpgsqlConnection? alone = database.Provider == DatabaseProvider.Postgres ? await HoldSchemaAsync(cancellationToken) : null;
        if (alone is null) PrivateFiles.CreateEmpty(folder.SchedulesPath);
        var made = new ServiceCollection();
        made.AddSingleton(loggers);
        made.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        made.AddSingleton(time);
        made.AddSingleton(new Teller(tell));
        made.AddQuartz(Configure);
        ServiceProvider provider = made.BuildServiceProvider();
        try
        {
            IScheduler starting = await provider.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellationToken);
            await starting.Start(cancellationToken);
            (services, scheduler) = (provider, starting);
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async Task PlaceAsync(IReadOnlyList<Schedule> schedules, IReadOnlyList<Tenant> tenants, CancellationToken cancellationToken)
    {
        IScheduler placing = scheduler ?? throw new InvalidOperationException("The calendar has not been started.");
        await placing.AddJob(JobBuilder.Create<TellInstant>().WithIdentity(job).StoreDurably(true).RequestRecovery(true).Build(), AddJobOptions.Replacing, cancellationToken);
        var wanted = new HashSet<TriggerKey>();
        foreach (Schedule schedule in schedules)
        {
            foreach (Tenant tenant in tenants)
            {
                var key = new TriggerKey(tenant.Id.ToString("N"), schedule.Name);
                wanted.Add(key);
                TimeZoneInfo zone = ScheduleList.ZoneOf(schedule, tenant);
                CronTriggerMisfireInstruction misfires = schedule.Misfires == MisfireRule.RunOnce ? CronTriggerMisfireInstruction.FireAndProceed : CronTriggerMisfireInstruction.DoNothing;
                ITrigger? stored = await placing.GetTrigger(key, cancellationToken);
                // What stands is left: placing it anew would forget the instants that nobody was there to tell.
                if (stored is ICronTrigger cron && cron.CronExpressionString == schedule.Cron && cron.TimeZone.Id == zone.Id && cron.MisfireInstruction == misfires) continue;
                ITrigger trigger = TriggerBuilder.Create(time).WithIdentity(key).ForJob(job).StartAt(time.GetUtcNow()).WithRetryPolicy(retry)
                    .WithSchedule(CronScheduleBuilder.Create(schedule.Cron).InTimeZone(zone).WithMisfireInstruction(misfires)).Build();
                await placing.ScheduleTrigger(trigger, stored is null ? TriggerConflict.Keep : TriggerConflict.Replace, cancellationToken);
            }
        }

        foreach (TriggerKey key in await StoredAsync(placing, cancellationToken))
            if (!wanted.Contains(key)) await placing.UnscheduleJob(key, cancellationToken);
    }

    /// <inheritdoc />
    public DateTimeOffset? NextAfter(Schedule schedule, Tenant tenant, DateTimeOffset after) =>
        new CronExpression(schedule.Cron, ScheduleList.ZoneOf(schedule, tenant)).GetNextValidTimeAfter(after)?.ToUniversalTime();

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (scheduler is { } running) await running.Shutdown(waitForJobsToComplete: true, cancellationToken);
        if (services is { } made) await made.DisposeAsync();
        (services, scheduler) = (null, null);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private void Configure(IQuartzBuilder quartz)
    {
        quartz.ConfigureScheduler(options =>
        {
            options.InstanceName = schedulerName;
            options.PropagateTraceContext = false;
        });
        quartz.UseTimeProvider(time);
        quartz.UseDefaultThreadPool(atOnce);
        quartz.UsePersistentStore(store =>
        {
            store.ConfigureStore(options =>
            {
                options.StoreJobDataAsStrings = true;
                options.MisfireThreshold = misfireThreshold;
                if (database.Provider == DatabaseProvider.Postgres) options.TablePrefix = $"{Schema}.qrtz_";
            });
            store.ProvisionSchema();
            if (database.Provider == DatabaseProvider.Postgres)
            {
                store.UsePostgres(NpgsqlFactory.Instance, PostgresDatabase.Parse(database).ConnectionString);
                store.UseClustering(_ => { });
            }
            else
            {
                store.UseSqlite(SqliteFactory.Instance, new SqliteConnectionStringBuilder { DataSource = folder.SchedulesPath, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
            }
        });
    }

    private static async Task<List<TriggerKey>> StoredAsync(IScheduler placing, CancellationToken cancellationToken)
    {
        PagedResult<TriggerHeader> page = await placing.QueryTriggers(new TriggerQuery { Job = job }, cancellationToken);
        return [.. page.Items.Select(t => t.Key)];
    }

    /// <summary>Makes the schema when it is missing, and holds other processes off until the connection closes. One that is there needs no right to make one.</summary>
    private async Task<NpgsqlConnection> HoldSchemaAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(PostgresDatabase.Parse(database).ConnectionString) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await PostgresDatabase.LockAsync(connection, cancellationToken);
            await using var command = new NpgsqlCommand($"do $$ begin if not exists (select from pg_namespace where nspname = '{Schema}') then create schema {Schema}; end if; end $$", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
