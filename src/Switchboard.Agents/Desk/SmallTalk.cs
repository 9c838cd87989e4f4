using Switchboard.Core.Agents;
using Switchboard.Core.Conversations;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Desk;

/// <summary>Answers messages that ask nothing: greetings, thanks, farewells, praise and blame, and who is speaking. Thanks after an answer confirm that the matter is done.</summary>
[Agent("desk/small-talk")]
public sealed class SmallTalk : Specialist
{
    /// <inheritdoc />
    protected override async Dialogue<Reply> Handle(Turn turn)
    {
        Talk talk = await turn.Decide("label", () => Classify(turn));
        Reply reply = turn.Say(ReplyStatus.Answered, talk.Confirms ? "thanks-resolved" : talk.Label);
        return reply with { Resolves = talk.Confirms };
    }

    private static Talk Classify(Turn turn)
    {
        if (turn.Opening.Reason == "feedback") return new Talk(turn.Understood.Sentiment < 0 ? "feedback-sorry" : "feedback", Confirms: false);
        string label = turn.Understood.Intents.FirstOrDefault(i => i.AgentId == turn.Card.Id && i.IsWholeMessage)?.Label ?? "greeting";
        ReplyStatus? last = turn.History.LastOrDefault(m => m.Author == MessageAuthor.Agent)?.Status;
        bool answered = turn.History.Any(m => m.Author == MessageAuthor.Agent && m.Citations.Count > 0);
        return new Talk(label, label == "thanks" && answered && last == ReplyStatus.Answered);
    }

    private sealed record Talk(string Label, bool Confirms);
}
