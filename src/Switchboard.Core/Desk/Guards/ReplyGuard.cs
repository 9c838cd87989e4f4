using System.Buffers;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Context;
using Switchboard.Core.Conversations;
using Switchboard.Core.Policies;
using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk.Guards;

/// <summary>What one of the guards found in the words of a reply.</summary>
/// <param name="Policy">What the policy check says.</param>
/// <param name="Facts">What the fact check says.</param>
internal sealed record ReplyFindings(IReadOnlyList<Issue> Policy, IReadOnlyList<Issue> Facts)
{
    /// <summary>Nothing is wrong.</summary>
    public static readonly ReplyFindings None = new([], []);

    /// <summary>What becomes of the words.</summary>
    public Verdict Verdict => Verdicts.Of([.. Policy, .. Facts]);
}

/// <summary>
/// The policy check and the fact check on the words of a reply. What an article is quoted for the grounding check has made sure of already, so these two look at the desk's
/// own words: each amount, date, share and number in them must come from what the turn read or worked out, and none may promise, grant or show what it must not.
/// </summary>
internal static class ReplyGuard
{
    /// <summary>Rules that other places of a turn decide by more than the words: escalation decides who must get a person, and what is sold to whom rests on rows.</summary>
    private static readonly string[] elsewhere = ["C1", "C2", "L4"];

    /// <summary>Between people and the desk only what must stay inside is looked for: the words that hand over are those of a card.</summary>
    private static readonly string[] ofHandoff = ["I2", "I3"];

    /// <summary>One of these stands in every sentence that a rule could mean. Finding none is a matter of a microsecond.</summary>
    private static readonly SearchValues<string> telling = SearchValues.Create(
        [
            "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "@", "%", "$", "€", "£", "refund", "money back", "back to you", "paid you", "pay you", "reimburs", "credit", "goodwill", "discount", "reduction", "rebate", " off ",
            "guarantee", "fault", "liable", "liabil", "blame", "negligent", "damage", "legal", "sue", "tax", "vat", "contract", "will", "'ll", "’ll", "going to", "within", "tomorrow", "password", "pass word", "passphrase",
            "card", "cvv", "cvc", "code", "pin", "prompt", "assistant", "agent", "internal", "exception", "traceback", ".local", ".lan", ".corp", ".svc", "human", "person", "bot", "machine", "computer", "robot",
            "dear ", "our customers", "our users", "subscribers", "newsletter", "excited", "receiving this", "unlimited", "no limit", "plan", "subscription", "free", "basic", "premium", "enterprise",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a text could say something that has to be checked.</summary>
    public static bool MayClaim(string text) => text.AsSpan().ContainsAny(telling);

    /// <summary>One of these stands wherever a figure, a plan or a term of the policies is named.</summary>
    private static readonly SearchValues<string> figures = SearchValues.Create(
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "%", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "plan", "limit", "free", "basic", "premium", "enterprise", "subscription", "discount"],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the tenant's policies or what the turn knows could make a text right or wrong by a figure.</summary>
    public static bool HasFigures(string text) => text.AsSpan().ContainsAny(figures);

    /// <summary>Checks the desk's own words.</summary>
    /// <param name="own">The words.</param>
    /// <param name="reply">The reply they stand in.</param>
    /// <param name="isHandoff">Whether they hand the conversation over.</param>
    /// <param name="state">The turn.</param>
    /// <param name="run">What the turn knows.</param>
    /// <param name="context">What was read of the account; null where nothing was.</param>
    /// <param name="others">What they name that belongs to others.</param>
    /// <param name="current">The policies in force.</param>
    public static ReplyFindings Check(string own, Reply reply, bool isHandoff, TurnState state, RunValues run, CustomerContext? context, IReadOnlyList<string> others, CurrentPolicies current)
    {
        var draft = new GuardDraft
        {
            Text = own,
            CustomerId = state.Contact?.CustomerId,
            ContactId = state.Contact?.Id,
            IdentityLevel = state.Contact switch { null => IdentityLevel.Anonymous, { Role: ContactRole.Admin } => IdentityLevel.VerifiedAdmin, _ => IdentityLevel.Verified },
            CustomerMessages = state.Input.Trigger == TurnTrigger.Message ? [state.Trigger.Text] : [],
            Actions = run.Actions,
            Run = run,
            IsOffer = reply.Status is ReplyStatus.Confirm or ReplyStatus.WaitingApproval,
        };
        IReadOnlyList<Issue> policy = PolicyChecker.Check(draft, new PolicyCheckFacts { PolicyVersion = current.Version, Foreign = others }, current.Policies, state.Trigger.CreatedAt).Findings;
        if (isHandoff) return new ReplyFindings([.. policy.Where(i => ofHandoff.Contains(i.Kind))], []);
        IReadOnlyList<Issue> facts = FactChecker.Check(draft, new FactCheckFacts { PolicyVersion = current.Version, Account = AccountOf(context, state), Passages = [] }, current.Policies, state.Tenant.DayOf(state.Trigger.CreatedAt)).Findings;
        return new ReplyFindings(
            [.. policy.Where(i => !elsewhere.Contains(i.Kind))],
            // The desk's own words without an amount, a date or a number state no fact of which a record could speak.
            [.. facts.Where(i => i.Kind != "fact_unverified" || i.Severity <= IssueSeverity.High)]);
    }

    private static CheckedAccount? AccountOf(CustomerContext? context, TurnState state) => context is not { CustomerId: not null, Account: var known } ? null : new CheckedAccount
    {
        Plan = known.Plan?.Value ?? state.Plan,
        Seats = known.SeatsTotal?.Value,
        SeatsUsed = known.SeatsUsed?.Value,
        Status = known.Status is { } status && Enum.TryParse(status.Value.Replace("_", string.Empty, StringComparison.Ordinal), ignoreCase: true, out SubscriptionStatus stands) ? stands : null,
        Cycle = known.Cycle is { } cycle && Enum.TryParse(cycle.Value, ignoreCase: true, out BillingCycle paid) ? paid : null,
        Mrr = known.Mrr?.Value,
        Currency = state.Tenant.Currency,
        RenewsOn = known.PeriodEnd is { } end ? state.Tenant.DayOf(end.Value) : null,
    };
}
