using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Conversations;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Billing;

/// <summary>Gives what is due, talks about more within the policy, and asks for approval where it is needed.</summary>
[Agent("billing/discount-negotiator")]
public sealed class DiscountNegotiator : Specialist<DiscountInput, DiscountFacts, DiscountFinding>
{
    /// <inheritdoc />
    protected override async Task<Finding<DiscountFacts>> LoadAsync(DiscountInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (input.CustomerId is not { } id) return new Stop("no_evidence", "Say whose subscription it is: customerId.");
        IReadOnlyList<Subscription> own = await rows.ListAsync<Subscription>(q => q.Where(s => s.CustomerId == id && s.Status != SubscriptionStatus.Canceled).OrderByDescending(s => s.StartedAt).Take(1));
        return new DiscountFacts
        {
            Subscription = own.Count > 0 ? SubscriptionView.Of(own[0], basis.DayOf) : null,
            Grants = GrantView.Of(await rows.ListAsync<DiscountGrant>(q => q.Where(g => g.CustomerId == id)), basis.Policies.Discounts, basis.DayOf, basis.Now),
        };
    }

    /// <inheritdoc />
    protected override Finding<DiscountFinding> Compute(DiscountInput input, DiscountFacts facts, AgentBasis basis) => DiscountRules.Work(input, facts, basis);

    /// <inheritdoc />
    protected override async Dialogue<Reply> Handle(Turn turn)
    {
        if (await turn.Sub("gate", BillingTalk.Gate) is { } refusal) return refusal;
        DiscountInput input = await turn.Decide("wish", (TenantPolicies p) => DiscountWords.Read(turn, p)) with { CustomerId = turn.Contact!.CustomerId };
        bool asked = false;
        int corrections = 0;
        for (int offers = 1; ; offers++)
        {
            DiscountFacts facts = (await Facts(turn, input)).Value!;
            Found<DiscountFinding> found = await Finding(turn, input, facts);
            if (found.Stop is { Reason: "proof_check" } proof) return turn.HandOver("proof_check", "proof", new { proof.Detail });
            if (found.Stop is { } stop) return turn.Say(ReplyStatus.Declined, "cannot", new { stop.Detail }, reason: stop.Reason);
            DiscountFinding finding = found.Value!;
            DiscountWording words = DiscountWording.Of(finding, BillingTalk.Lead(offers));
            if (finding.Wanted is null)
            {
                if (input.Basis is "volume" or "annual" || asked) return turn.Say(ReplyStatus.Answered, "due", words);
                asked = true;
                Given<DiscountInput> given = await turn.Need(DiscountWords.HowMuch(turn), "how-much", words);
                if (!given.Has) return turn.Say(ReplyStatus.Answered, "due", words);
                input = given.Value! with { CustomerId = input.CustomerId };
                offers--;
                continue;
            }

            // Beside what takes longer or is refused stands what can be given at once; the customer chooses.
            if (finding is { Counter: not null } && (!finding.Allowed || finding.Scope is not null))
            {
                Given<DiscountChoice> choice = await turn.Need(DiscountWords.Choice(turn, finding), finding.Allowed ? "choose" : "counter", words);
                if (!choice.Has || (!choice.Value!.Counter && !finding.Allowed)) return turn.Say(ReplyStatus.Declined, finding.Allowed ? "kept" : "refused", words, reason: finding.Allowed ? "customer_declined" : "policy_forbids");
                if (choice.Value.Counter) (input, finding) = DiscountRules.Take(input, finding);
                words = DiscountWording.Of(finding, BillingTalk.Lead(offers));
            }
            else if (!finding.Allowed)
            {
                return turn.Say(ReplyStatus.Declined, "refused", words, reason: "policy_forbids");
            }

            DiscountInput offered = input;
            Outcome<DiscountApplied> done = await turn.Propose(new ApplyDiscount(facts.Subscription!.Id, finding.Concession, finding.Months!.Value), finding.Scope is null ? "offer" : "offer-approval", words, _ => DiscountWords.Instead(turn, offered) is not null);
            if (done.Kind == OutcomeKind.Stale) continue;
            if (done.Kind == OutcomeKind.Kept && await turn.Other(corrections, () => DiscountWords.Instead(turn, offered)) is { } other)
            {
                (input, corrections) = (other, corrections + 1);
                continue;
            }

            return done.Kind == OutcomeKind.Performed ? turn.Say(ReplyStatus.Acted, "applied", words) : turn.NotDone(done);
        }
    }
}
