using Switchboard.Core.Agents;
using Switchboard.Core.Context;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk;

/// <summary>The facts of one turn, read from one state of the articles, with a note of what was read.</summary>
/// <param name="articles">The articles.</param>
/// <param name="rows">Where the tenant's rows are read.</param>
public sealed class TurnFacts(ITurnArticles articles, IFactSource rows) : IPassages
{
    private readonly List<IRowFacts> opened = [];
    private readonly List<PassageRead> passages = [];

    /// <summary>What was asked and found, for the decision record.</summary>
    public IReadOnlyCollection<KnowledgeAnswer> Asked => articles.Asked;

    /// <summary>The rows that agents read in this turn, for the decision record.</summary>
    public IEnumerable<FactRead> Reads => opened.SelectMany(o => o.Reads);

    /// <summary>What the check of the reply read of the articles, for the journal.</summary>
    public IReadOnlyList<PassageRead> Passages => passages;

    /// <summary>The version of the published articles.</summary>
    public long KnowledgeVersion => articles.Version;

    /// <summary>How well the articles answer the message, 0..1.</summary>
    public double Confidence(string question) => articles.Confidence(question);

    /// <summary>What the articles say to a question; of a choice of them where one is given.</summary>
    public KnowledgeAnswer Answer(string question, ArticleChoice? from = null) => articles.Answer(question, from);

    /// <inheritdoc />
    public CitedPlace? At(Citation citation)
    {
        CitedPlace? passage = articles.At(citation);
        if (!passages.Exists(p => p.IsOf(citation))) passages.Add(PassageRead.Of(citation, passage));
        return passage;
    }

    /// <summary>The facts as one agent may read them.</summary>
    public IFacts For(AgentCard card, TurnState state)
    {
        IRowFacts own = rows.Open(FactScope.Of(card, state));
        opened.Add(own);
        return new AgentFacts(this, card, own);
    }

    private sealed class AgentFacts(TurnFacts turn, AgentCard card, IRowFacts rows) : IFacts
    {
        public IReadOnlyList<FactRead> Reads => rows.Reads;

        public Task<KnowledgeAnswer> AnswerAsync(string question, ArticleChoice? from = null) => card.Capabilities.Contains(OwnCardReader.ReadsArticles)
            ? Task.FromResult(turn.Answer(question, from))
            : throw new FactsDeniedException("capability_missing", "knowledge", $"The card of {card.Id} does not declare {OwnCardReader.ReadsArticles}.");

        public Task<IReadOnlyList<TResult>> ListAsync<TRow, TResult>(Func<IQueryable<TRow>, IQueryable<TResult>> query) where TRow : class, ITenantOwned => rows.ListAsync(query);

        public Task<TRow?> SingleAsync<TRow>(Func<IQueryable<TRow>, IQueryable<TRow>> query) where TRow : class, ITenantOwned => rows.SingleAsync(query);

        public Task<CustomerContext?> ContextAsync(Guid? customerId, Guid? contactId) => rows.ContextAsync(customerId, contactId);

        public Task<int> CountAsync<TRow>(Func<IQueryable<TRow>, IQueryable<TRow>> query) where TRow : class, ITenantOwned => rows.CountAsync(query);
    }
}
