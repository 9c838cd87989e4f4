using Switchboard.Domain.Figures;
using Switchboard.Domain.Success;

namespace Switchboard.Storage.Seeding.Generator;

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
            HealthScore health = HealthScore.Of(Facts(scope, day));
            DateTimeOffset at = scope.Calendar.Utc(day, 23.9);
            scope.Batch.Add(new HealthSnapshot
            {
                TenantId = scope.TenantId,
                Id = random.Id(at),
                CustomerId = scope.CustomerId,
                Day = scope.Calendar.Date(day),
                Score = Round(health.Score),
                Usage = Round(health.Usage),
                Engagement = Round(health.Engagement),
                Finance = health.Finance,
                Support = health.Support,
                Relationship = health.Relationship,
            });
        }
    }

    /// <summary>What held at the end of a day, counted from the rows. Active are the people of business days; a feature is adopted when it was used on three days of the last 30.</summary>
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

        int answer = scope.Life.Answers.FindLastIndex(a => a.Day <= day && a.Day > day - 180);
        List<(int Day, int Score)> ratings = [.. scope.Ratings.Where(r => r.Day <= day && r.Day > day - 90)];
        return new HealthFacts
        {
            DailyActiveUsers = (double)active / business,
            Seats = week.Seats,
            AdoptedFeatures = activity.Features.Values.Count(days => days.Count(d => d + first <= day && d + first > day - 30) >= 3),
            PlanFeatures = SeedWorld.FeaturesOf[week.Plan],
            Automations = activity.Automations.FindLast(a => a.Day <= day).Count,
            Nps = answer < 0 ? null : scope.Life.Answers[answer].Score,
            DaysSinceLogin = since,
            Sessions = sessions,
            PastDue = week.PastDue,
            FailedPayments = scope.Life.Attempts.Count(a => a.Decline is not null && a.Day <= day && a.Day > day - 90),
            CancelAtPeriodEnd = week.Canceling,
            OpenSevereTickets = scope.Tickets.Count(t => t.Severe && t.Day <= day && t.Closed > day),
            RecentTickets = scope.Tickets.Count(t => t.Day <= day && t.Day > day - 30),
            MeanCsat = ratings.Count == 0 ? null : ratings.Average(r => r.Score),
            ChampionActive = week.Champion && champion > 0,
            RecentMeeting = scope.Held.Exists(h => h <= day && h > day - 90),
            PlanOnTrack = scope.PlanFrom <= day && week.Engagement > 0.45,
        };
    }

    private static double Round(double value) => Math.Round(value, 2);
}
