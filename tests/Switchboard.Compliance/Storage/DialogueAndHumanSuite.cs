using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Conversations;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

public abstract class DialogueAndHumanSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private Guid conversationId;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        conversationId = await Desk.AddConversationAsync();
    }

    [Fact]
    public async Task A_dialogue_opens_goes_on_and_ends_with_its_journal_in_one_order()
    {
        var input = new DialogueInput("billing/refund-processor", "intent refund", "I want my money back", 1, Desk.Start);
        Guid dialogueId = Desk.NewId();
        await TurnAsync(new DialogueChange(dialogueId, input, RunStatus.Waiting, 0, [new JournalEntry("need:invoice", "1")]));

        OpenDialogue opened = await OpenAsync();
        (opened.RunId, opened.Version, opened.Input).ShouldBe((dialogueId, 1, input));
        opened.Journal.ShouldBe([new JournalEntry("need:invoice", "1")]);

        await TurnAsync(new DialogueChange(dialogueId, input, RunStatus.Waiting, 1, [new JournalEntry("read:payments", "2"), new JournalEntry("decide:refund", "3")]));
        OpenDialogue wentOn = await OpenAsync();
        wentOn.Version.ShouldBe(2);
        wentOn.Journal.Select(e => e.Name).ShouldBe(["need:invoice", "read:payments", "decide:refund"]);

        await TurnAsync(new DialogueChange(dialogueId, input, RunStatus.Succeeded, 2, []));
        (await Desk.LoadAsync(await Desk.AcceptAsync(conversationId))).Dialogues.ShouldBeEmpty();
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Run run = await db.Runs.SingleAsync(r => r.Id == dialogueId);
        (run.Kind, run.Subject, run.Ordinal, run.Status, run.FinishedAt).ShouldBe((RunKind.Dialogue, Subjects.Dialogue(conversationId), 1, RunStatus.Succeeded, Desk.Start));
    }

    [Fact]
    public async Task The_newest_waiting_dialogue_is_the_open_one()
    {
        var input = new DialogueInput("a/b", "r", "w", 1, Desk.Start);
        await TurnAsync(new DialogueChange(Desk.NewId(), input, RunStatus.Waiting, 0, []));
        Guid second = Desk.NewId();
        await TurnAsync(new DialogueChange(second, input with { Wish = "other" }, RunStatus.Waiting, 0, []));

        (await OpenAsync()).RunId.ShouldBe(second);
    }

    [Fact]
    public async Task A_turn_that_read_an_older_version_of_its_dialogue_is_not_finished()
    {
        var input = new DialogueInput("a/b", "r", "w", 1, Desk.Start);
        Guid dialogueId = Desk.NewId();
        await TurnAsync(new DialogueChange(dialogueId, input, RunStatus.Waiting, 0, []));
        await TurnAsync(new DialogueChange(dialogueId, input, RunStatus.Waiting, 1, []));
        AcceptResult accepted = await Desk.AcceptAsync(conversationId);
        TurnState state = await Desk.LoadAsync(accepted);

        await Should.ThrowAsync<InvalidOperationException>(() => Desk.Store.FinishAsync(Desk.Finishing(state, dialogue: new DialogueChange(dialogueId, input, RunStatus.Waiting, 1, [])), default));

        (await Desk.Store.UnfinishedAsync(default)).ShouldBe([Desk.Ref(accepted)]);
    }

    [Fact]
    public async Task A_handoff_is_kept_with_its_case_file()
    {
        TurnState state = await Desk.LoadAsync(await Desk.AcceptAsync(conversationId));
        state.Conversation.HandToHuman(Priority.High, Desk.Start);
        Handoff handoff = NewHandoff(Desk, state);

        await Desk.Store.FinishAsync(Desk.Finishing(state, handoff: handoff), default);

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Json.Write(await db.Handoffs.SingleAsync()).ShouldBe(Json.Write(handoff));
        Conversation conversation = await db.Conversations.SingleAsync();
        (conversation.Owner, conversation.Priority).ShouldBe((ConversationOwner.Human, Priority.High));
    }

    [Fact]
    public async Task A_persons_message_takes_the_conversation_over_and_is_an_event()
    {
        Desk.Clock.Advance(TimeSpan.FromMinutes(1));
        var human = new HumanMessage(Desk.Actor, conversationId, Desk.NewId(), Desk.NewId(), "I am on it.", IsPrivate: false, Desk.Clock.GetUtcNow());

        Message message = (await Desk.Store.PostHumanAsync(human, default)).Message.ShouldNotBeNull();

        (message.Sequence, message.Author, message.RunId).ShouldBe((1, MessageAuthor.Human, human.RunId));
        RunEvent told = (await EventsAsync()).ShouldHaveSingleItem();
        told.Kind.ShouldBe("message.completed");
        told.Data.ShouldBe($$"""{"messageId":"{{message.Id:D}}","text":"I am on it.","citations":[],"status":null,"author":"human"}""");
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Conversation conversation = await db.Conversations.SingleAsync();
        (conversation.Owner, conversation.LastActivityAt).ShouldBe((ConversationOwner.Human, human.At));
        (await db.Runs.SingleAsync(r => r.Kind == RunKind.Turn)).Status.ShouldBe(RunStatus.Succeeded);
    }

    [Fact]
    public async Task A_private_note_is_no_event_and_leaves_the_conversation_to_the_agents()
    {
        var human = new HumanMessage(Desk.Actor, conversationId, Desk.NewId(), Desk.NewId(), "VIP", IsPrivate: true, Desk.Start);

        (await Desk.Store.PostHumanAsync(human, default)).Message!.IsPrivate.ShouldBeTrue();

        (await EventsAsync()).ShouldBeEmpty();
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Conversations.SingleAsync()).Owner.ShouldBe(ConversationOwner.Bot);
        (await db.Messages.SingleAsync()).IsPrivate.ShouldBeTrue();
    }

    [Fact]
    public async Task A_person_cannot_write_in_a_conversation_that_does_not_exist() =>
        (await Desk.Store.PostHumanAsync(new HumanMessage(Desk.Actor, Desk.NewId(), Desk.NewId(), Desk.NewId(), "?", IsPrivate: false, Desk.Start), default)).ShouldBe(new HumanPosted(AcceptKind.NoConversation, null));

    [Fact]
    public async Task A_person_who_took_over_while_a_turn_was_under_way_keeps_the_conversation()
    {
        AcceptResult accepted = await Desk.AcceptAsync(conversationId);
        TurnState state = await Desk.LoadAsync(accepted);
        await Desk.Store.PostHumanAsync(new HumanMessage(Desk.Actor, conversationId, Desk.NewId(), Desk.NewId(), "Mine.", IsPrivate: false, Desk.Start.AddMinutes(5)), default);
        state.Conversation.AgentAsked(Desk.Start.AddMinutes(1));

        await Desk.Store.FinishAsync(Desk.Finishing(state), default);

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Conversation conversation = await db.Conversations.SingleAsync();
        (conversation.Owner, conversation.Status, conversation.LastActivityAt).ShouldBe((ConversationOwner.Human, ConversationStatus.Open, Desk.Start.AddMinutes(5)));
    }

    [Fact]
    public async Task A_change_is_applied_to_the_row_as_it_stands_and_a_turn_under_way_leaves_it()
    {
        Guid ada = await AddUserAsync();
        TurnState state = await Desk.LoadAsync(await Desk.AcceptAsync(conversationId));
        await Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, conversationId, talk => talk.Tags = ["vip"]), default);
        Conversation taken = (await Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, conversationId, talk => talk.TakeOver(ada, Desk.Start)), default)).ShouldNotBeNull();
        (taken.Owner, taken.AssigneeId).ShouldBe((ConversationOwner.Human, ada));

        await Desk.Store.FinishAsync(Desk.Finishing(state), default);

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Conversation stored = await db.Conversations.SingleAsync();
        (stored.Owner, stored.AssigneeId).ShouldBe((ConversationOwner.Human, ada));
        stored.Tags.ShouldBe(["vip"]);
    }

    [Fact]
    public async Task A_change_that_a_rule_forbids_changes_nothing_and_asks_for_nothing()
    {
        RunRequest then = SnoozeEnd.RequestFor(Desk.TenantId, conversationId, Desk.Start.AddHours(1), Desk.Start);
        await Should.ThrowAsync<DomainRuleException>(() => Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, conversationId, talk => talk.Snooze(Desk.Start.AddHours(-1), Desk.Start)) { Then = then }, default));

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Conversations.SingleAsync()).Status.ShouldBe(ConversationStatus.Open);
        (await db.Runs.AnyAsync()).ShouldBeFalse();
        (await Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, Desk.NewId(), _ => { }), default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_sleep_is_stored_with_the_run_that_ends_it()
    {
        DateTimeOffset until = Desk.Start.AddHours(1);
        await Desk.Store.ChangeAsync(
            new ConversationChange(Desk.Actor, conversationId, talk => talk.Snooze(until, Desk.Start)) { Then = SnoozeEnd.RequestFor(Desk.TenantId, conversationId, until, Desk.Start) }, default);

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Run end = await db.Runs.SingleAsync();
        (end.Status, end.Due, end.Handler).ShouldBe((RunStatus.Waiting, until, SnoozeEnd.HandlerName));
        (await db.Conversations.SingleAsync()).SnoozedUntil.ShouldBe(until);
    }

    private async Task<Guid> AddUserAsync()
    {
        var user = new User { TenantId = Desk.TenantId, Id = Desk.NewId(), Email = "ada@desk.example", Name = "Ada", Role = Role.Support, CreatedAt = Desk.Start };
        await Desk.Data.WriteAsync(
            Desk.Actor,
            db =>
            {
                db.Add(user);
                return 0;
            },
            default);
        return user.Id;
    }

    internal static Handoff NewHandoff(Desk desk, TurnState state) => new()
    {
        TenantId = desk.TenantId,
        Id = desk.NewId(),
        ConversationId = state.Conversation.Id,
        RunId = state.Run.Id,
        FromAgent = "billing/refund-processor",
        ToTeam = "billing",
        Reason = "customer_request",
        CaseFile = new CaseFile("Ada", "ada@example.com", "Je veux être remboursée", 1, [new CaseFact("paid 25 EUR", "invoice INV-2026-00001", Desk.Start)], [new TriedStep("billing/refund-processor", "looked up", "found", Desk.Start)], "refund?", "check the payment"),
        CreatedAt = Desk.Start,
    };

    private async Task TurnAsync(DialogueChange dialogue)
    {
        TurnState state = await Desk.LoadAsync(await Desk.AcceptAsync(conversationId));
        (await Desk.Store.FinishAsync(Desk.Finishing(state, dialogue: dialogue), default)).Finished.ShouldBeTrue();
    }

    private async Task<OpenDialogue> OpenAsync()
    {
        AcceptResult accepted = await Desk.AcceptAsync(conversationId);
        TurnState state = await Desk.LoadAsync(accepted);
        await Desk.FinishAsync(accepted);
        state.Dialogues.ShouldNotBeEmpty();
        return state.Dialogues[0];
    }

    private Task<IReadOnlyList<RunEvent>> EventsAsync() => Desk.Store.EventsAsync(Desk.TenantId, Subjects.Conversation(conversationId), 0, 100, default);
}
