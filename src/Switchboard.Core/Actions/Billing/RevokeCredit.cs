using System.Text.Json.Serialization;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What revoking a credit came to.</summary>
/// <param name="CreditId">The credit that was.</param>
/// <param name="Amount">How much it was.</param>
/// <param name="Currency">ISO 4217 code.</param>
public sealed record CreditRevoked(Guid CreditId, decimal Amount, string Currency);

/// <summary>Takes a credit back of which nothing was used. Done by the staff alone.</summary>
/// <param name="CreditId">The credit.</param>
public sealed record RevokeCredit(Guid CreditId) : DeskAction<CreditRevoked>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "credit.revoke";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    protected override Reversal UndoOf(CreditRevoked result) => Reversal.None("A credit that was taken back is granted anew, by the rules of granting.");

    /// <inheritdoc />
    protected override ActionVerdict<CreditRevoked> Apply(IActionRows rows)
    {
        if (rows.Find<Credit>(CreditId) is not { } credit) return Refuse(new Clause("credit_not_found", "There is no such credit."));
        if (credit.Used > 0) return Refuse(new Clause("credit_used", FormattableString.Invariant($"{credit.Used:0.00} {credit.Currency} of the credit were used; what an invoice was paid with is not taken back.")));
        rows.Remove(credit);
        return Done(new CreditRevoked(credit.Id, credit.Amount, credit.Currency), new Clause("credits.revoke", "A credit of which nothing was used can be taken back."));
    }
}
