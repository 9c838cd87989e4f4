using FsCheck;
using FsCheck.Fluent;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Tests.Policies;

public sealed class PricingTests
{
    private static readonly PriceList prices = TenantPolicies.Default.Prices();
    private static readonly DiscountPolicy discounts = TenantPolicies.Default.Discounts;
    private static readonly DateOnly today = new(2026, 6, 1);

    [Fact]
    public void The_plans_and_their_limits_are_those_of_the_price_list()
    {
        prices.Plans.Select(p => (p.Key, p.UnitPrice, p.SupportLevel)).ShouldBe([("free", 0m, "community"), ("basic", 10m, "standard"), ("premium", 25m, "priority"), ("enterprise", 50m, "dedicated")]);
        prices.Plans.Select(p => (p.Limits.Projects, p.Limits.Seats, p.Limits.StorageGb, p.Limits.ApiCalls, p.Limits.Automations)).ShouldBe(
        [
            (3, 5, 0.1m, 0L, 0), (null, 25, 10m, 10_000L, 10), (null, null, 100m, 100_000L, 100), (null, null, 1000m, 1_000_000L, 1000),
        ]);
    }

    [Theory]
    [InlineData(BillingCycle.Monthly, "675.00", "8100.00", "675.00")]
    [InlineData(BillingCycle.Annual, "540.00", "6480.00", "6480.00")]
    public void Thirty_premium_seats_cost_the_list_price_less_volume_and_a_fifth_less_when_a_year_is_paid(BillingCycle cycle, string mrr, string arr, string total)
    {
        PriceDecision price = prices.Price(new SubscriptionTerms("premium", cycle, 30, []));
        (price.Mrr.Amount.ToString(), price.Arr.Amount.ToString(), price.Total.Amount.ToString(), price.Discount).ShouldBe((mrr, arr, total, 0.10m));
    }

    [Fact]
    public void Add_ons_are_added_without_any_discount()
    {
        PriceDecision price = prices.Price(new SubscriptionTerms("premium", BillingCycle.Monthly, 12, [new("sso"), new("api_pack"), new("extra_storage", 3), new("training_day", 2)]));

        price.Lines.Select(l => (l.Text, l.Quantity, l.Amount.Amount)).ShouldBe(
            [("premium", 12, 270m), ("Single sign-on", 12, 36m), ("API pack, 100 000 calls", 1, 50m), ("Extra storage, 100 GB", 3, 60m), ("Training day", 2, 2400m)]);
        (price.Mrr, price.Total).ShouldBe((Usd(416), Usd(2816)));
    }

    [Theory]
    [InlineData(12, "500.00")]
    [InlineData(200, "600.00")]
    public void Premium_support_is_fifteen_percent_of_what_the_seats_cost_and_at_least_500(int seats, string month) =>
        prices.Price(new SubscriptionTerms("premium", BillingCycle.Monthly, seats, [new("sso"), new("premium_support")])).Lines[2].Amount.Amount.ToString().ShouldBe(month);

    [Fact]
    public void An_annual_subscription_pays_twelve_months_of_a_recurring_add_on_and_one_of_a_single()
    {
        PriceDecision price = prices.Price(new SubscriptionTerms("basic", BillingCycle.Annual, 10, [new("api_pack"), new("onboarding_package")]));
        price.Lines.Select(l => l.Amount).ShouldBe([Usd(864), Usd(600), Usd(2500)]);
        (price.Mrr, price.Arr).ShouldBe((Usd(122), Usd(1464)));
    }

    [Theory]
    [InlineData("enterprise", 5, "sso", "add_ons.included")]
    [InlineData("free", 5, "api_pack", "add_ons.not_for_plan")]
    [InlineData("basic", 26, null, "plans.seats_over_limit")]
    public void What_does_not_fit_is_not_sold(string plan, int seats, string? addOn, string rule)
    {
        PriceDecision price = prices.Price(new SubscriptionTerms(plan, BillingCycle.Monthly, seats, addOn is null ? [] : [new(addOn)]));
        (price.Allowed, price.Clause.Rule, price.Total.Amount).ShouldBe((false, rule, 0m));
    }

