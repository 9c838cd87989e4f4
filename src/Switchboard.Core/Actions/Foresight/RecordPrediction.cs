using System.Text.Json.Serialization;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Foresight;

/// <summary>What keeping a prediction came to.</summary>
/// <param name="PredictionId">The row, be it new or the one that was kept before.</param>
public sealed record PredictionKept(Guid PredictionId);

/// <summary>Keeps what an agent foresees, so that it can be compared with what comes. Of one kind, entity, instant, day and version there is one.</summary>
/// <param name="Kind">churn, volume …</param>
/// <param name="Entity">What it is about in lower_snake.</param>
/// <param name="EntityId">The row; null for a figure of the whole tenant.</param>
/// <param name="AsOf">The day as of which it is said.</param>
/// <param name="For">The instant it is about.</param>
/// <param name="Value">A probability 0..1, points, or the value in its unit.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="ModelVersion">The version of the model or the scorecard.</param>
/// <param name="Reasons">The reasons as JSON.</param>
public sealed record RecordPrediction(string Kind, string Entity, Guid? EntityId, DateOnly AsOf, DateTimeOffset For, double Value, double? Low, double? High, string ModelVersion, string Reasons) : DeskAction<PredictionKept>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "prediction.record";

    /// <summary>Who may read what is foreseen may have it kept.</summary>
    [JsonIgnore]
    public override string Scope => "read:analytics";

    /// <inheritdoc />
    protected override Reversal UndoOf(PredictionKept result) => Reversal.None("What was foreseen stays noted, right or wrong.");

    /// <inheritdoc />
    protected override ActionVerdict<PredictionKept> Apply(IActionRows rows)
    {
        if (!double.IsFinite(Value)) return Refuse(new Clause("invalid_input", "A prediction is a number."));
        if (Entity == "customer" && (EntityId is not { } customer || rows.Find<Customer>(customer) is null)) return Refuse(new Clause("customer_not_found", "There is no such customer."));
        var clause = new Clause("predictions.kept", "Every prediction is kept with what comes of it.");
        if (rows.List<Prediction>(q => q.Where(p => p.Kind == Kind && p.Entity == Entity && p.EntityId == EntityId && p.For == For && p.ModelVersion == ModelVersion)).FirstOrDefault(p => rows.DayOf(p.MadeAt) >= AsOf) is { } before)
            return Done(new PredictionKept(before.Id), clause);
        var prediction = new Prediction
        {
            TenantId = rows.Actor.TenantId,
            Id = rows.NewId(),
            Kind = Kind,
            Entity = Entity,
            EntityId = EntityId,
            Value = Value,
            Low = Low,
            High = High,
            Reasons = Json.Read<IReadOnlyList<PredictionReason>>(Reasons),
            ModelVersion = ModelVersion,
            MadeAt = rows.Now,
            For = For,
        };
        rows.Add(prediction);
        return Done(new PredictionKept(prediction.Id), clause);
    }
}
