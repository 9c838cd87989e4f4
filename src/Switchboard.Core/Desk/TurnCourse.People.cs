using Switchboard.Core.Agents;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk.Guards;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk;

/// <summary>The ends of a turn that nothing else could end: people take over, and the customer is told so, whatever broke.</summary>
public sealed partial class TurnCourse
{
    /// <summary>Ends a turn that cannot be carried out: people take over.</summary>
    public async Task<FinishTurn> GiveUpAsync(TurnState state, string error, TurnSeams seams, CancellationToken cancellationToken)
    {
        TurnLog log = BeginAnyhow(state, seams);
        var facts = new TurnFacts(seams.Articles, seams.Rows);
        var effects = new TurnEffects(seams.Actions, seams.Policies, state, policy.ApprovalLife, seams.Now) { Guard = state.IsGuarded ? new TurnGuard(seams.Guarded, state, log.Checked) : null };
        log.Routed(new RouteDecision(RouteKind.Human, DeskAgents.HumanHandoff, 1, "The turn failed, so people take over.", "tool_failed", Abstain.None, [new Considered(DeskAgents.HumanHandoff, 1, null)]));
        log.Failed(error);
        if (state.Input.Trigger == TurnTrigger.Message)
        {
            state.Conversation.CustomerWrote(state.Trigger.CreatedAt);
            Note(state, log.Understood);
        }

        if (state.Conversation.Owner != ConversationOwner.Human) await GiveAwayAsync(state, facts, effects, log, cancellationToken);
        return log.Finish(state, facts, effects, seams.Now(), seams.Took());
    }

    private async Task GiveAwayAsync(TurnState state, TurnFacts facts, TurnEffects effects, TurnLog log, CancellationToken cancellationToken)
    {
        const string Why = "The turn failed.";
        DialogueInput opening = Opening(state, DeskAgents.HumanHandoff, "tool_failed");
        try
        {
            await RunAgentAsync(state, opening, null, Why, facts, effects, log, cancellationToken);
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            // What broke the turn may be the very talk that hands over.
            HandOverAlone(state, opening, Why, log, joins: false);
        }

        try
        {
            await GuardAsync(facts, effects, log, _ => Task.CompletedTask, cancellationToken);
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            // Or the very check.
            log.Revised(Safe(log.Reply!, effects));
        }
    }

    /// <summary>Reads the message; what broke the turn may be that it cannot be read.</summary>
    private TurnLog BeginAnyhow(TurnState state, TurnSeams seams)
    {
        try
        {
            return Begin(state, seams);
        }
        catch (Exception unreadable) when (unreadable is not OperationCanceledException)
        {
            return new TurnLog(Unread(state), policy, catalogue, TurnBasis.Of(state));
        }
    }

    private static Understood Unread(TurnState state) => new(state.Conversation.Language ?? "und", [], [], null);

    /// <summary>Gives the conversation to people without the talk that does it, which has come to no end: with the same words and the same file, and without a question.</summary>
    private Reply HandOverAlone(TurnState state, DialogueInput opening, string why, TurnLog log, bool joins)
    {
        AgentCard card = AgentRunner.CardFor(catalogue.ById[DeskAgents.HumanHandoff], state, AgentRunner.LanguageOf(state, log.Understood));
        CaseFile file = CaseFiles.Of(state, opening, card.Id, state.Contact?.Email ?? state.Conversation.ReplyEmail, state.Trigger.CreatedAt);
        Reply said = CaseFiles.Said(card, opening.Reason, file);
        log.Ran(opening, null, new AgentOutcome(said, Waits: false, [], null, 0, [], []), why, isUnsure: false, joins);
        return said;
    }
}