    [Fact]
    public void What_there_is_not_is_told()
    {
        Should.Throw<ArgumentException>(() => prices.Price(new SubscriptionTerms("gold", BillingCycle.Monthly, 1, []))).Message.ShouldContain("plans are free, basic, premium, enterprise");
        Should.Throw<ArgumentException>(() => prices.Price(new SubscriptionTerms("basic", BillingCycle.Monthly, 0, [])));
        Should.Throw<ArgumentException>(() => prices.Price(new SubscriptionTerms("basic", BillingCycle.Monthly, 1, [new("api_pack", 0)])));
        Should.Throw<ArgumentException>(() => prices.Price(new SubscriptionTerms("basic", BillingCycle.Monthly, 1, [new("magic")]))).Message.ShouldContain("add-ons are");
    }

    [Theory]
    [InlineData(9, "0")]
    [InlineData(10, "0.10")]
    [InlineData(49, "0.10")]
    [InlineData(50, "0.15")]
    [InlineData(100, "0.20")]
    public void Volume_grows_with_the_seats(int seats, string rate) => discounts.VolumeRate(seats).ShouldBe(decimal.Parse(rate));

    [Fact]
    public void The_better_of_volume_and_programme_counts_and_needs_proof()
    {
        var request = new DiscountRequest(100, today, "nonprofit", new ProgrammeFacts(null, null, ProofChecked: true));
        DiscountDecision proven = discounts.Decide(request);
        (proven.Total, proven.BaseClause.Rule, proven.ProofNeeded).ShouldBe((0.50m, "discounts.programme.nonprofit", false));
        DiscountDecision unproven = discounts.Decide(request with { Company = new ProgrammeFacts(null, null, ProofChecked: false) });
        (unproven.Total, unproven.BaseClause.Rule, unproven.ProofNeeded).ShouldBe((0.20m, "discounts.volume", true));
    }

    [Theory]
    [InlineData("2024-06-02", 19, true)]
    [InlineData("2024-06-01", 19, false)]
    [InlineData("2024-06-02", 20, false)]
    public void A_startup_is_younger_than_two_years_and_has_fewer_than_twenty_people(string founded, int employees, bool startup) =>
        discounts.Decide(new DiscountRequest(5, today, "startup", new ProgrammeFacts(DateOnly.Parse(founded), employees, ProofChecked: true))).Total.ShouldBe(startup ? 0.30m : 0m);

    [Theory]
    [InlineData("0.10", 6, null, true, null, "discounts.concession")]
    [InlineData("0.10", 7, null, true, "approve:discounts", "discounts.months")]
    [InlineData("0.10", 6, "2025-06-02", true, "approve:discounts", "discounts.once_per_months")]
    [InlineData("0.10", 6, "2025-06-01", true, null, "discounts.concession")]
    [InlineData("0.15", 6, null, true, "approve:discounts", "discounts.manager")]
    [InlineData("0.20", 6, null, true, "approve:discounts", "discounts.manager")]
    [InlineData("0.21", 6, null, true, "approve:discounts:high", "discounts.director")]
    [InlineData("0.30", 6, null, true, "approve:discounts:high", "discounts.director")]
    [InlineData("0.31", 6, null, false, null, "discounts.refused")]
    public void The_points_the_months_and_the_last_one_say_who_must_approve_a_concession(string points, int months, string? last, bool allowed, string? scope, string rule)
    {
        DiscountDecision decision = discounts.Decide(new DiscountRequest(12, today, Concession: decimal.Parse(points), Months: months, LastConcession: last is null ? null : DateOnly.Parse(last)));
        (decision.Allowed, decision.NeededScope, decision.Clause.Rule).ShouldBe((allowed, scope, rule));
        decision.Total.ShouldBe(allowed ? 0.10m + decimal.Parse(points) : 0.10m);
    }

