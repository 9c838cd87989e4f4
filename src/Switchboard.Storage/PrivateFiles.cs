namespace Switchboard.Storage;

/// <summary>Files and folders that nobody but their owner may read.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode fileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode folderMode700 = fileMode600 | UnixFileMode.UserExecute;

    /// <summary>Creates the folder when there is none; one that exists keeps its mode.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, folderMode700);
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

    /// <summary>Creates a file that must not exist yet, to be written.</summary>
    public static FileStream CreateNew(string path) => Open(path, FileMode.CreateNew, FileShare.None);

    /// <summary>Creates an empty file when there is none; one that exists stays as it is.</summary>
    public static void CreateEmpty(string path) => Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();

    /// <summary>Opens the file so that no second opener succeeds, in this process or in another, until it is closed or the process ends.</summary>
    public static FileStream OpenLock(string path) => Open(path, FileMode.OpenOrCreate, FileShare.None);

    /// <summary>Whether opening failed because somebody else holds the file.</summary>
    public static bool IsHeldByAnother(Exception error) => error is IOException && error.HResult is windowsSharingViolation or linuxWouldBlock or macWouldBlock;

    /// <summary>Whether writing failed because the disk, or the user's part of it, is full.</summary>
    public static bool IsFull(Exception error) => error is IOException && error.HResult is windowsDiskFull or noSpace or linuxQuota or macQuota;

    /// <summary>Whether writing failed because the file system is mounted read-only.</summary>
    public static bool IsReadOnly(Exception error) => error is IOException && error.HResult is readOnlyFileSystem;

    private const int windowsSharingViolation = unchecked((int)0x80070020);
    private const int windowsDiskFull = unchecked((int)0x80070070);
    private const int linuxWouldBlock = 11;
    private const int macWouldBlock = 35;
    private const int noSpace = 28;
    private const int linuxQuota = 122;
    private const int macQuota = 69;
    private const int readOnlyFileSystem = 30;

    private static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = fileMode600;
        return new FileStream(path, options);
    }
}
