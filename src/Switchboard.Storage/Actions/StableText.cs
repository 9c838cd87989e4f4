using System.Globalization;
using System.Text.Json.Nodes;
using Switchboard.Core.Actions;

namespace Switchboard.Storage.Actions;

/// <summary>Changes as text in which two performances of the same thing are equal: ids made on the way have their place instead, instants are left out, and so is who approved.</summary>
internal sealed class StableText(IReadOnlyList<Guid> made, Guid? approvedBy)
{
    private readonly Dictionary<string, string> places = made.Select((id, n) => (id, n)).ToDictionary(p => p.id.ToString("D"), p => $"new:{p.n + 1}");
    private readonly string? approver = approvedBy?.ToString("D");

    /// <summary>The text of changes and result.</summary>
    public string Of(IReadOnlyList<RowChange> changes, string? result) => string.Join('\n', changes.Select(c => $"{c.Change} {c.Entity} {Id(c.Id)} {Fields(c.Before)} {Fields(c.After)}").Append(Fields(result)));

    private string Id(Guid? id) => id is not { } value ? "-" : places.GetValueOrDefault(value.ToString("D"), value.ToString("D"));

    private string Fields(string? json) => json is null ? "-" : Stable(JsonNode.Parse(json))?.ToJsonString() ?? "null";

    private JsonNode? Stable(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                var kept = new JsonObject();
                foreach ((string name, JsonNode? value) in fields)
                    if (!IsApprover(value)) kept[name] = Stable(value);
                return kept;
            case JsonArray items:
                return new JsonArray([.. items.Select(Stable)]);
            case JsonValue value when value.TryGetValue(out string? text):
                if (places.TryGetValue(text, out string? place)) return place;
                return IsInstant(text) ? "instant" : text;
            default:
                return node?.DeepClone();
        }
    }

    private bool IsApprover(JsonNode? node) => approver is not null && node is JsonValue value && value.TryGetValue(out string? text) && text == approver;

    // A calendar day has no T in it: what depends on the day is another thing on another day.
    private static bool IsInstant(string text) =>
        text.Length > 18 && text[10] == 'T' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _);
}
