using System.Globalization;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>Writes a customer, its people, and what is known about both.</summary>
internal static class CustomerRows
{
    /// <summary>People that are known by name at most; more may have a seat.</summary>
    private const int mostPeople = 40;

    private static readonly string[] noteTexts =
    [
        "Wants a call before the renewal.", "The team works in two time zones.", "Prefers short answers by e-mail.", "Asked for the security documents.", "Möchte vor der Verlängerung einen Termin.", "Plant für das nächste Quartal mehr Plätze.",
        "Souhaite un point avant le renouvellement.", "L'équipe vient d'un autre outil.", "Quiere revisar los informes con nosotros.", "El equipo crece en otoño.",
    ];

    private static readonly string[] integrationTypes = ["slack", "google_calendar", "github", "salesforce"];

    public static void Write(RowScope scope)
    {
        SeedRandom random = scope.Random(SeedStream.Customer);
        (Life life, Company company, SeedWorld world) = (scope.Life, scope.Company, scope.World);
        bool paying = life.Final.Mrr > 0;
        LifeWeek last = life.Weeks.Count > 0 ? life.Weeks[^1] : default;
        scope.Batch.Add(new Customer
        {
            TenantId = scope.TenantId,
            Id = company.Id,
            Name = company.Name,
            Plan = SeedWorld.Plans[life.Final.Plan],
            Domain = company.Domain,
            Industry = company.Industry.Key,
            Employees = company.Employees,
            Country = company.Country.Code,
            Language = company.Country.Language,
            TimeZone = company.Country.TimeZone,
            Source = company.Source,
            CsmId = life.Final.Plan >= 2 ? world.Member("success", company.Index) : null,
            Tags = Tags(company, life),
            Since = company.Since,
            ChurnedAt = life.Churned ? scope.Ends : null,
            Lifecycle = life.Churned ? CustomerLifecycle.Churned
                : life.Final.Status == SubscriptionStatus.Trialing ? CustomerLifecycle.Trial
                : life.Final.CancelAtEnd || life.Final.Status is SubscriptionStatus.Unpaid or SubscriptionStatus.PastDue || (paying && last.Hazard > 6 * LifeSimulation.BaseHazard[life.Final.Plan]) ? CustomerLifecycle.AtRisk
                : world.Calendar.Days - company.Day < 45 ? CustomerLifecycle.Onboarding : CustomerLifecycle.Active,
        });
        People(scope, random);
        Known(scope, random);
        Integrations(scope, random);
    }

    private static List<string> Tags(Company company, Life life)
    {
        var tags = new List<string>();
        if (life.Incidents.Count > 3) tags.Add("incident-hit");
        if (company.Programme is { } programme) tags.Add(programme.Key);
        if (company.Source == "partner") tags.Add("partner");
        return tags;
    }

    private static void People(RowScope scope, SeedRandom random)
    {
        (Life life, Company company) = (scope.Life, scope.Company);
        int known = 0;
        var joins = new List<int>();
        for (int week = 0; week < life.Weeks.Count && known < mostPeople; week++)
        {
            for (; known < Math.Min(mostPeople, life.Weeks[week].Used); known++) joins.Add(company.Day + (week * 7));
        }

        for (int i = 0; i < joins.Count; i++)
        {
            (string given, string family) = SeedWords.Person(random, company.Country.Language);
            int from = joins[i] + (i == 0 || joins[i] > company.Day ? 0 : random.Whole(0, 5));
            DateTimeOffset at = i == 0 ? company.Since : scope.Calendar.Utc(from, 9);
            if (at < company.Since) at = company.Since;
            if (at >= scope.Ends) continue;
            // The first to speak for us is the first person; who takes the place is the next one that is there.
            int champion = life.ChampionGone.Count == 0 ? 0 : life.ChampionGone[^1].Replaced is null ? -1 : Math.Min(life.ChampionGone.Count, joins.Count - 1);
            int? left = i < life.ChampionGone.Count && joins.Count > 1 ? life.ChampionGone[i].Left : null;
            ContactRole role = i switch { 0 => ContactRole.Admin, 1 => ContactRole.Billing, 2 => ContactRole.Technical, _ => random.Chance(0.25) ? ContactRole.Business : ContactRole.User };
            var contact = new Contact
            {
                TenantId = scope.TenantId,
                Id = random.Id(at),
                CustomerId = company.Id,
                Email = string.Create(CultureInfo.InvariantCulture, $"{SeedWords.Plain(given)}.{SeedWords.Plain(family)}{(i == 0 ? "" : i)}@{company.Domain}"),
                Name = $"{given} {family}",
                Title = SeedWords.Titles[i < 3 ? i : random.Whole(3, SeedWords.Titles.Length - 1)],
                Phone = i < 2 ? string.Create(CultureInfo.InvariantCulture, $"{company.Country.Phone}{random.Whole(10, 99)}") : null,
                Role = role,
                Status = left is null ? ContactStatus.Active : ContactStatus.Suspended,
                IsPrimary = i == 0,
                ChampionScore = i == champion ? Math.Round(random.Between(0.72, 0.97), 2) : i < 4 ? Math.Round(random.Between(0.1, 0.6), 2) : null,
                Language = company.Country.Language,
                TimeZone = company.Country.TimeZone,
                Preferences = i == 0 ? new ContactPreferences(random.Chance(0.7) ? "email" : "chat", Language: company.Country.Language, HoursFrom: 9, HoursTo: 17) : new ContactPreferences(),
                MfaEnabled = random.Chance(0.3),
            };
            scope.Batch.Add(contact);
            scope.People.Add(new Person(contact, from, Math.Min(life.EndDay, left ?? int.MaxValue)));
            if (i > 1 && !random.Chance(0.2)) continue;
            scope.Batch.Add(new Consent { TenantId = scope.TenantId, Id = random.Id(at), CustomerId = company.Id, ContactId = contact.Id, Purpose = "marketing", Granted = random.Chance(0.62), TextVersion = "2", At = at });
        }
    }

