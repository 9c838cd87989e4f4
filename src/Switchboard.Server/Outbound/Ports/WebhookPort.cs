using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Core;
using Switchboard.Core.Outbox;
using Switchboard.Storage;

namespace Switchboard.Server.Outbound.Ports;

/// <summary>What a webhook sends.</summary>
public sealed record WebhookRequest
{
    /// <summary>The receiver's address.</summary>
    public required Uri Url { get; init; }

    /// <summary>The name of the secret it is signed with: one of <c>Outside:Webhooks</c>, or else one of the tenant's own in the data folder.</summary>
    public required string Secret { get; init; }

    /// <summary>What happened: <c>conversation.resolved</c>.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>What is told of it.</summary>
    public required JsonElement Data { get; init; }
}

/// <summary>Sends webhooks, signed as Standard Webhooks. Receivers know the same event by its <c>webhook-id</c>, which is the effect's key.</summary>
public sealed class WebhookPort(OutsideCalls calls, OutsideSettings settings, DataFolder folder, TimeProvider time) : OutsidePort<WebhookRequest>
{
    /// <inheritdoc />
    public override string Name => "webhook";

    /// <summary>The name of the secret that a tenant's webhook has in the data folder.</summary>
    public static string SecretOf(Guid tenantId, string name) => $"webhook-{tenantId:N}-{name}";

    /// <inheritdoc />
    protected override bool Deduplicates(WebhookRequest request) => true;

    /// <inheritdoc />
    protected override string? Problem(WebhookRequest request) => request switch
    {
        { Url: not { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo.Length: 0 } } => "url is a complete http or https address without user and password.",
        { Secret: { } name } when name.Length is 0 or > 64 || name.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')) => "secret is a name of lower-case letters, digits and hyphens.",
        { Type.Length: 0 or > 200 } => "type is missing, or longer than 200 characters.",
        _ => null,
    };

    /// <inheritdoc />
    protected override string Describe(WebhookRequest request) => $"A webhook {request.Type} to {request.Url.Host}";

    /// <inheritdoc />
    protected override async Task<PortOutcome> SendAsync(OutsideCall call, WebhookRequest request, CancellationToken cancellationToken)
    {
        byte[] secret;
        if (settings.Webhooks.TryGetValue(request.Secret, out WebhookSettings? set))
        {
            if (!await calls.IsForAsync(set, call.TenantId, cancellationToken)) return new Refused($"The webhook secret {request.Secret} is another tenant's.", CanRetry: false);
            secret = set.Secret;
        }
        else
        {
            secret = folder.Secret(SecretOf(call.TenantId, request.Secret));
        }

        string body = Json.Write(new { request.Type, request.Timestamp, request.Data });
        string sentAt = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        string signature = Convert.ToBase64String(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{call.Key}.{sentAt}.{body}")));
        using var message = new HttpRequestMessage(HttpMethod.Post, request.Url) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        message.Headers.Add("webhook-id", call.Key);
        message.Headers.Add("webhook-timestamp", sentAt);
        message.Headers.Add("webhook-signature", $"v1,{signature}");
        return await calls.SendAsync(message, knowsKey: true, [signature, Convert.ToBase64String(secret)], cancellationToken);
    }
}
