using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Actions.Messages;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Automation;

/// <summary>Follows a failed payment up: tries it again on the days of the policy, asks the customer for another method, and gives up behind the last attempt.</summary>
[Agent("automation/payment-retry")]
public sealed class PaymentRetry : Operator<DunningInput, DunningFacts, DunningOutput>
{
    /// <summary>Attempts with another method are counted apart from those of the calendar. A payment's own number is one more than its attempt's: the first is the one that failed.</summary>
    private const int newMethodFrom = 100;
    private const decimal saveTeamAbove = 10_000;
    private static readonly TimeSpan askAfter = TimeSpan.FromMinutes(1), askAgain = TimeSpan.FromMinutes(10);

    /// <inheritdoc />
    protected override string? EntityOf(DunningInput input) => input.PaymentId is { } id ? $"payment/{id}" : null;

    /// <inheritdoc />
    protected override Task<Finding<DunningFacts>> LoadAsync(DunningInput input, IRowFacts rows, AgentBasis basis, CancellationToken cancellationToken) => DunningRows.LoadAsync(input, rows, basis);

    /// <inheritdoc />
    protected override Finding<OperatorPlan<DunningOutput>> Decide(DunningInput input, DunningFacts facts, AgentBasis basis)
    {
        if (facts is not { FirstFailureAt: { } first, InvoiceId: { } invoice }) return new Stop("not_found", "There is no such payment that failed, on an invoice.");
        if (input.Trigger is DunningTrigger.Timer or DunningTrigger.Check && input.Attempt is null) return new Stop("invalid_input", "Say which attempt: attempt.");
        if (facts.IsDisputed == true) return new Stop("disputed", "The customer disputes the payment; a person decides.");
        IReadOnlyList<DunningTry> tries = facts.Tries ?? [];
        int attempt = input.Attempt ?? 0;
        if (input.Trigger == DunningTrigger.Check && tries.FirstOrDefault(t => t.Number == attempt) is { } asked) return Answered(input, asked, facts, basis, invoice, first);
        string[] over =
        [
            .. facts.InvoiceStatus is not (null or InvoiceStatus.Open) ? new[] { "The invoice is not open." } : [], .. facts.Rest <= 0 ? new[] { "Nothing is open of it." } : [],
            .. facts.IsRefunded == true ? new[] { "Money was given back on it." } : [], .. facts.SubscriptionStatus == SubscriptionStatus.Canceled ? new[] { "Its subscription has ended." } : [],
        ];
        if (over.Length > 0) return NotNeeded(attempt, string.Join(' ', over), facts);
        if (tries.FirstOrDefault(t => t.State is "pending" or "unknown") is { } open)
            return new OperatorPlan<DunningOutput>(new DunningOutput { Attempt = attempt, Result = "unknown", Reason = "gateway_unknown", NextAt = basis.Now + askAgain },
                [Plan.Skipped($"charge-{attempt}", "gateway_unknown", $"What became of attempt {open.Number} is not known yet."), Plan.Later($"wait-{attempt}-{basis.Now.UtcTicks}", basis.Now + askAgain, input, "The attempt waits for what became of the one before.")]);

        if (input.Trigger == DunningTrigger.MethodUpdated) return Charge(input, newMethodFrom + tries.Count(t => t.Number > newMethodFrom) + 1, invoice, basis, null, facts);
        string? code = tries.Where(t => t.State == "failed").MaxBy(t => t.Number)?.DeclineCode ?? facts.DeclineCode;
        DunningSchedule schedule = basis.Policies.Dunning.Schedule(first, code, Zone(facts, basis));
        if (!schedule.Retry) return input.Trigger == DunningTrigger.Timer ? NotNeeded(attempt, "After a hard decline nothing is tried again.", facts) : HardDecline(attempt, code, facts, basis);
        if (input.Trigger == DunningTrigger.Timer) return tries.Any(t => t.Number == attempt) ? NotNeeded(attempt, "The attempt was made before.", facts) : Charge(input, attempt, invoice, basis, Next(schedule, attempt), facts);
        RetryAttempt[] coming = [.. schedule.Attempts.Where(a => a.At > basis.Now && tries.All(t => t.Number != a.Number))];
        return new OperatorPlan<DunningOutput>(
            new DunningOutput { Result = "scheduled", Unknown = Unknown(facts), DeclineCode = code, NextAt = coming.Length > 0 ? coming[0].At : null, Attempts = [.. coming.Select(a => new DunningDate(a.Number, a.At))] },
            [.. coming.Select(a => Plan.Later($"attempt-{a.Number}", a.At, input with { Attempt = a.Number, Trigger = DunningTrigger.Timer }, $"Attempt {a.Number} at invoice {facts.InvoiceNumber}."))]);
    }

