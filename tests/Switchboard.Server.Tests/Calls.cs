using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Switchboard.Server.Tests;

/// <summary>An event as it comes over the wire.</summary>
public sealed record Told(long Id, string Kind, string Data)
{
    public JsonElement Json => JsonElement.Parse(Data);
}

/// <summary>The calls the tests share. Bodies are read as plain JSON, so that what is tested is what goes over the wire.</summary>
internal static class Calls
{
    /// <summary>The status must be this one; then the body.</summary>
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response, int status)
    {
        string body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, body);
        return body.Length == 0 ? default : JsonElement.Parse(body);
    }

    /// <summary>The response must be a problem document in the form every error has.</summary>
    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage response, int status, string code)
    {
        JsonElement problem = await response.JsonAsync(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        problem.Text("code").ShouldBe(code);
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        problem.Text("traceId").Length.ShouldBe(32);
        problem.Text("title").ShouldNotBeEmpty();
        problem.Text("detail").ShouldNotBeEmpty();
        string body = problem.GetRawText();
        foreach (string leak in new[] { "   at ", "Switchboard.", "System.", "Microsoft.", "Exception", "Nullable", "(Parameter", ".cs:" }) body.ShouldNotContain(leak, Case.Sensitive);
        return problem;
    }

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    public static Guid Id(this JsonElement json, string name) => json.GetProperty(name).GetGuid();

    public static JsonElement[] Items(this JsonElement json, string name = "items") => [.. json.GetProperty(name).EnumerateArray()];

    public static bool IsNull(this JsonElement json, string name) => json.GetProperty(name).ValueKind == JsonValueKind.Null;

    public static async Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, object body, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    /// <summary>Begins a conversation and gives what the call returned.</summary>
    public static async Task<JsonElement> BeginAsync(this HttpClient client, string message) =>
        await client.AnsweredAsync(await client.PostAsJsonAsync("/api/v1/conversations", new { message }));

    /// <summary>Writes into a conversation and gives what the call returned.</summary>
    public static async Task<JsonElement> SayAsync(this HttpClient client, Guid conversation, string text) =>
        await client.AnsweredAsync(await client.PostAsJsonAsync($"/api/v1/conversations/{conversation}/messages", new { text }));

    /// <summary>What a call that wrote a message came to. The server waits some seconds for the turn; on a busy machine the turn may take longer, and its end is then waited for in the stream.</summary>
    private static async Task<JsonElement> AnsweredAsync(this HttpClient client, HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.Accepted) return await response.JsonAsync(201);
        JsonObject sent = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        Guid run = sent["runId"]!.GetValue<Guid>();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/conversations/{sent["conversationId"]!.GetValue<Guid>()}/events?after=0");
        using HttpResponseMessage stream = await client.OpenStreamAsync(request);
        string? said = null;
        await foreach (Told told in EventsAsync(await stream.Content.ReadAsStreamAsync()))
        {
            if (told.Kind == "run.started") said = null;
            if (told.Kind == "message.completed" && told.Json.TryGetProperty("agentId", out _)) said = told.Data;
            if (told.Kind != "run.finished" || told.Json.Id("runId") != run) continue;
            sent["reply"] = said is null ? null : JsonNode.Parse(said);
            break;
        }

        return JsonElement.Parse(sent.ToJsonString());
    }

    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path) => await (await client.GetAsync(path)).JsonAsync(200);

    public static async Task<JsonElement[]> MessagesAsync(this HttpClient client, Guid conversation) => (await client.GetJsonAsync($"/api/v1/conversations/{conversation}/messages")).Items();

    public static async Task<JsonElement[]> DecisionsAsync(this HttpClient client, Guid conversation) => (await client.GetJsonAsync($"/api/v1/conversations/{conversation}/decisions")).Items();

    public static Task<JsonElement> ConversationAsync(this HttpClient client, Guid conversation) => client.GetJsonAsync($"/api/v1/conversations/{conversation}");

    /// <summary>Sends a message and reads its stream to the end.</summary>
    public static async Task<List<Told>> StreamAsync(this HttpClient client, string path, object body, string? key = null, long? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await client.ReadStreamAsync(request, int.MaxValue, lastEventId);
    }

    /// <summary>Follows a conversation until the given number of events has come, then cuts the connection.</summary>
    public static async Task<List<Told>> FollowAsync(this HttpClient client, Guid conversation, int count, long? after = null, long? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/conversations/{conversation}/events{(after is null ? "" : $"?after={after}")}");
        return count == 0 ? [] : await client.ReadStreamAsync(request, count, lastEventId);
    }

    public static async Task<List<Told>> ReadStreamAsync(this HttpClient client, HttpRequestMessage request, int most, long? lastEventId = null)
    {
        using HttpResponseMessage response = await client.OpenStreamAsync(request, lastEventId);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        var told = new List<Told>();
        await foreach (Told one in EventsAsync(body))
        {
            told.Add(one);
            if (told.Count == most) break;
        }
        return told;
    }

    public static async Task<HttpResponseMessage> OpenStreamAsync(this HttpClient client, HttpRequestMessage request, long? lastEventId = null)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is { } last) request.Headers.Add("Last-Event-ID", $"{last}");
        HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        ((int)response.StatusCode).ShouldBe(200, response.IsSuccessStatusCode ? null : await response.Content.ReadAsStringAsync());
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return response;
    }

    public static async IAsyncEnumerable<Told> EventsAsync(Stream body)
    {
        await foreach (SseItem<string> item in SseParser.Create(body).EnumerateAsync()) yield return new Told(long.Parse(item.EventId!), item.EventType, item.Data);
    }

    public static async Task<JsonElement> ImportAsync(this HttpClient client, string root, params (string Path, string Text)[] files) =>
        await (await client.PostZipAsync(root, Zip([.. files.Select(f => (f.Path, Encoding.UTF8.GetBytes(f.Text)))]))).JsonAsync(200);

    public static async Task<HttpResponseMessage> PostZipAsync(this HttpClient client, string root, byte[] zip, string query = "")
    {
        using var content = new ByteArrayContent(zip);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        return await client.PostAsync($"/api/v1/articles/import?root={Uri.EscapeDataString(root)}{query}", content);
    }

    public static byte[] Zip(params (string Path, byte[] Bytes)[] files)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string path, byte[] bytes) in files)
            {
                using Stream entry = zip.CreateEntry(path).Open();
                entry.Write(bytes);
            }
        }
        return packed.ToArray();
    }
}
