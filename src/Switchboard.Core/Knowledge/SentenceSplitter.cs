namespace Switchboard.Core.Knowledge;

/// <summary>
/// Finds the sentences of running text: knows abbreviations, initials, numbers, versions, addresses, file names, ellipses, closing
/// quotes and the full stops of Chinese and Japanese. A doubtful full stop does not end a sentence.
/// </summary>
public static class SentenceSplitter
{
    private static readonly HashSet<string> abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        "e.g", "i.e", "eg", "ie", "vs", "etc", "cf", "al", "approx", "resp", "dr", "mr", "mrs", "ms", "prof", "st", "jr", "sr", "inc", "ltd", "co", "corp",
        "no", "nr", "fig", "figs", "vol", "ch", "sec", "p", "pp", "ed", "eds", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
        "min", "max", "dept", "est", "ext", "tel", "z.b", "d.h", "u.a", "bzw", "ca", "usw", "p.ej", "p.ex", "a.m", "p.m", "u.s", "u.k",
    };

    // After these a capital letter starts a new sentence more often than not: "… and so on, etc. Then press Save."
    private static readonly HashSet<string> mayEnd = new(StringComparer.OrdinalIgnoreCase) { "etc", "a.m", "p.m", "inc", "ltd", "co", "corp", "jr", "sr", "u.s", "u.k", "usw", "no", "max", "min" };

    /// <summary>The sentences of <paramref name="text"/> as ranges without surrounding white space, in order.</summary>
    public static IReadOnlyList<Range> Split(string text)
    {
        var sentences = new List<Range>();
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            int end = EndAt(text, i);
            if (end < 0) continue;
            Add(sentences, text, start, end);
            start = end;
            i = end - 1;
        }
        Add(sentences, text, start, text.Length);
        return sentences;
    }

    private static void Add(List<Range> sentences, string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start])) start++;
        while (end > start && char.IsWhiteSpace(text[end - 1])) end--;
        if (end > start) sentences.Add(start..end);
    }

    /// <summary>The end of the sentence whose last mark stands at <paramref name="i"/>, or -1 when no sentence ends there.</summary>
    private static int EndAt(string text, int i)
    {
        char c = text[i];
        if (c is '。' or '！' or '？' or '．') return AfterClosers(text, i + 1);
        if (c is not ('.' or '!' or '?' or '…')) return -1;

        int end = i + 1;
        while (end < text.Length && text[end] is '.' or '!' or '?' or '…' && end < text.Length) end++;
        bool ellipsis = c == '…' || (end - i > 1 && text[end - 1] == '.' && c == '.');
        end = AfterClosers(text, end);
        if (end >= text.Length) return end;
        // A mark inside a token ("v1.2.3", "boards.txt", "example.com/a?b") has no white space after it.
        if (!char.IsWhiteSpace(text[end])) return -1;

        int next = end;
        while (next < text.Length && char.IsWhiteSpace(text[next])) next++;
        if (next >= text.Length) return end;
        char first = text[next];
        while (first is '"' or '\'' or '“' or '‘' or '(' or '[' or '«' or '¿' or '¡' && next + 1 < text.Length) first = text[++next];
        bool startsSentence = char.IsUpper(first) || char.IsDigit(first) || char.GetUnicodeCategory(first) == System.Globalization.UnicodeCategory.OtherLetter;
        if (ellipsis) return char.IsUpper(first) ? end : -1;
        if (c != '.') return startsSentence || !char.IsLower(first) ? end : -1;

        string word = WordBefore(text, i);
        if (word.Length == 1 && char.IsLetter(word[0]) && char.IsUpper(word[0])) return -1; // an initial: "J. Smith"
        if (abbreviations.Contains(word) && !(mayEnd.Contains(word) && char.IsUpper(first) && !FollowsAsNumber(word, first))) return -1;
        if (word.Length is > 0 and <= 2 && word.All(char.IsAsciiDigit) && (i - word.Length == 0 || text[i - word.Length - 1] is '\n')) return -1; // "1. Open" at the start of a line
        return startsSentence || !char.IsLower(first) ? end : -1;
    }

    private static bool FollowsAsNumber(string word, char first) => word is "no" or "No" && char.IsDigit(first);

    private static int AfterClosers(string text, int end)
    {
        while (end < text.Length && text[end] is '"' or '\'' or '”' or '’' or ')' or ']' or '»' or '」' or '』' or '）') end++;
        return end;
    }

    private static string WordBefore(string text, int stop)
    {
        int start = stop;
        while (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] == '.')) start--;
        return text[start..stop].Trim('.');
    }
}
