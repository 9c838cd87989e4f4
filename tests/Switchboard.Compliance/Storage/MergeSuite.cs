using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Conversations;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Support;
using Switchboard.Storage;
using Switchboard.Storage.Conversations;

namespace Switchboard.Compliance.Storage;

public abstract class MergeSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private Guid from;
    private Guid into;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Contact ada = await Desk.AddContactAsync();
        (from, into) = (await AddAsync(ada.Id), await AddAsync(ada.Id));
    }

    [Fact]
    public async Task While_the_other_is_being_answered_its_answer_comes_behind_what_was_taken_over()
    {
        var dialogue = new DialogueChange(Desk.NewId(), new DialogueInput("billing/refund-processor", "intent refund", "I want my money back", 1, Desk.Start), RunStatus.Waiting, 0, []);
        await Desk.Store.FinishAsync(Desk.Finishing(await Desk.LoadAsync(await Desk.AcceptAsync(from, "one")), "two", dialogue), default);
        TurnState answering = await Desk.LoadAsync(await Desk.AcceptAsync(into, "three"));

        (await MergeAsync()).ShouldBe(2);
        (await Desk.Store.FinishAsync(Desk.Finishing(answering, "four"), default)).Finished.ShouldBeTrue();

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Message[] said = await db.Messages.Where(m => m.ConversationId == into).OrderBy(m => m.Sequence).ToArrayAsync();
        said.Select(m => m.Sequence).ShouldBe([1, 2, 3, 4, 5]);
        said.Where(m => !m.IsPrivate).Select(m => m.Text).ShouldBe(["three", "one", "two", "four"]);
        Conversation ended = await db.Conversations.SingleAsync(c => c.Id == from), goesOn = await db.Conversations.SingleAsync(c => c.Id == into);
        (ended.Status, ended.MergedIntoId, goesOn.Status, goesOn.MergedIntoId).ShouldBe((ConversationStatus.Closed, into, ConversationStatus.Open, null));
        // Nothing waits in the one that ended, and nobody can write in it.
        (await db.Runs.SingleAsync(r => r.Id == dialogue.RunId)).Status.ShouldBe(RunStatus.Cancelled);
        (await Desk.AcceptAsync(from, "five")).Kind.ShouldBe(AcceptKind.Closed);
    }

    [Fact]
    public async Task While_the_one_that_ends_is_being_answered_it_is_not_taken_over()
    {
        AcceptResult asked = await Desk.AcceptAsync(from, "one");

        (await Should.ThrowAsync<DomainRuleException>(MergeAsync)).Rule.ShouldBe("turn_under_way");

        await Desk.Store.FinishAsync(Desk.Finishing(await Desk.LoadAsync(asked), "two"), default);
        (await MergeAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Beside_many_writers_no_message_is_lost_and_no_number_is_left_out()
    {
        await Desk.Store.FinishAsync(Desk.Finishing(await Desk.LoadAsync(await Desk.AcceptAsync(from, "one")), "two"), default);

        Task<AcceptResult>[] writing = [.. Enumerable.Range(0, 12).Select(n => Task.Run(() => Desk.AcceptAsync(into, $"beside {n}")))];
        Task<int> merging = Task.Run(MergeAsync);
        (await Task.WhenAll(writing)).ShouldAllBe(a => a.Kind == AcceptKind.Accepted);

        (await merging).ShouldBe(2);
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        Message[] said = await db.Messages.Where(m => m.ConversationId == into).OrderBy(m => m.Sequence).ToArrayAsync();
        said.Select(m => m.Sequence).ShouldBe(Enumerable.Range(1, 15));
        said.Count(m => m.Text.StartsWith("beside ", StringComparison.Ordinal)).ShouldBe(12);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Given_to_people_by_the_one_that_ends_it_is_watched_over_and_where_the_agents_answer_in_both_it_is_not(bool given)
    {
        if (given) await Desk.Store.ChangeAsync(new ConversationChange(Desk.Actor, from, c => c.HandToHuman(Priority.Normal, Desk.Start)), default);

        await MergeAsync();

        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        (await db.Conversations.SingleAsync(c => c.Id == into)).Owner.ShouldBe(given ? ConversationOwner.Human : ConversationOwner.Bot);
        string[] watched = await db.Runs.Where(r => r.Handler == SlaWatch.HandlerName).Select(r => r.Input).ToArrayAsync();
        watched.Count(w => w.Contains($"{into:D}", StringComparison.Ordinal)).ShouldBe(given ? 1 : 0);
    }

    private Task<int> MergeAsync() => Desk.Data.WriteAsync(Desk.Actor, db => db.Merge(db.Hold(from)!, db.Hold(into)!, Desk.Start), default);

    private async Task<Guid> AddAsync(Guid contact)
    {
        Conversation talk = Desk.NewConversation(contactId: contact);
        await Desk.Data.WriteAsync(Desk.Actor, db => db.Add(talk), default);
        return talk.Id;
    }
}
