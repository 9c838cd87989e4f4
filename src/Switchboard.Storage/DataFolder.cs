using System.Security.Cryptography;
using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Storage.Backup;

namespace Switchboard.Storage;

/// <summary>The folder of an installation: database, secrets and the note where its server can be reached. While it is open no other process can open it.</summary>
public sealed class DataFolder : IDisposable
{
    private const string lockName = "switchboard.lock";
    private const string ownerName = "server.json";
    private const int secretBytes = 32;

    /// <summary>The secret that the audit is signed with.</summary>
    internal const string AuditSecret = "audit";

    /// <summary>The note of where the audit's chains end.</summary>
    internal const string AnchorName = "audit-anchor";

    /// <summary>The file that says that the folder had such a note, where several processes share a database.</summary>
    internal const string AnchorKeptName = "audit-anchor.kept";

    /// <summary>The folder of the secrets.</summary>
    internal const string SecretsName = "secrets";

    /// <summary>The folder of the cards of operators' own agents.</summary>
    public const string AgentsName = "agents";

    /// <summary>The database's file.</summary>
    internal const string DatabaseName = "switchboard.db";

    /// <summary>The file in which the calendar remembers which instants it told. It holds nothing else and may be lost.</summary>
    internal const string SchedulesName = "schedules.db";

    private const string beforeSuffix = "-before";

    private readonly FileStream held;
    private readonly TimeProvider clock;
    private readonly Lock secrets = new();