    [Fact]
    public void Beside_what_needs_approval_stands_what_needs_none()
    {
        discounts.Decide(new DiscountRequest(12, today, Concession: 0.15m)).Counter.ShouldBe(0.10m);
        discounts.Decide(new DiscountRequest(12, today, Concession: 0.05m)).Counter.ShouldBeNull();
        discounts.Decide(new DiscountRequest(12, today, Concession: 0.15m, LastConcession: today)).Counter.ShouldBeNull();
    }

    [Fact]
    public void What_would_pass_the_ceiling_is_refused_with_what_is_left_below_it()
    {
        DiscountDecision decision = discounts.Decide(new DiscountRequest(5, today, "education", new ProgrammeFacts(null, null, ProofChecked: true), Concession: 0.15m));
        (decision.Allowed, decision.Clause.Rule, decision.Counter, decision.Total).ShouldBe((false, "discounts.ceiling", 0.10m, 0.50m));
    }

    [Fact]
    public void Whatever_is_combined_no_discount_is_above_the_ceiling() => Prop.ForAll(
        (from seats in Gen.Choose(1, 500)
         from programme in Gen.Elements<string?>(null, "nonprofit", "education", "startup")
         from proof in Gen.Elements(true, false)
         from points in Gen.Choose(0, 1000)
         from months in Gen.Choose(1, 40)
         from ceiling in Gen.Choose(0, 100)
         select (new DiscountRequest(seats, today, programme, new ProgrammeFacts(today.AddYears(-1), 5, proof), points / 1000m, months), ceiling / 100m)).ToArbitrary(),
        sample =>
        {
            DiscountDecision decision = discounts.Decide(sample.Item1);
            decision.Total.ShouldBeLessThanOrEqualTo(0.60m);
            (decision.Base + decision.Counter.GetValueOrDefault()).ShouldBeLessThanOrEqualTo(0.60m);
            decision.Concession.ShouldBeLessThanOrEqualTo(0.30m);
            DiscountPolicy other = discounts with { Ceiling = sample.Item2 };
            other.Total(sample.Item1.Seats, sample.Item1.Programme, sample.Item1.Concession).ShouldBeLessThanOrEqualTo(sample.Item2);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Lines_add_up_to_the_cent_and_no_discount_touches_an_add_on() => Prop.ForAll(Terms().ToArbitrary(), terms =>
    {
        PriceDecision price = prices.Price(terms);
        if (!price.Allowed) return;
        price.Lines.Sum(l => l.Amount.Amount).ShouldBe(price.Total.Amount);
        price.Lines.ShouldAllBe(l => l.Amount == l.Amount.Rounded());
        price.Mrr.ShouldBe(price.Mrr.Rounded());
        Math.Abs((price.Arr - price.Mrr * 12).Amount).ShouldBeLessThanOrEqualTo(0.06m);
        PriceDecision dear = prices.Price(terms with { Programme = null, Concession = 0 });
        foreach ((AddOnChoice choice, int i) in terms.AddOns.Select((a, i) => (a, i + 1)))
            if (choice.Key != "premium_support") price.Lines[i].Amount.ShouldBe(dear.Lines[i].Amount);
        price.Total.ShouldBeLessThanOrEqualTo(dear.Total);
    }).QuickCheckThrowOnFailure();

    private static Gen<SubscriptionTerms> Terms() =>
        from plan in Gen.Elements("basic", "premium", "enterprise")
        from cycle in Gen.Elements(BillingCycle.Monthly, BillingCycle.Annual)
        from seats in Gen.Choose(1, 300)
        from addOns in Gen.ListOf(from key in Gen.Elements(AddOnPolicy.Defaults.Select(a => a.Key)) from pieces in Gen.Choose(1, 9) select new AddOnChoice(key, pieces))
        from programme in Gen.Elements<string?>(null, "nonprofit", "startup")
        from points in Gen.Choose(0, 300)
        select new SubscriptionTerms(plan, cycle, seats, [.. addOns], programme, points / 1000m);

    private static Money Usd(decimal amount) => new(amount, "USD");
}
