using System.Text.RegularExpressions;

namespace Switchboard.Core.Desk.Guards;

/// <summary>The rules of what is promised: law, deadlines, what is planned and what is said of rivals.</summary>
internal static partial class PromiseRules
{
    private const int minutesOfDay = 24 * 60;

    /// <summary>L1: liability is admitted, legal or tax advice is given, something is guaranteed, or a deadline has no source.</summary>
    public static IEnumerable<GuardHit> LiabilityAndGuarantees(GuardLook look)
    {
        foreach (DraftSentence sentence in look.Sentences)
        {
            if (IsSaid(Liability(), sentence)) yield return GuardHit.Of(sentence, "It admits liability.");
            else if (Advice().IsMatch(sentence.Text)) yield return GuardHit.Of(sentence, "It gives legal or tax advice.");
            else if (IsSaid(Guarantee(), sentence) && !sentence.IsQuestion) yield return GuardHit.Of(sentence, "It guarantees something.");
            else if (!IsDataRight(sentence.Text) && IsSaid(Deadline(), sentence) && !Sla(look, sentence) && !HasSource(look, sentence)) yield return GuardHit.Of(sentence, "It sets a deadline that nothing stands behind.");
        }
    }

    /// <summary>L2: a data right is promised later than it is due.</summary>
    public static IEnumerable<GuardHit> DataRightsDeadline(GuardLook look)
    {
        foreach (DraftSentence sentence in look.Sentences.Where(s => IsDataRight(s.Text)))
        {
            int most = Export().IsMatch(sentence.Text) ? look.Policies.Privacy.ExportDays : look.Policies.Privacy.DeletionDays + look.Policies.Privacy.DeletionGraceDays;
            if (look.ValuesOf(sentence).Any(v => v.Kind == ValueKind.Duration && Days(v) > most)) yield return GuardHit.Of(sentence, $"It is due within {most} days.", $"within {most} days");
        }
    }

    /// <summary>L3: something is named that is planned and not public.</summary>
    public static IEnumerable<GuardHit> HiddenRoadmap(GuardLook look) =>
        (look.Facts.Roadmap ?? []).Where(r => !r.IsPublic && !r.IsReleased && r.Title.Length > 0)
            .SelectMany(r => look.Sentences.Where(s => s.Text.Contains(r.Title, StringComparison.OrdinalIgnoreCase)).Select(s => GuardHit.Of(s, $"\"{r.Title}\" is planned, and customers are not told.", string.Empty)));

    /// <summary>L4: something bad is said of a competitor, and no cell of the matrix stands behind it.</summary>
    public static IEnumerable<GuardHit> RivalWithoutEvidence(GuardLook look) =>
        (look.Facts.Competitors ?? []).Where(c => !c.HasEvidence && c.Name.Length > 0)
            .SelectMany(c => look.Sentences.Where(s => s.Text.Contains(c.Name, StringComparison.OrdinalIgnoreCase) && Bad().IsMatch(s.Text)).Select(s => GuardHit.Of(s, $"Nothing stands behind what it says of {c.Name}.", string.Empty)));

    private static bool IsSaid(Regex words, DraftSentence sentence) => words.Match(sentence.Text) is { Success: true } said && !Negation.Before(sentence.Text, said.Index);

    private static bool IsDataRight(string text) => Rights().IsMatch(text);

    private static bool Sla(GuardLook look, DraftSentence sentence) => look.Claims.Any(c => c.Start >= sentence.Start && c.End <= sentence.End && CatalogueCheck.Of(c, look.Policies, null) is not null);

    /// <summary>A policy, a record, an action or a tool said the same time.</summary>
    private static bool HasSource(GuardLook look, DraftSentence sentence)
    {
        ClaimValue[] times = [.. look.ValuesOf(sentence).Where(v => v.Kind is ValueKind.Duration or ValueKind.Date)];
        var known = look.Draft.Evidence.SelectMany(e => ClaimValues.Of(e.Text, 0, [])).ToList();
        return look.Draft.IsGrounded(times) || times.Length > 0 && times.All(t => known.Any(k => k.Kind == t.Kind && k.Number == t.Number && k.Unit == t.Unit));
    }

    private static decimal Days(ClaimValue value) => value.Unit switch { "months" => value.Number * 30, "business_days" => value.Number, _ => value.Number / minutesOfDay };

    [GeneratedRegex(@"\b(our fault|we are (liable|to blame|responsible for (your|the|any) (loss|damage)\w*)|we (accept|take|admit) (full |all |the )?(liability|blame|fault|responsibility for (your|the|any) (loss|damage)\w*)|we were negligent)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Liability();

    [GeneratedRegex(@"\b(you (can|could|should) sue|legally,? you|you are legally|from a legal point|tax[- ]deductible|deduct (it|this|that) from your tax\w*|your tax (return|liability)|you (do not|don't) (have|need) to pay (vat|tax)|that is (legal|illegal)|breach of contract)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Advice();

    [GeneratedRegex(@"\b(we|i|it is|it's|is|are) (fully |absolutely )?guarantee\w*\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Guarantee();

    [GeneratedRegex(@"\b(will|'ll|going to) (\w+ ){0,3}(be )?(fix\w*|ready|done|resolv\w*|releas\w*|ship\w*|deliver\w*|available|solved|repair\w*|complete\w*|finish\w*|reply|answer|respond|call|get back)\b.*\b(by|within|until|before|tomorrow|today|tonight|next (week|month)|on (monday|tuesday|wednesday|thursday|friday))\b|\b(by|within) .+\b(will|'ll) (be )?(fix\w*|ready|done|resolv\w*|releas\w*|ship\w*|deliver\w*)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Deadline();

    [GeneratedRegex(@"\b(delet\w*|eras\w*|export\w*|copy of)\b.*\b(data|account|information)\b|\b(data|account|information)\b.*\b(delet\w*|eras\w*|export\w*)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Rights();

    [GeneratedRegex(@"\b(export\w*|copy of)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Export();

    [GeneratedRegex(@"\b(bad|worse|worst|slow\w*|insecure|unreliable|lacks?|cannot|can't|does not|doesn't|poor|fails?|expensive|overpriced|outdated|inferior|buggy|limited|behind)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Bad();
}
