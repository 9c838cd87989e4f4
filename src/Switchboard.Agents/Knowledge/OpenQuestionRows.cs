using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Knowledge;

/// <summary>Reads what was asked in the last 30 days and not answered well: weak searches, talks that went to people for want of evidence, answers that did not help.</summary>
internal sealed class OpenQuestionRows(IRowFacts rows, AgentBasis basis)
{
    private const int days = 30;
    private const string noEvidence = "no_evidence";

    private readonly DateTimeOffset from = basis.Now.AddDays(-days);
    private readonly DateTimeOffset now = basis.Now;

    public async Task<GapFacts> LoadAsync()
    {
        List<OpenQuestion> questions = [.. await SearchesAsync(), .. await TalksAsync()];
        IReadOnlyList<KnownGap> known = await rows.ListAsync((IQueryable<KbGap> q) => q.Where(g => g.ClosedAt == null || g.ClosedAt > from).OrderBy(g => g.Id).Select(g => new KnownGap(g.Id.ToString(), g.Label, g.ClosedAt)));
        return new GapFacts { Questions = questions, Known = known };
    }

    private async Task<IEnumerable<OpenQuestion>> SearchesAsync()
    {
        IReadOnlyList<SearchLog> searches = await rows.ListAsync<SearchLog>(q => q.Where(s => s.At > from && s.At <= now && (s.Outcome == SearchOutcomes.Weak || s.Outcome == SearchOutcomes.None)).OrderBy(s => s.At).ThenBy(s => s.Id));
        return searches.Select(s => new OpenQuestion
        {
            Text = s.Query,
            At = s.At,
            // Who searched without being told apart counts as one person for each search.
            Contact = s.ContactHash ?? s.Id.ToString("D"),
            Outcome = s.Outcome == SearchOutcomes.Weak ? "weak" : "no_match",
            BestRelevance = s.BestRelevance,
            BestArticle = s.ArticleId?.ToString("D"),
        });
    }

    private async Task<IEnumerable<OpenQuestion>> TalksAsync()
    {
        IReadOnlyList<Handoff> handoffs = await rows.ListAsync<Handoff>(q => q.Where(h => h.CreatedAt > from && h.CreatedAt <= now).OrderBy(h => h.CreatedAt).ThenBy(h => h.Id));
        IReadOnlyList<KbUse> unhelpful = await rows.ListAsync<KbUse>(q => q.Where(u => u.At > from && u.At <= now && u.Event == KbEvent.NotHelpful && u.Uncounted == null && u.ConversationId != null));
        Dictionary<Guid, Handoff> handed = handoffs.GroupBy(h => h.ConversationId).ToDictionary(g => g.Key, g => g.First());
        Dictionary<Guid, KbUse> voted = unhelpful.GroupBy(u => u.ConversationId!.Value).ToDictionary(g => g.Key, g => g.First());
        HashSet<Guid> ids = [.. handed.Where(h => h.Value.Reason == noEvidence).Select(h => h.Key), .. voted.Keys];
        IReadOnlyList<Conversation> talks = await rows.ListAsync<Conversation>(q => q.Where(c => ids.Contains(c.Id)).OrderBy(c => c.Id));
        Dictionary<Guid, string> solved = await SolvedAsync([.. talks.Where(c => c.ConfirmedAt != null || c.ResolvedAt != null).Select(c => c.Id)]);
        return talks.Select(c => new OpenQuestion
        {
            Text = handed.TryGetValue(c.Id, out Handoff? handoff) ? handoff.CaseFile.Wish : c.Subject,
            At = handoff?.CreatedAt ?? voted[c.Id].At,
            Contact = (c.ContactId ?? c.VisitorId ?? c.Id).ToString("D"),
            Customer = c.CustomerId?.ToString("D"),
            Outcome = handoff?.Reason == noEvidence ? noEvidence : "not_helpful",
            HandedOff = handoff is not null,
            Sentiment = c.SentimentLast,
            BestArticle = voted.TryGetValue(c.Id, out KbUse? vote) ? vote.ArticleId.ToString("D") : null,
            ResolvedWith = solved.GetValueOrDefault(c.Id),
        });
    }

    /// <summary>The published article that a person named in each of these talks.</summary>
    private async Task<Dictionary<Guid, string>> SolvedAsync(HashSet<Guid> talks)
    {
        IReadOnlyList<Message> answers = await rows.ListAsync<Message>(q => q.Where(m => talks.Contains(m.ConversationId) && m.Author == MessageAuthor.Human && !m.IsPrivate).OrderBy(m => m.Sequence));
        HashSet<Guid> cited = [.. answers.SelectMany(m => m.Citations).Select(c => c.ArticleId)];
        HashSet<Guid> published = [.. (await rows.ListAsync((IQueryable<KbArticle> q) => q.Where(a => cited.Contains(a.Id) && a.Status == ArticleStatus.Published).Select(a => a.Id)))];
        return answers.SelectMany(m => m.Citations.Where(c => published.Contains(c.ArticleId)).Select(c => (m.ConversationId, c.ArticleId))).GroupBy(c => c.ConversationId).ToDictionary(g => g.Key, g => g.Last().ArticleId.ToString("D"));
    }
}
