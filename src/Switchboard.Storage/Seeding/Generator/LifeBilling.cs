using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>The money of a life: terms, invoices, payments and dunning, by the default policies.</summary>
/// <param name="world">The world.</param>
/// <param name="life">The life.</param>
/// <param name="random">The life's stream.</param>
internal sealed class LifeBilling(SeedWorld world, Life life, SeedRandom random)
{
    private static readonly DiscountPolicy discounts = SeedWorld.Policies.Discounts;
    private static readonly DunningPolicy dunning = SeedWorld.Policies.Dunning;

    private static readonly string[] soft = ["insufficient_funds", "do_not_honor", "processing_error", "limit_exceeded"];

    /// <summary>The hard declines of the policies; cards expire more often than anything else happens to them.</summary>
    private static readonly string[] hard = [.. dunning.HardDeclines.SelectMany(code => Enumerable.Repeat(code, code == "expired_card" ? 3 : 1))];

    private readonly List<int> failures = [];
    private readonly string method = PickMethod(life.Company, random);
    private int dunned = -1;
    private int firstFailure;
    private int tries;
    private bool isHard;
    private int newMethodDay;
    private int reactivationDay = -1;
    private int unpaidDay;
    private int concessionUntil = -1;
    private readonly List<(int Bill, int Day)> transfers = [];

    private SubscriptionState State => life.Final;

    /// <summary>Whether money of an invoice is being chased.</summary>
    public bool IsPastDue => State.Status == SubscriptionStatus.PastDue;

    /// <summary>Payments that failed in the 90 days before a day.</summary>
    public int FailuresBefore(int day) => failures.Count(f => f > day - 90 && f <= day);

    /// <summary>Begins to pay: from the trial or from the free plan.</summary>
    public void Begin(int day, int plan, string cause)
    {
        SubscriptionState s = State;
        Company company = life.Company;
        Change(day, cause, () =>
        {
            s.Plan = plan;
            s.Annual = random.Chance(plan switch { 1 => 0.15, 2 => 0.35, _ => 0.8 });
            s.Status = SubscriptionStatus.Active;
            s.Unit = world.Price(plan, day, s.Annual);
            s.Storage = random.Chance(0.06) ? random.Whole(1, 2) : 0;
            s.ApiPack = random.Chance(0.05);
            s.SignOn = plan == 2 && random.Chance(0.2);
            s.PremiumSupport = plan > 1 && s.Seats >= 30 && random.Chance(0.25);
            life.FirstPaid ??= day;
            if (company.Programme is { } programme) life.Grants.Add(new GrantPlan(programme.Key, programme.Rate, day, programme.Months is { } months ? Later(day, months) : null));
            if (random.Chance(0.04))
            {
                concessionUntil = Later(day, discounts.Concessions.AutomaticMonths);
                life.Grants.Add(new GrantPlan("concession", discounts.Concessions.AutomaticUpTo, day, concessionUntil));
            }

            s.Discount = DiscountOn(day);
        });
        if (discounts.VolumeRate(s.Seats) is > 0 and var volume) life.Grants.Add(new GrantPlan("volume", volume, day, null));
        OpenPeriod(day);
        Bill(day, PeriodLines(once: plan == 3 && cause == "signup" ? Onboarding() : null));
    }

    /// <summary>Moves to a larger plan at once; the difference for the days that are left is billed.</summary>
    public void Upgrade(int day, int plan)
    {
        SubscriptionState s = State;
        decimal oldNet = s.Unit * (1 - s.Discount);
        Change(day, "upgrade", () =>
        {
            s.Plan = plan;
            s.Unit = world.Price(plan, day, s.Annual);
        });
        decimal price = (s.Unit * (1 - s.Discount)) - oldNet;
        Prorate(day, $"Change to {Name(plan)}, {s.Seats} seats", s.Seats, price);
    }

    /// <summary>Adds seats at once; they are billed for the days that are left.</summary>
    public void AddSeats(int day, int count)
    {
        SubscriptionState s = State;
        Change(day, "seats_added", () =>
        {
            s.Seats += count;
            s.Discount = DiscountOn(day);
        });
        Prorate(day, $"{count} more seats on {Name(s.Plan)}", count, s.Unit * (1 - s.Discount));
    }

