using Switchboard.Core.Conversations;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding;

namespace Switchboard.Core.Agents;

/// <summary>How an agent's part of a turn ended.</summary>
/// <param name="Reply">What is said: the end of the dialogue, or its question.</param>
/// <param name="Waits">Whether the dialogue goes on with the customer's next message.</param>
/// <param name="NewSteps">The steps taken in this turn.</param>
/// <param name="Restarted">Why the stored journal could not be continued and the dialogue began anew; null when it could.</param>
public sealed record AgentOutcome(Reply Reply, bool Waits, IReadOnlyList<JournalEntry> NewSteps, string? Restarted);

/// <summary>Runs a specialist's dialogue up to its reply or its next question.</summary>
public sealed class AgentRunner(Catalogue catalogue)
{
    /// <summary>Replays the journal, takes the steps that are new, and stops at the reply or at a question.</summary>
    public async Task<AgentOutcome> RunAsync(DialogueInput opening, IReadOnlyList<JournalEntry> recorded, TurnState state, Understood understood, IFacts facts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        AgentCard card = catalogue.ById[opening.AgentId];
        Specialist specialist = catalogue.Specialist(opening.AgentId);
        try
        {
            return await RunOnceAsync(recorded, restarted: null);
        }
        catch (JournalMismatchException mismatch)
        {
            // The code changed while the dialogue waited. Nothing was performed, so it begins again from the customer's wish.
            return await RunOnceAsync([], mismatch.Message);
        }

        async Task<AgentOutcome> RunOnceAsync(IReadOnlyList<JournalEntry> entries, string? restarted)
        {
            var journal = new Journal(entries);
            var turn = new Turn(card, state, understood, opening, journal, facts, now);
            Task<Reply> talk = specialist.Begin(turn).Task;
            await Task.WhenAny(talk, turn.Parked).WaitAsync(cancellationToken);
            if (!talk.IsCompleted)
            {
                Question question = await turn.Parked;
                return new AgentOutcome(new Reply { Status = Domain.Support.ReplyStatus.NeedsInfo, Sentences = [new ReplySentence(question.Text, [])], Confidence = 1 }, Waits: true, journal.Added, restarted);
            }
            Reply reply = await talk;
            journal.RequireConsumed();
            return new AgentOutcome(reply, Waits: false, journal.Added, restarted);
        }
    }
}
