using System.Globalization;
using Switchboard.Core.Runs;
using Switchboard.Storage.Auditing;

namespace Switchboard.Storage.Backup;

/// <summary>Writes backups: database, secrets, cards of operators' own agents and the audit's note in one file, while the server serves.</summary>
public sealed class Backups
{
    private readonly DataFolder folder;
    private readonly IDatabaseBackup database;
    private readonly AuditSealer sealer;
    private readonly TimeProvider clock;
    private readonly IFaultPoints faults;
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Prepares to write backups.</summary>
    internal Backups(DataFolder folder, IDatabaseBackup database, AuditSealer sealer, TimeProvider clock, IFaultPoints faults)
    {
        this.folder = folder;
        this.database = database;
        this.sealer = sealer;
        this.clock = clock;
        this.faults = faults;
    }

    /// <summary>Writes a backup beside its name, reads it back and compares it, then gives it its name. A backup that was there under the name stays until then.</summary>
    /// <exception cref="BackupException">The file cannot be written, is something else than a backup, or what was read back differs.</exception>
    public async Task<BackupManifest> WriteAsync(string file, CancellationToken cancellationToken)
    {
        file = Path.GetFullPath(file);
        await turn.WaitAsync(cancellationToken);
        string parts = file + ".parts", fresh = file + ".new";
        try
        {
            await RequirePlaceAsync(file, cancellationToken);
            Remove(parts, fresh);
            string snapshot = Path.Combine(parts, "snapshot"), back = Path.Combine(parts, "read-back");
            PrivateFiles.CreateFolder(parts);
            PrivateFiles.CreateFolder(snapshot);
            PrivateFiles.CreateFolder(back);
            BackupManifest manifest = await PackAsync(snapshot, fresh, cancellationToken);
            faults.Reached("backup:written");

            await BackupFile.UnpackAsync(fresh, back, cancellationToken);
            await database.CheckAsync(back, manifest, cancellationToken);
            faults.Reached("backup:verified");
            File.Move(fresh, file, overwrite: true);
            faults.Reached("backup:done");
            return manifest;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"The backup {file} cannot be written: {error.Message} Make room there, or name another place.", error);
        }
        finally
        {
            Remove(parts, fresh);
            turn.Release();
        }
    }

    private async Task<BackupManifest> PackAsync(string snapshot, string fresh, CancellationToken cancellationToken)
    {
        // The note before the rows: what it says of the chains is then in the rows, with what came after.
        await sealer.SealAsync(cancellationToken);
        File.Copy(Path.Combine(folder.Path, DataFolder.AnchorName), Path.Combine(snapshot, DataFolder.AnchorName));
        PrivateFiles.CreateFolder(Path.Combine(snapshot, DataFolder.SecretsName));
        foreach (string secret in Directory.EnumerateFiles(Path.Combine(folder.Path, DataFolder.SecretsName)))
        {
            string name = $"{DataFolder.SecretsName}/{Path.GetFileName(secret)}";
            if (BackupManifest.IsName(name)) File.Copy(secret, Path.Combine(snapshot, name));
        }

        // The agents that operators wrote: what their cards say is in no row.
        string cards = Path.Combine(folder.Path, DataFolder.AgentsName);
        if (Directory.Exists(cards)) PrivateFiles.CreateFolder(Path.Combine(snapshot, DataFolder.AgentsName));
        foreach (string card in Directory.Exists(cards) ? Directory.EnumerateFiles(cards, "*.md") : [])
        {
            string name = $"{DataFolder.AgentsName}/{Path.GetFileName(card)}";
            if (BackupManifest.IsName(name)) File.Copy(card, Path.Combine(snapshot, name));
        }

        DatabaseSnapshot rows = await database.SnapshotAsync(snapshot, cancellationToken);
        faults.Reached("backup:snapshot");
        string[] names = [.. Directory.EnumerateFiles(snapshot, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(snapshot, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];
        string version = typeof(Backups).Assembly.GetName().Version?.ToString(3) ?? "0";
        return await BackupFile.PackAsync(
            snapshot,
            names,
            files => new BackupManifest(BackupManifest.CurrentFormat, version, database.Provider, rows.Migrations, clock.GetUtcNow(), rows.Tables, files),
            fresh,
            cancellationToken);
    }

    private static async Task RequirePlaceAsync(string file, CancellationToken cancellationToken)
    {
        string place = Path.GetDirectoryName(file) ?? throw new BackupException($"{file} is no name of a file.");
        if (Directory.Exists(file)) throw new BackupException(string.Create(CultureInfo.InvariantCulture, $"{file} is a folder. Name a file in it, such as {Path.Combine(file, "switchboard.zip")}."));
        if (!Directory.Exists(place)) throw new BackupException($"There is no folder {place}. Make it, or name another place.");
        if (!File.Exists(file)) return;
        try
        {
            await BackupFile.ReadManifestAsync(file, cancellationToken);
        }
        catch (BackupException error)
        {
            throw new BackupException($"{file} exists and is no backup, so it is not written over. Name another file.", error);
        }
    }

    private static void Remove(string parts, string fresh)
    {
        if (Directory.Exists(parts)) Directory.Delete(parts, recursive: true);
        if (File.Exists(fresh)) File.Delete(fresh);
    }
}
