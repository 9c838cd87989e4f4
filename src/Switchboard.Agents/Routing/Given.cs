using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Core;
using Switchboard.Core.Agents;
using Switchboard.Core.Routing;

namespace Switchboard.Agents.Routing;

/// <summary>What the faces of the routing components share: what a turn knows is their input, and it stands in their facts too once it is loaded.</summary>
internal static class Given
{
    // Which specialists there are does not change while the process runs.
    private static readonly Lazy<IReadOnlyList<LeafEnabled>> specialists = new(() =>
        [.. Catalogue.FromAssembly(typeof(Given).Assembly).Specialists.Where(c => c.Domain != "desk").Select(c => new LeafEnabled(c.Id))]);

    /// <summary>The specialists that are there.</summary>
    public static IReadOnlyList<LeafEnabled> Specialists => specialists.Value;

    /// <summary>The facts, and of what they do not say what the input says.</summary>
    public static T Over<T>(T facts, T input) where T : class
    {
        JsonObject all = JsonSerializer.SerializeToNode(input, Json.Options)!.AsObject();
        foreach ((string name, JsonNode? value) in JsonSerializer.SerializeToNode(facts, Json.Options)!.AsObject())
            if (value is not null) all[name] = value.DeepClone();
        return all.Deserialize<T>(Json.Options)!;
    }
}
