using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions.Billing;

/// <summary>The tries at an invoice as they are diagnosed, for an agent and an action alike.</summary>
/// <param name="Id">The try.</param>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="Amount">How much.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="DeclineCode">Why it failed.</param>
/// <param name="Method">How it was paid.</param>
/// <param name="Last4">The last four digits of the method.</param>
/// <param name="OnRequest">Whether the payer asked for it.</param>
/// <param name="At">When.</param>
public sealed record PaymentTry(Guid Id, Guid InvoiceId, [property: AtLeast(0)] decimal Amount, [property: CurrencyCode] string Currency, PaymentStatus Status, string? DeclineCode, string Method, string? Last4, bool OnRequest, DateTimeOffset At)
{
    /// <summary>The view of a row.</summary>
    public static PaymentTry Of(Payment p) => new(p.Id, p.InvoiceId, p.Amount, p.Currency, p.Status, p.DeclineCode, p.Method, p.MethodLast4, p.RequestedAt is not null, p.ProcessedAt ?? p.CreatedAt);

    /// <summary>The tries at one invoice as the policy takes them; the latest one is what it is about.</summary>
    public static PaymentTroubleFacts Facts(IReadOnlyList<PaymentTry> tries, bool invoicePaid)
    {
        PaymentTry[] inOrder = [.. tries.OrderBy(t => t.At).ThenBy(t => t.Id)];
        PaymentTry latest = inOrder[^1];
        PaymentTry[] planned = [.. inOrder.Where(t => !t.OnRequest)];
        return new PaymentTroubleFacts(
            latest.Status == PaymentStatus.Pending, latest.At, inOrder.FirstOrDefault(t => t.Status == PaymentStatus.Failed)?.At, inOrder.LastOrDefault(t => t.Status == PaymentStatus.Failed)?.DeclineCode,
            invoicePaid || latest.Status == PaymentStatus.Succeeded, inOrder.LastOrDefault(t => t.OnRequest)?.At, Math.Max(1, planned.Count(t => t.Status == PaymentStatus.Failed)));
    }
}
