using Switchboard.Storage.Backup;

namespace Switchboard.Storage.Postgres;

/// <summary>Says that a database on a PostgreSQL server is not backed up by the program but by the server's own tools, and what belongs to it besides.</summary>
internal sealed class PostgresBackup : IDatabaseBackup
{
    private const string refusal =
        "This installation's database is on a PostgreSQL server, and backup and restore are for SQLite. Use pg_dump and pg_restore, and copy secrets/ and audit-anchor of the data folder with it, audit-anchor first; nothing was changed.";

    /// <inheritdoc />
    public string Provider => "postgres";

    /// <inheritdoc />
    public Task<DatabaseSnapshot> SnapshotAsync(string folder, CancellationToken cancellationToken) => throw new BackupException(refusal);

    /// <inheritdoc />
    public Task CheckAsync(string folder, BackupManifest manifest, CancellationToken cancellationToken) => throw new BackupException(refusal);

    /// <inheritdoc />
    public Task ExchangeAsync(string folder, BackupManifest manifest, CancellationToken cancellationToken) => throw new BackupException(refusal);
}
