using System.Diagnostics;
using System.Globalization;

namespace Switchboard.Server.Tests.Faults;

/// <summary>A file system of its own with little room, which a test fills and empties: in memory, mounted for the test and gone with it.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string filler = "filler";
    private readonly bool asRoot = Environment.UserName == "root";

    private SmallDisk(string path) => Path = path;

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Mounts one. Where nobody may mount anything the test is skipped, with the reason.</summary>
    /// <param name="megabytes">Its size.</param>
    /// <param name="owner">The user whose it is; null for the one who runs the test.</param>
    public static SmallDisk Mount(int megabytes, string? owner = null)
    {
        var disk = new SmallDisk(Directory.CreateTempSubdirectory("switchboard-disk-").FullName);
        string user = disk.Run("id", "-u", owner ?? Environment.UserName).Output.Trim();
        (int code, _, string why) = disk.RunAsRoot("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,uid={user},mode=0755"), "tmpfs", disk.Path);
        if (code != 0) Directory.Delete(disk.Path);
        Assert.SkipWhen(code != 0, $"needs the right to mount a file system in memory, as root or by sudo: {why}");
        return disk;
    }

    /// <summary>Leaves no byte of room.</summary>
    public void Fill()
    {
        byte[] block = new byte[64 * 1024];
        using var file = new FileStream(FillerPath, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        int size = block.Length;
        while (size > 0)
        {
            try
            {
                file.Write(block, 0, size);
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Empty() => File.Delete(FillerPath);

    public void Dispose()
    {
        RunAsRoot("umount", "-l", Path);
        Directory.Delete(Path, recursive: true);
    }

    private string FillerPath => System.IO.Path.Combine(Path, filler);

    private (int Code, string Output, string Errors) RunAsRoot(params string[] command) => asRoot ? Run(command) : Run(["sudo", "-n", .. command]);

    private (int Code, string Output, string Errors) Run(params string[] command)
    {
        var start = new ProcessStartInfo(command[0]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in command.Skip(1)) start.ArgumentList.Add(argument);
        try
        {
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd(), errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, errors.Trim());
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return (-1, "", error.Message);
        }
    }
}
