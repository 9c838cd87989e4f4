using System.Text.Json.Serialization;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>Gives a subscription another number of seats: more at once, with a charge for the rest of the period, fewer from the next period on.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="Seats">Seats in all.</param>
public sealed record ChangeSeats(Guid SubscriptionId, int Seats) : DeskAction<SubscriptionMoved>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "seats.change";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    [JsonIgnore]
    public override IReadOnlyList<ContactRole> ContactRoles => [ContactRole.Admin, ContactRole.Billing];

    /// <inheritdoc />
    protected override Reversal UndoOf(SubscriptionMoved result) => ChangeSubscription.UndoOf(SubscriptionId, result);

    /// <inheritdoc />
    protected override ActionVerdict<SubscriptionMoved> Apply(IActionRows rows) =>
        ChangeSubscription.Move(rows, SubscriptionId, s => new MoveTarget(s.Plan, s.Cycle, Seats)) is var (moved, clause) && moved is not null ? Done(moved, clause) : Refuse(clause);
}
