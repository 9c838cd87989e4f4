using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Runs;

namespace Switchboard.Server.Tests;

public sealed class IdempotencyTests(IdempotencyTests.Held server) : IClassFixture<IdempotencyTests.Held>
{
    private const string conversations = "/api/v1/conversations";

    /// <summary>A server whose turns can be held at a place, so that a test can look at one that is running.</summary>
    public sealed class Held : TestServer
    {
        public Gate Gate { get; } = new();

        protected override void Configure(IServiceCollection services) => services.AddSingleton<IFaultPoints>(Gate);
    }

    public sealed class Gate : IFaultPoints
    {
        private readonly ManualResetEventSlim open = new(initialState: true);

        public void Close() => open.Reset();

        public void Open() => open.Set();

        public void Reached(string site)
        {
            if (site == "turn:loaded") open.Wait();
        }
    }

    [Fact]
    public async Task The_same_call_with_the_same_key_gives_the_first_answer_and_writes_nothing()
    {
        HttpClient visitor = await server.VisitorAsync();
        HttpResponseMessage first = await visitor.PostAsync(conversations, new { message = Questions.Good }, "k-1");
        HttpResponseMessage second = await visitor.PostAsync(conversations, new { message = Questions.Good }, "k-1");

        JsonElement sent = await first.JsonAsync(201);
        (await second.JsonAsync(201)).GetRawText().ShouldBe(sent.GetRawText());
        second.Headers.Location.ShouldBe(first.Headers.Location);
        Guid id = sent.Id("conversationId");
        (await visitor.MessagesAsync(id)).Length.ShouldBe(2);

        JsonElement told = await (await visitor.PostAsync($"{conversations}/{id}/messages", new { text = "Thanks" }, "k-2")).JsonAsync(201);
        (await (await visitor.PostAsync($"{conversations}/{id}/messages", new { text = "Thanks" }, "k-2")).JsonAsync(201)).GetRawText().ShouldBe(told.GetRawText());
        (await visitor.MessagesAsync(id)).Length.ShouldBe(4);
    }

    [Fact]
    public async Task Calls_with_one_key_at_the_same_time_write_one_message()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("Hello")).Id("conversationId");

        HttpResponseMessage[] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => visitor.PostAsync($"{conversations}/{id}/messages", new { text = Questions.Good }, "at-once")));

        all.ShouldAllBe(r => (int)r.StatusCode == 201 || (int)r.StatusCode == 409);
        all.ShouldContain(r => (int)r.StatusCode == 201);
        (await visitor.MessagesAsync(id)).Length.ShouldBe(4);
    }

    [Fact]
    public async Task Another_body_under_a_used_key_is_refused()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await (await visitor.PostAsync(conversations, new { message = "Hello" }, "k")).JsonAsync(201)).Id("conversationId");

        await (await visitor.PostAsync(conversations, new { message = "Hello there" }, "k")).ProblemAsync(422, "idempotency_mismatch");
        await (await visitor.PostAsync(conversations, new { message = "Hello", subject = "x" }, "k")).ProblemAsync(422, "idempotency_mismatch");
        await (await visitor.PostAsync($"{conversations}/{id}/messages", new { text = "Hello" }, "k")).ProblemAsync(422, "idempotency_mismatch");
        (await visitor.MessagesAsync(id)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Two_visitors_may_use_the_same_key()
    {
        HttpClient a = await server.VisitorAsync();
        HttpClient b = await server.VisitorAsync();
        Guid first = (await (await a.PostAsync(conversations, new { message = "Hello" }, "same")).JsonAsync(201)).Id("conversationId");
        Guid second = (await (await b.PostAsync(conversations, new { message = "Good morning" }, "same")).JsonAsync(201)).Id("conversationId");
        second.ShouldNotBe(first);
    }

    [Fact]
    public async Task A_key_has_at_most_255_characters()
    {
        HttpClient visitor = await server.VisitorAsync();
        JsonElement problem = await (await visitor.PostAsync(conversations, new { message = "Hello" }, new string('k', 256))).ProblemAsync(400, "invalid_request");
        problem.GetProperty("errors").GetProperty("Idempotency-Key")[0].GetString()!.ShouldContain("255");
        await (await visitor.PostAsync(conversations, new { message = "Hello" }, new string('k', 255))).JsonAsync(201);
    }

    [Fact]
    public async Task A_repeated_call_attaches_to_the_running_stream_or_is_told_to_wait()
    {
        HttpClient visitor = await server.VisitorAsync();
        server.Gate.Close();
        List<Told> told = [];
        Task<List<Told>> second;
        using var request = new HttpRequestMessage(HttpMethod.Post, conversations) { Content = JsonContent.Create(new { message = Questions.Good }) };
        request.Headers.Add("Idempotency-Key", "running");
        using HttpResponseMessage first = await visitor.OpenStreamAsync(request);
        try
        {
            HttpResponseMessage waiting = await visitor.PostAsync(conversations, new { message = Questions.Good }, "running");
            JsonElement problem = await waiting.ProblemAsync(409, "in_progress");
            waiting.Headers.Location!.OriginalString.ShouldStartWith("/api/v1/runs/");
            problem.Text("detail").ShouldContain("Location");
            second = visitor.StreamAsync(conversations, new { message = Questions.Good }, "running");
        }
        finally
        {
            server.Gate.Open();
        }

        await using Stream body = await first.Content.ReadAsStreamAsync();
        await foreach (Told one in Calls.EventsAsync(body)) told.Add(one);
        told[^1].Kind.ShouldBe("run.finished");
        (await second).ShouldBe(told);
        (await visitor.StreamAsync(conversations, new { message = Questions.Good }, "running")).ShouldBe(told, "a stream of a run that has ended is told again");
        (await visitor.StreamAsync(conversations, new { message = Questions.Good }, "running", lastEventId: told[3].Id)).ShouldBe(told.Skip(4));
        (await visitor.MessagesAsync(told[0].Json.Id("conversationId"))).Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_person_who_repeats_a_call_writes_one_message()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("Hello")).Id("conversationId");
        HttpClient owner = server.Owner();
        JsonElement first = await (await owner.PostAsync($"{conversations}/{id}/messages", new { text = "I am here.", author = "human" }, "person")).JsonAsync(201);
        JsonElement second = await (await owner.PostAsync($"{conversations}/{id}/messages", new { text = "I am here.", author = "human" }, "person")).JsonAsync(201);

        second.GetRawText().ShouldBe(first.GetRawText());
        (await owner.MessagesAsync(id)).Length.ShouldBe(3);
        await (await owner.PostAsync($"{conversations}/{id}/messages", new { text = "Another.", author = "human" }, "person")).ProblemAsync(422, "idempotency_mismatch");
        await (await owner.PostAsync($"{conversations}/{id}/messages", new { text = "I am here.", author = "human", @private = true }, "person")).ProblemAsync(422, "idempotency_mismatch");
    }
}
