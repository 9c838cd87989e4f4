using System.IO.Compression;

namespace Switchboard.Storage.Transfer;

/// <summary>
/// How much may come out of a zip that somebody sent, looked at before anything is unpacked. The directory of a zip is its sender's word, but an entry's stream ends at the size
/// that stands there, so what is counted here is the most that can come.
/// </summary>
public static class UnpackLimits
{
    /// <summary>The most entries of an archive of a tenant, or of table dumps.</summary>
    public const int MostEntries = 1000;

    /// <summary>The most bytes table dumps may unpack to: 2 GB.</summary>
    public const long TableDumpBytes = 2L << 30;

    /// <summary>The most bytes the archive of a tenant may unpack to: 8 GB.</summary>
    public const long TenantBytes = 8L << 30;

    /// <summary>The most bytes of an archive's manifest, which is read in memory: 4 MB.</summary>
    public const long ManifestBytes = 4L << 20;

    /// <summary>Why a zip is not unpacked, as a sentence; null when it may be.</summary>
    public static string? Exceeded(ZipArchive zip, long mostBytes)
    {
        if (zip.Entries.Count > MostEntries) return $"The zip holds {zip.Entries.Count} entries; the most is {MostEntries}.";
        long left = mostBytes;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            // Taken away one by one: sizes that are made up can add up to more than a number holds.
            if (entry.Length < 0 || entry.Length > left) return $"The zip unpacks to more than {mostBytes >> 30} GB.";
            left -= entry.Length;
        }

        return null;
    }
}
