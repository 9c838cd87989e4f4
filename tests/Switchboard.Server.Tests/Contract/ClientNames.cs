using System.Text.Json;

namespace Switchboard.Server.Tests.Contract;

/// <summary>What the typed client calls the areas, routes, types and fields of the contract.</summary>
public static class ClientNames
{
    private const string prefix = "/api/v1/", later = "Async";

    /// <summary>api-keys and .well-known as ApiKeys and WellKnown.</summary>
    public static string Pascal(string name) => string.Concat(name.Split(['-', '_', '.', '/', ' '], StringSplitOptions.RemoveEmptyEntries).Select(p => char.ToUpperInvariant(p[0]) + p[1..]));

    /// <summary>The area of a route: the first part of its path.</summary>
    public static string Area(ApiRoute route) => Pascal(Parts(route)[0]);

    /// <summary>Get, list, create, change, replace or delete what stands at the end of the path; or the deed that does.</summary>
    public static string Method(ApiRoute route)
    {
        string[] behind = Parts(route)[1..];
        // What stands before an id is one of many: /messages/{messageId}/intent is the intent of a message.
        string words = string.Concat(behind.Select((p, i) => p[0] == '{' ? "" : i + 1 < behind.Length && behind[i + 1][0] == '{' ? Singular(Pascal(p)) : Pascal(p)));
        return route.Method switch
        {
            "GET" => (IsList(route) ? "List" : "Get") + words,
            "POST" when words.Length == 0 => IsMaking(route) ? "Create" : "Post",
            "POST" when IsMaking(route) && words.EndsWith('s') => "Add" + Singular(words),
            "POST" => words.EndsWith(later, StringComparison.Ordinal) ? "Start" + words[..^later.Length] : words,
            "PUT" => (words.Length == 0 ? "Replace" : "Set") + words,
            "PATCH" => "Change" + words,
            _ => "Delete" + words,
        };
    }

    /// <summary>The paths' parts, without what all have in front.</summary>
    private static string[] Parts(ApiRoute route) => (route.Path.StartsWith(prefix, StringComparison.Ordinal) ? route.Path[prefix.Length..] : route.Path).Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsMaking(ApiRoute route) => route.Answer(201) is not null;

    private static bool IsList(ApiRoute route) =>
        route.Answer(200) is { } answer && answer.TryGetProperty("content", out JsonElement content) && content.TryGetProperty("application/json", out JsonElement json)
        && json.GetProperty("schema").TryGetProperty("$ref", out JsonElement name) && name.GetString()!.Split('/')[^1] is var type && (type.StartsWith("PageOf", StringComparison.Ordinal) || type.StartsWith("ItemsViewOf", StringComparison.Ordinal));

    private static string Singular(string words) => words.EndsWith('s') ? words[..^1] : words;
}
