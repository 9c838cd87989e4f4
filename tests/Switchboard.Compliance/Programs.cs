namespace Switchboard.Compliance;

/// <summary>The programs that tests start as processes of their own.</summary>
public static class Programs
{
    /// <summary>
    /// Where they are: beside what was built, or in the folder that the variable names. Most of a short life goes into compiling what it runs,
    /// so the hundreds of starts of a whole run are faster from a folder that was compiled ahead of time; what they prove is the same.
    /// </summary>
    public static string In(string built) => Environment.GetEnvironmentVariable("SWITCHBOARD_PROGRAMS") is { Length: > 0 } ahead ? ahead : built;

    /// <summary>The program itself, in the folder of the tests unless another is named.</summary>
    public static string Server => Path.Combine(In(AppContext.BaseDirectory), OperatingSystem.IsWindows() ? "Switchboard.Server.exe" : "Switchboard.Server");
}
