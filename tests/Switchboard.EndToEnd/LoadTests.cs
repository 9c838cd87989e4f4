using System.Text.Json.Nodes;
using Switchboard.Server.Hosting;

namespace Switchboard.EndToEnd;

/// <summary>Many customers at once, over HTTP.</summary>
public sealed class LoadTests : IAsyncLifetime
{
    private static readonly string[] questions =
    [
        "How do I add a teammate?", "Is there an app for iPhone?", "How do I mark a milestone?", "Where can I find the archive?",
        "How do I share a board with a client?", "What happens to the tasks of someone who leaves?", "How do I reset my password?", "How long is an invite valid?",
        "How do I stop a repeating task?", "What is the difference between a project and a board?",
    ];

    private static readonly string[] smallTalk = ["hello", "good morning", "who are you?"];

    private readonly TempFolder temp = new();
    private SwitchboardServer server = null!;

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        server = await SwitchboardServer.StartAsync(new ServerOptions(temp["data"]) { Urls = "http://127.0.0.1:0" }, null, Limit);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        temp.Dispose();
    }

    [Fact]
    public async Task A_hundred_conversations_of_twenty_turns_at_once_lose_nothing_and_keep_their_order()
    {
        const int Conversations = 100, Turns = 20;
        Dictionary<string, string?> expected = await AnswersAsync();

        await Task.WhenAll(Enumerable.Range(0, Conversations).Select(async c =>
        {
            // Any other answer than success is thrown by the visitor, so a 5xx or a lost reply ends the test.
            using var visitor = Visitor.Of(server.Address);
            var sent = new List<Sent> { await visitor.CreateAsync(Text(c, 0), Limit) };
            for (int t = 1; t < Turns; t++) sent.Add(await visitor.SendAsync(sent[0].ConversationId, Text(c, t), Limit));

            sent.Select(s => s.Reply).ShouldBe(Enumerable.Range(0, Turns).Select(t => expected[Text(c, t)]));
            List<JsonNode> messages = await visitor.ListAsync($"api/v1/conversations/{sent[0].ConversationId}/messages", Limit);
            messages.Select(m => (int)m["sequence"]!).ShouldBe(Enumerable.Range(1, 2 * Turns));
            messages.Select(m => (string?)m["author"]).ShouldBe(Enumerable.Range(0, 2 * Turns).Select(i => i % 2 == 0 ? "customer" : "agent"));
            messages.Select(m => (Guid)m["runId"]!).ShouldBe(sent.SelectMany(s => new[] { s.RunId, s.RunId }));
            messages.Select(m => (string?)m["text"]).ShouldBe(sent.SelectMany(s => new[] { s.Question, s.Reply }));
        }));

        await server.DisposeAsync();
        using var ledger = new Ledger(temp["data"]);
        ledger.ShouldBeSound();
        ledger.Number("select count(*) from messages where author = 'customer'").ShouldBe((Conversations * Turns) + expected.Count);
    }

    [Fact]
    public async Task Messages_written_at_once_in_one_conversation_are_answered_one_after_the_other_each_by_its_own_run()
    {
        Dictionary<string, string?> expected = await AnswersAsync();
        using var visitor = Visitor.Of(server.Address);
        Sent first = await visitor.CreateAsync(questions[0], Limit);

        Sent[] sent = await Task.WhenAll(questions.Select(q => visitor.SendAsync(first.ConversationId, q, Limit)));

        sent.ShouldAllBe(s => s.Reply == expected[s.Question]);
        List<JsonNode> messages = await visitor.ListAsync($"api/v1/conversations/{first.ConversationId}/messages", Limit);
        messages.Select(m => (int)m["sequence"]!).ShouldBe(Enumerable.Range(1, 2 * (questions.Length + 1)));
        Guid[] asked = [.. messages.Where(m => (string?)m["author"] == "customer").Select(m => (Guid)m["runId"]!)];
        messages.Where(m => (string?)m["author"] == "agent").Select(m => (Guid)m["runId"]!).ShouldBe(asked, "replies come in the order of the questions");
        foreach (Sent s in sent) messages.Single(m => (Guid)m["runId"]! == s.RunId && (string?)m["author"] == "customer")["text"]!.GetValue<string>().ShouldBe(s.Question);
    }

    [Fact]
    public async Task Two_hundred_open_streams_get_their_own_events_and_no_others()
    {
        const int Streams = 200, Turns = 3;
        Dictionary<string, string?> expected = await AnswersAsync();

        await Task.WhenAll(Enumerable.Range(0, Streams).Select(async c =>
        {
            using var visitor = Visitor.Of(server.Address);
            var sent = new List<Sent> { await visitor.CreateAsync(Text(c, 0), Limit) };
            Guid conversation = sent[0].ConversationId;
            var followed = FollowAsync(visitor, conversation, Turns);
            for (int t = 1; t < Turns; t++) sent.Add(await visitor.SendAsync(conversation, Text(c, t), Limit));

            List<StreamEvent> events = await followed;
            events.Select(e => e.Seq).ShouldBe(Enumerable.Range(1, events.Count).Select(i => (long)i));
            events.Where(e => e.Kind == "run.started").Select(e => ((Guid)e.Data["conversationId"]!, (Guid)e.Data["runId"]!)).ShouldBe(sent.Select(s => (conversation, s.RunId)));
            events.Where(e => e.Kind == "run.finished").Select(e => (Guid)e.Data["runId"]!).ShouldBe(sent.Select(s => s.RunId));
            events.Where(e => e.Kind == "message.completed").Select(e => (string?)e.Data["text"]).ShouldBe(sent.Select(s => expected[s.Question]));
        }));
    }

    private static async Task<List<StreamEvent>> FollowAsync(Visitor visitor, Guid conversation, int turns)
    {
        var events = new List<StreamEvent>();
        await foreach (StreamEvent e in visitor.EventsAsync(conversation, 0, Limit))
        {
            events.Add(e);
            if (events.Count(x => x.Kind == "run.finished") == turns) break;
        }
        return events;
    }

    /// <summary>Neighbouring conversations ask different things at the same time, so that a mix-up shows.</summary>
    private static string Text(int conversation, int turn) =>
        turn % 5 == 4 ? smallTalk[(conversation + turn) % smallTalk.Length] : questions[(conversation + (turn * 3)) % questions.Length];

    /// <summary>What each text is answered with when nothing else goes on.</summary>
    private async Task<Dictionary<string, string?>> AnswersAsync()
    {
        using var visitor = Visitor.Of(server.Address);
        var answers = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (string text in (string[])[.. questions, .. smallTalk])
        {
            Sent sent = await visitor.CreateAsync(text, Limit);
            sent.Status.ShouldBe("answered", text);
            answers[text] = sent.Reply;
        }
        answers.Values.Distinct().Count().ShouldBeGreaterThan(questions.Length, "answers must differ, or a mix-up would not show");
        return answers;
    }
}
