using System.Net.Http.Json;
using System.Text.Json;

namespace Switchboard.Server.Tests;

public sealed class HandoffTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_visitor_who_asks_for_a_person_is_asked_for_an_address_and_then_handed_over_with_a_case_file()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync(Questions.Good)).Id("conversationId");

        JsonElement asked = (await visitor.SayAsync(id, "Talk to a human")).GetProperty("reply");
        (asked.Text("status"), asked.Text("agentId")).ShouldBe(("needs_info", "desk/human-handoff"));
        asked.Text("text").ShouldContain("e-mail");
        (await visitor.ConversationAsync(id)).Text("status").ShouldBe("pending");
        (await visitor.ConversationAsync(id)).Text("owner").ShouldBe("bot");

        JsonElement done = (await visitor.SayAsync(id, "it is Ada@Example.COM thanks")).GetProperty("reply");
        (done.Text("status"), done.Text("agentId")).ShouldBe(("handed_off", "desk/human-handoff"));
        done.Text("text").ShouldContain("Ada@example.com");

        JsonElement seen = await visitor.ConversationAsync(id);
        (seen.Text("owner"), seen.Text("status"), seen.Text("replyEmail")).ShouldBe(("human", "open", "Ada@example.com"));
        seen.IsNull("handoff").ShouldBeTrue("the case file is for the staff");
        JsonElement handoff = (await server.Owner().ConversationAsync(id)).GetProperty("handoff");
        (handoff.Text("reason"), handoff.Text("toTeam"), handoff.Text("fromAgent")).ShouldBe(("customer_request", "support", "desk/human-handoff"));
        JsonElement file = handoff.GetProperty("caseFile");
        (file.Text("wish"), file.GetProperty("wishSequence").GetInt32(), file.Text("replyEmail")).ShouldBe((Questions.Good, 1, "Ada@example.com"));
        file.Items("tried").ShouldContain(t => t.Text("agentId") == "desk/knowledge-answerer" && t.Text("action") == "answered from the articles");
        file.Items("facts").ShouldContain(f => f.Text("text").Contains("not proven"));
        file.Text("suggestedNextStep").ShouldContain("Ada@example.com");
    }

    [Theory]
    [InlineData("no")]
    [InlineData("No, thanks.")]
    [InlineData("I'd rather not")]
    [InlineData("I don't have one")]
    public async Task A_visitor_who_gives_no_address_is_handed_over_without_one(string no)
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("Talk to a human")).Id("conversationId");

        JsonElement done = (await visitor.SayAsync(id, no)).GetProperty("reply");

        done.Text("status").ShouldBe("handed_off");
        (await visitor.ConversationAsync(id)).Text("owner").ShouldBe("human");
        (await visitor.ConversationAsync(id)).IsNull("replyEmail").ShouldBeTrue();
        JsonElement file = (await server.Owner().ConversationAsync(id)).GetProperty("handoff").GetProperty("caseFile");
        file.IsNull("replyEmail").ShouldBeTrue();
        file.Text("wish").ShouldBe("Talk to a human");
    }

    [Fact]
    public async Task What_is_no_address_is_asked_for_again_once_and_then_the_visitor_is_handed_over()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("I want to talk to a human")).Id("conversationId");

        JsonElement again = (await visitor.SayAsync(id, "ada at example")).GetProperty("reply");
        again.Text("status").ShouldBe("needs_info");
        again.Text("text").ShouldContain("could not find");

        JsonElement done = (await visitor.SayAsync(id, "qwertz uiop")).GetProperty("reply");
        done.Text("status").ShouldBe("handed_off");
        (await server.Owner().ConversationAsync(id)).GetProperty("handoff").Text("reason").ShouldBe("customer_request");
    }

    [Fact]
    public async Task A_known_contact_is_handed_over_at_once()
    {
        HttpClient maya = await server.ContactAsync("maya@kestrelmoor-cycles.example");
        JsonElement sent = await maya.BeginAsync("Can I speak to a person?");

        sent.GetProperty("reply").Text("status").ShouldBe("handed_off");
        sent.GetProperty("reply").Text("text").ShouldContain("maya@kestrelmoor-cycles.example");
        JsonElement conversation = await server.Owner().ConversationAsync(sent.Id("conversationId"));
        conversation.Text("owner").ShouldBe("human");
        conversation.GetProperty("handoff").GetProperty("caseFile").Text("who").ShouldBe("Maya Thornbury");
    }

    [Fact]
    public async Task An_address_in_the_wish_itself_is_not_asked_for()
    {
        HttpClient visitor = await server.VisitorAsync();
        JsonElement sent = await visitor.BeginAsync("Talk to a human. My address is ada@example.com");
        sent.GetProperty("reply").Text("status").ShouldBe("handed_off");
        (await visitor.ConversationAsync(sent.Id("conversationId"))).Text("replyEmail").ShouldBe("ada@example.com");
    }

    [Fact]
    public async Task The_agents_are_silent_while_a_person_owns_the_conversation()
    {
        HttpClient maya = await server.ContactAsync("maya@kestrelmoor-cycles.example");
        Guid id = (await maya.BeginAsync("Talk to a human")).Id("conversationId");
        int before = (await maya.MessagesAsync(id)).Length;

        JsonElement sent = await maya.SayAsync(id, Questions.Good);

        sent.IsNull("reply").ShouldBeTrue();
        JsonElement[] messages = await maya.MessagesAsync(id);
        messages.Length.ShouldBe(before + 1);
        messages[^1].Text("author").ShouldBe("customer");
        List<Told> told = await maya.StreamAsync($"/api/v1/conversations/{id}/messages", new { text = "Anybody?" });
        told.Select(t => t.Kind).ShouldBe(["run.started", "understanding", "routing", "run.finished"]);
        (await maya.DecisionsAsync(id))[^1].GetProperty("decision").GetProperty("route").Text("kind").ShouldBe("none");
    }

    [Fact]
    public async Task A_persons_words_reach_the_customer_in_the_messages_and_in_the_stream()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync(Questions.Good)).Id("conversationId");
        long last = (await visitor.ConversationAsync(id)).GetProperty("lastEventSeq").GetInt64();

        JsonElement posted = await (await server.Owner().PostAsJsonAsync($"/api/v1/conversations/{id}/messages", new { text = "I am Ann, I look into it.", author = "human" })).JsonAsync(201);

        posted.Text("author").ShouldBe("human");
        JsonElement seen = (await visitor.MessagesAsync(id))[^1];
        (seen.Text("author"), seen.Text("text")).ShouldBe(("human", "I am Ann, I look into it."));
        Told told = (await visitor.FollowAsync(id, 1, after: last)).Single();
        (told.Kind, told.Json.Text("author"), told.Json.Text("text")).ShouldBe(("message.completed", "human", "I am Ann, I look into it."));
        (await visitor.SayAsync(id, "Great")).IsNull("reply").ShouldBeTrue("the person owns it now");
    }

    [Fact]
    public async Task A_private_note_is_for_the_staff_alone()
    {
        HttpClient visitor = await server.VisitorAsync();
        HttpClient owner = server.Owner();
        Guid id = (await visitor.BeginAsync(Questions.Good)).Id("conversationId");
        long last = (await visitor.ConversationAsync(id)).GetProperty("lastEventSeq").GetInt64();

        JsonElement note = await (await owner.PostAsJsonAsync($"/api/v1/conversations/{id}/messages", new { text = "Looks like a reseller.", author = "human", @private = true })).JsonAsync(201);
        note.GetProperty("private").GetBoolean().ShouldBeTrue();
        await visitor.SayAsync(id, "Thanks");

        (await owner.MessagesAsync(id)).ShouldContain(m => m.Text("text") == "Looks like a reseller.");
        (await visitor.MessagesAsync(id)).ShouldNotContain(m => m.GetRawText().Contains("reseller"));
        (await visitor.ConversationAsync(id)).Text("owner").ShouldBe("bot");
        int told = (int)(await visitor.ConversationAsync(id)).GetProperty("lastEventSeq").GetInt64();
        (await visitor.FollowAsync(id, told)).ShouldNotContain(t => t.Data.Contains("reseller") || t.Data.Contains(note.Text("id")));
        (await visitor.FollowAsync(id, 1, after: last)).Single().Kind.ShouldBe("run.started");
        (await visitor.DecisionsAsync(id)).ShouldNotContain(d => d.Id("runId") == note.Id("runId"), "that there is a note is for the staff as well");
    }

    [Fact]
    public async Task A_person_owns_the_conversation_after_the_first_word_but_not_after_a_note()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync(Questions.Good)).Id("conversationId");
        await (await server.Owner().PostAsJsonAsync($"/api/v1/conversations/{id}/messages", new { text = "Note", @private = true })).JsonAsync(201);
        (await visitor.SayAsync(id, Questions.AlsoGood)).GetProperty("reply").Text("status").ShouldBe("answered");
    }

    [Fact]
    public async Task Two_unsure_replies_in_a_row_hand_the_visitor_over()
    {
        HttpClient visitor = await server.VisitorAsync();
        JsonElement first = await visitor.BeginAsync(Questions.Unknown);
        first.GetProperty("reply").Text("status").ShouldBe("declined");
        Guid id = first.Id("conversationId");

        JsonElement second = (await visitor.SayAsync(id, Questions.AlsoUnknown)).GetProperty("reply");
        (second.Text("status"), second.Text("agentId")).ShouldBe(("needs_info", "desk/human-handoff"));
        JsonElement rule = (await visitor.DecisionsAsync(id))[^1].GetProperty("decision").Items("escalation").Single(e => e.Text("code") == "low_confidence");
        rule.GetProperty("fired").GetBoolean().ShouldBeTrue();

        JsonElement done = (await visitor.SayAsync(id, "ada@example.com")).GetProperty("reply");
        done.Text("status").ShouldBe("handed_off");
        JsonElement handoff = (await server.Owner().ConversationAsync(id)).GetProperty("handoff");
        handoff.Text("reason").ShouldBe("low_confidence");
        handoff.GetProperty("caseFile").Text("wish").ShouldBe(Questions.AlsoUnknown);
        handoff.GetProperty("caseFile").Items("tried").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_contact_is_handed_over_at_the_second_unsure_reply_and_the_reason_says_so()
    {
        HttpClient maya = await server.ContactAsync("maya@kestrelmoor-cycles.example");
        Guid id = (await maya.BeginAsync(Questions.Unknown)).Id("conversationId");

        List<Told> told = await maya.StreamAsync($"/api/v1/conversations/{id}/messages", new { text = Questions.AlsoUnknown });

        told.Single(t => t.Kind == "handoff").Json.Text("reason").ShouldBe("low_confidence");
        told.Where(t => t.Kind == "agent.started").Select(t => t.Json.Text("agentId")).ShouldBe(["desk/knowledge-answerer", "desk/human-handoff"]);
        told.Count(t => t.Kind == "message.completed").ShouldBe(1);
        (await server.Owner().ConversationAsync(id)).GetProperty("handoff").Text("fromAgent").ShouldBe("desk/knowledge-answerer");
    }

    [Fact]
    public async Task A_good_answer_between_two_unsure_ones_starts_the_count_anew()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync(Questions.Unknown)).Id("conversationId");
        (await visitor.SayAsync(id, Questions.Good)).GetProperty("reply").Text("status").ShouldBe("answered");
        (await visitor.SayAsync(id, Questions.AlsoUnknown)).GetProperty("reply").Text("status").ShouldBe("declined");
    }

    [Fact]
    public async Task A_question_amid_the_question_for_an_address_is_answered_and_the_address_still_completes_the_handoff()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("Talk to a human")).Id("conversationId");

        JsonElement answer = (await visitor.SayAsync(id, Questions.Good)).GetProperty("reply");
        (answer.Text("status"), answer.Text("agentId")).ShouldBe(("answered", "desk/knowledge-answerer"));

        JsonElement done = (await visitor.SayAsync(id, "ada@example.com")).GetProperty("reply");
        (done.Text("status"), done.Text("agentId")).ShouldBe(("handed_off", "desk/human-handoff"));
        (await visitor.ConversationAsync(id)).Text("replyEmail").ShouldBe("ada@example.com");
    }

    [Fact]
    public async Task Thanks_after_an_answer_resolve_the_conversation_and_the_next_message_opens_it_again()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync(Questions.Good)).Id("conversationId");

        JsonElement thanks = (await visitor.SayAsync(id, "Thanks, that helped!")).GetProperty("reply");
        thanks.Text("agentId").ShouldBe("desk/small-talk");
        (await visitor.ConversationAsync(id)).Text("status").ShouldBe("resolved");

        await visitor.SayAsync(id, Questions.AlsoGood);
        JsonElement again = await visitor.ConversationAsync(id);
        (again.Text("status"), again.GetProperty("reopenedCount").GetInt32()).ShouldBe(("open", 1));
    }

    [Fact]
    public async Task Thanks_without_an_answer_before_resolve_nothing()
    {
        HttpClient visitor = await server.VisitorAsync();
        Guid id = (await visitor.BeginAsync("Thanks")).Id("conversationId");
        (await visitor.ConversationAsync(id)).Text("status").ShouldBe("open");
        await visitor.SayAsync(id, Questions.Unknown);
        await visitor.SayAsync(id, "Thank you");
        (await visitor.ConversationAsync(id)).Text("status").ShouldBe("open");
    }

    [Fact]
    public async Task A_threat_of_law_goes_to_the_legal_team_with_the_time_of_the_answer_and_a_case_file_that_says_why()
    {
        HttpClient contact = await server.ContactAsync("maya@kestrelmoor-cycles.example");
        Guid id = (await contact.BeginAsync(Questions.Good)).Id("conversationId");

        JsonElement said = (await contact.SayAsync(id, "My lawyer will contact you if this happens again")).GetProperty("reply");

        (said.Text("status"), said.Text("agentId")).ShouldBe(("handed_off", "desk/human-handoff"));
        said.Text("text").ShouldContain("get an answer by");
        JsonElement handoff = (await server.Owner().ConversationAsync(id)).GetProperty("handoff");
        (handoff.Text("reason"), handoff.Text("toTeam")).ShouldBe(("legal_threat", "legal"));
        JsonElement file = handoff.GetProperty("caseFile");
        file.Items("reasons")[0].GetString()!.ShouldStartWith("legal_threat");
        file.Items("tried").ShouldContain(t => t.Text("agentId") == "desk/knowledge-answerer");
        file.IsNull("dueAt").ShouldBeFalse();
        file.IsNull("moods").ShouldBeFalse();
    }

    [Fact]
    public async Task The_same_question_for_the_third_time_goes_to_people_and_then_the_agents_are_silent()
    {
        HttpClient contact = await server.ContactAsync("maya@kestrelmoor-cycles.example");
        Guid id = (await contact.BeginAsync(Questions.Good)).Id("conversationId");
        (await contact.SayAsync(id, Questions.Good)).GetProperty("reply").Text("status").ShouldBe("answered");

        (await contact.SayAsync(id, Questions.Good)).GetProperty("reply").Text("status").ShouldBe("handed_off");

        (await server.Owner().ConversationAsync(id)).GetProperty("handoff").Text("reason").ShouldBe("repeated_question");
        (await contact.SayAsync(id, Questions.AlsoGood)).IsNull("reply").ShouldBeTrue();
    }

    [Fact]
    public async Task Somebody_in_danger_is_asked_nothing_and_gets_the_safe_words_alone()
    {
        HttpClient visitor = await server.VisitorAsync();

        JsonElement sent = await visitor.BeginAsync("I want to end my life");

        sent.GetProperty("reply").Text("status").ShouldBe("handed_off");
        sent.GetProperty("reply").Text("text").ShouldStartWith("A person will read this right now.");
        sent.GetProperty("reply").Text("text").ShouldNotContain("answer by");
        (await server.Owner().ConversationAsync(sent.Id("conversationId"))).GetProperty("handoff").Text("toTeam").ShouldBe("management");
    }
}
