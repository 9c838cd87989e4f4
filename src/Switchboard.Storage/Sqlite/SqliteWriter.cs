using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Switchboard.Core.Runs;
using Switchboard.Domain.Operations;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Telemetry;

namespace Switchboard.Storage.Sqlite;

/// <summary>The one writer of the process. Whatever is asked for while a commit is under way shares the next one, so that a flush to the disk serves many.</summary>
public sealed partial class SqliteWriter : IAsyncDisposable
{
    /// <summary>Items that share one commit at most: later ones shall not wait for a batch without end.</summary>
    private const int batchLimit = 64;

    /// <summary>Items that may wait; whoever comes then waits for room.</summary>
    private const int room = 1024;

    private static readonly TimeSpan busyLimit = TimeSpan.FromSeconds(10);

    private readonly SqliteDatabase database;
    private readonly AuditTrail trail;
    private readonly RunSignals signals;
    private readonly TimeProvider clock;
    private readonly Channel<Item> queue = Channel.CreateBounded<Item>(new BoundedChannelOptions(room) { SingleReader = true });
    private readonly Task loop;

    /// <summary>Starts the writer; its connection is opened by the first item.</summary>
    public SqliteWriter(SqliteDatabase database, AuditTrail trail, RunSignals signals, TimeProvider clock)
    {
        this.database = database;
        this.trail = trail;
        this.signals = signals;
        this.clock = clock;
        // The loop serves all callers, so it is part of nobody's call.
        using AsyncFlowControl apart = ExecutionContext.SuppressFlow();
        loop = Task.Run(LoopAsync);
    }

    /// <summary>Commits done so far; with the number of items it tells how well commits are shared.</summary>
    public long Commits { get; private set; }

    /// <summary>Carries the work out in a transaction and gives its result when that is committed. Work that throws is undone alone.</summary>
    /// <param name="work">What to write. It runs on the writer's thread while all other writers wait, so it must not wait for anything itself.</param>
    /// <param name="cancellationToken">Cancels work that has not begun. Once begun it is not abandoned: a cancelled task means that nothing was written.</param>
    /// <param name="method">Who asks for it: what the commit is called in a trace.</param>
    /// <exception cref="ObjectDisposedException">The writer has ended.</exception>
    public Task<T> RunAsync<T>(Func<SqliteWriteContext, T> work, CancellationToken cancellationToken, [CallerMemberName] string method = "") =>
        SqlSpans.WithinAsync(() => SqlSpans.Commit(SqlSpans.Sqlite, method), span => WriteAsync(SqlSpans.On(span, work), cancellationToken));

    private async Task<T> WriteAsync<T>(Func<SqliteWriteContext, T> work, CancellationToken cancellationToken)
    {
        var item = new Item<T>(work, cancellationToken);
        await AddAsync(item, cancellationToken);
        return await item.Result;
    }

