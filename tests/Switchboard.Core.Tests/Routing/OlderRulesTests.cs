using Switchboard.Core.Routing;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Entities;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Routing;

/// <summary>What rules 9 changed, each beside what it was: a turn that was recorded before replays as it was decided.</summary>
public sealed class OlderRulesTests
{
    private static readonly WishSeen[] loyalty = [new WishSeen { Domain = LeafPlaces.Success, Leaf = "success/loyalty-program", PLeaf = 0.6 }];

    [Fact]
    public void Amounts()
    {
        var context = new EntityContext(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc, "en", "en-US", "USD");
        Values(context).ShouldBe(["99 JPY", "1.250 KWD"]);
        Values(context with { IsExact = false }).ShouldBe(["99.00 JPY", "1.25"]);

        static string[] Values(EntityContext context) => [.. EntityExtractor.Extract("it is 99 JPY and KWD 1.250", context).Select(e => e.Value)];
    }

    [Fact]
    public void Words_of_alarm()
    {
        var seen = new EscalationSeen { Text = "Somebody stole my password" };
        Codes(seen).ShouldBe(["security_incident"]);
        Codes(seen with { HearsAll = false }).ShouldBeEmpty();
        SeverityWording.Of("our data was lost").ShouldBe(Severity.S1);
        SeverityWording.Of("our data was lost", all: false).ShouldBeNull();

        static IEnumerable<string> Codes(EscalationSeen seen) => EscalationDecider.Decide(seen, TenantPolicies.Default.Escalation, TenantPolicies.Default.Plans).Reasons.Select(r => r.Code);
    }

    [Fact]
    public void Wishes_of_sales_and_success()
    {
        var sales = new SalesFacts { Text = "how much would we save?" };
        SalesRouter.Decide(sales).AgentId.ShouldBe("sales/roi-calculator");
        SalesRouter.Decide(sales with { HearsAll = false }).AgentId.ShouldBe("billing/pricing-explainer");

        var success = new SuccessFacts { Intents = loyalty, Context = new AccountSeen { Churn = 0.8 } };
        SuccessRouter.Decide(success).AgentId.ShouldBe("success/loyalty-program");
        SuccessRouter.Decide(success with { KeepsLeaf = false }).AgentId.ShouldBe("human");
    }
}