    /// <summary>Gives a credit, used by the next invoices.</summary>
    public void Credit(int day, CreditKind kind, decimal amount, string reason) => life.Credits.Add(new CreditPlan { Day = day, Kind = kind, Amount = amount, Reason = reason });

    /// <summary>What is due on a day: retries, money by bank, the next period. False when the life ends.</summary>
    public bool Daily(int day, double engagement)
    {
        foreach ((int bill, int due) in transfers.Where(t => t.Day == day).ToList()) Pay(bill, due, 11, 1, "bank_transfer");
        if (dunned >= 0) Dun(day);
        if (State.Status == SubscriptionStatus.Unpaid) return Unpaid(day);
        if (State.Plan == 0 || State.Status == SubscriptionStatus.Trialing || day != State.PeriodEnd) return true;
        if (State.CancelAtEnd)
        {
            End(day, life.ChurnReason ?? "no_need");
            return false;
        }

        Renew(day, engagement);
        return true;
    }

    /// <summary>Ends the subscription and the life.</summary>
    public void End(int day, string reason)
    {
        Change(day, "cancel", () => State.Status = SubscriptionStatus.Canceled);
        life.Churned = true;
        life.ChurnReason = reason;
        life.EndDay = day;
    }

    /// <summary>Gives back what the policy allows to one who leaves now; false when it allows nothing.</summary>
    public bool RefundOnLeaving(int day)
    {
        int last = life.Attempts.FindLastIndex(a => a is { Decline: null, IsDuplicate: false } && life.Refunds.All(r => life.Attempts[r.Attempt] != a));
        // Who is billed or pays on a day does not leave on the same one.
        if (last < 0 || life.FirstPaid is not { } first || life.Attempts[^1].Day == day || life.Bills[^1].Day == day) return false;
        AttemptPlan attempt = life.Attempts[last];
        BillPlan bill = life.Bills[attempt.Bill];
        bool firstPayment = attempt.Bill == 0 && day - attempt.Day <= SeedWorld.Policies.Refunds.FirstPaymentDays && day > attempt.Day;
        if (firstPayment && random.Chance(0.5))
        {
            life.Refunds.Add(new RefundPlan(last, day, 1, bill.Total, "first_30_days"));
            return true;
        }

        int months = State.Annual && bill.Until - bill.From > 300 && day - first > 30 && day > attempt.Day ? UnusedMonths(day, bill.Until) : 0;
        if (months == 0 || !random.Chance(0.2)) return false;
        life.Refunds.Add(new RefundPlan(last, day, 1, decimal.Round(bill.Total * months / 12, 2, MidpointRounding.ToEven), "annual_unused"));
        return true;
    }

    private static string PickMethod(Company company, SeedRandom random) => company.Size >= 2 && random.Chance(0.45) ? "bank_transfer" : random.Chance(0.12) ? "paypal" : "card";

    private static string Name(int plan) => plan switch { 1 => "Basic", 2 => "Premium", 3 => "Enterprise", _ => "Free" };

    private static (string Text, decimal Price) Onboarding()
    {
        AddOnPolicy package = SubscriptionState.Prices.AddOn("onboarding_package");
        return (package.Name, package.Price);
    }

    private int Later(int day, int months) => world.Calendar.Date(day).AddMonths(months).DayNumber - world.Calendar.First.DayNumber;

    private int UnusedMonths(int day, int until)
    {
        DateOnly from = world.Calendar.Date(day), end = world.Calendar.Date(until);
        int months = ((end.Year - from.Year) * 12) + end.Month - from.Month - (end.Day < from.Day ? 1 : 0);
        return Math.Clamp(months, 0, 11);
    }

    /// <summary>The better of volume and programme, a concession on top, never above the ceiling.</summary>
    private decimal DiscountOn(int day)
    {
        decimal programme = life.Grants.Where(g => g.Kind is not ("volume" or "concession") && g.From <= day && (g.Until is not { } until || day < until)).Select(g => g.Share).DefaultIfEmpty(0).Max();
        return Math.Min(discounts.Ceiling, Math.Max(programme, discounts.VolumeRate(State.Seats)) + (day < concessionUntil ? discounts.Concessions.AutomaticUpTo : 0));
    }

