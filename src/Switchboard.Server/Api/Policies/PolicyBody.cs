using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;
using Switchboard.Core.Policies;

namespace Switchboard.Server.Api.Policies;

/// <summary>How the policies go over the wire: as JSON or YAML, and their version as the entity tag.</summary>
internal static class PolicyBody
{
    public const string Yaml = "application/yaml";

    private static readonly string[] yamlTypes = [Yaml, "application/x-yaml", "text/yaml", "text/x-yaml"];
    private static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The entity tag of a version.</summary>
    public static string TagOf(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Whether the caller asks for YAML rather than JSON.</summary>
    public static bool AsksForYaml(HttpRequest request) => request.GetTypedHeaders().Accept.OrderByDescending(a => a.Quality ?? 1)
        .FirstOrDefault(a => IsYaml(a.MediaType.Value) || a.MediaType.Value is "application/json" or "*/*") is { } first && IsYaml(first.MediaType.Value);

    /// <summary>Reads the policies of the body; null when its type is neither JSON nor YAML.</summary>
    public static async Task<PolicyReading?> ReadAsync(HttpRequest request)
    {
        string? type = MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? parsed) ? parsed.MediaType.Value : null;
        bool yaml = IsYaml(type);
        if (!yaml && !string.Equals(type, "application/json", StringComparison.OrdinalIgnoreCase)) return null;
        using var reader = new StreamReader(request.Body, strict);
        try
        {
            string text = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
            return yaml ? PolicyText.ReadYaml(text) : PolicyText.ReadJson(text);
        }
        catch (DecoderFallbackException)
        {
            return new PolicyReading(null, [new PolicyTextProblem(string.Empty, "must be UTF-8", null)]);
        }
    }

    private static bool IsYaml(string? type) => yamlTypes.Contains(type, StringComparer.OrdinalIgnoreCase);
}
