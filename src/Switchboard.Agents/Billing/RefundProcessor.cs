using System.Globalization;
using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Agents;
using Switchboard.Core.Conversations;
using Switchboard.Core.Understanding;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Billing;

/// <summary>Decides a wish for money back by the refund policy and, when it is allowed and confirmed, gives it back.</summary>
[Agent("billing/refund-processor")]
public sealed class RefundProcessor : Specialist
{
    private const int candidateDays = 90;
    private const int listed = 5;

    /// <inheritdoc />
    protected override async Dialogue<Reply> Handle(Turn turn)
    {
        if (turn.Contact is not { CustomerId: not null }) return turn.Say(ReplyStatus.Declined, "not-proven", reason: "proof_missing");
        CustomerPayments known = await turn.Read("payments", Load);
        IReadOnlyList<Guid> candidates = await turn.Decide("candidates", () => Candidates(turn, known));
        if (candidates.Count == 0) return turn.Say(ReplyStatus.Declined, "no-payment", new { Days = candidateDays }, reason: "payment_not_found");

        Guid paymentId = candidates[0];
        if (candidates.Count > 1)
        {
            Given<Guid> given = await turn.Need(Which(turn, known, candidates), "which-payment", new { List = List(turn, known, candidates) });
            if (!given.Has) return turn.Say(ReplyStatus.Declined, "payment-unclear", reason: "payment_not_found");
            paymentId = given.Value;
        }

        RefundDecision decision = await turn.Decide("refund", policies => policies.Refunds.Decide(known.Request(paymentId, turn.State.Tenant.DayOf, turn.Today), policies.Currency));
        PaymentRow payment = known.Payments.Single(p => p.Id == decision.PaymentId);
        var finding = new
        {
            Amount = Show(decision.Amount),
            Paid = Show(decision.Paid),
            Invoice = known.InvoiceOf(payment)?.Number ?? "without a number",
            Day = turn.State.Tenant.DayOf(payment.At).ToString("d MMMM yyyy", CultureInfo.InvariantCulture),
            Method = payment.Method.Replace('_', ' '),
            Rule = decision.Clause.Text,
        };
        if (!decision.Allowed)
        {
            string text = decision.Clause.Rule == "refunds.already_refunded" ? "already-refunded" : decision.OfferCancellation ? "refused-monthly" : "refused";
            return turn.Say(ReplyStatus.Declined, text, finding, reason: decision.Clause.Rule == "refunds.already_refunded" ? "already_refunded" : "policy_forbids");
        }

        Outcome<RefundIssued> done = await turn.Propose(new IssueRefund(decision.PaymentId, decision.Amount.Amount), "offer", finding);
        return done.Kind switch
        {
            OutcomeKind.Performed => turn.Say(ReplyStatus.Acted, "issued", new { finding.Amount, finding.Method, finding.Invoice, Refund = done.Value!.RefundId }),
            OutcomeKind.Kept => turn.Say(ReplyStatus.Declined, "kept", reason: "customer_declined"),
            OutcomeKind.Stale => turn.Say(ReplyStatus.Declined, "stale", reason: "figures_changed"),
            OutcomeKind.Rejected or OutcomeKind.Expired => turn.Say(ReplyStatus.Declined, "not-approved", reason: "approval_refused"),
            _ => turn.Say(ReplyStatus.Declined, "refused", new { finding.Amount, finding.Paid, finding.Invoice, finding.Day, Rule = done.Clause.Text }, reason: done.Clause.Rule),
        };
    }

    private static async Task<CustomerPayments> Load(IFacts facts) => new(
        await facts.ListAsync<Payment, PaymentRow>(q => q.OrderByDescending(p => p.Id).Select(PaymentRow.Columns)),
        await facts.ListAsync<Refund, RefundRow>(q => q.OrderBy(r => r.Id).Select(RefundRow.Columns)),
        await facts.ListAsync<Invoice, InvoiceRow>(q => q.OrderBy(i => i.Id).Select(InvoiceRow.Columns)),
        await facts.ListAsync<Subscription, SubscriptionRow>(q => q.OrderBy(s => s.Id).Select(SubscriptionRow.Columns)));

    /// <summary>The payments the wish can mean: what its words name, else those of the last days.</summary>
    private static IReadOnlyList<Guid> Candidates(Turn turn, CustomerPayments known)
    {
        PaymentRow[] paid = [.. known.Payments.Where(p => p.Succeeded)];
        PaymentRow[] named = [.. paid.Where(p => Names(turn, known, p))];
        if (named.Length > 0) return [.. Distinct(named)];
        return [.. Distinct(paid.Where(p => turn.Today.DayNumber - turn.State.Tenant.DayOf(p.At).DayNumber <= candidateDays))];
    }

    // Of two payments for one invoice either means both: the policy says which of them was too much.
    private static IEnumerable<Guid> Distinct(IEnumerable<PaymentRow> payments) => payments.DistinctBy(p => (p.InvoiceId, p.Amount)).Take(listed).Select(p => p.Id);

    private static Slot<Guid> Which(Turn turn, CustomerPayments known, IReadOnlyList<Guid> candidates) => new("payment", (Understood understood, out Guid value) =>
    {
        Guid[] meant = [.. known.Payments.Where(p => candidates.Contains(p.Id) && Names(understood, turn, known, p)).Select(p => p.Id)];
        value = meant.Length == 1 ? meant[0] : Guid.Empty;
        return meant.Length == 1;
    });

    private static bool Names(Turn turn, CustomerPayments known, PaymentRow payment) => Names(turn.Understood, turn, known, payment);

    private static bool Names(Understood understood, Turn turn, CustomerPayments known, PaymentRow payment) => understood.Entities.Any(e => !e.Negated && e.Type switch
    {
        EntityTypes.Invoice => known.InvoiceOf(payment)?.Number is { } number && string.Equals(number, e.Value, StringComparison.OrdinalIgnoreCase),
        EntityTypes.Money => Money.TryParse(e.Value, out Money amount) && amount == new Money(payment.Amount, payment.Currency),
        EntityTypes.Date => e.Value == turn.State.Tenant.DayOf(payment.At).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => false,
    });

    private static string List(Turn turn, CustomerPayments known, IReadOnlyList<Guid> candidates) => string.Join("; ", known.Payments.Where(p => candidates.Contains(p.Id)).Select(p =>
        $"{known.InvoiceOf(p)?.Number ?? "without a number"}, {Show(new Money(p.Amount, p.Currency))}, {turn.State.Tenant.DayOf(p.At).ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}"));

    private static string Show(Money money) => FormattableString.Invariant($"{money.Amount:N2} {money.Currency}");
}
