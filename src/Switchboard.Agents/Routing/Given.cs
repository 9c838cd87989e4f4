using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Core;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Routing;

namespace Switchboard.Agents.Routing;

/// <summary>What the faces of the routing components share: what a turn knows is their input, and it stands in their facts too once it is loaded.</summary>
internal static class Given
{
    /// <summary>The specialists that are there, those of the desk itself left out.</summary>
    public static IReadOnlyList<LeafEnabled> Specialists(AgentBasis basis) => [.. basis.Specialists.Where(c => c.Domain != "desk").Select(c => new LeafEnabled(c.Id))];

    /// <summary>The facts, and of what they do not say what the input says.</summary>
    public static T Over<T>(T facts, T input) where T : class
    {
        JsonObject all = JsonSerializer.SerializeToNode(input, Json.Options)!.AsObject();
        foreach ((string name, JsonNode? value) in JsonSerializer.SerializeToNode(facts, Json.Options)!.AsObject())
            if (value is not null) all[name] = value.DeepClone();
        return all.Deserialize<T>(Json.Options)!;
    }
}
