using System.Text.RegularExpressions;

namespace Switchboard.Core.Knowledge;

/// <summary>How a question is put: whether steps are wanted, which of its sentences asks, and which of its words only accompany.</summary>
internal static partial class QuestionShape
{
    /// <summary>Whether the customer wants to do something, so that a procedure is the answer.</summary>
    public static bool WantsSteps(string question)
    {
        string text = TextAnalysis.Fold(question).Replace('’', '\'');
        return (HowTo().IsMatch(text) || Imperative().IsMatch(text)) && !Amount().IsMatch(text);
    }

    /// <summary>The part of a message that asks, as a range of it; the whole message when one sentence is as good as another.</summary>
    public static Range Asking(string message)
    {
        IReadOnlyList<Range> sentences = SentenceSplitter.Split(message);
        if (sentences.Count < 2) return 0..message.Length;
        Range[] asking = [.. sentences.Where(s => message[s].TrimEnd().EndsWith('?'))];
        return asking.Length == 0 ? 0..message.Length : asking[0].Start..asking[^1].End;
    }

    /// <summary>
    /// Whether a word tells little about the subject when no article holds it: figures, days, feelings, people, words of everyday talk.
    /// When an article does hold it, it counts like any other.
    /// </summary>
    public static bool Accompanies(string word) => EnglishWords.Accompanying.Contains(word) || word.All(char.IsAsciiDigit) || Figure().IsMatch(word);

    [GeneratedRegex(@"\bhow (do|can|to|could|should|would|might|does (that|it|this) work|is it done)\b|\bhow\?*$|, how\b|\bwhere (do|can|could|should|would|is|are|'s|to)\b|\b(steps|instructions|guide|walk me through|show me|tell me how|explain how|help)\b|\b(is there|are there) (a|any) (way|option|possibility)|\bis it possible\b|\b(i|we)( would|'d)? (want|wish|like|need|have|try|am trying|are trying)( \w+)? to\b|\b(want|like|need) (to|my|our|the|a)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex HowTo();

    // Who asks how much wants the figure, whatever else is said.
    [GeneratedRegex(@"\b(how (many|much|long|often|soon|big|large|far|old|fast)|what('s| is| are) the (limit|maximum|minimum|price|cost)s?)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Amount();

    [GeneratedRegex(@"^\W*((hi|hello|hey|please|pls|plz|just|now|ok|and)\W+)*(activate|add|allow|archive|assign|attach|block|book|bring|buy|cancel|change|clear|close|configure|connect|copy|create|customi[sz]e|deactivate|delete|disable|disconnect|download|edit|enable|enter|erase|export|filter|find|fix|force|get|give|import|increase|install|integrate|invite|join|link|lock|log|make|mark|merge|move|open|order|pause|pay|print|publish|reactivate|recover|reduce|register|remove|rename|renew|replace|report|request|reset|restore|restrict|schedule|send|set|setup|share|show|sign|start|stop|switch|sync|tag|track|transfer|turn|undo|unlock|update|upgrade|upload|use|verify|wipe|withdraw)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Imperative();

    [GeneratedRegex(@"^\d+([.,:]\d+)*(st|nd|rd|th|am|pm|h|x)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Figure();
}
