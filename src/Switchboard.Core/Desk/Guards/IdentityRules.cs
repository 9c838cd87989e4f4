using System.Text.RegularExpressions;

namespace Switchboard.Core.Desk.Guards;

/// <summary>The core rules of identity: whose data is shown to whom, what stays inside, and what nobody is asked for.</summary>
internal static partial class IdentityRules
{
    /// <summary>I1: data of the customer for somebody who is not proven.</summary>
    public static IEnumerable<GuardHit> ShownToUnproven(GuardLook look)
    {
        if (look.Draft.IdentityLevel >= IdentityLevel.Verified) return [];
        var records = look.Draft.Evidence.Where(e => e.Kind == "record").SelectMany(e => ClaimValues.Of(e.Text, 0, look.Policies.Plans)).Where(IsOwn).ToHashSet();
        return look.Sentences.Where(s => Mine().IsMatch(s.Text) && look.ValuesOf(s).Any(v => IsOwn(v) && !SaidByReader(look, v) && !look.Draft.IsGrounded([v])) || look.ValuesOf(s).Any(v => records.Any(r => r.Kind == v.Kind && r.Number == v.Number && r.Unit == v.Unit)))
            .Select(s => GuardHit.Of(s, "It shows the customer's data to somebody who is not proven.", string.Empty));
    }

    /// <summary>I2: data of another customer.</summary>
    public static IEnumerable<GuardHit> OfAnotherCustomer(GuardLook look) =>
        from foreign in look.Facts.Foreign ?? []
        where foreign.Length > 0
        let at = look.Draft.Text.IndexOf(foreign, StringComparison.OrdinalIgnoreCase)
        where at >= 0
        select new GuardHit(at, at + foreign.Length, "It names data of another customer.", string.Empty);

    /// <summary>I3: an internal note, words of a prompt, a stack trace or the name of a machine.</summary>
    public static IEnumerable<GuardHit> FromInside(GuardLook look)
    {
        foreach (Match inside in Inside().Matches(look.Draft.Text)) yield return new GuardHit(inside.Index, inside.Index + inside.Length, "It shows what is for the staff or the machines alone.", string.Empty);
        foreach (DraftEvidence note in look.Draft.Evidence.Where(e => e.Visibility is "internal" or "private" or "team" or "staff"))
            foreach (DraftSentence sentence in look.Sentences.Where(s => s.Text.Length >= leastQuoted && note.Text.Contains(s.Text.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)))
                yield return GuardHit.Of(sentence, "It quotes an internal note.", string.Empty);
    }

    /// <summary>I4: a password, a whole card number, its check digits or a one-time code is asked for.</summary>
    public static IEnumerable<GuardHit> AsksForSecret(GuardLook look) =>
        look.Sentences.Where(s => Secret().IsMatch(s.Text) && Asks().IsMatch(s.Text) && !Warns().IsMatch(s.Text) && !OwnForm().IsMatch(s.Text)).Select(s => GuardHit.Of(s, "Nobody is asked for a password, a card number or a code.", string.Empty));

    private const int leastQuoted = 12;

    private static bool IsOwn(ClaimValue value) => value.Kind is ValueKind.Money or ValueKind.Date or ValueKind.Identifier || value is { Kind: ValueKind.Count, Unit: "seats" };

    /// <summary>What the reader has written is no secret from the reader.</summary>
    private static bool SaidByReader(GuardLook look, ClaimValue value) =>
        look.Draft.CustomerMessages.SelectMany(m => ClaimValues.Of(m, 0, look.Policies.Plans)).Any(v => v.Kind == value.Kind && v.Number == value.Number && v.Unit == value.Unit);

    [GeneratedRegex(@"\b(your (\w+ )?(invoice|payment|subscription|plan|account|balance|card|seats|contract|order|renewal|bill|credit|refund)s?|you (have|paid|are paying|pay|owe|were charged)|we charged you)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Mine();

    [GeneratedRegex(@"\b(system prompt|you are a helpful (assistant|agent)|internal note|NullReferenceException|Traceback \(most recent call last\)|at [\w.<>`]+\([^)\n]*\) in [^\n]+:line \d+|\w+(\.\w+)+Exception\b|[a-z0-9-]+(\.[a-z0-9-]+)*\.(internal|local|lan|corp|svc)\b|(10|192\.168|172\.(1[6-9]|2\d|3[01]))(\.\d{1,3}){2,3}\b)", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Inside();

    [GeneratedRegex(@"\b(pass ?words?|passphrase|full card number|card number|credit card number|cvv|cvc|security code|one[- ]time (code|password)|verification code|authenticat(ion|or) code|2fa code|sms code|(\d|six|four)[- ]digit (code|pin)|pin)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Secret();

    [GeneratedRegex(@"\b(send|give|tell|share|provide|reply with|what is|what's|type|confirm|need|let us know|email|read out|include)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Asks();

    [GeneratedRegex(@"(\b(never|not|no one|nobody|no need to)\b|n['’]t\b) (\w+ ){0,4}(send|give|tell|share|provide|reply|type|confirm|need|let|e-?mail|read|include|ask|asks|asked|put|post|write)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Warns();

    /// <summary>The product's own page may ask for it; the conversation may not.</summary>
    [GeneratedRegex(@"\b(sign[- ]in page|log ?in page|on the page|in the app|in settings|under settings|reset (your|the) password|password reset|change your password|we sent (you )?(a|the)|last four)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex OwnForm();
}
