using Switchboard.Core.Actions;
using Switchboard.Core.Desk.Guards;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Tests.Desk;

/// <summary>The guard on proposals looks at the rows that would change, so it holds for an action that forgot every rule.</summary>
public sealed class ProposalGuardTests
{
    private static readonly Guid own = Guid.CreateVersion7(), other = Guid.CreateVersion7(), payment = Guid.CreateVersion7();

    [Theory]
    [InlineData(100_00, null, "")]
    [InlineData(100_01, null, "M1")]
    [InlineData(500_00, ApprovalScopes.Refunds, "")]
    [InlineData(500_01, ApprovalScopes.Refunds, "M1")]
    [InlineData(500_01, ApprovalScopes.RefundsHigh, "")]
    public void A_refund_asks_for_the_approval_that_its_amount_needs(int cents, string? scope, string broken) =>
        Rules([Refund(cents / 100m)], scope, own, Paid(900)).ShouldBe(broken);

    [Fact]
    public void Never_more_is_given_back_than_is_left_of_the_payment()
    {
        Rules([Refund(45)], null, own, Paid(45)).ShouldBe("");
        Rules([Refund(45.01m)], null, own, Paid(45)).ShouldBe("M2");
        Rules([Refund(45)], null, own, Paid(45, refunded: 0.01m)).ShouldBe("M2");
        Rules([Refund(30), Refund(30)], null, own, Paid(45)).ShouldBe("M2", "together they are more than was paid");
        Rules([Refund(45)], null, own, []).ShouldBe("M2", "a payment that is not there gives nothing back");
        Rules([Refund(45)], null, own, Paid(45, currency: "EUR")).ShouldBe("M2", "it was paid in other money");
    }

    [Fact]
    public void Nothing_of_another_customer_changes_and_nothing_for_who_is_not_proven()
    {
        Rules([Refund(45)], null, own, [new PaidBack(payment, other, 45, 0, "USD")]).ShouldBe("I2", "the payment is another's");
        Rules([Refund(45, of: other)], null, own, Paid(45)).ShouldBe("I2", "the refund is another's");
        Rules([new RowChange("deleted", "contact", Guid.CreateVersion7(), Core.Json.Write(new { CustomerId = other }), null)], null, own, []).ShouldBe("I2", "the row that goes is another's");
        Rules([new RowChange("changed", "contact", Guid.CreateVersion7(), """{"name":"Ada"}""", """{"name":"Bo"}""")], null, null, []).ShouldBe("I1");
        Rules([], null, null, []).ShouldBe("", "who changes nothing need not be proven");
    }

    [Theory]
    [InlineData(10, null, "")]
    [InlineData(11, null, "M1")]
    [InlineData(20, ApprovalScopes.Discounts, "")]
    [InlineData(21, ApprovalScopes.Discounts, "M1")]
    [InlineData(30, ApprovalScopes.DiscountsHigh, "")]
    [InlineData(31, ApprovalScopes.DiscountsHigh, "M2")]
    public void A_concession_asks_for_the_approval_that_its_share_needs_and_has_a_limit(int percent, string? scope, string broken) =>
        Rules([new RowChange("created", "discount_grant", null, null, Core.Json.Write(new { CustomerId = own, Kind = "concession", Share = percent / 100m }))], scope, own, []).ShouldBe(broken);

    [Fact]
    public void All_discounts_together_stay_under_the_ceiling()
    {
        Rules([Subscription(0.6m)], ApprovalScopes.DiscountsHigh, own, []).ShouldBe("");
        Rules([Subscription(0.61m)], ApprovalScopes.DiscountsHigh, own, []).ShouldBe("M2");

        static RowChange Subscription(decimal discount) => new("changed", "subscription", Guid.CreateVersion7(), """{"discount":0}""", Core.Json.Write(new { Discount = discount }));
    }

    [Fact]
    public void The_limits_are_those_of_the_tenant()
    {
        TenantPolicies strict = TenantPolicies.Default with { Refunds = TenantPolicies.Default.Refunds with { AutomaticUpTo = 10 } };

        ProposalGuard.Check([Refund(45)], null, own, Paid(45), strict).ShouldHaveSingleItem().Kind.ShouldBe("M1");
        ProposalGuard.PaymentsOf([Refund(45), Refund(5)]).ShouldBe([payment]);
    }

    private static string Rules(IReadOnlyList<RowChange> changes, string? scope, Guid? customer, IReadOnlyList<PaidBack> paid) =>
        string.Join(' ', ProposalGuard.Check(changes, scope, customer, paid, TenantPolicies.Default).Select(i => i.Kind));

    private static IReadOnlyList<PaidBack> Paid(decimal amount, decimal refunded = 0, string currency = "USD") => [new PaidBack(payment, own, amount, refunded, currency)];

    private static RowChange Refund(decimal amount, Guid? of = null) => new("created", "refund", null, null, Core.Json.Write(new { CustomerId = of ?? own, PaymentId = payment, Amount = amount, Currency = "USD" }));
}
