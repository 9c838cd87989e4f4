using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Switchboard.Client;

/// <summary>Makes the calls of all areas.</summary>
internal sealed class ApiConnection(HttpClient http, Credential? credential)
{
    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, Converters = { new NamedValues() } };

    public HttpClient Http => http;

    /// <summary>A body of JSON.</summary>
    public static HttpContent? Json<T>(T? body) => body is null ? null : JsonContent.Create(body, options: json);

    /// <summary>Calls, and reads nothing.</summary>
    public async Task<Answer> CallAsync(ApiCall call, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(call, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return new Answer((int)response.StatusCode, ETag(response), RequestId(response));
    }

    /// <summary>Calls, and reads JSON.</summary>
    public async Task<Answer<T>> ReadAsync<T>(ApiCall call, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(call, HttpCompletionOption.ResponseContentRead, cancellationToken);
        T? value = await response.Content.ReadFromJsonAsync<T>(json, cancellationToken);
        return new Answer<T>(value ?? throw new JsonException($"{call.Method} {call.Path} was answered with null."), (int)response.StatusCode, ETag(response), RequestId(response));
    }

    /// <summary>Calls, and reads text.</summary>
    public async Task<Answer<string>> ReadTextAsync(ApiCall call, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(call, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return new Answer<string>(await response.Content.ReadAsStringAsync(cancellationToken), (int)response.StatusCode, ETag(response), RequestId(response));
    }

    /// <summary>Calls, and gives what comes while it comes. Whoever reads the stream disposes of it.</summary>
    public async Task<Stream> DownloadAsync(ApiCall call, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await SendAsync(call, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <summary>Calls, and gives the events as they come, until the server ends the stream.</summary>
    public async IAsyncEnumerable<ServerEvent> StreamAsync(ApiCall call, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (after is not null) call.Header("Last-Event-ID", after);
        using HttpResponseMessage response = await SendAsync(call, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        SseParser<JsonElement> events = SseParser.Create(body, static (_, data) => data.IsEmpty ? new JsonElement() : JsonSerializer.Deserialize<JsonElement>(data));
        await foreach (SseItem<JsonElement> item in events.EnumerateAsync(cancellationToken)) yield return new ServerEvent(item.EventId, item.EventType, item.Data);
    }

    private async Task<HttpResponseMessage> SendAsync(ApiCall call, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = call.Request();
        credential?.AddTo(request.Headers);
        HttpResponseMessage response = await http.SendAsync(request, completion, cancellationToken);
        if (response.IsSuccessStatusCode) return response;
        using (response) throw await RefusalAsync(response, cancellationToken);
    }

    private static async Task<SwitchboardException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        int status = (int)response.StatusCode;
        TimeSpan? retryAfter = response.Headers.RetryAfter?.Delta;
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        // What stands between may answer in a form of its own.
        Problem? problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json" ? JsonSerializer.Deserialize<Problem>(text, json) : null;
        string message = problem?.Detail ?? problem?.Title ?? $"The server answered {status} {response.ReasonPhrase}.";
        var errors = problem?.Errors?.ToDictionary(e => e.Key, e => (IReadOnlyList<string>)e.Value, StringComparer.Ordinal) ?? [];
        return new SwitchboardException(status, problem?.Code ?? $"http_{status.ToString(CultureInfo.InvariantCulture)}", message, problem?.TraceId, errors, retryAfter);
    }

    private static string? ETag(HttpResponseMessage response) => response.Headers.ETag?.ToString();

    private static string? RequestId(HttpResponseMessage response) => response.Headers.TryGetValues("X-Request-Id", out IEnumerable<string>? ids) ? ids.FirstOrDefault() : null;

    private sealed record Problem(string? Title, string? Detail, string? Code, string? TraceId, Dictionary<string, string[]>? Errors);
}

/// <summary>A call that is to be made.</summary>
internal sealed class ApiCall(HttpMethod method, string path, string accept = "application/json")
{
    private readonly StringBuilder query = new();
    private readonly List<(string Name, string Value)> headers = [];
    private HttpContent? content;

    public HttpMethod Method => method;

    public string Path => path;

    /// <summary>A part of a path.</summary>
    public static string Part(object value) => Uri.EscapeDataString(Text(value));

    public ApiCall Query(string name, object? value)
    {
        if (value is not null) query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Part(value));
        return this;
    }

    public ApiCall Header(string name, string? value)
    {
        if (value is not null) headers.Add((name, value));
        return this;
    }

    public ApiCall Body(HttpContent? body)
    {
        content = body;
        return this;
    }

    public HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(method, $"{path}{query}") { Content = content };
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static string Text(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset instant => instant.ToString("O", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };
}
