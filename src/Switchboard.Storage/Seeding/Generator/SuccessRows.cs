using Switchboard.Domain.Success;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>Writes what the success team does with a customer, and what the customer says of us.</summary>
internal static class SuccessRows
{
    private static readonly (string Title, int Phase, int Due, string Article)[] tasks =
        [("Set up the workspace", 1, 3, "lk-0101"), ("Invite the team", 1, 7, "lk-0301"), ("Bring in existing tasks", 2, 14, "lk-0901"), ("Connect one integration", 2, 21, "lk-0701"), ("Build the first automation", 3, 30, "lk-1001")];

    private static readonly string[] goals = ["Half as many status meetings", "All projects in one place", "Reports without spreadsheets", "New people productive in a week", "Fewer missed due dates"];

    private static readonly Dictionary<string, (string[] High, string[] Low)> comments = new(StringComparer.Ordinal)
    {
        ["en"] = (["The timeline saves us hours.", "My team uses it every day."], ["Support was slow when we needed it.", "Too many outages lately.", "We only use a small part of it."]),
        ["de"] = (["Die Zeitleiste spart uns Stunden.", "Mein Team nutzt es jeden Tag."], ["Der Support war langsam, als wir ihn brauchten.", "In letzter Zeit zu viele Ausfälle.", "Wir nutzen nur einen kleinen Teil."]),
        ["fr"] = (["La chronologie nous fait gagner des heures.", "Mon équipe l'utilise chaque jour."], ["Le support était lent quand il le fallait.", "Trop de pannes ces derniers temps.", "Nous n'en utilisons qu'une petite partie."]),
        ["es"] = (["La línea de tiempo nos ahorra horas.", "Mi equipo lo usa cada día."], ["El soporte fue lento cuando hacía falta.", "Demasiadas caídas últimamente.", "Solo usamos una pequeña parte."]),
    };

    public static void Write(RowScope scope)
    {
        if (scope.People.Count == 0) return;
        SeedRandom random = scope.Random(SeedStream.Success);
        Answers(scope, random);
        Meetings(scope, random);
        if (scope.Life.FirstPaid is not { } first) return;
        Onboarding(scope, random, first);
        Plan(scope, random, first);
        Training(scope, random, first);
        Advocacy(scope, random);
    }

    private static void Answers(RowScope scope, SeedRandom random)
    {
        (string[] high, string[] low) = comments[scope.Company.Country.Language];
        foreach ((int day, int score) in scope.Life.Answers)
        {
            List<Person> there = [.. scope.People.Where(p => p.From <= day && p.Until > day)];
            DateTimeOffset at = scope.Local(day, random.Between(9, 17));
            if (!scope.Inside(at)) continue;
            string? comment = random.Chance(0.4) ? random.Pick(score >= 8 ? high : low) : null;
            scope.Batch.Add(new NpsResponse { TenantId = scope.TenantId, Id = random.Id(at), CustomerId = scope.CustomerId, ContactId = there.Count == 0 ? null : random.Pick(there).Row.Id, Score = score, Comment = score == 7 ? null : comment, At = at });
        }
    }

    private static void Meetings(RowScope scope, SeedRandom random)
    {
        Guid csm = scope.World.Member("success", scope.Company.Index);
        foreach (int day in scope.Life.Meetings)
        {
            int held = scope.Calendar.IsWeekend(day) ? day + 2 : day;
            DateTimeOffset at = scope.Local(held, random.Whole(9, 16));
            if (!scope.Inside(at.AddHours(1))) continue;
            bool takesPlace = random.Chance(0.93);
            scope.Batch.Add(new Meeting
            {
                TenantId = scope.TenantId,
                Id = random.Id(at),
                CustomerId = scope.CustomerId,
                Kind = scope.Life.Final.Plan == 3 ? MeetingKind.Qbr : MeetingKind.CheckIn,
                StartsAt = at,
                EndsAt = at.AddMinutes(45),
                Attendees = [scope.People[0].Row.Id, csm],
                HeldAt = takesPlace ? at : null,
            });
            if (takesPlace) scope.Held.Add(held);
        }
    }

