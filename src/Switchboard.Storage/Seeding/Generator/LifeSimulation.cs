using Switchboard.Domain.Billing;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>
/// Lets a customer live, day by day, from its signup until it leaves or the time ends. What leads to what, with all coefficients, is told in
/// docs/guide/demo-data.md; a figure that is changed here is changed there.
/// </summary>
internal sealed class LifeSimulation
{
    /// <summary>Hazard of leaving a week when nothing is wrong, by plan.</summary>
    public static readonly double[] BaseHazard = [0.004, 0.0035, 0.0020, 0.0008];

    /// <summary>What each cause adds to the logarithm of the hazard of a paying customer.</summary>
    public const double LowEngagement = 2.4, Dissatisfied = 3.0, FailedPayment = 0.45, PriceRise = 0.7, NoChampion = 0.9;

    /// <summary>Weeks for which a price rise is felt.</summary>
    public const int PriceRiseWeeks = 8;

    private static readonly double[] talksAWeek = [0.03, 0.07, 0.13, 0.30];

    private readonly SeedWorld world;
    private readonly Company company;
    private readonly SeedRandom random;
    private readonly Life life;
    private readonly LifeBilling billing;
    private double engagement;
    private double satisfaction = 0.72;
    private double target;
    private bool champion = true;
    private int survey;
    private double trust;
    private int lastGoodwill = -1000;

    private LifeSimulation(SeedWorld world, int index)
    {
        this.world = world;
        company = new Company(world, index);
        random = SeedRandom.For(world.Request.Seed, SeedStream.Life, index);
        life = new Life(company) { Final = new SubscriptionState { Status = SubscriptionStatus.Active } };
        billing = new LifeBilling(world, life, random);
    }

    private SubscriptionState State => life.Final;

    private bool IsPaying => State is { Plan: > 0, Status: SubscriptionStatus.Active or SubscriptionStatus.PastDue };

    /// <summary>The life of the customer at a place.</summary>
    public static Life Run(SeedWorld world, int index)
    {
        var simulation = new LifeSimulation(world, index);
        simulation.SignUp();
        simulation.Live();
        return simulation.life;
    }

    private void SignUp()
    {
        target = company.Fit;
        engagement = Math.Clamp(company.Fit + (0.1 * random.Normal()), 0.05, 1.1);
        trust = random.Normal();
        survey = company.Day + random.Whole(40, 90);
        State.PeriodStart = company.Day;
        State.Used = company.Size switch { 0 => random.Whole(1, 3), 1 => random.Whole(2, 7), 2 => random.Whole(4, 16), _ => random.Chance(0.12) ? random.Whole(50, 140) : random.Whole(10, 40) };
        State.Used = Math.Min(State.Used, company.Employees);
        bool trial = random.Chance(0.5);
        if (trial)
        {
            State.Plan = company.Size switch { 0 => random.Weighted([0, 85, 15, 0]), 1 => random.Weighted([0, 60, 37, 3]), 2 => random.Weighted([0, 30, 50, 20]), _ => random.Weighted([0, 5, 45, 50]) };
            State.Status = SubscriptionStatus.Trialing;
            State.Used = Math.Min(State.Used, SeedWorld.MostSeats(State.Plan));
            State.Seats = State.Used;
            life.TrialEnd = company.Day + 14;
            State.PeriodEnd = company.Day + 14;
            if (company.Day >= world.Experiment.From && company.Day < world.Experiment.Until) life.Variant = random.Chance(0.5);
        }
        else
        {
            BecomeFree();
        }
    }

    private void BecomeFree()
    {
        State.Plan = 0;
        State.Unit = 0;
        State.Status = SubscriptionStatus.Active;
        State.Seats = SeedWorld.MostSeats(0);
        State.Used = Math.Min(State.Used, State.Seats);
    }

    private void Live()
    {
        life.EndDay = world.Calendar.Days;
        for (int day = company.Day; day < world.Calendar.Days; day++)
        {
            if (day > company.Day && !billing.Daily(day, engagement)) return;
            if (day == life.TrialEnd && !EndTrial(day)) return;
            if (State.Plan == 0) KeepFreePeriod(day);
            if ((day - company.Day) % 7 == 0 && !Week(day)) return;
        }
    }

    private bool EndTrial(int day)
    {
        double p = Math.Clamp(0.08 + (0.6 * engagement) + (life.Variant == true ? SeedExperiment.TrueEffect : 0), 0.02, 0.95);
        if (random.Chance(p))
        {
            life.Converted = true;
            billing.Begin(day, State.Plan, "signup");
            return true;
        }

        if (random.Chance(0.45))
        {
            State.Plan = 0;
            billing.End(day, random.Chance(0.5) ? "no_need" : "missing_feature");
            return false;
        }

        BecomeFree();
        State.PeriodStart = day;
        return true;
    }

