namespace Switchboard.Core.Understanding.Intents;

/// <summary>Cuts the inflections of an English word in place, without allocating: plural, -ed, -ing, -ly, -ation, -ion, -ment and the final e. Coarser than a full stemmer, and enough to tell that two forms are one word.</summary>
internal static class LightStem
{
    private const int shortest = 3;

    /// <summary>The length of the stem of a lower-case word; its last letters may be rewritten.</summary>
    public static int Cut(Span<char> word)
    {
        int n = word.Length;
        if (n <= shortest) return n;
        if (Ends(word[..n], "ies") && n > 4) { n -= 2; word[n - 1] = 'y'; }
        else if (Ends(word[..n], "sses")) n -= 2;
        else if (word[n - 1] == 's' && word[n - 2] is not ('s' or 'u' or 'i')) n--;

        if (Ends(word[..n], "ly") && n > 4) n -= 2;
        if (Ends(word[..n], "ing") && HasVowel(word[..(n - 3)])) n = Undouble(word, n - 3);
        else if (Ends(word[..n], "ed") && HasVowel(word[..(n - 2)])) n = Undouble(word, n - 2);
        if (Ends(word[..n], "ation") && n > 7) n -= 5;
        else if (Ends(word[..n], "ion") && n > 5 && word[n - 4] is 's' or 't') n -= 3;
        else if (Ends(word[..n], "ment") && n > 6) n -= 4;
        if (n > shortest && word[n - 1] == 'e') n--;
        if (n > shortest && word[n - 1] == 'y') word[n - 1] = 'i';
        return n;
    }

    private static bool Ends(ReadOnlySpan<char> word, ReadOnlySpan<char> suffix) => word.Length > suffix.Length && word.EndsWith(suffix, StringComparison.Ordinal);

    private static bool HasVowel(ReadOnlySpan<char> word) => word.Length > 1 && word.IndexOfAny("aeiouy") >= 0;

    private static int Undouble(ReadOnlySpan<char> word, int n) => n > shortest && word[n - 1] == word[n - 2] && word[n - 1] is not ('l' or 's' or 'z' or 'e' or 'o') ? n - 1 : n;
}
