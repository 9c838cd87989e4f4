using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Core;

namespace Switchboard.Storage.Backup;

/// <summary>The file of a backup: a zip with a manifest in it.</summary>
internal static class BackupFile
{
    /// <summary>Packs the files of a folder with their manifest. The file is readable by its owner only, and is on the disk when this ends.</summary>
    public static async Task<BackupManifest> PackAsync(string folder, IReadOnlyList<string> names, Func<IReadOnlyList<FileDigest>, BackupManifest> describe, string file, CancellationToken cancellationToken)
    {
        await using FileStream packed = PrivateFiles.CreateNew(file);
        BackupManifest manifest;
        await using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            var digests = new List<FileDigest>();
            foreach (string name in names)
            {
                await using FileStream source = File.OpenRead(Path.Combine(folder, name));
                await using Stream entry = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancellationToken);
                digests.Add(await CopyAsync(name, source, entry, cancellationToken));
            }

            manifest = describe(digests);
            await using Stream last = await zip.CreateEntry(BackupManifest.FileName).OpenAsync(cancellationToken);
            await last.WriteAsync(Encoding.UTF8.GetBytes(Json.Write(manifest)), cancellationToken);
        }

        packed.Flush(flushToDisk: true);
        return manifest;
    }

    /// <summary>Reads the manifest alone.</summary>
    /// <exception cref="BackupException">The file is no backup, or of a format this program does not know.</exception>
    public static async Task<BackupManifest> ReadManifestAsync(string file, CancellationToken cancellationToken)
    {
        await using ZipArchive zip = await OpenAsync(file, cancellationToken);
        return await ReadManifestAsync(file, zip, cancellationToken);
    }

    /// <summary>Unpacks all files into a folder, each compared with the manifest as it is written.</summary>
    /// <exception cref="BackupException">The file is no backup, or is damaged.</exception>
    public static async Task<BackupManifest> UnpackAsync(string file, string folder, CancellationToken cancellationToken)
    {
        await using ZipArchive zip = await OpenAsync(file, cancellationToken);
        BackupManifest manifest = await ReadManifestAsync(file, zip, cancellationToken);
        HashSet<string> named = [.. manifest.Files.Select(f => f.Name), BackupManifest.FileName];
        if (zip.Entries.FirstOrDefault(e => !named.Contains(e.FullName)) is { } extra) throw Damaged(file, $"it holds {extra.FullName}, which its manifest does not name");
        foreach (FileDigest digest in manifest.Files)
        {
            if (!BackupManifest.IsName(digest.Name)) throw Damaged(file, $"its manifest names {digest.Name}, which is no file of a backup");
            ZipArchiveEntry entry = zip.GetEntry(digest.Name) ?? throw Damaged(file, $"{digest.Name} is missing");
            string path = Path.Combine(folder, digest.Name);
            PrivateFiles.CreateFolder(Path.GetDirectoryName(path)!);
            try
            {
                await using Stream source = await entry.OpenAsync(cancellationToken);
                await using FileStream target = PrivateFiles.CreateNew(path);
                // What is larger than its manifest says does not fill the disk first.
                if (entry.Length != digest.Bytes || await CopyAsync(digest.Name, source, target, cancellationToken) != digest) throw Damaged(file, $"{digest.Name} is another one than when the backup was made");
                target.Flush(flushToDisk: true);
            }
            catch (InvalidDataException error)
            {
                throw Damaged(file, $"{digest.Name} cannot be unpacked", error);
            }
        }

        return manifest;
    }

    private static async Task<ZipArchive> OpenAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file)) throw new BackupException($"There is no file {file}.");
        try
        {
            return await ZipFile.OpenAsync(file, ZipArchiveMode.Read, cancellationToken);
        }
        catch (InvalidDataException error)
        {
            throw new BackupException($"{file} is no backup, or only a part of one: {error.Message}", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new BackupException($"{file} cannot be read by user {Environment.UserName}: {error.Message}", error);
        }
    }

    private static async Task<BackupManifest> ReadManifestAsync(string file, ZipArchive zip, CancellationToken cancellationToken)
    {
        try
        {
            // The zip's own list is read here, at the first question for an entry, and may be damaged itself.
            ZipArchiveEntry entry = zip.GetEntry(BackupManifest.FileName) ?? throw new BackupException($"{file} is no backup of Switchboard: there is no {BackupManifest.FileName} in it.");
            await using Stream stream = await entry.OpenAsync(cancellationToken);
            BackupManifest manifest = await JsonSerializer.DeserializeAsync<BackupManifest>(stream, Json.Options, cancellationToken) ?? throw Damaged(file, "its manifest is empty");
            return manifest.Format == BackupManifest.CurrentFormat
                ? manifest
                : throw new BackupException($"{file} has format {manifest.Format}, and this version reads format {BackupManifest.CurrentFormat}. Restore it with version {manifest.Version}.");
        }
        catch (Exception error) when (error is JsonException or InvalidDataException)
        {
            throw Damaged(file, "its manifest cannot be read", error);
        }
    }

    private static async Task<FileDigest> CopyAsync(string name, Stream source, Stream target, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 17];
        long bytes = 0;
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            bytes += read;
        }

        return new FileDigest(name, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static BackupException Damaged(string file, string why, Exception? inner = null) =>
        inner is null ? new BackupException($"The backup {file} is damaged: {why}. Use another one; nothing was changed.") : new BackupException($"The backup {file} is damaged: {why}. Use another one; nothing was changed.", inner);
}