    private void Change(int day, string cause, Action apply, double hour = 2)
    {
        decimal before = State.Mrr;
        (int plan, int seats) = (State.Plan, State.Seats);
        bool paidBefore = life.Changes.Count > 0;
        apply();
        decimal after = State.Mrr;
        if (before == after) return;
        MrrMovement movement = before == 0 ? (paidBefore ? MrrMovement.Reactivation : MrrMovement.New) : after == 0 ? MrrMovement.Churn : after > before ? MrrMovement.Expansion : MrrMovement.Contraction;
        double at = hour + (life.Changes.Count(c => c.Day == day && Math.Abs(c.Hour - hour) < 0.5) * 0.02);
        life.Changes.Add(new ChangePlan(day, at, movement, cause, before, after, before == 0 && !paidBefore ? null : plan, after == 0 ? null : State.Plan, before == 0 ? 0 : seats, after == 0 ? 0 : State.Seats));
    }

    private void OpenPeriod(int day)
    {
        State.PeriodStart = day;
        State.PeriodEnd = Later(day, State.Annual ? 12 : 1);
    }

    private void Renew(int day, double engagement)
    {
        SubscriptionState s = State;
        if (engagement < 0.42 && random.Chance(0.10) && s.Plan > 1 && s.Seats <= SeedWorld.MostSeats(s.Plan - 1)) Change(day, "downgrade", () => Reprice(s.Plan - 1, day));
        int spare = s.Seats - Math.Max(1, s.Used);
        if (spare > 0 && engagement < 0.5 && random.Chance(0.35))
        {
            Change(day, "seats_removed", () =>
            {
                s.Seats -= random.Whole(1, spare);
                s.Discount = DiscountOn(day);
            });
        }

        Change(day, "discount", () => s.Discount = DiscountOn(day));
        Change(day, "price", () => s.Unit = world.Price(s.Plan, day, s.Annual));
        OpenPeriod(day);
        Bill(day, PeriodLines(once: null));
    }

    private void Reprice(int plan, int day)
    {
        State.Plan = plan;
        State.Unit = world.Price(plan, day, State.Annual);
    }

