using System.Text.Json;
using Switchboard.Core.Agents.Kinds;

namespace Switchboard.Agents.Tests;

/// <summary>What nobody can compute with is refused by the name of its field, before anything is computed.</summary>
public sealed class BadFactsTests
{
    private const string payment = """ "id": "01970000-0000-7000-8000-000000000001", "invoiceId": "01970000-0000-7000-8000-0000000000a1", "status": "succeeded", "method": "card", "at": "2026-11-20T09:00:00Z" """;

    [Theory]
    [InlineData("billing/refund-processor", "{}", $$"""{"payments": [{ {{payment}}, "amount": -250, "currency": "USD"}]}""", "facts.payments[0].amount")]
    [InlineData("billing/refund-processor", "{}", $$"""{"payments": [{ {{payment}}, "amount": 250, "currency": "dollars"}]}""", "facts.payments[0].currency")]
    [InlineData("billing/refund-processor", "{}", $$"""{"payments": [{ {{payment}}, "amount": 250}]}""", "facts.payments[0].currency")]
    [InlineData("billing/refund-processor", "{}", $$"""{"payments": [{ {{payment}}, "currency": "USD"}]}""", "facts.payments[0]")]
    [InlineData("billing/refund-processor", "{}", """{"payments": [null]}""", "facts.payments[0]")]
    [InlineData("billing/refund-processor", """{"reason": "because"}""", "{}", "input.reason")]
    [InlineData("billing/discount-negotiator", """{"wanted": 15}""", "{}", "input.wanted")]
    [InlineData("billing/discount-negotiator", "{}", """{"subscription": {"plan": "premium"}}""", "facts.subscription")]
    [InlineData("billing/discount-negotiator", "{}", """{"subscription": {"plan": "premium", "seatsTotal": -3}}""", "facts.subscription.seatsTotal")]
    [InlineData("billing/payment-troubleshooter", "{}", """{"timeZone": "Mars/Olympus"}""", "facts.timeZone")]
    [InlineData("billing/invoice-generator", """{"document": "year_end", "year": 9999}""", "{}", "input.year")]
    [InlineData("success/health-score", "{}", """{"nps": 11}""", "facts.nps")]
    [InlineData("analytics/cohort-analyzer", "{}", """{"units": [{"start": "2026-01-01", "mrr": [10, -1]}]}""", "facts.units[0].mrr[1]")]
    [InlineData("predictive/support-volume-predictor", "{}", """{"humanShare": 1.5}""", "facts.humanShare")]
    [InlineData("automation/payment-retry", "{}", """{"tries": [{"number": 1, "paymentId": "01970000-0000-7000-8000-000000000001", "state": "maybe"}]}""", "facts.tries[0].state")]
    [InlineData("qa/policy-checker", "{}", """{"sentiments": [-2]}""", "facts.sentiments[0]")]
    public void A_value_that_a_field_cannot_have_is_refused_by_its_name(string id, string input, string facts, string place)
    {
        var agent = (ComputingAgent)FactWalker.Catalogue.Find(id)!;
        Should.Throw<AgentInputException>(() => agent.Check(JsonElement.Parse(input), JsonElement.Parse(facts))).Place.ShouldBe(place);
    }

    [Fact]
    public void The_schema_says_what_a_field_is_held_to()
    {
        string schema = ((ComputingAgent)FactWalker.Catalogue.Find("success/health-score")!).Schemas.Facts["properties"]!["nps"]!.ToJsonString();
        schema.ShouldContain("\"minimum\":0");
        schema.ShouldContain("\"maximum\":10");
    }
}
