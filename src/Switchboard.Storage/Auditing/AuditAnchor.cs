using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Core;

namespace Switchboard.Storage.Auditing;

/// <summary>
/// The note outside the database that says where each tenant's chain ended. Without it a chain that was cut short, or put back to an older state,
/// would look like a whole one.
/// </summary>
/// <param name="folder">The data folder.</param>
/// <param name="trail">Signs the note.</param>
public sealed class AuditAnchor(DataFolder folder, AuditTrail trail)
{
    private const int version = 1;

    private readonly string path = Path.Combine(folder.Path, DataFolder.AnchorName);

    /// <summary>Whether there is a note.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>The ends of the chains; null when there is no note or it was not written with the installation's key.</summary>
    public IReadOnlyList<AuditHead>? Read()
    {
        try
        {
            Note note = Json.Read<Note>(File.ReadAllText(path));
            return note.Version == version && CryptographicOperations.FixedTimeEquals(note.Signature, trail.Key.Anchor(note.Heads)) ? note.Heads : null;
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
    }

    private sealed record Note(int Version, IReadOnlyList<AuditHead> Heads, byte[] Signature);
}
