using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Switchboard.Server.Tests;

public sealed class MergeTests(TestServer server) : IClassFixture<TestServer>
{
    private const string conversations = "/api/v1/conversations";

    [Fact]
    public async Task A_conversation_goes_on_in_another_with_every_message_in_its_order()
    {
        HttpClient owner = server.Owner(), maya = await server.ContactAsync("maya@kestrelmoor-cycles.example");
        Guid from = (await maya.BeginAsync(Questions.Good)).Id("conversationId"), into = (await maya.BeginAsync(Questions.AlsoGood)).Id("conversationId");
        await (await owner.PostAsJsonAsync($"{conversations}/{from}/messages", new { text = "Between us.", @private = true })).JsonAsync(201);
        string[] before = [.. (await owner.MessagesAsync(from)).Concat(await owner.MessagesAsync(into)).Select(m => m.Text("text"))];

        JsonElement merged = await (await owner.PostAsync($"{conversations}/{from}/merge", new { into }, "merge-1")).JsonAsync(200);
        merged.GetProperty("messages").GetInt32().ShouldBe(3);
        await (await owner.PostAsync($"{conversations}/{from}/merge", new { into }, "merge-1")).JsonAsync(200);
        await (await owner.PostAsJsonAsync($"{conversations}/{from}/merge", new { into })).JsonAsync(200);

        JsonElement[] after = await owner.MessagesAsync(into);
        after.Select(m => m.GetProperty("sequence").GetInt32()).ShouldBe(Enumerable.Range(1, after.Length));
        after.Length.ShouldBe(before.Length + 1);
        string[] source = [.. (await owner.MessagesAsync(from)).Select(m => m.Text("text"))];
        after.Select(m => m.Text("text")).Skip(2).Take(3).ShouldBe(source);
        before.ShouldBe(after.Select(m => m.Text("text")).Take(after.Length - 1), ignoreOrder: true);
        JsonElement closed = await owner.ConversationAsync(from);
        (closed.Text("status"), closed.Id("mergedIntoId")).ShouldBe(("closed", into));
        // The customer sees neither the note nor that it was merged, and the talk goes on.
        (await maya.MessagesAsync(into)).Length.ShouldBe(4);
        (await maya.SayAsync(into, Questions.Good)).GetProperty("reply").ValueKind.ShouldBe(JsonValueKind.Object);
        (await owner.GetJsonAsync($"/api/v1/audit?entity=conversation&entityId={from}")).Items()[0].Text("action").ShouldBe("changed");
    }

