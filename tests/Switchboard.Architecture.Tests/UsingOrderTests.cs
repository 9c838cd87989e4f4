namespace Switchboard.Architecture.Tests;

/// <summary>What the formatter does not look at where it is asked for white space alone.</summary>
public sealed class UsingOrderTests
{
    [Fact]
    public void Using_directives_stand_in_order_those_of_the_framework_first()
    {
        string[] unsorted = [.. new[] { "src", "tests", "bench" }.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Repository.Root, f), "*.cs", SearchOption.AllDirectories)).Where(f => !f.Contains("/obj/") && !IsSorted(File.ReadAllLines(f)))];
        unsorted.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("using System.Text;", "using System.Globalization;")]
    [InlineData("using Switchboard.Core;", "using System;")]
    [InlineData("using Xunit;", "using Switchboard.Core;")]
    public void What_is_out_of_order_is_found(params string[] lines) => IsSorted(lines).ShouldBeFalse();

    private static bool IsSorted(string[] lines)
    {
        string[] names = [.. lines.TakeWhile(l => !l.StartsWith("namespace", StringComparison.Ordinal)).Where(l => l.StartsWith("using ", StringComparison.Ordinal) && l.EndsWith(';') && !l.Contains('=') && !l.StartsWith("using static", StringComparison.Ordinal) && !l.Contains('(')).Select(l => l[6..^1])];
        return names.SequenceEqual(names.OrderBy(n => n == "System" || n.StartsWith("System.", StringComparison.Ordinal) ? 0 : 1).ThenBy(n => n, StringComparer.OrdinalIgnoreCase));
    }
}
