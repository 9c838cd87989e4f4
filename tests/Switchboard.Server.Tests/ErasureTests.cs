using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Server.Tests.Webhooks;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

/// <summary>A customer of the demonstration leaves traces everywhere over HTTP, and is erased.</summary>
public sealed class ErasureTests(WebhookServer server) : IClassFixture<WebhookServer>
{
    private const string canary = "medlarcanary";
    private const string email = "maya@kestrelmoor-cycles.example";
    private readonly HttpClient owner = server.Owner();

    [Fact]
    public async Task A_customer_who_left_traces_everywhere_is_erased_once_and_no_file_holds_a_word_of_it()
    {
        Contact person = await server.ContactRowAsync(email);
        string path = $"/api/v1/customers/{person.CustomerId}";
        HttpClient maya = await server.ContactAsync(email);
        JsonElement hook = await (await owner.PostAsJsonAsync("/api/v1/webhooks", new { url = server.Receiver.At("/erasure"), events = new[] { "message.created", "customer.updated", "customer.deleted" } })).JsonAsync(201);
        (Guid talk, Guid run) = await TraceAsync(maya, path);
        await ClockServer.UntilAsync(() => Task.FromResult(server.Receiver.Got("/erasure").Any(d => d.Body.Contains(canary, StringComparison.Ordinal))));
        FilesWith(canary).ShouldNotBeEmpty();
        FilesWith(email).ShouldNotBeEmpty();
        string csat = (await owner.GetJsonAsync("/api/v1/analytics/csat")).GetRawText(), talks = (await owner.GetJsonAsync("/api/v1/analytics/conversations")).GetRawText();

        JsonElement dry = await EraseAsync(path, new { dryRun = true }, 200);
        dry.GetProperty("report").GetProperty("rows").GetProperty("messages").GetInt64().ShouldBeGreaterThan(3);
        dry.IsNull("runId").ShouldBeTrue();
        (await owner.GetJsonAsync(path)).Text("name").ShouldNotBe("Erased customer");

        // For a week it can be taken back, and messages come in.
        JsonElement asked = await EraseAsync(path, new { }, 202);
        asked.GetProperty("begins").GetDateTimeOffset().ShouldBeGreaterThan(TimeProvider.System.GetUtcNow().AddDays(6.9));
        (await EraseAsync(path, new { }, 202)).Id("runId").ShouldBe(asked.Id("runId"));
        (await owner.PostAsync($"/api/v1/runs/{asked.Id("runId")}/cancel", null)).EnsureSuccessStatusCode();
        await UntilAsync(asked.Id("runId"), "cancelled");
        await maya.SayAsync(talk, $"Still here. {canary}");

        JsonElement begun = await EraseAsync(path, new { immediately = true }, 202, "erase-once");
        begun.Id("runId").ShouldNotBe(asked.Id("runId"));
        await UntilAsync(begun.Id("runId"), "succeeded");

        FilesWith(canary).ShouldBeEmpty();
        FilesWith(email).ShouldBeEmpty();
        JsonElement again = await EraseAsync(path, new { immediately = true }, 200);
        again.Id("runId").ShouldBe(begun.Id("runId"));
        JsonElement.DeepEquals(again.GetProperty("report"), (await owner.GetJsonAsync($"/api/v1/jobs/{begun.Id("runId")}")).GetProperty("result")).ShouldBeTrue();
        (await owner.GetJsonAsync("/api/v1/audit?entity=customer&action=erased")).Items().ShouldHaveSingleItem().Id("entityId").ShouldBe(person.CustomerId!.Value);
        (await owner.GetJsonAsync("/api/v1/audit/verify")).GetProperty("isWhole").GetBoolean().ShouldBeTrue();

        // It is gone for who asks for it, and nothing more is taken.
        await (await owner.GetAsync(path)).ProblemAsync(404, "not_found");
        await (await owner.PostAsJsonAsync($"{path}/export", new { })).ProblemAsync(404, "not_found");
        await (await maya.PostAsJsonAsync($"/api/v1/conversations/{talk}/messages", new { text = "Hello?" })).ProblemAsync(409, "customer_erased");
        await (await maya.PostAsJsonAsync("/api/v1/conversations", new { message = "Hello?" })).ProblemAsync(409, "customer_erased");
        await ClockServer.UntilAsync(() => Task.FromResult(server.Receiver.Got("/erasure").Any(d => d.Type == "customer.deleted")));
        server.Receiver.Got("/erasure").Single(d => d.Type == "customer.deleted").Json.GetProperty("data").Text("name").ShouldBe("Erased customer");

        // What is left can be read, and figures add up.
        (await owner.MessagesAsync(talk)).ShouldAllBe(m => m.Text("text") == "[erased]");
        (await owner.DecisionsAsync(talk)).ShouldBeEmpty();
        (await owner.GetAsync($"/api/v1/conversations/{talk}/transcript")).EnsureSuccessStatusCode();
        (await owner.GetJsonAsync($"/api/v1/runs/{run}")).Items("steps").ShouldBeEmpty();
        (await owner.PostAsync($"/api/v1/runs/{run}/replay", null)).EnsureSuccessStatusCode();
        (await owner.GetJsonAsync($"/api/v1/webhooks/{hook.GetProperty("webhook").Id("id")}/deliveries")).Items().ShouldAllBe(d => d.Text("type") == "customer.deleted");
        (await owner.GetJsonAsync("/api/v1/analytics/csat")).GetRawText().ShouldBe(csat);
        (await owner.GetJsonAsync("/api/v1/analytics/conversations")).GetRawText().ShouldBe(talks);
    }

