using System.Text.Json;

namespace Switchboard.Agents.Tests;

/// <summary>Plays cases against a running server with the demonstration tenant, over HTTP as a customer would.</summary>
public sealed class DeskWalker : IAsyncLifetime
{
    private CaseDesk plain = null!;
    private CaseDesk? outfitted;

    public async ValueTask InitializeAsync() => plain = await CaseDesk.OpenAsync(outfitted: false);

    public async ValueTask DisposeAsync()
    {
        await plain.DisposeAsync();
        if (outfitted is not null) await outfitted.DisposeAsync();
    }

    /// <summary>Plays a case and gives what was not as expected, a line each.</summary>
    public async Task<List<string>> PlayAsync(DeskCase one)
    {
        if (one.Say.Count == 0 || one.Say.Count != one.Expect.Count) return [$"{one.Name}: {one.Say.Count} messages and {one.Expect.Count} expectations"];
        CaseDesk desk = one.Account is null && one.Before.Count == 0 ? plain : outfitted ??= await CaseDesk.OpenAsync(outfitted: true);
        var rows = new CaseRows(desk, one.Account is { } account ? await desk.AddAsync(account) : null);
        string token = await desk.TokenAsync(one.Contact, rows.ContactId);
        var talks = new Dictionary<bool, Guid>();
        var wrong = new List<string>();
        for (int i = 0; i < one.Say.Count; i++)
        {
            if (one.Policies.TryGetValue(i + 1, out string? policies)) await desk.SetPoliciesAsync(policies);
            foreach (string happens in one.Before.GetValueOrDefault(i + 1, []))
                if (await rows.HappensAsync(happens)) token = await desk.TokenAsync(one.Contact, rows.ContactId, token);
            // Between two messages time passes, whoever's clock it is.
            desk.Clock?.Advance(TimeSpan.FromSeconds(1));
            bool elsewhere = one.Say[i].StartsWith(DeskCase.Elsewhere, StringComparison.Ordinal);
            string text = rows.Filled(elsewhere ? one.Say[i][DeskCase.Elsewhere.Length..] : one.Say[i]);
            bool begins = !talks.TryGetValue(elsewhere, out Guid conversation);
            JsonElement sent = await desk.CallAsync(HttpMethod.Post, begins ? "/api/v1/conversations" : $"/api/v1/conversations/{conversation}/messages", token, begins ? new { message = text } : new { text });
            conversation = talks[elsewhere] = sent.GetProperty("conversationId").GetGuid();
            JsonElement after = await desk.CallAsync(HttpMethod.Get, $"/api/v1/conversations/{conversation}", null, null);
            wrong.AddRange(Differences(one.Expect[i], rows.Filled, sent.GetProperty("reply"), after).Select(d => $"{one.Name}, message {i + 1} \"{one.Say[i]}\": {d}"));
        }

        if (one.Done is { } done && await rows.DoneAsync() is var found && !found.SequenceEqual(done)) wrong.Add($"{one.Name}: done is [{string.Join(", ", found)}] instead of [{string.Join(", ", done)}]");
        // Who comes back ends what was begun, the one way or the other, and the end stands in its run.
        if (one.Shows.Contains("silence"))
        {
            foreach (Guid conversation in talks.Values)
            {
                JsonElement runs = (await desk.CallAsync(HttpMethod.Get, $"/api/v1/runs?kind=dialogue&subject={Uri.EscapeDataString($"{Core.Runs.Subjects.Dialogue(conversation)}")}", null, null)).GetProperty("items");
                string[] ends = [.. runs.EnumerateArray().Select(r => r.GetProperty("status").GetString()!)];
                if (ends.Length == 0 || ends.Any(e => e is not ("succeeded" or "failed" or "cancelled"))) wrong.Add($"{one.Name}: its dialogues are [{string.Join(", ", ends)}]");
            }
        }

        if (one.Policies.Count > 0) await desk.SetPoliciesAsync("{}");
        // Whatever a talk shows, it can be worked out again from what was recorded.
        foreach (Guid conversation in talks.Values)
        {
            // What our own agents say and propose is honest, so no guard ever has to stop it.
            JsonElement decisions = await desk.CallAsync(HttpMethod.Get, $"/api/v1/conversations/{conversation}/decisions", null, null);
            foreach (JsonElement guard in decisions.GetProperty("items").EnumerateArray().SelectMany(t => t.GetProperty("decision").GetProperty("guards").EnumerateArray()).Where(g => !g.GetProperty("passed").GetBoolean()))
                wrong.Add($"{one.Name}: stopped by a guard: {guard}");
            JsonElement replay = await desk.CallAsync(HttpMethod.Post, $"/api/v1/conversations/{conversation}/replay", null, null);
            if (!replay.GetProperty("identical").GetBoolean()) wrong.Add($"{one.Name}: the replay differs: {replay}");
        }

        return wrong;
    }

    private static IEnumerable<string> Differences(Expectation expected, Func<string, string> filled, JsonElement reply, JsonElement conversation)
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
            if (expected.TextContains is { } words && !text.Contains(filled(words), StringComparison.OrdinalIgnoreCase)) yield return $"the text lacks \"{filled(words)}\": {text}";
            if (expected.Cites is { } title && (title == "none" ? cited.Length > 0 : !cited.Contains(title))) yield return $"cites [{string.Join("; ", cited)}] instead of {title}";
        }
        string owner = conversation.GetProperty("owner").GetString()!;
        if (expected.Owner is { } owns && owns != owner) yield return $"owner {owner} instead of {owns}";
        string stands = conversation.GetProperty("status").GetString()!;
        if (expected.Conversation is { } at && at != stands) yield return $"the conversation is {stands} instead of {at}";
        string? reason = conversation.GetProperty("handoff") is { ValueKind: JsonValueKind.Object } handoff ? handoff.GetProperty("reason").GetString() : null;
        if (expected.Reason is { } why && why != reason) yield return $"reason {reason ?? "none"} instead of {why}";
    }
}
