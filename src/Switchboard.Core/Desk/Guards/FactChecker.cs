using System.Text.RegularExpressions;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Knowledge;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Desk.Guards;

/// <summary>What the fact check says.</summary>
public sealed record FactCheckFinding : GuardFinding
{
    /// <summary>Each claim.</summary>
    public IReadOnlyList<CheckedClaim> Claims { get; init; } = [];

    /// <summary>How many claims can be checked.</summary>
    public int Checked { get; init; }

    /// <summary>The version of the policies it was compared with.</summary>
    public int? PolicyVersion { get; init; }

    /// <summary>Those that are supported, of those; null when there are none.</summary>
    public double? SupportedRate { get; init; }
}

/// <summary>
/// Compares each claim of a draft with the system of record: the customer's rows first, then policies, catalogue, features and published articles. A claim is true only
/// when a source says so; that nothing speaks against it is not enough. The desk calls it before a reply leaves, the agent qa/fact-checker is its face.
/// </summary>
public static partial class FactChecker
{
    private const double candidate = 0.6;

    /// <summary>Checks a draft.</summary>
    public static FactCheckFinding Check(GuardDraft draft, FactCheckFacts facts, TenantPolicies policies, DateOnly today)
    {
        if (string.IsNullOrWhiteSpace(draft.Text)) return new FactCheckFinding { Verdict = Verdict.Block, Codes = ["empty_draft"] };
        var claims = new List<CheckedClaim>();
        var issues = new List<Issue>();
        bool down = false;
        foreach (Claim claim in ClaimReader.Claims(draft.Text, policies.Plans))
        {
            CheckedClaim said = claim.Kind is ClaimKind.Opinion or ClaimKind.Promise ? new CheckedClaim(claim.Text, ClaimStatus.NotCheckable, null, null, null)
                // What the run read and worked out for this reply is nearer than any source that would be asked anew.
                : draft.IsGrounded(claim.Values.Where(v => v.Kind is ValueKind.Money or ValueKind.Date or ValueKind.Identifier or ValueKind.Percent)) ? new CheckedClaim(claim.Text, ClaimStatus.Supported, "run", null, null)
                : Judge(claim, facts, policies, today);
            down |= said is { Status: ClaimStatus.Unsupported, Source: "source_down" };
            claims.Add(said);
            if (IssueOf(claim, said) is { } issue) issues.Add(issue);
            if (said.Conflict is { } lower) issues.Add(new Issue("source_conflict", IssueSeverity.Low, new Place(claim.Start, claim.End), Excerpt(draft, claim), lower) { Why = $"{lower} says something else than {said.Source}." });
        }

        int counted = claims.Count(c => c.Status != ClaimStatus.NotCheckable);
        IReadOnlyList<Issue> sorted = Verdicts.Sorted(issues);
        return new FactCheckFinding
        {
            Verdict = Verdicts.Of(sorted),
            Score = Verdicts.Score(sorted),
            Findings = sorted,
            Codes = [.. sorted.Select(i => i.Kind).Where(k => k.StartsWith("fact_", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal), .. down ? new[] { "source_down" } : []],
            Claims = claims,
            Checked = counted,
            PolicyVersion = facts.PolicyVersion,
            SupportedRate = counted == 0 ? null : Math.Round((double)claims.Count(c => c.Status == ClaimStatus.Supported) / counted, 4),
        };

        Issue? IssueOf(Claim claim, CheckedClaim said)
        {
            (string Kind, IssueSeverity Severity)? kind = said.Status switch
            {
                ClaimStatus.Contradicted => ("fact_contradicted", claim.IsOfReader && Grants().IsMatch(claim.Text) ? IssueSeverity.Critical : IssueSeverity.High),
                ClaimStatus.Overstated => ("fact_overstated", IssueSeverity.Medium),
                ClaimStatus.Unsupported => ("fact_unverified", claim.Values.Any(v => v.Kind is ValueKind.Money or ValueKind.Date or ValueKind.Identifier) ? IssueSeverity.High : IssueSeverity.Medium),
                _ => null,
            };
            return kind is not { } k ? null : new Issue(k.Kind, k.Severity, new Place(claim.Start, claim.End), Excerpt(draft, claim), said.Source ?? "no_source", said.Fix is { } fix ? new Fix(fix) : null)
            {
                Why = said.Expected is { } expected ? $"It says {said.Found}; true is {expected}." : "No source says so.",
            };
        }
    }

    private static CheckedClaim Judge(Claim claim, FactCheckFacts facts, TenantPolicies policies, DateOnly today)
    {
        if (RecordCheck.Of(claim, facts, policies, today) is { } row) return Weighed(row, claim, facts);
        if (facts.PolicyVersion is null && claim.Values.Any(v => v.Kind == ValueKind.Plan)) return new CheckedClaim(claim.Text, ClaimStatus.Unsupported, "source_down", null, null);
        if (facts.PolicyVersion is not null && RuleCheck.Of(claim, policies) is { } ruled) return Weighed(ruled, claim, facts);
        if (CatalogueCheck.Of(claim, policies, facts.Features) is { } listed) return Weighed(listed, claim, facts);
        return facts.Passages is null ? new CheckedClaim(claim.Text, ClaimStatus.Unsupported, "source_down", null, null) : Passage(claim, facts.Passages) ?? new CheckedClaim(claim.Text, ClaimStatus.Unsupported, null, null, null);
    }

    /// <summary>What a higher source says stands; an article that says otherwise is named.</summary>
    private static CheckedClaim Weighed(CheckedClaim higher, Claim claim, FactCheckFacts facts)
    {
        CheckedClaim? lower = Passage(claim, facts.Passages ?? []);
        bool differs = lower is { Status: ClaimStatus.Contradicted } && higher.Status == ClaimStatus.Supported || lower is { Status: ClaimStatus.Supported } && higher.Status == ClaimStatus.Contradicted;
        return differs ? higher with { Conflict = lower!.Source } : higher;
    }

    /// <summary>Compares with the best passage: that with most of the claim's words whose values are of the same kinds.</summary>
    private static CheckedClaim? Passage(Claim claim, IReadOnlyList<CheckedPassage> passages)
    {
        HashSet<string> words = Content(claim.Text);
        if (words.Count == 0) return null;
        var spans = passages.SelectMany(p =>
        {
            string[] sentences = [.. ClaimReader.Sentences(p.Text).Select(s => s.Text)];
            return sentences.Concat(sentences.Zip(sentences.Skip(1), (a, b) => $"{a} {b}")).Select(text => (p, text));
        });
        var best = spans
            .Select(s => (s.p, s.text, Overlap: (double)words.Count(Content(s.text).Contains) / words.Count, Values: ClaimValues.Of(s.text, 0, [])))
            .Where(s => s.Overlap >= candidate)
            .Select(s => (s.p, s.text, s.Overlap, s.Values, Matched: Plain(claim).Count(v => s.Values.Any(o => Same(v, o)))))
            .OrderByDescending(s => s.Matched).ThenByDescending(s => s.Overlap).ThenByDescending(s => s.p.Verified).ThenBy(s => s.p.Id, StringComparer.Ordinal)
            .FirstOrDefault();
        if (best.text is null) return null;
        Claim span = ClaimReader.Claims(best.text, []).FirstOrDefault() ?? new Claim(best.text, 0, best.text.Length);
        foreach (ClaimValue value in Plain(claim))
        {
            if (best.Values.Any(o => Same(value, o))) continue;
            ClaimValue? other = best.Values.FirstOrDefault(o => o.Kind == value.Kind && o.Unit == value.Unit);
            return new CheckedClaim(claim.Text, other is null ? ClaimStatus.Unsupported : ClaimStatus.Contradicted, best.p.Id, other is null ? null : Readers.Found(other), Readers.Found(value)) { Fix = other is null ? null : Readers.Found(other) };
        }

        if (claim.IsNegative != span.IsNegative || (claim.Comparator is { } said && span.Comparator is { } stated && said != stated)) return new CheckedClaim(claim.Text, ClaimStatus.Contradicted, best.p.Id, best.text, claim.Text);
        return new CheckedClaim(claim.Text, claim.Modality > span.Modality ? ClaimStatus.Overstated : ClaimStatus.Supported, best.p.Id, best.text, claim.Text);
    }

    private static IEnumerable<ClaimValue> Plain(Claim claim) => claim.Values.Where(v => v.Kind != ValueKind.Plan);

    private static bool Same(ClaimValue one, ClaimValue other) => one.Kind == other.Kind && one.Unit == other.Unit && one.Number == other.Number;

    private static HashSet<string> Content(string text) => [.. Readers.Words(text).Where(w => !EnglishWords.Stop.Contains(w) && !w.Any(char.IsDigit)).Select(EnglishStemmer.Stem)];

    private static string Excerpt(GuardDraft draft, Claim claim) => draft.Text[claim.Start..Math.Min(claim.End, draft.Text.Length)];

    [GeneratedRegex(@"\b(refund|credit|discount|money|compensat\w*|pay back|deadline|until|due (on|by)|right|access|entitled|free of charge|will get|will receive|owe)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Grants();
}