    private static void Onboarding(RowScope scope, SeedRandom random, int first)
    {
        Guid? before = null;
        double engagement = scope.Life.WeekOf(first).Engagement;
        int done = first;
        foreach ((string title, int phase, int due, string article) in tasks)
        {
            DateTimeOffset made = scope.Calendar.Utc(first, 9);
            if (!scope.Inside(made)) return;
            // Who is engaged gets on; the first step that is left undone holds up the rest.
            done = done >= 0 && random.Chance(0.45 + (0.6 * engagement)) ? Math.Max(done, first + random.Whole(1, due + 6)) : -1;
            DateTimeOffset? at = done >= 0 && scope.Inside(scope.Calendar.Utc(done, 15)) ? scope.Calendar.Utc(done, 15) : null;
            Guid id = random.Id(made);
            scope.Batch.Add(new OnboardingTask
            {
                TenantId = scope.TenantId,
                Id = id,
                CustomerId = scope.CustomerId,
                Title = title,
                Phase = phase,
                Due = scope.Calendar.Date(first + due),
                BlockedById = before,
                ArticleId = scope.World.Article(article)?.Article.Id,
                DoneAt = at,
                DoneBy = at is null ? null : random.Chance(0.7) ? "data" : "reported",
            });
            before = id;
        }
    }

    private static void Plan(RowScope scope, SeedRandom random, int first)
    {
        DateTimeOffset at = scope.Calendar.Utc(first + 20, 10);
        if (scope.Life.WeekOf(first).Plan < 2 || !random.Chance(0.6) || !scope.Inside(at)) return;
        scope.PlanFrom = first + 20;
        LifeWeek last = scope.Life.Weeks[^1];
        DateOnly due = scope.Calendar.Date(first + 110);
        scope.Batch.Add(new SuccessPlan
        {
            TenantId = scope.TenantId,
            Id = random.Id(at),
            CustomerId = scope.CustomerId,
            Goals = [random.Pick(goals)],
            OwnerId = scope.World.Member("success", scope.Company.Index),
            CreatedAt = at,
            Milestones = [new Milestone("Kickoff held", due.AddDays(-80), at), new Milestone("Half of the seats active", due, last.Engagement > 0.45 && scope.Inside(at.AddDays(85)) ? at.AddDays(85) : null)],
            Status = scope.Life.Churned ? PlanStatus.Dropped : last.Engagement > 0.45 ? PlanStatus.OnTrack : PlanStatus.AtRisk,
        });
    }

    private static void Training(RowScope scope, SeedRandom random, int first)
    {
        DateTimeOffset at = scope.Local(first + 12, 10);
        if (scope.Life.WeekOf(first).Plan < 2 || !random.Chance(0.4) || !scope.Inside(at.AddHours(2))) return;
        scope.Batch.Add(new TrainingSession { TenantId = scope.TenantId, Id = random.Id(at), CustomerId = scope.CustomerId, Topic = random.Pick(["Getting started", "Automations", "Reports and dashboards"]), At = at, Minutes = 60, Attendees = [.. scope.People.Take(4).Select(p => p.Row.Id)], HeldAt = random.Chance(0.9) ? at : null });
    }

    private static void Advocacy(RowScope scope, SeedRandom random)
    {
        foreach ((int day, int score) in scope.Life.Answers)
        {
            DateTimeOffset at = scope.Calendar.Utc(day + 14, 12);
            if (score < 9 || !random.Chance(0.2) || !scope.Inside(at)) continue;
            scope.Batch.Add(new AdvocacyAct { TenantId = scope.TenantId, Id = random.Id(at), CustomerId = scope.CustomerId, ContactId = scope.People[0].Row.Id, Kind = random.Pick([AdvocacyKind.Review, AdvocacyKind.Reference, AdvocacyKind.CaseStudy]), Url = $"https://reviews.example/{scope.Company.Domain}", At = at });
        }
    }
}
