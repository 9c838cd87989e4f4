using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Tests;

public sealed class RunStoreTests : IAsyncLifetime
{
    private Desk desk = null!;

    public async ValueTask InitializeAsync() => desk = await Desk.OpenAsync();

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task A_message_in_a_new_conversation_is_stored_with_a_run_that_starts_and_tells_so()
    {
        Contact contact = await desk.AddContactAsync();
        Conversation conversation = desk.NewConversation(contactId: contact.Id);
        AcceptTurn turn = desk.Turn(conversation.Id, "Where is my invoice? 🧾") with { NewConversation = conversation };

        AcceptResult accepted = await desk.Store.AcceptAsync(turn, default);

        accepted.ShouldBe(new AcceptResult(AcceptKind.Accepted, turn.RunId, conversation.Id, turn.MessageId, 1, StartsNow: true, 1));
        TurnState state = await desk.LoadAsync(accepted);
        state.Run.Status.ShouldBe(RunStatus.Running);
        state.Run.Version.ShouldBe(1);
        state.Tenant.Slug.ShouldBe("acme");
        state.Contact.ShouldBeEquivalentTo(contact);
        Json.Write(state.Conversation).ShouldBe(Json.Write(conversation));
        state.Trigger.Text.ShouldBe("Where is my invoice? 🧾");
        state.Trigger.Author.ShouldBe(MessageAuthor.Customer);
        state.History.ShouldBeEmpty();
        state.Dialogue.ShouldBeNull();
        RunEvent started = (await EventsAsync(conversation.Id)).ShouldHaveSingleItem();
        (started.Seq, started.Kind, started.RunId, started.Data).ShouldBe((1, "run.started", turn.RunId, $$"""{"runId":"{{turn.RunId:D}}","conversationId":"{{conversation.Id:D}}","messageId":"{{turn.MessageId:D}}"}"""));
    }

