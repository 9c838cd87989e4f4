using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Desk.Guards;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;

namespace Switchboard.Storage.Facts;

/// <summary>Looks into the rows of all customers of a tenant for the guards. Nothing of what is found here reaches an agent.</summary>
/// <param name="data">Where they are stored.</param>
public sealed class GuardRows(Data data) : IGuardRows
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> OfOthersAsync(Guid tenantId, Guid? customerId, NamedInText named, CancellationToken cancellationToken)
    {
        (IReadOnlyList<string> names, IReadOnlyList<string> emails, IReadOnlyList<string> numbers) = (named.Names, named.Emails, named.Numbers);
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<Customer>().Where(c => c.Id != customerId && names.Contains(c.Name)).Select(c => c.Name)
            .Concat(db.Set<Contact>().Where(c => c.CustomerId != customerId && names.Contains(c.Name)).Select(c => c.Name))
            .Concat(db.Set<Contact>().Where(c => c.CustomerId != customerId && emails.Contains(c.Email)).Select(c => c.Email))
            .Concat(db.Set<Invoice>().Where(i => i.CustomerId != customerId && i.Number != null && numbers.Contains(i.Number)).Select(i => i.Number!))
            .Distinct().ToListAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<PaidBack>> PaymentsAsync(Guid tenantId, IReadOnlyList<Guid> paymentIds, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        var rows = await db.Set<Payment>().Where(p => paymentIds.Contains(p.Id))
            .Select(p => new { p.Id, p.CustomerId, p.Amount, p.Currency, p.Status, Refunded = db.Set<Refund>().Where(r => r.PaymentId == p.Id).Select(r => r.Amount).ToList() })
            .ToListAsync(cancellationToken);
        return [.. rows.Select(p => new PaidBack(p.Id, p.CustomerId, p.Status is PaymentStatus.Succeeded or PaymentStatus.Refunded ? p.Amount : 0, p.Refunded.Sum(), p.Currency))];
    }
}
