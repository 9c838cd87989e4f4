using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>A movement of recurring revenue.</summary>
internal sealed record ChangePlan(int Day, double Hour, MrrMovement Movement, string Cause, decimal Before, decimal After, int? PlanBefore, int? PlanAfter, int SeatsBefore, int SeatsAfter);

/// <summary>An invoice. It is issued in the night of its day; its number is given when all of that day are counted.</summary>
internal sealed class BillPlan
{
    public required int Day { get; init; }
    public required int From { get; init; }
    public required int Until { get; init; }
    public required IReadOnlyList<InvoiceLine> Lines { get; init; }
    public required decimal Tax { get; init; }
    public decimal Total => Lines.Sum(l => l.Amount) + Tax;
    public InvoiceStatus Status { get; set; } = InvoiceStatus.Open;
    public int PaidDay { get; set; }
    public double PaidHour { get; set; }
}

/// <summary>A try to take a bill's money.</summary>
internal sealed class AttemptPlan
{
    public required int Bill { get; init; }
    public required int Day { get; init; }
    public required double Hour { get; init; }
    public required int Number { get; init; }
    public required string Method { get; init; }
    public string? Decline { get; init; }

    /// <summary>Whether it took the money of a bill that was paid already.</summary>
    public bool IsDuplicate { get; init; }
}

/// <summary>Money given back on an attempt that succeeded.</summary>
internal sealed record RefundPlan(int Attempt, int Day, double Hour, decimal Amount, string Reason);

/// <summary>A credit, and what was used of it until the end.</summary>
internal sealed class CreditPlan
{
    public required int Day { get; init; }
    public required CreditKind Kind { get; init; }
    public required decimal Amount { get; init; }
    public required string Reason { get; init; }
    public decimal Used { get; set; }
}

/// <summary>A discount and the days it holds.</summary>
internal sealed record GrantPlan(string Kind, decimal Share, int From, int? Until);

/// <summary>A talk with the desk.</summary>
internal sealed record TalkPlan(int Day, double Hour, int Topic, int Incident, bool Bad);

/// <summary>A ticket, from a talk when its place is not negative.</summary>
internal sealed record TicketPlan(int Day, int Talk, int Incident, Severity Severity, TicketKind Kind, double DaysOpen);

/// <summary>What held for a customer in a week of its life.</summary>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct LifeWeek(double Engagement, double Satisfaction, int Plan, int Seats, int Used, bool PastDue, bool Canceling, bool Champion, double Hazard);

/// <summary>The life of a customer, as the simulation decided it: everything the rows are written from.</summary>
internal sealed class Life(Company company)
{
    public Company Company { get; } = company;

    public List<LifeWeek> Weeks { get; } = [];
    public List<ChangePlan> Changes { get; } = [];
    public List<BillPlan> Bills { get; } = [];
    public List<AttemptPlan> Attempts { get; } = [];
    public List<RefundPlan> Refunds { get; } = [];
    public List<CreditPlan> Credits { get; } = [];
    public List<GrantPlan> Grants { get; } = [];
    public List<TalkPlan> Talks { get; } = [];
    public List<TicketPlan> Tickets { get; } = [];
    public List<(int Day, int Score)> Answers { get; } = [];
    public List<int> Meetings { get; } = [];

    /// <summary>Incidents that hit it, by their places.</summary>
    public List<int> Incidents { get; } = [];

    /// <summary>Days on which the champion left, and on which another took the place; null while nobody did.</summary>
    public List<(int Left, int? Replaced)> ChampionGone { get; } = [];

    /// <summary>The day the trial ends; null without one.</summary>
    public int? TrialEnd { get; set; }

    /// <summary>Whether the experiment put it into variant B; null when it was in none.</summary>
    public bool? Variant { get; set; }

    /// <summary>Whether its trial became paid.</summary>
    public bool Converted { get; set; }

    /// <summary>The first day it paid; null when it never did.</summary>
    public int? FirstPaid { get; set; }

    /// <summary>The day after its last one: that on which it left, or that after the time's end.</summary>
    public int EndDay { get; set; }

    /// <summary>Whether it left.</summary>
    public bool Churned { get; set; }

    /// <summary>Why it left, in a code.</summary>
    public string? ChurnReason { get; set; }

    /// <summary>The subscription at the end.</summary>
    public required SubscriptionState Final { get; init; }

    /// <summary>What held on a day of its life.</summary>
    public LifeWeek WeekOf(int day) => Weeks[Math.Clamp((day - Company.Day) / 7, 0, Weeks.Count - 1)];
}

/// <summary>The terms of a subscription on a day.</summary>
internal sealed class SubscriptionState
{
    /// <summary>The price list of the policies.</summary>
    public static readonly PriceList Prices = SeedWorld.Policies.Prices();

    private static readonly AddOnPolicy storage = Prices.AddOn("extra_storage"), apiPack = Prices.AddOn("api_pack"), signOn = Prices.AddOn("sso"), premiumSupport = Prices.AddOn("premium_support");

    public int Plan { get; set; }
    public bool Annual { get; set; }
    public int Seats { get; set; }
    public int Used { get; set; }
    public decimal Unit { get; set; }
    public decimal Discount { get; set; }
    public SubscriptionStatus Status { get; set; }
    public int PeriodStart { get; set; }
    public int PeriodEnd { get; set; }
    public bool CancelAtEnd { get; set; }
    public int Storage { get; set; }
    public bool ApiPack { get; set; }
    public bool SignOn { get; set; }
    public bool PremiumSupport { get; set; }

    /// <summary>Recurring revenue a month of the seats alone.</summary>
    public decimal SeatRevenue => decimal.Round(Seats * Unit * (1 - Discount), 2, MidpointRounding.ToEven);

    /// <summary>Recurring revenue a month; 0 while nothing is paid.</summary>
    public decimal Mrr => Plan == 0 || Status is SubscriptionStatus.Trialing or SubscriptionStatus.Unpaid or SubscriptionStatus.Canceled ? 0 : SeatRevenue + AddOns().Sum(a => a.MonthlyAmount);

    /// <summary>What is booked on top, at the prices of the policies.</summary>
    public List<SubscribedAddOn> AddOns()
    {
        var booked = new List<SubscribedAddOn>();
        if (Plan == 0) return booked;
        if (Storage > 0) Book(storage, Storage);
        if (ApiPack) Book(apiPack, 1);
        if (SignOn && Plan < 3) Book(signOn, Seats);
        if (PremiumSupport && Plan > 1) Book(premiumSupport, 1);
        return booked;

        void Book(AddOnPolicy addOn, int quantity) => booked.Add(new(addOn.Key, quantity, Prices.AddOnPrice(addOn, quantity, Seats, new Money(SeatRevenue, Prices.Currency)).Rounded().Amount));
    }
}
