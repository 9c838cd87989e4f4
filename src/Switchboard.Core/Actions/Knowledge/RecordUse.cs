using System.Text.Json.Serialization;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Actions.Knowledge;

/// <summary>What writing a use came to.</summary>
/// <param name="UseId">The row.</param>
public sealed record UseRecorded(Guid UseId);

/// <summary>Writes down what happened with an article, once for each key. An earlier vote of the same person on the same version counts no more.</summary>
/// <param name="ArticleId">The article.</param>
/// <param name="Version">Its version.</param>
/// <param name="ConversationId">The conversation; null when it was read on its own page.</param>
/// <param name="Voter">Who voted; null for what is no vote.</param>
/// <param name="Event">What happened.</param>
/// <param name="At">When.</param>
/// <param name="Key">What makes a repeated event the same.</param>
public sealed record RecordUse(Guid ArticleId, int Version, Guid? ConversationId, string? Voter, KbEvent Event, DateTimeOffset At, string Key) : DeskAction<UseRecorded>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "kb_use.record";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => Scopes.WriteKnowledge;

    /// <inheritdoc />
    protected override Reversal UndoOf(UseRecorded result) => Reversal.None("What happened with an article happened, whatever becomes of the run that wrote it down.");

    /// <inheritdoc />
    protected override ActionVerdict<UseRecorded> Apply(IActionRows rows)
    {
        if (rows.Find<KbArticle>(ArticleId) is null) return Refuse(new Clause("unknown_article", "There is no such article."));
        if (rows.List<KbUse>(q => q.Where(u => u.IdempotencyKey == Key)) is [var same, ..]) return Done(new UseRecorded(same.Id), new Clause("kb_use.once", "An event is written once for each key."));
        if (Voter is not null && Event is KbEvent.Helpful or KbEvent.NotHelpful)
            foreach (KbUse earlier in rows.List<KbUse>(q => q.Where(u => u.ArticleId == ArticleId && u.ArticleVersion == Version && u.Voter == Voter && u.Uncounted == null && (u.Event == KbEvent.Helpful || u.Event == KbEvent.NotHelpful) && u.At <= At))) earlier.Uncounted = "replaced";
        var use = new KbUse { TenantId = rows.Actor.TenantId, Id = rows.NewId(), ArticleId = ArticleId, ArticleVersion = Version, ConversationId = ConversationId, Voter = Voter, Event = Event, At = At, IdempotencyKey = Key };
        rows.Add(use);
        return Done(new UseRecorded(use.Id), new Clause("kb_use.once", "An event is written once for each key; of a person's votes on a version the last counts."));
    }
}

/// <summary>Lets a use count no more. The row stays, with the reason.</summary>
/// <param name="UseId">The row.</param>
/// <param name="Why">withdrawn or quarantined.</param>
public sealed record UncountUse(Guid UseId, string Why) : DeskAction<UseRecorded>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "kb_use.uncount";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => Scopes.WriteKnowledge;

    /// <inheritdoc />
    protected override Reversal UndoOf(UseRecorded result) => Reversal.None("What was withdrawn or looked like a flood of votes is not counted again.");

    /// <inheritdoc />
    protected override ActionVerdict<UseRecorded> Apply(IActionRows rows)
    {
        if (rows.Find<KbUse>(UseId) is not { } use) return Refuse(new Clause("use_not_found", "There is no such row."));
        if (Why is not ("withdrawn" or "quarantined")) return Refuse(new Clause("invalid_input", "A use is withdrawn or quarantined."));
        use.Uncounted ??= Why;
        return Done(new UseRecorded(use.Id), new Clause("kb_use.uncount", "What is withdrawn or looks like a flood of votes stays as a row and is not counted."));
    }
}
