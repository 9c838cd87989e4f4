using FsCheck;
using FsCheck.Fluent;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Tests.Policies;

public sealed class RefundPolicyTests
{
    private static readonly TenantPolicies policies = TenantPolicies.Default;
    private static readonly Guid subscription = Id(900), invoice = Id(800);

    [Fact]
    public void The_second_of_two_payments_for_one_invoice_is_given_back_in_full()
    {
        PaymentFacts first = Paid(1, 250, new(2026, 3, 1)) with { InvoiceId = invoice }, second = Paid(2, 250, new(2026, 3, 2)) with { InvoiceId = invoice };
        RefundDecision decision = Decide(first, new(2027, 1, 1), [second, first]);

        (decision.Allowed, decision.Amount, decision.PaymentId, decision.Clause.Rule, decision.NeededScope).ShouldBe((true, Usd(250), second.Id, "refunds.duplicate", "approve:refunds"));
    }

    [Fact]
    public void The_last_payment_that_is_kept_of_a_duplicate_is_none()
    {
        PaymentFacts first = Paid(1, 250, new(2026, 3, 1)) with { SubscriptionId = subscription, PeriodStart = new(2026, 3, 1), Cycle = BillingCycle.Monthly };
        PaymentFacts second = first with { Id = Id(2) };
        PaymentFacts earlier = first with { Id = Id(0), PeriodStart = new(2026, 2, 1), PaidOn = new(2026, 2, 1) };
        RefundDecision decision = Decide(first, new(2026, 3, 3), [first, second, earlier], [new RefundFacts(second.Id, Usd(250), new(2026, 3, 2))]);

        (decision.Allowed, decision.Clause.Rule).ShouldBe((false, "refunds.monthly"));
    }

    [Fact]
    public void Two_payments_of_the_same_amount_for_different_periods_are_no_duplicate()
    {
        PaymentFacts march = Monthly(1, 90, new(2026, 3, 1)), april = Monthly(2, 90, new(2026, 4, 1));
        Decide(april, new(2026, 4, 2), [march, april]).Clause.Rule.ShouldBe("refunds.monthly");
    }

    [Theory]
    [InlineData(30, true)]
    [InlineData(31, false)]
    public void The_first_payment_is_given_back_in_full_for_thirty_days(int days, bool allowed)
    {
        PaymentFacts payment = Monthly(1, 90, new(2026, 3, 1));
        RefundDecision decision = Decide(payment, payment.PaidOn.AddDays(days), [payment]);

        (decision.Allowed, decision.Amount).ShouldBe((allowed, allowed ? Usd(90) : Usd(0)));
        decision.Clause.Rule.ShouldBe(allowed ? "refunds.first_payment" : "refunds.monthly");
    }

    [Fact]
    public void A_monthly_payment_that_is_not_the_first_gives_nothing_and_offers_cancellation()
    {
        PaymentFacts first = Monthly(1, 90, new(2026, 2, 1)), second = Monthly(2, 90, new(2026, 3, 1));
        RefundDecision decision = Decide(second, new(2026, 3, 2), [first, second]);

        (decision.Allowed, decision.OfferCancellation, decision.NeededScope).ShouldBe((false, true, null));
    }

    [Fact]
    public void An_annual_payment_gives_its_unused_whole_months_back()
    {
        PaymentFacts payment = Paid(1, 864, new(2026, 1, 10)) with { SubscriptionId = subscription, PeriodStart = new(2026, 1, 10), Cycle = BillingCycle.Annual };
        RefundDecision decision = Decide(payment, new(2026, 4, 20), [payment]);

        (decision.Allowed, decision.Amount, decision.UnusedMonths, decision.NeededScope, decision.Clause.Rule).ShouldBe((true, Usd(576), 8, "approve:refunds:high", "refunds.annual"));
    }

