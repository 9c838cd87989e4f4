using Switchboard.Core.Actions.Foresight;
using Switchboard.Domain.Operations;

namespace Switchboard.Core.Agents.Kinds.Foresight;

/// <summary>An earlier prediction of the agent.</summary>
/// <param name="Id">The row.</param>
/// <param name="EntityId">What it was about; null for a figure of the whole tenant.</param>
/// <param name="For">The instant it was about.</param>
/// <param name="Value">What was foreseen.</param>
/// <param name="Outcome">What came; null while nobody noted it.</param>
public sealed record PastPrediction(Guid Id, Guid? EntityId, DateTimeOffset For, double Value, double? Outcome);

/// <summary>What every predictor loads beside its own facts.</summary>
public abstract record PredictorFacts
{
    /// <summary>The agent's predictions whose instant is over, the newest first; null when they could not be read.</summary>
    public IReadOnlyList<PastPrediction>? Past { get; init; }
}

/// <summary>A prediction that is to be kept.</summary>
/// <param name="EntityId">What it is about; null for a figure of the whole tenant.</param>
/// <param name="For">The instant it is about.</param>
/// <param name="Value">A probability, points or a value.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record Foreseen(Guid? EntityId, DateTimeOffset For, double Value, double? Low = null, double? High = null);

/// <summary>What a predictor says, and what of it is kept.</summary>
/// <param name="Output">What it says.</param>
/// <param name="Kept">The predictions that are kept.</param>
public sealed record Forecast<TOutput>(TOutput Output, IReadOnlyList<Foreseen> Kept) where TOutput : class;

/// <summary>
/// An agent that says what will be. The engine keeps each prediction as a row by an action, fills its outcome in when its instant is over, and tells with each answer
/// what came of the earlier ones. For yes-or-no questions see <see cref="CasePredictor{TInput,TFacts,TOutput}"/>, in which the prediction rule is written.
/// </summary>
/// <typeparam name="TInput">The question.</typeparam>
/// <typeparam name="TFacts">What it is foreseen from.</typeparam>
/// <typeparam name="TOutput">The answer.</typeparam>
public abstract class Predictor<TInput, TFacts, TOutput> : ComputingAgent<TInput, TFacts, TOutput>
    where TInput : class
    where TFacts : PredictorFacts
    where TOutput : PredictionFinding
{
    private const int mostPast = 1000;
    private const int mostOutcomes = 200;

    /// <inheritdoc />
    public sealed override AgentKind Kind => AgentKind.Predictor;

    /// <inheritdoc />
    public sealed override IReadOnlyList<string> OwnActions => ["prediction.record", "prediction.settle"];

    /// <summary>What its predictions are called in their rows: churn, volume …</summary>
    protected abstract string PredictionKind { get; }

    /// <summary>What they are about, in lower_snake: customer, deal; tenant for a figure of all.</summary>
    protected abstract string Entity { get; }

    /// <summary>What is foreseen. It is called again in a replay, so it reads nothing but what it is given.</summary>
    protected abstract Finding<Forecast<TOutput>> Foresee(TInput input, TFacts facts, AgentBasis basis);

    /// <summary>What came of an earlier prediction, from the facts; null when they do not tell.</summary>
    protected abstract double? OutcomeOf(PastPrediction past, TFacts facts, AgentBasis basis);

    /// <summary>What the accuracy of its own past is told in.</summary>
    protected virtual OwnAccuracy Accuracy(IReadOnlyList<(double Foreseen, double Came)> past) =>
        new("mae", past.Count == 0 ? null : Math.Round(past.Average(p => Math.Abs(p.Foreseen - p.Came)), 4), past.Count);

    /// <inheritdoc />
    private protected sealed override async Task<TFacts> CompleteAsync(TInput input, TFacts facts, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        string kind = PredictionKind;
        IReadOnlyList<PastPrediction> past = await rows.ListAsync((IQueryable<Prediction> q) => q.Where(p => p.Kind == kind && p.For != null && p.For <= basis.Now).OrderByDescending(p => p.For).ThenByDescending(p => p.Id).Take(mostPast)
            .Select(p => new PastPrediction(p.Id, p.EntityId, p.For!.Value, p.Value, p.Outcome)));
        return facts with { Past = past };
    }

    /// <inheritdoc />
    private protected sealed override Finding<Work<TOutput>> WorkOn(TInput input, TFacts facts, AgentBasis basis) => Foresee(input, facts, basis).With(forecast =>
    {
        IReadOnlyList<PastPrediction> past = facts.Past ?? [];
        var came = past.Select(p => (p, Outcome: p.Outcome ?? OutcomeOf(p, facts, basis))).Where(p => p.Outcome is not null).ToList();
        TOutput said = forecast.Output with { OwnAccuracy = Accuracy([.. came.Select(c => (c.p.Value, c.Outcome!.Value))]) };
        return new Work<TOutput>(said,
        [
            .. came.Where(c => c.p.Outcome is null).Take(mostOutcomes).Select(c => Plan.Now($"outcome-{c.p.Id:N}", new SettlePrediction(c.p.Id, Math.Round(c.Outcome!.Value, 6))) with { Stays = true, IsOptional = true }),
            .. forecast.Kept.Select(k => Plan.Now(
                $"keep-{k.For.UtcDateTime:yyyyMMdd}{(k.EntityId is { } entity ? $"-{entity:N}" : string.Empty)}",
                new RecordPrediction(PredictionKind, Entity, k.EntityId, said.AsOf, k.For, k.Value, k.Low, k.High, said.ModelVersion, Json.Write(said.Reasons.Select(r => new PredictionReason(r.Feature, r.Contribution)))))
                with { Stays = true, IsOptional = true }),
        ]);
    });
}