    [Fact]
    public async Task A_finished_turn_leaves_reply_steps_events_conversation_and_result()
    {
        Guid conversationId = await desk.AddConversationAsync();
        AcceptResult accepted = await desk.AcceptAsync(conversationId);
        TurnState state = await desk.LoadAsync(accepted);
        desk.Clock.Advance(TimeSpan.FromSeconds(2));
        state.Conversation.AgentReplied(confident: false, cited: false, desk.Clock.GetUtcNow());
        state.Conversation.AnswerTo("ada@example.com");
        FinishTurn finish = desk.Finishing(state);

        (await desk.Store.FinishAsync(finish, default)).ShouldBe(new FinishResult(Finished: true, Next: null));

        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        (await db.Conversations.SingleAsync(c => c.Id == conversationId)).ShouldBeEquivalentTo(state.Conversation);
        Run run = await db.Runs.SingleAsync(r => r.Id == accepted.RunId);
        (run.Status, run.Version, run.Result, run.FinishedAt).ShouldBe((RunStatus.Succeeded, 2, finish.Result, finish.At));
        Message reply = await db.Messages.SingleAsync(m => m.Author == MessageAuthor.Agent);
        (reply.Sequence, reply.Text, reply.AgentId, reply.Status, reply.Confidence).ShouldBe((2, "Here it is.", "billing/invoice-guide", ReplyStatus.Answered, 0.9));
        reply.Citations.ShouldBe(finish.Reply!.Citations);
        (await db.RunSteps.OrderBy(s => s.Ordinal).Select(s => s.Name).ToListAsync()).ShouldBe(["understand:intent", "route:owner"]);
        (await EventsAsync(conversationId)).Select(e => (e.Seq, e.Kind)).ShouldBe([(1L, "run.started"), (2L, "message.completed"), (3L, "run.finished")]);
        (await desk.Store.LoadAsync(desk.Ref(accepted), default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_turn_finished_twice_is_written_once()
    {
        Guid conversationId = await desk.AddConversationAsync();
        AcceptResult accepted = await desk.AcceptAsync(conversationId);
        TurnState state = await desk.LoadAsync(accepted);

        FinishResult[] results = await Task.WhenAll(desk.Store.FinishAsync(desk.Finishing(state), default), desk.Store.FinishAsync(desk.Finishing(state), default));

        results.Select(r => r.Finished).Order().ShouldBe([false, true]);
        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        (await db.Messages.CountAsync()).ShouldBe(2);
        (await db.RunEvents.CountAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task A_worker_whose_run_was_begun_again_writes_nothing()
    {
        AcceptResult accepted = await desk.AcceptAsync(await desk.AddConversationAsync());
        TurnState stale = await desk.LoadAsync(accepted);
        (await desk.Store.CountAttemptAsync(desk.Ref(accepted), default)).ShouldBe(1);

        (await desk.Store.FinishAsync(desk.Finishing(stale), default)).Finished.ShouldBeFalse();

        TurnState fresh = await desk.LoadAsync(accepted);
        fresh.Run.Attempts.ShouldBe(1);
        (await desk.Store.FinishAsync(desk.Finishing(fresh), default)).Finished.ShouldBeTrue();
        (await desk.Store.CountAttemptAsync(desk.Ref(accepted), default)).ShouldBe(0);
    }

    [Fact]
    public async Task The_same_request_under_the_same_key_gives_the_first_run_again()
    {
        Guid conversationId = await desk.AddConversationAsync();
        await desk.AcceptAsync(conversationId);
        AcceptResult first = await desk.Store.AcceptAsync(desk.Turn(conversationId, key: "visitor:1:a", hash: [1, 2]), default);

        AcceptResult again = await desk.Store.AcceptAsync(desk.Turn(conversationId, key: "visitor:1:a", hash: [1, 2]), default);

        again.ShouldBe(first with { Kind = AcceptKind.Repeated, StartsNow = false });
        first.FirstEvent.ShouldBe(2);
        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        (await db.Messages.CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_refused()
    {
        Guid conversationId = await desk.AddConversationAsync();
        await desk.Store.AcceptAsync(desk.Turn(conversationId, key: "k", hash: [1, 2]), default);

        (await desk.Store.AcceptAsync(desk.Turn(conversationId, key: "k", hash: [1, 3]), default)).Kind.ShouldBe(AcceptKind.KeyMismatch);

        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        (await db.Messages.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_is_free_again_after_24_hours()
    {
        Guid conversationId = await desk.AddConversationAsync();
        AcceptResult first = await desk.Store.AcceptAsync(desk.Turn(conversationId, key: "k", hash: [1]), default);
        desk.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMicroseconds(1));
        (await desk.Store.AcceptAsync(desk.Turn(conversationId, key: "k", hash: [1]), default)).Kind.ShouldBe(AcceptKind.Repeated);
        desk.Clock.Advance(TimeSpan.FromMicroseconds(1));

        AcceptResult second = await desk.Store.AcceptAsync(desk.Turn(conversationId, key: "k", hash: [1]), default);

        second.Kind.ShouldBe(AcceptKind.Accepted);
        second.RunId.ShouldNotBe(first.RunId);
        (await desk.FinishAsync(first)).Next!.Value.RunId.ShouldBe(second.RunId);
    }

    [Fact]
    public async Task A_message_for_no_conversation_or_a_closed_one_or_one_of_another_tenant_is_refused()
    {
        (await desk.AcceptAsync(desk.NewId())).Kind.ShouldBe(AcceptKind.NoConversation);
        (await desk.AcceptAsync(await desk.AddConversationAsync(ConversationStatus.Closed))).Kind.ShouldBe(AcceptKind.Closed);
        Guid open = await desk.AddConversationAsync();
        AcceptTurn foreign = desk.Turn(open) with { Actor = new SystemActor(await desk.AddTenantAsync("other"), "test") };
        (await desk.Store.AcceptAsync(foreign, default)).Kind.ShouldBe(AcceptKind.NoConversation);
    }

    [Fact]
    public async Task Turns_of_a_conversation_run_one_after_the_other_in_the_order_they_came()
    {
        Guid conversationId = await desk.AddConversationAsync();
        AcceptResult first = await desk.AcceptAsync(conversationId, "one");
        AcceptResult second = await desk.AcceptAsync(conversationId, "two");
        AcceptResult third = await desk.AcceptAsync(conversationId, "three");
        new[] { first, second, third }.Select(r => r.StartsNow).ShouldBe([true, false, false]);
        (await desk.Store.LoadAsync(desk.Ref(second), default)).ShouldBeNull("it waits");

        FinishResult finished = await desk.FinishAsync(first);

        finished.Next.ShouldBe(desk.Ref(second));
        (await desk.Store.UnfinishedAsync(default)).ShouldBe([desk.Ref(second)]);
        TurnState state = await desk.LoadAsync(second);
        state.History.Select(m => m.Text).ShouldBe(["one", "Here it is."], "the answer to the first message belongs to what went before the second");
        (await desk.Store.FinishAsync(desk.Finishing(state), default)).Next.ShouldBe(desk.Ref(third));
        (await desk.FinishAsync(third)).Next.ShouldBeNull();
        (await desk.Store.UnfinishedAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_schema_lets_no_second_run_of_a_subject_be_running()
    {
        Guid conversationId = await desk.AddConversationAsync();
        await desk.AcceptAsync(conversationId);
        await desk.AcceptAsync(conversationId);

        Microsoft.Data.Sqlite.SqliteException error = await Should.ThrowAsync<Microsoft.Data.Sqlite.SqliteException>(
            () => desk.Writer.RunAsync(item => item.Command("update runs set status = 'running'").Execute(), default));
        error.Message.ShouldContain("UNIQUE");
    }

    [Fact]
    public async Task Events_and_messages_have_no_gaps_when_fifty_write_at_once()
    {
        Guid[] conversations = [.. await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => desk.AddConversationAsync()))];

        AcceptResult[] accepted = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => desk.AcceptAsync(conversations[i % 2 == 0 ? 0 : i % 5], $"message {i}"))));

        foreach (Guid conversation in conversations)
        {
            AcceptResult[] own = [.. accepted.Where(a => a.ConversationId == conversation).OrderBy(a => a.Sequence)];
            own.Select(a => a.Sequence).ShouldBe(Enumerable.Range(1, own.Length));
            own.Select(a => a.FirstEvent).ShouldBe(Enumerable.Range(1, own.Length).Select(i => (long)i));
            own.Count(a => a.StartsNow).ShouldBe(1);
            (await EventsAsync(conversation)).Select(e => e.Seq).ShouldBe(own.Select(a => a.FirstEvent));
        }
    }

    [Theory]
    [InlineData("accept:written-message")]
    [InlineData("accept:before-commit")]
    public async Task An_accept_that_is_interrupted_before_its_commit_leaves_nothing(string site)
    {
        Conversation conversation = desk.NewConversation();
        desk.Faults.At = site;
        await Should.ThrowAsync<InvalidOperationException>(() => desk.Store.AcceptAsync(desk.Turn(conversation.Id) with { NewConversation = conversation }, default));
        desk.Faults.At = null;

        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        (await db.Conversations.CountAsync() + await db.Messages.CountAsync() + await db.Runs.CountAsync() + await db.RunEvents.CountAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData("finish:written-steps")]
    [InlineData("finish:written-reply")]
    [InlineData("finish:written-events")]
    [InlineData("finish:before-commit")]
    public async Task A_finish_that_is_interrupted_before_its_commit_leaves_the_turn_to_be_taken_up_again(string site)
    {
        AcceptResult accepted = await desk.AcceptAsync(await desk.AddConversationAsync());
        desk.Faults.At = site;
        await Should.ThrowAsync<InvalidOperationException>(() => desk.FinishAsync(accepted));
        desk.Faults.At = null;

        await using (SwitchboardDb db = desk.Data.For(desk.TenantId))
            (await db.Messages.CountAsync(), await db.RunSteps.CountAsync(), await db.RunEvents.CountAsync()).ShouldBe((1, 0, 1));
        (await desk.Store.UnfinishedAsync(default)).ShouldBe([desk.Ref(accepted)]);
        (await desk.FinishAsync(accepted)).Finished.ShouldBeTrue();
    }

    [Fact]
    public async Task The_places_of_interruption_are_passed_in_order()
    {
        await desk.FinishAsync(await desk.AcceptAsync(await desk.AddConversationAsync()));

        desk.Faults.Passed.Where(site => site.StartsWith("accept:", StringComparison.Ordinal) || site.StartsWith("finish:", StringComparison.Ordinal)).ShouldBe([
            "accept:written-message", "accept:before-commit", "accept:after-commit",
            "finish:written-steps", "finish:written-reply", "finish:written-events", "finish:before-commit", "finish:after-commit"]);
    }

    private Task<IReadOnlyList<RunEvent>> EventsAsync(Guid conversationId) =>
        desk.Store.EventsAsync(desk.TenantId, Subjects.Conversation(conversationId), 0, 100, default);
}
