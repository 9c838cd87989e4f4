namespace Switchboard.Domain.Policies;

/// <summary>All that a tenant's desk decides by. What a document leaves out is as it is by default.</summary>
public sealed record TenantPolicies
{
    /// <summary>ISO 4217 code of all amounts of the document.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>The plans, the lowest first.</summary>
    public IReadOnlyList<PlanPolicy> Plans { get; init; } = PlanPolicy.Defaults;

    /// <summary>What can be bought beside a plan.</summary>
    public IReadOnlyList<AddOnPolicy> AddOns { get; init; } = AddOnPolicy.Defaults;

    /// <summary>When money is given back.</summary>
    public RefundPolicy Refunds { get; init; } = new();

    /// <summary>Discounts.</summary>
    public DiscountPolicy Discounts { get; init; } = new();

    /// <summary>Changes within a period.</summary>
    public PlanChangePolicy PlanChanges { get; init; } = new();

    /// <summary>What happens when a payment fails.</summary>
    public DunningPolicy Dunning { get; init; } = new();

    /// <summary>How soon customers are answered.</summary>
    public SlaPolicy Sla { get; init; } = new();

    /// <summary>How bad faults are.</summary>
    public SeverityPolicy Severity { get; init; } = new();

    /// <summary>Whom data is shown to.</summary>
    public IdentityPolicy Identity { get; init; } = new();

    /// <summary>How the staff signs in.</summary>
    public StaffPolicy Staff { get; init; } = new();

    /// <summary>How long data is kept.</summary>
    public PrivacyPolicy Privacy { get; init; } = new();

    /// <summary>When a person takes over.</summary>
    public EscalationPolicy Escalation { get; init; } = new();

    /// <summary>When a customer is left in peace.</summary>
    public QuietPolicy Quiet { get; init; } = new();

    /// <summary>When people are there.</summary>
    public BusinessHoursPolicy BusinessHours { get; init; } = new();

    /// <summary>What is set of single agents, by their ids.</summary>
    public IReadOnlyList<AgentPolicy> Agents { get; init; } = [];

    /// <summary>What every tenant begins with.</summary>
    public static TenantPolicies Default { get; } = new();

    /// <summary>What is set of an agent.</summary>
    public AgentPolicy Agent(string id) => Agents.FirstOrDefault(a => a.Id == id) ?? new AgentPolicy { Id = id };

    /// <summary>The policies with an agent set anew; one that is as it comes is no longer named.</summary>
    public TenantPolicies With(AgentPolicy agent) =>
        this with { Agents = [.. Agents.Where(a => a.Id != agent.Id).Concat(agent.IsDefault ? [] : [agent]).OrderBy(a => a.Id, StringComparer.Ordinal)] };

    /// <summary>What the tenant sells.</summary>
    public PriceList Prices() => new(Currency, Plans, AddOns, Discounts);

    /// <summary>Decides a wish for money back; the limits of approval are in the document's currency.</summary>
    /// <exception cref="ArgumentException">The payment is not among the payments.</exception>
    public RefundDecision Refund(RefundRequest request) => Refunds.Decide(request, Currency);

    /// <summary>The points of a conversation and the priority they make.</summary>
    /// <exception cref="ArgumentException">Urgency is not 0..3.</exception>
    public PriorityDecision Prioritise(PriorityFacts facts) => Escalation.Prioritise(facts, Plans);

    /// <summary>The time that counts for the clocks of a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="tenantTimeZone">IANA name of the tenant's time zone, for hours that name none.</param>
    public BusinessCalendar CalendarOf(SlaTarget target, string tenantTimeZone) => target.AroundTheClock ? BusinessCalendar.AroundTheClock : BusinessHours.Calendar(tenantTimeZone);

    /// <summary>Everything that is wrong with the document, in its order; nothing when it can be used.</summary>
    public IReadOnlyList<PolicyProblem> Problems()
    {
        var check = new PolicyCheck();
        check.Require(Currencies.IsCode(Currency), "currency", $"must be an ISO 4217 code such as USD, not \"{Currency}\"");
        check.Require(Plans.Count > 0, "plans", "must have at least one plan");
        check.Items(Plans, "plans", p => p.Key, "key", (plan, at) => plan.Check(at));
        check.Items(AddOns, "addOns", a => a.Key, "key", (addOn, at) => addOn.Check(at, Plans));
        Refunds.Check(check.At("refunds"));
        Discounts.Check(check.At("discounts"));
        Dunning.Check(check.At("dunning"));
        Sla.Check(check.At("sla"), Plans);
        Severity.Check(check.At("severity"));
        Identity.Check(check.At("identity"));
        Staff.Check(check.At("staff"));
        Privacy.Check(check.At("privacy"));
        Escalation.Check(check.At("escalation"), Plans);
        Quiet.Check(check.At("quiet"));
        BusinessHours.Check(check.At("businessHours"));
        check.Items(Agents, "agents", a => a.Id, "id", (agent, at) => agent.Check(at));
        return check.Problems;
    }
}
