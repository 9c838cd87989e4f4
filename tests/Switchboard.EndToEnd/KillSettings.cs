using System.Globalization;

namespace Switchboard.EndToEnd;

/// <summary>How long and on what the kills go on: little here, much for tests/long/crash.sh, which sets the variables.</summary>
public static class KillSettings
{
    /// <summary>How often a server under load is killed.</summary>
    public static int Kills => Number("SWITCHBOARD_KILLS", 10);

    /// <summary>What the moments of the kills come from.</summary>
    public static int Seed => Number("SWITCHBOARD_KILLS_SEED", 20261125);

    /// <summary>How many processes share a PostgreSQL database.</summary>
    public static int Nodes => Number("SWITCHBOARD_KILLS_NODES", 1);

    /// <summary>Whether every passing of a place is killed at, rather than the first.</summary>
    public static bool EveryPassing => Environment.GetEnvironmentVariable("SWITCHBOARD_KILLS_EVERY") == "1";

    /// <summary>The shapes that are walked: those of the short version, or all, or one that was asked for.</summary>
    public static IEnumerable<string> Shapes(Func<string, bool> isShort) =>
        Environment.GetEnvironmentVariable("SWITCHBOARD_KILLS_SHAPE") is { Length: > 0 } one ? EndToEnd.Shapes.All.Where(s => s == one) : EndToEnd.Shapes.All.Where(s => EveryPassing || isShort(s));

    /// <summary>A file for the figures; null when they go to the test's output only.</summary>
    public static string? Summary => Environment.GetEnvironmentVariable("SWITCHBOARD_KILLS_SUMMARY");

    /// <summary>Says a figure where it will be read.</summary>
    public static void Tell(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Summary is { } file) File.AppendAllText(file, line + Environment.NewLine);
    }

    private static int Number(string name, int otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
