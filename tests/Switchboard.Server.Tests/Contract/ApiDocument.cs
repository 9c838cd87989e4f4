using System.Text.Json;

namespace Switchboard.Server.Tests.Contract;

/// <summary>The OpenAPI document of a running server, as what the generated tests walk over.</summary>
public sealed class ApiDocument
{
    private static readonly string[] verbs = ["get", "post", "put", "patch", "delete"];

    private ApiDocument(JsonElement root)
    {
        Root = root;
        Schemas = root.GetProperty("components").GetProperty("schemas").EnumerateObject().ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal);
        Routes = [.. root.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Where(o => verbs.Contains(o.Name)).Select(o => new ApiRoute(o.Name.ToUpperInvariant(), p.Name, o.Value)))];
        Check = new SchemaCheck(Schemas);
    }

    public JsonElement Root { get; }

    public IReadOnlyDictionary<string, JsonElement> Schemas { get; }

    public IReadOnlyList<ApiRoute> Routes { get; }

    public SchemaCheck Check { get; }

    public static async Task<ApiDocument> ReadAsync(HttpClient client) => new(await client.GetJsonAsync("/openapi/v1.json"));
}

/// <summary>A route of the document.</summary>
public sealed record ApiRoute(string Method, string Path, JsonElement Operation)
{
    private JsonElement Access => Operation.GetProperty("x-switchboard-access");

    /// <summary>anyone, command_line, signed_in, staff, contacts or staff_and_contacts.</summary>
    public string Who => Access.Text("who");

    public string[] AnyOf => [.. Access.GetProperty("anyOf").EnumerateArray().Select(s => s.GetString()!)];

    public string[] AllOf => [.. Access.GetProperty("allOf").EnumerateArray().Select(s => s.GetString()!)];

    public bool TakesContacts => Who is "staff_and_contacts" or "contacts";

    public string[] PlaceNames => [.. Parameters("path").Select(p => p.Text("name"))];

    public JsonElement? Body => Operation.TryGetProperty("requestBody", out JsonElement body) ? body.GetProperty("content") : null;

    public JsonElement? Example => Body is { } body && body.TryGetProperty("application/json", out JsonElement json) && json.TryGetProperty("example", out JsonElement example) ? example : null;

    public JsonElement? BodySchema => Body is { } body && body.TryGetProperty("application/json", out JsonElement json) && json.TryGetProperty("schema", out JsonElement schema) ? schema : null;

    public IEnumerable<JsonElement> Parameters(string place) =>
        Operation.TryGetProperty("parameters", out JsonElement all) ? all.EnumerateArray().Where(p => p.Text("in") == place) : [];

    /// <summary>The content that is declared for a status: that of the status itself, else of any other; null when there is none.</summary>
    public JsonElement? Answer(int status)
    {
        JsonElement answers = Operation.GetProperty("responses");
        return answers.TryGetProperty($"{status}", out JsonElement own) || (status >= 400 && answers.TryGetProperty("default", out own)) ? own : null;
    }

    public override string ToString() => $"{Method} {Path}";
}
