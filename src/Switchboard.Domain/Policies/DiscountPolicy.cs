namespace Switchboard.Domain.Policies;

/// <summary>A discount that follows from the number of seats.</summary>
/// <param name="FromSeats">Seats from which it holds.</param>
/// <param name="Rate">The share of the price, 0..1.</param>
public sealed record VolumeTier(int FromSeats, decimal Rate);

/// <summary>A discount for customers of a kind; each needs proof that a person has checked.</summary>
public sealed record DiscountProgramme
{
    /// <summary>Its key.</summary>
    public required string Key { get; init; }

    /// <summary>The share of the price, 0..1.</summary>
    public required decimal Rate { get; init; }

    /// <summary>Months it holds; null for as long as the proof does.</summary>
    public int? Months { get; init; }

    /// <summary>The company must be younger than this many years; null when it does not matter.</summary>
    public int? YoungerThanYears { get; init; }

    /// <summary>The company must have fewer employees than this; null when it does not matter.</summary>
    public int? FewerThanEmployees { get; init; }
}

/// <summary>What is given beyond volume and programme, and who must agree. Rates are points of the list price, 0..1.</summary>
public sealed record ConcessionPolicy
{
    /// <summary>Up to here nobody must approve.</summary>
    public decimal AutomaticUpTo { get; init; } = 0.10m;

    /// <summary>Up to here <c>approve:discounts</c> is enough.</summary>
    public decimal ManagerUpTo { get; init; } = 0.20m;

    /// <summary>Up to here <c>approve:discounts:high</c> is enough; above, it is refused.</summary>
    public decimal DirectorUpTo { get; init; } = 0.30m;

    /// <summary>The most months one holds without approval.</summary>
    public int AutomaticMonths { get; init; } = 6;

    /// <summary>Months in which a customer has at most one without approval.</summary>
    public int OncePerMonths { get; init; } = 12;
}

/// <summary>A company as a programme asks about it.</summary>
/// <param name="Founded">The day it was founded; null when unknown.</param>
/// <param name="Employees">Its employees; null when unknown.</param>
/// <param name="ProofChecked">Whether a person has checked the proof.</param>
public sealed record ProgrammeFacts(DateOnly? Founded, int? Employees, bool ProofChecked);

/// <summary>A wish for a discount.</summary>
/// <param name="Seats">Seats of the subscription.</param>
/// <param name="Today">The tenant's calendar day.</param>
/// <param name="Programme">Key of the programme that is claimed.</param>
/// <param name="Company">What is known of the company, for the programme.</param>
/// <param name="Concession">Points wanted beyond volume and programme, 0..1.</param>
/// <param name="Months">Months for which they are wanted; null for the most that needs no approval.</param>
/// <param name="LastConcession">Day of the customer's last concession.</param>
public sealed record DiscountRequest(int Seats, DateOnly Today, string? Programme = null, ProgrammeFacts? Company = null, decimal Concession = 0, int? Months = null, DateOnly? LastConcession = null);

/// <summary>What the policy says of a wish for a discount.</summary>
/// <param name="Allowed">Whether it may be given, if need be after approval.</param>
/// <param name="Base">The better of volume and programme, 0..1: what is due without asking.</param>
/// <param name="BaseClause">The rule of the base.</param>
/// <param name="Concession">The points that may be given on top, 0..1; 0 when refused.</param>
/// <param name="Total">Base and concession together, never above the ceiling.</param>
/// <param name="Months">Months the concession holds; null when there is none.</param>
/// <param name="NeededScope">The scope of who must approve; null when nobody must.</param>
/// <param name="Counter">Points that could be given instead of those refused or of those that need approval; null when there are none.</param>
/// <param name="ProofNeeded">Whether the programme was left out because nobody has checked its proof.</param>
/// <param name="Clause">The rule.</param>
public sealed record DiscountDecision(bool Allowed, decimal Base, Clause BaseClause, decimal Concession, decimal Total, int? Months, string? NeededScope, decimal? Counter, bool ProofNeeded, Clause Clause);

/// <summary>Which discounts there are, and who must agree to more.</summary>
public sealed record DiscountPolicy
{
    /// <summary>By seats, from few to many.</summary>
    public IReadOnlyList<VolumeTier> Volume { get; init; } = [new(10, 0.10m), new(50, 0.15m), new(100, 0.20m)];

