using System.Text.Json.Serialization;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Actions.Content;

/// <summary>What keeping a draft came to.</summary>
/// <param name="DraftId">The draft, be it new or the one that the same evidence made before.</param>
/// <param name="IsNew">Whether it is new.</param>
public sealed record DraftSaved(Guid DraftId, bool IsNew);

/// <summary>Keeps a draft for people to read. The same draft is kept once, and one that is there already is left as it is, since a person may have worked on it.</summary>
/// <param name="DraftId">Its id, which follows from its evidence and words.</param>
/// <param name="Kind">kb_article, blog_post …</param>
/// <param name="Title">Its title.</param>
/// <param name="Body">Its text in Markdown.</param>
/// <param name="Evidence">What it stands on, one in a line: <c>message:ID</c>, <c>kb_article:ID</c>, <c>conversation:ID</c> and others.</param>
/// <param name="Quality">0..100.</param>
/// <param name="ReviewStatus">draft, in_review or blocked.</param>
/// <param name="AgentId">The agent that wrote it.</param>
public sealed record SaveDraft(Guid DraftId, string Kind, string Title, string Body, string Evidence, double Quality, string ReviewStatus, string AgentId) : DeskAction<DraftSaved>
{
    private static readonly string[] states = ["draft", "in_review", "blocked"];

    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "draft.save";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => Scopes.WriteKnowledge;

    /// <inheritdoc />
    protected override Reversal UndoOf(DraftSaved result) => Reversal.None("A draft that nobody has published stays for whoever wants to read it.");

    /// <inheritdoc />
    protected override ActionVerdict<DraftSaved> Apply(IActionRows rows)
    {
        if (Title.Trim().Length == 0 || Body.Trim().Length == 0) return Refuse(new Clause("invalid_input", "A draft has a title and a text."));
        if (!states.Contains(ReviewStatus)) return Refuse(new Clause("invalid_input", $"A draft is {string.Join(", ", states)}."));
        string[] evidence = Evidence.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (evidence.FirstOrDefault(e => !IsThere(rows, e)) is { } missing) return Refuse(new Clause("evidence_not_found", $"The draft stands on {missing}, which there is not."));
        var clause = new Clause("drafts.kept", "Drafts are kept with what they stand on; people publish.");
        if (rows.Find<ContentDraft>(DraftId) is not null) return Done(new DraftSaved(DraftId, IsNew: false), clause);
        rows.Add(new ContentDraft
        {
            TenantId = rows.Actor.TenantId,
            Id = DraftId,
            Kind = Kind,
            Title = Title,
            Body = Body,
            Evidence = evidence,
            Quality = Quality,
            ReviewStatus = ReviewStatus,
            AgentId = AgentId,
            CreatedAt = rows.Now,
        });
        return Done(new DraftSaved(DraftId, IsNew: true), clause);
    }

    private static bool IsThere(IActionRows rows, string evidence)
    {
        string[] parts = evidence.Split(':', 2);
        if (parts.Length < 2 || !Guid.TryParse(parts[1].Split('@', '#')[0], out Guid id)) return parts[0] is not ("message" or "kb_article" or "conversation");
        return parts[0] switch
        {
            "message" => rows.Find<Message>(id) is not null,
            "kb_article" => rows.Find<KbArticle>(id) is not null,
            "conversation" => rows.Find<Conversation>(id) is not null,
            _ => true,
        };
    }
}
