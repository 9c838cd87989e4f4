using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Switchboard.Core.Outbox;

namespace Switchboard.Server.Outbound.Ports;

/// <summary>A call of a service.</summary>
public sealed record HttpToolRequest
{
    /// <summary>The name of the service in the configuration.</summary>
    public required string Tool { get; init; }

    /// <summary>The method, in capitals.</summary>
    public required string Method { get; init; }

    /// <summary>What follows the service's address: <c>orders/17/notes</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The body; null for none.</summary>
    public JsonElement? Body { get; init; }
}

/// <summary>Calls services that the operator has set up. Whether one knows a key it has seen is the operator's word.</summary>
public sealed class HttpToolPort(OutsideCalls calls, OutsideSettings settings) : OutsidePort<HttpToolRequest>
{
    /// <inheritdoc />
    public override string Name => "http";

    /// <inheritdoc />
    protected override bool Deduplicates(HttpToolRequest request) => settings.Tools.TryGetValue(request.Tool, out ToolSettings? tool) && tool.HonoursKey;

    /// <inheritdoc />
    protected override string? Problem(HttpToolRequest request)
    {
        if (!settings.Tools.TryGetValue(request.Tool, out ToolSettings? tool)) return $"There is no service \"{request.Tool}\": set Outside:Tools:{request.Tool}:BaseUrl.";
        if (!tool.Methods.Contains(request.Method, StringComparer.Ordinal)) return $"method: {request.Tool} is called with {string.Join(", ", tool.Methods)} alone.";
        return AddressOf(tool, request.Path) is null ? $"path leads out of {request.Tool}: it is relative, without \"..\" and without another host." : null;
    }

    /// <inheritdoc />
    protected override string Describe(HttpToolRequest request) => $"{request.Method} {request.Path} of {request.Tool}{(request.Body is { } body ? $": {body.GetRawText()}" : "")}";

    /// <inheritdoc />
    protected override async Task<PortOutcome> SendAsync(OutsideCall call, HttpToolRequest request, CancellationToken cancellationToken)
    {
        ToolSettings tool = settings.Tools[request.Tool];
        if (!await calls.IsForAsync(tool, call.TenantId, cancellationToken)) return new Refused($"The service {request.Tool} is another tenant's.", CanRetry: false);
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), AddressOf(tool, request.Path));
        if (request.Body is { } body) message.Content = new StringContent(body.GetRawText(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        if (tool.HonoursKey) message.Headers.Add("Idempotency-Key", call.Key);
        var secrets = new List<string>();
        if (tool.Authorization is { } authorization)
        {
            message.Headers.TryAddWithoutValidation("Authorization", authorization);
            // The credential is told by itself too: servers repeat it without its scheme.
            secrets.AddRange([authorization, authorization[(authorization.IndexOf(' ', StringComparison.Ordinal) + 1)..]]);
        }

        return await calls.SendAsync(message, tool.HonoursKey, secrets, cancellationToken);
    }

    /// <summary>The whole address; null when it would not be below the service's own.</summary>
    private static Uri? AddressOf(ToolSettings tool, string path)
    {
        if (path.StartsWith('/') || path.Contains('\\', StringComparison.Ordinal) || path.Contains('#', StringComparison.Ordinal) || path.Any(char.IsControl)) return null;
        string plain = Uri.UnescapeDataString(path);
        if (plain.Split('/', '\\', '?').Any(p => p.Trim() is "." or "..")) return null;
        return Uri.TryCreate(tool.BaseUrl + path, UriKind.Absolute, out Uri? address) && address.AbsoluteUri.StartsWith(tool.BaseUrl.AbsoluteUri, StringComparison.Ordinal) ? address : null;
    }
}
