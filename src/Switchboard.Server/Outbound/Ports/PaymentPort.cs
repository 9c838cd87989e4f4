using Switchboard.Core.Outbox;

namespace Switchboard.Server.Outbound.Ports;

/// <summary>
/// The payment service: the service that the operator set up under the name "payment". It is used only when it honours a key it has seen, since a charge whose outcome is
/// unknown is asked for again under its key and must not be taken twice.
/// </summary>
public sealed class PaymentPort(HttpToolPort tools, OutsideSettings settings) : OutsidePort<ChargeRequest>
{
    private const string tool = "payment";

    /// <inheritdoc />
    public override string Name => "payment";

    /// <inheritdoc />
    protected override bool Deduplicates(ChargeRequest request) => true;

    /// <inheritdoc />
    protected override string? Problem(ChargeRequest request) =>
        !settings.Tools.TryGetValue(tool, out ToolSettings? service) ? "port_not_configured: there is no payment service; set Outside:Tools:payment:BaseUrl."
        : !service.HonoursKey ? "port_not_configured: a payment service must honour an Idempotency-Key; set Outside:Tools:payment:HonoursIdempotencyKey."
        : request.Amount <= 0 ? "amount must be more than 0." : tools.Check(Form(request));

    /// <inheritdoc />
    protected override string Describe(ChargeRequest request) => FormattableString.Invariant($"Charge {request.Amount:0.00} {request.Currency} for {request.Invoice}, {request.Key}");

    /// <inheritdoc />
    protected override Task<PortOutcome> SendAsync(OutsideCall call, ChargeRequest request, CancellationToken cancellationToken) =>
        tools.SendAsync(call with { Key = request.Key, Request = Form(request) }, cancellationToken);

    private static string Form(ChargeRequest request) => Core.Json.Write(new HttpToolRequest { Tool = tool, Method = "POST", Path = "charges", Body = System.Text.Json.JsonSerializer.SerializeToElement(request, Core.Json.Options) });
}
