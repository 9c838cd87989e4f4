using System.Globalization;

namespace Switchboard.Core.Understanding.Sentiment;

/// <summary>A word of a text as the analyser reads it: folded, with its place and how it was written.</summary>
internal readonly record struct SentimentWord(string Folded, int Start, int End, bool IsShout, bool IsStretched);

/// <summary>Cuts a text into words, emoticons and emoji.</summary>
internal static class SentimentWords
{
    private const int longestWord = 60;

    /// <summary>The words in order of place. The work is linear in the text.</summary>
    public static List<SentimentWord> Of(string text)
    {
        var words = new List<SentimentWord>();
        int i = 0;
        while (i < text.Length)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }
            int start = i;
            while (i < text.Length && !char.IsWhiteSpace(text[i])) i++;
            // An address says nothing, and the ":/" in it is no face.
            if (!IsAddress(text.AsSpan(start, i - start))) Chunk(text, start, i, words);
        }
        return words;
    }

    private static bool IsAddress(ReadOnlySpan<char> chunk) =>
        chunk.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || chunk.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || chunk.StartsWith("www.", StringComparison.OrdinalIgnoreCase);

    private static void Chunk(string text, int start, int end, List<SentimentWord> words)
    {
        int from = start;
        while (from < end)
        {
            if (Emoticon(text, from, end) is var length && length > 0)
            {
                words.Add(new SentimentWord(text.Substring(from, length).ToLowerInvariant(), from, from + length, false, false));
                from += length;
                continue;
            }
            if (char.IsLetterOrDigit(text[from]))
            {
                int word = from;
                while (from < end && from - word < longestWord && (char.IsLetterOrDigit(text[from]) || CharUnicodeInfo.GetUnicodeCategory(text[from]) == UnicodeCategory.NonSpacingMark || text[from] is '\'' or '’' && from + 1 < end && char.IsLetter(text[from + 1]))) from++;
                Add(text, word, from, words);
                continue;
            }
            if (char.IsSurrogatePair(text, from) || text[from] is >= '\u2600' and <= '\u27BF' or '\u2B50' or '\u263A')
            {
                int size = char.IsSurrogatePair(text, from) ? 2 : 1;
                words.Add(new SentimentWord(text.Substring(from, size), from, from + size, false, false));
                from += size;
                continue;
            }
            from++;
        }
    }

    private static void Add(string text, int start, int end, List<SentimentWord> words)
    {
        string raw = text[start..end];
        int letters = raw.Count(char.IsLetter);
        bool shout = letters >= 2 && raw.Count(char.IsUpper) == letters;
        string folded = Tokens.Fold(raw);
        string plain = Unstretched(folded);
        words.Add(new SentimentWord(plain, start, end, shout, plain.Length != folded.Length));
    }

    // "sooooo" and "loooove": three and more of a letter are one, or two where the language doubles it often.
    private static string Unstretched(string word)
    {
        int run = 1;
        bool stretched = false;
        for (int i = 1; i < word.Length && !stretched; i++) stretched = (run = word[i] == word[i - 1] ? run + 1 : 1) == 3;
        if (!stretched) return word;
        var plain = new System.Text.StringBuilder(word.Length);
        for (int i = 0; i < word.Length;)
        {
            int j = i;
            while (j < word.Length && word[j] == word[i]) j++;
            plain.Append(word[i], j - i >= 3 ? (word[i] is 'o' && i > 0 && i + 1 < word.Length && word[i - 1] is 'g' or 'c' ? 2 : 1) : j - i);
            i = j;
        }
        return plain.ToString();
    }

    private static int Emoticon(string text, int from, int end)
    {
        if (text[from] is not (':' or ';' or '=' or '>' or '<' or '^' or 'x' or 'X' or 'T' or '(' or ')' or 'D')) return 0;
        if (char.IsLetter(text[from]) && from > 0 && char.IsLetterOrDigit(text[from - 1])) return 0;
        for (int length = Math.Min(4, end - from); length >= 2; length--)
        {
            string piece = text.Substring(from, length).ToLowerInvariant();
            if (emoticons.Contains(piece) && !(piece[^1] == '/' && from + length < end && text[from + length] == '/') && (from + length >= end || !char.IsLetterOrDigit(text[from + length]))) return length;
        }
        return 0;
    }

    private static readonly HashSet<string> emoticons = new([":)", ":-)", "(:", "=)", ";)", ";-)", ":]", ":3", "^^", "^_^", ":p", ":-p", "=p", ";p", ":>", ":o)", ":d", ":-d", "=d", "xd", "<3", ":*", ":-*", ";d", ":(", ":-(", "):", ":'(", ":[", "=(", ":/", ":-/", ":\\", ":|", ">:(", "t_t", ";(", "</3", ":@"], StringComparer.Ordinal);
}
