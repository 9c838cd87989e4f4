using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Policies;

/// <summary>A problem of a policy text.</summary>
/// <param name="Path">The field; empty when the text as a whole is meant.</param>
/// <param name="Message">What it must be.</param>
/// <param name="Line">The line, from 1; null when the text has none that can be told.</param>
public sealed record PolicyTextProblem(string Path, string Message, int? Line)
{
    /// <summary>As it is told to a person.</summary>
    public override string ToString() => (Path.Length > 0, Line) switch
    {
        (true, { } line) => $"line {line}, {Path}: {Message}",
        (true, null) => $"{Path}: {Message}",
        (false, { } line) => $"line {line}: {Message}",
        _ => Message,
    };
}

/// <summary>What a policy text says: the policies, or all that is wrong with it.</summary>
/// <param name="Policies">The policies; null when something is wrong.</param>
/// <param name="Problems">What is wrong.</param>
public sealed record PolicyReading(TenantPolicies? Policies, IReadOnlyList<PolicyTextProblem> Problems);

/// <summary>The policy document as text: YAML for people and files, JSON for programs. Both have the same names and the same rules; what is left out is as it is by default.</summary>
public static class PolicyText
{
    private const int mostDepth = 32;

    internal static readonly JsonSerializerOptions Options = Create();

    /// <summary>Reads YAML. Anchors and aliases are refused: a document is read as it stands.</summary>
    public static PolicyReading ReadYaml(string yaml)
    {
        PolicyYaml.Parsed parsed = PolicyYaml.Parse(yaml);
        return parsed.Problem is { } problem ? new PolicyReading(null, [problem]) : Read(parsed.Node, parsed.Lines);
    }

    /// <summary>Reads JSON.</summary>
    public static PolicyReading ReadJson(string json)
    {
        try
        {
            return Read(JsonNode.Parse(json, new JsonNodeOptions(), new JsonDocumentOptions { MaxDepth = mostDepth, AllowDuplicateProperties = false }), new Dictionary<string, int>());
        }
        catch (InvalidOperationException)
        {
            // A name or a text with half a character is no text; the reader of nodes finds out late and says it so.
            return new PolicyReading(null, [new PolicyTextProblem(string.Empty, "must be text without halves of characters", null)]);
        }
        catch (JsonException broken)
        {
            return new PolicyReading(null, [new PolicyTextProblem(string.Empty, "must be valid JSON in which no name is given twice", (int?)broken.LineNumber + 1)]);
        }
    }

    /// <summary>Writes the whole document as YAML; <see cref="ReadYaml"/> reads it back.</summary>
    public static string WriteYaml(TenantPolicies policies) => PolicyYaml.Write(Node(policies));

    /// <summary>Writes the whole document as JSON; <see cref="ReadJson"/> reads it back.</summary>
    public static string WriteJson(TenantPolicies policies) => Node(policies).ToJsonString(Options);

    internal static JsonObject Node(TenantPolicies policies) => JsonSerializer.SerializeToNode(policies, Options)!.AsObject();

    private static PolicyReading Read(JsonNode? node, IReadOnlyDictionary<string, int> lines)
    {
        List<PolicyProblem> problems = [];
        if (node is not JsonObject document) return new PolicyReading(null, [new PolicyTextProblem(string.Empty, "must be an object with the sections of the policies", 1)]);
        PolicyShape.Check(document, problems);
        TenantPolicies? policies = null;
        if (problems.Count == 0)
        {
            policies = document.Deserialize<TenantPolicies>(Options)!;
            problems.AddRange(policies.Problems());
        }
        return problems.Count == 0 ? new PolicyReading(policies, []) : new PolicyReading(null, [.. problems.Select(p => new PolicyTextProblem(p.Path, p.Message, LineOf(p.Path, lines)))]);
    }

    /// <summary>The line of the field, or of the nearest thing around it that stands in the text.</summary>
    private static int? LineOf(string path, IReadOnlyDictionary<string, int> lines)
    {
        for (string at = path; at.Length > 0; at = at[..Math.Max(0, Math.Max(at.LastIndexOf('.'), at.LastIndexOf('[')))])
            if (lines.TryGetValue(at, out int line)) return line;
        return null;
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Json.Configure(options);
        options.WriteIndented = true;
        options.MaxDepth = mostDepth;
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
