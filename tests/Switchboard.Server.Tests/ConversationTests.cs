using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Agents;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Server.Tests;

public sealed class ConversationTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_first_message_makes_a_conversation_and_is_answered_with_quotes_that_stand_in_the_articles()
    {
        HttpClient visitor = await server.VisitorAsync();
        HttpResponseMessage response = await visitor.PostAsJsonAsync("/api/v1/conversations", new { message = Questions.Good });

        JsonElement sent = await response.JsonAsync(201);
        response.Headers.Location!.OriginalString.ShouldBe($"/api/v1/conversations/{sent.Id("conversationId")}");
        response.Headers.GetValues("X-Request-Id").Single().ShouldNotBeEmpty();
        JsonElement reply = sent.GetProperty("reply");
        reply.Text("agentId").ShouldBe("desk/knowledge-answerer");
        reply.Text("agentName").ShouldBe("Knowledge Answerer");
        reply.Text("status").ShouldBe("answered");
        reply.GetProperty("confidence").GetDouble().ShouldBeGreaterThan(0.55);
        JsonElement[] citations = reply.Items("citations");
        citations.ShouldNotBeEmpty();
        foreach (JsonElement citation in citations)
        {
            JsonElement article = await visitor.GetJsonAsync($"/api/v1/articles/{citation.Id("articleId")}");
            article.Text("body")[citation.GetProperty("start").GetInt32()..citation.GetProperty("end").GetInt32()].ShouldBe(citation.Text("quote"));
            (article.Text("title"), article.GetProperty("version").GetInt32()).ShouldBe((citation.Text("title"), citation.GetProperty("version").GetInt32()));
            (await visitor.GetAsync(citation.Text("url"))).EnsureSuccessStatusCode();
        }
        citations.Select(c => c.GetProperty("n").GetInt32()).Min().ShouldBe(1);
    }

    [Fact]
    public async Task A_conversation_is_read_back_with_its_messages_without_gaps()
    {
        HttpClient visitor = await server.VisitorAsync();
        JsonElement first = await visitor.BeginAsync(Questions.Good);
        Guid id = first.Id("conversationId");
        JsonElement second = await visitor.SayAsync(id, Questions.AlsoGood);

        second.Id("conversationId").ShouldBe(id);
        JsonElement conversation = await visitor.ConversationAsync(id);
        (conversation.Text("status"), conversation.Text("owner"), conversation.Text("channel"), conversation.Text("subject")).ShouldBe(("open", "bot", "web", Questions.Good));
        conversation.IsNull("handoff").ShouldBeTrue();
        JsonElement[] messages = await visitor.MessagesAsync(id);
        messages.Select(m => m.GetProperty("sequence").GetInt32()).ShouldBe([1, 2, 3, 4]);
        messages.Select(m => m.Text("author")).ShouldBe(["customer", "agent", "customer", "agent"]);
        messages[0].Text("text").ShouldBe(Questions.Good);
        messages[0].Id("id").ShouldBe(first.Id("messageId"));
        messages[1].Id("id").ShouldBe(first.GetProperty("reply").Id("messageId"));
        messages[3].Text("text").ShouldBe(second.GetProperty("reply").Text("text"));
        messages[3].GetProperty("citations").GetRawText().ShouldBe(second.GetProperty("reply").GetProperty("citations").GetRawText());
        messages.ShouldAllBe(m => m.Text("createdAt").EndsWith("+00:00") || m.Text("createdAt").EndsWith("Z"));
    }

    [Fact]
    public async Task A_conversation_keeps_the_customers_language_and_the_mood_of_the_messages()
    {
        HttpClient visitor = await server.VisitorAsync();
        string[] texts = [Questions.Good, "This is terrible, I am very angry and disappointed!", "Thank you, that is wonderful, I am so happy with the great help."];
        Guid id = (await visitor.BeginAsync(texts[0])).Id("conversationId");
        foreach (string text in texts[1..]) await visitor.SayAsync(id, text);

        double[] moods = [.. (await server.Owner().DecisionsAsync(id)).Select(d => d.GetProperty("decision").GetProperty("understood").GetProperty("sentiment").GetDouble())];
        moods.Length.ShouldBe(3);
        (moods[1] < -0.2, moods[2] > 0.2).ShouldBe((true, true));
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        Conversation stored = await db.Conversations.SingleAsync(c => c.Id == id);
        stored.Language.ShouldBe("en");
        stored.SentimentLast!.Value.ShouldBe(moods[2], 1e-9);
        stored.SentimentMean!.Value.ShouldBe(moods.Average(), 1e-9);
    }

    [Fact]
    public async Task Messages_come_in_pages_that_join_without_gap_or_overlap()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("Hello")).Id("conversationId");
        await visitor.SayAsync(id, "Hi there");
        await visitor.SayAsync(id, "Good morning");

        var seen = new List<int>();
        string? cursor = "";
        while (cursor is not null)
        {
            JsonElement page = await visitor.GetJsonAsync($"/api/v1/conversations/{id}/messages?limit=2{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            seen.AddRange(page.Items().Select(m => m.GetProperty("sequence").GetInt32()));
            cursor = page.GetProperty("nextCursor").GetString();
        }

        seen.ShouldBe([1, 2, 3, 4, 5, 6]);
        await (await visitor.GetAsync($"/api/v1/conversations/{id}/messages?limit=0")).ProblemAsync(400, "invalid_request");
        await (await visitor.GetAsync($"/api/v1/conversations/{id}/messages?limit=101")).ProblemAsync(400, "invalid_request");
        await (await visitor.GetAsync($"/api/v1/conversations/{id}/messages?cursor=x")).ProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task Each_turn_says_why_it_went_as_it_went()
    {
        HttpClient visitor = await server.VisitorAsync();
        JsonElement sent = await visitor.BeginAsync(Questions.Good);
        Guid id = sent.Id("conversationId");
        await visitor.SayAsync(id, "Thanks!");

        JsonElement[] decisions = await visitor.DecisionsAsync(id);

        decisions.Length.ShouldBe(2);
        decisions[0].Id("runId").ShouldBe(sent.Id("runId"));
        decisions[0].Id("replyId").ShouldBe(sent.GetProperty("reply").Id("messageId"));
        JsonElement why = decisions[0].GetProperty("decision");
        why.GetProperty("route").Text("kind").ShouldBe("support");
        why.GetProperty("route").Text("reason").ShouldNotBeEmpty();
        JsonElement[] considered = why.GetProperty("route").Items("considered");
        considered.Select(c => c.Text("agentId")).Order(StringComparer.Ordinal).ShouldBe(server.Services.GetRequiredService<Catalogue>().Specialists.Select(s => s.Id));
        considered[0].Text("agentId").ShouldBe("desk/knowledge-answerer");
        considered[0].IsNull("rejectedBecause").ShouldBeTrue();
        considered.Skip(1).ShouldAllBe(c => c.Text("rejectedBecause").Length > 0);
        why.Items("guards").Select(g => g.Text("name")).ShouldBe(["grounding", "qa/policy-checker", "qa/fact-checker"]);
        why.Items("guards").ShouldAllBe(g => g.GetProperty("passed").GetBoolean());
        why.Items("evidence").ShouldContain(e => e.GetProperty("used").GetBoolean());
        why.Items("escalation").Select(e => e.Text("code")).ShouldBe(["customer_request", "low_confidence"]);
        why.Text("engine").ShouldBe("builtin");
        why.Text("catalogueVersion").Length.ShouldBe(12);
        decisions[1].GetProperty("decision").GetProperty("route").Text("kind").ShouldBe("smalltalk");
    }

    [Fact]
    public async Task A_reply_is_the_same_as_JSON_and_as_a_stream()
    {
        HttpClient visitor = await server.VisitorAsync();
        JsonElement reply = (await visitor.BeginAsync(Questions.Good)).GetProperty("reply");

        List<Told> told = await visitor.StreamAsync("/api/v1/conversations", new { message = Questions.Good });

        JsonElement completed = told.Single(t => t.Kind == "message.completed").Json;
        foreach (string part in new[] { "agentId", "agentName", "text", "citations", "status", "confidence" })
            completed.GetProperty(part).GetRawText().ShouldBe(reply.GetProperty(part).GetRawText(), part);
        string.Join("\n\n", told.Where(t => t.Kind == "text.delta").Select(t => t.Json.Text("text"))).ShouldBe(reply.Text("text"));
        told.Where(t => t.Kind == "citation").Select(t => t.Json.Text("quote")).ShouldBe(reply.Items("citations").Select(c => c.Text("quote")));
    }

    [Fact]
    public async Task A_stream_tells_the_turn_in_its_order_and_ends_with_the_run()
    {
        HttpClient visitor = await server.VisitorAsync();

        List<Told> told = await visitor.StreamAsync("/api/v1/conversations", new { message = Questions.Good });

        told.Select(t => t.Id).ShouldBe(Enumerable.Range(1, told.Count).Select(i => (long)i));
        string[] kinds = [.. told.Select(t => t.Kind)];
        kinds[..6].ShouldBe(["run.started", "understanding", "routing", "agent.started", "tool.started", "tool.finished"]);
        kinds[6].ShouldBe("text.delta");
        kinds[6..^2].ShouldAllBe(k => k == "text.delta" || k == "citation");
        kinds[^2..].ShouldBe(["message.completed", "run.finished"]);
        told[0].Json.Id("conversationId").ShouldNotBe(Guid.Empty);
        told[^1].Json.Text("status").ShouldBe("succeeded");
        told[^1].Json.Id("runId").ShouldBe(told[0].Json.Id("runId"));
    }

    [Fact]
    public async Task A_stream_that_is_cut_after_any_event_resumes_with_none_lost_and_none_twice()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync(Questions.Good)).Id("conversationId");
        await visitor.SayAsync(id, "Thanks");
        int count = (int)(await visitor.ConversationAsync(id)).GetProperty("lastEventSeq").GetInt64();
        List<Told> uncut = await visitor.FollowAsync(id, count);
        uncut.Count.ShouldBe(count);

        for (int k = 0; k <= count; k++)
        {
            List<Told> head = await visitor.FollowAsync(id, k);
            long last = head.Count == 0 ? 0 : head[^1].Id;
            List<Told> byQuery = await visitor.FollowAsync(id, count - k, after: last);
            List<Told> byHeader = await visitor.FollowAsync(id, count - k, lastEventId: last);
            ((List<Told>)[.. head, .. byQuery]).ShouldBe(uncut, $"cut after {k}");
            ((List<Told>)[.. head, .. byHeader]).ShouldBe(uncut, $"cut after {k}");
        }
    }

    [Fact]
    public async Task A_message_whose_own_stream_is_cut_after_any_event_is_answered_all_the_same()
    {
        HttpClient visitor = await server.VisitorAsync();
        // Each in a conversation of its own: the same question for the third time goes to people.
        int whole = (await visitor.StreamAsync($"/api/v1/conversations/{(await visitor.BeginAsync("Hello")).Id("conversationId")}/messages", new { text = Questions.Good })).Count;
        for (int k = 1; k < whole; k++)
        {
            Guid id = (await visitor.BeginAsync("Hello")).Id("conversationId");
            long from = (await visitor.ConversationAsync(id)).GetProperty("lastEventSeq").GetInt64();
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/conversations/{id}/messages") { Content = JsonContent.Create(new { text = Questions.Good }) };
            List<Told> head = await visitor.ReadStreamAsync(request, k);
            List<Told> rest = await visitor.FollowAsync(id, whole - k, lastEventId: head[^1].Id);
            ((List<Told>)[.. head, .. rest]).Select(t => t.Id).ShouldBe(Enumerable.Range(1, whole).Select(i => from + i));
            rest[^1].Kind.ShouldBe("run.finished");
            (await visitor.MessagesAsync(id)).Select(m => m.GetProperty("sequence").GetInt32()).ShouldBe(Enumerable.Range(1, 4));
        }
    }

    [Fact]
    public async Task Somebody_who_follows_a_conversation_is_told_what_is_written_afterwards()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("Hello")).Id("conversationId");
        long last = (await visitor.ConversationAsync(id)).GetProperty("lastEventSeq").GetInt64();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/conversations/{id}/events?after={last}");
        using HttpResponseMessage response = await visitor.OpenStreamAsync(request);
        await using Stream body = await response.Content.ReadAsStreamAsync();

        JsonElement sent = await visitor.SayAsync(id, Questions.Good);

        await foreach (Told told in Calls.EventsAsync(body))
        {
            told.Id.ShouldBe(++last);
            if (told.Kind == "message.completed") told.Json.Id("messageId").ShouldBe(sent.GetProperty("reply").Id("messageId"));
            if (told.Kind == "run.finished") break;
        }
    }

    [Fact]
    public async Task Messages_sent_at_once_in_one_conversation_are_answered_in_their_order()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("Hello")).Id("conversationId");

        JsonElement[] sent = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => visitor.SayAsync(id, i % 2 == 0 ? Questions.Good : Questions.AlsoGood)));

        JsonElement[] messages = await visitor.MessagesAsync(id);
        messages.Select(m => m.GetProperty("sequence").GetInt32()).ShouldBe(Enumerable.Range(1, 14));
        Guid[] asked = [.. messages.Skip(2).Where(m => m.Text("author") == "customer").Select(m => m.Id("runId"))];
        Guid[] answered = [.. messages.Skip(2).Where(m => m.Text("author") == "agent").Select(m => m.Id("runId"))];
        answered.ShouldBe(asked);
        foreach (JsonElement one in sent)
            messages.Single(m => m.Id("id") == one.GetProperty("reply").Id("messageId")).Id("runId").ShouldBe(one.Id("runId"));
    }

    [Fact]
    public async Task The_stream_of_a_message_tells_its_own_turn_and_no_other()
    {
        using HttpClient visitor = await server.VisitorAsync();
        Guid conversation = (await visitor.BeginAsync("Hello")).Id("conversationId");
        string path = $"/api/v1/conversations/{conversation}/messages";
        List<Told>[] streams = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => visitor.StreamAsync(path, new { text = $"How do I reset my password? ({i})" })));
        foreach (List<Told> stream in streams)
        {
            stream.Count(e => e.Kind == "run.started").ShouldBe(1);
            stream.Count(e => e.Kind == "message.completed").ShouldBe(1);
            stream[^1].Kind.ShouldBe("run.finished");
            stream[^1].Json.Text("runId").ShouldBe(stream[0].Json.Text("runId"));
        }
        streams.SelectMany(s => s).GroupBy(e => e.Id).ShouldAllBe(g => g.Count() == 1);
    }

    [Fact]
    public async Task A_message_in_a_closed_conversation_begins_a_new_one_that_continues_it()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("Hello")).Id("conversationId");
        await server.ChangeConversationAsync(id, Domain.Support.ConversationStatus.Closed);

        JsonElement sent = await visitor.SayAsync(id, Questions.Good);

        Guid next = sent.Id("conversationId");
        next.ShouldNotBe(id);
        (await visitor.ConversationAsync(next)).Id("continuesId").ShouldBe(id);
        (await visitor.MessagesAsync(id)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_program_can_write_for_a_contact_and_the_contact_sees_it()
    {
        HttpClient owner = server.Owner();
        JsonElement sent = await (await owner.PostAsJsonAsync("/api/v1/conversations", new { message = Questions.Good, subject = "Password", contact = new { email = "devika@kestrelmoor-cycles.example" } })).JsonAsync(201);

        HttpClient devika = await server.ContactAsync("devika@kestrelmoor-cycles.example");
        JsonElement conversation = await devika.ConversationAsync(sent.Id("conversationId"));
        (conversation.Text("subject"), conversation.Text("channel")).ShouldBe(("Password", "api"));
        await (await owner.PostAsJsonAsync("/api/v1/conversations", new { message = "Hello", contact = new { email = "nobody@kestrelmoor-cycles.example" } })).ProblemAsync(400, "invalid_request");
    }

    [Theory]
    [InlineData("Ünïcödé 李明 🙂 \u202e right to left")]
    [InlineData("a\u0000b")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("'; drop table messages; --")]
    public async Task What_a_customer_writes_is_kept_to_the_character(string text)
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync(text)).Id("conversationId");
        (await visitor.MessagesAsync(id))[0].Text("text").ShouldBe(text);
    }

    [Fact]
    public async Task A_turn_is_explained_on_a_page_that_a_person_reads_and_the_customer_is_told_nothing_of_what_was_weighed()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("If this is not solved I will see you in court")).Id("conversationId");

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/conversations/{id}/decisions") { Headers = { { "Accept", "text/plain" } } };
        using HttpResponseMessage response = await server.Owner().SendAsync(request);
        string page = await response.Content.ReadAsStringAsync();

        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        page.ShouldContain("before      people must take it: legal_threat");
        page.ShouldContain("team legal");
        page.ShouldContain("not evaluated: enterprise_incident");
        page.ShouldContain("way         human");
        page.ShouldContain("taken       desk/human-handoff (human");
        page.Split('\n').Length.ShouldBeLessThan(60, "one page");
        (await server.Owner().DecisionsAsync(id))[0].GetProperty("decision").GetProperty("path").GetProperty("before").GetProperty("needed").GetBoolean().ShouldBeTrue();
        (await visitor.DecisionsAsync(id))[0].GetProperty("decision").IsNull("path").ShouldBeTrue();
    }
}
