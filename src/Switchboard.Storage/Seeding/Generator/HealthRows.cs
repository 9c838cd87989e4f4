using Switchboard.Domain.Success;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>The five parts of a customer's health and their sum, 0..100.</summary>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct HealthParts(double Usage, double Engagement, double Finance, double Support, double Relationship)
{
    public double Score => Usage + Engagement + Finance + Support + Relationship;
}

/// <summary>What the health of a day is computed from.</summary>
internal sealed record HealthFacts
{
    /// <summary>Mean over the business days of 30 of the different people who were active.</summary>
    public required double ActiveADay { get; init; }
    public required int Seats { get; init; }

    /// <summary>Features used on at least three days of 30.</summary>
    public required int Adopted { get; init; }
    public required int FeaturesOfPlan { get; init; }
    public required double Automations { get; init; }

    /// <summary>Mean of the newest answers of 180 days; null when there is none.</summary>
    public required double? Nps { get; init; }

    /// <summary>Days since the last sign-in; null when there was none.</summary>
    public required int? SinceSignIn { get; init; }
    public required int Sessions { get; init; }
    public required bool PastDue { get; init; }
    public required int FailedPayments { get; init; }
    public required bool Canceling { get; init; }
    public required int SevereOpen { get; init; }
    public required int Tickets { get; init; }
    public required double? Csat { get; init; }
    public required bool ChampionActive { get; init; }
    public required bool Met { get; init; }
    public required bool PlanOnTrack { get; init; }

    /// <summary>The formula of the health score: usage 30, engagement 25, finance 20, support 15, relationship 10.</summary>
    public HealthParts Parts() => new(
        Round((15 * Math.Min(1, Seats == 0 ? 0 : ActiveADay / Seats / 0.4)) + (10.0 * Adopted / FeaturesOfPlan) + (5 * Math.Min(1, Automations / 10))),
        Round((Nps ?? 5) + (10 * SinceSignIn switch { <= 7 => 1, <= 14 => 0.5, <= 30 => 0.2, _ => 0 }) + (5 * Math.Min(1, Sessions / 20.0))),
        Math.Max(0, 20 - (PastDue ? 10 : 0) - Math.Min(10, 5 * FailedPayments) - (Canceling ? 10 : 0)),
        Math.Max(0, 15 - (3 * SevereOpen) - Math.Max(0, Tickets - 3) - (Csat < 3 ? 5 : 0)),
        (ChampionActive ? 5 : 0) + (Met ? 3 : 0) + (PlanOnTrack ? 2 : 0));

    private static double Round(double value) => Math.Round(value, 2);
}

/// <summary>Writes a customer's health every two weeks, every four for one that does not pay, from the rows of its life.</summary>
internal static class HealthRows
{
    public static void Write(RowScope scope)
    {
        SeedRandom random = scope.Random(SeedStream.Health);
        (Life life, int first) = (scope.Life, scope.Company.Day);
        int step;
        for (int day = first + 14; day < life.EndDay; day += step)
        {
            step = life.WeekOf(day).Plan == 0 ? 28 : 14;
            HealthParts parts = Facts(scope, day).Parts();
            DateTimeOffset at = scope.Calendar.Utc(day, 23.9);
            scope.Batch.Add(new HealthSnapshot
            {
                TenantId = scope.TenantId,
                Id = random.Id(at),
                CustomerId = scope.CustomerId,
                Day = scope.Calendar.Date(day),
                Score = Math.Round(parts.Score, 2),
                Usage = parts.Usage,
                Engagement = parts.Engagement,
                Finance = parts.Finance,
                Support = parts.Support,
                Relationship = parts.Relationship,
            });
        }
    }

    /// <summary>What held at the end of a day, counted from the rows.</summary>
    public static HealthFacts Facts(RowScope scope, int day)
    {
        (Activity activity, int first, LifeWeek week) = (scope.Activity, scope.Company.Day, scope.Life.WeekOf(day));
        int active = 0, business = 0, sessions = 0, champion = 0;
        int? since = null;
        for (int back = 0; back < 30; back++)
        {
            if (!scope.Calendar.IsWeekend(day - back)) business++;
            int place = day - back - first;
            if (place < 0 || place >= activity.Active.Length) continue;
            if (!scope.Calendar.IsWeekend(day - back)) active += activity.Active[place];
            sessions += activity.Sessions[place];
            champion += activity.ChampionSessions[place];
            if (activity.Sessions[place] > 0) since ??= back;
        }

        List<(int Day, int Score)> answers = [.. scope.Life.Answers.Where(a => a.Day <= day && a.Day > day - 180)];
        List<(int Day, int Score)> ratings = [.. scope.Ratings.Where(r => r.Day <= day && r.Day > day - 90)];
        return new HealthFacts
        {
            ActiveADay = (double)active / business,
            Seats = week.Seats,
            Adopted = activity.Features.Values.Count(days => days.Count(d => d + first <= day && d + first > day - 30) >= 3),
            FeaturesOfPlan = SeedWorld.FeaturesOf[week.Plan],
            Automations = activity.Automations.FindLast(a => a.Day <= day).Count,
            Nps = answers.Count == 0 ? null : answers.Average(a => a.Score),
            SinceSignIn = since,
            Sessions = sessions,
            PastDue = week.PastDue,
            FailedPayments = scope.Life.Attempts.Count(a => a.Decline is not null && a.Day <= day && a.Day > day - 90),
            Canceling = week.Canceling,
            SevereOpen = scope.Tickets.Count(t => t.Severe && t.Day <= day && t.Closed > day),
            Tickets = scope.Tickets.Count(t => t.Day <= day && t.Day > day - 30),
            Csat = ratings.Count == 0 ? null : ratings.Average(r => r.Score),
            ChampionActive = week.Champion && champion > 0,
            Met = scope.Held.Exists(h => h <= day && h > day - 90),
            PlanOnTrack = scope.PlanFrom <= day && week.Engagement > 0.45,
        };
    }
}
