using System.Globalization;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Market;
using Switchboard.Domain.Revenue;
using Switchboard.Domain.Success;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>Writes how a customer was won, and beside each customer a lead that became none.</summary>
internal static class SalesRows
{
    private static readonly string[] timelines = ["immediate", "this_quarter", "this_year", "exploring"];
    private static readonly string[] authorities = ["decision_maker", "influencer", "evaluator", "user"];
    private static readonly string[] lostReasons = ["price", "missing_feature", "competitor", "no_decision", "timing"];

    public static void Write(RowScope scope)
    {
        SeedRandom random = scope.Random(SeedStream.Sales);
        Company company = scope.Company;
        if (scope.People.Count > 0 && scope.Life.TrialEnd is not null && random.Chance(0.75)) Won(scope, random, company);
        Lost(scope.World, scope.Batch, company.Index, company.Since);
    }

    private static void Won(RowScope scope, SeedRandom random, Company company)
    {
        DateTimeOffset came = company.Since.AddHours(-random.Between(1, 400));
        if (came < scope.Calendar.Utc(0)) came = company.Since;
        Person person = scope.People[0];
        Guid sales = scope.World.Member("sales", company.Index);
        var lead = new Lead
        {
            TenantId = scope.TenantId,
            Id = random.Id(came),
            Name = person.Row.Name,
            Email = person.Row.Email,
            Title = person.Row.Title,
            Company = company.Name,
            Industry = company.Industry.Key,
            Employees = company.Employees,
            Country = company.Country.Code,
            Source = company.Source,
            Budget = random.Chance(0.5) ? random.Pick(["under 1000", "1000 to 5000", "over 5000"]) : null,
            Authority = random.Pick(authorities),
            Need = Math.Round(Math.Clamp(company.Fit + (0.1 * random.Normal()), 0, 1), 2),
            Timeline = timelines[random.Weighted([40, 35, 15, 10])],
            Score = (int)Math.Clamp((70 * company.Fit) + 20 + (8 * random.Normal()), 5, 100),
            OwnerId = sales,
            CreatedAt = came,
        };
        if (scope.Life.Converted) lead.Convert(company.Id, scope.Calendar.Utc(scope.Life.TrialEnd!.Value, 2));
        else lead.MoveTo(LeadStatus.Qualified);
        scope.Batch.Add(lead);
        int plan = scope.Life.WeekOf(company.Day).Plan;
        if (plan >= 2) Deal(scope, random, lead, plan, sales);
    }

    private static void Deal(RowScope scope, SeedRandom random, Lead lead, int plan, Guid sales)
    {
        (Life life, DateTimeOffset opened) = (scope.Life, scope.Company.Since);
        int seats = life.WeekOf(scope.Company.Day).Seats;
        decimal price = scope.World.Price(plan, scope.Company.Day, annual: true) * 12;
        Guid? rival = random.Chance(0.4) ? random.Pick(scope.World.Competitors).Id : null;
        var deal = new Deal
        {
            TenantId = scope.TenantId,
            Id = random.Id(opened),
            LeadId = lead.Id,
            CustomerId = scope.CustomerId,
            Name = $"{scope.Company.Name}, {SeedWorld.Plans[plan]}",
            Value = seats * price,
            Currency = scope.Currency,
            Seats = seats,
            Probability = 0.4,
            ExpectedClose = scope.Calendar.Date(scope.Company.Day + 21),
            CompetitorId = rival,
            OwnerId = sales,
            CreatedAt = opened,
        };
        scope.Batch.Add(deal);
        Activities(scope.Batch, random, deal, opened, scope.Ends, sales);
        DateTimeOffset ends = scope.Calendar.Utc(life.TrialEnd!.Value, 1.5);
        DateTimeOffset offered = opened.AddDays(7);
        bool decided = ends < scope.Calendar.End;
        QuoteStatus status = !decided ? QuoteStatus.Sent : life.Converted ? QuoteStatus.Accepted : QuoteStatus.Declined;
        if (scope.Inside(offered))
        {
            scope.Batch.Add(new Quote
            {
                TenantId = scope.TenantId,
                Id = random.Id(offered),
                DealId = deal.Id,
                CustomerId = scope.CustomerId,
                Number = string.Create(CultureInfo.InvariantCulture, $"Q-{scope.Company.Index + 1:D6}"),
                Lines = [new InvoiceLine($"{SeedWorld.Plans[plan]} plan, 12 months", seats, price, seats * price)],
                Total = seats * price,
                Currency = scope.Currency,
                Status = status,
                ValidUntil = offered.AddDays(30),
                AcceptedAt = status == QuoteStatus.Accepted ? ends : null,
            });
            deal.MoveTo(DealStage.Proposal);
        }

        if (!decided) return;
        if (life.Converted) deal.Win(ends);
        else deal.Lose(rival is not null && random.Chance(0.5) ? "competitor" : random.Pick(lostReasons), ends);
        string[] factors = life.Converted ? ["features", "service"] : [deal.LostReason == "competitor" ? "features" : deal.LostReason!, "timing"];
        scope.Batch.Add(new WinLoss { TenantId = scope.TenantId, Id = random.Id(ends), DealId = deal.Id, Won = life.Converted, CompetitorId = rival, Factors = factors, At = ends });
        if (!life.Converted || plan < 3) return;
        DateOnly from = scope.Calendar.Date(life.TrialEnd.Value);
        scope.Batch.Add(new Contract { TenantId = scope.TenantId, Id = random.Id(ends), CustomerId = scope.CustomerId, DealId = deal.Id, TermMonths = 12, From = from, Until = from.AddYears(1).AddDays(-1), Clauses = [new ContractClause("1", "Term", "The contract runs for twelve months and then by the year."), new ContractClause("2", "Service", "First answer within 30 minutes at any hour.")], SignedAt = ends });
    }

