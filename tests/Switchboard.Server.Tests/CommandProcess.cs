using System.Diagnostics;

namespace Switchboard.Server.Tests;

/// <summary>A command of the program as a process that is a client of the server on a data folder.</summary>
internal static class CommandProcess
{
    /// <summary>How it ended and what it said.</summary>
    public sealed record Ended(int Code, string Output, string Error);

    /// <summary>Runs it to its end.</summary>
    public static async Task<Ended> RunAsync(string dataPath, IEnumerable<string> arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Switchboard.Server.exe" : "Switchboard.Server");
        using Process process = Process.Start(new ProcessStartInfo(program, [.. arguments, "--data", dataPath]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(dataPath) })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ended(process.ExitCode, await output, await error);
    }
}
