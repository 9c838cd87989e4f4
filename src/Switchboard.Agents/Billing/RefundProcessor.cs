using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Conversations;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Billing;

/// <summary>Decides a wish for money back by the refund policy and, when it is allowed and confirmed, gives it back.</summary>
[Agent("billing/refund-processor")]
public sealed class RefundProcessor : Specialist<RefundInput, RefundEvidence, RefundFinding>
{
    /// <inheritdoc />
    protected override async Task<Finding<RefundEvidence>> LoadAsync(RefundInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (input.CustomerId is not { } id) return new Stop("payment_not_found", "Say whose payment it is: customerId.");
        return new RefundEvidence
        {
            Payments = await rows.ListAsync<Payment, PaymentRow>(q => q.Where(p => p.CustomerId == id).OrderByDescending(p => p.Id).Select(PaymentRow.Columns)),
            Refunds = await rows.ListAsync<Refund, RefundRow>(q => q.Where(r => r.CustomerId == id).OrderBy(r => r.Id).Select(RefundRow.Columns)),
            Invoices = await rows.ListAsync<Invoice, InvoiceRow>(q => q.Where(i => i.CustomerId == id).OrderBy(i => i.Id).Select(InvoiceRow.Columns)),
            Subscriptions = await rows.ListAsync<Subscription, SubscriptionRow>(q => q.Where(s => s.CustomerId == id).OrderBy(s => s.Id).Select(SubscriptionRow.Columns)),
        };
    }

    /// <inheritdoc />
    protected override Finding<RefundFinding> Compute(RefundInput input, RefundEvidence facts, AgentBasis basis)
    {
        CustomerPayments known = facts.Known();
        IReadOnlyList<Guid> candidates = RefundClaim.Candidates(known, input, basis.DayOf, basis.Today);
        // A talk may take a number in the text for something else; a program that names a payment means that one.
        if (input.NamesOne && !known.Payments.Any(p => RefundClaim.Names(known, input, p, basis.DayOf))) candidates = [];
        RefundCandidate[] told = [.. candidates.Select(c => RefundClaim.Tell(known, c, basis.DayOf))];
        if (candidates.Count == 0) return new Stop("payment_not_found", $"No payment of the last {RefundClaim.CandidateDays} days is there, or none that is as it is named.");
        if (candidates.Count > 1) return new RefundFinding(null, told);
        RefundDecision decision = RefundClaim.Decide(known, input, candidates[0], basis.DayOf, basis.Today, basis.Policies);
        if (decision.Clause.Rule == "refunds.already_refunded") return new Stop("already_refunded", decision.Clause.Text);
        if (decision.Clause.Rule == "refunds.original_method") return new Stop("policy_forbids", decision.Clause.Text);
        PaymentRow payment = known.Payments.Single(p => p.Id == decision.PaymentId);
        return new RefundFinding(
            new RefundVerdict(RefundFinding.RuleOf(decision), decision.Allowed, decision.Paid.Amount, decision.Refunded.Amount, decision.Amount.Amount, decision.Paid.Currency, decision.UnusedMonths, decision.NeededScope, decision.PaymentId, known.InvoiceOf(payment)?.Number, decision.OfferCancellation, decision.Clause.Text),
            decision.Clause.Rule == "refunds.not_duplicate" ? told : []);
    }

    /// <inheritdoc />
    protected override async Dialogue<Reply> Handle(Turn turn)
    {
        // Who began before it was asked who may ask, and before the wish was kept, goes on without.
        RefundInput wish = new();
        if (!turn.GoesOnFrom("read:payments"))
        {
            if (await turn.Sub("gate", BillingTalk.Gate) is { } refusal) return refusal;
            wish = await turn.Decide("wish", () => RefundWords.Read(turn));
        }

        for (int offers = 1; ; offers++)
        {
            CustomerPayments known = (await Facts(turn, wish with { CustomerId = turn.Contact!.CustomerId }, "payments")).Value!.Known();
            RefundInput asked = wish;
            IReadOnlyList<Guid> candidates = await turn.Decide("candidates", () => RefundClaim.Candidates(known, asked, turn.State.Tenant.DayOf, turn.Today));
            if (candidates.Count == 0) return turn.Say(ReplyStatus.Declined, "no-payment", new { Days = RefundClaim.CandidateDays }, reason: "payment_not_found");
            Guid paymentId = candidates[0];
            if (candidates.Count > 1)
            {
                Given<Guid> given = await turn.Need(Which(turn, known, candidates), "which-payment", new { List = RefundWording.List(turn, known, candidates) });
                if (!given.Has) return turn.Say(ReplyStatus.Declined, "payment-unclear", reason: "slot_not_given");
                paymentId = given.Value;
            }

            RefundDecision decision = await turn.Decide("refund", (TenantPolicies p) => RefundClaim.Decide(known, asked, paymentId, turn.State.Tenant.DayOf, turn.Today, p));
            if (decision.Clause.Rule == "refunds.not_duplicate" && offers == 1)
            {
                // One payment is no double charge: what there is is shown, and the customer says which one is too much.
                IReadOnlyList<Guid> all = await turn.Decide("shown", () => RefundClaim.Candidates(known, new RefundInput(), turn.State.Tenant.DayOf, turn.Today));
                Given<Guid> given = await turn.Need(Which(turn, known, all) with { Name = "double" }, "which-double", new { List = RefundWording.List(turn, known, all) });
                if (!given.Has) return turn.Say(ReplyStatus.Declined, "payment-unclear", reason: "slot_not_given");
                wish = new RefundInput { PaymentId = given.Value, Reason = RefundClaim.Duplicate };
                continue;
            }

            RefundWording words = RefundWording.Of(turn, known, decision, BillingTalk.Lead(offers));
            if (!decision.Allowed) return words.Refused(turn, decision);
            Guid offered = paymentId;
            Outcome<RefundIssued> done = await turn.Propose(new IssueRefund(decision.PaymentId, decision.Amount.Amount), "offer", words, understood => RefundWords.Choice(turn, understood, known, RefundWording.All(known), offered) is not null);
            if (done.Kind == OutcomeKind.Performed) return turn.Say(ReplyStatus.Acted, "issued", new { words.Amount, words.Method, words.Invoice, Refund = done.Value!.RefundId });
            if (done.Kind == OutcomeKind.Stale) continue;
            RefundInput? other = done.Kind == OutcomeKind.Kept ? await turn.Decide("other", () => RefundWords.Choice(turn, turn.Understood, known, RefundWording.All(known), offered)) : null;
            if (other is null) return turn.NotDone(done);
            wish = other;
        }
    }

    private static Slot<Guid> Which(Turn turn, CustomerPayments known, IReadOnlyList<Guid> candidates) => new("payment", (Understood understood, out Guid value) =>
    {
        Guid? chosen = RefundWords.Choice(turn, understood, known, candidates, null)?.PaymentId;
        value = chosen ?? Guid.Empty;
        return chosen is not null;
    });
}
