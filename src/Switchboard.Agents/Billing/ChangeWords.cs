using Switchboard.Core.Conversations;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Billing;

/// <summary>Why a customer wants less.</summary>
/// <param name="Code">A code; null when nothing usable was said.</param>
public sealed record ChangeReason(string? Code);

/// <summary>Reads what is said of the own subscription.</summary>
internal static class ChangeWords
{
    /// <summary>The wish in the message at hand.</summary>
    public static ChangeInput Read(Turn turn, TenantPolicies policies)
    {
        string plain = Words.Plain(turn.Trigger.Text);
        IReadOnlyList<int> seats = Words.Seats(turn.Understood);
        bool add = Words.Has(plain, "add", "more", "extra", "additional"), remove = Words.Has(plain, "remove", "fewer", "less seats", "drop", "reduce");
        bool resume = Words.Has(plain, "dont cancel", "do not cancel", "resume", "keep the subscription", "keep our subscription", "undo the cancellation", "take back the cancellation", "reactivate", "not cancel", "changed my mind");
        bool cancel = Words.Has(plain, "cancel", "cancellation", "stop the renewal", "end the subscription", "end our subscription", "terminate", "do not renew", "dont renew", "quit");
        string? plan = Words.Plans(plain, policies) is { Count: > 0 } plans ? plans.Count > 1 && Words.Has(plain, "from") ? plans.LastOrDefault(p => Words.Has(plain, $"to {p}")) ?? plans[^1] : plans.FirstOrDefault(p => Words.Has(plain, $"to {p}")) ?? plans[0] : null;
        bool down = Words.Has(plain, "downgrade", "back to", "smaller plan", "lower plan", "cheaper plan"), up = Words.Has(plain, "upgrade", "next plan", "bigger plan", "higher plan", "plan up");
        int? count = seats.Count > 0 ? seats[^1] : null;
        // "Downgrade from premium" names where it comes from.
        if (down && plan is not null && Words.Has(plain, $"from {plan}") && !Words.Has(plain, $"to {plan}")) plan = null;
        return new ChangeInput
        {
            Change = resume ? MoveKind.Resume : cancel ? MoveKind.Cancel : down ? MoveKind.Downgrade : up || plan is not null ? MoveKind.Upgrade : count is not null || ((add || remove) && Words.Has(plain, "seat", "seats", "users", "licences", "licenses")) ? MoveKind.Seats : Words.Cycle(plain) is not null ? MoveKind.Cycle : null,
            Plan = plan,
            Cycle = Words.Cycle(plain),
            Seats = !add && !remove ? count : null,
            SeatsBy = add ? count : remove ? -count : null,
            Reason = Reason(plain),
        };
    }

    /// <summary>Whether the message names other terms.</summary>
    public static bool Corrects(Turn turn, TenantPolicies policies) => Read(turn, policies) is { Plan: not null } or { Cycle: not null } or { Seats: not null } or { SeatsBy: not null } || Words.Numbers(turn.Understood).Count == 1;

    /// <summary>The wish with what a correction names; a bare number stands for the seats, in the way they were named before.</summary>
    public static ChangeInput Corrected(Turn turn, TenantPolicies policies, ChangeInput wish)
    {
        ChangeInput other = Read(turn, policies);
        if (other is { Plan: null, Cycle: null, Seats: null, SeatsBy: null } && Words.Numbers(turn.Understood) is [var bare])
            return wish.SeatsBy is { } by ? wish with { SeatsBy = Math.Sign(by) * bare } : wish with { Seats = bare };
        return Merged(wish, other);
    }

    /// <summary>What is wanted instead of an end, or of going on after all; null when the message names no terms.</summary>
    public static ChangeInput? Instead(Turn turn, TenantPolicies policies, ChangeInput wish) =>
        Read(turn, policies) is { Change: not (MoveKind.Cancel or MoveKind.Resume) } other && other is { Plan: not null } or { Cycle: not null } or { Seats: not null } or { SeatsBy: not null } ? other with { CustomerId = wish.CustomerId, Reason = other.Reason ?? wish.Reason } : null;

