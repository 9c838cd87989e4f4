using System.Security.Cryptography;
using System.Text;
using Switchboard.Core.Actions.Content;
using Switchboard.Core.Transfer;

namespace Switchboard.Core.Agents.Kinds.Writing;

/// <summary>
/// An agent that writes a draft from evidence. It says which sentence stands where and on what; the engine sets the words, measures them, and keeps the draft by an
/// action. The same evidence makes the same draft; nothing is published.
/// </summary>
/// <typeparam name="TInput">What is wanted.</typeparam>
/// <typeparam name="TFacts">The evidence.</typeparam>
/// <typeparam name="TOutput">The draft and what is said beside it.</typeparam>
public abstract class Writer<TInput, TFacts, TOutput> : ComputingAgent<TInput, TFacts, TOutput>
    where TInput : class
    where TFacts : class
    where TOutput : WrittenFinding
{
    /// <inheritdoc />
    public sealed override AgentKind Kind => AgentKind.Writer;

    /// <inheritdoc />
    public sealed override IReadOnlyList<string> OwnActions => ["draft.save"];

    /// <summary>The kind of draft: kb_article, blog_post …</summary>
    protected abstract string DraftKind { get; }

    /// <summary>Says what stands where. It is called again in a replay, so it reads nothing but what it is given.</summary>
    protected abstract Finding<Outline<TOutput>> Outline(TInput input, TFacts facts, AgentBasis basis);

    /// <summary>What is kept beside the draft.</summary>
    protected virtual IReadOnlyList<PlanStep> Beside(TInput input, TOutput written) => [];

    /// <summary>Whether the draft is kept. One whose words go back to the caller is not.</summary>
    protected virtual bool IsKept(TInput input, TOutput written) => true;

    /// <inheritdoc />
    private protected sealed override Finding<Work<TOutput>> WorkOn(TInput input, TFacts facts, AgentBasis basis) => Outline(input, facts, basis).With(outline =>
    {
        ComposedDraft draft = Composition.Of(outline, basis.Card);
        TOutput written = outline.Output with
        {
            Kind = DraftKind,
            Title = outline.Title,
            Body = draft.Body,
            Language = outline.Language,
            Claims = draft.Claims,
            Evidence = [.. draft.Claims.SelectMany(c => c.Evidence).Distinct(StringComparer.Ordinal)],
            Checks = draft.Checks,
            Findings = draft.Issues,
            Quality = draft.Quality,
            ReviewStatus = draft.State,
        };
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', basis.Card.Id, DraftKind, written.Title, written.Body, string.Join(' ', written.Evidence)))));
        var save = new SaveDraft(RowIds.TailOf("content_draft", key), DraftKind, written.Title, written.Body, string.Join('\n', written.Evidence), written.Quality, StateOf(written.ReviewStatus), basis.Card.Id);
        return new Work<TOutput>(written, [.. IsKept(input, written) ? new[] { Plan.Now("draft", save) } : [], .. Beside(input, written)]);
    });

    private static string StateOf(ReviewState state) => state switch { ReviewState.ReadyForReview => "in_review", ReviewState.Blocked => "blocked", _ => "draft" };
}
