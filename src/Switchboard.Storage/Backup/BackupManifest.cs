using System.Text.RegularExpressions;

namespace Switchboard.Storage.Backup;

/// <summary>A backup or a restore failed; the message tells an operator what to do.</summary>
public sealed class BackupException : Exception
{
    /// <summary>Makes the exception with its message.</summary>
    public BackupException(string message) : base(message)
    {
    }

    /// <summary>Makes the exception with its message and what caused it.</summary>
    public BackupException(string message, Exception inner) : base(message, inner)
    {
    }
}

/// <summary>A table as it was.</summary>
/// <param name="Name">The table.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Sha256">Hash of all rows in the order of their keys, in lower-case hexadecimal.</param>
public sealed record TableDigest(string Name, long Rows, string Sha256);

/// <summary>A file of the backup.</summary>
/// <param name="Name">Its name in the backup.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Hash of its bytes, in lower-case hexadecimal.</param>
public sealed record FileDigest(string Name, long Bytes, string Sha256);

/// <summary>What a backup says of itself.</summary>
/// <param name="Format">1.</param>
/// <param name="Version">The program that wrote it.</param>
/// <param name="Provider">The database it is of: sqlite or postgres.</param>
/// <param name="Migrations">The migrations that the database had.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="Tables">All tables.</param>
/// <param name="Files">All files but this one.</param>
public sealed partial record BackupManifest(
    int Format, string Version, string Provider, IReadOnlyList<string> Migrations, DateTimeOffset CreatedAt, IReadOnlyList<TableDigest> Tables, IReadOnlyList<FileDigest> Files)
{
    /// <summary>The format this program writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The manifest's own name in the backup.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Whether a file of this name may be in a backup: nothing outside the folder it is unpacked to can be named.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    [GeneratedRegex(@"^(?:switchboard\.db|audit-anchor|secrets/[a-z0-9-]+|agents/[\p{L}\p{N}_][\p{L}\p{N}_ .-]*\.md|tables/[A-Za-z0-9_]+\.copy)\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
