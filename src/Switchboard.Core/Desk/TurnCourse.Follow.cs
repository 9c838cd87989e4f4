using Switchboard.Core.Conversations;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk;

/// <summary>What a message goes on with that asks nothing by itself.</summary>
public sealed partial class TurnCourse
{
    private const int mostFollowed = 6;

    /// <summary>
    /// The question that was asked in full of whoever spoke last, and what was other in it since, oldest first; empty where the message asks something by itself. It is read from the messages, which
    /// do not change, by the names of now.
    /// </summary>
    private SaidEarlier[] AskedBefore(TurnState state, Understood understood, TurnSeams seams)
    {
        if (!state.AsksAgain || TurnSight.SpokeOf(state) is not { } spoke || FollowUp.Of(state.Trigger.Text, understood.Entities) is null) return [];
        var asked = new List<SaidEarlier>();
        Message[] before = [.. state.History.Where(m => m.Sequence < state.Trigger.Sequence && m.Author != MessageAuthor.System && !m.IsPrivate).OrderByDescending(m => m.Sequence)];
        foreach (Message message in before)
        {
            if (message.Author != MessageAuthor.Customer)
            {
                if (message.AgentId != spoke) break;
                continue;
            }

            Understood said = reader.Read(message.Text, message.CreatedAt, state.Tenant, policy.IntentFloor, Around(state, seams, null));
            asked.Insert(0, new SaidEarlier(message.Text, said));
            bool answersOnly = said.Intents.Any(i => i is { IsWholeMessage: true, Label: "yes" or "no" });
            if (asked.Count == mostFollowed || (!answersOnly && FollowUp.Of(message.Text, said.Entities) is null)) break;
        }

        return [.. asked];
    }
}