    /// <summary>How much lower the price of a month is when a year is paid, 0..1. A price, not a concession.</summary>
    public decimal AnnualReduction { get; init; } = 0.20m;

    /// <summary>The programmes.</summary>
    public IReadOnlyList<DiscountProgramme> Programmes { get; init; } =
    [
        new() { Key = "nonprofit", Rate = 0.50m },
        new() { Key = "education", Rate = 0.50m },
        new() { Key = "startup", Rate = 0.30m, Months = 12, YoungerThanYears = 2, FewerThanEmployees = 20 },
    ];

    /// <summary>Concessions.</summary>
    public ConcessionPolicy Concessions { get; init; } = new();

    /// <summary>What all discounts together never exceed, 0..1.</summary>
    public decimal Ceiling { get; init; } = 0.60m;

    /// <summary>The discount that follows from the seats, 0..1.</summary>
    public decimal VolumeRate(int seats) => Math.Min(Ceiling, Volume.Where(t => seats >= t.FromSeats).Select(t => t.Rate).DefaultIfEmpty(0).Max());

    /// <summary>What holds at the same time: the better of volume and programme, and the concession on top, never above the ceiling.</summary>
    /// <param name="seats">Seats of the subscription.</param>
    /// <param name="programme">Key of the programme whose proof was checked; null when none.</param>
    /// <param name="concession">Points on top, 0..1.</param>
    /// <exception cref="ArgumentException">There is no such programme.</exception>
    public decimal Total(int seats, string? programme, decimal concession) =>
        Math.Min(Ceiling, Math.Max(VolumeRate(seats), programme is null ? 0 : Find(programme).Rate) + Math.Clamp(concession, 0, 1));

    /// <summary>Decides a wish.</summary>
    /// <exception cref="ArgumentException">There is no such programme, or the concession is not 0..1.</exception>
    public DiscountDecision Decide(DiscountRequest request)
    {
        if (request.Concession is < 0 or > 1) throw new ArgumentException($"A concession is 0 to 1 (15 % is 0.15), not {request.Concession}.", nameof(request));
        (decimal due, Clause dueClause, bool proofNeeded) = Base(request);
        var asked = new DiscountDecision(Allowed: true, due, dueClause, 0, due, null, null, null, proofNeeded, dueClause);
        if (request.Concession == 0) return asked;

        ConcessionPolicy c = Concessions;
        int months = request.Months ?? c.AutomaticMonths;
        bool recent = request.LastConcession is { } last && last > request.Today.AddMonths(-c.OncePerMonths);
        decimal room = Math.Max(0, Ceiling - due);
        decimal? counter = Automatic(room, recent);
        if (request.Concession > c.DirectorUpTo)
            return asked with { Allowed = false, Counter = counter, Clause = new Clause("discounts.refused", $"A concession above {Wording.Percent(c.DirectorUpTo)} is refused.") };
        if (request.Concession > room)
            return asked with { Allowed = false, Counter = room > 0 ? room : null, Clause = new Clause("discounts.ceiling", $"All discounts together are never above {Wording.Percent(Ceiling)}.") };

        string? scope = request.Concession > c.ManagerUpTo ? ApprovalScopes.DiscountsHigh : request.Concession > c.AutomaticUpTo || recent || months > c.AutomaticMonths ? ApprovalScopes.Discounts : null;
        Clause clause = scope switch
        {
            null => new Clause("discounts.concession", $"A concession up to {Wording.Percent(c.AutomaticUpTo)} for at most {c.AutomaticMonths} months, once in {c.OncePerMonths} months."),
            ApprovalScopes.DiscountsHigh => new Clause("discounts.director", $"A concession up to {Wording.Percent(c.DirectorUpTo)} needs approval at the highest level."),
            _ when recent && request.Concession <= c.AutomaticUpTo => new Clause("discounts.once_per_months", $"A second concession within {c.OncePerMonths} months needs approval."),
            _ when request.Concession <= c.AutomaticUpTo => new Clause("discounts.months", $"A concession for more than {c.AutomaticMonths} months needs approval."),
            _ => new Clause("discounts.manager", $"A concession up to {Wording.Percent(c.ManagerUpTo)} needs approval."),
        };
        return asked with { Concession = request.Concession, Total = due + request.Concession, Months = months, NeededScope = scope, Counter = scope is null ? null : counter, Clause = clause };
    }

