using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Api.Contract;

/// <summary>The OpenAPI document: what every route takes, answers and asks of its caller, from the routes themselves.</summary>
public static class ContractDocument
{
    /// <summary>The name of a problem among the schemas.</summary>
    internal const string Problem = "Problem";

    /// <summary>The scheme of API keys.</summary>
    internal const string ApiKeyScheme = "apiKey";

    /// <summary>The scheme of access tokens of the staff.</summary>
    internal const string StaffScheme = "accessToken";

    /// <summary>The scheme of tokens of visitors and contacts.</summary>
    internal const string VisitorScheme = "visitorToken";

    /// <summary>The scheme of the installation's own command line.</summary>
    internal const string LocalScheme = "localToken";

    /// <summary>Registers the document.</summary>
    public static IServiceCollection AddContract(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        var names = new ConcurrentDictionary<string, Type>(StringComparer.Ordinal);
        options.CreateSchemaReferenceId = info => NameOf(info, names);
        options.AddSchemaTransformer(ShapeAsync);
        options.AddOperationTransformer(ContractOperation.DescribeAsync);
        options.AddDocumentTransformer(CompleteAsync);
    });

    /// <summary>Types inside a slice are named with it, or all bodies would be one. What only wraps another type has no name.</summary>
    private static string? NameOf(JsonTypeInfo info, ConcurrentDictionary<string, Type> names)
    {
        if (IsGiven(info.Type) || OpenApiOptions.CreateDefaultSchemaReferenceId(info) is null) return null;
        Type type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        string name = NameOf(type);
        // Two of one name in different rooms: the later one is named with its room.
        return names.GetOrAdd(name, type) == type ? name : type.Namespace!.Split('.')[^1] + name;
    }

    private static string NameOf(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } some) return NameOf(some);
        string own = type.Name.Split('`')[0];
        // Sizes of generic types stand behind their own names, and those of what they are in come first.
        if (type.DeclaringType is { } outer && outer.Namespace?.StartsWith("Switchboard.Server", StringComparison.Ordinal) == true) own = outer.Name + own;
        return type.IsGenericType ? $"{own}Of{string.Join("And", type.GetGenericArguments().Select(NameOf))}" : own;
    }

    private static bool IsGiven(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Given<>);

    private static async Task ShapeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        Type type = context.JsonTypeInfo.Type;
        if (type == typeof(TimeSpan) || type == typeof(TimeSpan?)) schema.Type ??= type == typeof(TimeSpan) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
        if (!type.IsGenericType) return;
        if (type.GetGenericTypeDefinition() == typeof(Either<,>))
        {
            schema.AnyOf = [.. schema.Properties!.Values];
            (schema.Properties, schema.Required, schema.Type, schema.AdditionalPropertiesAllowed) = (null, null, null, true);
        }
        else if (IsGiven(type))
        {
            Type given = type.GetGenericArguments()[0];
            OpenApiSchema value = await context.GetOrCreateSchemaAsync(given, null, cancellationToken);
            schema.Type = value.Type is { } known ? known | JsonSchemaType.Null : null;
            (schema.Format, schema.Items, schema.AdditionalProperties) = (value.Format, value.Items, value.AdditionalProperties);
            if ((Nullable.GetUnderlyingType(given) ?? given) is { IsEnum: true } choice)
                schema.Enum = [.. Enum.GetNames(choice).Select(n => (JsonNode)System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(n)), null!];
        }
    }

    private static Task CompleteAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Switchboard",
            Version = "v1",
            Description = "The HTTP API of a Switchboard desk. Errors are RFC 9457 problem documents with a stable code. Who may call a route stands under its security, and as x-switchboard-access: contactRule \"own\" means that contacts and visitors see what is their own.",
        };
        // Where it listens is known to who has read this from there.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [ApiKeyScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-Api-Key", Description = "A key of POST /api-keys. It carries its own scopes, held to those its owner's role carries." },
            [StaffScheme] = Bearer("JWT", "The access token of POST /auth/login, good for 15 minutes. It carries the scopes of its owner's role."),
            [VisitorScheme] = Bearer("swv1", "The token of POST /widget/session. A visitor or contact has no scopes and sees what is their own."),
            [LocalScheme] = Bearer("local", $"The token of the installation's own command line, in server.json of the data folder, with the tenant in {LocalToken.TenantHeader}."),
        };
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        document.Components.Schemas[Problem] = ProblemSchema();
        ContractSchemas.JoinEithers(document);
        ContractSchemas.LetBodiesLeaveOut(document);
        ContractSchemas.TellNullsOfEnums(document);
        return Task.CompletedTask;
    }

    private static OpenApiSecurityScheme Bearer(string format, string description) => new() { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = format, Description = description };

    private static OpenApiSchema ProblemSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "What went wrong (RFC 9457). The code is stable and for programs; the detail says in words how to mend it.",
        Required = new HashSet<string>(StringComparer.Ordinal) { "type", "title", "status", "detail", "code", "traceId" },
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["traceId"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "Of each field that is wrong, why.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
            ["report"] = new OpenApiSchema { Description = "Of an import that was refused, its report." },
        },
        AdditionalPropertiesAllowed = false,
        Examples = [JsonNode.Parse("""{"type":"urn:switchboard:problem:not_found","title":"Not found","status":404,"detail":"There is no such conversation.","code":"not_found","traceId":"4bf92f3577b34da6a3ce929d0e0e4736"}""")!],
    };
}
