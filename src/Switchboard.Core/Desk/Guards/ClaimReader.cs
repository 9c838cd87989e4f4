using System.Buffers;
using System.Text.RegularExpressions;
using Switchboard.Core.Knowledge;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Desk.Guards;

/// <summary>Takes a draft apart into sentences, and those into claims: one thing said each, with its values, its strength and whether it denies.</summary>
public static partial class ClaimReader
{
    private static readonly SearchValues<char> signs = SearchValues.Create(" \t.,;:!?…-–—*_~'\"()[]{}<>/\\|");

    /// <summary>The sentences, without quoted lines and code.</summary>
    public static IReadOnlyList<DraftSentence> Sentences(string text)
    {
        var sentences = new List<DraftSentence>();
        bool isCode = false;
        int at = 0;
        foreach (string raw in text.Split('\n'))
        {
            int start = at;
            at += raw.Length + 1;
            string line = raw.TrimStart();
            if (line.StartsWith("```", StringComparison.Ordinal)) isCode = !isCode;
            if (isCode || line.StartsWith("```", StringComparison.Ordinal) || line.StartsWith('>') || line.Length == 0) continue;
            int skipped = raw.Length - line.Length + ListMark().Match(line).Length;
            string body = raw[skipped..];
            foreach (Range range in SentenceSplitter.Split(body))
            {
                (int offset, int length) = range.GetOffsetAndLength(body.Length);
                sentences.Add(new DraftSentence(body.Substring(offset, length), start + skipped + offset, start + skipped + offset + length));
            }
        }

        return sentences;
    }

    /// <summary>The claims. Greetings, thanks, apologies, questions and mere signs claim nothing.</summary>
    public static IReadOnlyList<Claim> Claims(string text, IReadOnlyList<PlanPolicy> plans) =>
        [.. Sentences(text).Where(s => !s.IsQuestion && s.Text.AsSpan().ContainsAnyExcept(signs) && !Courtesy().IsMatch(s.Text)).SelectMany(s => Parts(s)).Select(p => ToClaim(p.Text, p.Carried, p.Start, plans))];

    private static IEnumerable<(string Text, string Carried, int Start)> Parts(DraftSentence sentence)
    {
        int from = 0;
        string subject = string.Empty;
        foreach (Match joint in Joints().Matches(sentence.Text))
        {
            int begin = joint.Index + joint.Length;
            string right = sentence.Text[begin..Math.Min(sentence.Text.Length, begin + farthestVerb)];
            bool verbFirst = VerbFirst().IsMatch(right);
            if (joint.Index <= from || !(verbFirst || joint.Value.Trim() == ";" || HasOwnVerb(right))) continue;
            string left = sentence.Text[from..joint.Index];
            yield return (left, subject, sentence.Start + from);
            if (subject.Length == 0) subject = SubjectOf(left);
            if (!verbFirst) subject = string.Empty;
            from = joint.Index + joint.Length;
        }

        yield return (sentence.Text[from..], subject, sentence.Start + from);
    }

    /// <summary>Characters behind a joint in which a verb of its own would stand: it has four words before it at most.</summary>
    private const int farthestVerb = 200;

    /// <summary>Whether a subject and its verb follow, with no further joint between.</summary>
    private static bool HasOwnVerb(string right) => OwnVerb().Match(right) is { Success: true } found && !Joints().IsMatch(found.Value);

    /// <summary>What stands before the verb.</summary>
    private static string SubjectOf(string text) => Verb().Match(text) is { Success: true, Index: > 0 } verb ? text[..verb.Index].Trim() : string.Empty;

    private static Claim ToClaim(string text, string subject, int start, IReadOnlyList<PlanPolicy> plans)
    {
        string whole = subject.Length == 0 ? text : $"{subject} {text}";
        // What has no letter says something by its figures alone: every pattern below asks for a word.
        if (!whole.Any(char.IsLetter)) return new Claim(whole, start, start + text.Length) { Values = ClaimValues.Of(text, start, plans), Kind = ClaimKind.Fact, Modality = Modality.Plain };
        IReadOnlyList<ClaimValue> values = ClaimValues.Of(text, start, plans);
        if (subject.Length > 0) values = [.. ClaimValues.Of(subject, start, plans).Where(v => v.Kind == ValueKind.Plan && values.All(o => o.Kind != ValueKind.Plan)), .. values];
        return new Claim(whole, start, start + text.Length)
        {
            Values = values,
            Kind = Opinion().IsMatch(whole) ? ClaimKind.Opinion : ActionDone().IsMatch(whole) ? ClaimKind.ActionDone : Promise().IsMatch(whole) ? ClaimKind.Promise : Step().IsMatch(whole) ? ClaimKind.Step : ClaimKind.Fact,
            IsNegative = Negators().Count(whole) % 2 == 1,
            Modality = Weak().IsMatch(whole) ? Modality.Weak : Absolute().IsMatch(whole) ? Modality.Absolute : Modality.Plain,
            Comparator = Comparators().Match(whole) is { Success: true } c ? c.Value.ToLowerInvariant() : null,
            IsOfReader = Reader().IsMatch(whole),
        };
    }

    private const string verbs = "is|are|was|were|has|have|had|costs?|includes?|starts?|gets?|pays?|lasts?|ends?|allows?|offers?|supports?|comes?|runs?|can|will|may|must|needs?|keeps?|takes?|gives?|renews?|expires?|contains?|applies|apply|provides?|works?|begins?|covers?|requires?|resets?|stays?|remains?|charges?|refunds?|receives?|do|does|did|should";

    [GeneratedRegex(@"^([-*+]|\d+[.)]) +", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ListMark();

    [GeneratedRegex(@"^(hi|hello|dear|hey|good (morning|afternoon|evening)|thanks|thank you|many thanks|sorry|i am sorry|i'm sorry|we apologi[sz]e|apologies|kind regards|best regards|cheers|you're welcome|you are welcome)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Courtesy();

    [GeneratedRegex(@"; ?|,? but |,? while |,? and ", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Joints();

    [GeneratedRegex($@"^({verbs})\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex VerbFirst();

    [GeneratedRegex($@"^(\S+ ){{1,4}}({verbs})\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex OwnVerb();

    [GeneratedRegex($@"\b({verbs})\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Verb();

    [GeneratedRegex(@"\b(i think|we think|i believe|in my opinion|we recommend|great|lovely|happy to)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Opinion();

    [GeneratedRegex(@"\b(we|i)( have|'ve) (just |already )?\w+(ed|t|n)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex ActionDone();

    [GeneratedRegex(@"\b(we|i|our team|my colleague|[A-Z][a-z]+ from our team)('ll| will| shall| guarantee| promise)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Promise();

    [GeneratedRegex(@"^(open|click|choose|select|go to|press|enter|type|sign in|log in|pick|save|copy)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Step();

    [GeneratedRegex(@"\b(not|no|never|cannot|without|neither|unable)\b|n't\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Negators();

    [GeneratedRegex(@"\b(may|might|usually|about)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Weak();

    [GeneratedRegex(@"\b(always|never|all|every|only|guaranteed)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Absolute();

    [GeneratedRegex(@"\b(up to|at least|more than|within)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Comparators();

    [GeneratedRegex(@"\b(you|your|yours)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Reader();
}
