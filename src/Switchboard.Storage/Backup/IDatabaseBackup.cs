namespace Switchboard.Storage.Backup;

/// <summary>What a snapshot holds.</summary>
/// <param name="Migrations">The migrations the database has.</param>
/// <param name="Tables">All tables.</param>
internal sealed record DatabaseSnapshot(IReadOnlyList<string> Migrations, IReadOnlyList<TableDigest> Tables);

/// <summary>The database's part of backup and restore. Each home of the storage has its own.</summary>
internal interface IDatabaseBackup
{
    /// <summary>Which home it is, as the configuration spells it.</summary>
    string Provider { get; }

    /// <summary>Writes all tables, as they are at one instant, into a folder, while others read and write.</summary>
    Task<DatabaseSnapshot> SnapshotAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Reads an unpacked backup and compares each table with the manifest.</summary>
    /// <exception cref="BackupException">A table differs, or a newer program wrote the backup.</exception>
    Task CheckAsync(string folder, BackupManifest manifest, CancellationToken cancellationToken);

    /// <summary>Puts the tables of an unpacked and checked backup in the place of those there are, so that a process killed on the way leaves the old ones or the new ones, whole.</summary>
    /// <param name="folder">The unpacked backup; with it the rest of the data folder is exchanged too.</param>
    /// <param name="manifest">What the backup says of itself.</param>
    /// <param name="cancellationToken">Breaks the restore off; what was there stays.</param>
    Task ExchangeAsync(string folder, BackupManifest manifest, CancellationToken cancellationToken);
}