    private static ChangeInput Merged(ChangeInput wish, ChangeInput other) => wish with
    {
        Change = other.Plan is not null ? other.Change : wish.Change,
        Plan = other.Plan ?? wish.Plan,
        Cycle = other.Cycle ?? wish.Cycle,
        Seats = other.Seats ?? (other.SeatsBy is null ? wish.Seats : null),
        SeatsBy = other.SeatsBy ?? (other.Seats is null ? wish.SeatsBy : null),
    };

    /// <summary>The slot of the change.</summary>
    public static Slot<ChangeInput> Which(Turn turn, TenantPolicies policies, string name) => Words.Slot(turn, name, (_, _) => Read(turn, policies) is { } read && (read.Change ?? (read.Plan is null ? null : MoveKind.Upgrade)) is not null ? read : null);

    /// <summary>The slot of the seats: "5 more", "20 in all", or a bare number, which is the number in all.</summary>
    public static Slot<ChangeInput> HowMany(Turn turn, ChangeInput wish) => Words.Slot(turn, "seats", (understood, plain) =>
    {
        if ((Words.Seats(understood) is [.., var named] ? named : Words.Numbers(understood) is [var bare] ? bare : (int?)null) is not { } count) return null;
        return Words.Has(plain, "more", "add", "extra", "additional") ? wish with { SeatsBy = count } : Words.Has(plain, "fewer", "remove", "less") ? wish with { SeatsBy = -count } : wish with { Seats = count };
    });

    /// <summary>Asks once why; anything that is said ends the question.</summary>
    public static async Dialogue<Given<ChangeReason>> WhyAsync(Turn turn)
    {
        int asked = turn.Opening.WishSequence;
        return await turn.Need(new Slot<ChangeReason>("reason", (Understood _, out ChangeReason value) =>
        {
            value = new ChangeReason(Reason(Words.Plain(turn.Trigger.Text)));
            return turn.Trigger.Sequence > asked && (value.Code is not null || turn.History.Any(m => m.AgentId == turn.Card.Id && m.Sequence > asked));
        }), "why");
    }

    private static string? Reason(string plain) =>
        Words.Has(plain, "expensive", "price", "cost", "costs", "budget", "afford", "too much money", "cheaper") ? "price"
        : Words.Has(plain, "not using", "dont use", "do not use", "nobody uses", "hardly use", "rarely use", "barely use", "for what we use", "low use", "unused") ? "low_use"
        : Words.Has(plain, "competitor", "switching to", "moving to another", "another tool") ? "competitor"
        : Words.Has(plain, "missing", "lacks", "feature") ? "missing_feature"
        : Words.Has(plain, "support", "service", "bugs", "outages") ? "service"
        : Words.Has(plain, "closing", "out of business", "bankrupt") ? "out_of_business"
        : Words.Has(plain, "no longer need", "dont need", "do not need", "project is over") ? "no_need" : null;
}

/// <summary>What the card's texts of a change are filled from.</summary>
internal sealed record ChangeWording(string Again, string From, string To, string Day, string Charge, string Next, string Losses)
{
    /// <summary>The words of a finding.</summary>
    public static ChangeWording Of(ChangeFinding f, string again) => new(
        again, Terms(f.From), Terms(f.To), BillingTalk.Show(f.EffectiveAt), BillingTalk.Show(f.ChargeNow, f.Currency), BillingTalk.Show(f.NextAmount, f.Currency),
        f.Losses.Count == 0 ? "By the figures we have, nothing you use goes beyond it." : "What stops working: " + string.Join("; ", f.Losses.Select(l => l is { Used: { } used, Limit: { } limit } ? FormattableString.Invariant($"{l.Item} {used:0.##} of {limit:0.##}") : l.Item.Replace('_', ' '))) + ".");

    private static string Terms(Terms t) => FormattableString.Invariant($"{t.Plan}, {t.Seats} {(t.Seats == 1 ? "seat" : "seats")}, {(t.Cycle == Domain.Billing.BillingCycle.Annual ? "paid yearly" : "paid monthly")}");
}
