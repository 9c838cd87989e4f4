using System.Net.Http.Json;
using System.Text.Json;

namespace Switchboard.Server.Tests;

/// <summary>Refunds through real HTTP: offered, agreed to, approved, performed once.</summary>
public sealed class ApprovalTests : IAsyncLifetime
{
    private const string large = "devika@kestrelmoor-cycles.example";
    private readonly TestServer server = new();

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task An_approved_refund_is_issued_once_and_the_customer_is_told()
    {
        HttpClient customer = await server.ContactAsync(large);
        Guid id = await WaitingAsync(customer);
        JsonElement approval = (await server.Owner().GetJsonAsync("/api/v1/approvals?status=pending")).Items().ShouldHaveSingleItem();
        (approval.Text("action"), approval.Text("neededScope"), approval.Text("agentId")).ShouldBe(("refund.issue", "approve:refunds:high", "billing/refund-processor"));
        approval.Items("preview").Select(c => (c.Text("change"), c.Text("entity"))).ShouldBe([("created", "refund"), ("changed", "payment")], ignoreOrder: true);
        string path = $"/api/v1/approvals/{approval.Id("id")}";

        HttpClient clerk = server.WithKey(await server.KeyAsync("read:agents", "approve:refunds"));
        (await (await clerk.PostAsJsonAsync($"{path}/approve", new { })).ProblemAsync(403, "scope_missing")).Text("detail").ShouldContain("approve:refunds:high");
        (await (await server.Owner().PostAsJsonAsync($"{path}/approve", new { note = "as agreed" })).JsonAsync(200)).Text("status").ShouldBe("approved");

        JsonElement told = await WaitForReplyAsync(customer, id, "acted");
        told.Text("text").ShouldContain("540.00 USD");
        (await (await server.Owner().PostAsJsonAsync($"{path}/approve", new { })).JsonAsync(200)).Text("note").ShouldBe("as agreed");
        await (await server.Owner().PostAsJsonAsync($"{path}/reject", new { })).ProblemAsync(409, "approval_decided");
        (await customer.MessagesAsync(id)).Count(m => m.IsNull("status") is false && m.Text("status") == "acted").ShouldBe(1);
        (await customer.MessagesAsync(id)).ShouldNotContain(m => m.Text("author") == "system", "the note of the decision is for the staff");
        (await customer.SayAsync(id, "I want my money back")).GetProperty("reply").Text("text").ShouldContain("already given back");
        JsonElement[] audit = (await server.Owner().GetJsonAsync("/api/v1/audit?limit=100")).Items();
        audit.Count(a => a.Text("action") == "refund.issue").ShouldBe(1);
    }

    [Fact]
    public async Task A_rejected_refund_is_given_to_people_and_nothing_is_paid()
    {
        HttpClient customer = await server.ContactAsync(large);
        Guid id = await WaitingAsync(customer);
        await (await server.Owner().PostAsJsonAsync($"/api/v1/approvals/{await PendingAsync()}/reject", new { note = "not within terms" })).JsonAsync(200);

        await WaitForReplyAsync(customer, id, "handed_off");

        JsonElement seen = await server.Owner().ConversationAsync(id);
        (seen.Text("owner"), seen.GetProperty("handoff").Text("reason")).ShouldBe(("human", "approval_refused"));
        (await server.Owner().GetJsonAsync("/api/v1/audit?limit=100")).Items().ShouldNotContain(a => a.Text("entity") == "refund");
    }

    [Fact]
    public async Task An_approval_outlives_the_process_and_is_decided_after_a_restart()
    {
        HttpClient customer = await server.ContactAsync(large);
        Guid id = await WaitingAsync(customer);
        string token = customer.DefaultRequestHeaders.Authorization!.Parameter!;
        await server.RestartAsync();

        await (await server.Owner().PostAsJsonAsync($"/api/v1/approvals/{await PendingAsync()}/approve", new { })).JsonAsync(200);

        (await WaitForReplyAsync(server.WithToken(token), id, "acted")).Text("text").ShouldContain("540.00 USD");
    }

