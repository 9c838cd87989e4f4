using Switchboard.Core.Understanding.Entities;

namespace Switchboard.Core.Understanding.Pii;

/// <summary>
/// Finds personal data. Confidence: checksum and context 0.99, checksum 0.85, known name, e-mail, + phone, IP and MAC 0.99, form and
/// context 0.8, a telling form 0.6 to 0.7, a name of the lists 0.6 to 0.8. What fails its check is no finding whatever stands beside it. The longest
/// finding wins, then the surer one.
/// </summary>
public static class PiiDetector
{
    /// <summary>Below this confidence nothing is reported.</summary>
    public const double ReportedFrom = 0.5;

    private static readonly Dictionary<string, string> kindOf = new(StringComparer.Ordinal)
    {
        [EntityTypes.PaymentCard] = PiiKinds.Card,
        [EntityTypes.Iban] = PiiKinds.Iban,
        [EntityTypes.Ssn] = PiiKinds.Ssn,
        [EntityTypes.NationalId] = PiiKinds.NationalId,
        [EntityTypes.Email] = PiiKinds.Email,
        [EntityTypes.Phone] = PiiKinds.Phone,
        [EntityTypes.Ip] = PiiKinds.Ip,
        [EntityTypes.Mac] = PiiKinds.Mac,
    };

    /// <summary>The personal data of a text, in order of place, none overlapping.</summary>
    /// <param name="text">Any text; the work is linear in it.</param>
    /// <param name="knownNames">Names that belong to the conversation, such as the contact's.</param>
    public static IReadOnlyList<PiiFinding> Find(string text, IReadOnlyCollection<string>? knownNames = null)
    {
        List<Token> tokens = Tokens.Of(text);
        var found = new List<PiiFinding>();
        var web = new List<(int Start, int End)>();
        foreach (PatternHit hit in AddressPatterns.Find(text).Concat(NumberPatterns.Find(text)))
        {
            if (kindOf.TryGetValue(hit.Type, out string? kind)) found.Add(new PiiFinding(kind, hit.Start, hit.End, hit.Confidence, hit.Rule));
            else web.Add((hit.Start, hit.End));
        }
        found.AddRange(NameFinder.Find(text, tokens, knownNames).Select(n => new PiiFinding(PiiKinds.Name, n.Start, n.End, n.Confidence, n.Rule)));
        found.AddRange(AddressFinder.Find(text, tokens).Select(a => new PiiFinding(PiiKinds.Address, a.Start, a.End, 0.8, "form")));
        found.AddRange(ContextKinds.Find(text, tokens, DateForms.Spans(text, tokens)));
        return Longest(found.Where(f => f.Confidence >= ReportedFrom), web);
    }

    // What lies inside a web address or a UUID is a part of it, except an e-mail address or a card in its query.
    private static List<PiiFinding> Longest(IEnumerable<PiiFinding> found, List<(int Start, int End)> web)
    {
        List<(int Start, int End)> addresses = [.. web.OrderBy(w => w.Start)];
        List<PiiFinding> ordered = [.. found.OrderBy(f => f.Start).ThenByDescending(f => f.End).ThenByDescending(f => f.Confidence)];
        var kept = new List<PiiFinding>(ordered.Count);
        int next = 0;
        foreach (PiiFinding finding in ordered)
        {
            while (next < addresses.Count && addresses[next].End <= finding.Start) next++;
            if (next < addresses.Count && addresses[next].Start <= finding.Start && finding.End <= addresses[next].End && finding.Kind is not (PiiKinds.Email or PiiKinds.Card or PiiKinds.Iban)) continue;
            if (kept.Count == 0 || kept[^1].End <= finding.Start)
            {
                kept.Add(finding);
                continue;
            }
            PiiFinding last = kept[^1];
            int length = finding.End - finding.Start;
            int lastLength = last.End - last.Start;
            if (length > lastLength || length == lastLength && finding.Confidence > last.Confidence) kept[^1] = finding;
        }
        return kept;
    }
}
