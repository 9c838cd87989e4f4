using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Desk.Guards;

/// <summary>What the policy check says.</summary>
public sealed record PolicyCheckFinding : GuardFinding
{
    /// <summary>How many rules were looked at.</summary>
    public int RulesEvaluated { get; init; }

    /// <summary>The version of the policies they rest on.</summary>
    public int? PolicyVersion { get; init; }

    /// <summary>Why a verdict stands for which no rule was broken: no_policy, empty_draft; null otherwise.</summary>
    public string? Reason { get; init; }
}

/// <summary>
/// Decides whether a text may be said to this person now, by typed rules over its sentences, its claims, what the run does and who reads it. The desk calls it before
/// any reply leaves, the agent qa/policy-checker is its face. No rule is a search for forbidden words: "we cannot guarantee" is no guarantee.
/// </summary>
public static class PolicyChecker
{
    /// <summary>The rules, in the order of their ids. Each has a class, a weight and a way to find what breaks it.</summary>
    private static readonly IReadOnlyList<GuardRule> rules = Ordered(
    [
        new("M1", "money", IssueSeverity.Critical, MoneyRules.GrantedWithoutAction),
        new("M2", "money", IssueSeverity.Critical, MoneyRules.ConcessionAboveLimit),
        new("M3", "money", IssueSeverity.High, MoneyRules.OtherPriceOrTime),
        new("I1", "identity", IssueSeverity.Critical, IdentityRules.ShownToUnproven),
        new("I2", "identity", IssueSeverity.Critical, IdentityRules.OfAnotherCustomer),
        new("I3", "identity", IssueSeverity.Critical, IdentityRules.FromInside),
        new("I4", "identity", IssueSeverity.Critical, IdentityRules.AsksForSecret),
        new("L1", "legal", IssueSeverity.High, PromiseRules.LiabilityAndGuarantees),
        new("L2", "legal", IssueSeverity.High, PromiseRules.DataRightsDeadline),
        new("L3", "promise", IssueSeverity.High, PromiseRules.HiddenRoadmap),
        new("L4", "promise", IssueSeverity.Medium, PromiseRules.RivalWithoutEvidence),
        new("C1", "conduct", IssueSeverity.High, ConductRules.SalesAgainstQuiet),
        new("C2", "conduct", IssueSeverity.High, ConductRules.NoHandOff),
        new("C3", "conduct", IssueSeverity.Critical, ConductRules.DeniesBeingAMachine),
        new("C4", "conduct", IssueSeverity.High, ConductRules.BulkWithoutOptOut),
    ]);

    /// <summary>Checks a draft.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="facts">What decides beside it.</param>
    /// <param name="policies">The policies in force.</param>
    /// <param name="now">The run's clock.</param>
    public static PolicyCheckFinding Check(GuardDraft draft, PolicyCheckFacts facts, TenantPolicies policies, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(draft.Text)) return new PolicyCheckFinding { Verdict = Verdict.Block, Codes = ["empty_draft"], Reason = "empty_draft", PolicyVersion = facts.PolicyVersion };
        if (facts.PolicyVersion is not { } version) return new PolicyCheckFinding { Verdict = Verdict.Block, Codes = ["no_policy"], Reason = "no_policy" };
        var look = new GuardLook(draft, facts, policies, now, ClaimReader.Sentences(draft.Text), ClaimReader.Claims(draft.Text, policies.Plans));
        IReadOnlyList<Issue> issues = Verdicts.Sorted(rules.SelectMany(rule => rule.Find(look).Select(hit => new Issue(rule.Id, rule.Severity, new Place(hit.Start, hit.End), draft.Text[hit.Start..Math.Min(hit.End, draft.Text.Length)], $"policy:{version}/{rule.Id}", hit.Fix is { } fix ? new Fix(fix) : null)
        {
            Why = hit.Why,
            Class = rule.Class,
        })));
        return new PolicyCheckFinding
        {
            Verdict = Verdicts.Of(issues),
            Score = Verdicts.Score(issues),
            Findings = issues,
            Codes = [.. issues.Select(i => $"POLICY_{i.Kind}").Distinct(StringComparer.Ordinal)],
            RulesEvaluated = rules.Count,
            PolicyVersion = version,
        };
    }

    /// <summary>A set of rules in which two have one id is not used at all.</summary>
    private static IReadOnlyList<GuardRule> Ordered(IReadOnlyList<GuardRule> all) =>
        all.Select(r => r.Id).Distinct(StringComparer.Ordinal).Count() == all.Count ? all : throw new InvalidOperationException("Two rules of the policy check have the same id.");
}

/// <summary>A rule of the policy check.</summary>
internal sealed record GuardRule(string Id, string Class, IssueSeverity Severity, Func<GuardLook, IEnumerable<GuardHit>> Find);

/// <summary>Where a rule is broken.</summary>
internal sealed record GuardHit(int Start, int End, string Why, string? Fix = null)
{
    public static GuardHit Of(DraftSentence sentence, string why, string? fix = null) => new(sentence.Start, sentence.End, why, fix);
}

/// <summary>What the rules look at.</summary>
internal sealed record GuardLook(GuardDraft Draft, PolicyCheckFacts Facts, TenantPolicies Policies, DateTimeOffset Now, IReadOnlyList<DraftSentence> Sentences, IReadOnlyList<Claim> Claims)
{
    /// <summary>The values of a sentence.</summary>
    public IReadOnlyList<ClaimValue> ValuesOf(DraftSentence sentence) => ClaimValues.Of(sentence.Text, sentence.Start, Policies.Plans);
}
