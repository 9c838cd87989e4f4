using System.Net.Http.Headers;
using System.Text.Json;
using Switchboard.Server.Outbound;

namespace Switchboard.Server.Auth.OAuth;

/// <summary>Calls to providers: JSON comes back, no redirect is followed, and no inner address is called that the operator has not allowed. No message holds a code, a token or a secret.</summary>
/// <param name="outbound">The way out.</param>
public sealed class OAuthCalls(OutboundClient outbound)
{
    private static readonly OutboundLimits limits = new(TimeSpan.FromSeconds(10), 256 << 10, Redirects: 0);
    private static readonly JsonDocumentOptions strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Reads what stands at an address.</summary>
    /// <exception cref="OAuthRefusedException">Nothing that helps came back.</exception>
    public async Task<JsonElement> GetAsync(Uri address, string? token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        OutboundResponse response = await TellAsync(() => outbound.AskAsync(request, limits, cancellationToken));
        return response.IsSuccess ? Parsed(response, address) : throw OAuthRefusedException.Unavailable($"{address.Host} answered {(int)response.Status}");
    }

    /// <summary>Exchanges a code, at most once.</summary>
    /// <param name="address">The token endpoint.</param>
    /// <param name="form">What is sent.</param>
    /// <param name="authorization">The header that proves who we are; null when the form does.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="OAuthRefusedException">The code was not taken, or nothing that helps came back.</exception>
    public async Task<JsonElement> ExchangeAsync(Uri address, IReadOnlyDictionary<string, string> form, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization = authorization;
        OutboundResponse response = await TellAsync(() => outbound.SendAsync(request, limits, cancellationToken));
        if ((int)response.Status is < 200 or >= 500 or (>= 300 and < 400)) throw OAuthRefusedException.Unavailable($"{address.Host} answered {(int)response.Status} to the code");
        JsonElement answer = Parsed(response, address);
        // GitHub tells errors with status 200.
        if (!response.IsSuccess || answer.TryGetProperty("error", out _)) throw OAuthRefusedException.Unproven($"{address.Host} did not take the code: {ErrorOf(Text(answer, "error"))}");
        return answer;
    }

    /// <summary>A field that is a text; null when it is none.</summary>
    public static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>An error's code as the standards spell them; anything else stays unsaid, since it comes from outside.</summary>
    public static string ErrorOf(string? code) => code is { Length: > 0 and <= 60 } && code.All(c => char.IsAsciiLetterLower(c) || c == '_') ? code : "no known error";

    private static JsonElement Parsed(OutboundResponse response, Uri address)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(response.Body, strict);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw OAuthRefusedException.Unavailable($"{address.Host} answered what is no JSON");
        }
    }

    private static async Task<OutboundResponse> TellAsync(Func<Task<OutboundResponse>> call)
    {
        try
        {
            return await call();
        }
        catch (OutboundException error)
        {
            throw OAuthRefusedException.Unavailable(error.Message);
        }
    }
}
