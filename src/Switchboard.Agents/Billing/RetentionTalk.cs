using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Conversations;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Billing;

/// <summary>What came of an offer to stay.</summary>
/// <param name="Kept">The reply when the customer takes it; null when the wish goes on.</param>
/// <param name="Declined">Whether it was turned down.</param>
internal sealed record RetentionEnd(Reply? Kept, bool Declined);

/// <summary>The one offer to who wants to leave. A "no" is final and the wish goes on at once.</summary>
internal static class RetentionTalk
{
    /// <summary>Makes the offer.</summary>
    public static async Dialogue<RetentionEnd> OfferAsync(Turn turn, ChangeFacts facts, RetentionOffer offer, ChangeFinding finding)
    {
        Guid id = facts.Subscription!.Id;
        var words = new { Percent = BillingTalk.Percent(offer.Concession ?? 0), Months = offer.Months ?? 0, Seats = offer.Seats ?? 0, Mrr = BillingTalk.Show(offer.MrrAfter, finding.Currency), End = BillingTalk.Show(finding.EffectiveAt) };
        switch (offer.Kind)
        {
            case "concession":
                Outcome<DiscountApplied> less = await turn.Propose(new ApplyDiscount(id, offer.Concession!.Value, offer.Months!.Value), "stay-less", words);
                return new RetentionEnd(less.Kind == OutcomeKind.Performed ? turn.Say(ReplyStatus.Acted, "stayed-less", words) : null, less.Kind == OutcomeKind.Kept);
            case "unused_seats":
                Outcome<SubscriptionMoved> fewer = await turn.Propose(new ChangeSeats(id, offer.Seats!.Value), "stay-fewer", words);
                return new RetentionEnd(fewer.Kind == OutcomeKind.Performed ? turn.Say(ReplyStatus.Acted, "stayed-fewer", words) : null, fewer.Kind == OutcomeKind.Kept);
            default:
                Outcome<SubscriptionMoved> yearly = await turn.Propose(new ChangeSubscription(id, facts.Subscription.Plan, Domain.Billing.BillingCycle.Annual, facts.Subscription.SeatsTotal), "stay-yearly", words);
                return new RetentionEnd(yearly.Kind == OutcomeKind.Performed ? turn.Say(ReplyStatus.Acted, "stayed-yearly", words) : null, yearly.Kind == OutcomeKind.Kept);
        }
    }
}
