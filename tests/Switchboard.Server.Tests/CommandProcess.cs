using System.Diagnostics;
using System.Text.Json;
using Switchboard.Compliance;

namespace Switchboard.Server.Tests;

/// <summary>A command of the program as the process that people start.</summary>
internal static class CommandProcess
{
    /// <summary>How it ended and what it said.</summary>
    public sealed record Ended(int Code, string Output, string Error)
    {
        /// <summary>What it said with <c>--json</c>.</summary>
        public JsonElement Json => JsonElement.Parse(Output);
    }

    /// <summary>Runs one as a client of the server on a data folder, to its end.</summary>
    public static Task<Ended> RunAsync(string dataPath, IEnumerable<string> arguments) => RunInAsync(Path.GetDirectoryName(dataPath)!, [.. arguments, "--data", dataPath]);

    /// <summary>Runs one in a folder, to its end.</summary>
    public static Task<Ended> RunInAsync(string folder, IEnumerable<string> arguments) => EndAsync(Start(folder, arguments));

    /// <summary>Starts one in a folder, which is made when it is not there: the program, unless another one is named.</summary>
    public static Process Start(string folder, IEnumerable<string> arguments, string? program = null)
    {
        program ??= Programs.Server;
        Directory.CreateDirectory(folder);
        return Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder })!;
    }

    /// <summary>Waits for its end, and ends it when nobody waits any more.</summary>
    public static async Task<Ended> EndAsync(Process process)
    {
        using (process)
        {
            CancellationToken cancel = TestContext.Current.CancellationToken;
            try
            {
                Task<string> output = process.StandardOutput.ReadToEndAsync(cancel), error = process.StandardError.ReadToEndAsync(cancel);
                await process.WaitForExitAsync(cancel);
                return new Ended(process.ExitCode, await output, await error);
            }
            finally
            {
                if (!process.HasExited) process.Kill(entireProcessTree: true);
            }
        }
    }
}