    [Fact]
    public async Task Two_dialogues_wait_side_by_side_and_each_gets_what_it_waits_for()
    {
        HttpClient customer = await server.ContactAsync(large);
        Guid id = await WaitingAsync(customer);
        (await customer.SayAsync(id, "Refund please")).GetProperty("reply").Text("status").ShouldBe("confirm", "a second wish opens a second dialogue");
        Guid first = await PendingAsync();

        await (await server.Owner().PostAsJsonAsync($"/api/v1/approvals/{first}/approve", new { })).JsonAsync(200);
        await WaitForReplyAsync(customer, id, "acted");

        // The second offer was made before the first was performed: it would give back what is gone.
        JsonElement stale = (await customer.SayAsync(id, "yes")).GetProperty("reply");
        stale.Text("status").ShouldBe("declined");
        (await customer.MessagesAsync(id)).Count(m => !m.IsNull("status") && m.Text("status") == "acted").ShouldBe(1);
    }

    [Fact]
    public async Task What_was_approved_while_a_person_owns_the_conversation_is_done_and_told_to_the_staff_alone()
    {
        HttpClient customer = await server.ContactAsync(large);
        Guid id = await WaitingAsync(customer);
        (await customer.SayAsync(id, "talk to a human")).GetProperty("reply").Text("status").ShouldBe("handed_off");
        int before = (await customer.MessagesAsync(id)).Length;

        await (await server.Owner().PostAsJsonAsync($"/api/v1/approvals/{await PendingAsync()}/approve", new { })).JsonAsync(200);

        JsonElement note = await WaitForReplyAsync(server.Owner(), id, "acted");
        note.GetProperty("private").GetBoolean().ShouldBeTrue();
        (await customer.MessagesAsync(id)).Length.ShouldBe(before);
    }

    [Fact]
    public async Task A_policy_that_changes_between_offer_and_yes_lets_nothing_happen_and_the_new_offer_says_so()
    {
        HttpClient customer = await server.ContactAsync("joao@pampa-clara.example");
        JsonElement offered = await customer.BeginAsync("I want my money back");
        offered.GetProperty("reply").Text("status").ShouldBe("confirm");
        using var change = new HttpRequestMessage(HttpMethod.Put, "/api/v1/policies") { Content = JsonContent.Create(new { refunds = new { automaticUpTo = 10 } }) };
        change.Headers.TryAddWithoutValidation("If-Match", "*");
        (await server.Owner().SendAsync(change)).EnsureSuccessStatusCode();

        JsonElement reply = (await customer.SayAsync(offered.Id("conversationId"), "yes")).GetProperty("reply");

        (reply.Text("status"), reply.Text("text").Contains("nothing was done yet")).ShouldBe(("confirm", true));
        (await server.Owner().GetJsonAsync("/api/v1/approvals")).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_an_approval_cannot_be_is_said_with_the_way_to_mend_it()
    {
        await (await server.Owner().GetAsync("/api/v1/approvals?status=maybe")).ProblemAsync(400, "invalid_request");
        await (await server.Owner().GetAsync($"/api/v1/approvals/{Guid.NewGuid()}")).ProblemAsync(404, "not_found");
        await (await server.Owner().PostAsJsonAsync($"/api/v1/approvals/{Guid.NewGuid()}/approve", new { })).ProblemAsync(404, "not_found");
        await (await server.Owner().PostAsJsonAsync($"/api/v1/approvals/{Guid.NewGuid()}/approve", new { note = new string('x', 1001) })).ProblemAsync(400, "invalid_request");
        HttpClient customer = await server.ContactAsync(large);
        (await customer.GetAsync("/api/v1/approvals")).StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
    }

    /// <summary>Wishes a refund that somebody must approve and agrees to it.</summary>
    private static async Task<Guid> WaitingAsync(HttpClient customer)
    {
        JsonElement offered = await customer.BeginAsync("I want my money back");
        (offered.GetProperty("reply").Text("status"), offered.GetProperty("reply").Text("text").Contains("540.00 USD")).ShouldBe(("confirm", true));
        Guid id = offered.Id("conversationId");
        (await customer.SayAsync(id, "yes")).GetProperty("reply").Text("status").ShouldBe("waiting_approval");
        return id;
    }

    private async Task<Guid> PendingAsync() => (await server.Owner().GetJsonAsync("/api/v1/approvals?status=pending")).Items().ShouldHaveSingleItem().Id("id");

    private static async Task<JsonElement> WaitForReplyAsync(HttpClient reader, Guid conversation, string status)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            JsonElement found = (await reader.MessagesAsync(conversation)).FirstOrDefault(m => !m.IsNull("status") && m.Text("status") == status);
            if (found.ValueKind == JsonValueKind.Object) return found;
            await Task.Delay(20, limit.Token);
        }
    }
}
