using System.Text.Json;
using Switchboard.Core;
using Switchboard.Core.Outbox;

namespace Switchboard.Server.Outbound.Ports;

/// <summary>
/// The payment service: the service that the operator set up under the name "payment". It is used only when it honours a key it has seen, since a charge whose outcome is
/// unknown is asked for again under its key and must not be taken twice.
/// </summary>
public sealed class PaymentPort(HttpToolPort tools, OutsideSettings settings) : OutsidePort<PaymentRequest>
{
    private const string tool = PaymentRequest.Port;

    /// <inheritdoc />
    public override string Name => PaymentRequest.Port;

    /// <inheritdoc />
    protected override bool Deduplicates(PaymentRequest request) => true;

    /// <inheritdoc />
    protected override string? Problem(PaymentRequest request) =>
        !settings.Tools.TryGetValue(tool, out ToolSettings? service) ? "port_not_configured: there is no payment service; set Outside:Tools:payment:BaseUrl."
        : !service.HonoursKey ? "port_not_configured: a payment service must honour an Idempotency-Key; set Outside:Tools:payment:HonoursIdempotencyKey."
        : (request.Charge is null) == (request.MethodLink is null) ? "a payment service is asked for one thing at a time: charge or methodLink."
        : request.Charge is { Amount: <= 0 } ? "amount must be more than 0." : tools.Check(Form(request));

    /// <inheritdoc />
    protected override string Describe(PaymentRequest request) => request switch
    {
        { Charge: { } charge } => FormattableString.Invariant($"Charge {charge.Amount:0.00} {charge.Currency} for {charge.Invoice}, {charge.Key}"),
        { MethodLink: { } link } => FormattableString.Invariant($"Send {link.Email} a link to change the payment method, good for {link.ValidHours} hours"),
        _ => "nothing of the payment service",
    };

    /// <inheritdoc />
    protected override async Task<PortOutcome> SendAsync(OutsideCall call, PaymentRequest request, CancellationToken cancellationToken)
    {
        // A charge has a key of its own: whichever effect asks for the attempt of an invoice, the service takes the money once.
        PortOutcome outcome = await tools.SendAsync(call with { Key = request.Charge?.Key ?? call.Key, Request = Form(request) }, cancellationToken);
        if (request.Charge is null) return outcome;
        return outcome switch
        {
            Performed performed => Said(performed.Answer) ?? new OutcomeUnknown("The payment service answered neither that the money came nor that it did not."),
            // Many services answer a decline as an error of the one who asks. A refusal that says so is the answer.
            Refused { CanRetry: false } refused when ChargeAnswer.Read(refused.Answer) is { Succeeded: false } => Said(refused.Answer)!,
            // Some fail behind the charge. That it was not performed is not known, so it must not end as if it were.
            Refused { MayBeDone: true } refused => new OutcomeUnknown(refused.Error),
            _ => outcome,
        };
    }

    /// <summary>The answer in the words of the port alone: what else a service says of a charge is not kept.</summary>
    private static PortOutcome? Said(string? answer) => ChargeAnswer.Read(answer) is { } said ? new Performed(Json.Write(said)) : null;

    private static string Form(PaymentRequest request) => Json.Write(new HttpToolRequest
    {
        Tool = tool,
        Method = "POST",
        Path = request.Charge is null ? "method-links" : "charges",
        Body = request.Charge is { } charge ? JsonSerializer.SerializeToElement(charge, Json.Options) : JsonSerializer.SerializeToElement(request.MethodLink, Json.Options),
    });
}
