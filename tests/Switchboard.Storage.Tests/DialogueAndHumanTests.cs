using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Tests;

public sealed class DialogueAndHumanTests : IAsyncLifetime
{
    private Desk desk = null!;
    private Guid conversationId;

    public async ValueTask InitializeAsync()
    {
        desk = await Desk.OpenAsync();
        conversationId = await desk.AddConversationAsync();
    }

    public ValueTask DisposeAsync() => desk.DisposeAsync();

    [Fact]
    public async Task A_dialogue_opens_goes_on_and_ends_with_its_journal_in_one_order()
    {
        var input = new DialogueInput("billing/refund-processor", "intent refund", "I want my money back", 1, Desk.Start);
        Guid dialogueId = desk.NewId();
        await TurnAsync(new DialogueChange(dialogueId, input, RunStatus.Waiting, 0, [new JournalEntry("need:invoice", "1")]));

        OpenDialogue opened = await OpenAsync();
        (opened.RunId, opened.Version, opened.Input).ShouldBe((dialogueId, 1, input));
        opened.Journal.ShouldBe([new JournalEntry("need:invoice", "1")]);

        await TurnAsync(new DialogueChange(dialogueId, input, RunStatus.Waiting, 1, [new JournalEntry("read:payments", "2"), new JournalEntry("decide:refund", "3")]));
        OpenDialogue wentOn = await OpenAsync();
        wentOn.Version.ShouldBe(2);
        wentOn.Journal.Select(e => e.Name).ShouldBe(["need:invoice", "read:payments", "decide:refund"]);

        await TurnAsync(new DialogueChange(dialogueId, input, RunStatus.Succeeded, 2, []));
        (await desk.LoadAsync(await desk.AcceptAsync(conversationId))).Dialogue.ShouldBeNull();
        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        Run run = await db.Runs.SingleAsync(r => r.Id == dialogueId);
        (run.Kind, run.Subject, run.Ordinal, run.Status, run.FinishedAt).ShouldBe((RunKind.Dialogue, Subjects.Dialogue(conversationId), 1, RunStatus.Succeeded, Desk.Start));
    }

    [Fact]
    public async Task The_newest_waiting_dialogue_is_the_open_one()
    {
        var input = new DialogueInput("a/b", "r", "w", 1, Desk.Start);
        await TurnAsync(new DialogueChange(desk.NewId(), input, RunStatus.Waiting, 0, []));
        Guid second = desk.NewId();
        await TurnAsync(new DialogueChange(second, input with { Wish = "other" }, RunStatus.Waiting, 0, []));

        (await OpenAsync()).RunId.ShouldBe(second);
    }

    [Fact]
    public async Task A_turn_that_read_an_older_version_of_its_dialogue_is_not_finished()
    {
        var input = new DialogueInput("a/b", "r", "w", 1, Desk.Start);
        Guid dialogueId = desk.NewId();
        await TurnAsync(new DialogueChange(dialogueId, input, RunStatus.Waiting, 0, []));
        await TurnAsync(new DialogueChange(dialogueId, input, RunStatus.Waiting, 1, []));
        AcceptResult accepted = await desk.AcceptAsync(conversationId);
        TurnState state = await desk.LoadAsync(accepted);

        await Should.ThrowAsync<InvalidOperationException>(() => desk.Store.FinishAsync(desk.Finishing(state, dialogue: new DialogueChange(dialogueId, input, RunStatus.Waiting, 1, [])), default));

        (await desk.Store.UnfinishedAsync(default)).ShouldBe([desk.Ref(accepted)]);
    }

    [Fact]
    public async Task A_handoff_is_kept_with_its_case_file()
    {
        TurnState state = await desk.LoadAsync(await desk.AcceptAsync(conversationId));
        state.Conversation.HandToHuman(Priority.High, Desk.Start);
        Handoff handoff = NewHandoff(desk, state);

        await desk.Store.FinishAsync(desk.Finishing(state, handoff: handoff), default);

        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        Json.Write(await db.Handoffs.SingleAsync()).ShouldBe(Json.Write(handoff));
        Conversation conversation = await db.Conversations.SingleAsync();
        (conversation.Owner, conversation.Priority).ShouldBe((ConversationOwner.Human, Priority.High));
    }

