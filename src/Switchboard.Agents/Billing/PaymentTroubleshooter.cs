using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Conversations;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Billing;

/// <summary>Says why a payment failed or hangs and what comes next, and has it tried again or another method given, when that helps.</summary>
[Agent("billing/payment-troubleshooter")]
public sealed class PaymentTroubleshooter : Specialist<PaymentInput, PaymentEvidence, PaymentFinding>
{
    /// <inheritdoc />
    protected override async Task<Finding<PaymentEvidence>> LoadAsync(PaymentInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (input.CustomerId is not { } id) return new Stop("no_failed_payment", "Say whose payment it is: customerId.");
        IReadOnlyList<Payment> payments = await rows.ListAsync<Payment>(q => q.Where(p => p.CustomerId == id).OrderBy(p => p.CreatedAt).ThenBy(p => p.Id));
        return new PaymentEvidence
        {
            Payments = [.. payments.Select(PaymentTry.Of)],
            Invoices = await rows.ListAsync<Invoice, TriedInvoice>(q => q.Where(i => i.CustomerId == id).OrderBy(i => i.Id).Select(i => new TriedInvoice(i.Id, i.Number, i.Status, i.Total, i.Currency, i.PaidAt))),
            TimeZone = (await rows.SingleAsync<Customer>(q => q.Where(c => c.Id == id)))?.TimeZone,
        };
    }

    /// <inheritdoc />
    protected override Finding<PaymentFinding> Compute(PaymentInput input, PaymentEvidence facts, AgentBasis basis)
    {
        PaymentTry[] all = [.. (facts.Payments ?? []).OrderBy(p => p.At).ThenBy(p => p.Id)];
        TriedInvoice? InvoiceOf(PaymentTry p) => facts.Invoices?.FirstOrDefault(i => i.Id == p.InvoiceId);
        PaymentTry? meant = all.LastOrDefault(p => (input.Invoice is not null || p.Status is PaymentStatus.Failed or PaymentStatus.Pending)
            && (input.Invoice is null || string.Equals(InvoiceOf(p)?.Number, input.Invoice, StringComparison.OrdinalIgnoreCase))
            && (input.Amount is null || p.Amount == input.Amount) && (input.Code is null || p.DeclineCode == input.Code || p.Status != PaymentStatus.Failed));
        if (meant is null) return new Stop("no_failed_payment", "No payment that failed or is pending fits. Which date and amount does it have?");

        TriedInvoice? invoice = InvoiceOf(meant);
        PaymentTry[] tries = [.. all.Where(p => p.InvoiceId == meant.InvoiceId)];
        TimeZoneInfo zone = facts.TimeZone is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? own) ? own : basis.Zone;
        PaymentDiagnosis d = basis.Policies.Dunning.Diagnose(PaymentTry.Facts(tries, invoice?.Status == InvoiceStatus.Paid), basis.Now, zone);
        PaymentTry latest = tries[^1];
        DateOnly? paid = d.Trouble == PaymentTrouble.Paid ? basis.DayOf(invoice?.PaidAt ?? latest.At) : null;
        return new PaymentFinding(
            d.Trouble, d.Code, d.UnknownCode, d.NextRetry, d.LastRetry, invoice?.Number, meant.InvoiceId, latest.Amount, latest.Currency, basis.DayOf(latest.At),
            latest.Method, latest.Last4, tries.Length, paid, d.RetryAllowed, d.RetryFrom, d.Stuck);
    }

    /// <inheritdoc />
    protected override async Dialogue<Reply> Handle(Turn turn)
    {
        if (await turn.Sub("gate", BillingTalk.Gate) is { } refusal) return refusal;
        PaymentWish wish = await turn.Decide("wish", () => PaymentWords.Read(turn));
        PaymentInput input = wish.Input with { CustomerId = turn.Contact!.CustomerId };
        int corrections = 0;
        for (int offers = 1; ; offers++)
        {
            PaymentEvidence facts = (await Facts(turn, input)).Value!;
            Found<PaymentFinding> found = await Finding(turn, input, facts);
            if (found.Value is not { } finding)
            {
                Given<PaymentInput> given = await turn.Need(PaymentWords.Which(turn), "which-payment");
                if (!given.Has || input.Invoice is not null || input.Amount is not null || input.Code is not null) return turn.Say(ReplyStatus.Declined, "none-found", reason: "no_failed_payment");
                input = given.Value! with { CustomerId = input.CustomerId };
                continue;
            }

            Func<PaymentInput?> instead = () => PaymentWords.Other(turn, facts, finding.InvoiceId);
            PaymentWording words = PaymentWording.Of(finding, BillingTalk.Lead(offers));
            if (finding.Class == PaymentTrouble.Paid) return turn.Say(ReplyStatus.Answered, "paid", words);
            if (finding.Stuck) return turn.HandOver("payment_stuck", "stuck", words);
            if (finding.Class == PaymentTrouble.Pending) return turn.Say(ReplyStatus.Answered, "pending", words);
            if (finding.Class != PaymentTrouble.Soft || wish.OtherMethod)
            {
                Outcome<MethodLinkAsked> link = await turn.Propose(new LinkPaymentMethod(turn.Contact!.Id), finding.Class switch { PaymentTrouble.Hard => "offer-link", PaymentTrouble.ActionNeeded => "offer-confirm", _ => "offer-other" }, words, _ => instead() is not null);
                if (link.Kind == OutcomeKind.Stale) continue;
                if (link.Kind == OutcomeKind.Kept && await turn.Other(corrections, instead) is { } meant)
                {
                    (input, corrections, offers) = (meant with { CustomerId = input.CustomerId }, corrections + 1, 0);
                    continue;
                }

                return link.Kind == OutcomeKind.Performed ? turn.Say(ReplyStatus.Acted, "link-sent", new { link.Value!.ValidHours }) : turn.NotDone(link);
            }

            if (!finding.RetryAllowed) return turn.Say(ReplyStatus.Declined, "too-soon", words, reason: "retry_too_soon");
            Outcome<PaymentTried> tried = await turn.Propose(new RetryPayment(finding.InvoiceId), "offer-retry", words, _ => instead() is not null);
            // What was paid between the offer and the yes is told as paid.
            bool wasOpen = facts.Invoices!.Any(i => i.Id == finding.InvoiceId && i.Status is InvoiceStatus.Open or InvoiceStatus.Uncollectible);
            if (tried.Kind == OutcomeKind.Stale || (tried is { Kind: OutcomeKind.Refused, Clause.Rule: "invoice_not_open" } && wasOpen)) continue;
            if (tried.Kind == OutcomeKind.Kept && await turn.Other(corrections, instead) is { } other)
            {
                (input, corrections, offers) = (other with { CustomerId = input.CustomerId }, corrections + 1, 0);
                continue;
            }

            return tried.Kind == OutcomeKind.Performed ? turn.Say(ReplyStatus.Acted, "retried", words) : turn.NotDone(tried);
        }
    }
}
