using System.Text.RegularExpressions;
using Switchboard.Core.Agents.Kinds.Writing;
using Switchboard.Core.Understanding.Pii;

namespace Switchboard.Agents.Content;

/// <summary>A step of a solution, and the message it stands in.</summary>
internal sealed record ResolutionStep(string Text, Guid MessageId);

/// <summary>What helped in a conversation: the steps that people of the staff named, without those of which the customer said that they failed.</summary>
internal sealed partial record Resolution(ArticleSource Source, IReadOnlyList<ResolutionStep> Steps, string? Cause, Guid? CauseId, string? ErrorText, Guid? ErrorId)
{
    /// <summary>Reads a conversation.</summary>
    public static Resolution Of(ArticleSource source)
    {
        var steps = new List<ResolutionStep>();
        (string Text, Guid Id)? cause = null, error = null;
        int last = 0;
        foreach (ArticleMessage message in source.Messages)
        {
            if (!message.IsHuman)
            {
                // What the customer says did not help was the steps since the last message of theirs.
                if (Failed().IsMatch(message.Text)) steps.RemoveRange(last, steps.Count - last);
                last = steps.Count;
                if (error is null && Quoted().Match(message.Text) is { Success: true } quoted) error = (quoted.Groups["text"].Value, message.Id);
                continue;
            }

            foreach (string sentence in Readability.SentencesOf(message.Text))
            {
                if (Imperative().IsMatch(sentence)) steps.AddRange(Actions(sentence).Select(a => new ResolutionStep(a, message.Id)));
                else if (cause is null && Because().IsMatch(sentence)) cause = (sentence, message.Id);
            }
        }

        return new Resolution(source, steps, cause?.Text, cause?.Id, error?.Text, error?.Id);
    }

    /// <summary>The words of the steps, by which resolutions are compared.</summary>
    public HashSet<string> Words => [.. Steps.SelectMany(s => Readability.WordsOf(s.Text)).Select(w => w.ToLowerInvariant())];

    /// <summary>Common words ÷ all words of the steps, 0..1.</summary>
    public double Nearness(Resolution other)
    {
        HashSet<string> mine = Words, others = other.Words;
        int common = mine.Count(others.Contains), all = mine.Count + others.Count - common;
        return all == 0 ? 0 : (double)common / all;
    }

    /// <summary>One action each: "Open the project and choose Share" are two.</summary>
    private static IEnumerable<string> Actions(string sentence) => Joint().Replace(Courtesy().Replace(sentence.TrimEnd('.', '!', ' '), string.Empty), "\n").Split('\n').Select(a => a.Trim()).Where(a => a.Length > 0)
        .Select(a => $"{char.ToUpperInvariant(a[0])}{Clean(a[1..])}.");

    /// <summary>Without data of persons and internal links; names of the screen in bold.</summary>
    private static string Clean(string text)
    {
        string bare = Links().Replace(text, string.Empty);
        foreach (PiiFinding found in PiiDetector.Find(bare).OrderByDescending(f => f.Start)) bare = bare.Remove(found.Start, found.End - found.Start);
        return Screen().Replace(Spaces().Replace(bare, " "), "${verb} **${name}**").TrimEnd();
    }

    private const string verbs = "open|click|choose|select|go to|press|enter|type|sign in|sign out|log in|log out|pick|save|copy|turn on|turn off|switch on|switch off|remove|add|delete|check|uncheck|refresh|reload|restart|clear|update|enable|disable|set|change|reconnect|connect|disconnect|install|upload|download|confirm";

    [GeneratedRegex($@"^(please |then |now |next,? |first,? |finally,? )?({verbs})\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Imperative();

    [GeneratedRegex("^(please |then |now |next,? |first,? |finally,? )", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Courtesy();

    [GeneratedRegex($@"(,? and then |, then |,? and |; )", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Joint();

    [GeneratedRegex(@"\b(did not|didn't|does not|doesn't|not) (help|work|change|solve|fix)\w*\b|\bstill (the same|not|fails?|broken)\b|\bsame (error|problem)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Failed();

    [GeneratedRegex(@"\b(because|the cause (is|was)|caused by|this happens when|the reason (is|was))\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Because();

    [GeneratedRegex("[\"“](?<text>[^\"”\n]{6,200})[\"”]", RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"https?://\S+", RegexOptions.NonBacktracking)]
    private static partial Regex Links();

    [GeneratedRegex(@"(?<verb>\b(choose|click|select|press|pick|open|hoose|lick|elect|ress|ick|pen)) (?<name>\p{Lu}\w*( \p{Lu}\w*)*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Screen();

    [GeneratedRegex(@"\s{2,}", RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();
}
