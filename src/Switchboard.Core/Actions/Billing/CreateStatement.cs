using System.Text.Json.Serialization;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>What making a statement came to.</summary>
/// <param name="StatementId">The statement.</param>
/// <param name="Number">Its number, which is none of an invoice.</param>
/// <param name="ContactId">Whom it goes to.</param>
/// <param name="Address">Where it goes to.</param>
/// <param name="Totals">The sums, a line a currency.</param>
/// <param name="Again">Whether it was made a moment ago, so that it is not made twice.</param>
public sealed record StatementMade(Guid StatementId, string Number, Guid ContactId, string Address, IReadOnlyList<StatementTotals> Totals, bool Again);

/// <summary>Makes a statement of what a customer was billed, paid and got back, and sends it to a person who may see it.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="Kind">What it shows.</param>
/// <param name="From">First day, on the tenant's calendar.</param>
/// <param name="To">The day after the last one.</param>
/// <param name="ContactId">The person.</param>
public sealed record CreateStatement(Guid CustomerId, DocumentKind Kind, DateOnly From, DateOnly To, Guid ContactId) : DeskAction<StatementMade>
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Name => "statement.create";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Scope => "write:customers";

    /// <inheritdoc />
    [JsonIgnore]
    public override IReadOnlyList<ContactRole> ContactRoles => [ContactRole.Admin, ContactRole.Billing];

    /// <inheritdoc />
    protected override Reversal UndoOf(StatementMade result) => Reversal.None("A statement that was sent stays; it bills nothing.");

    /// <inheritdoc />
    protected override ActionVerdict<StatementMade> Apply(IActionRows rows)
    {
        if (rows.Find<Customer>(CustomerId) is not { } customer) return Refuse(new Clause("customer_not_found", "There is no such customer."));
        if (Kind == DocumentKind.Copy || To <= From) return Refuse(new Clause("period_invalid", "A statement is over at least one day."));
        Contact? contact = rows.Find<Contact>(ContactId) is { } found && found.CustomerId == CustomerId ? found : null;
        if (BillingDocuments.Forbids(rows, contact) is { } forbidden) return Refuse(forbidden);

        StatementInvoice[] invoices = [.. rows.List<Invoice>(q => q.Where(i => i.CustomerId == CustomerId && i.IssuedAt != null)).Select(i => new StatementInvoice(i.Number, i.Status, Day(i.IssuedAt!.Value), i.Subtotal, i.Tax, i.Total, i.Currency))];
        StatementMovement[] paid = [.. rows.List<Payment>(q => q.Where(p => p.CustomerId == CustomerId && (p.Status == PaymentStatus.Succeeded || p.Status == PaymentStatus.Refunded))).Select(p => new StatementMovement(p.Amount, p.Currency, Day(p.ProcessedAt ?? p.CreatedAt)))];
        StatementMovement[] back = [.. rows.List<Refund>(q => q.Where(r => r.CustomerId == CustomerId)).Select(r => new StatementMovement(r.Amount, r.Currency, Day(r.CreatedAt)))];
        DateTimeOffset from = Midnight(From), to = Midnight(To);
        IReadOnlyList<StatementTotals> totals = Statements.Totals(invoices, paid, back, from, to);
        var clause = new Clause("documents.statement", "A statement counts invoices by the day they were issued and money by the day it moved; it bills nothing.");

        IReadOnlyList<BillingStatement> earlier = rows.List<BillingStatement>(q => q.Where(s => s.CustomerId == CustomerId));
        DateTimeOffset since = rows.Now - BillingDocuments.SameWithin;
        if (earlier.FirstOrDefault(s => s.CreatedAt > since && s.Kind == Kind && s.From == From && s.To == To && s.ContactId == ContactId) is { } same)
            return Done(new StatementMade(same.Id, same.Number, contact!.Id, contact.Email, totals, Again: true), clause);

        DateOnly today = rows.DayOf(rows.Now);
        string number = FormattableString.Invariant($"STM-{today.Year:D4}-{earlier.Count + 1:D5}");
        string text = BillingDocuments.Statement(number, Kind, From, To, To > today, totals, Statements.Taxes(invoices, from, to));
        var statement = new BillingStatement { TenantId = customer.TenantId, Id = rows.NewId(), CustomerId = CustomerId, Number = number, Kind = Kind, From = From, To = To, Text = text, ContactId = contact!.Id, CreatedAt = rows.Now };
        rows.Add(statement);
        rows.Send("smtp", new MailRequest { To = [contact.Email], Subject = $"{BillingDocuments.Title(Kind)} {number}", Text = text }, CustomerId, null);
        return Done(new StatementMade(statement.Id, number, contact.Id, contact.Email, totals, Again: false), clause);

        // Days are what counts, on the tenant's calendar, so an instant stands for its day.
        DateTimeOffset Day(DateTimeOffset at) => Midnight(rows.DayOf(at));
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}
