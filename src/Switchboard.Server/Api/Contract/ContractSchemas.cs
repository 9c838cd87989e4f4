using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Switchboard.Server.Api.Contract;

/// <summary>Brings the schemas in line with what the reader takes and the writer writes.</summary>
internal static class ContractSchemas
{
    /// <summary>The forms of an answer with two get names of their own from the framework; they are the schemas that are there under their usual names.</summary>
    public static void JoinEithers(OpenApiDocument document)
    {
        IDictionary<string, IOpenApiSchema> schemas = document.Components!.Schemas!;
        foreach ((string name, IOpenApiSchema either) in schemas.Where(s => s.Value.AnyOf is { Count: > 0 } && s.Key.StartsWith("EitherOf", StringComparison.Ordinal)).ToArray())
        {
            for (int i = 0; i < either.AnyOf!.Count; i++)
            {
                if (either.AnyOf[i] is not OpenApiSchemaReference { Reference.Id: { } id } || !id.StartsWith(name, StringComparison.Ordinal)) continue;
                string usual = id[name.Length..];
                schemas.TryAdd(usual, schemas[id]);
                schemas.Remove(id);
                either.AnyOf[i] = new OpenApiSchemaReference(usual, document);
            }
        }
    }

    /// <summary>The writer writes every field, the reader needs none: what only bodies hold requires nothing that the handler does not ask for in words.</summary>
    public static void LetBodiesLeaveOut(OpenApiDocument document)
    {
        var sent = new HashSet<string>(StringComparer.Ordinal);
        var answered = new HashSet<string>(StringComparer.Ordinal);
        foreach (OpenApiOperation operation in document.Paths.Values.SelectMany(p => p.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>()))
        {
            foreach (OpenApiMediaType body in operation.RequestBody?.Content?.Values.OfType<OpenApiMediaType>() ?? []) Collect(document, body.Schema, sent);
            foreach (OpenApiMediaType body in operation.Responses?.Values.SelectMany(r => r.Content?.Values.OfType<OpenApiMediaType>() ?? []) ?? []) Collect(document, body.Schema, answered);
        }

        foreach (string name in sent.Except(answered))
            if (document.Components!.Schemas![name] is OpenApiSchema schema) schema.Required = null;
    }

    /// <summary>An enum may have been met first where it may be null, and null is then among its values; where it may be null its place says so.</summary>
    public static void TellNullsOfEnums(OpenApiDocument document)
    {
        foreach (OpenApiSchema schema in document.Components!.Schemas!.Values.OfType<OpenApiSchema>())
        {
            if (schema.Enum is not { Count: > 0 } values) continue;
            schema.Enum = [.. values.Where(v => v is not null && !(v is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.Null) && v.ToJsonString() is not "null" and not "\"openapi-json-null-sentinel-value-2BF93600-0FE4-4250-987A-E5DDB203E464\"")];
            schema.Type = JsonSchemaType.String;
        }
    }

    private static void Collect(OpenApiDocument document, IOpenApiSchema? schema, HashSet<string> names)
    {
        switch (schema)
        {
            case null: return;
            case OpenApiSchemaReference { Reference.Id: { } id }:
                if (names.Add(id) && document.Components!.Schemas!.TryGetValue(id, out IOpenApiSchema? target)) Collect(document, target, names);
                return;
            default:
                foreach (IOpenApiSchema part in (schema.Properties?.Values ?? Enumerable.Empty<IOpenApiSchema>()).Concat(schema.AnyOf ?? []).Concat(schema.OneOf ?? []).Concat(schema.AllOf ?? [])) Collect(document, part, names);
                Collect(document, schema.Items, names);
                Collect(document, schema.AdditionalProperties, names);
                return;
        }
    }
}
