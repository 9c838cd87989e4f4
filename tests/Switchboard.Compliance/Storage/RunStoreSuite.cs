using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

public abstract class RunStoreSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    [Fact]
    public async Task A_message_in_a_new_conversation_is_stored_with_a_run_that_starts_and_tells_so()
    {
        Contact contact = await Desk.AddContactAsync();
        Conversation conversation = Desk.NewConversation(contactId: contact.Id);
        AcceptTurn turn = Desk.Turn(conversation.Id, "Where is my invoice? 🧾") with { NewConversation = conversation };

        AcceptResult accepted = await Desk.Store.AcceptAsync(turn, default);

        accepted.ShouldBe(new AcceptResult(AcceptKind.Accepted, turn.RunId, conversation.Id, turn.MessageId, 1, StartsNow: true, 1));
        TurnState state = await Desk.LoadAsync(accepted);
        state.Run.Status.ShouldBe(RunStatus.Running);
        state.Run.Version.ShouldBe(1);
        state.Tenant.Slug.ShouldBe("acme");
        state.Contact.ShouldBeEquivalentTo(contact);
        Json.Write(state.Conversation).ShouldBe(Json.Write(conversation));
        state.Trigger.Text.ShouldBe("Where is my invoice? 🧾");
        state.Trigger.Author.ShouldBe(MessageAuthor.Customer);
        state.History.ShouldBeEmpty();
        state.Dialogues.ShouldBeEmpty();
        RunEvent started = (await EventsAsync(conversation.Id)).ShouldHaveSingleItem();
        (started.Seq, started.Kind, started.RunId, started.Data).ShouldBe((1, "run.started", turn.RunId, $$"""{"runId":"{{turn.RunId:D}}","conversationId":"{{conversation.Id:D}}","messageId":"{{turn.MessageId:D}}"}"""));
    }

    [Fact]
    public async Task A_finished_turn_leaves_reply_steps_events_conversation_and_result()
    {
        Guid conversationId = await Desk.AddConversationAsync();
        AcceptResult accepted = await Desk.AcceptAsync(conversationId);
        TurnState state = await Desk.LoadAsync(accepted);
        Desk.Clock.Advance(TimeSpan.FromSeconds(2));
        state.Conversation.AgentReplied(confident: false, cited: false, Desk.Clock.GetUtcNow());
        state.Conversation.AnswerTo("ada@example.com");
        FinishTurn finish = Desk.Finishing(state);

        (await Desk.Store.FinishAsync(finish, default)).ShouldBe(new FinishResult(Finished: true, Next: null));

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Conversations.SingleAsync(c => c.Id == conversationId)).ShouldBeEquivalentTo(state.Conversation);
        Run run = await db.Runs.SingleAsync(r => r.Id == accepted.RunId);
        (run.Status, run.Version, run.Result, run.FinishedAt).ShouldBe((RunStatus.Succeeded, 2, finish.Result, finish.At));
        Message reply = await db.Messages.SingleAsync(m => m.Author == MessageAuthor.Agent);
        (reply.Sequence, reply.Text, reply.AgentId, reply.Status, reply.Confidence).ShouldBe((2, "Here it is.", "billing/invoice-guide", ReplyStatus.Answered, 0.9));
        reply.Citations.ShouldBe(finish.Reply!.Citations);
        (await db.RunSteps.OrderBy(s => s.Ordinal).Select(s => s.Name).ToListAsync()).ShouldBe(["understand:intent", "route:owner"]);
        (await EventsAsync(conversationId)).Select(e => (e.Seq, e.Kind)).ShouldBe([(1L, "run.started"), (2L, "message.completed"), (3L, "run.finished")]);
        (await Desk.Store.LoadAsync(Desk.Ref(accepted), default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_turn_finished_twice_is_written_once()
    {
        Guid conversationId = await Desk.AddConversationAsync();
        AcceptResult accepted = await Desk.AcceptAsync(conversationId);
        TurnState state = await Desk.LoadAsync(accepted);

        FinishResult[] results = await Task.WhenAll(Desk.Store.FinishAsync(Desk.Finishing(state), default), Desk.Store.FinishAsync(Desk.Finishing(state), default));

        results.Select(r => r.Finished).Order().ShouldBe([false, true]);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Messages.CountAsync()).ShouldBe(2);
        (await db.RunEvents.CountAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task A_worker_whose_run_was_begun_again_writes_nothing()
    {
        AcceptResult accepted = await Desk.AcceptAsync(await Desk.AddConversationAsync());
        TurnState stale = await Desk.LoadAsync(accepted);
        (await Desk.Store.CountAttemptAsync(Desk.Ref(accepted), default)).ShouldBe(1);

        (await Desk.Store.FinishAsync(Desk.Finishing(stale), default)).Finished.ShouldBeFalse();

        TurnState fresh = await Desk.LoadAsync(accepted);
        fresh.Run.Attempts.ShouldBe(1);
        (await Desk.Store.FinishAsync(Desk.Finishing(fresh), default)).Finished.ShouldBeTrue();
        (await Desk.Store.CountAttemptAsync(Desk.Ref(accepted), default)).ShouldBe(0);
    }

    [Fact]
    public async Task The_same_request_under_the_same_key_gives_the_first_run_again()
    {
        Guid conversationId = await Desk.AddConversationAsync();
        await Desk.AcceptAsync(conversationId);
        AcceptResult first = await Desk.Store.AcceptAsync(Desk.Turn(conversationId, key: "visitor:1:a", hash: [1, 2]), default);

        AcceptResult again = await Desk.Store.AcceptAsync(Desk.Turn(conversationId, key: "visitor:1:a", hash: [1, 2]), default);

        again.ShouldBe(first with { Kind = AcceptKind.Repeated, StartsNow = false });
        first.FirstEvent.ShouldBe(2);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Messages.CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_refused()
    {
        Guid conversationId = await Desk.AddConversationAsync();
        await Desk.Store.AcceptAsync(Desk.Turn(conversationId, key: "k", hash: [1, 2]), default);

        (await Desk.Store.AcceptAsync(Desk.Turn(conversationId, key: "k", hash: [1, 3]), default)).Kind.ShouldBe(AcceptKind.KeyMismatch);

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Messages.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_is_free_again_after_24_hours()
    {
        Guid conversationId = await Desk.AddConversationAsync();
        AcceptResult first = await Desk.Store.AcceptAsync(Desk.Turn(conversationId, key: "k", hash: [1]), default);
        Desk.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMicroseconds(1));
        (await Desk.Store.AcceptAsync(Desk.Turn(conversationId, key: "k", hash: [1]), default)).Kind.ShouldBe(AcceptKind.Repeated);
        Desk.Clock.Advance(TimeSpan.FromMicroseconds(1));

        AcceptResult second = await Desk.Store.AcceptAsync(Desk.Turn(conversationId, key: "k", hash: [1]), default);

        second.Kind.ShouldBe(AcceptKind.Accepted);
        second.RunId.ShouldNotBe(first.RunId);
        (await Desk.FinishAsync(first)).Next!.Value.RunId.ShouldBe(second.RunId);
    }

    [Fact]
    public async Task A_message_for_no_conversation_or_a_closed_one_or_one_of_another_tenant_is_refused()
    {
        (await Desk.AcceptAsync(Desk.NewId())).Kind.ShouldBe(AcceptKind.NoConversation);
        (await Desk.AcceptAsync(await Desk.AddConversationAsync(ConversationStatus.Closed))).Kind.ShouldBe(AcceptKind.Closed);
        Guid open = await Desk.AddConversationAsync();
        AcceptTurn foreign = Desk.Turn(open) with { Actor = new SystemActor(await Desk.AddTenantAsync("other"), "test") };
        (await Desk.Store.AcceptAsync(foreign, default)).Kind.ShouldBe(AcceptKind.NoConversation);
    }

    [Fact]
    public async Task Turns_of_a_conversation_run_one_after_the_other_in_the_order_they_came()
    {
        Guid conversationId = await Desk.AddConversationAsync();
        AcceptResult first = await Desk.AcceptAsync(conversationId, "one");
        AcceptResult second = await Desk.AcceptAsync(conversationId, "two");
        AcceptResult third = await Desk.AcceptAsync(conversationId, "three");
        new[] { first, second, third }.Select(r => r.StartsNow).ShouldBe([true, false, false]);
        (await Desk.Store.LoadAsync(Desk.Ref(second), default)).ShouldBeNull("it waits");

        FinishResult finished = await Desk.FinishAsync(first);

        finished.Next.ShouldBe(Desk.Ref(second));
        (await Desk.Store.UnfinishedAsync(default)).ShouldBe([Desk.Ref(second)]);
        TurnState state = await Desk.LoadAsync(second);
        state.History.Select(m => m.Text).ShouldBe(["one", "Here it is."], "the answer to the first message belongs to what went before the second");
        (await Desk.Store.FinishAsync(Desk.Finishing(state), default)).Next.ShouldBe(Desk.Ref(third));
        (await Desk.FinishAsync(third)).Next.ShouldBeNull();
        (await Desk.Store.UnfinishedAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_schema_lets_no_second_run_of_a_subject_be_running()
    {
        Guid conversationId = await Desk.AddConversationAsync();
        await Desk.AcceptAsync(conversationId);
        await Desk.AcceptAsync(conversationId);

        DbException error = await Should.ThrowAsync<DbException>(() => Desk.Home.ExecuteAsync("update runs set status = 'running'"));
        error.Message.ShouldContain("unique", Case.Insensitive);
    }

    [Fact]
    public async Task The_same_key_at_the_same_time_is_accepted_once()
    {
        AcceptResult[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() =>
        {
            Conversation conversation = Desk.NewConversation();
            return Desk.Store.AcceptAsync(Desk.Turn(conversation.Id, key: "visitor:1:same", hash: [1]) with { NewConversation = conversation }, default);
        })));

        AcceptResult first = results.Single(r => r.Kind == AcceptKind.Accepted);
        AcceptResult repeated = first with { Kind = AcceptKind.Repeated, StartsNow = false };
        results.Where(r => r != first).ShouldAllBe(r => r == repeated);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Conversations.CountAsync(), await db.Messages.CountAsync()).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Customers_people_and_turns_that_write_at_once_leave_one_order_without_gaps()
    {
        const int Each = 12;
        Guid conversationId = await Desk.AddConversationAsync();
        Task<HumanPosted>[] people = [.. Enumerable.Range(0, Each).Select(i => Task.Run(() => Desk.Store.PostHumanAsync(
            new HumanMessage(Desk.Actor, conversationId, Desk.NewId(), Desk.NewId(), $"person {i}", IsPrivate: false, Desk.Start), default)))];
        Task[] customers = [.. Enumerable.Range(0, Each).Select(i => Task.Run(async () =>
        {
            AcceptResult accepted = await Desk.AcceptAsync(conversationId, $"customer {i}");
            // Whoever finishes a turn goes on with the next, as the dispatcher does.
            RunRef? run = accepted.StartsNow ? Desk.Ref(accepted) : null;
            while (run is { } current) run = (await Desk.Store.FinishAsync(Desk.Finishing((await Desk.Store.LoadAsync(current, default))!), default)).Next;
        }))];

        await Task.WhenAll([.. people, .. customers]);

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Messages.OrderBy(m => m.Sequence).Select(m => m.Sequence).ToListAsync()).ShouldBe(Enumerable.Range(1, 3 * Each));
        string subject = Subjects.Conversation(conversationId);
        (await db.RunEvents.Where(e => e.Subject == subject).OrderBy(e => e.Seq).Select(e => e.Seq).ToListAsync()).ShouldBe(Enumerable.Range(1, 4 * Each).Select(i => (long)i));
        (await db.Runs.CountAsync(r => r.Status == RunStatus.Succeeded)).ShouldBe(2 * Each);
        (await db.Conversations.SingleAsync()).Owner.ShouldBe(ConversationOwner.Human);
    }

    [Fact]
    public async Task Events_and_messages_have_no_gaps_when_fifty_write_at_once()
    {
        Guid[] conversations = [.. await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Desk.AddConversationAsync()))];

        AcceptResult[] accepted = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => Desk.AcceptAsync(conversations[i % 2 == 0 ? 0 : i % 5], $"message {i}"))));

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
        Conversation conversation = Desk.NewConversation();
        Desk.Faults.At = site;
        await Should.ThrowAsync<InvalidOperationException>(() => Desk.Store.AcceptAsync(Desk.Turn(conversation.Id) with { NewConversation = conversation }, default));
        Desk.Faults.At = null;

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Conversations.CountAsync() + await db.Messages.CountAsync() + await db.Runs.CountAsync() + await db.RunEvents.CountAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData("finish:written-steps")]
    [InlineData("finish:written-reply")]
    [InlineData("finish:written-events")]
    [InlineData("finish:before-commit")]
    public async Task A_finish_that_is_interrupted_before_its_commit_leaves_the_turn_to_be_taken_up_again(string site)
    {
        AcceptResult accepted = await Desk.AcceptAsync(await Desk.AddConversationAsync());
        Desk.Faults.At = site;
        await Should.ThrowAsync<InvalidOperationException>(() => Desk.FinishAsync(accepted));
        Desk.Faults.At = null;

        await using (SwitchboardDb db = Desk.Data.For(Desk.TenantId))
            (await db.Messages.CountAsync(), await db.RunSteps.CountAsync(), await db.RunEvents.CountAsync()).ShouldBe((1, 0, 1));
        (await Desk.Store.UnfinishedAsync(default)).ShouldBe([Desk.Ref(accepted)]);
        (await Desk.FinishAsync(accepted)).Finished.ShouldBeTrue();
    }

    [Fact]
    public async Task The_places_of_interruption_are_passed_in_order()
    {
        await Desk.FinishAsync(await Desk.AcceptAsync(await Desk.AddConversationAsync()));

        Desk.Faults.Passed.Where(site => site.StartsWith("accept:", StringComparison.Ordinal) || site.StartsWith("finish:", StringComparison.Ordinal)).ShouldBe([
            "accept:written-message", "accept:before-commit", "accept:after-commit",
            "finish:written-steps", "finish:written-reply", "finish:written-events", "finish:before-commit", "finish:after-commit"]);
    }

    private Task<IReadOnlyList<RunEvent>> EventsAsync(Guid conversationId) =>
        Desk.Store.EventsAsync(Desk.TenantId, Subjects.Conversation(conversationId), 0, 100, default);
}
