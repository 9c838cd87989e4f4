using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Switchboard.Agents.Desk;
using Switchboard.Client;
using Switchboard.Core;
using Switchboard.Core.Conversations;
using Switchboard.Domain;
using Switchboard.Server.Hosting;
using Switchboard.Storage;

namespace Switchboard.Architecture.Tests;

public sealed partial class ArchitectureTests
{
    private static readonly Dictionary<string, Assembly> house = new Assembly[] { typeof(ITenantOwned).Assembly, typeof(Json).Assembly, typeof(KnowledgeAnswerer).Assembly, typeof(DataFolder).Assembly, typeof(SwitchboardServer).Assembly, typeof(SwitchboardClient).Assembly }
        .ToDictionary(a => a.GetName().Name!["Switchboard.".Length..]);

    [Theory]
    [InlineData("Client", "")]
    [InlineData("Domain", "")]
    [InlineData("Core", "Domain")]
    [InlineData("Agents", "Core Domain")]
    [InlineData("Storage", "Core Domain")]
    [InlineData("Server", "Agents Core Domain Storage")]
    public void The_arrows_between_the_projects_go_one_way(string project, string allowed) =>
        house[project].GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("Switchboard.", StringComparison.Ordinal)).Select(n => n["Switchboard.".Length..])
            .Except(allowed.Split(' ')).ShouldBeEmpty();

    [Theory]
    [InlineData("Domain")]
    [InlineData("Core")]
    [InlineData("Agents")]
    public void Below_the_storage_nobody_knows_a_database_or_the_web(string project)
    {
        string[] references = [.. house[project].GetReferencedAssemblies().Select(a => a.Name!)];
        references.ShouldAllBe(n => !n.StartsWith("Microsoft.AspNetCore") && !n.StartsWith("Microsoft.EntityFrameworkCore") && !n.StartsWith("Microsoft.Data.") && n != "System.Net.Http");
        if (project == "Domain") references.ShouldAllBe(n => n.StartsWith("System.") || n == "netstandard");
    }

    [Fact]
    public void The_storage_knows_no_web() => house["Storage"].GetReferencedAssemblies().ShouldAllBe(a => !a.Name!.StartsWith("Microsoft.AspNetCore"));

    [Fact]
    public void Every_project_of_src_is_looked_at() =>
        Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Where(d => Directory.EnumerateFiles(d, "*.csproj").Any()).Select(d => Path.GetFileName(d)!["Switchboard.".Length..]).Order().ShouldBe(house.Keys.Order());

    [Fact]
    public void No_namespace_hides_a_name_of_the_framework_or_of_a_package() =>
        house.Values.SelectMany(a => a.GetTypes()).Select(t => t.Namespace ?? "").Distinct()
            .Where(n => n.Split('.').Any(p => p is "Console" or "Models" or "Anthropic" or "Timer")).ShouldBeEmpty();

    [Fact]
    public void Every_public_type_and_method_says_what_it_is_for()
    {
        var silent = new List<string>();
        foreach (Assembly assembly in house.Values)
        {
            XDocument file = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"));
            // A record's parameters are told by its own summary, and inheritdoc says it in the place it is inherited from.
            var told = file.Descendants("member").Where(m => m.Element("inheritdoc") is not null || m.Element("summary")?.Value.Trim().Length > 0).Select(m => m.Attribute("name")!.Value).ToHashSet(StringComparer.Ordinal);
            var methods = told.Where(n => n.StartsWith("M:", StringComparison.Ordinal)).Select(n => n[2..].Split('(')[0].Split("``")[0]).ToHashSet(StringComparer.Ordinal);
            foreach (Type type in assembly.GetExportedTypes())
            {
                if (Generated(type) || type.Namespace?.Contains(".Migrations", StringComparison.Ordinal) == true || type.Namespace?.StartsWith("Switchboard.", StringComparison.Ordinal) != true) continue;
                string name = type.FullName!.Replace('+', '.');
                if (!told.Contains("T:" + name)) silent.Add(name);
                foreach (MethodInfo method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
                {
                    if (method.IsSpecialName || Generated(method) || method.GetBaseDefinition() != method || typeof(Delegate).IsAssignableFrom(type) || Printed(method)) continue;
                    if (!methods.Contains($"{name}.{method.Name}")) silent.Add($"{name}.{method.Name}");
                }
            }
        }
        silent.ShouldBeEmpty();

        static bool Generated(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);
        // What the compiler writes for a record without marking it.
        static bool Printed(MethodInfo method) => method.Name is "<Clone>$" or "Deconstruct" || (method.Name == "Equals" && method.GetParameters() is [{ } p] && p.ParameterType == method.DeclaringType);
    }

    [Fact]
    public void No_file_has_more_than_400_lines_and_no_agent_more_than_120()
    {
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("/Migrations/") && !f.Contains("/Switchboard.Client/Generated/"))];
        files.Length.ShouldBeGreaterThan(100);
        files.Where(f => File.ReadLines(f).Count() > 400).ShouldBeEmpty();
        files.Where(f => f.Contains("/Switchboard.Agents/") && File.ReadLines(f).Count() > 120).ShouldBeEmpty();
    }

    [Fact]
    public void A_dialogue_holds_no_thread_and_leaves_its_turn_by_no_other_way()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Switchboard.Agents"), "*.cs", SearchOption.AllDirectories))
        {
            string text = File.ReadAllText(file);
            // An agent that computes is given instants among its facts; none reads a clock.
            string[] clocks = text.Contains("Dialogue<") ? ["DateTime"] : ["DateTime.", "DateTimeOffset.", "TimeProvider"];
            foreach (string banned in new[] { "Task.Run", ".Result", ".Wait(", "lock (", "Thread.", "Guid.NewGuid", "Guid.CreateVersion7", "Random", "HttpClient", "DbContext" }.Concat(clocks)) text.ShouldNotContain(banned, Case.Sensitive, file);
        }
        typeof(Dialogue<>).GetCustomAttribute<AsyncMethodBuilderAttribute>().ShouldNotBeNull();
    }

    [Fact]
    public void Nobody_writes_rows_past_the_change_tracker_that_the_audit_is_made_of()
    {
        // One exception takes hold of journals, which the audit does not keep, and changes nothing else. The other erases: what it takes away must not stand in the audit, which counts it instead.
        string holds = Path.Combine("Engine", "Holds.cs"), erasure = Path.Combine("Switchboard.Storage", "Erasure") + Path.DirectorySeparatorChar;
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories).Where(f => !f.EndsWith(holds, StringComparison.Ordinal) && !f.Contains(erasure, StringComparison.Ordinal)))
        {
            string text = File.ReadAllText(file);
            foreach (string banned in new[] { "ExecuteUpdate", "ExecuteDelete", "ExecuteSql" }) text.ShouldNotContain(banned, Case.Sensitive, file);
        }
    }

    [Fact]
    public void What_belongs_to_a_tenant_says_so_and_classes_are_sealed()
    {
        foreach (Type type in house["Domain"].GetExportedTypes().Where(t => t.GetProperty("TenantId") is not null && !typeof(Switchboard.Domain.Identity.Actor).IsAssignableFrom(t)))
            typeof(ITenantOwned).IsAssignableFrom(type).ShouldBeTrue(type.Name);
        foreach (Type type in house.Values.SelectMany(a => a.GetExportedTypes()).Where(t => t is { IsClass: true, IsAbstract: false, IsSealed: false } && t.Namespace?.StartsWith("Switchboard.", StringComparison.Ordinal) == true && !t.Namespace.Contains("Migrations", StringComparison.Ordinal)))
            type.GetCustomAttribute<CompilerGeneratedAttribute>().ShouldNotBeNull($"{type.FullName} is neither sealed nor abstract");
    }

    [Fact]
    public void Every_pattern_is_sure_to_end_soon_whatever_the_text()
    {
        (MethodInfo Method, GeneratedRegexAttribute Pattern)[] patterns =
        [
            .. house.Values.SelectMany(a => a.GetTypes()).SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                .Select(m => (m, m.GetCustomAttribute<GeneratedRegexAttribute>()!)).Where(m => m.Item2 is not null),
        ];
        patterns.Length.ShouldBeGreaterThan(50);
        patterns.Where(p => !SurelyEnds(p.Pattern)).Select(p => $"{p.Method.DeclaringType}.{p.Method.Name}").ShouldBeEmpty();

        // Those that are put together at run time say it where they are made.
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)) Unsure(File.ReadAllText(file)).ShouldBeEmpty(file);
    }

    [Fact]
    public void A_pattern_that_may_not_end_soon_would_be_found()
    {
        SurelyEnds(new GeneratedRegexAttribute("(a+)+b")).ShouldBeFalse();
        SurelyEnds(new GeneratedRegexAttribute("(a+)+b", RegexOptions.IgnoreCase)).ShouldBeFalse();
        SurelyEnds(new GeneratedRegexAttribute("(a+)+b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)).ShouldBeTrue();
        SurelyEnds(new GeneratedRegexAttribute("(a+)+b", RegexOptions.None, 1000)).ShouldBeTrue();
        Unsure("var found = new Regex(pattern);").Length.ShouldBe(1);
        Unsure("private static readonly Regex words = new(\"(a+)+b\");").Length.ShouldBe(1);
        Unsure("return Regex.IsMatch(text, \"(a+)+b\", RegexOptions.IgnoreCase);").Length.ShouldBe(1);
        Unsure("return Regex.Replace(text, pattern, string.Empty, RegexOptions.NonBacktracking);").ShouldBeEmpty();
        Unsure("return Regex.Escape(text);").ShouldBeEmpty();
    }

    private static bool SurelyEnds(GeneratedRegexAttribute pattern) => pattern.Options.HasFlag(RegexOptions.NonBacktracking) || pattern.MatchTimeoutMilliseconds > 0;

    /// <summary>The lines of a file that make or use a pattern which neither is free of backtracking nor has a limit of time.</summary>
    private static string[] Unsure(string source) =>
        [.. source.Split('\n').Where(l => MakesPattern().IsMatch(l) && !l.Contains("NonBacktracking", StringComparison.Ordinal) && !l.Contains("matchTimeout:", StringComparison.Ordinal) && !l.Contains("TimeSpan.", StringComparison.Ordinal))];

    [GeneratedRegex(@"new Regex\(|\bRegex\??\s+\w+\s*=\s*new\(|\bRegex\.(IsMatch|Match|Matches|Count|EnumerateMatches|EnumerateSplits|Replace|Split)\(", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex MakesPattern();
}