    [Theory]
    [InlineData("2026-01-31", "2026-02-28", 11)]
    [InlineData("2026-01-31", "2026-03-01", 10)]
    [InlineData("2026-01-10", "2026-01-10", 12)]
    [InlineData("2026-01-10", "2026-12-11", 0)]
    [InlineData("2026-01-10", "2030-01-01", 0)]
    public void A_month_counts_as_unused_when_it_begins_today_or_later(string start, string today, int months) =>
        RefundPolicy.UnusedMonths(DateOnly.Parse(start), DateOnly.Parse(today)).ShouldBe(months);

    [Fact]
    public void What_was_given_back_before_is_not_given_again()
    {
        PaymentFacts payment = Monthly(1, 90, new(2026, 3, 1));
        Decide(payment, new(2026, 3, 5), [payment], [new RefundFacts(payment.Id, Usd(60), new(2026, 3, 2))]).Amount.ShouldBe(Usd(30));
        RefundDecision none = Decide(payment, new(2026, 3, 5), [payment], [new RefundFacts(payment.Id, Usd(90), new(2026, 3, 2))]);
        (none.Allowed, none.Refunded, none.Clause.Rule).ShouldBe((false, Usd(90), "refunds.already_refunded"));
    }

    [Fact]
    public void A_payment_that_did_not_succeed_gives_nothing()
    {
        PaymentFacts payment = Monthly(1, 90, new(2026, 3, 1)) with { Succeeded = false };
        Decide(payment, new(2026, 3, 2), [payment]).Clause.Rule.ShouldBe("refunds.not_paid");
    }

    [Fact]
    public void A_payment_that_failed_makes_no_duplicate()
    {
        PaymentFacts good = Paid(1, 250, new(2026, 3, 1)) with { InvoiceId = invoice }, failed = good with { Id = Id(2), Succeeded = false };
        Decide(good, new(2026, 9, 1), [good, failed]).Clause.Rule.ShouldBe("refunds.monthly");
    }

    [Fact]
    public void Money_goes_to_no_other_method_than_it_came_from()
    {
        PaymentFacts payment = Monthly(1, 90, new(2026, 3, 1));
        policies.Refund(new RefundRequest(payment.Id, [payment], [], new(2026, 3, 2), OtherMethod: true)).Clause.Rule.ShouldBe("refunds.original_method");
    }

    [Theory]
    [InlineData("100.00", null)]
    [InlineData("100.01", "approve:refunds")]
    [InlineData("500.00", "approve:refunds")]
    [InlineData("500.01", "approve:refunds:high")]
    public void The_amount_says_who_must_approve(string amount, string? scope) => policies.Refunds.NeededScope(Usd(decimal.Parse(amount)), "USD").ShouldBe(scope);

    [Fact]
    public void An_amount_in_another_currency_than_the_limits_needs_the_highest_approval() => policies.Refunds.NeededScope(new Money(1, "EUR"), "USD").ShouldBe("approve:refunds:high");

    [Fact]
    public void Goodwill_is_given_once_in_twelve_months_and_duplicates_do_not_count()
    {
        PaymentFacts first = Monthly(1, 90, new(2025, 1, 1)), second = Monthly(2, 90, new(2026, 3, 1));
        RefundRequest wish = new(second.Id, [first, second], [], new(2026, 5, 1), Goodwill: Usd(40));

        RefundDecision given = policies.Refund(wish);
        (given.Allowed, given.Amount, given.Clause.Rule).ShouldBe((true, Usd(40), "refunds.goodwill"));
        policies.Refund(wish with { Refunds = [new RefundFacts(first.Id, Usd(10), new(2025, 5, 2), Goodwill: true)] }).Allowed.ShouldBeFalse();
        policies.Refund(wish with { Refunds = [new RefundFacts(first.Id, Usd(10), new(2025, 5, 1), Goodwill: true)] }).Allowed.ShouldBeTrue();
        policies.Refund(wish with { Refunds = [new RefundFacts(first.Id, Usd(10), new(2026, 4, 1))] }).Allowed.ShouldBeTrue();
        policies.Refund(wish with { Goodwill = Usd(5000) }).Amount.ShouldBe(Usd(90));
    }

