using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Agents.Kinds.Writing;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Knowledge;

/// <summary>Writes an answer in which every sentence stands in a passage, or says that there is none. Its words go back to whoever asked and are kept nowhere.</summary>
[Agent("knowledge/synthesizer")]
public sealed class Synthesizer : Writer<SynthesizerInput, SynthesizerFacts, GroundedFinding>
{
    private const int mostPassages = 20;

    /// <inheritdoc />
    protected override string DraftKind => "answer";

    /// <inheritdoc />
    protected override bool IsKept(SynthesizerInput input, GroundedFinding written) => false;

    /// <inheritdoc />
    protected override async Task<Finding<SynthesizerFacts>> LoadAsync(SynthesizerInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (Problem(input) is { } problem) return problem;
        IReadOnlyList<RankedPassage> ranked = input.Ranked ?? [];
        HashSet<Guid> ids = [.. ranked.Select(r => PassageRows.ArticleOf(r.ChunkId)).OfType<Guid>()];
        IReadOnlyList<KbArticle> articles = await PassageRows.PublishedAsync(rows, ids);
        Dictionary<string, IndexPassage> texts = articles.SelectMany(PassageRows.Of).ToDictionary(p => p.ChunkId, StringComparer.Ordinal);
        return new SynthesizerFacts
        {
            // A passage of an article that was taken back since is not there any more.
            Passages = [.. ranked.Where(r => texts.ContainsKey(r.ChunkId)).Select(r => (Item: r, Text: texts[r.ChunkId])).Select(r => new AnswerPassage
            {
                ChunkId = r.Item.ChunkId,
                ArticleId = r.Text.ArticleId,
                Version = r.Text.Version,
                Title = r.Text.Title,
                Text = r.Text.Text,
                Relevance = r.Item.Relevance,
                Score = r.Item.Score,
                Language = r.Text.Language,
                LastVerified = r.Text.LastVerified,
            })],
            Catalogue = [.. basis.Policies.Plans.Select(p => p.Key)],
        };
    }

    /// <inheritdoc />
    protected override Finding<Outline<GroundedFinding>> Outline(SynthesizerInput input, SynthesizerFacts facts, AgentBasis basis)
    {
        if (Problem(input) is { } problem) return problem;
        Grounded answer = GroundedSynthesis.Answer(
            new SynthesisAsk(input.Question!, input.Language, GroundedSynthesis.LimitOf(input.Preferences?.Depth)) { Idf = facts.Idf, Catalogue = facts.Catalogue ?? [], Rephrased = facts.Rephrased },
            facts.Passages ?? []);
        var numbers = answer.Sources.ToDictionary(s => s.ArticleId ?? "", s => s.N, StringComparer.Ordinal);
        OutlineSection[] sections = answer.Outcome == "answered"
            ? [new OutlineSection(null, [.. answer.Sentences.Select(s => OutlineSentence.Taken($"{s.Text} [{numbers.GetValueOrDefault(s.Citations[0].ArticleId ?? "", 1)}]", EvidenceOf(s.Citations[0])))])]
            : [new OutlineSection(null, [OutlineSentence.Said(answer.Outcome == "conflicting_sources" ? "conflict" : "nothing", new { input.Question }, "question")])];
        return new Outline<GroundedFinding>(
            new GroundedFinding
            {
                Reason = answer.Outcome == "answered" ? null : answer.Outcome,
                Outcome = answer.Outcome,
                Confidence = answer.Confidence,
                Coverage = answer.Coverage,
                Mode = answer.Mode,
                Sentences = answer.Sentences,
                Sources = answer.Sources,
                Rejected = answer.Rejected,
                Notes = answer.Notes,
            },
            input.Question!,
            sections)
        { Language = input.Language };
    }

    private static string EvidenceOf(PassageCitation citation) => $"kb_article:{citation.ArticleId ?? citation.ChunkId}@{citation.Version}";

    private static Stop? Problem(SynthesizerInput input) => input switch
    {
        { Question: null or { Length: 0 } } => new Stop("no_grounded_answer", "Nothing was asked."),
        { Question.Length: > 1000 } => new Stop("invalid_input", "question is at most 1000 characters."),
        { Ranked.Count: > mostPassages } => new Stop("invalid_input", $"At most {mostPassages} passages are taken."),
        _ => null,
    };
}
