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

    public string Name => "payment";

    public bool Deduplicates(string request) => true;

    public string? Check(string request) => Json.Read<ChargeRequest>(request).Amount <= 0 ? "amount must be more than 0." : null;

    public string Describe(string request) => Json.Read<ChargeRequest>(request) is var charge ? $"Charge {charge.Amount} {charge.Currency}" : string.Empty;

    public Task<PortOutcome> SendAsync(OutsideCall call, CancellationToken cancellationToken)
    {
        ChargeRequest charge = Json.Read<ChargeRequest>(call.Request);
        Charges.TryAdd(charge.Key, charge);
        return Task.FromResult<PortOutcome>(new Performed("""{"status":"succeeded"}"""));
    }
}
