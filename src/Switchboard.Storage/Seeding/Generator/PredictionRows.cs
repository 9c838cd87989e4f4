using Switchboard.Domain.Operations;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>Writes what a scorecard foresaw of a paying customer each quarter, and what came of it: whether it left within 90 days.</summary>
internal static class PredictionRows
{
    private const int horizon = 90;

    public static void Write(RowScope scope)
    {
        if (scope.Life.FirstPaid is not { } first) return;
        SeedRandom random = scope.Random(SeedStream.Prediction);
        for (int day = first + 30; day < scope.Life.EndDay; day += horizon)
        {
            LifeWeek week = scope.Life.WeekOf(day);
            DateTimeOffset at = scope.Calendar.Utc(day, 3);
            if (week.Plan == 0 || !scope.Inside(at)) continue;
            double log = Math.Log(week.Hazard) + (0.35 * random.Normal());
            double value = Math.Round(1 - Math.Exp(-Math.Exp(log) * horizon / 7), 4);
            bool known = scope.Life.Churned && scope.Life.EndDay < day + horizon || day + horizon <= scope.Calendar.Days;
            bool left = scope.Life.Churned && scope.Life.EndDay <= day + horizon;
            scope.Batch.Add(new Prediction
            {
                TenantId = scope.TenantId,
                Id = random.Id(at),
                Kind = "churn",
                Entity = "customer",
                EntityId = scope.CustomerId,
                Value = value,
                Low = Math.Round(value * 0.6, 4),
                High = Math.Round(Math.Min(1, value * 1.6), 4),
                ModelVersion = "scorecard-1",
                MadeAt = at,
                For = at.AddDays(horizon),
                Reasons = [new PredictionReason("engagement", Math.Round(LifeSimulation.LowEngagement * Math.Max(0, 0.6 - week.Engagement), 3)), new PredictionReason("satisfaction", Math.Round(LifeSimulation.Dissatisfied * Math.Max(0, 0.7 - week.Satisfaction), 3))],
                Outcome = known ? (left ? 1 : 0) : null,
                OutcomeAt = known ? (left ? scope.Ends : at.AddDays(horizon)) : null,
            });
        }
    }
}
