using Switchboard.Core.Agents;
using Switchboard.Core.Conversations;
using Switchboard.Core.Knowledge;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Desk;

/// <summary>Answers a question in sentences of the published articles, each with its citation, or says that it cannot and what comes closest.</summary>
[Agent("desk/knowledge-answerer")]
public sealed class KnowledgeAnswerer : Specialist
{
    /// <inheritdoc />
    protected override async Dialogue<Reply> Handle(Turn turn)
    {
        KnowledgeAnswer answer = await turn.Read("answer", facts => facts.AnswerAsync(turn.Opening.Wish));
        if (answer.Outcome == AnswerOutcome.Answered) return Cited(answer);

        var finding = new { Titles = string.Join("; ", answer.Closest.Select(hit => $"“{hit.Title}”")) };
        return turn.Say(ReplyStatus.Declined, answer.Closest.Count == 0 ? "unknown" : "unknown-closest", finding, answer.Confidence, "no_evidence");
    }

    /// <summary>The sentences of an answer, each with what it cites.</summary>
    internal static Reply Cited(KnowledgeAnswer answer) => new()
    {
        Status = ReplyStatus.Answered,
        Sentences = [.. answer.Sentences.Select(s => new ReplySentence(s.Text, [.. s.Citations.Select(OpenedAtQuote)]))],
        Confidence = answer.Confidence,
    };

    private static Citation OpenedAtQuote(Citation citation) => citation with { Url = $"{citation.Url}?from={citation.Start}&to={citation.End}#quote" };
}
