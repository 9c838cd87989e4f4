using Switchboard.Domain.Operations;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Sqlite;

/// <summary>The chains in SQLite: there is one writer, so nobody else seals.</summary>
/// <param name="writer">The one that writes.</param>
/// <param name="readers">The connections that read.</param>
internal sealed class SqliteAuditChains(SqliteWriter writer, SqliteReaders readers) : IAuditChains
{
    /// <inheritdoc />
    public Task<IReadOnlyList<Guid>> WaitingAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(readers.Ask(AuditStatements.Waiting()).Rows);
    }

    /// <inheritdoc />
    public Task<T> SealAsync<T>(Guid tenantId, Func<IAuditChain, T> work, CancellationToken cancellationToken) =>
        writer.RunAsync(item => work(new Chain(item.Session, tenantId)), cancellationToken);

    private sealed class Chain(SqliteSession session, Guid tenantId) : IAuditChain
    {
        public IReadOnlyList<AuditEntry> Beyond(long position, int limit) => Ask(AuditStatements.Beyond(tenantId, position, limit)).Rows;

        public IReadOnlyList<AuditEntry> Unsealed(DateTimeOffset after, Guid afterId, int limit) => Ask(AuditStatements.Unsealed(tenantId, after, afterId, limit)).Rows;

        public bool Has(Guid id) => Ask(AuditStatements.Has(tenantId, id)).Found;

        public void Seal(AuditEntry entry)
        {
            if (session.Statement(AuditStatements.Seal(entry)).Execute() != 1) throw new InvalidOperationException(AuditStatements.SealedByAnother(entry));
        }

        public void Insert(AuditEntry entry) => session.Statement(AuditStatements.Insert(entry)).Execute();

        private EngineQuery<T> Ask<T>(EngineQuery<T> query)
        {
            session.Answer([query]);
            return query;
        }
    }
}
