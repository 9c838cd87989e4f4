using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Switchboard.Server.Hosting;

namespace Switchboard.Agents.Tests;

/// <summary>Plays cases against a running server with the demonstration tenant, over HTTP as a customer would.</summary>
public sealed class DeskWalker : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("switchboard-cases-").FullName;
    private readonly HttpClient http = new();
    private SwitchboardServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = await SwitchboardServer.StartAsync(new ServerOptions(Path.Combine(folder, "data")) { Urls = "http://127.0.0.1:0" }, null, default);
        http.BaseAddress = new Uri(server.Address);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Plays a case and gives what was not as expected, a line each.</summary>
    public async Task<List<string>> PlayAsync(DeskCase one)
    {
        if (one.Say.Count == 0 || one.Say.Count != one.Expect.Count) return [$"{one.Name}: {one.Say.Count} messages and {one.Expect.Count} expectations"];
        string token = await TokenAsync(one.Contact);
        var talks = new Dictionary<bool, Guid>();
        var wrong = new List<string>();
        for (int i = 0; i < one.Say.Count; i++)
        {
            if (one.Policies.TryGetValue(i + 1, out string? policies)) await SetPoliciesAsync(policies);
            bool elsewhere = one.Say[i].StartsWith(DeskCase.Elsewhere, StringComparison.Ordinal);
            string text = elsewhere ? one.Say[i][DeskCase.Elsewhere.Length..] : one.Say[i];
            bool begins = !talks.TryGetValue(elsewhere, out Guid conversation);
            JsonElement sent = await CallAsync(HttpMethod.Post, begins ? "/api/v1/conversations" : $"/api/v1/conversations/{conversation}/messages", token, begins ? new { message = text } : new { text });
            conversation = talks[elsewhere] = sent.GetProperty("conversationId").GetGuid();
            JsonElement after = await CallAsync(HttpMethod.Get, $"/api/v1/conversations/{conversation}", null, null);
            wrong.AddRange(Differences(one.Expect[i], sent.GetProperty("reply"), after).Select(d => $"{one.Name}, message {i + 1} \"{one.Say[i]}\": {d}"));
        }

        if (one.Policies.Count > 0) await SetPoliciesAsync("{}");
        // Whatever a talk shows, it can be worked out again from what was recorded.
        foreach (Guid conversation in talks.Values)
        {
            // What our own agents say and propose is honest, so no guard ever has to stop it.
            JsonElement decisions = await CallAsync(HttpMethod.Get, $"/api/v1/conversations/{conversation}/decisions", null, null);
            foreach (JsonElement guard in decisions.GetProperty("items").EnumerateArray().SelectMany(t => t.GetProperty("decision").GetProperty("guards").EnumerateArray()).Where(g => !g.GetProperty("passed").GetBoolean()))
                wrong.Add($"{one.Name}: stopped by a guard: {guard}");
            JsonElement replay = await CallAsync(HttpMethod.Post, $"/api/v1/conversations/{conversation}/replay", null, null);
            if (!replay.GetProperty("identical").GetBoolean()) wrong.Add($"{one.Name}: the replay differs: {replay}");
        }

        return wrong;
    }

    private async Task SetPoliciesAsync(string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/policies") { Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Api-Key", server.Seeded!.ApiKey);
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        using HttpResponseMessage response = await http.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
    }

    private static IEnumerable<string> Differences(Expectation expected, JsonElement reply, JsonElement conversation)
    {
        bool silent = reply.ValueKind == JsonValueKind.Null;
        string status = silent ? "none" : reply.GetProperty("status").GetString()!;
        if (expected.Status != status) yield return $"status {status} instead of {expected.Status}{(silent ? "" : ": " + reply.GetProperty("text").GetString())}";
        if (!silent)
        {
            string agent = reply.GetProperty("agentId").GetString()!;
            string text = reply.GetProperty("text").GetString()!;
            string[] cited = [.. reply.GetProperty("citations").EnumerateArray().Select(c => c.GetProperty("title").GetString()!).Distinct()];
            if (expected.Agent is { } who && who != agent) yield return $"agent {agent} instead of {who}";
            if (expected.TextContains is { } words && !text.Contains(words, StringComparison.OrdinalIgnoreCase)) yield return $"the text lacks \"{words}\": {text}";
            if (expected.Cites is { } title && (title == "none" ? cited.Length > 0 : !cited.Contains(title))) yield return $"cites [{string.Join("; ", cited)}] instead of {title}";
        }
        string owner = conversation.GetProperty("owner").GetString()!;
        if (expected.Owner is { } owns && owns != owner) yield return $"owner {owner} instead of {owns}";
        string stands = conversation.GetProperty("status").GetString()!;
        if (expected.Conversation is { } at && at != stands) yield return $"the conversation is {stands} instead of {at}";
        string? reason = conversation.GetProperty("handoff") is { ValueKind: JsonValueKind.Object } handoff ? handoff.GetProperty("reason").GetString() : null;
        if (expected.Reason is { } why && why != reason) yield return $"reason {reason ?? "none"} instead of {why}";
    }

    private async Task<string> TokenAsync(string contact)
    {
        Guid? id = null;
        if (contact != "none")
        {
            JsonElement all = await CallAsync(HttpMethod.Get, "/api/v1/widget/contacts", null, null);
            id = all.GetProperty("items").EnumerateArray().Single(c => c.GetProperty("email").GetString() == contact).GetProperty("id").GetGuid();
        }
        return (await CallAsync(HttpMethod.Post, "/api/v1/widget/session", null, new { contactId = id })).GetProperty("token").GetString()!;
    }

    /// <summary>Calls as the visitor of the token; without one as the demonstration's owner, who sees the handoff too.</summary>
    private async Task<JsonElement> CallAsync(HttpMethod method, string path, string? token, object? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is null) request.Headers.Add("X-Api-Key", server.Seeded!.ApiKey);
        else request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = JsonContent.Create(body);
        using HttpResponseMessage response = await http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBeOneOf(200, 201);
        return JsonElement.Parse(text);
    }
}
