using Switchboard.Core.Agents;
using Switchboard.Core.Knowledge;

namespace Switchboard.Core.Desk;

/// <summary>The facts of one turn, read from one state of the articles. What was asked once is not searched again.</summary>
/// <param name="index">The state of the articles.</param>
/// <param name="today">The tenant's calendar day, by which articles are fresh or old.</param>
/// <param name="earlier">The customer's earlier messages, oldest first: what a short question may lean on.</param>
public sealed class TurnFacts(KnowledgeIndex index, DateOnly today, IReadOnlyList<string> earlier) : IFacts
{
    private readonly Dictionary<string, KnowledgeAnswer> answers = new(StringComparer.Ordinal);

    /// <summary>The state of the articles.</summary>
    public KnowledgeIndex Index => index;

    /// <summary>What was asked and found, for the decision record.</summary>
    public IReadOnlyCollection<KnowledgeAnswer> Asked => answers.Values;

    /// <inheritdoc />
    public Task<KnowledgeAnswer> AnswerAsync(string question)
    {
        if (!answers.TryGetValue(question, out KnowledgeAnswer? answer)) answers[question] = answer = Answer(question);
        return Task.FromResult(answer);
    }

    private KnowledgeAnswer Answer(string question)
    {
        var options = new AnswerOptions { Today = today };
        string alone = ConversationQuery.Rewrite(earlier, question);
        if (alone != question && AnswerComposer.Answer(index, alone, options) is { Outcome: AnswerOutcome.Answered } answer) return answer;
        return AnswerComposer.Answer(index, question, options);
    }
}
