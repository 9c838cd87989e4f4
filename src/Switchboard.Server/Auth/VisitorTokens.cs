using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Core;
using Switchboard.Domain.Identity;

namespace Switchboard.Server.Auth;

/// <summary>Tokens of the chat page's visitors: signed with the installation's own secret and not stored.</summary>
public sealed class VisitorTokens(byte[] secret, TimeProvider time)
{
    /// <summary>What every such token begins with.</summary>
    public const string Prefix = "swv1.";

    /// <summary>How long a token is good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>How long behind its end a token still tells that the same visitor is back: longer than a talk may be silent and go on.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(60);

    /// <summary>Makes a token for the actor.</summary>
    public (string Token, DateTimeOffset ExpiresAt) Issue(ContactActor actor)
    {
        DateTimeOffset expires = time.GetUtcNow() + Lifetime;
        string payload = Prefix + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new Payload(actor.TenantId, actor.VisitorId, actor.ContactId, actor.Proof, expires.ToUnixTimeSeconds()), Json.Options));
        return ($"{payload}.{Base64Url.EncodeToString(Sign(payload))}", expires);
    }

    /// <summary>Reads a token; null when it is not ours, was changed or is over.</summary>
    public ContactActor? Read(string token) => Read(token, time.GetUtcNow());

    /// <summary>The visitor a token was made for that may be over by now; null when it is not ours, was changed, is over for too long, or is somebody's who was proven: who that is must be proven anew.</summary>
    public ContactActor? Remember(string token) => Read(token, time.GetUtcNow() - Remembered) is { ContactId: null, Proof: Proof.None } visitor ? visitor : null;

    private ContactActor? Read(string token, DateTimeOffset goodAt)
    {
        int dot = token.LastIndexOf('.');
        if (token.Length > 1024 || !token.StartsWith(Prefix, StringComparison.Ordinal) || dot < Prefix.Length) return null;
        try
        {
            if (!CryptographicOperations.FixedTimeEquals(Sign(token[..dot]), Base64Url.DecodeFromChars(token.AsSpan(dot + 1)))) return null;
            Payload payload = JsonSerializer.Deserialize<Payload>(Base64Url.DecodeFromChars(token.AsSpan(Prefix.Length, dot - Prefix.Length)), Json.Options)!;
            return payload.E > goodAt.ToUnixTimeSeconds() ? new ContactActor(payload.T, payload.V, payload.C, payload.P) : null;
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            return null;
        }
    }

    private byte[] Sign(string payload) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(payload));

    private sealed record Payload(Guid T, Guid V, Guid? C, Proof P, long E);
}
