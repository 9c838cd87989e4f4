namespace Switchboard.Storage;

/// <summary>Files and folders that nobody but their owner may read.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode700 = FileMode600 | UnixFileMode.UserExecute;

    /// <summary>Creates the folder when there is none; one that exists keeps its mode.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, FolderMode700);
    }

    /// <summary>Writes a file as a whole: a reader sees the old one or the new one, and so does a crash.</summary>
    public static void Replace(string path, byte[] content)
    {
        string fresh = path + ".new";
        File.Delete(fresh);
        using (FileStream stream = Open(fresh, FileMode.CreateNew, FileShare.None))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>Opens the file so that no second opener succeeds, in this process or in another, until it is closed or the process ends.</summary>
    public static FileStream OpenLock(string path) => Open(path, FileMode.OpenOrCreate, FileShare.None);

    /// <summary>Whether opening failed because somebody else holds the file.</summary>
    public static bool IsHeldByAnother(Exception error) => error is IOException && error.HResult is WindowsSharingViolation or LinuxWouldBlock or MacWouldBlock;

    /// <summary>Whether writing failed because the disk, or the user's part of it, is full.</summary>
    public static bool IsFull(Exception error) => error is IOException && error.HResult is WindowsDiskFull or NoSpace or LinuxQuota or MacQuota;

    /// <summary>Whether writing failed because the file system is mounted read-only.</summary>
    public static bool IsReadOnly(Exception error) => error is IOException && error.HResult is ReadOnlyFileSystem;

    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int NoSpace = 28;
    private const int LinuxQuota = 122;
    private const int MacQuota = 69;
    private const int ReadOnlyFileSystem = 30;

    private static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = FileMode600;
        return new FileStream(path, options);
    }
}
