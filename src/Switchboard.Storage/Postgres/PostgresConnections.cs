using System.Data;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Model;
using Switchboard.Storage.Telemetry;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Storage.Postgres;

/// <summary>
/// The connections to the server, in two pools of half the size each, and of one connection at least. The engine says for each transaction for whom it is, and the transaction's end forgets that.
/// A model that reads says it once for its connection, which is reset before the next use: seven statements, so only there.
/// </summary>
public sealed class PostgresConnections : IAsyncDisposable, IDisposable
{
    /// <summary>How often work is begun that others' work undid, or that waited for each other.</summary>
    private const int mostAttempts = 12;

    /// <summary>Statements that a connection keeps prepared; the engine has about thirty.</summary>
    private const int preparedStatements = 100;

    /// <summary>Seconds without a word of the server after which a statement counts as lost.</summary>
    private const int commandSeconds = 12;

    /// <summary>Seconds after which a connection that is being made counts as lost.</summary>
    private const int connectSeconds = 5;

    /// <summary>
    /// Seconds after which the server ends a transaction whose process says nothing more. A process that was frozen, or cut off, in the middle of one would hold
    /// its locks for as long, and whoever takes its runs over would wait for them. The engine asks and writes within milliseconds.
    /// </summary>
    private const int silentSeconds = 6;

    /// <summary>The same for a change of the model, which may reckon for a while between what it asks and what it writes.</summary>
    private const int silentSavingSeconds = 20;

    /// <summary>The name under which the server lists the connections, unless the connection string gives another one.</summary>
    internal const string ApplicationName = "switchboard";

    private readonly NpgsqlDataSource source;
    private readonly NpgsqlDataSource readers;
    private readonly PostgresGroups groups;
    private readonly AuditTrail trail;
    private readonly IFaultPoints faults;
    private readonly RunSignals signals;
    private readonly NodePlace place;

    /// <summary>Makes the pool; nothing is connected yet.</summary>
    /// <exception cref="DatabaseException">The connection string cannot be read.</exception>
    public PostgresConnections(DatabaseOptions options, AuditTrail trail, IFaultPoints faults, RunSignals signals, NodePlace place)
    {
        this.trail = trail;
        this.faults = faults;
        this.signals = signals;
        this.place = place;
        NpgsqlConnectionStringBuilder settings = PostgresDatabase.Parse(options);
        if (settings.MaxAutoPrepare == 0) settings.MaxAutoPrepare = preparedStatements;
        settings.AutoPrepareMinUsages = 2;
        settings.ApplicationName ??= ApplicationName;
        // A network that swallows everything must not hold callers longer than they wait; what the operator says holds.
        if (!settings.ShouldSerialize("Command Timeout")) settings.CommandTimeout = commandSeconds;
        if (!settings.ShouldSerialize("Timeout")) settings.Timeout = connectSeconds;
        (int most, int least) = (settings.MaxPoolSize, settings.MinPoolSize);
        settings.MaxPoolSize = (most + 1) / 2;
        settings.MinPoolSize = Math.Min(least, settings.MaxPoolSize);
        settings.NoResetOnClose = true;
        settings.Options = $"-c idle_in_transaction_session_timeout={silentSeconds}s {settings.Options}".TrimEnd();
        source = NpgsqlDataSource.Create(settings);
        groups = new PostgresGroups(source);
        // The principal of a connection that reads is forgotten by the reset that comes with its return, so that must not be left out.
        settings.NoResetOnClose = false;
        settings.MaxPoolSize = Math.Max(1, most / 2);
        settings.MinPoolSize = Math.Min(least, settings.MaxPoolSize);
        readers = NpgsqlDataSource.Create(settings);
    }

    /// <summary>The node that takes the runs that begin; null when this process takes none.</summary>
    internal Guid? NodeId => place.NodeId;

    /// <summary>A model for reading; its connection is opened by the first question.</summary>
    internal PostgresDb Open(PostgresPrincipal principal, Guid tenantId)
    {
        NpgsqlConnection connection = readers.CreateConnection();
        DbContextOptions<PostgresDb> options = ModelOptions.New<PostgresDb>().UseNpgsql(connection)
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .AddInterceptors(new PostgresReadingConnection(principal, Clear), PostgresTexts.Instance, DecimalArithmeticGuard.Instance, SqlCommands.Postgres).Options;
        return new PostgresDb(options, tenantId, readOnly: true, connection);
    }

