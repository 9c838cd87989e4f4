using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace Switchboard.Core.Agents.Kinds;

/// <summary>What an agent was given cannot be read.</summary>
/// <param name="place">Where: <c>input.customerId</c>.</param>
/// <param name="message">What it must be.</param>
public sealed class AgentInputException(string place, string message) : Exception(message)
{
    /// <summary>Where.</summary>
    public string Place => place;
}

/// <summary>Reads what agents are given, and says what that must be.</summary>
internal static partial class AgentJson
{
    /// <summary>As the house writes JSON, but with each unknown member refused: a field that is spelt wrong must not be passed over.</summary>
    private static readonly JsonSerializerOptions strict = new(Json.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        TypeInfoResolver = (Json.Options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(AgentValues.Demand),
    };

    private static readonly JsonSchemaExporterOptions export = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = AgentValues.Describe };

    /// <summary>Reads a value.</summary>
    /// <param name="json">The value as JSON.</param>
    /// <param name="name">What it is called: input or facts.</param>
    /// <exception cref="AgentInputException">It is not of the type; the message names the field.</exception>
    public static T Read<T>(JsonElement json, string name) where T : class
    {
        if (json.ValueKind != JsonValueKind.Object) throw new AgentInputException(name, "must be an object");
        try
        {
            return json.Deserialize<T>(strict)!;
        }
        catch (JsonException wrong)
        {
            string path = wrong.Path is { Length: > 1 } p ? $"{name}{p[1..]}" : name;
            throw new AgentInputException(path, Reason(wrong));
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            throw new AgentInputException(name, wrong.Message);
        }
    }

    /// <summary>Writes a value.</summary>
    public static JsonElement Write<T>(T value) => JsonSerializer.SerializeToElement(value, Json.Options);

    /// <summary>The JSON Schema of a type, as it is read.</summary>
    public static JsonNode SchemaOf(Type type) => JsonSchemaExporter.GetJsonSchemaAsNode(strict, type, export);

    /// <summary>What is wrong, from the reader's words, which name types of the program that mean nothing to a caller.</summary>
    private static string Reason(JsonException wrong)
    {
        if (Unknown().Match(wrong.Message) is { Success: true } unknown) return $"has no field \"{unknown.Groups["name"].Value}\"; the agent's schema names those there are";
        if (Missing().Match(wrong.Message) is { Success: true } missing) return $"lacks {missing.Groups["name"].Value}";
        return "is not a value of this field; the agent's schema says what it takes";
    }

    [GeneratedRegex("property '(?<name>[^']+)' could not be mapped", RegexOptions.NonBacktracking)]
    private static partial Regex Unknown();

    [GeneratedRegex("missing required properties including: (?<name>.+?)\\.", RegexOptions.NonBacktracking)]
    private static partial Regex Missing();
}