    private static OperatorPlan<DunningOutput> Charge(DunningInput input, int attempt, Guid invoice, AgentBasis basis, DateTimeOffset? next, DunningFacts facts) => new(
        new DunningOutput { Attempt = attempt, Result = "asked", NextAt = next, Unknown = Unknown(facts) },
        [Plan.Now($"charge-{attempt}", new ChargePayment(invoice, attempt + 1)) with { Stays = true }, Plan.Later($"check-{attempt}", basis.Now + askAfter, input with { Attempt = attempt, Trigger = DunningTrigger.Check }, $"What became of attempt {attempt}.")]);

    /// <summary>What the payment service said of an attempt: noted, told, and the end drawn from it.</summary>
    private static OperatorPlan<DunningOutput> Answered(DunningInput input, DunningTry made, DunningFacts facts, AgentBasis basis, Guid invoice, DateTimeOffset first)
    {
        if (made.State is "pending" or "unknown")
            return new OperatorPlan<DunningOutput>(new DunningOutput { Attempt = made.Number, Result = "unknown", Reason = "gateway_unknown", NextAt = basis.Now + askAgain },
                [Plan.Later($"check-{made.Number}-{basis.Now.UtcTicks}", basis.Now + askAgain, input, $"What became of attempt {made.Number}.")]);
        PlanStep settle = Plan.Now($"settle-{made.Number}", new SettlePayment(made.PaymentId)) with { Stays = true };
        if (made.State == "succeeded")
            return new OperatorPlan<DunningOutput>(new DunningOutput { Attempt = made.Number, Result = "succeeded", FinalState = "paid" }, [settle, .. Mail("receipt", made.Number, facts, basis)]);

        DunningSchedule schedule = basis.Policies.Dunning.Schedule(first, made.DeclineCode, Zone(facts, basis));
        if (!schedule.Retry)
        {
            OperatorPlan<DunningOutput> hard = HardDecline(made.Number, made.DeclineCode, facts, basis);
            return hard with { Steps = [settle, .. hard.Steps] };
        }

        var failed = new DunningOutput { Attempt = made.Number, Result = "failed", DeclineCode = made.DeclineCode, NextAt = Next(schedule, made.Number) };
        if (schedule.Attempts.Count > 0 && made.Number == schedule.Attempts[^1].Number)
            return new OperatorPlan<DunningOutput>(failed with { FinalState = "unpaid", SaveTeam = facts.Arr > saveTeamAbove }, [settle, Plan.Now("give-up", new EndDunning(invoice)) with { Stays = true }]);
        return new OperatorPlan<DunningOutput>(failed, [settle, .. made.Number is 1 or 3 ? Mail("link", made.Number, facts, basis) : []]);
    }

    private static OperatorPlan<DunningOutput> HardDecline(int attempt, string? code, DunningFacts facts, AgentBasis basis) => new(
        new DunningOutput { Attempt = attempt, Result = "failed", Reason = "hard_decline", DeclineCode = code, FinalState = "method_asked" }, Mail("link", attempt, facts, basis));

    private static OperatorPlan<DunningOutput> NotNeeded(int attempt, string why, DunningFacts facts) =>
        new(new DunningOutput { Attempt = attempt, Result = "not_needed", Unknown = Unknown(facts) }, [Plan.Skipped($"charge-{attempt}", "not_needed", why)]);

    private static IReadOnlyList<PlanStep> Mail(string text, int attempt, DunningFacts facts, AgentBasis basis)
    {
        if (facts.ContactId is not { } contact) return [Plan.Skipped($"mail-{attempt}", "no_contact", "Nobody at the customer is known to be written to.")];
        var values = new { Number = facts.InvoiceNumber, Rest = facts is { Rest: { } rest, Currency: { } currency } ? new Money(rest, currency).Rounded().Amount : facts.Rest, facts.Currency };
        return [Plan.Now($"mail-{attempt}", new SendEmail(contact, basis.Card.Say($"{text}_subject", values), basis.Card.Say($"{text}_text", values))) with { Stays = true, IsOptional = true }];
    }

    private static IReadOnlyList<string> Unknown(DunningFacts facts) =>
        [.. new (string Name, bool IsUnknown)[] { ("invoiceStatus", facts.InvoiceStatus is null), ("rest", facts.Rest is null), ("isDisputed", facts.IsDisputed is null), ("isRefunded", facts.IsRefunded is null) }.Where(f => f.IsUnknown).Select(f => f.Name)];

    private static DateTimeOffset? Next(DunningSchedule schedule, int attempt) => schedule.Attempts.FirstOrDefault(a => a.Number > attempt)?.At;

    private static TimeZoneInfo Zone(DunningFacts facts, AgentBasis basis) => facts.TimeZone is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone) ? zone : basis.Zone;
}
