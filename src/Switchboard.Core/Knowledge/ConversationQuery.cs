using System.Text.RegularExpressions;

namespace Switchboard.Core.Knowledge;

/// <summary>Makes a message that leans on what was said before into a question that stands alone.</summary>
public static partial class ConversationQuery
{
    // A message with more words of its own than this says what it is about.
    private const int mostOwnWords = 3;
    private const int mostWordsAfterConnective = 3;
    private const int fewestTopicWords = 2;

    /// <summary>
    /// The message with the latest earlier message of the customer that has a subject put before it, when it refers to something it does not
    /// name ("How do I cancel it?"), goes on from before ("And on a phone?") or says nothing by itself ("Why?"); else the message as it is.
    /// </summary>
    /// <param name="earlier">The customer's earlier messages, oldest first.</param>
    /// <param name="message">The message.</param>
    /// <param name="language">ISO 639-1; only English is looked into, other languages give the message as it is.</param>
    public static string Rewrite(IReadOnlyList<string> earlier, string message, string language = "en")
    {
        if (!TextAnalysis.IsEnglish(language) || earlier.Count == 0) return message;
        int own = Words(message).Count;
        bool leans = own == 0 ? Asks().IsMatch(message) : (own <= mostOwnWords && Refers().IsMatch(message)) || (own <= mostWordsAfterConnective && GoesOn().IsMatch(message));
        if (!leans) return message;
        HashSet<string> said = Words(message);
        for (int i = earlier.Count - 1; i >= 0; i--)
        {
            HashSet<string> topic = Words(earlier[i]);
            if (topic.Count < fewestTopicWords || topic.IsSubsetOf(said)) continue;
            // The sentence that asks carries the subject; greetings and thanks around it do not.
            return earlier[i][QuestionShape.Asking(earlier[i])].Trim() + " " + message;
        }
        return message;
    }

    private static HashSet<string> Words(string text) =>
        TextAnalysis.Terms(text).Where(t => !QuestionShape.Accompanies(t.Word)).Select(t => t.Term).ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"\b(it|its|that|this|them|those|these|one|ones|he|she|they|the same)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Refers();

    [GeneratedRegex(@"^\W*(and|or|but|also|what about|how about|what if|same for|then|so)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex GoesOn();

    [GeneratedRegex(@"\b(how|why|when|where|what|which|who|really|still|cost|long|much|many)\b.*\?|^\W*(how|why|when|where)\W*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Asks();
}