    [Fact]
    public async Task A_persons_message_takes_the_conversation_over_and_is_an_event()
    {
        desk.Clock.Advance(TimeSpan.FromMinutes(1));
        var human = new HumanMessage(desk.Actor, conversationId, desk.NewId(), desk.NewId(), "I am on it.", IsPrivate: false, desk.Clock.GetUtcNow());

        Message message = (await desk.Store.PostHumanAsync(human, default)).Message.ShouldNotBeNull();

        (message.Sequence, message.Author, message.RunId).ShouldBe((1, MessageAuthor.Human, human.RunId));
        RunEvent told = (await EventsAsync()).ShouldHaveSingleItem();
        told.Kind.ShouldBe("message.completed");
        told.Data.ShouldBe($$"""{"messageId":"{{message.Id:D}}","text":"I am on it.","citations":[],"status":null,"author":"human"}""");
        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        Conversation conversation = await db.Conversations.SingleAsync();
        (conversation.Owner, conversation.LastActivityAt).ShouldBe((ConversationOwner.Human, human.At));
        (await db.Runs.SingleAsync()).Status.ShouldBe(RunStatus.Succeeded);
    }

    [Fact]
    public async Task A_private_note_is_no_event_and_leaves_the_conversation_to_the_agents()
    {
        var human = new HumanMessage(desk.Actor, conversationId, desk.NewId(), desk.NewId(), "VIP", IsPrivate: true, Desk.Start);

        (await desk.Store.PostHumanAsync(human, default)).Message!.IsPrivate.ShouldBeTrue();

        (await EventsAsync()).ShouldBeEmpty();
        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        (await db.Conversations.SingleAsync()).Owner.ShouldBe(ConversationOwner.Bot);
        (await db.Messages.SingleAsync()).IsPrivate.ShouldBeTrue();
    }

    [Fact]
    public async Task A_person_cannot_write_in_a_conversation_that_does_not_exist() =>
        (await desk.Store.PostHumanAsync(new HumanMessage(desk.Actor, desk.NewId(), desk.NewId(), desk.NewId(), "?", IsPrivate: false, Desk.Start), default)).ShouldBe(new HumanPosted(AcceptKind.NoConversation, null));

    [Fact]
    public async Task A_person_who_took_over_while_a_turn_was_under_way_keeps_the_conversation()
    {
        AcceptResult accepted = await desk.AcceptAsync(conversationId);
        TurnState state = await desk.LoadAsync(accepted);
        await desk.Store.PostHumanAsync(new HumanMessage(desk.Actor, conversationId, desk.NewId(), desk.NewId(), "Mine.", IsPrivate: false, Desk.Start.AddMinutes(5)), default);
        state.Conversation.AgentAsked(Desk.Start.AddMinutes(1));

        await desk.Store.FinishAsync(desk.Finishing(state), default);

        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        Conversation conversation = await db.Conversations.SingleAsync();
        (conversation.Owner, conversation.Status, conversation.LastActivityAt).ShouldBe((ConversationOwner.Human, ConversationStatus.Open, Desk.Start.AddMinutes(5)));
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
        TurnState state = await desk.LoadAsync(await desk.AcceptAsync(conversationId));
        (await desk.Store.FinishAsync(desk.Finishing(state, dialogue: dialogue), default)).Finished.ShouldBeTrue();
    }

    private async Task<OpenDialogue> OpenAsync()
    {
        AcceptResult accepted = await desk.AcceptAsync(conversationId);
        TurnState state = await desk.LoadAsync(accepted);
        await desk.FinishAsync(accepted);
        return state.Dialogue.ShouldNotBeNull();
    }

    private Task<IReadOnlyList<RunEvent>> EventsAsync() => desk.Store.EventsAsync(desk.TenantId, Subjects.Conversation(conversationId), 0, 100, default);
}
