using System.Globalization;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>What a customer's people did, by day from the customer's first: what the health is computed from.</summary>
/// <param name="days">Days of the life.</param>
internal sealed class Activity(int days)
{
    /// <summary>Different people who signed in or used a feature.</summary>
    public int[] Active { get; } = new int[days];

    /// <summary>Sign-ins that succeeded.</summary>
    public int[] Sessions { get; } = new int[days];

    /// <summary>Sign-ins of whoever speaks for us.</summary>
    public int[] ChampionSessions { get; } = new int[days];

    /// <summary>Days on which each feature was used, by its place.</summary>
    public Dictionary<int, HashSet<int>> Features { get; } = [];

    /// <summary>Automations that ran, as the meter said.</summary>
    public List<(int Day, double Count)> Automations { get; } = [];
}

/// <summary>Writes sign-ins and the use of features: by weekday, season and time zone, more with more engagement, less while something is broken.</summary>
internal static class ActivityRows
{
    private static readonly string[] faults = ["wrong_password", "wrong_password", "wrong_password", "mfa_failed", "locked"];
    private static readonly string[] networks = ["192.0.2.", "198.51.100.", "203.0.113."];

    public static void Write(RowScope scope)
    {
        SeedRandom random = scope.Random(SeedStream.Activity);
        var activity = new Activity(Math.Max(1, scope.Life.EndDay - scope.Company.Day));
        scope.Activity = activity;
        int[] favourites = [.. Enumerable.Range(0, SeedWorld.Features.Count).OrderBy(_ => random.Next()).Take(5)];
        string network = random.Pick(networks);
        foreach (Person person in scope.People)
        {
            (string agent, string device) = random.Pick(SeedWords.Browsers);
            string ip = string.Create(CultureInfo.InvariantCulture, $"{network}{random.Whole(2, 250)}");
            double keen = (person.Row.IsPrimary ? 1.5 : 1) * random.Between(0.6, 1.4);
            DateTimeOffset? last = null;
            int lastUse = -1;
            for (int day = person.From; day < person.Until; day++)
            {
                LifeWeek week = scope.Life.WeekOf(day);
                double p = 0.34 * keen * week.Engagement * (week.Plan == 0 ? 0.45 : 1) * scope.Calendar.Activity(day);
                if (!random.Chance(p)) continue;
                double kind = random.Unit();
                DateTimeOffset at = scope.Local(day, random.Between(7.5, 18));
                if (!scope.Inside(at)) continue;
                int place = Math.Clamp(scope.World.TenantDay(at).DayNumber - scope.Calendar.First.DayNumber - scope.Company.Day, 0, activity.Active.Length - 1);
                activity.Active[place]++;
                if (kind < 0.62) last = SignIn(scope, random, person, at, place, ip, agent, device);
                // Two days where the person lives can be one of the tenant's; a use is counted once on it.
                if (kind is not (< 0.20 or >= 0.62) || place == lastUse) continue;
                lastUse = place;
                Feature(scope, random, person, at, place, favourites, week.Plan);
            }

            person.Row.LastSignInAt = last;
        }
    }

    private static DateTimeOffset SignIn(RowScope scope, SeedRandom random, Person person, DateTimeOffset at, int place, string ip, string agent, string device)
    {
        if (random.Chance(0.04) && scope.Inside(at.AddMinutes(-1))) Add(at.AddMinutes(-1), random.Pick(faults));
        Add(at, null);
        scope.Activity.Sessions[place]++;
        if (person.Row.IsPrimary || person.Row.ChampionScore >= 0.7) scope.Activity.ChampionSessions[place]++;
        return at;

        void Add(DateTimeOffset when, string? fault) => scope.Batch.Add(new LoginEvent
        {
            TenantId = scope.TenantId,
            Id = random.Id(when),
            CustomerId = scope.CustomerId,
            ContactId = person.Row.Id,
            At = when,
            Success = fault is null,
            FailureReason = fault,
            Ip = ip,
            UserAgent = agent,
            Country = scope.Company.Country.Code,
            Device = device,
        });
    }

    private static void Feature(RowScope scope, SeedRandom random, Person person, DateTimeOffset at, int place, int[] favourites, int plan)
    {
        int feature = favourites[(int)(favourites.Length * random.Unit() * random.Unit())];
        if (SeedWorld.Features[feature].Plan > plan) feature = 0;
        scope.Batch.Add(new FeatureUsage { TenantId = scope.TenantId, Id = random.Id(at), CustomerId = scope.CustomerId, ContactId = person.Row.Id, Feature = SeedWorld.Features[feature].Key, Day = scope.World.TenantDay(at), Count = random.Whole(1, 9) });
        if (!scope.Activity.Features.TryGetValue(feature, out HashSet<int>? days)) scope.Activity.Features.Add(feature, days = []);
        days.Add(place);
    }
}
