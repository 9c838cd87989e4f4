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

    /// <summary>The most files of a zip of articles.</summary>
    public const int MostArticles = 100_000;

    /// <summary>The most bytes of one article: 5 MB.</summary>
    public const long ArticleBytes = 5L << 20;

    /// <summary>The most bytes the articles of a zip may unpack to: 128 MB. They come in with one commit, so their texts are held at once.</summary>
    public const long ArticlesBytes = 128L << 20;

    /// <summary>Why a zip is not unpacked, as a sentence; null when it may be.</summary>
    public static string? Exceeded(ZipArchive zip, long mostBytes) =>
        zip.Entries.Count > MostEntries ? $"The zip holds {zip.Entries.Count} entries; the most is {MostEntries}."
        : IsMore(zip.Entries, mostBytes) ? $"The zip unpacks to more than {mostBytes >> 30} GB."
        : null;

    /// <summary>Why the articles of a zip are not unpacked, and what to do instead; null when they may be.</summary>
    /// <param name="articles">Its entries that are articles. One that is too large by itself is not unpacked and counts for nothing.</param>
    public static string? Exceeded(IReadOnlyCollection<ZipArchiveEntry> articles)
    {
        string? more = articles.Count > MostArticles ? $"The zip holds {articles.Count} articles; the most is {MostArticles}."
            : IsMore(articles.Where(a => a.Length <= ArticleBytes), ArticlesBytes) ? $"The articles of the zip unpack to more than {ArticlesBytes >> 20} MB."
            : null;
        return more is null ? null : $"{more} Send them as several zips under the same root, each with partial=true: then what is not in a zip is left as it is.";
    }

    private static bool IsMore(IEnumerable<ZipArchiveEntry> entries, long mostBytes)
    {
        long left = mostBytes;
        foreach (ZipArchiveEntry entry in entries)
        {
            // Taken away one by one: sizes that are made up can add up to more than a number holds.
            if (entry.Length < 0 || entry.Length > left) return true;
            left -= entry.Length;
        }

        return false;
    }
}
