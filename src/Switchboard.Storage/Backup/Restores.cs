using Switchboard.Core.Runs;

namespace Switchboard.Storage.Backup;

/// <summary>Puts a backup in the place of what a data folder holds. The folder is held by this process, so no server runs on it.</summary>
public sealed class Restores
{
    private readonly DataFolder folder;
    private readonly IDatabaseBackup database;
    private readonly TimeProvider clock;
    private readonly IFaultPoints faults;

    /// <summary>Prepares to restore.</summary>
    internal Restores(DataFolder folder, IDatabaseBackup database, TimeProvider clock, IFaultPoints faults)
    {
        this.folder = folder;
        this.database = database;
        this.clock = clock;
        this.faults = faults;
    }

    /// <summary>Checks the whole backup, then exchanges. Whoever restores brings the database up to the program afterwards, and opens the storage anew.</summary>
    /// <exception cref="BackupException">The backup is damaged, of another database or a newer program; nothing was changed.</exception>
    public async Task<BackupManifest> RestoreAsync(string file, CancellationToken cancellationToken)
    {
        file = Path.GetFullPath(file);
        BackupManifest manifest = await BackupFile.ReadManifestAsync(file, cancellationToken);
        if (manifest.Provider != database.Provider)
            throw new BackupException($"{file} is of a database on {manifest.Provider}, and this installation has {database.Provider}. Restore it into an installation with Database:Provider={manifest.Provider}.");
        string[] needed = [DataFolder.AnchorName, $"{DataFolder.SecretsName}/{DataFolder.AuditSecret}"];
        if (needed.FirstOrDefault(n => manifest.Files.All(f => f.Name != n)) is { } missing) throw new BackupException($"The backup {file} has no {missing}, without which its audit cannot be verified. Use another one; nothing was changed.");
        string unpacked = PendingRestore.Prepare(folder.Path);
        try
        {
            await BackupFile.UnpackAsync(file, unpacked, cancellationToken);
            faults.Reached("restore:unpacked");
            await database.CheckAsync(unpacked, manifest, cancellationToken);
            DateTimeOffset now = clock.GetUtcNow();
            new RestoreMark(Guid.CreateVersion7(now), Path.GetFileName(file), manifest.CreatedAt, now).Write(unpacked);
            faults.Reached("restore:checked");
            await database.ExchangeAsync(unpacked, manifest, cancellationToken);
            return manifest;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"The backup cannot be restored into {folder.Path}: {error.Message} Make room there, then restore again.", error);
        }
        finally
        {
            PendingRestore.Discard(folder.Path);
        }
    }
}