    private DataFolder(string path, FileStream held, TimeProvider clock)
    {
        Path = path;
        this.held = held;
        this.clock = clock;
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The database's file.</summary>
    public string DatabasePath => System.IO.Path.Combine(Path, DatabaseName);

    /// <summary>The calendar's file.</summary>
    internal string SchedulesPath => System.IO.Path.Combine(Path, SchedulesName);

    /// <summary>Takes the folder for this process until it is disposed; creates it, readable by its owner only, when there is none.</summary>
    /// <exception cref="DataFolderException">The folder is in use or cannot be written; the message says how to mend it, and nothing was changed.</exception>
    public static DataFolder Open(string path, TimeProvider? clock = null, IFaultPoints? faults = null)
    {
        string full = System.IO.Path.GetFullPath(path);
        if (File.Exists(full)) throw new DataFolderException($"{full} is a file, not a folder. Name another place for the data, or move the file away.");
        bool isNew = !Directory.Exists(full);
        try
        {
            PrivateFiles.CreateFolder(full);
            FileStream hold = Hold(full);
            try
            {
                // What an owner that crashed left behind would send commands to nobody.
                File.Delete(System.IO.Path.Combine(full, ownerName));
                // A restore that was broken off after it was decided is carried through before anybody looks at the folder.
                PendingRestore.Complete(full, faults ?? new NoFaults());
                return new DataFolder(full, hold, clock ?? TimeProvider.System);
            }
            catch
            {
                // Whoever opens the folder next finds it free and carries the restore on.
                hold.Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            if (isNew) RemoveIfEmpty(full);
            throw new DataFolderException(Mend(full, error), error);
        }
    }

    /// <summary>The server that holds the folder, as it announced itself; null when none did. Needs no lock, so that a command can find the server it must talk to.</summary>
    public static ServerOwner? ReadOwner(string path)
    {
        try
        {
            return Json.Read<ServerOwner>(File.ReadAllText(System.IO.Path.Combine(System.IO.Path.GetFullPath(path), ownerName)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes down where this process can be reached and with which token, for other commands of the same user.</summary>
    public void Announce(string address, string token) =>
        PrivateFiles.Replace(System.IO.Path.Combine(Path, ownerName), JsonBytes(new ServerOwner(Environment.ProcessId, address, token, clock.GetUtcNow())));

    /// <summary>Takes the announcement back, so that no command waits for a server that is going away.</summary>
    public void Withdraw()
    {
        try
        {
            File.Delete(System.IO.Path.Combine(Path, ownerName));
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody removed the folder while it was in use: then nothing is left to withdraw.
        }
    }

    /// <summary>32 random bytes that belong to the name: made at the first call, the same ones ever after.</summary>
    /// <exception cref="ArgumentException">The name holds other characters than lower-case letters, digits and hyphens.</exception>
    /// <exception cref="DataFolderException">The file exists and is no secret.</exception>
    public byte[] Secret(string name)
    {
        if (name.Length == 0 || name.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')))
            throw new ArgumentException($"\"{name}\" is no name of a secret.", nameof(name));
        lock (secrets)
        {
            string file = PlaceOf(name);
            if (!File.Exists(file))
            {
                PrivateFiles.CreateFolder(System.IO.Path.Combine(Path, SecretsName));
                PrivateFiles.Replace(file, RandomNumberGenerator.GetBytes(secretBytes));
            }

            byte[] secret = File.ReadAllBytes(file);
            return secret.Length == secretBytes
                ? secret
                : throw new DataFolderException($"The secret {file} has {secret.Length} bytes instead of {secretBytes}. Restore it from a backup; if there is none, delete it, and everything signed with it becomes void.");
        }
    }

    /// <summary>The secret before, while what was made with it is made anew; null when no exchange is under way.</summary>
    public byte[]? SecretBefore(string name) => File.Exists(PlaceOf(name + beforeSuffix)) ? Secret(name + beforeSuffix) : null;

    /// <summary>Puts new random bytes in the place of a secret and keeps the ones before beside it, until they are forgotten. While an exchange is under way it begins no other.</summary>
    /// <returns>The secret that holds now.</returns>
    public byte[] ExchangeSecret(string name)
    {
        lock (secrets)
        {
            byte[] current = Secret(name);
            // Whoever was killed between the two files has kept the secret and has no new one.
            if (SecretBefore(name) is { } before && !before.AsSpan().SequenceEqual(current)) return current;
            PrivateFiles.Replace(PlaceOf(name + beforeSuffix), current);
            byte[] fresh = RandomNumberGenerator.GetBytes(secretBytes);
            PrivateFiles.Replace(PlaceOf(name), fresh);
            return fresh;
        }
    }

    /// <summary>Ends an exchange.</summary>
    public void ForgetSecretBefore(string name) => File.Delete(PlaceOf(name + beforeSuffix));

    private string PlaceOf(string name) => System.IO.Path.Combine(Path, SecretsName, name);

    /// <summary>Withdraws the announcement and gives the folder free.</summary>
    public void Dispose()
    {
        Withdraw();
        held.Dispose();
    }

    private static FileStream Hold(string folder)
    {
        string path = System.IO.Path.Combine(folder, lockName);
        bool isNew = !File.Exists(path);
        FileStream hold = PrivateFiles.OpenLock(path);
        try
        {
            // A byte that really reaches the disk finds out here, not at the first customer's message, that there is no room.
            hold.SetLength(0);
            hold.Write(JsonBytes(Environment.ProcessId));
            hold.Flush(flushToDisk: true);
            return hold;
        }
        catch
        {
            hold.Dispose();
            if (isNew) File.Delete(path);
            throw;
        }
    }

    private static string Mend(string folder, Exception error)
    {
        if (PrivateFiles.IsHeldByAnother(error))
        {
            return ReadOwner(folder) is { } owner
                ? $"The data folder {folder} is in use by process {owner.Pid} at {owner.Address} since {owner.StartedAt:yyyy-MM-dd HH:mm} UTC. Stop that process, or name another folder."
                : $"The data folder {folder} is in use by another process. Stop that process, or name another folder.";
        }

        return error switch
        {
            UnauthorizedAccessException => $"The data folder {folder} cannot be written by user {Environment.UserName}: {error.Message} Give this user the folder (chown, chmod u+rwx), or name another one.",
            _ when PrivateFiles.IsFull(error) => $"There is no space left for the data folder {folder}. Make room on its disk, or name another folder.",
            _ when PrivateFiles.IsReadOnly(error) => $"The data folder {folder} lies on a read-only file system. Mount it writable, or name another folder.",
            _ => $"The data folder {folder} cannot be used: {error.Message} Make it a folder that this user can write, or name another one.",
        };
    }

    private static void RemoveIfEmpty(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is not empty or not ours: then it stays.
        }
    }

    private static byte[] JsonBytes<T>(T value) => System.Text.Encoding.UTF8.GetBytes(Json.Write(value));
}

/// <summary>The process that holds a data folder and answers for it.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Token">What a command of the same user shows it.</param>
/// <param name="StartedAt">When it announced itself.</param>
public sealed record ServerOwner(int Pid, string Address, string Token, DateTimeOffset StartedAt);

/// <summary>The data folder cannot be used as it is; the message tells an operator what to do.</summary>
public sealed class DataFolderException : Exception
{
    /// <summary>Makes the exception with its message.</summary>
    public DataFolderException(string message) : base(message)
    {
    }

    /// <summary>Makes the exception with its message and what caused it.</summary>
    public DataFolderException(string message, Exception inner) : base(message, inner)
    {
    }
}
