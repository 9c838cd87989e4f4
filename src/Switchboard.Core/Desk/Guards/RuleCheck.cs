using System.Globalization;
using System.Text.RegularExpressions;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Desk.Guards;

/// <summary>Compares claims about the rules themselves with the policies: which discounts there are, how long data is kept, and for how long a first payment is given back.</summary>
internal static partial class RuleCheck
{
    private const int minutesOfDay = 24 * 60;
    private static readonly (string Word, string Entity)[] kept = [("invoice", "invoice"), ("audit", "audit_entry"), ("conversation", "conversation"), ("sign-in", "login_event"), ("login", "login_event")];

    /// <summary>What is said of a claim; null when it is about none of these.</summary>
    public static CheckedClaim? Of(Claim claim, TenantPolicies policies)
    {
        string text = claim.Text.ToLowerInvariant();
        if (claim.Values.FirstOrDefault(v => v.Kind == ValueKind.Percent) is { } rate) return Rate(claim, text, rate, policies.Discounts);
        if (claim.Values.FirstOrDefault(v => v.Kind == ValueKind.Duration) is not { } time) return null;
        if (Keeps().IsMatch(text) && kept.FirstOrDefault(k => text.Contains(k.Word, StringComparison.Ordinal)) is { Entity: { } entity } && policies.Privacy.Retention.FirstOrDefault(r => r.Entity == entity) is { } rule)
            return Judged(claim, Span(rule), Readers.Found(time), rule.Years > 0 ? time is { Unit: "months" } && time.Number == rule.Years * 12 && rule.Days == 0 : IsDays(time, rule.Days));
        if (text.Contains("first payment", StringComparison.Ordinal) && Returns().IsMatch(text))
            return Judged(claim, Days(policies.Refunds.FirstPaymentDays), Readers.Found(time), IsDays(time, policies.Refunds.FirstPaymentDays));
        return null;
    }

    private static CheckedClaim? Rate(Claim claim, string text, ClaimValue said, DiscountPolicy discounts)
    {
        if (!Less().IsMatch(text)) return null;
        if (discounts.Programmes.FirstOrDefault(p => text.Replace("-", string.Empty, StringComparison.Ordinal).Contains(p.Key, StringComparison.Ordinal)) is { } programme)
            return Judged(claim, $"{Percent(programme.Rate)} for the programme {programme.Key}", Readers.Found(said), said.Number == programme.Rate);
        if (claim.Values.FirstOrDefault(v => v is { Kind: ValueKind.Count, Unit: "seats" }) is { } seats)
        {
            decimal truth = discounts.VolumeRate((int)Math.Min(seats.Number, int.MaxValue));
            return Judged(claim, string.Create(CultureInfo.InvariantCulture, $"{Percent(truth)} from {seats.Number:0} seats"), Readers.Found(said), said.Number == truth);
        }

        return Yearly().IsMatch(text) ? Judged(claim, $"{Percent(discounts.AnnualReduction)} lower when a year is paid", Readers.Found(said), said.Number == discounts.AnnualReduction) : null;
    }

    private static CheckedClaim Judged(Claim claim, string expected, string found, bool isSame)
    {
        bool isTrue = (isSame && CatalogueCheck.Agrees(claim.Comparator)) != claim.IsNegative;
        return new CheckedClaim(claim.Text, isTrue ? ClaimStatus.Supported : ClaimStatus.Contradicted, "policy", expected, found) { Fix = isTrue || claim.IsNegative ? null : expected };
    }

    private static bool IsDays(ClaimValue time, int days) => time.Unit == "minutes" && time.Number == days * minutesOfDay;

    private static string Percent(decimal rate) => string.Create(CultureInfo.InvariantCulture, $"{rate * 100:0.##} %");

    private static string Days(int days) => string.Create(CultureInfo.InvariantCulture, $"{days} days");

    private static string Span(RetentionRule rule) => rule.Years > 0 ? string.Create(CultureInfo.InvariantCulture, $"{rule.Years} years") : Days(rule.Days);

    [GeneratedRegex(@"\b(kept|keep|keeps|stored?|retain\w*)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Keeps();

    [GeneratedRegex(@"\b(refund\w*|give[ns]? back|money back)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Returns();

    [GeneratedRegex(@"\b(discounts?|cheaper|less|lower|off|saves?|reduction)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Less();

    [GeneratedRegex(@"\b(annual(ly)?|yearly|a year is paid|paying (for )?a year|paid for a year)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Yearly();
}
