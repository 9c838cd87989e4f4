using System.Globalization;
using System.Text;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>
/// What a message is made of, as hashes: words and pairs of neighbours; runs of 2 to 5 characters inside a word and its edges; concepts and unordered pairs of
/// them. Letters are lower case without accents, digits are all alike, apostrophes are dropped. The two low bits of a hash are its <see cref="FeatureGroup"/>.
/// The cost is linear in the first <see cref="MostCharacters"/> characters, and nothing after them is read.
/// </summary>
internal static class FeatureExtractor
{
    /// <summary>As much of a message as is read.</summary>
    public const int MostCharacters = 10_000;

    private const int shortestRun = 2;
    private const int longestRun = 5;
    private const int mostOfAWord = 40;
    private const int pairWindow = 12;
    private const int composedEnd = 0x2000;

    private static readonly char[] baseLetters = BaseLetters();

    /// <summary>Leaves the hashes in the scratch, repeated as often as they occur.</summary>
    public static void Extract(ReadOnlySpan<char> text, FeatureScratch scratch)
    {
        Fold(text.Length > MostCharacters ? text[..MostCharacters] : text, scratch);
        scratch.HashCount = 0;
        Words(scratch);
        Runs(scratch);
        Concepts(scratch);
    }

    public static FeatureGroup GroupOf(ulong hash) => (FeatureGroup)(hash & 3);

    /// <summary>Writes the message as words between single blanks.</summary>
    private static void Fold(ReadOnlySpan<char> text, FeatureScratch s)
    {
        // One blank before and after each word, at most one word for every other character.
        FeatureScratch.Ensure(ref s.Text, (text.Length * 2) + 2);
        s.TokenCount = 0;
        int n = 0;
        s.Text[n++] = ' ';
        int start = n;
        foreach (char c in text)
        {
            if (char.IsAsciiLetterLower(c)) s.Text[n++] = c;
            else if (char.IsAsciiLetterUpper(c)) s.Text[n++] = (char)(c | 0x20);
            else if (char.IsDigit(c)) s.Text[n++] = '0';
            else if (c > 127 && char.IsLetterOrDigit(c)) s.Text[n++] = c < composedEnd ? baseLetters[c] : char.ToLowerInvariant(c);
            else if (c is '\'' or '’' || (c > 127 && CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark)) continue;
            else EndWord();
        }
        EndWord();
        s.TextLength = n;

        void EndWord()
        {
            if (n == start) return;
            s.AddToken(start, n);
            s.Text[n++] = ' ';
            start = n;
        }
    }

    /// <summary>Letters without their accents, for the alphabets that have them composed: Latin, Greek, Cyrillic and their extensions. Normalising a whole text would allocate.</summary>
    private static char[] BaseLetters()
    {
        var letters = new char[composedEnd];
        for (int c = 0; c < composedEnd; c++)
        {
            string decomposed = ((char)c).ToString().Normalize(NormalizationForm.FormD);
            letters[c] = char.ToLowerInvariant(char.IsLetter(decomposed[0]) ? decomposed[0] : (char)c);
        }
        return letters;
    }

    private static void Words(FeatureScratch s)
    {
        ulong before = 0;
        for (int i = 0; i < s.TokenCount; i++)
        {
            (int start, int end) = s.Tokens[i];
            ulong word = TextHash.Of(s.Text.AsSpan(start, end - start), kind: 2);
            Emit(s, word, FeatureGroup.Word);
            if (i > 0) Emit(s, TextHash.Pair(before, word, kind: 3), FeatureGroup.Word);
            before = word;
        }
    }

    private static void Runs(FeatureScratch s)
    {
        for (int t = 0; t < s.TokenCount; t++)
        {
            // With the blanks around it, so that a run at an edge differs from one inside.
            (int start, int end) = (s.Tokens[t].Start - 1, s.Tokens[t].End + 1);
            if (end - start > mostOfAWord) end = start + mostOfAWord;
            int length = end - start;
            for (int i = start; i + shortestRun <= end; i++)
            {
                ulong hash = TextHash.Begin(kind: 4);
                for (int n = 1; n <= longestRun && i + n <= end; n++)
                {
                    hash = TextHash.Add(hash, s.Text[i + n - 1]);
                    if (n >= shortestRun && (n < length || i == start)) Emit(s, TextHash.End(hash), FeatureGroup.Run);
                }
            }
        }
    }

    private static void Concepts(FeatureScratch s)
    {
        ConceptLexicon lexicon = ConceptLexicon.English;
        FeatureScratch.Ensure(ref s.Concepts, s.TokenCount);
        Span<char> letters = stackalloc char[mostOfAWord];
        int count = 0;
        for (int t = 0; t < s.TokenCount; t++)
        {
            ReadOnlySpan<char> word = s.Text.AsSpan(s.Tokens[t].Start, s.Tokens[t].End - s.Tokens[t].Start);
            if (word.Length > mostOfAWord) word = word[..mostOfAWord];
            if (lexicon.IsLight(TextHash.Of(word))) continue;
            word.CopyTo(letters);
            ulong concept = lexicon.Of(TextHash.Of(letters[..LightStem.Cut(letters[..word.Length])]));
            // A concept said twice nearby is said once.
            if (s.Concepts.AsSpan(Math.Max(0, count - pairWindow), Math.Min(count, pairWindow)).Contains(concept)) continue;
            s.Concepts[count++] = concept;
        }
        for (int i = 0; i < count; i++)
        {
            Emit(s, TextHash.End(s.Concepts[i] ^ 0x5bd1e995), FeatureGroup.Concept);
            for (int j = i + 1; j < count && j <= i + pairWindow; j++)
                Emit(s, TextHash.Pair(Math.Min(s.Concepts[i], s.Concepts[j]), Math.Max(s.Concepts[i], s.Concepts[j]), kind: 5), FeatureGroup.Concept);
        }
    }

    private static void Emit(FeatureScratch s, ulong hash, FeatureGroup group) => s.AddHash((hash & ~3UL) | (ulong)group);
}

/// <summary>The three views of a message; each weighs the same in all, however many features it has.</summary>
internal enum FeatureGroup
{
    /// <summary>Words and pairs of neighbours.</summary>
    Word = 0,

    /// <summary>Runs of characters.</summary>
    Run = 1,

    /// <summary>Concepts and pairs of them.</summary>
    Concept = 2,
}