    [Fact]
    public void Over_any_course_of_payments_and_wishes_no_payment_gives_back_more_than_was_paid_and_of_a_duplicate_one_is_kept() => Prop.ForAll(Courses().ToArbitrary(), course =>
    {
        List<RefundFacts> made = [];
        foreach ((int which, int days, int goodwill, int share) in course.Wishes.OrderBy(w => w.Days))
        {
            var today = new DateOnly(2026, 1, 1).AddDays(days);
            RefundDecision decision = policies.Refund(new RefundRequest(course.Payments[which % course.Payments.Count].Id, course.Payments, made, today, goodwill == 0 ? null : Usd(goodwill / 3m)));
            if (!decision.Allowed)
            {
                decision.Amount.Amount.ShouldBe(0);
                continue;
            }
            decision.Amount.Amount.ShouldBeGreaterThan(0);
            PaymentFacts given = course.Payments.Single(p => p.Id == decision.PaymentId);
            if (decision.Clause.Rule == "refunds.duplicate")
                course.Payments.ShouldContain(p => p.Id != given.Id && p.Succeeded && p.Amount == given.Amount && made.Where(r => r.PaymentId == p.Id).Sum(r => r.Amount.Amount) < p.Amount.Amount);
            if (decision.Clause.Rule == "refunds.goodwill") made.ShouldNotContain(r => r.Goodwill && r.On > today.AddMonths(-12));
            // Sometimes only a part of what was decided is paid out.
            Money amount = share == 0 ? decision.Amount : (decision.Amount * (share / 4m)).Rounded();
            made.Add(new RefundFacts(decision.PaymentId, amount, today, decision.Clause.Rule == "refunds.goodwill"));
        }
        foreach (PaymentFacts payment in course.Payments)
        {
            Money back = Money.Sum(made.Where(r => r.PaymentId == payment.Id).Select(r => r.Amount), "USD");
            (back <= (payment.Succeeded ? payment.Amount : Usd(0))).ShouldBeTrue($"{back} of {payment}");
        }
    }).QuickCheckThrowOnFailure();

    private static Gen<Course> Courses()
    {
        Gen<PaymentFacts> payment = from amount in Gen.Elements(0.01m, 10m, 99.99m, 100.01m, 864m)
                                    from day in Gen.Choose(-400, 40)
                                    from good in Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false)))
                                    from owner in Gen.Choose(1, 2)
                                    from bill in Gen.Choose(1, 3)
                                    from annual in Gen.Elements(true, false)
                                    let start = new DateOnly(2026, 1, 1).AddDays(day)
                                    select new PaymentFacts(Guid.Empty, Usd(amount), start, good, Id(800 + bill), Id(900 + owner), start, annual ? BillingCycle.Annual : BillingCycle.Monthly);
        Gen<(int, int, int, int)> wish = from which in Gen.Choose(0, 20) from day in Gen.Choose(0, 400) from goodwill in Gen.Elements(0, 0, 50, 700) from share in Gen.Choose(0, 3) select (which, day, goodwill, share);
        return from payments in Gen.NonEmptyListOf(payment)
               from wishes in Gen.NonEmptyListOf(wish)
               select new Course([.. payments.Select((p, i) => p with { Id = Id(i + 1) })], [.. wishes]);
    }

    private sealed record Course(IReadOnlyList<PaymentFacts> Payments, IReadOnlyList<(int Which, int Days, int Goodwill, int Share)> Wishes);

    private static RefundDecision Decide(PaymentFacts payment, DateOnly today, IReadOnlyList<PaymentFacts> payments, IReadOnlyList<RefundFacts>? refunds = null) =>
        policies.Refund(new RefundRequest(payment.Id, payments, refunds ?? [], today));

    private static PaymentFacts Paid(int id, decimal amount, DateOnly on) => new(Id(id), Usd(amount), on, Succeeded: true);

    private static PaymentFacts Monthly(int id, decimal amount, DateOnly on) => Paid(id, amount, on) with { SubscriptionId = subscription, PeriodStart = on, Cycle = BillingCycle.Monthly };

    private static Money Usd(decimal amount) => new(amount, "USD");

    private static Guid Id(int n) => new(n, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