    private List<InvoiceLine> PeriodLines((string Text, decimal Price)? once)
    {
        SubscriptionState s = State;
        int months = s.Annual ? 12 : 1;
        decimal price = s.Unit * months;
        decimal seats = s.Seats * price;
        var lines = new List<InvoiceLine> { new($"{Name(s.Plan)} plan, {(s.Annual ? "12 months" : "1 month")}", s.Seats, price, seats) };
        if (s.Discount > 0) lines.Add(new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Discount {s.Discount * 100:0} %"), 1, -decimal.Round(seats * s.Discount, 2, MidpointRounding.ToEven), -decimal.Round(seats * s.Discount, 2, MidpointRounding.ToEven)));
        foreach (SubscribedAddOn addOn in s.AddOns()) lines.Add(new($"Add-on {addOn.Key.Replace('_', ' ')}", 1, addOn.MonthlyAmount * months, addOn.MonthlyAmount * months));
        if (once is { } extra) lines.Add(new(extra.Text, 1, extra.Price, extra.Price));
        return lines;
    }

    private void Prorate(int day, string text, int seats, decimal monthly)
    {
        if (monthly <= 0) return;
        decimal whole = seats * monthly * (State.Annual ? 12 : 1);
        decimal amount = decimal.Round(whole * (State.PeriodEnd - day) / (State.PeriodEnd - State.PeriodStart), 2, MidpointRounding.ToEven);
        if (amount > 0) Bill(day, [new($"{text}, {State.PeriodEnd - day} of {State.PeriodEnd - State.PeriodStart} days", 1, amount, amount)], from: day);
    }

    private void Bill(int day, List<InvoiceLine> lines, int? from = null)
    {
        decimal subtotal = lines.Sum(l => l.Amount);
        CreditPlan? credit = from is null ? life.Credits.Find(c => c.Used < c.Amount && c.Day < day && day - c.Day < 365) : null;
        if (credit is not null)
        {
            decimal used = Math.Min(credit.Amount - credit.Used, decimal.Round(subtotal / 2, 2, MidpointRounding.ToEven));
            credit.Used += used;
            subtotal -= used;
            if (used > 0) lines.Add(new($"Credit: {credit.Reason}", 1, -used, -used));
        }

        // Irish customers pay Irish tax; others in the Union only when they have no number of their own, which the smallest have not.
        Country country = life.Company.Country;
        decimal rate = country.Code == "IE" || life.Company.Employees < 3 ? country.Vat : 0;
        life.Bills.Add(new BillPlan { Day = day, From = from ?? State.PeriodStart, Until = State.PeriodEnd, Lines = lines, Tax = decimal.Round(subtotal * rate, 2, MidpointRounding.ToEven) });
        int bill = life.Bills.Count - 1;
        if (method == "bank_transfer")
        {
            transfers.Add((bill, day + (State.Annual && random.Chance(0.1) ? random.Whole(31, 45) : random.Whole(4, 27))));
            return;
        }

        Try(bill, day);
    }

    private void Pay(int bill, int day, double hour, int number, string by)
    {
        BillPlan plan = life.Bills[bill];
        plan.Status = InvoiceStatus.Paid;
        plan.PaidDay = day;
        plan.PaidHour = hour;
        life.Attempts.Add(new AttemptPlan { Bill = bill, Day = day, Hour = hour, Number = number, Method = by });
        if (by == "bank_transfer" || !random.Chance(0.004)) return;

        // A duplicate charge is given back in full, always.
        life.Attempts.Add(new AttemptPlan { Bill = bill, Day = day, Hour = hour + 0.05, Number = number + 1, Method = by, IsDuplicate = true });
        life.Refunds.Add(new RefundPlan(life.Attempts.Count - 1, day, hour + random.Between(2, 12), plan.Total, "duplicate"));
    }

    private void Fail(int bill, int day, double hour, string code)
    {
        tries++;
        failures.Add(day);
        life.Attempts.Add(new AttemptPlan { Bill = bill, Day = day, Hour = hour, Number = tries, Method = method, Decline = code });
    }

    private void Try(int bill, int day)
    {
        double hour = random.Between(10, 11);
        double risk = life.Company.PaymentRisk;
        bool failsSoft = random.Chance(Math.Min(0.4, 0.035 * risk));
        bool failsHard = !failsSoft && random.Chance(Math.Min(0.2, 0.009 * risk));
        if ((!failsSoft && !failsHard) || dunned >= 0)
        {
            Pay(bill, day, hour, 1, method);
            return;
        }

        (dunned, firstFailure, tries, isHard) = (bill, day, 0, failsHard);
        newMethodDay = failsHard && random.Chance(0.6) ? day + random.Whole(1, 6) : -1;
        Fail(bill, day, hour, random.Pick(failsHard ? hard : soft));
        State.Status = SubscriptionStatus.PastDue;
    }

    private void Dun(int day)
    {
        int since = day - firstFailure;
        if (isHard)
        {
            if (day == newMethodDay) Recover(day, tries + 1);
            else if (since == dunning.RetryAfterDays[^1]) GiveUp(day);
            return;
        }

        if (!dunning.RetryAfterDays.Contains(since)) return;
        if (random.Chance(0.42))
        {
            Recover(day, tries + 1);
            return;
        }

        Fail(dunned, day, random.Between(10, 11), random.Pick(soft));
        if (since == dunning.RetryAfterDays[^1]) GiveUp(day);
    }

    private void Recover(int day, int number)
    {
        Pay(dunned, day, random.Between(10, 11), number, method);
        State.Status = SubscriptionStatus.Active;
        dunned = -1;
    }

    private void GiveUp(int day)
    {
        life.Bills[dunned].Status = InvoiceStatus.Uncollectible;
        Change(day, "unpaid", () => State.Status = SubscriptionStatus.Unpaid, hour: 12);
        unpaidDay = day;
        reactivationDay = random.Chance(0.35) ? day + random.Whole(2, 40) : -1;
    }

    /// <summary>Access is reduced and data kept for a time; who pays in that time comes back.</summary>
    private bool Unpaid(int day)
    {
        if (day == reactivationDay)
        {
            Pay(dunned, day, 10, tries + 1, method);
            Change(day, "signup", () => State.Status = SubscriptionStatus.Active, hour: 10.5);
            OpenPeriod(day);
            dunned = -1;
            return true;
        }

        if (day < unpaidDay + dunning.DataKeptDays) return true;
        End(day, "payment");
        return false;
    }
}
