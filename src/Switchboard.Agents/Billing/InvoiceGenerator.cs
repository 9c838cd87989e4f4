using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Conversations;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Billing;

/// <summary>Finds and sends billing documents: copies of invoices, statements, tax summaries and those of a year.</summary>
[Agent("billing/invoice-generator")]
public sealed class InvoiceGenerator : Specialist<DocumentInput, DocumentFacts, DocumentFinding>
{
    /// <inheritdoc />
    protected override async Task<Finding<DocumentFacts>> LoadAsync(DocumentInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken)
    {
        if (input.CustomerId is not { } id) return new Stop("invoice_not_found", "Say whose documents they are: customerId.");
        return new DocumentFacts
        {
            Invoices = await rows.ListAsync<Invoice, DocumentInvoice>(q => q.Where(i => i.CustomerId == id).OrderBy(i => i.Id).Select(i => new DocumentInvoice(i.Id, i.Number, i.Status, i.IssuedAt, i.Subtotal, i.Tax, i.Total, i.Currency))),
            Payments = await rows.ListAsync<Payment, StatementMovement>(q => q.Where(p => p.CustomerId == id && (p.Status == PaymentStatus.Succeeded || p.Status == PaymentStatus.Refunded)).OrderBy(p => p.Id).Select(p => new StatementMovement(p.Amount, p.Currency, p.ProcessedAt ?? p.CreatedAt))),
            Refunds = await rows.ListAsync<Refund, StatementMovement>(q => q.Where(r => r.CustomerId == id).OrderBy(r => r.Id).Select(r => new StatementMovement(r.Amount, r.Currency, r.CreatedAt))),
            Contacts = [.. (await rows.ListAsync<Contact>(q => q.Where(c => c.CustomerId == id && c.AnonymisedAt == null).OrderBy(c => c.Id))).Select(c => new DocumentRecipient(c.Id, c.Name, c.Email, c.Role.ToString().ToLowerInvariant()))],
        };
    }

    /// <inheritdoc />
    protected override Finding<DocumentFinding> Compute(DocumentInput input, DocumentFacts facts, AgentBasis basis) => DocumentRules.Work(input, facts, basis);

    /// <inheritdoc />
    protected override async Dialogue<Reply> Handle(Turn turn)
    {
        if (await turn.Sub("gate", BillingTalk.Gate) is { } refusal) return refusal;
        Guid customer = turn.Contact!.CustomerId!.Value;
        DocumentInput input = (await turn.Decide("wish", () => DocumentWords.Read(turn))) with { CustomerId = customer, ContactId = turn.Contact.Id };
        int corrections = 0;
        for (int offers = 1; ; offers++)
        {
            DocumentFacts facts = (await Facts(turn, input)).Value!;
            Found<DocumentFinding> found = await Finding(turn, input, facts);
            if (found.Stop is { Reason: "invoice_correction" } correction) return turn.HandOver("invoice_correction", "correction", new { correction.Detail });
            if (found.Stop is { } stop) return turn.Say(ReplyStatus.Declined, "cannot", new { stop.Detail }, reason: stop.Reason);
            DocumentFinding finding = found.Value!;
            if (finding is { Kind: DocumentKind.Copy, InvoiceId: null })
            {
                Given<DocumentInput> given = await turn.Need(DocumentWords.Which(turn, input), "which-invoice", new { List = string.Join("; ", finding.Latest) });
                if (!given.Has) return turn.Say(ReplyStatus.Declined, "unclear", reason: "invoice_not_found");
                input = given.Value!;
                offers--;
                continue;
            }

            DocumentWording words = DocumentWording.Of(finding, BillingTalk.Lead(offers));
            if (finding.Kind == DocumentKind.Copy)
            {
                Guid current = finding.InvoiceId!.Value;
                Outcome<InvoiceSent> sent = await turn.Propose(new ResendInvoice(current, finding.RecipientId!.Value), "offer-copy", words, _ => DocumentWords.Other(turn, input, facts, current) is not null);
                if (sent.Kind == OutcomeKind.Stale) continue;
                if (sent.Kind == OutcomeKind.Performed) return turn.Say(ReplyStatus.Acted, sent.Value!.Again ? "sent-before" : "sent-copy", words);
                if (sent.Kind != OutcomeKind.Kept || await turn.Decide("other", () => DocumentWords.Other(turn, input, facts, current)) is not { } other) return turn.NotDone(sent);
                input = other;
                continue;
            }

            Outcome<StatementMade> made = await turn.Propose(new CreateStatement(customer, finding.Kind, finding.From!.Value, finding.To!.Value, finding.RecipientId!.Value), "offer-statement", words, _ => DocumentWords.OtherPeriod(turn, input) is not null);
            if (made.Kind == OutcomeKind.Stale) continue;
            if (made.Kind == OutcomeKind.Kept && await turn.Other(corrections, () => DocumentWords.OtherPeriod(turn, input)) is { } period)
            {
                (input, corrections) = (period, corrections + 1);
                continue;
            }

            return made.Kind == OutcomeKind.Performed ? turn.Say(ReplyStatus.Acted, made.Value!.Again ? "sent-before" : "sent-statement", words with { Number = made.Value.Number }) : turn.NotDone(made);
        }
    }
}
