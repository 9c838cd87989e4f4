using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Agents;

namespace Switchboard.Server.Tests;

public sealed class ErrorTests(TestServer server) : IClassFixture<TestServer>
{
    private const string conversations = "/api/v1/conversations";

    [Theory]
    [InlineData("""{"message":"Hello","mesage":"x"}""", "mesage")]
    [InlineData("""{"Message":"Hello"}""", "Message")]
    [InlineData("""{"message":7}""", "message")]
    [InlineData("""{"message":{"a":1}}""", "message")]
    [InlineData("""{"message":"Hello","channel":"pigeon"}""", "channel")]
    [InlineData("""{"message":"Hello","channel":0}""", "channel")]
    [InlineData("""{"message":"Hello","contact":{"email":null}}""", "contact.email")]
    [InlineData("""{"message":"Hello","contact":{"email":"a@b.example","phone":"1"}}""", "contact.phone")]
    [InlineData("""{"message":""}""", "message")]
    [InlineData("""{"message":" \n\t"}""", "message")]
    [InlineData("""{"message":null}""", "message")]
    [InlineData("{}", "message")]
    [InlineData("""{"message":"Hello" """, "body")]
    [InlineData("[]", "body")]
    [InlineData("null", "body")]
    [InlineData("", "body")]
    [InlineData("7", "body")]
    public async Task A_body_that_is_wrong_is_told_which_field_is(string body, string field)
    {
        HttpClient owner = server.Owner();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        JsonElement problem = await (await owner.PostAsync(conversations, content)).ProblemAsync(400, "invalid_request");
        problem.GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe([field]);
        problem.GetProperty("errors").GetProperty(field)[0].GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_message_has_at_most_10_000_characters()
    {
        HttpClient visitor = await server.VisitorAsync();
        JsonElement problem = await (await visitor.PostAsJsonAsync(conversations, new { message = new string('a', 10_001) })).ProblemAsync(400, "invalid_request");
        problem.GetProperty("errors").GetProperty("message")[0].GetString()!.ShouldContain("10001");
        Guid id = (await visitor.BeginAsync(new string('a', 10_000))).Id("conversationId");
        await (await visitor.PostAsJsonAsync($"{conversations}/{id}/messages", new { text = new string('a', 10_001) })).ProblemAsync(400, "invalid_request");
        (await visitor.ConversationAsync(id)).Text("subject").Length.ShouldBe(200);
    }

    [Fact]
    public async Task A_body_of_more_than_a_megabyte_is_refused()
    {
        HttpClient visitor = await server.VisitorAsync();
        await (await visitor.PostAsJsonAsync(conversations, new { message = new string('a', 1_100_000) })).ProblemAsync(413, "too_large");
    }

    [Fact]
    public async Task A_place_where_nothing_is_is_not_found()
    {
        HttpClient owner = server.Owner();
        await (await owner.GetAsync("/api/v1/nothing")).ProblemAsync(404, "not_found");
        await (await owner.GetAsync("/api/v1/conversations/not-an-id")).ProblemAsync(404, "not_found");
        await (await owner.GetAsync($"/api/v1/conversations/{Guid.NewGuid()}")).ProblemAsync(404, "not_found");
        await (await server.Anonymous().GetAsync("/nothing.css")).ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task A_wrong_method_is_named() =>
        (await (await server.Owner().PutAsJsonAsync(conversations, new { })).ProblemAsync(405, "method_not_allowed")).Text("detail").ShouldContain("PUT");

    [Fact]
    public async Task A_body_that_is_not_JSON_is_refused_by_its_type()
    {
        using var content = new StringContent("message=Hello", Encoding.UTF8, "application/x-www-form-urlencoded");
        JsonElement problem = await (await server.Owner().PostAsync(conversations, content)).ProblemAsync(415, "unsupported_media_type");
        problem.Text("detail").ShouldContain("application/json");
    }

    [Theory]
    [InlineData("/api/v1/knowledge/search", "q")]
    [InlineData("/api/v1/knowledge/search?q=", "q")]
    [InlineData("/api/v1/knowledge/search?q=x&k=0", "k")]
    [InlineData("/api/v1/knowledge/search?q=x&k=abc", "k")]
    [InlineData("/api/v1/knowledge/search?q=x&k=99999999999", "k")]
    [InlineData("/api/v1/conversations/{id}/messages?limit=many", "limit")]
    [InlineData("/api/v1/conversations/{id}/events?after=-1", "after")]
    [InlineData("/api/v1/conversations/{id}/events?after=x", "after")]
    public async Task A_parameter_that_is_wrong_is_named(string path, string parameter)
    {
        HttpClient owner = server.Owner();
        if (path.Contains("{id}")) path = path.Replace("{id}", (await owner.BeginAsync("Hello")).Text("conversationId"));
        JsonElement problem = await (await owner.GetAsync(path)).ProblemAsync(400, "invalid_request");
        problem.GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe([parameter]);
    }

    [Fact]
    public async Task Text_that_is_no_text_is_refused()
    {
        using var content = new StringContent("{\"message\":\"\\ud800\"}", Encoding.UTF8, "application/json");
        await (await server.Owner().PostAsync(conversations, content)).ProblemAsync(400, "invalid_request");
        using var bytes = new ByteArrayContent([.. "{\"message\":\""u8, 0xff, 0xfe, .. "\"}"u8]);
        bytes.Headers.ContentType = new("application/json");
        await (await server.Owner().PostAsync(conversations, bytes)).ProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task Every_answer_carries_its_number_and_keeps_browsers_on_the_safe_side()
    {
        foreach (string path in new[] { "/", "/health/live", "/api/v1/nothing", "/openapi/v1.json" })
        {
            HttpResponseMessage response = await server.Anonymous().GetAsync(path);
            response.Headers.GetValues("X-Request-Id").Single().ShouldNotBeEmpty(path);
            response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"], path);
            response.Headers.GetValues("Content-Security-Policy").Single().ShouldNotContain("unsafe");
            response.Headers.Contains("Server").ShouldBeFalse(path);
        }
    }

    [Fact]
    public async Task A_trace_that_the_caller_began_is_continued()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/nothing");
        request.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
        using var handler = new SocketsHttpHandler { ActivityHeadersPropagator = null };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(server.Server.Address) };
        (await (await client.SendAsync(request)).ProblemAsync(404, "not_found")).Text("traceId").ShouldBe(Trace);
    }

    [Fact]
    public async Task The_server_says_how_it_is_and_describes_itself()
    {
        (await server.Anonymous().GetJsonAsync("/health/live")).Text("status").ShouldBe("ok");
        (await server.Anonymous().GetJsonAsync("/health/ready")).Text("database").ShouldBe("ok");
        JsonElement info = await server.Anonymous().GetJsonAsync("/api/v1/info");
        (info.Text("mode"), info.GetProperty("agents").GetInt32()).ShouldBe(("embedded", server.Services.GetRequiredService<Catalogue>().Cards.Count));
        JsonElement document = await server.Anonymous().GetJsonAsync("/openapi/v1.json");
        document.Text("openapi").ShouldStartWith("3.1");
        document.GetProperty("paths").EnumerateObject().Select(p => p.Name).ShouldContain("/api/v1/conversations");
    }
}
