using System.Runtime.InteropServices;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>A part of a message that may have an intent of its own, in UTF-16 units.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Clause(int Start, int End);

/// <summary>
/// Cuts a message into clauses: at . ? ! ; and line breaks, and at "and", "and also", "also", "plus" and "besides" where both sides hold a verb. A full stop inside a
/// number, an address or a host name ends nothing. At most 20 clauses; what is left of a longer message stays in the last, whose cost is bounded elsewhere.
/// </summary>
public static class ClauseSplitter
{
    /// <summary>The most clauses of a message.</summary>
    public const int MostClauses = 20;

    private static readonly string[] joints = ["and also", "and", "also", "plus", "besides"];

    /// <summary>The clauses in order; none for a message without a letter or digit.</summary>
    public static IReadOnlyList<Clause> Split(string text)
    {
        // As much as a classifier reads of it.
        int length = Math.Min(text.Length, FeatureExtractor.MostCharacters);
        var clauses = new List<Clause>();
        int start = 0;
        for (int i = 0; i < length && clauses.Count < MostClauses - 1; i++)
        {
            if (!EndsSentence(text, i)) continue;
            AddParts(text, start, i, clauses);
            start = i + 1;
        }
        if (clauses.Count < MostClauses) AddParts(text, start, length, clauses);
        return clauses;
    }

    private static bool EndsSentence(string text, int i) => text[i] switch
    {
        '?' or '!' or ';' or '\n' or '\r' or '。' or '！' or '？' or '；' => true,
        '.' => i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]) || text[i + 1] is '"' or '\'' or ')' or '”' or '’',
        _ => false,
    };

    /// <summary>Cuts a sentence at its joints, from the left; each cut looks at the part since the last one and at all that follows.</summary>
    private static void AddParts(string text, int start, int end, List<Clause> clauses)
    {
        int from = start;
        int looked = start;
        bool hasVerb = false;
        for (int i = start; i < end && clauses.Count < MostClauses - 1; i++)
        {
            if (i > start && char.IsLetterOrDigit(text[i - 1])) continue;
            int joint = JointAt(text, i, end);
            if (joint == 0) continue;
            // Each letter is looked at once for the left side and once for the right, however many joints there are.
            hasVerb |= ActionVerbs.HasVerb(text.AsSpan(looked, i - looked));
            looked = i + joint;
            if (hasVerb && ActionVerbs.HasVerb(Next(text, i + joint, end)))
            {
                Add(text, from, i, clauses);
                from = i + joint;
                hasVerb = false;
            }
            i += joint - 1;
        }
        Add(text, from, end, clauses);
    }

    /// <summary>The right side up to the joint after it, so that a verb far behind does not cut a list of things; a list's last part has none.</summary>
    private static ReadOnlySpan<char> Next(string text, int from, int end)
    {
        for (int i = from; i < end; i++)
            if (!char.IsLetterOrDigit(text[i - 1]) && JointAt(text, i, end) > 0) return text.AsSpan(from, i - from);
        return text.AsSpan(from, end - from);
    }

    /// <summary>The length of the joint that begins here, 0 when none does.</summary>
    private static int JointAt(string text, int at, int end)
    {
        foreach (string joint in joints)
        {
            int after = at + joint.Length;
            if (after < end && !char.IsLetterOrDigit(text[after]) && text.AsSpan(at, joint.Length).Equals(joint, StringComparison.OrdinalIgnoreCase)) return joint.Length;
        }
        return 0;
    }

    private static void Add(string text, int start, int end, List<Clause> clauses)
    {
        while (start < end && !char.IsLetterOrDigit(text[start]) && !char.IsSurrogate(text[start])) start++;
        while (end > start && (char.IsWhiteSpace(text[end - 1]) || text[end - 1] is ',' or ':')) end--;
        if (start < end) clauses.Add(new Clause(start, end));
    }
}
