using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Core;

namespace Switchboard.Storage.Auditing;

/// <summary>
/// The note outside the database that says where each tenant's chain ended. Without it a chain that was cut short, or put back to an older state,
/// would look like a whole one. Where several processes share a database each has a note of its own: it says how far this process saw the chain reach, so the
/// chain must reach at least there, and what others noted is not needed.
/// </summary>
/// <param name="folder">The data folder.</param>
/// <param name="trail">Signs the note.</param>
/// <param name="isShared">Whether processes with other data folders seal the same chains.</param>
public sealed class AuditAnchor(DataFolder folder, AuditTrail trail, bool isShared)
{
    private const int version = 1;

    private readonly string path = Path.Combine(folder.Path, DataFolder.AnchorName);
    private readonly string keptPath = Path.Combine(folder.Path, DataFolder.AnchorKeptName);

    /// <summary>Whether processes with other data folders seal the same chains.</summary>
    public bool IsShared => isShared;

    /// <summary>Whether there is a note.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>
    /// Whether this folder never had a note because its process is new among others. One that had a note and has none has lost it, and so has one that shares
    /// its database with nobody.
    /// </summary>
    public bool IsNewAmongOthers => isShared && !Exists && !File.Exists(keptPath);

    /// <summary>The ends of the chains; null when there is no note or it was not written with the installation's key.</summary>
    public IReadOnlyList<AuditHead>? Read()
    {
        try
        {
            Note note = Json.Read<Note>(File.ReadAllText(path));
            if (note.Version != version || !CryptographicOperations.FixedTimeEquals(note.Signature, trail.Key.Anchor(note.Heads))) return null;
            Keep();
            return note.Heads;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the note anew, whole or not at all, readable by its owner only.</summary>
    public void Write(IEnumerable<AuditHead> heads)
    {
        AuditHead[] ordered = [.. heads.OrderBy(h => h.TenantId)];
        PrivateFiles.Replace(path, Encoding.UTF8.GetBytes(Json.Write(new Note(version, ordered, trail.Key.Anchor(ordered)))));
        Keep();
    }

    /// <summary>Remembers that there is a note, behind the note itself: a process that dies between the two has one and no need to remember it.</summary>
    private void Keep()
    {
        if (isShared && !File.Exists(keptPath)) PrivateFiles.CreateEmpty(keptPath);
    }

    private sealed record Note(int Version, IReadOnlyList<AuditHead> Heads, byte[] Signature);
}
