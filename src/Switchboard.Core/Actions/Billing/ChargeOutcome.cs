using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;

namespace Switchboard.Core.Actions.Billing;

/// <summary>
/// Notes what the payment service said of an attempt that no agent asks after: the first at an invoice, and those that payers ask for. It looks a minute later, and where
/// nobody can say what became of it, again and again until a person has found out.
/// </summary>
public sealed class ChargeOutcome : RunHandler
{
    /// <summary>The handler's name.</summary>
    public const string HandlerName = "payment.outcome";

    private static readonly TimeSpan first = TimeSpan.FromMinutes(1), again = TimeSpan.FromMinutes(10), longest = TimeSpan.FromHours(24);

    /// <inheritdoc />
    public override string Name => HandlerName;

    /// <summary>The work for an attempt that was asked for at an instant.</summary>
    internal static WorkLater WorkFor(Payment payment, DateTimeOffset at) =>
        new(HandlerName, $"payment:{payment.Id}", Json.Write(new OutcomeInput(payment.Id)), $"{HandlerName}\n{payment.Id:N}") { Due = at + first };

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        Guid payment = run.Input<OutcomeInput>().PaymentId;
        for (int asked = 0; ; asked++)
        {
            Outcome<PaymentSettled> settled = await DueActions.PerformAsync(run, new SettlePayment(payment), cancellationToken);
            if (settled.Kind == OutcomeKind.Performed || settled.Clause.Rule != SettlePayment.NotKnown) return DueDone.Of(settled);
            DateTimeOffset now = await run.NowAsync("asked", cancellationToken);
            await run.SleepUntilAsync("again", now + TimeSpan.FromTicks(Math.Min(again.Ticks << Math.Min(asked, 10), longest.Ticks)), cancellationToken);
        }
    }

    private sealed record OutcomeInput(Guid PaymentId);
}