    private static void Activities(SeedBatch batch, SeedRandom random, Deal deal, DateTimeOffset from, DateTimeOffset until, Guid sales)
    {
        string[] kinds = ["call", "email", "demo", "follow_up"];
        for (int i = 0; i < kinds.Length; i++)
        {
            DateTimeOffset at = from.AddHours(20 + (i * random.Between(30, 90)));
            if (at >= until || !random.Chance(0.7)) continue;
            batch.Add(new DealActivity { TenantId = deal.TenantId, Id = random.Id(at), DealId = deal.Id, Kind = kinds[i], Subject = $"{kinds[i].Replace('_', ' ')} with {deal.Name}", Outcome = random.Pick(["completed", "positive", "positive", "no_answer"]), UserId = sales, At = at, DoneAt = at.AddMinutes(30) });
            if (kinds[i] == "demo") batch.Add(new Meeting { TenantId = deal.TenantId, Id = random.Id(at), CustomerId = deal.CustomerId, DealId = deal.Id, Kind = MeetingKind.Demo, StartsAt = at, EndsAt = at.AddMinutes(30), Attendees = [sales], HeldAt = at });
        }
    }

    private static void Lost(SeedWorld world, SeedBatch batch, int index, DateTimeOffset came)
    {
        SeedRandom random = SeedRandom.For(world.Request.Seed, SeedStream.LostLead, index);
        if (!random.Chance(0.5)) return;
        Country country = SeedWords.Countries[random.Weighted(SeedWords.CountryWeights)];
        (string given, string family) = SeedWords.Person(random, country.Language);
        string company = random.Pick(SeedWords.First) + random.Pick(SeedWords.Second);
        Guid sales = world.Member("sales", index + 1);
        var lead = new Lead
        {
            TenantId = world.Tenant.Id,
            Id = random.Id(came),
            Name = $"{given} {family}",
            Email = string.Create(CultureInfo.InvariantCulture, $"{SeedWords.Plain(given)}@{company.ToLowerInvariant()}{index}.example"),
            Company = company,
            Industry = random.Pick(SeedWords.Industries).Key,
            Employees = random.Whole(1, 300),
            Country = country.Code,
            Source = SeedWords.Sources[random.Weighted(SeedWords.SourceWeights)],
            Need = random.Chance(0.5) ? Math.Round(random.Between(0, 0.7), 2) : null,
            Timeline = random.Chance(0.5) ? random.Pick(timelines) : null,
            Score = random.Whole(5, 65),
            OwnerId = sales,
            CreatedAt = came,
        };
        batch.Add(lead);
        bool isOld = (world.Calendar.End - came).TotalDays > 45;
        bool withDeal = random.Chance(0.25);
        lead.MoveTo(withDeal ? LeadStatus.Qualified : isOld ? LeadStatus.Disqualified : random.Pick([LeadStatus.New, LeadStatus.Mql, LeadStatus.Sql]));
        if (!withDeal) return;
        (Guid rival, string _) = random.Pick(world.Competitors);
        int seats = random.Whole(5, 60);
        var deal = new Deal
        {
            TenantId = world.Tenant.Id,
            Id = random.Id(came),
            LeadId = lead.Id,
            Name = $"{company}, premium",
            Value = seats * 240m,
            Currency = world.Tenant.Currency,
            Seats = seats,
            Probability = Math.Round(random.Between(0.1, 0.6), 2),
            ExpectedClose = DateOnly.FromDateTime(came.UtcDateTime).AddDays(45),
            CompetitorId = random.Chance(0.5) ? rival : null,
            OwnerId = sales,
            CreatedAt = came,
        };
        batch.Add(deal);
        Activities(batch, random, deal, came, world.Calendar.End, sales);
        deal.MoveTo(random.Pick([DealStage.Qualification, DealStage.Proposal, DealStage.Negotiation]));
        if (!isOld) return;
        DateTimeOffset closed = came.AddDays(random.Between(25, 45));
        deal.Lose(deal.CompetitorId is null ? random.Pick(["price", "no_decision", "timing"]) : random.Pick(["competitor", "price", "missing_feature"]), closed);
        batch.Add(new WinLoss { TenantId = world.Tenant.Id, Id = random.Id(closed), DealId = deal.Id, Won = false, CompetitorId = deal.CompetitorId, Factors = [deal.LostReason == "competitor" ? "features" : deal.LostReason!], At = closed });
    }
}
