using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Conversations;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Billing;

/// <summary>Changes plan, cycle and seats of the customer's own subscription, ends it and lets it go on.</summary>
[Agent("billing/plan-change-specialist")]
public sealed class PlanChangeSpecialist : Specialist<ChangeInput, ChangeFacts, ChangeFinding>
{
    /// <inheritdoc />
    protected override async Task<Finding<ChangeFacts>> LoadAsync(ChangeInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (input.CustomerId is not { } id) return new Stop("no_evidence", "Say whose subscription it is: customerId.");
        return await ChangeEvidence.OfAsync(id, rows, basis);
    }

    /// <inheritdoc />
    protected override Finding<ChangeFinding> Compute(ChangeInput input, ChangeFacts facts, AgentBasis basis) => ChangeRules.Work(input, facts, basis);

    /// <inheritdoc />
    protected override async Dialogue<Reply> Handle(Turn turn)
    {
        if (await turn.Sub("gate", BillingTalk.Gate) is { } refusal) return refusal;
        ChangeInput input = await turn.Decide("wish", (TenantPolicies p) => ChangeWords.Read(turn, p));
        TenantPolicies policies = await turn.Decide("prices", (TenantPolicies p) => new TenantPolicies { Currency = p.Currency, Plans = p.Plans, AddOns = p.AddOns });
        if (input.Change is null && input is { Plan: null, Cycle: null, Seats: null, SeatsBy: null })
        {
            Given<ChangeInput> given = await turn.Need(ChangeWords.Which(turn, policies, "change"), "which-change");
            if (!given.Has) return turn.Say(ReplyStatus.Declined, "unclear", reason: "slot_not_given");
            input = given.Value!;
        }

        if (input is { Change: MoveKind.Seats, Seats: null, SeatsBy: null })
        {
            Given<ChangeInput> given = await turn.Need(ChangeWords.HowMany(turn, input), "how-many");
            if (!given.Has) return turn.Say(ReplyStatus.Declined, "unclear", reason: "slot_not_given");
            input = given.Value!;
        }

        if (input is { Change: MoveKind.Cancel or MoveKind.Downgrade, Reason: null })
        {
            // Asked once; whatever comes, or nothing, is enough to go on.
            Given<ChangeReason> reason = await turn.Sub("reason", t => ChangeWords.WhyAsync(t));
            input = input with { Reason = reason.Value?.Code };
        }

        input = input with { CustomerId = turn.Contact!.CustomerId };
        bool declined = false;
        int corrections = 0;
        for (int offers = 1; ; offers++)
        {
            ChangeFacts facts = (await Facts(turn, input)).Value!;
            Found<ChangeFinding> found = await Finding(turn, input, facts);
            if (found.Stop is { } stop) return stop.Reason == "contract_term" ? turn.HandOver("contract_term", "contract", new { stop.Detail }) : turn.Say(ReplyStatus.Declined, "cannot", new { stop.Detail }, reason: stop.Reason);
            ChangeFinding finding = found.Value!;
            if (finding.Offer is { } offer && !declined && offers == 1)
            {
                (Reply? kept, bool no) = await turn.Sub("offer", t => RetentionTalk.OfferAsync(t, facts, offer, finding));
                if (kept is not null) return kept;
                declined = no;
            }

            ChangeWording words = ChangeWording.Of(finding, BillingTalk.Lead(offers));
            Guid id = facts.Subscription!.Id;
            ChangeInput asked = input;
            if (finding.Change is MoveKind.Cancel or MoveKind.Resume)
            {
                (Reply? ended, ChangeInput? instead) = finding.Change == MoveKind.Cancel
                    ? await EndAsync(turn, new CancelSubscription(id, input.Reason, declined), ("offer-cancel", "canceled"), words, corrections, () => ChangeWords.Instead(turn, policies, asked))
                    : await EndAsync(turn, new ResumeSubscription(id), ("offer-resume", "resumed"), words, corrections, () => ChangeWords.Instead(turn, policies, asked));
                if (ended is not null) return ended;
                if (instead is not null) (input, corrections) = (instead, corrections + 1);
                continue;
            }

            Outcome<SubscriptionMoved> done = finding.Change == MoveKind.Seats
                ? await turn.Propose(new ChangeSeats(id, finding.To.Seats), finding.AtOnce ? "offer-now" : "offer-later", words, _ => ChangeWords.Corrects(turn, policies))
                : await turn.Propose(new ChangeSubscription(id, finding.To.Plan, finding.To.Cycle, finding.To.Seats), finding.AtOnce ? "offer-now" : "offer-later", words, _ => ChangeWords.Corrects(turn, policies));
            if (done.Kind == OutcomeKind.Kept && await turn.Decide("other", () => ChangeWords.Corrects(turn, policies) ? ChangeWords.Corrected(turn, policies, asked) : null) is { } other)
            {
                input = other;
                continue;
            }

            if (Ended(turn, done, finding.AtOnce ? "changed" : "planned", words) is { } reply) return reply;
        }
    }

    /// <summary>Offers an end, or its being taken back. Neither a reply nor another wish: it is offered anew.</summary>
    private static async Dialogue<(Reply? Ended, ChangeInput? Instead)> EndAsync<T>(Turn turn, DeskAction<T> action, (string Offer, string Done) texts, ChangeWording words, int corrections, Func<ChangeInput?> read) where T : class
    {
        Outcome<T> done = await turn.Propose(action, texts.Offer, words, _ => read() is not null);
        ChangeInput? instead = done.Kind == OutcomeKind.Kept ? await turn.Other(corrections, read) : null;
        return (instead is null ? Ended(turn, done, texts.Done, words) : null, instead);
    }

    /// <summary>The reply to what came of a proposal; null when it is offered anew.</summary>
    private static Reply? Ended<T>(Turn turn, Outcome<T> done, string text, ChangeWording words) where T : class => done.Kind switch
    {
        OutcomeKind.Performed => turn.Say(ReplyStatus.Acted, text, words),
        OutcomeKind.Stale => null,
        OutcomeKind.Refused when done.Clause.Rule == "contract_term" => turn.HandOver("contract_term", "contract", new { Detail = done.Clause.Text }),
        _ => turn.NotDone(done),
    };
}