    /// <summary>Asks questions in one way to the server, all answered at one instant of the database.</summary>
    internal Task AskAsync(PostgresPrincipal principal, IReadOnlyList<EngineQuery> queries, CancellationToken cancellationToken) => FreshAsync(() => Ask(queries[0], queries.Count), async _ =>
    {
        foreach (EngineQuery query in queries) query.Forget();
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("begin isolation level repeatable read read only"));
        batch.BatchCommands.Add(principal.ForTransaction());
        foreach (EngineQuery query in queries) batch.BatchCommands.Add(PostgresTypes.Command(query.Statement));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        await TakeAsync(rows, queries, cancellationToken);
        return true;
    });

    /// <summary>Asks one question and gives it back with its answer.</summary>
    internal Task<EngineQuery<T>> AskAsync<T>(PostgresPrincipal principal, EngineQuery<T> query, CancellationToken cancellationToken) => FreshAsync(() => Ask(query, 1), async _ =>
    {
        query.Forget();
        await OnceAsync(source, principal, query, cancellationToken);
        return query;
    });

    /// <summary>Carries out one statement that alters and gives rows, in a transaction of its own.</summary>
    internal Task<EngineQuery<T>> AlterAsync<T>(PostgresPrincipal principal, EngineQuery<T> query, CancellationToken cancellationToken) => SqlSpans.WithinAsync(() => Ask(query, 1), async _ =>
    {
        await OnceAsync(source, principal, query, cancellationToken);
        return query;
    });

    /// <summary>Carries out one commit of the engine: locks and questions in one batch, rows in a second.</summary>
    internal Task<T> CommitAsync<T>(Func<EngineWork<T>> make, CancellationToken cancellationToken, [CallerMemberName] string method = "") =>
        RetryAsync(() => SqlSpans.Commit(SqlSpans.Postgres, method), async asked =>
        {
            EngineWork<T> work = make();
            Guid? nodeId = place.NodeId;
            if (work.Whole(nodeId) is { } whole)
            {
                faults.Reached(whole.Site);
                if (!whole.MayBeSentAgain) asked();
                // What is sent to be committed may be committed whatever the caller wants by then; so it is waited for.
                await groups.CommitAsync(work.Actor.TenantId, whole.Statement, work.Subject);
                if (whole.Statement.Found || !whole.MayNotApply)
                {
                    var told = new EngineWrites { NodeId = nodeId };
                    T given = whole.Result(told);
                    told.Signal(signals);
                    return given;
                }
            }

            await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            await AskLockedAsync(connection, work, cancellationToken);
            asked();
            var writes = new EngineWrites { NodeId = nodeId };
            T result = work.Decide(writes);
            var recorder = new PostgresAuditRecorder(trail);
            await PerformAsync(connection, transaction, work.Actor, recorder, writes, work.Wishes, cancellationToken);
            recorder.Committed(signals);
            writes.Signal(signals);
            return result;
        });

    /// <summary>Carries out work on the model in one transaction that is as if it were alone: what it read is still so when it commits.</summary>
    internal Task<T> SaveAsync<T>(Actor actor, Func<NpgsqlConnection, PostgresDb, IAuditRecorder, T> work, CancellationToken cancellationToken) =>
        RetryAsync(() => SqlSpans.Commit(SqlSpans.Postgres, nameof(SaveAsync)), async asked =>
        {
            await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);
            await using (var batch = new NpgsqlBatch(connection))
            {
                batch.BatchCommands.Add(PostgresPrincipal.Tenant(actor.TenantId).ForTransaction());
                batch.BatchCommands.Add(new NpgsqlBatchCommand($"set local idle_in_transaction_session_timeout to '{silentSavingSeconds}s'"));
                await batch.ExecuteNonQueryAsync(cancellationToken);
            }

            asked();
            var recorder = new PostgresAuditRecorder(trail);
            var enqueue = new PostgresEnqueue(connection, place.NodeId);
            await using PostgresDb db = Join(connection, transaction, actor, recorder, enqueue);
            T result = work(connection, db, recorder);
            await db.SaveChangesAsync(cancellationToken);
            await WriteAsync(connection, [.. recorder.Writes, .. await recorder.NewsAsync(connection, actor.TenantId, place.NodeId, null, cancellationToken)], cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
            recorder.Committed(signals);
            enqueue.Signal(signals);
            return result;
        });

    /// <summary>Carries out work that nobody else does under the same name, on the server over all processes, in one transaction.</summary>
    internal Task<T> ExclusiveAsync<T>(PostgresPrincipal principal, string name, Func<NpgsqlConnection, T> work, CancellationToken cancellationToken) =>
        RetryAsync(() => SqlSpans.Commit(SqlSpans.Postgres, nameof(ExclusiveAsync)), async asked =>
        {
            await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            await using (var batch = new NpgsqlBatch(connection))
            {
                batch.BatchCommands.Add(principal.ForTransaction());
                batch.BatchCommands.Add(PostgresTypes.Command(new EngineStatement("select 1 from (select pg_advisory_xact_lock(hashtextextended(@name, 0))) as locked").Set("@name", name)));
                await batch.ExecuteNonQueryAsync(cancellationToken);
            }

            asked();
            T result = work(connection);
            await transaction.CommitAsync(CancellationToken.None);
            return result;
        });

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await readers.DisposeAsync();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        source.Dispose();
        readers.Dispose();
    }

    /// <summary>Keeps other writers of a subject that is no conversation away until the transaction ends.</summary>
    internal static NpgsqlBatchCommand Lock(Guid tenantId, string subject) =>
        PostgresTypes.Command(new EngineStatement("select 1 from (select pg_advisory_xact_lock(hashtextextended(@subject, 1))) as locked").Set("@subject", PostgresPrincipal.LockName(tenantId.ToString("D"), subject)));

    /// <summary>The statements that go to the server together are one transaction, which ends with them.</summary>
    internal static async Task OnceAsync(NpgsqlDataSource source, PostgresPrincipal principal, EngineQuery query, CancellationToken cancellationToken, string? subject = null)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(subject is null ? principal.ForTransaction() : principal.ForTransaction(subject));
        batch.BatchCommands.Add(PostgresTypes.Command(query.Statement));
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        await TakeAsync(rows, [query], cancellationToken);
    }

    private static async Task AskLockedAsync<T>(NpgsqlConnection connection, EngineWork<T> work, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        PostgresPrincipal principal = PostgresPrincipal.Tenant(work.Actor.TenantId);
        bool subjectAlone = work is { Subject: not null, IdempotencyKey: null, ConversationId: null };
        batch.BatchCommands.Add(subjectAlone ? principal.ForTransaction(work.Subject!) : principal.ForTransaction());
        // Each question sees what was committed when it is asked, so what is asked after the locks sees the writer before. Always in this order: key, conversation, subject.
        int before = 1;
        if (work.IdempotencyKey is { } key)
        {
            batch.BatchCommands.Add(PostgresTypes.Command(new EngineStatement("select 1 from (select pg_advisory_xact_lock(hashtextextended(@key, 0))) as locked").Set("@key", $"{work.Actor.TenantId:D} {key}")));
            before++;
        }

        if (work.ConversationId is { } conversation)
        {
            batch.BatchCommands.Add(PostgresTypes.Command(new EngineStatement("select 1 from conversations where tenant_id = @tenant and id = @conversation for no key update")
                .Set("@tenant", work.Actor.TenantId).Set("@conversation", conversation)));
            before++;
        }

        if (!subjectAlone && work.Subject is { } subject)
        {
            batch.BatchCommands.Add(Lock(work.Actor.TenantId, subject));
            before++;
        }

        IReadOnlyList<EngineQuery> queries = work.Queries;
        foreach (EngineQuery query in queries) batch.BatchCommands.Add(PostgresTypes.Command(query.Statement));
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
        for (int i = 0; i < before; i++) await rows.NextResultAsync(cancellationToken);
        await TakeAsync(rows, queries, cancellationToken);
    }

    /// <summary>Takes the answers of questions, one behind the other.</summary>
    internal static async Task TakeAsync(NpgsqlDataReader rows, IReadOnlyList<EngineQuery> queries, CancellationToken cancellationToken)
    {
        var row = new PostgresRow(rows);
        foreach (EngineQuery query in queries)
        {
            while (await rows.ReadAsync(cancellationToken)) query.Take(row);
            query.End();
            await rows.NextResultAsync(cancellationToken);
        }
    }

    /// <summary>Writes everything and commits; where nothing is left to be looked at, in one way to the server.</summary>
    private async Task PerformAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Actor actor, PostgresAuditRecorder recorder, EngineWrites writes, WebhookWishes? wishes, CancellationToken cancellationToken)
    {
        var rows = new List<EngineRowWrite>();
        foreach (EngineWrite write in writes.Items)
        {
            switch (write)
            {
                case EngineRowWrite row:
                    rows.Add(row);
                    break;
                case EngineModelWrite model:
                    await WriteAsync(connection, rows, cancellationToken);
                    await using (PostgresDb db = Join(connection, transaction, actor, recorder))
                    {
                        model.Mark(db);
                        await db.SaveChangesAsync(cancellationToken);
                    }

                    break;
                case EngineAuditWrite audit:
                    recorder.Record(actor.TenantId, actor.Key, audit.Change);
                    break;
                case EngineAnnouncement told:
                    recorder.Announce(actor.TenantId, told.Announcement);
                    break;
            }
        }

        rows.AddRange(recorder.Writes);
        rows.AddRange(await recorder.NewsAsync(connection, actor.TenantId, place.NodeId, wishes, cancellationToken));
        bool together = rows.Count > 0 && rows.TrueForAll(row => row.Otherwise is null);
        if (!together) await WriteAsync(connection, rows, cancellationToken);
        // All rows go to the server together, so a process can end before all of them or behind all of them: every place between is this one.
        foreach (EngineSite site in writes.Items.OfType<EngineSite>()) faults.Reached(site.Name);
        // What is sent to be committed may be committed whatever the caller wants by then; so it is waited for.
        if (together) await WriteAsync(connection, rows, CancellationToken.None, commits: true);
        else await transaction.CommitAsync(CancellationToken.None);
    }

    private static async Task WriteAsync(NpgsqlConnection connection, List<EngineRowWrite> rows, CancellationToken cancellationToken, bool commits = false)
    {
        if (rows.Count == 0) return;
        await using var batch = new NpgsqlBatch(connection);
        foreach (EngineRowWrite row in rows) batch.BatchCommands.Add(PostgresTypes.Command(row.Statement));
        if (commits) batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        for (int i = 0; i < rows.Count; i++) rows[i].Check((int)batch.BatchCommands[i].RecordsAffected);
        rows.Clear();
    }

    /// <summary>A model in a transaction that is under way.</summary>
    private static PostgresDb Join(NpgsqlConnection connection, NpgsqlTransaction transaction, Actor actor, PostgresAuditRecorder recorder, IRunEnqueue? enqueue = null)
    {
        var db = new PostgresDb(ModelOptions.New<PostgresDb>().UseNpgsql(connection).AddInterceptors(PostgresTexts.Instance, DecimalArithmeticGuard.Instance, SqlCommands.Postgres).Options, actor, recorder, enqueue);
        db.Database.UseTransaction(transaction);
        db.Database.AutoSavepointsEnabled = false;
        return db;
    }

    /// <summary>Begins again what the server undid for the sake of others. It was undone whole, so nothing happens twice.</summary>
    private Task<T> RetryAsync<T>(Func<Activity?> begin, Func<Action, Task<T>> attempt) => SqlSpans.WithinAsync(begin, _ => RetryAsync(attempt));

    private async Task<T> RetryAsync<T>(Func<Action, Task<T>> attempt)
    {
        for (int n = 1; ; n++)
        {
            try
            {
                return await FreshAsync(attempt);
            }
            catch (Exception error) when (n < mostAttempts && DatabaseFailures.IsUndoneForOthers(error))
            {
                // Those who met shall not meet again: each waits longer than before, for a real time, whatever the clock of the runs shows.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(1 << n, 200)));
            }
        }
    }

    private Task<T> FreshAsync<T>(Func<Activity?> begin, Func<Action, Task<T>> attempt) => SqlSpans.WithinAsync(begin, _ => FreshAsync(attempt));

    private static Activity? Ask(EngineQuery first, int count) => SqlSpans.Ask(SqlSpans.Postgres, first.Statement.Sql, count);

    /// <summary>
    /// Begins once more, on a new connection, when one from the pool turned out to be dead before anything was asked on it: the server was restarted, or ended it. The others
    /// of its time are dead as well.
    /// </summary>
    /// <param name="attempt">The work; it says when the server has answered, or may carry out what was sent: from then on it is not begun again.</param>
    private async Task<T> FreshAsync<T>(Func<Action, Task<T>> attempt)
    {
        bool isAsked = false;
        try
        {
            return await attempt(() => isAsked = true);
        }
        catch (Exception error) when (DatabaseFailures.IsBroken(error))
        {
            Clear();
            if (isAsked) throw;
        }

        return await attempt(() => { });
    }

    /// <summary>Closes all connections that nobody uses.</summary>
    private void Clear()
    {
        source.Clear();
        readers.Clear();
    }
}
