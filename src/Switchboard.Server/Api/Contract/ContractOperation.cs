using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Switchboard.Server.Api.Conversations;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;

namespace Switchboard.Server.Api.Contract;

/// <summary>Describes one route: who may call it, what it answers besides success, and an example of what to send.</summary>
internal static class ContractOperation
{
    private const string problemType = "application/problem+json";
    private const string jsonType = "application/json";

    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
        string method = context.Description.HttpMethod ?? "GET", path = context.Description.RelativePath ?? "";
        string[] places = [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).SkipWhile(p => p is "api" or "v1")];
        operation.OperationId = method.ToLowerInvariant() + string.Concat(places.Select(Word));
        operation.Tags = new HashSet<OpenApiTagReference> { new(places.FirstOrDefault() ?? "pages", context.Document) };
        // The properties of a query are named as everything in JSON is.
        foreach (OpenApiParameter parameter in operation.Parameters?.OfType<OpenApiParameter>().Where(p => p is { In: ParameterLocation.Query, Name: not null }) ?? []) parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
        AccessRule rule = metadata.OfType<AccessRule>().Last();
        operation.Security = SecurityOf(rule, context.Document!);
        operation.AddExtension("x-switchboard-access", new JsonNodeExtension(AccessOf(rule)));
        bool once = KeyKeeping.Of(metadata, method, out string? unkept) != KeyKeeping.Place.Nowhere;
        if (unkept is not null) operation.Description = string.Join(" ", new[] { operation.Description, $"Takes no Idempotency-Key: {unkept}" }.OfType<string>());
        if (once) AddHeader(operation, "Idempotency-Key", required: false, "The same key with the same body gives the first answer again, for 24 hours.", TurnCalls.MostKeyCharacters);
        RouteContract.VersionHeld? held = metadata.OfType<RouteContract.VersionHeld>().LastOrDefault();
        if (held is not null) AddHeader(operation, "If-Match", held.Needed, "The ETag of what was read, or * for whichever version holds.", null);
        DescribeBody(operation, metadata);
        DescribeAnswers(operation, metadata);
        DescribeProblems(operation, context.Document!, rule, method, once, held, metadata);
        return Task.CompletedTask;
    }

    private static string Word(string place)
    {
        string word = place.StartsWith('{') ? "By-" + place.Trim('{', '}').Split(':')[0] : place;
        var text = new StringBuilder();
        foreach (string part in word.Split('-', '.', '_')) text.Append(part.Length == 0 ? "" : char.ToUpperInvariant(part[0]) + part[1..]);
        return text.ToString();
    }

    /// <summary>Each alternative is a way to prove who calls, with the scopes that are needed then.</summary>
    private static List<OpenApiSecurityRequirement> SecurityOf(AccessRule rule, OpenApiDocument document)
    {
        if (rule.Anyone) return [];
        if (rule.Local) return [Requirement(ContractDocument.LocalScheme, [])];
        if (rule.SignedIn) return [Requirement(ContractDocument.StaffScheme, [])];
        var ways = new List<OpenApiSecurityRequirement>();
        foreach (string scope in ScopesOf(rule))
        {
            List<string> needed = rule.Also is { } also ? [scope, also] : [scope];
            ways.AddRange([Requirement(ContractDocument.ApiKeyScheme, needed), Requirement(ContractDocument.StaffScheme, needed), Requirement(ContractDocument.LocalScheme, [])]);
        }

        if (rule.Contacts) ways.Add(Requirement(ContractDocument.VisitorScheme, []));
        return ways;

        OpenApiSecurityRequirement Requirement(string scheme, List<string> scopes) => new() { [new OpenApiSecuritySchemeReference(scheme, document)] = scopes };
    }

    private static IEnumerable<string> ScopesOf(AccessRule rule) => rule.Scope is { } scope ? [scope, .. rule.Or] : [];

    /// <summary>The rule as it stands, for who generates tests or pages from the document.</summary>
    private static JsonObject AccessOf(AccessRule rule) => new()
    {
        ["who"] = rule switch { { Anyone: true } => "anyone", { Local: true } => "command_line", { SignedIn: true } => "signed_in", { Contacts: true, Scope: null } => "contacts", { Contacts: true } => "staff_and_contacts", _ => "staff" },
        ["anyOf"] = new JsonArray([.. ScopesOf(rule).Select(s => JsonValue.Create(s))]),
        ["allOf"] = new JsonArray([.. rule.Also is { } also ? [JsonValue.Create(also)] : Array.Empty<JsonNode>()]),
        ["contactRule"] = rule is { Contacts: true, Anyone: false } ? "own" : null,
    };

    private static void AddHeader(OpenApiOperation operation, string name, bool required, string description, int? longest)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Header, Required = required, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = longest } });
    }

    private static void DescribeBody(OpenApiOperation operation, IList<object> metadata)
    {
        if (metadata.OfType<RouteContract.RawBody>().LastOrDefault() is { } raw)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = raw.ContentTypes.ToDictionary(t => t, t => t == jsonType ? new OpenApiMediaType { Schema = new OpenApiSchema() } : new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } }, StringComparer.Ordinal),
            };
        }

        if (metadata.OfType<RouteContract.BodyExample>().LastOrDefault() is { } example && operation.RequestBody?.Content is { } content && content.TryGetValue(jsonType, out OpenApiMediaType? json)) json.Example = example.Value.DeepClone();
    }

    private static void DescribeAnswers(OpenApiOperation operation, IList<object> metadata)
    {
        OpenApiResponses responses = operation.Responses ??= [];
        RouteContract.OtherAnswer[] others = [.. metadata.OfType<RouteContract.OtherAnswer>()];
        // The framework takes a success without a body for granted where a handler does not say what it answers.
        if (others.Length > 0 && responses.TryGetValue("200", out IOpenApiResponse? bare) && bare.Content is null or { Count: 0 } && !others.Any(o => o.Status == StatusCodes.Status200OK)) responses.Remove("200");
        foreach (RouteContract.OtherAnswer other in others)
        {
            string status = other.Status.ToString(CultureInfo.InvariantCulture);
            if (!responses.TryGetValue(status, out IOpenApiResponse? known) || known is not OpenApiResponse answer) responses[status] = answer = new OpenApiResponse { Description = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(other.Status) };
            if (other.ContentType is null) continue;
            answer.Content ??= new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal);
            answer.Content[other.ContentType] = new OpenApiMediaType { Schema = other.ContentType == jsonType ? new OpenApiSchema() : new OpenApiSchema { Type = JsonSchemaType.String, Format = other.ContentType is "application/zip" ? "binary" : null } };
        }
    }

    private static void DescribeProblems(OpenApiOperation operation, OpenApiDocument document, AccessRule rule, string method, bool once, RouteContract.VersionHeld? held, IList<object> metadata)
    {
        bool takes = operation.RequestBody is not null;
        Add(400, "The request is not valid", takes || operation.Parameters is { Count: > 0 });
        Add(401, "Nobody is known by what was sent", !rule.Anyone);
        Add(403, "It needs more than the caller has", !rule.Anyone && !rule.Local);
        Add(404, "There is no such thing for this caller", operation.Parameters?.Any(p => p.In == ParameterLocation.Path) == true);
        Add(409, "It stands so that this cannot be done", method != "GET");
        Add(412, "Somebody changed it", held is not null);
        Add(413, "The body is too large", takes);
        Add(415, "The body has another type", takes);
        Add(422, "The key came with another request before", once);
        Add(428, "If-Match is missing", held is { Needed: true });
        Add(429, "Too many calls", !rule.Local && metadata.OfType<RouteClasses.Declared>().LastOrDefault()?.Kind != RouteClass.Free);
        Add(null, "Anything else", true);

        void Add(int? status, string description, bool when)
        {
            if (!when) return;
            operation.Responses!.TryAdd(status?.ToString(CultureInfo.InvariantCulture) ?? "default", new OpenApiResponse
            {
                Description = description,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [problemType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(ContractDocument.Problem, document) } },
            });
        }
    }
}
