using System.Text.RegularExpressions;

namespace Switchboard.Architecture.Tests;

/// <summary>An agent that is written by copying another one's file carries its faults along; what two share belongs to their kind.</summary>
public sealed partial class AgentFileTests
{
    private const int run = 8;

    /// <summary>Faces and shapes of less than this many runs of tokens are alike by their form.</summary>
    private const int leastRuns = 250;

    /// <summary>The share of the smaller file's runs that may stand in another one. Today the two most alike share 0.2.</summary>
    private const double most = 0.4;

    [Fact]
    public void No_agent_is_a_copy_of_another()
    {
        (string Name, HashSet<string> Runs)[] files = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Switchboard.Agents"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/"))
            .Select(f => (Path.GetFileName(f), Runs(File.ReadAllText(f)))).Where(f => f.Item2.Count >= leastRuns)];
        files.Length.ShouldBeGreaterThan(20);

        var copies = new List<string>();
        for (int i = 0; i < files.Length; i++)
            for (int j = i + 1; j < files.Length; j++)
                if (Likeness(files[i].Runs, files[j].Runs) is > most and double share) copies.Add($"{files[i].Name} and {files[j].Name} share {share:0.00}");
        copies.ShouldBeEmpty();
    }

    [Fact]
    public void The_alarm_rings_for_a_copy_with_other_names()
    {
        string original = File.ReadAllText(Path.Combine(Repository.Root, "src", "Switchboard.Agents", "Billing", "PlanChangeSpecialist.cs"));
        string copy = original.Replace("PlanChangeSpecialist", "SeatChangeSpecialist").Replace("plan-change", "seat-change").Replace("// ", "// Another comment: ");

        Likeness(Runs(original), Runs(copy)).ShouldBeGreaterThan(most);
    }

    private static double Likeness(HashSet<string> one, HashSet<string> other)
    {
        (HashSet<string> small, HashSet<string> large) = one.Count <= other.Count ? (one, other) : (other, one);
        return small.Count(large.Contains) / (double)small.Count;
    }

    /// <summary>The runs of eight tokens of a file, without its comments, usings and namespace.</summary>
    private static HashSet<string> Runs(string text)
    {
        string[] tokens = [.. Token().Matches(string.Join('\n', Comment().Replace(text, string.Empty).Split('\n').Where(l => !l.StartsWith("using ", StringComparison.Ordinal) && !l.StartsWith("namespace", StringComparison.Ordinal)))).Select(m => m.Value)];
        return [.. Enumerable.Range(0, Math.Max(0, tokens.Length - run + 1)).Select(i => string.Join(' ', tokens, i, run))];
    }

    [GeneratedRegex(@"//[^\n]*", RegexOptions.NonBacktracking)]
    private static partial Regex Comment();

    [GeneratedRegex(@"[A-Za-z_]\w*|\d+|[^\s\w]", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