    internal void Check(PolicyCheck check)
    {
        for (int i = 0; i < Volume.Count; i++)
        {
            PolicyCheck tier = check.At($"volume[{i}]");
            tier.Range(Volume[i].FromSeats, "fromSeats", 1, 1_000_000);
            tier.Rate(Volume[i].Rate, "rate");
            tier.Require(i == 0 || (Volume[i].FromSeats > Volume[i - 1].FromSeats && Volume[i].Rate >= Volume[i - 1].Rate), "fromSeats", "must grow from tier to tier, and the rate must not fall");
            tier.Require(Volume[i].Rate <= Ceiling, "rate", "must not be above the ceiling");
        }
        check.Rate(AnnualReduction, "annualReduction");
        check.Rate(Ceiling, "ceiling");
        check.Items(Programmes, "programmes", p => p.Key, "key", (p, at) =>
        {
            at.Key(p.Key, "key");
            at.Rate(p.Rate, "rate");
            at.Require(p.Rate <= Ceiling, "rate", "must not be above the ceiling");
            at.Require(p.Months is null or > 0, "months", "must be 1 or more, or null");
            at.Require(p.YoungerThanYears is null or > 0, "youngerThanYears", "must be 1 or more, or null");
            at.Require(p.FewerThanEmployees is null or > 0, "fewerThanEmployees", "must be 1 or more, or null");
        });
        PolicyCheck concessions = check.At("concessions");
        concessions.Rate(Concessions.AutomaticUpTo, "automaticUpTo");
        concessions.Rate(Concessions.ManagerUpTo, "managerUpTo");
        concessions.Rate(Concessions.DirectorUpTo, "directorUpTo");
        concessions.Require(Concessions.ManagerUpTo >= Concessions.AutomaticUpTo, "managerUpTo", "must not be below automaticUpTo");
        concessions.Require(Concessions.DirectorUpTo >= Concessions.ManagerUpTo, "directorUpTo", "must not be below managerUpTo");
        concessions.Range(Concessions.AutomaticMonths, "automaticMonths", 1, 120);
        concessions.Range(Concessions.OncePerMonths, "oncePerMonths", 1, 120);
    }

    private decimal? Automatic(decimal room, bool recent) => recent || room == 0 ? null : Math.Min(Concessions.AutomaticUpTo, room) is > 0 and decimal points ? points : null;

    private (decimal Rate, Clause Clause, bool ProofNeeded) Base(DiscountRequest request)
    {
        decimal volume = VolumeRate(request.Seats);
        Clause byVolume = volume > 0
            ? new Clause("discounts.volume", $"{Wording.Percent(volume)} from {Volume.Last(t => request.Seats >= t.FromSeats).FromSeats} seats.")
            : new Clause("discounts.none", $"No volume discount below {(Volume.Count > 0 ? Volume[0].FromSeats : 0)} seats.");
        if (request.Programme is null) return (volume, byVolume, false);
        DiscountProgramme programme = Find(request.Programme);
        if (request.Company is not { ProofChecked: true } company) return (volume, byVolume, true);
        bool fits = (programme.YoungerThanYears is not { } years || (company.Founded is { } founded && founded.AddYears(years) > request.Today))
            && (programme.FewerThanEmployees is not { } most || company.Employees < most);
        return fits && programme.Rate > volume
            ? (programme.Rate, new Clause($"discounts.programme.{programme.Key}", $"{Wording.Percent(programme.Rate)} for the programme {programme.Key}{(programme.Months is { } m ? $", for {m} months" : "")}; it does not add to the volume discount, the better one counts."), false)
            : (volume, byVolume, false);
    }

    private DiscountProgramme Find(string key) => Programmes.FirstOrDefault(p => p.Key == key) ?? throw new ArgumentException($"There is no programme \"{key}\"; programmes are {string.Join(", ", Programmes.Select(p => p.Key))}.", nameof(key));
}
