using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Knowledge.Pipeline;

namespace Switchboard.Agents.Knowledge;

/// <summary>Finds the questions that the articles cannot answer and that several people asked. What to write about them is the suggester's to say.</summary>
[Agent("knowledge/gap-detector")]
public sealed class GapDetector : Analyst<GapInput, GapFacts, GapReport>
{
    /// <inheritdoc />
    protected override async Task<Finding<GapFacts>> LoadAsync(GapInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken) => await new OpenQuestionRows(rows, basis).LoadAsync();

    /// <inheritdoc />
    protected override Finding<GapReport> Compute(GapInput input, GapFacts facts, AgentBasis basis) => facts.Questions is { Count: > 0 } questions
        ? GapFinding.Find(questions, facts.Known ?? [], facts.TrainedModel ?? false, basis.Now)
        : new Stop("too_few", "No question of the last 30 days was left without a good answer.");
}

/// <summary>Nothing: it looks at the last 30 days.</summary>
public sealed record GapInput;

/// <summary>What is looked at.</summary>
public sealed record GapFacts
{
    /// <summary>Searches and messages that were not answered well.</summary>
    public IReadOnlyList<OpenQuestion>? Questions { get; init; }

    /// <summary>The gaps found before, the closed ones of the last 30 days among them.</summary>
    public IReadOnlyList<KnownGap>? Known { get; init; }

    /// <summary>Whether the vectors are a trained model's, which sets where groups are cut.</summary>
    public bool? TrainedModel { get; init; }
}
