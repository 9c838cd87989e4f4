using Switchboard.Core.Actions.Knowledge;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Knowledge;

/// <summary>Keeps the account of what each article did in real conversations. Nothing is counted that has no row.</summary>
[Agent("knowledge/feedback-tracker")]
public sealed class FeedbackTracker : Operator<FeedbackInput, FeedbackFacts, UseReport>
{
    private const int mostDays = 730;
    private const int mostEvents = 1000;

    /// <summary>All follow each other, so that a key is seen by the next.</summary>
    protected override string? EntityOf(FeedbackInput input) => "kb_use/all";

    /// <inheritdoc />
    protected override async Task<Finding<FeedbackFacts>> LoadAsync(FeedbackInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (Problem(input) is { } problem) return problem;
        DateTimeOffset from = basis.Now.AddDays(-input.WindowDays), now = basis.Now;
        IReadOnlyList<KbUse> uses = await rows.ListAsync<KbUse>(q => q.Where(u => u.Uncounted == null && u.At > from && u.At <= now).OrderBy(u => u.At).ThenBy(u => u.Id));
        IReadOnlyList<Guid> articles = await rows.ListAsync((IQueryable<KbArticle> q) => q.OrderBy(a => a.Id).Select(a => a.Id));
        IReadOnlyList<Conversation> ended = await rows.ListAsync<Conversation>(q => q.Where(c => (c.ConfirmedAt != null && c.ConfirmedAt > from) || (c.ResolvedAt != null && c.ResolvedAt > from && c.AnsweredAt != null && c.HumanMessages == 0)).OrderBy(c => c.Id));
        HashSet<Guid> ids = [.. ended.Select(c => c.Id)];
        IReadOnlyList<Message> answers = await rows.ListAsync<Message>(q => q.Where(m => ids.Contains(m.ConversationId) && m.Author == MessageAuthor.Agent).OrderBy(m => m.ConversationId).ThenBy(m => m.Sequence));
        ILookup<Guid, Message> byTalk = answers.ToLookup(m => m.ConversationId);
        return new FeedbackFacts
        {
            Events = input.Events,
            Stored = [.. uses.Select(u => new StoredUse { Id = u.Id.ToString("D"), ArticleId = u.ArticleId.ToString("D"), Version = u.ArticleVersion ?? 1, ConversationId = u.ConversationId?.ToString("D"), Voter = u.Voter, Event = u.Event, At = u.At, IdempotencyKey = u.IdempotencyKey })],
            Articles = [.. articles.Select(a => a.ToString("D"))],
            Talks = [.. ended.Select(c => EndOf(c, byTalk[c.Id]))],
        };
    }

    /// <inheritdoc />
    protected override Finding<OperatorPlan<UseReport>> Decide(FeedbackInput input, FeedbackFacts facts, AgentBasis basis)
    {
        if (Problem(input) is { } problem) return problem;
        IReadOnlyList<UseEvent> events = facts.Events ?? input.Events ?? [];
        if (events.Count == 0 && facts.Stored is not { Count: > 0 } && facts.Talks is not { Count: > 0 }) return new Stop("no_events", "Nothing is known of what articles did in these days.");
        UseReport report = UseTally.Tally(events, facts.Stored ?? [], (facts.Articles ?? []).ToHashSet(StringComparer.OrdinalIgnoreCase), facts.Talks ?? [], input.WindowDays, basis.Now);
        // What an event replaces is taken out by the event itself, in the order of time.
        return new OperatorPlan<UseReport>(report,
        [
            .. report.Written.OrderBy(e => e.At).Where(e => Guid.TryParse(e.ArticleId, out _)).Select(e => Plan.Now($"use:{e.IdempotencyKey}", new RecordUse(Guid.Parse(e.ArticleId), e.Version, Guid.TryParse(e.ConversationId, out Guid talk) ? talk : null, e.Voter, e.Event, e.At!.Value, e.IdempotencyKey)) with { IsOptional = true }),
            .. report.Uncounted.Where(u => u.Why is "withdrawn" or "quarantined" && Guid.TryParse(u.Id, out _)).Select(u => Plan.Now($"uncount:{u.Id}", new UncountUse(Guid.Parse(u.Id!), u.Why)) with { IsOptional = true }),
        ]);
    }

    private static TalkEnd EndOf(Conversation talk, IEnumerable<Message> answers)
    {
        DateTimeOffset? solved = talk.ConfirmedAt ?? talk.ResolvedAt;
        Message? last = answers.LastOrDefault(m => m.CreatedAt <= solved);
        return new TalkEnd
        {
            ConversationId = talk.Id.ToString("D"),
            ConfirmedAt = talk.ConfirmedAt,
            AssumedAt = talk.ConfirmedAt is null ? talk.ResolvedAt : null,
            ReopenedAt = talk.ReopenedAt,
            Cited = [.. (last?.Citations ?? []).DistinctBy(c => c.ArticleId).Select(c => new CitedArticle(c.ArticleId.ToString("D"), c.Version, last!.CreatedAt))],
            Csat = talk.Csat,
        };
    }

    private static Stop? Problem(FeedbackInput input) => input switch
    {
        { WindowDays: < 1 or > mostDays } => new Stop("invalid_input", $"windowDays is 1 to {mostDays}, not {input.WindowDays}."),
        { Events.Count: > mostEvents } => new Stop("invalid_input", $"At most {mostEvents} events are taken at once."),
        _ => null,
    };
}

/// <summary>What happened, and how many days are reported.</summary>
public sealed record FeedbackInput
{
    /// <summary>The events.</summary>
    public IReadOnlyList<UseEvent>? Events { get; init; }

    /// <summary>Days of the report.</summary>
    public int WindowDays { get; init; } = 90;
}

/// <summary>What is known.</summary>
public sealed record FeedbackFacts
{
    /// <summary>The events.</summary>
    public IReadOnlyList<UseEvent>? Events { get; init; }

    /// <summary>What was written before.</summary>
    public IReadOnlyList<StoredUse>? Stored { get; init; }

    /// <summary>The articles there are.</summary>
    public IReadOnlyList<string>? Articles { get; init; }

    /// <summary>How conversations ended.</summary>
    public IReadOnlyList<TalkEnd>? Talks { get; init; }
}
