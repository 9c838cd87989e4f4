using System.Collections.Concurrent;
using Switchboard.Core;
using Switchboard.Core.Outbox;

namespace Switchboard.Compliance.Storage;

/// <summary>The other side of mail in tests: takes every letter and keeps it, and knows no keys, like a mail server.</summary>
public sealed class LetterBox : IOutsidePort
{
    public ConcurrentQueue<MailRequest> Letters { get; } = new();

    public string Name => "smtp";

    public bool Deduplicates(string request) => false;

    public string? Check(string request) => Json.Read<MailRequest>(request).To is [] ? "to is empty." : null;

    public string Describe(string request) => Json.Read<MailRequest>(request) is var mail ? $"Mail to {string.Join(", ", mail.To)}: {mail.Subject}" : string.Empty;

    public Task<PortOutcome> SendAsync(OutsideCall call, CancellationToken cancellationToken)
    {
        Letters.Enqueue(Json.Read<MailRequest>(call.Request));
        return Task.FromResult<PortOutcome>(new Performed("250 taken"));
    }
}

/// <summary>The payment service in tests: takes the money, each charge once under its key.</summary>
public sealed class Till : IOutsidePort
{
    public ConcurrentDictionary<string, ChargeRequest> Charges { get; } = new(StringComparer.Ordinal);

    /// <summary>What it answers to charges that come from now on; they succeed by default.</summary>
    public ChargeAnswer Answer { get; set; } = new("succeeded");

    /// <summary>Whether there is a payment service.</summary>
    public bool IsThere { get; set; } = true;

    public string Name => PaymentRequest.Port;

    public bool Deduplicates(string request) => true;

    public string? Check(string request) => !IsThere ? "port_not_configured: there is no payment service." : Json.Read<PaymentRequest>(request) is { Charge.Amount: <= 0 } ? "amount must be more than 0." : null;

    public string Describe(string request) => Json.Read<PaymentRequest>(request) is { Charge: { } charge } ? $"Charge {charge.Amount} {charge.Currency}" : "Send a link";

    public Task<PortOutcome> SendAsync(OutsideCall call, CancellationToken cancellationToken)
    {
        if (Json.Read<PaymentRequest>(call.Request).Charge is { } charge) Charges.TryAdd(charge.Key, charge);
        return Task.FromResult<PortOutcome>(new Performed(Json.Write(Answer)));
    }
}