    private void KeepFreePeriod(int day)
    {
        if (day - State.PeriodStart >= 30) State.PeriodStart = day;
        State.PeriodEnd = State.PeriodStart + 30;
    }

    /// <summary>What happens in a week; false when the customer leaves.</summary>
    private bool Week(int day)
    {
        int incident = IncidentOf(day);
        Champion(day);
        target = company.Fit + (0.30 * (satisfaction - 0.7)) - (champion ? 0 : 0.15);
        engagement = Math.Clamp(engagement + (0.25 * (target - engagement)) + (0.05 * random.Normal()), 0.02, 1.2);
        double felt = incident >= 0 ? engagement * 0.55 : engagement;
        if (incident >= 0) satisfaction -= world.Incidents[incident].Severity switch { Severity.S1 => 0.12, Severity.S2 => 0.09, _ => 0.05 };
        Talks(day, incident);
        Ask(day);
        Meet(day);
        satisfaction = Math.Clamp(satisfaction + (0.04 * (0.72 - satisfaction)), 0, 1);
        double hazard = Hazard(day);
        life.Weeks.Add(new LifeWeek(felt, satisfaction, State.Plan, State.Seats, State.Used, billing.IsPastDue, State.CancelAtEnd, champion, hazard));
        if (IsPaying) return Pays(day, hazard);
        return State.Status != SubscriptionStatus.Active || State.Plan > 0 || Free(day, hazard);
    }

    private int IncidentOf(int day)
    {
        foreach (IncidentPlan incident in world.Incidents)
        {
            if (incident.Day < day || incident.Day >= day + 7 || !world.Hits(incident, company.Index)) continue;
            life.Incidents.Add(incident.Place);
            return incident.Place;
        }

        return -1;
    }

    private void Champion(int day)
    {
        if (champion)
        {
            if (day == company.Day || !random.Chance(0.0035)) return;
            champion = false;
            life.ChampionGone.Add((day, null));
            return;
        }

        if (!random.Chance(0.05)) return;
        champion = true;
        life.ChampionGone[^1] = (life.ChampionGone[^1].Left, day);
    }

    private void Talks(int day, int incident)
    {
        double mean = talksAWeek[State.Plan] * (day - company.Day < 28 ? 2.2 : 1);
        int count = Math.Min(5, random.Poisson(incident >= 0 ? (mean * 4) + 0.12 : mean));
        for (int i = 0; i < count; i++)
        {
            bool about = incident >= 0 && random.Chance(0.75);
            int at = about ? world.Incidents[incident].Day : day + random.Whole(0, 6);
            if (world.Calendar.IsWeekend(at) && !about) at += 2;
            double hour = about ? (world.Incidents[incident].StartsAt - world.Calendar.Utc(at)).TotalHours + random.Between(0.2, 4) : random.Between(8, 17) - company.Country.OffsetOn(world.Calendar.Date(Math.Min(at, world.Calendar.Days - 1)));
            int topic = about ? SeedTopics.OfComponent(world.Incidents[incident].Component) : SeedTopics.Draw(random, billing.FailuresBefore(day) > 0, day >= world.PriceRiseDay && day < world.PriceRiseDay + 30, day - company.Day < 28);
            bool bad = random.Chance(0.10 + (about ? 0.20 : 0) + (engagement < 0.3 ? 0.06 : 0));
            life.Talks.Add(new TalkPlan(at, Math.Clamp(hour, 0.2, 23.5), topic, about ? incident : -1, bad));
            satisfaction += bad ? -0.16 : 0.015;
            Ticket(at, life.Talks.Count - 1, about ? incident : -1, bad, SeedTopics.All[topic].Technical);
            if (bad && IsPaying && at - lastGoodwill > 365 && random.Chance(0.12)) Goodwill(at);
        }
    }

    private void Goodwill(int day)
    {
        lastGoodwill = day;
        billing.Credit(day, CreditKind.Goodwill, random.Pick<decimal>([10m, 20m, 30m]), "goodwill");
    }

    private void Ticket(int day, int talk, int incident, bool bad, bool technical)
    {
        double p = incident >= 0 ? 0.5 : technical ? 0.3 : bad ? 0.2 : 0.05;
        if (!random.Chance(p)) return;
        TicketKind kind = incident >= 0 ? TicketKind.Incident : technical ? TicketKind.Bug : random.Chance(0.5) ? TicketKind.Feature : TicketKind.Task;
        Severity severity = incident >= 0 ? world.Incidents[incident].Severity : kind == TicketKind.Bug && random.Chance(0.2) ? Severity.S2 : random.Chance(0.5) ? Severity.S3 : Severity.S4;
        double open = incident >= 0 ? (world.Incidents[incident].Hours / 24) + random.Between(0.1, 1) : severity == Severity.S2 ? random.Between(1, 6) : random.Between(1, bad ? 40 : 15);
        life.Tickets.Add(new TicketPlan(day, talk, incident, severity, kind, open));
    }