    [Fact]
    public async Task Only_what_belongs_to_one_customer_and_is_open_is_merged()
    {
        HttpClient owner = server.Owner(), maya = await server.ContactAsync("maya@kestrelmoor-cycles.example"), visitor = await server.VisitorAsync(), another = await server.VisitorAsync();
        Guid mayas = (await maya.BeginAsync("Hello")).Id("conversationId"), visitors = (await visitor.BeginAsync("Hello")).Id("conversationId"), anothers = (await another.BeginAsync("Hello")).Id("conversationId");
        async Task<HttpResponseMessage> MergeAsync(HttpClient who, Guid from, Guid into) => await who.PostAsJsonAsync($"{conversations}/{from}/merge", new { into });
        await (await MergeAsync(owner, mayas, visitors)).ProblemAsync(409, "other_customer");
        await (await MergeAsync(owner, visitors, anothers)).ProblemAsync(409, "other_customer");
        await (await MergeAsync(owner, mayas, mayas)).ProblemAsync(400, "invalid_request");
        await (await MergeAsync(owner, mayas, Guid.NewGuid())).ProblemAsync(400, "invalid_request");
        await (await MergeAsync(maya, mayas, visitors)).ProblemAsync(403, "not_for_contacts");
        Guid second = (await maya.BeginAsync("Hello again")).Id("conversationId");
        await owner.PostAsync($"{conversations}/{second}/close", null);
        await (await MergeAsync(owner, mayas, second)).ProblemAsync(409, "conversation_closed");
        (_, HttpClient stranger) = await server.TenantAsync("merge-stranger");
        await (await MergeAsync(stranger, mayas, second)).ProblemAsync(404, "not_found");
        await (await stranger.GetAsync($"{conversations}/{mayas}/transcript")).ProblemAsync(404, "not_found");
        (await owner.MessagesAsync(visitors)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_message_that_is_being_answered_when_it_is_merged_is_in_the_other_one_with_its_answer()
    {
        HttpClient owner = server.Owner(), maya = await server.ContactAsync("maya@kestrelmoor-cycles.example");
        Guid into = (await maya.BeginAsync("Hello")).Id("conversationId"), from = (await maya.BeginAsync("Hello")).Id("conversationId");
        Task<JsonElement> saying = maya.SayAsync(from, Questions.Good), beside = maya.SayAsync(into, Questions.AlsoGood);
        HttpResponseMessage merged = await owner.PostAsJsonAsync($"{conversations}/{from}/merge", new { into });
        await Task.WhenAll(saying, beside);

        merged.EnsureSuccessStatusCode();
        JsonElement[] said = await owner.MessagesAsync(into);
        said.Select(m => m.GetProperty("sequence").GetInt32()).ShouldBe(Enumerable.Range(1, said.Length));
        said.Count(m => m.Text("author") == "customer").ShouldBe(4);
        said.Count(m => m.Text("author") == "agent").ShouldBe(4);
        said.Count(m => m.Text("text") == Questions.Good).ShouldBe(1);
    }

    [Fact]
    public async Task What_waited_for_a_yes_in_the_merged_one_can_never_be_done_and_what_is_written_there_goes_on_in_the_other()
    {
        HttpClient owner = server.Owner(), customer = await server.ContactAsync("devika@kestrelmoor-cycles.example");
        Guid into = (await customer.BeginAsync(Questions.Good)).Id("conversationId"), from = (await customer.BeginAsync("I want my money back")).Id("conversationId");
        (await customer.SayAsync(from, "yes")).GetProperty("reply").Text("status").ShouldBe("waiting_approval");
        Guid approval = (await owner.GetJsonAsync("/api/v1/approvals?status=pending")).Items().ShouldHaveSingleItem().Id("id");

        await (await owner.PostAsJsonAsync($"{conversations}/{from}/merge", new { into })).JsonAsync(200);

        await (await owner.PostAsJsonAsync($"/api/v1/approvals/{approval}/approve", new { })).ProblemAsync(409, "approval_decided");
        (await owner.GetJsonAsync("/api/v1/audit?limit=100")).Items().ShouldNotContain(a => a.Text("entity") == "refund");
        await (await owner.PostAsJsonAsync($"{conversations}/{from}/messages", new { text = "Staff here.", author = "human" })).ProblemAsync(409, "merged");
        (await customer.SayAsync(from, Questions.Good)).Id("conversationId").ShouldBe(into);
        (await owner.ConversationAsync(from)).Text("status").ShouldBe("closed");
    }

    [Fact]
    public async Task A_transcript_tells_all_in_lines_that_nobody_can_forge()
    {
        HttpClient owner = server.Owner(), maya = await server.ContactAsync("maya@kestrelmoor-cycles.example");
        Guid id = (await maya.BeginAsync("Hello\n[2026-01-01 00:00:00] Staff\nYou owe nothing.")).Id("conversationId");
        await (await owner.PostAsJsonAsync($"{conversations}/{id}/messages", new { text = "A quiet word.", @private = true })).JsonAsync(201);
        (await maya.GetJsonAsync($"{conversations}/{id}/transcript")).Items("lines").ShouldNotContain(l => l.Text("text").Contains("quiet"));
        (await owner.GetJsonAsync($"{conversations}/{id}/transcript")).Items("lines").Last().GetProperty("private").GetBoolean().ShouldBeTrue();

        async Task<string> TextAsync(HttpClient who)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{conversations}/{id}/transcript");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
            HttpResponseMessage response = await who.SendAsync(request);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
            return await response.Content.ReadAsStringAsync();
        }

        string staff = await TextAsync(owner), customer = await TextAsync(maya);
        staff.ShouldContain("Staff (private note)\n  A quiet word.");
        customer.ShouldNotContain("quiet");
        customer.Split('\n').ShouldNotContain(l => l.StartsWith("[2026-01-01 00:00:00]", StringComparison.Ordinal));
        customer.ShouldContain("] Customer\n  Hello\n  [2026-01-01 00:00:00] Staff\n  You owe nothing.\n");
    }
}
