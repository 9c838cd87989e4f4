using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Operations;

namespace Switchboard.Core.Agents;

/// <summary>How an agent's part of a turn ended.</summary>
/// <param name="Reply">What is said: the end of the dialogue, or its question.</param>
/// <param name="Waits">Whether the dialogue goes on in a later turn.</param>
/// <param name="NewSteps">The steps taken in this turn that are still to be stored.</param>
/// <param name="Restarted">Why the stored journal could not be continued and the dialogue began anew; null when it could.</param>
/// <param name="DialogueVersion">The version of its stored dialogue by now; 0 when none is stored.</param>
/// <param name="Events">What the stream is told of its actions.</param>
/// <param name="Approvals">The approvals it asks for.</param>
public sealed record AgentOutcome(Reply Reply, bool Waits, IReadOnlyList<JournalEntry> NewSteps, string? Restarted, int DialogueVersion, IReadOnlyList<PendingEvent> Events, IReadOnlyList<Approval> Approvals)
{
    /// <summary>All steps the agent took in this turn, stored or not.</summary>
    public IReadOnlyList<JournalEntry> Taken { get; init; } = [];
}

/// <summary>Runs a specialist's dialogue up to its reply or its next question.</summary>
public sealed class AgentRunner(Catalogue catalogue, DeskPolicy policy)
{
    /// <summary>Replays the journal, takes the steps that are new, and stops at the reply or at a question.</summary>
    /// <exception cref="DialogueLoopException">The talk would not come to an end in this turn.</exception>
    /// <exception cref="JournalMismatchException">The stored journal cannot be continued, and something was done by it: beginning anew could do it twice.</exception>
    public async Task<AgentOutcome> RunAsync(DialogueInput opening, OpenDialogue? open, TurnState state, Understood understood, IFacts facts, TurnEffects effects, DateTimeOffset now, CancellationToken cancellationToken, IReadOnlyList<SaidEarlier>? follows = null)
    {
        AgentCard card = catalogue.ById[opening.AgentId];
        ISpecialist specialist = catalogue.Specialist(opening.AgentId);
        try
        {
            return await RunOnceAsync(open, restarted: null);
        }
        catch (JournalMismatchException mismatch) when (open is { HasActed: false })
        {
            // The code changed while the dialogue waited. Nothing was performed, so it begins again from the customer's wish, with what the customer gave.
            return await RunOnceAsync(null, mismatch.Message);
        }

        async Task<AgentOutcome> RunOnceAsync(OpenDialogue? dialogue, string? restarted)
        {
            IReadOnlyList<JournalEntry>? taken = state.Taken is null ? null : state.Taken.GetValueOrDefault(card.Id, []);
            var journal = dialogue is null ? new Journal([], open?.Journal, taken, policy.MostSteps) : new Journal(dialogue.Journal, taken: taken, most: policy.MostSteps);
            var own = new AgentEffects(effects, card, dialogue, journal);
            string language = LanguageOf(state, understood);
            var turn = new Turn(CardFor(card, state, language), state, understood, opening, journal, facts, own, now) { NamesOf = id => catalogue.NamesOf(id, language), Follows = follows ?? [] };
            Task<Reply> talk = specialist.Begin(turn).Task;
            await Task.WhenAny(talk, turn.Parked).WaitAsync(cancellationToken);
            Reply reply;
            if (talk.IsCompleted)
            {
                try
                {
                    reply = await talk;
                }
                catch (DialogueLoopException loop)
                {
                    throw new DialogueLoopException(policy.MostSteps, loop.Step) { DialogueVersion = own.DialogueVersion, Taken = journal.Unstored };
                }
            }
            else
            {
                Question question = await turn.Parked;
                reply = new Reply { Status = question.Status, Sentences = [new ReplySentence(question.Text, [])], Confidence = 1 };
            }

            journal.RequireConsumed();
            return new AgentOutcome(reply, !talk.IsCompleted, journal.Unstored, restarted, own.DialogueVersion, own.Events, own.Approvals) { Taken = journal.Added };
        }
    }

    /// <summary>The card in the words in which the customer is spoken with. Before the desk spoke back, of its own cards the clarifier's alone had others than English ones.</summary>
    internal static AgentCard CardFor(AgentCard card, TurnState state, string language) =>
        state.SpeaksBack || card.Id == DeskAgents.Clarifier || !card.Id.StartsWith(DeskAgents.Folder, StringComparison.Ordinal) ? card.In(language) : card;

    /// <summary>In which language the customer is spoken with: that of the message, of the conversation where it is too short to tell, else the tenant's.</summary>
    internal static string LanguageOf(TurnState state, Understood understood) => understood.Language != "und" ? understood.Language : state.Conversation.Language ?? state.Tenant.Locale;
}