    /// <summary>Twice a year the people are asked how likely they would recommend us; a third answers.</summary>
    private void Ask(int day)
    {
        if (day < survey) return;
        survey = day + random.Whole(150, 210);
        if (!random.Chance(State.Plan == 0 ? 0.15 : 0.4)) return;
        double mood = 7.0 + (5 * (satisfaction - 0.7)) + (3 * (engagement - 0.55)) + (0.6 * trust) + (1.1 * random.Normal());
        life.Answers.Add((day, (int)Math.Clamp(Math.Round(mood), 0, 10)));
    }

    private void Meet(int day)
    {
        if (State.Plan < 2 || !IsPaying || (day - company.Day) % 91 >= 7 || day - company.Day < 20 || !random.Chance(State.Plan == 3 ? 0.9 : 0.4)) return;
        life.Meetings.Add(day);
        satisfaction += 0.04;
    }

    private double Hazard(int day)
    {
        if (!IsPaying) return BaseHazard[0] * Math.Exp(LowEngagement * Math.Max(0, 0.6 - engagement));
        bool rise = life.FirstPaid < world.PriceRiseDay && day >= world.PriceRiseDay && day < world.PriceRiseDay + (7 * PriceRiseWeeks);
        double log = (LowEngagement * Math.Max(0, 0.6 - engagement)) + (Dissatisfied * Math.Max(0, 0.7 - satisfaction)) + (FailedPayment * Math.Min(3, billing.FailuresBefore(day)))
            + (rise ? PriceRise : 0) + (champion ? 0 : NoChampion);
        return BaseHazard[State.Plan] * Math.Exp(log);
    }

    private bool Pays(int day, double hazard)
    {
        if (billing.IsPastDue || State.CancelAtEnd) return true;
        if (random.Chance(hazard))
        {
            State.CancelAtEnd = true;
            life.ChurnReason = Reason(day);
            if (!billing.RefundOnLeaving(day)) return true;
            billing.End(day, life.ChurnReason);
            return false;
        }

        Grow(day);
        return true;
    }

    private void Grow(int day)
    {
        SubscriptionState s = State;
        if (day == life.FirstPaid) return;
        s.Used = Math.Clamp(s.Used + (random.Chance(0.10 * engagement) ? 1 : random.Chance(0.06 * (1 - engagement)) ? -1 : 0), 1, s.Seats);
        if (s.Used == s.Seats && s.Seats < company.Employees && random.Chance(0.10 * Math.Max(0, engagement - 0.3)))
        {
            int count = Math.Min(1 + random.Poisson(s.Seats * 0.05), company.Employees - s.Seats);
            count = Math.Min(count, SeedWorld.MostSeats(s.Plan) - s.Seats);
            if (count > 0)
            {
                billing.AddSeats(day, count);
                s.Used = Math.Min(s.Seats, s.Used + 1);
            }
        }
        else if (random.Chance(s.Plan switch { 1 => 0.003 + (s.Seats >= 20 ? 0.04 : 0) + (engagement > 0.75 ? 0.012 : 0), 2 => s.Seats >= 40 ? 0.01 : 0.0005, _ => 0 }))
        {
            billing.Upgrade(day, s.Plan + 1);
        }
    }

    private bool Free(int day, double hazard)
    {
        if (day == company.Day) return true;
        if (random.Chance(hazard))
        {
            billing.End(day, "no_need");
            return false;
        }

        if (random.Chance(0.010 * engagement))
        {
            State.Seats = State.Used;
            billing.Begin(day, random.Chance(0.85) ? 1 : 2, "upgrade");
        }

        return true;
    }

    /// <summary>The cause that weighs most now.</summary>
    private string Reason(int day)
    {
        double price = day >= world.PriceRiseDay && day < world.PriceRiseDay + (7 * PriceRiseWeeks) ? PriceRise : 0.15;
        double use = LowEngagement * Math.Max(0, 0.6 - engagement), service = Dissatisfied * Math.Max(0, 0.7 - satisfaction), gone = champion ? 0 : NoChampion;
        double most = Math.Max(Math.Max(price, use), Math.Max(service, gone));
        if (random.Chance(0.12)) return random.Chance(0.5) ? "out_of_business" : "competitor";
        if (most == service) return "service";
        if (most == use) return random.Chance(0.7) ? "no_need" : "missing_feature";
        return most == gone ? "competitor" : "price";
    }
}