    [Fact]
    public async Task It_needs_its_scope_a_customer_of_the_tenant_and_no_legal_hold()
    {
        Contact person = await server.ContactRowAsync("joao@pampa-clara.example");
        string path = $"/api/v1/customers/{person.CustomerId}/erase";
        HttpClient writer = server.WithKey(await server.KeyAsync("read:customers", "read:customers:pii", "write:customers"));
        await (await writer.PostAsJsonAsync(path, new { dryRun = true })).ProblemAsync(403, "missing_scope");
        await (await (await server.ContactAsync("joao@pampa-clara.example")).PostAsJsonAsync(path, new { })).ProblemAsync(403, "not_for_contacts");
        HttpClient elsewhere = (await server.TenantAsync("elsewhere")).Owner;
        await (await elsewhere.PostAsJsonAsync(path, new { dryRun = true })).ProblemAsync(404, "not_found");
        await (await elsewhere.PostAsJsonAsync(path, new { immediately = true })).ProblemAsync(404, "not_found");
        await HoldAsync(person.CustomerId!.Value, true);
        await (await owner.PostAsJsonAsync(path, new { immediately = true })).ProblemAsync(409, "legal_hold");
        await HoldAsync(person.CustomerId.Value, false);
    }

    /// <summary>Writes, rates, searches, is noted, corrected, given to people, answered by mail and told to a receiver.</summary>
    private async Task<(Guid Talk, Guid Run)> TraceAsync(HttpClient maya, string path)
    {
        await (await owner.PostAsync($"{path}/notes", new { text = $"Prefers mornings. {canary}" }, "note-once")).JsonAsync(201);
        using (var change = new HttpRequestMessage(HttpMethod.Patch, path) { Content = JsonContent.Create(new { industry = canary, attributes = new { nickname = canary } }) })
        {
            change.Headers.TryAddWithoutValidation("If-Match", "*");
            change.Headers.TryAddWithoutValidation("Idempotency-Key", $"change-{canary}");
            await (await owner.SendAsync(change)).JsonAsync(200);
        }

        JsonElement begun = await maya.BeginAsync($"{Questions.Good} My code is {canary}.");
        Guid talk = begun.Id("conversationId");
        await (await owner.PutAsJsonAsync($"/api/v1/conversations/{talk}/messages/{begun.Id("messageId")}/intent", new { intent = "billing/discount-negotiator" })).JsonAsync(200);
        await maya.SayAsync(talk, $"I want to talk to a human about {canary}, write to {email}.");
        await (await owner.PostAsJsonAsync($"/api/v1/conversations/{talk}/messages", new { text = $"Hello Maya, {canary} is on its way.", author = "human" })).JsonAsync(201);
        await maya.GetJsonAsync($"/api/v1/knowledge/search?q=password+{canary}");
        (await owner.PostAsync($"/api/v1/conversations/{talk}/resolve", null)).EnsureSuccessStatusCode();
        await (await maya.PostAsJsonAsync($"/api/v1/conversations/{talk}/csat", new { score = 4, comment = canary })).JsonAsync(200);
        (await owner.PostAsJsonAsync($"{path}/export", new { })).EnsureSuccessStatusCode();
        return (talk, begun.Id("runId"));
    }

    private async Task<JsonElement> EraseAsync(string path, object body, int status, string? key = null) => await (await owner.PostAsync($"{path}/erase", body, key)).JsonAsync(status);

    private Task UntilAsync(Guid run, string status) => ClockServer.UntilAsync(async () =>
    {
        JsonElement shown = await owner.GetJsonAsync($"/api/v1/jobs/{run}");
        shown.Text("status").ShouldNotBe("failed", shown.GetRawText());
        return shown.Text("status") == status;
    });

    private Task<bool> HoldAsync(Guid customer, bool holds) =>
        server.Services.GetRequiredService<Data>().WriteAsync(new SystemActor(server.TenantId, "test"), db => db.Customers.Single(c => c.Id == customer).LegalHold = holds, default);

    private List<string> FilesWith(string word)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(word);
        var found = new List<string>();
        foreach (string file in Directory.EnumerateFiles(server.DataPath, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            if (copy.GetBuffer().AsSpan(0, (int)copy.Length).IndexOf(bytes) >= 0) found.Add(Path.GetFileName(file));
        }

        return found;
    }
}
