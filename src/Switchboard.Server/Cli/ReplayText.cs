using System.Text.Json;
using Switchboard.Core.Desk.Replay;

namespace Switchboard.Server.Cli;

/// <summary>How differences of a replay are shown to people: the places that differ, not the whole of what was recorded.</summary>
internal static class ReplayText
{
    private const int mostPlaces = 8;
    private const int mostCharacters = 240;

    /// <summary>The lines of a difference.</summary>
    public static IEnumerable<string> Of(ReplayDifference difference)
    {
        yield return difference.Kind == difference.Name ? difference.Kind : $"{difference.Kind}  {difference.Name}";
        if (difference is { Recorded: { ValueKind: JsonValueKind.Object } before, Recomputed: { ValueKind: JsonValueKind.Object } after })
        {
            (string Path, string Before, string After)[] places = [.. Places(before, after, string.Empty)];
            foreach ((string path, string was, string now) in places.Take(mostPlaces)) yield return $"  {path}: {was} → {now}";
            if (places.Length > mostPlaces) yield return $"  and {Amount.Of(places.Length - mostPlaces, "more places")}";
            yield break;
        }

        yield return $"  recorded    {Short(difference.Recorded)}";
        yield return $"  recomputed  {Short(difference.Recomputed)}";
    }

    /// <summary>An enum as the API spells it.</summary>
    public static string Spelt<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static IEnumerable<(string Path, string Before, string After)> Places(JsonElement before, JsonElement after, string path)
    {
        foreach (string name in before.EnumerateObject().Select(p => p.Name).Concat(after.EnumerateObject().Select(p => p.Name)).Distinct(StringComparer.Ordinal))
        {
            JsonElement? was = before.TryGetProperty(name, out JsonElement b) ? b : null, now = after.TryGetProperty(name, out JsonElement a) ? a : null;
            string at = path.Length == 0 ? name : $"{path}.{name}";
            if (was is { ValueKind: JsonValueKind.Object } inner && now is { ValueKind: JsonValueKind.Object } other)
            {
                foreach ((string, string, string) place in Places(inner, other, at)) yield return place;
            }
            else if (was is not { } x || now is not { } y || !JsonElement.DeepEquals(x, y)) yield return (at, Short(was), Short(now));
        }
    }

    private static string Short(JsonElement? value)
    {
        if (value is not { } some) return "(nothing)";
        string text = some.ValueKind == JsonValueKind.String ? some.GetString()!.ReplaceLineEndings(" ") : some.GetRawText();
        return text.Length <= mostCharacters ? text : string.Concat(text.AsSpan(0, mostCharacters - 1), "…");
    }
}
