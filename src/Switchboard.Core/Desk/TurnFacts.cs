using Switchboard.Core.Agents;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Runs;
using Switchboard.Domain;

namespace Switchboard.Core.Desk;

/// <summary>The facts of one turn, read from one state of the articles. What was asked once is not searched again.</summary>
/// <param name="index">The state of the articles.</param>
/// <param name="today">The tenant's calendar day, by which articles are fresh or old.</param>
/// <param name="rows">Where the tenant's rows are read.</param>
/// <param name="earlier">The customer's earlier messages, oldest first: what a short question may lean on.</param>
/// <param name="audiences">The audiences the one who writes belongs to, beside everybody: no other article is searched or cited.</param>
public sealed class TurnFacts(KnowledgeIndex index, DateOnly today, IFactSource rows, IReadOnlyList<string> earlier, IReadOnlySet<string> audiences)
{
    private readonly Dictionary<string, KnowledgeAnswer> answers = new(StringComparer.Ordinal);
    private readonly List<IRowFacts> opened = [];

    /// <summary>The state of the articles.</summary>
    public KnowledgeIndex Index => index;

    /// <summary>What was asked and found, for the decision record.</summary>
    public IReadOnlyCollection<KnowledgeAnswer> Asked => answers.Values;

    /// <summary>The rows that agents read in this turn, for the decision record.</summary>
    public IEnumerable<FactRead> Reads => opened.SelectMany(o => o.Reads);

    /// <summary>What the articles say to a question.</summary>
    public KnowledgeAnswer Answer(string question)
    {
        if (!answers.TryGetValue(question, out KnowledgeAnswer? answer)) answers[question] = answer = Ask(question);
        return answer;
    }

    /// <summary>The facts as one agent may read them.</summary>
    public IFacts For(AgentCard card, TurnState state)
    {
        IRowFacts own = rows.Open(FactScope.Of(card, state));
        opened.Add(own);
        return new AgentFacts(this, own);
    }

    private KnowledgeAnswer Ask(string question)
    {
        var options = new AnswerOptions { Today = today, Search = new SearchOptions { Audiences = audiences } };
        string alone = ConversationQuery.Rewrite(earlier, question);
        if (alone != question && AnswerComposer.Answer(index, alone, options) is { Outcome: AnswerOutcome.Answered } answer) return answer;
        return AnswerComposer.Answer(index, question, options);
    }

    private sealed class AgentFacts(TurnFacts turn, IRowFacts rows) : IFacts
    {
        public IReadOnlyList<FactRead> Reads => rows.Reads;

        public Task<KnowledgeAnswer> AnswerAsync(string question) => Task.FromResult(turn.Answer(question));

        public Task<IReadOnlyList<TResult>> ListAsync<TRow, TResult>(Func<IQueryable<TRow>, IQueryable<TResult>> query) where TRow : class, ITenantOwned => rows.ListAsync(query);

        public Task<TRow?> SingleAsync<TRow>(Func<IQueryable<TRow>, IQueryable<TRow>> query) where TRow : class, ITenantOwned => rows.SingleAsync(query);

        public Task<int> CountAsync<TRow>(Func<IQueryable<TRow>, IQueryable<TRow>> query) where TRow : class, ITenantOwned => rows.CountAsync(query);
    }
}
