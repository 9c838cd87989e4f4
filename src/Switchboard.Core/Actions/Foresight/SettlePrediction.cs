using System.Text.Json.Serialization;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Foresight;

/// <summary>What noting an outcome came to.</summary>
/// <param name="PredictionId">The prediction.</param>
/// <param name="Outcome">What came.</param>
public sealed record PredictionSettled(Guid PredictionId, double Outcome);

/// <summary>Notes what came of a prediction whose instant is over; once noted it stands.</summary>
/// <param name="PredictionId">The prediction.</param>
/// <param name="Outcome">What came, in the same unit.</param>
public sealed record SettlePrediction(Guid PredictionId, double Outcome) : DeskAction<PredictionSettled>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "prediction.settle";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "read:analytics";

    /// <inheritdoc />
    protected override Reversal UndoOf(PredictionSettled result) => Reversal.None("What came of a prediction stays noted.");

    /// <inheritdoc />
    protected override ActionVerdict<PredictionSettled> Apply(IActionRows rows)
    {
        if (rows.Find<Prediction>(PredictionId) is not { } prediction) return Refuse(new Clause("prediction_not_found", "There is no such prediction."));
        if (!double.IsFinite(Outcome)) return Refuse(new Clause("invalid_input", "An outcome is a number."));
        if (prediction.For is not { } about || about > rows.Now) return Refuse(new Clause("not_over", "What it is about is still to come."));
        if (prediction.Outcome is not null) return Refuse(new Clause("already_settled", "What came of it was noted before."));
        prediction.Outcome = Outcome;
        prediction.OutcomeAt = rows.Now;
        return Done(new PredictionSettled(prediction.Id, Outcome), new Clause("predictions.outcome", "Every prediction is kept with what comes of it."));
    }
}
