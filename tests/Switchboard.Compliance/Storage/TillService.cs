using System.Text.Json;
using Switchboard.Core;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Outbox;

namespace Switchboard.Compliance.Storage;

/// <summary>The payment service in tests: takes every call of it, and knows the keys it has seen.</summary>
public sealed class TillService : IOutsidePort
{
    public string Name => PaymentServiceCall.Port;

    public bool Deduplicates(string request) => true;

    public string? Check(string request) => Json.Read<PaymentServiceCall>(request).Tool == "payments" ? null : "There is no such service.";

    public string Describe(string request) => Json.Read<PaymentServiceCall>(request) is var call ? $"{call.Method} {call.Path}: {JsonSerializer.Serialize(call.Body)}" : string.Empty;

    public Task<PortOutcome> SendAsync(OutsideCall call, CancellationToken cancellationToken) => Task.FromResult<PortOutcome>(new Performed("taken"));
}
