using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Agents.Kinds.Writing;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Knowledge;

/// <summary>Drafts entries for the questions that many customers asked and got resolved. What nothing answers is the gap detector's.</summary>
[Agent("knowledge/faq-generator")]
public sealed class FaqGenerator : Writer<FaqInput, FaqFacts, FaqFinding>
{
    private const int days = 30;

    /// <inheritdoc />
    protected override string DraftKind => "faq";

    /// <inheritdoc />
    protected override bool IsKept(FaqInput input, FaqFinding written) => written.Drafts.Any(d => d.Action != "confirm");

    /// <inheritdoc />
    protected override async Task<Finding<FaqFacts>> LoadAsync(FaqInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        DateTimeOffset from = basis.Now.AddDays(-days), now = basis.Now;
        IReadOnlyList<Conversation> talks = await rows.ListAsync<Conversation>(q => q.Where(c => c.CreatedAt > from && c.CreatedAt <= now).OrderBy(c => c.Id));
        HashSet<Guid> ids = [.. talks.Select(c => c.Id)];
        ILookup<Guid, Message> messages = (await rows.ListAsync<Message>(q => q.Where(m => ids.Contains(m.ConversationId) && !m.IsPrivate).OrderBy(m => m.ConversationId).ThenBy(m => m.Sequence))).ToLookup(m => m.ConversationId);
        IReadOnlyList<KbArticle> articles = await PassageRows.PublishedAsync(rows);
        IReadOnlyList<ContentDraft> faqs = await rows.ListAsync<ContentDraft>(q => q.Where(d => d.Kind == "faq" && d.ReviewStatus == "published").OrderBy(d => d.Id));
        return new FaqFacts
        {
            Questions = [.. talks.Select(c => QuestionOf(c, [.. messages[c.Id]])).OfType<AnsweredQuestion>()],
            // What goes into an entry is for everybody, so only what everybody may read can answer it.
            Passages = [.. articles.Where(a => a.Audience == "public").SelectMany(PassageRows.Of)],
            Standing = [.. articles.Where(a => a.Category.Equals("faq", StringComparison.OrdinalIgnoreCase)).Select(a => new StandingFaq(a.Id.ToString("D"), a.Title, a.Body)), .. faqs.Select(d => new StandingFaq(d.Id.ToString("D"), d.Title, d.Body))],
        };
    }

    /// <inheritdoc />
    protected override Finding<Outline<FaqFinding>> Outline(FaqInput input, FaqFacts facts, AgentBasis basis)
    {
        if (FaqQuestions.Find(facts.Questions ?? [], facts.Passages ?? [], facts.Standing ?? [], facts.TrainedModel ?? false, basis.Now) is not { } found)
            return new Stop("too_few_questions", "Fewer than 50 questions were resolved in the last 30 days.");
        FaqEntry[] written = [.. found.Entries.Where(e => e.Action != "confirm")];
        return new Outline<FaqFinding>(
            new FaqFinding { Drafts = found.Entries, Unanswered = found.Unanswered, Read = found.Read, From = basis.Now.AddDays(-days), To = basis.Now },
            $"Questions of {basis.Today.AddDays(-days):yyyy-MM-dd} to {basis.Today:yyyy-MM-dd}",
            [.. written.Select(e => new OutlineSection(null, [OutlineSentence.Taken($"**{e.Question.TrimEnd('?')}?**\n", [.. EvidenceOf(e)]), .. e.Answer.Select(s => OutlineSentence.Taken(s.Text, [.. s.Citations.Select(Named)]))]))]);
    }

    private static IEnumerable<string> EvidenceOf(FaqEntry entry) => entry.Answer.SelectMany(s => s.Citations).Select(Named).Distinct(StringComparer.Ordinal);

    private static string Named(PassageCitation citation) => citation.ArticleId is { } id ? $"kb_article:{id}@{citation.Version}" : citation.ChunkId;

    private static AnsweredQuestion? QuestionOf(Conversation talk, List<Message> messages)
    {
        if (messages.Find(m => m.Author == MessageAuthor.Customer) is not { } asked) return null;
        Message? person = messages.FindLast(m => m.Author == MessageAuthor.Human);
        return new AnsweredQuestion
        {
            Text = asked.Text,
            Contact = (talk.ContactId ?? talk.VisitorId ?? talk.Id).ToString("D"),
            At = asked.CreatedAt,
            Resolved = talk.ConfirmedAt is not null || talk.ResolvedAt is not null,
            Confirmed = talk.ConfirmedAt is not null,
            // An agent that answered without an article answered from the customer's own rows.
            UsedCustomerData = messages.Exists(m => m.Author == MessageAuthor.Agent && m.Status is ReplyStatus.Acted || (m.Author == MessageAuthor.Agent && m.Status == ReplyStatus.Answered && m.Citations.Count == 0 && m.AgentId?.StartsWith("desk/", StringComparison.Ordinal) == false)),
            HumanAnswer = person?.Text,
            HumanMessageId = person?.Id.ToString("D"),
        };
    }
}

/// <summary>Nothing: it looks at the last 30 days.</summary>
public sealed record FaqInput;

/// <summary>What entries are made of.</summary>
public sealed record FaqFacts
{
    /// <summary>What customers asked.</summary>
    public IReadOnlyList<AnsweredQuestion>? Questions { get; init; }

    /// <summary>Passages of published articles.</summary>
    public IReadOnlyList<IndexPassage>? Passages { get; init; }

    /// <summary>Entries that stand already.</summary>
    public IReadOnlyList<StandingFaq>? Standing { get; init; }

    /// <summary>Whether the vectors are a trained model's.</summary>
    public bool? TrainedModel { get; init; }
}

/// <summary>The entries of a week.</summary>
public sealed record FaqFinding : WrittenFinding
{
    /// <summary>The entries, those asked by most people first.</summary>
    public required IReadOnlyList<FaqEntry> Drafts { get; init; }

    /// <summary>What many asked and nothing answers.</summary>
    public required IReadOnlyList<string> Unanswered { get; init; }

    /// <summary>Questions that were looked at.</summary>
    public required int Read { get; init; }

    /// <summary>The first day.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The last.</summary>
    public required DateTimeOffset To { get; init; }
}
