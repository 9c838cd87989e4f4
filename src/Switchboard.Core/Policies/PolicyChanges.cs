using System.Text.Json.Nodes;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Policies;

/// <summary>What differs between two documents, figure by figure.</summary>
public static class PolicyChanges
{
    /// <summary>The figures that differ, in the order of the document. An item of a list goes by its key (key, plan, entity, date, id), so that a new item does not move the others; a list of plain values is one figure.</summary>
    public static IReadOnlyList<PolicyFigureChange> Between(TenantPolicies before, TenantPolicies after)
    {
        Dictionary<string, string> old = Figures(before), now = Figures(after);
        return [.. now.Where(f => old.GetValueOrDefault(f.Key) != f.Value).Select(f => new PolicyFigureChange(f.Key, old.GetValueOrDefault(f.Key), f.Value)),
            .. old.Where(f => !now.ContainsKey(f.Key)).Select(f => new PolicyFigureChange(f.Key, f.Value, null))];
    }

    private static Dictionary<string, string> Figures(TenantPolicies policies)
    {
        var figures = new Dictionary<string, string>(StringComparer.Ordinal);
        Collect(PolicyText.Node(policies), string.Empty, figures);
        return figures;
    }

    private static void Collect(JsonNode? node, string path, Dictionary<string, string> figures)
    {
        if (node is JsonObject map)
        {
            foreach ((string name, JsonNode? value) in map) Collect(value, path.Length == 0 ? name : $"{path}.{name}", figures);
        }
        else if (node is JsonArray { Count: > 0 } list && list.All(i => i is JsonObject))
        {
            foreach (JsonObject item in list.Cast<JsonObject>()) Collect(item, $"{path}.{KeyOf(item)}", figures);
            // The order of a list can mean something, such as the rank of plans.
            figures[$"{path}.order"] = new JsonArray([.. list.Cast<JsonObject>().Select(i => JsonValue.Create(KeyOf(i)))]).ToJsonString(Json.Options);
        }
        else figures[path] = node switch
        {
            null => "null",
            // 0.1 and 0.10 are one figure.
            JsonValue value when value.TryGetValue(out decimal number) => number.ToString("0.############################", System.Globalization.CultureInfo.InvariantCulture),
            _ => node.ToJsonString(Json.Options),
        };
    }

    private static string KeyOf(JsonObject item) => new[] { "key", "plan", "entity", "date", "fromSeats", "id" }.Select(name => item[name]?.ToString()).FirstOrDefault(key => key is not null)
        ?? throw new InvalidOperationException("An item of a list of the policies has no field that names it.");
}
