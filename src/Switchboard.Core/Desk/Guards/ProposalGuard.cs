using System.Text.Json;
using Switchboard.Core.Actions;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Desk.Guards;

/// <summary>
/// The core rules of money and identity on what an action would change, before anything is offered and again before anything is done. They look at the rows of the
/// preview and not at the action, so an action that forgot a rule is stopped as well.
/// </summary>
public static class ProposalGuard
{
    private static readonly Place whole = new(0, 0);

    /// <summary>The payments that the changes give back.</summary>
    public static IReadOnlyList<Guid> PaymentsOf(IReadOnlyList<RowChange> changes) => [.. changes.Where(IsRefund).Select(c => IdIn(c.After, "paymentId")).OfType<Guid>().Distinct()];

    /// <summary>What is wrong with the changes.</summary>
    /// <param name="changes">The rows that would change.</param>
    /// <param name="neededScope">The scope of who must approve it; null when nobody must.</param>
    /// <param name="customerId">The proven customer; null without proof.</param>
    /// <param name="payments">The payments that are given back, as they are now.</param>
    /// <param name="policies">The policies in force.</param>
    public static IReadOnlyList<Issue> Check(IReadOnlyList<RowChange> changes, string? neededScope, Guid? customerId, IReadOnlyList<PaidBack> payments, TenantPolicies policies)
    {
        var issues = new List<Issue>();
        void Wrong(string rule, string what, string why) => issues.Add(new Issue(rule, IssueSeverity.Critical, whole, what, $"policy/{rule}") { Why = why, Class = rule[0] == 'M' ? "money" : "identity" });

        if (customerId is null && changes.Count > 0) Wrong("I1", changes[0].Entity, "Nothing is changed for somebody who is not proven.");
        foreach (RowChange change in changes.Where(c => IdIn(c.After ?? c.Before, "customerId") is { } of && of != customerId).DistinctBy(c => c.Entity)) Wrong("I2", change.Entity, $"It would change a {change.Entity} of another customer.");
        foreach (IGrouping<Guid?, RowChange> back in changes.Where(IsRefund).GroupBy(c => IdIn(c.After, "paymentId")))
        {
            decimal amount = back.Sum(c => NumberIn(c.After, "amount") ?? 0);
            string currency = TextIn(back.First().After, "currency") ?? policies.Currency, said = FormattableString.Invariant($"refund of {amount:0.00} {currency}");
            if (payments.FirstOrDefault(p => p.PaymentId == back.Key) is not { } payment) Wrong("M2", said, "There is no such payment.");
            else if (payment.CustomerId != customerId) Wrong("I2", said, "It would give back a payment of another customer.");
            else if (payment.Currency != currency || amount > payment.Paid - payment.Refunded) Wrong("M2", said, FormattableString.Invariant($"On that payment {payment.Paid:0.00} {payment.Currency} were paid and {payment.Refunded:0.00} given back; more than what is left is never given back."));
            if (Rank(policies.Refunds.NeededScope(new Money(amount, currency), policies.Currency)) > Rank(neededScope)) Wrong("M1", said, "So much needs an approval, and it asks for none or a lesser one.");
        }

        DiscountPolicy discounts = policies.Discounts;
        foreach (RowChange change in changes)
        {
            if (change.Entity == "subscription" && NumberIn(change.After, "discount") is { } total && total > discounts.Ceiling) Wrong("M2", FormattableString.Invariant($"discounts of {total:P0}"), FormattableString.Invariant($"All discounts together are at most {discounts.Ceiling:P0}."));
            if (change is not { Change: "created", Entity: "discount_grant" } || TextIn(change.After, "kind") != "concession" || NumberIn(change.After, "share") is not { } share) continue;
            string said = FormattableString.Invariant($"concession of {share:P0}");
            if (share > discounts.Concessions.DirectorUpTo) Wrong("M2", said, FormattableString.Invariant($"A concession is at most {discounts.Concessions.DirectorUpTo:P0}."));
            else if ((share > discounts.Concessions.ManagerUpTo ? 2 : share > discounts.Concessions.AutomaticUpTo ? 1 : 0) > Rank(neededScope)) Wrong("M1", said, "So much needs an approval, and it asks for none or a lesser one.");
        }

        return issues;
    }

    private static bool IsRefund(RowChange change) => change is { Change: "created", Entity: "refund" };

    private static int Rank(string? scope) => scope switch { null => 0, ApprovalScopes.Refunds or ApprovalScopes.Discounts => 1, _ => 2 };

    private static Guid? IdIn(string? json, string name) => Guid.TryParse(TextIn(json, name), out Guid id) ? id : null;

    private static string? TextIn(string? json, string name) => Field(json, name) is { ValueKind: JsonValueKind.String } field ? field.GetString() : null;

    private static decimal? NumberIn(string? json, string name) => Field(json, name) is { ValueKind: JsonValueKind.Number } field ? field.GetDecimal() : null;

    private static JsonElement? Field(string? json, string name)
    {
        if (json is null || !json.StartsWith('{')) return null;
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty(name, out JsonElement field) ? field.Clone() : null;
    }
}
