using System.Text;
using Switchboard.Core;
using Switchboard.Core.Runs;

namespace Switchboard.Storage.Backup;

/// <summary>What is known of a restore until it stands in the audit.</summary>
/// <param name="Id">Id of its entries.</param>
/// <param name="File">The name of the backup's file.</param>
/// <param name="BackupCreatedAt">When the backup was written.</param>
/// <param name="RestoredAt">When it was restored.</param>
internal sealed record RestoreMark(Guid Id, string File, DateTimeOffset BackupCreatedAt, DateTimeOffset RestoredAt)
{
    /// <summary>The mark's file in the data folder.</summary>
    public const string FileName = "restored.json";

    /// <summary>Writes the mark into a folder.</summary>
    public void Write(string folder) => PrivateFiles.Replace(Path.Combine(folder, FileName), Encoding.UTF8.GetBytes(Json.Write(this)));

    /// <summary>The mark of a folder; null when there is none.</summary>
    public static RestoreMark? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return System.IO.File.Exists(path) ? Json.Read<RestoreMark>(System.IO.File.ReadAllText(path)) : null;
    }
}

/// <summary>
/// A restore on its way into a data folder. All of it is unpacked and checked beside what is there; one rename decides; from then on whoever opens the
/// folder carries the rest through, however often it is broken off.
/// </summary>
internal static class PendingRestore
{
    private const string prepared = "restore.new";
    private const string waiting = "restore.waiting";
    private const string decided = "restore.ready";
    private const string old = "before-restore";

    /// <summary>An empty folder to unpack into.</summary>
    public static string Prepare(string data)
    {
        string folder = Path.Combine(data, prepared);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        PrivateFiles.CreateFolder(folder);
        return folder;
    }

    /// <summary>Removes what was prepared and not decided.</summary>
    public static void Discard(string data)
    {
        string folder = Path.Combine(data, prepared);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>Decides that what was prepared takes the place of what is there. The copies of an earlier restore are dropped for the ones to come.</summary>
    public static void Decide(string data) => Decide(data, prepared);

    /// <summary>Lets what was prepared wait until a database server has decided; only <see cref="DecideWaiting"/> and <see cref="Settle"/> end that.</summary>
    public static void Wait(string data) => Directory.Move(Path.Combine(data, prepared), Path.Combine(data, waiting));

    /// <summary>Decides as <see cref="Decide(string)"/> does, for what waited.</summary>
    public static void DecideWaiting(string data) => Decide(data, waiting);

    /// <summary>Whether there is something that a database server may have decided.</summary>
    public static bool IsUndecided(string data) => Directory.Exists(Path.Combine(data, waiting)) || Directory.Exists(Path.Combine(data, prepared));

    /// <summary>Decides for the restore that the server decided for, and removes what it did not.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="restored">The restore that the server's tables come from; null when they come from none.</param>
    public static void Settle(string data, Guid? restored)
    {
        // The rename to waiting may be lost with the power while the server's commit is not, so the name alone says nothing.
        foreach (string name in (string[])[waiting, prepared])
        {
            string folder = Path.Combine(data, name);
            if (!Directory.Exists(folder)) continue;
            if (RestoreMark.Read(folder) is { } mark && mark.Id == restored) Decide(data, name);
            else Directory.Delete(folder, recursive: true);
        }
    }

    private static void Decide(string data, string name)
    {
        string copies = Path.Combine(data, old);
        if (Directory.Exists(copies)) Directory.Delete(copies, recursive: true);
        Directory.Move(Path.Combine(data, name), Path.Combine(data, decided));
    }

    /// <summary>Carries a decided restore through; does nothing when there is none. What was there is kept in <c>before-restore</c>.</summary>
    public static void Complete(string data, IFaultPoints faults)
    {
        string ready = Path.Combine(data, decided);
        if (!Directory.Exists(ready)) return;
        string copies = Path.Combine(data, old);
        PrivateFiles.CreateFolder(copies);
        PrivateFiles.CreateFolder(Path.Combine(copies, DataFolder.SecretsName));
        PrivateFiles.CreateFolder(Path.Combine(data, DataFolder.SecretsName));
        if (Directory.Exists(Path.Combine(ready, DataFolder.AgentsName)))
        {
            PrivateFiles.CreateFolder(Path.Combine(copies, DataFolder.AgentsName));
            PrivateFiles.CreateFolder(Path.Combine(data, DataFolder.AgentsName));
        }

        // As long as the new database waits, what lies in the folder is the old one; its log goes with it, or it would be played into the new one.
        if (File.Exists(Path.Combine(ready, DataFolder.DatabaseName)))
        {
            foreach (string side in (string[])["-wal", "-shm"]) Keep(data, copies, DataFolder.DatabaseName + side);
            faults.Reached("restore:moved-log");
        }

        string[] names = [DataFolder.DatabaseName, DataFolder.AnchorName, .. Names(ready, DataFolder.SecretsName), .. Names(ready, DataFolder.AgentsName), RestoreMark.FileName];
        foreach (string name in names.Where(n => File.Exists(Path.Combine(ready, n))))
        {
            Keep(data, copies, name);
            faults.Reached("restore:kept-old");
            File.Move(Path.Combine(ready, name), Path.Combine(data, name), overwrite: true);
            faults.Reached("restore:moved");
        }

        Directory.Delete(ready, recursive: true);
        faults.Reached("restore:completed");
    }

    private static void Keep(string data, string copies, string name)
    {
        string path = Path.Combine(data, name);
        if (File.Exists(path)) File.Move(path, Path.Combine(copies, name), overwrite: true);
    }

    private static IEnumerable<string> Names(string ready, string folder)
    {
        string path = Path.Combine(ready, folder);
        return Directory.Exists(path) ? Directory.EnumerateFiles(path).Select(f => Path.Combine(folder, Path.GetFileName(f))).Order(StringComparer.Ordinal).ToList() : [];
    }
}
