using System.Globalization;
using Switchboard.Core.Actions;
using Switchboard.Core.Conversations;
using Switchboard.Domain;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Billing;

/// <summary>How many people at a customer have each role that may do what is about money.</summary>
/// <param name="Role">The role.</param>
/// <param name="Count">How many have it.</param>
public sealed record RoleCount(ContactRole Role, int Count);

/// <summary>What all talks about money have in common.</summary>
internal static class BillingTalk
{
    /// <summary>Why a talk about the customer's money does not begin; null when it may. Who may ask is told by role and number alone.</summary>
    public static async Dialogue<Reply?> Gate(Turn turn)
    {
        if (turn.Contact is not { CustomerId: not null } contact) return turn.Say(ReplyStatus.Declined, "not-proven", reason: "identity_unproven");
        IdentityDecision may = await turn.Decide("role", (TenantPolicies p) => p.Identity.Decide(ActKind.Billing, turn.Conversation.Proof ?? Proof.Widget, contact.Role));
        if (may.Allowed) return null;
        IReadOnlyList<RoleCount> who = await turn.Read("roles", async facts => (IReadOnlyList<RoleCount>)[.. (await facts.ListAsync<Contact, ContactRole>(q => q.Where(c => c.Status == ContactStatus.Active).Select(c => c.Role))).GroupBy(r => r).Select(g => new RoleCount(g.Key, g.Count()))]);
        RoleCount[] able = [.. who.Where(w => w.Role is ContactRole.Admin or ContactRole.Billing).OrderBy(w => w.Role)];
        string names = able.Length == 0 ? "nobody yet" : string.Join(" and ", able.Select(w => $"{w.Count} with the role {w.Role.ToString().ToLowerInvariant()}"));
        return turn.Say(ReplyStatus.Declined, "role-missing", new { Who = names }, reason: "role_missing");
    }

    /// <summary>Gives the conversation to people in the agent's own words.</summary>
    public static Reply HandOver(this Turn turn, string reason, string text, object? finding = null, string team = "billing") =>
        turn.Say(ReplyStatus.HandedOff, text, finding, reason: reason) with { Handoff = new HandoffRequest(reason, team, Priority.Normal, CaseFiles.Of(turn, turn.KnownEmail)) };

    /// <summary>The reply to a proposal that was not performed. What became stale is offered anew by the caller.</summary>
    public static Reply NotDone<T>(this Turn turn, Outcome<T> done) where T : class => done.Kind switch
    {
        OutcomeKind.Kept => turn.Say(ReplyStatus.Declined, "kept", reason: "customer_declined"),
        OutcomeKind.Rejected or OutcomeKind.Expired => turn.Say(ReplyStatus.Declined, "not-approved", reason: "approval_refused"),
        OutcomeKind.Refused when done.Clause.Rule == "outside_refused" => turn.HandOver("tool_failed", "outside-failed"),
        OutcomeKind.Stale => turn.Say(ReplyStatus.Declined, "stale", reason: "stale_confirmation"),
        _ => turn.Say(ReplyStatus.Declined, "refused-now", new { Rule = done.Clause.Text }, reason: turn.Card.Reasons.Contains(done.Clause.Rule) ? done.Clause.Rule : "policy_forbids"),
    };

    /// <summary>
    /// What the customer wants in the place of what was offered; null when the message names nothing else. Talks that ended with a no before corrections were heard have no such
    /// step, so one is taken only where there is a correction.
    /// </summary>
    /// <param name="turn">The turn.</param>
    /// <param name="earlier">How many corrections there were before.</param>
    /// <param name="read">Reads the message.</param>
    public static async Dialogue<T?> Other<T>(this Turn turn, int earlier, Func<T?> read) where T : class =>
        turn.GoesOnFrom(earlier == 0 ? "decide:other" : $"decide:other#{earlier + 1}") || read() is not null ? await turn.Decide("other", () => read()!) : null;

    /// <summary>The words before an offer that is made anew because the earlier one does not hold any more.</summary>
    public static string Lead(int offers) => offers == 1 ? string.Empty : "Something has changed since my last offer, or it was too long ago, so nothing was done yet. As it stands now: ";

    /// <summary>An amount as customers read it.</summary>
    public static string Show(Money money) => FormattableString.Invariant($"{money.Rounded().Amount:N2} {money.Currency}");

    /// <summary>An amount as customers read it.</summary>
    public static string Show(decimal amount, string currency) => Show(new Money(amount, currency));

    /// <summary>A day as customers read it.</summary>
    public static string Show(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>A rate as customers read it.</summary>
    public static string Percent(decimal rate) => string.Create(CultureInfo.InvariantCulture, $"{rate * 100:0.##} %");
}
