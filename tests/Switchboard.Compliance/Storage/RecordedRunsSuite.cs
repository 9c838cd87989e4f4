using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Desk.Replay;
using Switchboard.Core.Policies;
using Switchboard.Core.Runs;
using Switchboard.Domain.Policies;
using Switchboard.Storage.Policies;

namespace Switchboard.Compliance.Storage;

/// <summary>What is read back of turns that ended is what they were given and what they took.</summary>
public abstract class RecordedRunsSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private static readonly DialogueInput input = new("billing/refund-processor", "refund", "I want my money back", 1, Desk.Start);

    private IRecordedRuns Recorded => Desk.Get<IRecordedRuns>();

    [Fact]
    public async Task Each_turn_has_its_own_part_of_a_dialogues_journal()
    {
        Guid conversation = await Desk.AddConversationAsync(), dialogue = Desk.NewId(), other = Desk.NewId();
        (Guid first, _) = await TurnAsync(conversation, new DialogueChange(dialogue, input, RunStatus.Waiting, 0, [Step("read:payments"), Step("ask:payment")]));
        (Guid digression, _) = await TurnAsync(conversation, null);
        (Guid second, _) = await TurnAsync(conversation, new DialogueChange(dialogue, input, RunStatus.Succeeded, 1, [Step("need:payment")]));
        (Guid third, _) = await TurnAsync(conversation, new DialogueChange(other, input, RunStatus.Succeeded, 0, [Step("decide:other")]));

        (await PartsAsync(first)).ShouldBe([(dialogue, "", "read:payments ask:payment")]);
        (await PartsAsync(digression)).ShouldBe([(dialogue, "read:payments ask:payment", "")]);
        (await PartsAsync(second)).ShouldBe([(dialogue, "read:payments ask:payment", "need:payment")]);
        (await PartsAsync(third)).ShouldBe([(other, "", "decide:other")]);
        (await Recorded.TurnsOfAsync(Desk.TenantId, conversation, default)).ShouldBe([first, digression, second, third]);
    }

    [Fact]
    public async Task A_turn_is_read_back_with_the_messages_it_was_given()
    {
        Guid conversation = await Desk.AddConversationAsync();
        AcceptResult first = await Desk.AcceptAsync(conversation, "one");
        // The customer writes on before the reply: the reply stands behind the second message, and the second turn knows it nevertheless.
        AcceptResult second = await Desk.AcceptAsync(conversation, "two");
        TurnState one = await FinishAsync(first, null), two = await FinishAsync(second, null);
        (Guid third, TurnState three) = await TurnAsync(conversation, null);

        foreach ((Guid id, TurnState given) in ((Guid, TurnState)[])[(first.RunId, one), (second.RunId, two), (third, three)])
        {
            RecordedTurn turn = (await Recorded.TurnAsync(Desk.TenantId, id, default))!;
            turn.History.Select(m => m.Id).ShouldBe(given.History.Select(m => m.Id));
            (turn.Trigger!.Id, turn.Reply!.Text, turn.Run.Ordinal).ShouldBe((given.Trigger.Id, "Here it is.", given.Run.Ordinal));
        }

        two.History.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_policies_are_those_the_turn_names_or_those_that_held_when_it_ended()
    {
        PolicyStore store = Desk.Get<PolicyStore>();
        Guid conversation = await Desk.AddConversationAsync();
        (Guid before, _) = await TurnAsync(conversation, null);
        Desk.Clock.Advance(TimeSpan.FromMinutes(1));
        (await store.SaveAsync(Desk.Actor, null, TenantPolicies.Default with { Refunds = new RefundPolicy { FirstPaymentDays = 7 } }, Desk.Clock.GetUtcNow(), default)).Version.ShouldBe(1);
        Desk.Clock.Advance(TimeSpan.FromMinutes(1));
        (Guid after, _) = await TurnAsync(conversation, null);
        (Guid named, _) = await TurnAsync(conversation, null, policyVersion: 0);
        (Guid gone, _) = await TurnAsync(conversation, null, policyVersion: 5);

        (await PoliciesAsync(before))!.Version.ShouldBe(0);
        (await PoliciesAsync(after))!.Policies.Refunds.FirstPaymentDays.ShouldBe(7);
        (await PoliciesAsync(named))!.Policies.ShouldBe(TenantPolicies.Default with { Currency = "EUR" });
        (await PoliciesAsync(gone)).ShouldBeNull();
    }

    [Fact]
    public async Task Another_tenants_runs_are_not_read_and_a_deleted_journal_is_empty()
    {
        Guid conversation = await Desk.AddConversationAsync();
        (Guid turn, _) = await TurnAsync(conversation, null);
        await Desk.Get<IRunRetention>().DeleteJournalsAsync(Desk.TenantId, Desk.Clock.GetUtcNow(), Guid.Empty, 1000, default);

        RecordedTurn kept = (await Recorded.TurnAsync(Desk.TenantId, turn, default))!;
        (kept.Steps.Count, kept.Dialogues.Count, kept.Policies).ShouldBe((0, 0, null));
        Guid other = await Desk.AddTenantAsync("other");
        (await Recorded.TurnAsync(other, turn, default)).ShouldBeNull();
        (await Recorded.RunAsync(other, turn, default)).ShouldBeNull();
        (await Recorded.TurnsOfAsync(other, conversation, default)).ShouldBeEmpty();
    }

    private async Task<(Guid Turn, TurnState Given)> TurnAsync(Guid conversation, DialogueChange? dialogue, int? policyVersion = null)
    {
        AcceptResult accepted = await Desk.AcceptAsync(conversation);
        TurnState state = await FinishAsync(accepted, dialogue, policyVersion);
        return (accepted.RunId, state);
    }

    private async Task<TurnState> FinishAsync(AcceptResult accepted, DialogueChange? dialogue, int? policyVersion = null)
    {
        TurnState state = await Desk.LoadAsync(accepted);
        Desk.Clock.Advance(TimeSpan.FromSeconds(1));
        await Desk.Store.FinishAsync(Desk.Finishing(state, dialogue: dialogue) with { Steps = [(TurnBasis.Of(state) with { PolicyVersion = policyVersion }).ToStep()] }, default);
        return state;
    }

    private async Task<(Guid, string, string)[]> PartsAsync(Guid turn) =>
        [.. (await Recorded.TurnAsync(Desk.TenantId, turn, default))!.Dialogues.Select(d => (d.RunId, string.Join(' ', d.Before.Select(s => s.Name)), string.Join(' ', d.Taken.Select(s => s.Name))))];

    private async Task<CurrentPolicies?> PoliciesAsync(Guid turn) => (await Recorded.TurnAsync(Desk.TenantId, turn, default))!.Policies;

    private static JournalEntry Step(string name) => Journal.EntryOf(name, 1);
}
