using System.Security.Cryptography;
using System.Text;
using Switchboard.Domain.Operations;
using Switchboard.Storage;

namespace Switchboard.Server.Outbound.Webhooks;

/// <summary>A new secret of a receiver.</summary>
/// <param name="Text">What the staff is shown, once.</param>
/// <param name="Sealed">What is stored.</param>
public sealed record NewSecret(string Text, byte[] Sealed);

/// <summary>The secrets of receivers. They lie encrypted in the database, each for its own receiver, and are read to sign only.</summary>
public sealed class WebhookSecrets(SecretBox box, TimeProvider time)
{
    private const string prefix = "whsec_";
    private const int bytes = 32;

    /// <summary>Makes a secret for a receiver.</summary>
    public NewSecret Make(Guid tenantId, Guid endpointId)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(bytes);
        return new NewSecret(prefix + Convert.ToBase64String(secret), box.Seal(secret, PurposeOf(tenantId, endpointId)));
    }

    /// <summary>What a message is signed with: the secret, and the one before as long as both hold; empty when it cannot be decrypted.</summary>
    public IReadOnlyList<byte[]> Of(WebhookEndpoint endpoint)
    {
        string purpose = PurposeOf(endpoint.TenantId, endpoint.Id);
        if (box.Open(endpoint.Secret, purpose) is not { } secret) return [];
        bool bothHold = endpoint.EarlierSecret is not null && endpoint.EarlierUntil > time.GetUtcNow();
        return bothHold && box.Open(endpoint.EarlierSecret, purpose) is { } earlier ? [secret, earlier] : [secret];
    }

    /// <summary>The signature of a message as the header has it.</summary>
    public static string Sign(byte[] secret, string id, string timestamp, string body) => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")))}";

    /// <summary>What the secrets of a receiver are encrypted for.</summary>
    internal static string PurposeOf(Guid tenantId, Guid endpointId) => $"webhook {tenantId:N} {endpointId:N}";
}
