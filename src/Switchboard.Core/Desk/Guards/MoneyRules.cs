using System.Text.RegularExpressions;

namespace Switchboard.Core.Desk.Guards;

/// <summary>The core rules of money: what is granted must have been done, within the limits, at the price that holds.</summary>
internal static partial class MoneyRules
{
    private static readonly string[] made = ["approved", "succeeded"];

    /// <summary>M1: a refund, credit or discount is granted or offered without condition and no action has done it.</summary>
    public static IEnumerable<GuardHit> GrantedWithoutAction(GuardLook look)
    {
        foreach (DraftSentence sentence in look.Sentences)
        {
            if (KindOf(sentence.Text) is not { } kind || GrantIn(sentence) is not { } grant) continue;
            // What is said to be done is not undone by an "if" behind it: "we have refunded it, tell us if anything is missing".
            if (Condition().Match(sentence.Text) is { Success: true } condition && (condition.Index < grant.Index || !Done().IsMatch(sentence.Text))) continue;
            if (sentence.IsQuestion ? Denies().IsMatch(sentence.Text) : Negation.Before(sentence.Text, grant.Index + grant.Length)) continue;
            string[] states = sentence.IsQuestion || look.Draft.IsOffer ? [.. made, "proposed"] : made;
            if (!look.Draft.Actions.Any(a => Is(a, kind) && states.Contains(a.State, StringComparer.OrdinalIgnoreCase) && Equals(a, look.ValuesOf(sentence))))
                yield return GuardHit.Of(sentence, $"It grants a {kind}, and no {kind} of this amount was approved or made.");
        }
    }

    /// <summary>M2: a concession above what anybody may give. A condition does not help: it is refused in any case.</summary>
    public static IEnumerable<GuardHit> ConcessionAboveLimit(GuardLook look)
    {
        foreach (DraftSentence sentence in look.Sentences.Where(s => KindOf(s.Text) == "discount" && !Denies().IsMatch(s.Text)))
        {
            decimal[] rates = [.. look.ValuesOf(sentence).Where(v => v.Kind == ValueKind.Percent).Select(v => v.Number)];
            // Of a programme the rate itself is the limit; all together never exceed the ceiling.
            decimal most = look.Policies.Discounts.Programmes.Where(p => sentence.Text.Contains(p.Key, StringComparison.OrdinalIgnoreCase) || sentence.Text.Contains(p.Key.Replace("nonprofit", "non-profit", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
                .Select(p => p.Rate).Append(look.Policies.Discounts.Concessions.DirectorUpTo).Max();
            if (rates.Any(r => r > (Total().IsMatch(sentence.Text) ? look.Policies.Discounts.Ceiling : most)))
                yield return GuardHit.Of(sentence, FormattableString.Invariant($"A concession is at most {most * 100:0} %; more is refused."));
        }
    }

    /// <summary>M3: a price or an answering time other than that of the plan.</summary>
    public static IEnumerable<GuardHit> OtherPriceOrTime(GuardLook look) =>
        from claim in look.Claims
        where claim.Values.Any(v => v.Kind == ValueKind.Plan) && claim.Values.Any(v => v.Kind is ValueKind.Money or ValueKind.Duration)
        let said = CatalogueCheck.Of(claim, look.Policies, null)
        where said is { Status: ClaimStatus.Contradicted } && !look.Draft.IsGrounded(claim.Values)
        select new GuardHit(claim.Start, claim.End, $"It says {said.Found}; what holds is {said.Expected}.", said.Fix);

    /// <summary>Whether the sentence says that money is, was or will be given to the reader, or asks whether it should be.</summary>
    private static Match? GrantIn(DraftSentence sentence) => (sentence.IsQuestion ? Offers() : Gives()).Match(sentence.Text) is { Success: true } grant ? grant : null;

    private static string? KindOf(string text) =>
        Refunds().IsMatch(text) ? "refund" : Credits().IsMatch(text) ? "credit" : Discounts().IsMatch(text) ? "discount" : null;

    private static bool Is(DraftAction action, string kind) => action.Type.Contains(kind, StringComparison.OrdinalIgnoreCase) || (kind == "discount" && action.Type.Contains("concession", StringComparison.OrdinalIgnoreCase));

    /// <summary>What the sentence names must be what was done; what it does not name is not compared.</summary>
    private static bool Equals(DraftAction action, IReadOnlyList<ClaimValue> values)
    {
        ClaimValue? money = values.FirstOrDefault(v => v.Kind == ValueKind.Money), rate = values.FirstOrDefault(v => v.Kind == ValueKind.Percent);
        if (money is not null && (action.Amount != money.Number || !string.Equals(action.Currency, money.Unit, StringComparison.OrdinalIgnoreCase))) return false;
        return money is not null || rate is null || action.Amount == rate.Number || action.Amount == rate.Number * 100;
    }

    [GeneratedRegex(@"\b(refund(s|ed|ing)?|(your|the) money back|pa(y|id) (you )?back|reimburse\w*)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Refunds();

    [GeneratedRegex(@"\b(credited|credits? (you|your|of|has|have|was|on|for|to)|(a|an|the|your|in) ([\w.,]+ ){0,3}credits?|account credit|goodwill)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Credits();

    [GeneratedRegex(@"\b(discount(s|ed)?|price reduction|rebate|off (your|the|for))\b|% off\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Discounts();

    [GeneratedRegex(@"\b((we|i)( have|'ve|'ll| will| can| are| am|'m|'re)? ?(just |already |now |also |gladly |happily )?(approv|issu|refund|credit|grant|process|appl|giv|gave|made|arrang|initiat|offer|pa(y|id) |send|sent|reimburs|add)\w*|you('ll| will| are going to)? (get|receive|have) |(has|have) been (approved|issued|refunded|credited|granted|processed|applied)|(is|are) (approved|on its way|on the way)|(was|were) (approved|issued|refunded|credited|granted|processed|applied)|will be (issued|refunded|credited|granted|processed|applied|paid|yours))\b|\byou get\b|\byou('ll| will) (get|receive|have)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Gives();

    [GeneratedRegex(@"\b((we|i)( have|'ve)?( just| already| now| also)? (approved|issued|refunded|credited|granted|processed|applied|gave|given|made|paid|sent|reimbursed|added)|(has|have) been (approved|issued|refunded|credited|granted|processed|applied)|(was|were) (approved|issued|refunded|credited|granted|processed|applied))\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Done();

    [GeneratedRegex(@"\b((shall|should|may|can) (we|i)|would you like|do you want|are you happy with|is that|do you agree)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Offers();

    [GeneratedRegex(@"\b(if|once|when|unless|provided|subject to|in case|as soon as|should (it|the|your)|pending)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Condition();

    [GeneratedRegex(@"\b(not|cannot|no|never|unable|without|decline\w*|refus\w*)\b|n't\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Denies();

    [GeneratedRegex(@"\b(in total|in all|altogether|all together|overall|combined)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Total();
}