    /// <summary>Takes no more work, finishes what is queued and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await loop;
    }

    private async Task AddAsync(Item item, CancellationToken cancellationToken)
    {
        try
        {
            await queue.Writer.WriteAsync(item, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteWriter), "The database is being closed.");
        }
    }

    private async Task LoopAsync()
    {
        SqliteWriteContext? context = null;
        var batch = new List<Item>(batchLimit);
        while (await queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < batchLimit && queue.Reader.TryRead(out Item? item)) batch.Add(item);
            try
            {
                context ??= new SqliteWriteContext(SqliteSession.OpenWriter(database.Path), trail);
                int next = 0;
                while (next < batch.Count) next = await WriteAsync(context, batch, next);
            }
            catch (Exception error)
            {
                // Nothing may end the loop: the writers of this batch learn what happened, the next batch tries on a new connection.
                foreach (Item item in batch) item.Fail(error);
                context?.Dispose();
                context = null;
            }

            batch.Clear();
        }

        context?.Dispose();
    }

    /// <summary>Writes items from the given one on in one transaction and gives the first that is still to be written.</summary>
    private async Task<int> WriteAsync(SqliteWriteContext context, List<Item> batch, int first)
    {
        SqliteSession session = context.Session;
        if (batch[first] is Shredding shredding)
        {
            await shredding.ExecuteAsync(session, clock);
            return first + 1;
        }

        await BeginAsync(session);
        if (first == batch.Count - 1)
        {
            WriteAlone(context, batch[first]);
            return batch.Count;
        }

        var written = new List<Item>(batch.Count - first);
        for (int i = first; i < batch.Count; i++)
        {
            Item item = batch[i];
            if (item is Shredding)
            {
                Commit(session, written);
                return i;
            }

            if (item.CancelIfAsked()) continue;
            if (Try(context, item) is not { } error)
            {
                written.Add(item);
                continue;
            }

            item.Fail(error);
            if (session.IsInTransaction) continue;

            // SQLite undid everything, not only this item (a full disk, an I/O error): who had written before has not.
            foreach (Item lost in written) lost.Fail(error);
            return i + 1;
        }

        Commit(session, written);
        return batch.Count;
    }

    /// <summary>Writes an item with which nobody shares the commit: the transaction is its own, so it needs no place to go back to.</summary>
    private void WriteAlone(SqliteWriteContext context, Item item)
    {
        SqliteSession session = context.Session;
        try
        {
            if (item.CancelIfAsked())
            {
                session.Execute("rollback");
                return;
            }

            Execute(context, item);
        }
        catch (Exception error)
        {
            if (session.IsInTransaction) session.Execute("rollback");
            item.Fail(error);
            return;
        }

        Commit(session, [item]);
    }

    private static void Execute(SqliteWriteContext context, Item item)
    {
        try
        {
            item.Execute(context);
            context.Tell();
        }
        finally
        {
            (item.Entries, item.Writes) = context.EndItem();
        }
    }

    private static Exception? Try(SqliteWriteContext context, Item item)
    {
        SqliteSession session = context.Session;
        try
        {
            session.Execute("savepoint item");
            Execute(context, item);
            session.Execute("release item");
            return null;
        }
        catch (Exception error)
        {
            if (session.IsInTransaction) session.Execute("rollback to item; release item");
            return error;
        }
    }

    private void Commit(SqliteSession session, List<Item> written)
    {
        try
        {
            session.Execute("commit");
            Commits++;
        }
        catch (SqliteException error)
        {
            if (session.IsInTransaction) session.TryExecute("rollback");
            foreach (Item item in written) item.Fail(error);
            return;
        }

        foreach (Item item in written)
        {
            trail.Committed(item.Entries);
            item.Writes.Signal(signals);
            item.Succeed();
        }
    }

    /// <summary>Begins the transaction. The lock is free unless a foreign program (a shell on the file) holds it; then it is asked for again without blocking a thread.</summary>
    private async Task BeginAsync(SqliteSession session)
    {
        long since = clock.GetTimestamp();
        while (true)
        {
            int result = session.TryExecute("begin immediate");
            if (result == raw.SQLITE_OK) return;
            if ((result & 0xff) != raw.SQLITE_BUSY || clock.GetElapsedTime(since) > busyLimit) SqliteException.ThrowExceptionForRC(result, session.Connection.Handle);
            await Task.Delay(TimeSpan.FromMilliseconds(5), clock);
        }
    }

    private abstract class Item
    {
        /// <summary>What the item entered into the audit.</summary>
        public IReadOnlyList<AuditEntry> Entries { get; set; } = [];

        /// <summary>Whom the item wakes and tells behind the commit.</summary>
        public EngineWrites Writes { get; set; } = new();

        public abstract void Execute(SqliteWriteContext context);
        public abstract void Succeed();
        public abstract void Fail(Exception error);
        public abstract bool CancelIfAsked();
    }

    private sealed class Item<T>(Func<SqliteWriteContext, T> work, CancellationToken cancellationToken) : Item
    {
        private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? result;

        public Task<T> Result => done.Task;

        public override void Execute(SqliteWriteContext context) => result = work(context);

        public override void Succeed() => done.TrySetResult(result!);

        public override void Fail(Exception error) => done.TrySetException(error);

        public override bool CancelIfAsked() => cancellationToken.IsCancellationRequested && done.TrySetCanceled(cancellationToken);
    }
}