    private static void Known(RowScope scope, SeedRandom random)
    {
        (Life life, Company company) = (scope.Life, scope.Company);
        DateTimeOffset at = scope.Calendar.Utc(Math.Min(life.EndDay, company.Day + random.Whole(2, 60)), -3);
        if (random.Chance(life.FirstPaid is null ? 0.1 : 0.6) && scope.Inside(at))
        {
            NoteKind kind = random.Pick([NoteKind.General, NoteKind.Support, NoteKind.Sales, NoteKind.Success, NoteKind.Technical]);
            scope.Batch.Add(new CustomerNote { TenantId = scope.TenantId, Id = random.Id(at), CustomerId = company.Id, Kind = kind, Visibility = random.Chance(0.8) ? NoteVisibility.Company : NoteVisibility.Team, Text = random.Pick(noteTexts), AuthorId = scope.World.Member("success", company.Index), CreatedAt = at });
        }

        if (life.FirstPaid is null || !scope.Inside(at)) return;
        string value = life.Changes.Count == 0 ? "low" : life.Changes.Max(c => c.After) switch { >= 500m => "high", >= 100m => "middle", _ => "low" };
        scope.Batch.Add(new SegmentMembership { TenantId = scope.TenantId, Id = random.Id(at), CustomerId = company.Id, Type = "value", Name = value, Confidence = Math.Round(random.Between(0.75, 0.99), 2), AssignedBy = "seed", AssignedAt = at });
    }

    private static void Integrations(RowScope scope, SeedRandom random)
    {
        (Life life, Company company) = (scope.Life, scope.Company);
        if (life.FirstPaid is not { } first || !random.Chance(0.45)) return;
        DateTimeOffset connected = scope.Calendar.Utc(first + random.Whole(1, 10), 10);
        if (!scope.Inside(connected)) return;
        bool broken = random.Chance(0.12);
        var integration = new Integration
        {
            TenantId = scope.TenantId,
            Id = random.Id(connected),
            CustomerId = company.Id,
            Type = integrationTypes[random.Weighted([50, 25, 15, 10])],
            Account = company.Domain.Split('.')[0],
            Status = life.Churned ? IntegrationStatus.Disconnected : broken ? IntegrationStatus.Error : IntegrationStatus.Active,
            IntervalMinutes = 60,
            ConnectedAt = connected,
        };
        scope.Batch.Add(integration);
        for (int day = first + 20; day < life.EndDay; day += 60)
        {
            DateTimeOffset at = scope.Calendar.Utc(day, 4);
            if (at <= connected || !scope.Inside(at)) continue;
            int read = random.Whole(20, 400), failed = broken && day > life.EndDay - 70 ? random.Whole(1, 12) : 0;
            scope.Batch.Add(new SyncRun
            {
                TenantId = scope.TenantId,
                Id = random.Id(at),
                CustomerId = company.Id,
                IntegrationId = integration.Id,
                StartedAt = at,
                EndedAt = at.AddSeconds(random.Whole(4, 90)),
                ReadCount = read,
                WrittenCount = (read - failed) / 4,
                SkippedCount = read - failed - ((read - failed) / 4),
                FailedCount = failed,
                Errors = failed > 0 ? [new SyncErrorGroup("token_expired", failed, "The other side no longer accepts our token.")] : [],
            });
            integration.LastSyncAt = at;
            integration.ErrorCount = failed;
        }
    }
}
