using System.Text.RegularExpressions;

namespace Switchboard.Architecture.Tests;

/// <summary>What the security self-assessment names must be there: a test that is renamed or removed takes its claim along.</summary>
public sealed partial class SecurityDocsTests
{
    private const string header = "id,level,state,evidence,note";
    private static readonly string folder = Path.Combine(Repository.Root, "docs", "security");
    private static readonly string[] states = ["met", "part", "not_met", "not_applicable"];
    private static readonly Lazy<HashSet<string>> tests = new(Tests);

    private sealed record Row(string Id, string Level, string State, string[] Evidence, string Note);

    [Fact]
    public void Every_requirement_stands_once_in_its_order_with_a_state_and_what_that_state_needs()
    {
        Row[] rows = Rows();
        rows.Select(r => r.State).Except(states).ShouldBeEmpty();
        rows.Where(r => r.Level is not ("1" or "2")).ShouldBeEmpty();
        int[][] ids = [.. rows.Select(r => r.Id[1..].Split('.').Select(int.Parse).ToArray())];
        ids.ShouldAllBe(i => i.Length == 3);
        int[] places = [.. ids.Select(i => (i[0] * 100 + i[1]) * 100 + i[2])];
        places.Zip(places.Skip(1)).ShouldAllBe(p => p.First < p.Second);
        // The standard has this many at the two levels.
        (rows.Count(r => r.Level == "1"), rows.Count(r => r.Level == "2")).ShouldBe((70, 183));
        rows.Where(r => r.State == "met" && r.Evidence.Length == 0).Select(r => r.Id).ShouldBeEmpty("what is met is shown by something");
        rows.Where(r => r.State != "met" && r.Note.Length == 0).Select(r => r.Id).ShouldBeEmpty("what is not met says why");
    }

    [Fact]
    public void Every_test_and_every_path_that_is_named_is_there()
    {
        string[] named = [.. Rows().SelectMany(r => r.Evidence), .. NamedTest().Matches(Readme()).Select(m => m.Groups["test"].Value)];
        named.Length.ShouldBeGreaterThan(250);
        named.Distinct(StringComparer.Ordinal).Where(n => !tests.Value.Contains(n) && !File.Exists(Path.Combine(Repository.Root, n))).ShouldBeEmpty();
        Link().Matches(Readme()).Select(m => m.Groups["to"].Value).Where(to => !Path.Exists(Path.Combine(folder, to))).ShouldBeEmpty();
    }

    [Fact]
    public void The_numbers_that_are_told_are_those_of_the_rows()
    {
        Row[] rows = Rows();
        foreach (string state in states)
            Readme().ShouldContain($"| `{state}` | {rows.Count(r => r.State == state && r.Level == "1")} | {rows.Count(r => r.State == state && r.Level == "2")} | {rows.Count(r => r.State == state)} |");
    }

    [Fact]
    public void Each_risk_of_the_two_lists_has_its_row_with_a_test()
    {
        foreach (string id in Enumerable.Range(1, 10).Select(n => $"API{n}:2023").Concat(Enumerable.Range(1, 10).Select(n => $"LLM{n:00}:2026")))
            NamedTest().IsMatch(Readme().Split('\n').Single(l => l.StartsWith($"| {id} |", StringComparison.Ordinal))).ShouldBeTrue(id);
    }

    private static string Readme() => File.ReadAllText(Path.Combine(folder, "README.md"));

    private static Row[] Rows()
    {
        string[] lines = File.ReadAllLines(Path.Combine(folder, "asvs.csv"));
        lines[0].ShouldBe(header);
        // Only the last field may hold commas, and then stands in quotes.
        return [.. lines.Skip(1).Select(l => l.Split(',', 5)).Select(f => new Row(f[0], f[1], f[2], f[3].Split(';', StringSplitOptions.RemoveEmptyEntries), f[4].Trim('"')))];
    }

    /// <summary>The tests as they stand in the sources: class and method, also of suites that others inherit.</summary>
    private static HashSet<string> Tests()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal)))
        {
            string? type = null;
            bool marked = false;
            foreach (string line in File.ReadLines(file))
            {
                if (TypeName().Match(line) is { Success: true } named) type = named.Groups["name"].Value;
                if (line.StartsWith("    [Fact", StringComparison.Ordinal) || line.StartsWith("    [Theory", StringComparison.Ordinal)) marked = true;
                if (!marked || Method().Match(line) is not { Success: true } method) continue;
                found.Add($"{type}.{method.Groups["name"].Value}");
                marked = false;
            }
        }

        return found;
    }

    [GeneratedRegex("^(public|internal) .*class (?<name>[A-Za-z0-9]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TypeName();

    [GeneratedRegex("^    public [^(=]* (?<name>[A-Za-z0-9_]+)\\(", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Method();

    [GeneratedRegex("`(?<test>[A-Z][A-Za-z0-9]+\\.[A-Z][A-Za-z0-9]*_[A-Za-z0-9_]+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamedTest();

    [GeneratedRegex("\\]\\((?<to>(?!https?:)[^)#]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
