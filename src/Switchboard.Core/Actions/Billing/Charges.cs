using Switchboard.Core.Agents;
using Switchboard.Core.Outbox;
using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Operations;

namespace Switchboard.Core.Actions.Billing;

/// <summary>Where the attempt of a charge stands by what the payment service said.</summary>
public enum ChargeState
{
    /// <summary>It was not asked for, or is on its way.</summary>
    Pending,

    /// <summary>Nobody can say whether the money was taken.</summary>
    Unknown,

    /// <summary>The money came.</summary>
    Succeeded,

    /// <summary>It did not.</summary>
    Failed,
}

/// <summary>How money is asked for: one way for every action, so that an attempt at an invoice is one charge whoever asks for it.</summary>
public static class Charges
{
    /// <summary>Attempts that a payer asked for are counted apart, so that none of the calendar is lost to them.</summary>
    public const int OnRequestFrom = 200;

    /// <summary>The code of an attempt that never reached the service.</summary>
    public const string NotPerformed = "not_performed";

    /// <summary>The agent that follows a failed payment up.</summary>
    public const string DunningAgent = "automation/payment-retry";

    /// <summary>The key by which the service knows an attempt.</summary>
    public static string KeyOf(Guid invoiceId, int attempt) => FormattableString.Invariant($"{invoiceId:N}-{attempt}");

    /// <summary>What is open of an invoice.</summary>
    public static decimal RestOf(Invoice invoice, IEnumerable<Payment> payments) => invoice.Total - payments.Where(p => p.Status == PaymentStatus.Succeeded).Sum(p => p.Amount);

    /// <summary>What the service is asked for.</summary>
    public static PaymentRequest RequestFor(Invoice invoice, decimal amount, int attempt) => new()
    {
        Charge = new ChargeRequest { Key = KeyOf(invoice.Id, attempt), Customer = invoice.CustomerId?.ToString() ?? string.Empty, Amount = amount, Currency = invoice.Currency, Invoice = invoice.Number ?? string.Empty },
    };

    /// <summary>Where an attempt stands by its entry in the outbox, and why it failed.</summary>
    /// <param name="entry">The entry; null when there is none.</param>
    public static (ChargeState State, string? DeclineCode) Of(OutboxEntry? entry) => entry?.Status switch
    {
        // What the port takes for an answer can be read. Another text is what a person found out on the other side.
        OutboxStatus.Sent => ChargeAnswer.Read(entry.Answer) is { Succeeded: false } no ? (ChargeState.Failed, no.DeclineCode) : (ChargeState.Succeeded, null),
        OutboxStatus.Failed => (ChargeState.Failed, NotPerformed),
        OutboxStatus.Unknown => (ChargeState.Unknown, null),
        _ => (ChargeState.Pending, null),
    };

    /// <summary>The entry of an attempt among those of the payment service.</summary>
    public static OutboxEntry? EntryOf(IEnumerable<OutboxEntry> entries, Guid invoiceId, int attempt)
    {
        string key = $"\"{KeyOf(invoiceId, attempt)}\"";
        return entries.Where(o => o.Port == PaymentRequest.Port && o.Request.Contains(key, StringComparison.Ordinal)).MaxBy(o => o.CreatedAt);
    }

    /// <summary>Asks for an attempt: a payment that is pending, and the charge under the attempt's key.</summary>
    internal static Payment Ask(IActionRows rows, Invoice invoice, decimal amount, int attempt, Payment? like, DateTimeOffset? requestedAt = null)
    {
        var payment = new Payment
        {
            TenantId = invoice.TenantId,
            Id = rows.NewId(),
            CustomerId = invoice.CustomerId,
            InvoiceId = invoice.Id,
            Amount = amount,
            Currency = invoice.Currency,
            Status = PaymentStatus.Pending,
            Method = like?.Method ?? "card",
            MethodLast4 = like?.MethodLast4,
            RequestedAt = requestedAt,
            Attempt = attempt,
            CreatedAt = rows.Now,
        };
        rows.Add(payment);
        rows.Send(PaymentRequest.Port, RequestFor(invoice, amount, attempt), invoice.CustomerId, null);
        return payment;
    }

    /// <summary>Has what becomes of an attempt be noted that no agent asks after.</summary>
    internal static void FollowUp(IActionRows rows, Payment payment) => rows.Later(ChargeOutcome.WorkFor(payment, rows.Now));

    /// <summary>Has a payment be followed up that is the first of its invoice to fail.</summary>
    internal static void BeginDunning(IActionRows rows, Payment payment)
    {
        rows.Later(new WorkLater(
            AgentExecution.HandlerName, $"{DunningAgent}/payment/{payment.Id}", Json.Write(new AgentCall(DunningAgent, System.Text.Json.JsonSerializer.SerializeToElement(new { paymentId = payment.Id }, Json.Options), null, DryRun: false)),
            $"dunning\n{payment.InvoiceId:N}")
        { Kind = RunKind.Execution });
    }
}
