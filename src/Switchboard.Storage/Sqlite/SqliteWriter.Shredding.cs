namespace Switchboard.Storage.Sqlite;

/// <summary>Work on the file itself, in its turn among the others.</summary>
public sealed partial class SqliteWriter
{
    /// <summary>Writes the whole file anew, so that no free page or gap holds what was deleted, and empties the log. All other writers wait meanwhile.</summary>
    public async Task ShredAsync(CancellationToken cancellationToken)
    {
        var item = new Shredding(cancellationToken);
        await AddAsync(item, cancellationToken);
        await item.Done;
    }

    /// <summary>Work on the file itself, which no transaction may be open for.</summary>
    private sealed class Shredding(CancellationToken cancellationToken) : Item
    {
        /// <summary>Times the log is tried to be emptied, some milliseconds apart: who reads from it just then keeps it.</summary>
        private const int mostTries = 200;

        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => done.Task;

        public async Task ExecuteAsync(SqliteSession session, TimeProvider clock)
        {
            if (CancelIfAsked()) return;
            try
            {
                session.Rewrite();
                for (int tries = 1; !session.TryEmptyLog(); tries++)
                {
                    if (tries == mostTries) throw new IOException("The database's log could not be emptied: somebody reads from it all the time.");
                    await Task.Delay(TimeSpan.FromMilliseconds(5), clock);
                }

                Succeed();
            }
            catch (Exception error)
            {
                Fail(error);
            }
        }

        public override void Execute(SqliteWriteContext context) => throw new NotSupportedException("The file is rewritten outside transactions.");

        public override void Succeed() => done.TrySetResult();

        public override void Fail(Exception error) => done.TrySetException(error);

        public override bool CancelIfAsked() => cancellationToken.IsCancellationRequested && done.TrySetCanceled(cancellationToken);
    }
}
