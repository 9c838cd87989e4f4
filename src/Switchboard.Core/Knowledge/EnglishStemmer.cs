namespace Switchboard.Core.Knowledge;

/// <summary>
/// The English (Porter2) stemming algorithm by Martin Porter as published with Snowball, including its exceptional forms:
/// reduces the inflections of a word to one stem. The input is one lower-case word in a–z and apostrophes; others come back unchanged.
/// </summary>
public static class EnglishStemmer
{
    private static readonly Dictionary<string, string> exceptions = new(StringComparer.Ordinal)
    {
        ["skis"] = "ski",
        ["skies"] = "sky",
        ["dying"] = "die",
        ["lying"] = "lie",
        ["tying"] = "tie",
        ["idly"] = "idl",
        ["gently"] = "gentl",
        ["ugly"] = "ugli",
        ["early"] = "earli",
        ["only"] = "onli",
        ["singly"] = "singl",
        ["sky"] = "sky",
        ["news"] = "news",
        ["howe"] = "howe",
        ["atlas"] = "atlas",
        ["cosmos"] = "cosmos",
        ["bias"] = "bias",
        ["andes"] = "andes",
    };

    private static readonly HashSet<string> fixedAfterPlural = new(StringComparer.Ordinal)
    {
        "inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed",
    };

    // Longest first within each step, because the algorithm takes the longest suffix that matches.
    private static readonly (string Suffix, string Replacement)[] step2 =
    [
        ("ization", "ize"), ("ational", "ate"), ("fulness", "ful"), ("ousness", "ous"), ("iveness", "ive"), ("tional", "tion"), ("biliti", "ble"),
        ("lessli", "less"), ("entli", "ent"), ("ation", "ate"), ("alism", "al"), ("aliti", "al"), ("ousli", "ous"), ("iviti", "ive"), ("fulli", "ful"),
        ("enci", "ence"), ("anci", "ance"), ("abli", "able"), ("izer", "ize"), ("ator", "ate"), ("alli", "al"), ("bli", "ble"), ("ogi", "og"), ("li", ""),
    ];

    private static readonly (string Suffix, string Replacement)[] step3 =
    [
        ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ative", ""), ("ical", "ic"), ("ness", ""), ("ful", ""),
    ];

    private static readonly string[] step4 =
    [
        "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion", "al", "er", "ic",
    ];

    /// <summary>The stem of a lower-case English word; words of one or two letters are their own stems.</summary>
    public static string Stem(string word)
    {
        if (word.Length <= 2) return word;
        foreach (char c in word)
            if (c is not ((>= 'a' and <= 'z') or '\'')) return word;
        if (word[0] == '\'') word = word[1..];
        if (exceptions.TryGetValue(word, out string? exception)) return exception;

        char[] letters = word.ToCharArray();
        for (int i = 0; i < letters.Length; i++)
            if (letters[i] == 'y' && (i == 0 || IsVowel(letters[i - 1]))) letters[i] = 'Y';
        string w = new(letters);
        (int r1, int r2) = Regions(w);

        w = Step0(w);
        w = Step1A(w);
        if (fixedAfterPlural.Contains(w)) return w;
        w = Step1B(w, r1);
        w = Step1C(w);
        w = Step2(w, r1);
        w = Step3(w, r1, r2);
        w = Step4(w, r2);
        w = Step5(w, r1, r2);
        return w.Replace('Y', 'y');
    }

    private static bool IsVowel(char c) => c is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';

    private static (int R1, int R2) Regions(string w)
    {
        int r1 = w.StartsWith("gener", StringComparison.Ordinal) || w.StartsWith("arsen", StringComparison.Ordinal) ? 5
            : w.StartsWith("commun", StringComparison.Ordinal) ? 6
            : AfterVowelConsonant(w, 0);
        return (r1, AfterVowelConsonant(w, r1));
    }

    private static int AfterVowelConsonant(string w, int from)
    {
        for (int i = from + 1; i < w.Length; i++)
            if (!IsVowel(w[i]) && IsVowel(w[i - 1])) return i + 1;
        return w.Length;
    }

    private static bool HasVowel(string w, int end)
    {
        for (int i = 0; i < end; i++)
            if (IsVowel(w[i])) return true;
        return false;
    }

    private static bool EndsInShortSyllable(string w)
    {
        int n = w.Length;
        if (n == 2) return IsVowel(w[0]) && !IsVowel(w[1]);
        return n > 2 && !IsVowel(w[n - 3]) && IsVowel(w[n - 2]) && !IsVowel(w[n - 1]) && w[n - 1] is not ('w' or 'x' or 'Y');
    }

    private static bool Ends(string w, string suffix) => w.EndsWith(suffix, StringComparison.Ordinal);

    private static string Step0(string w) =>
        Ends(w, "'s'") ? w[..^3] : Ends(w, "'s") ? w[..^2] : Ends(w, "'") ? w[..^1] : w;

    private static string Step1A(string w)
    {
        if (Ends(w, "sses")) return w[..^2];
        if (Ends(w, "ied") || Ends(w, "ies")) return w.Length > 4 ? w[..^2] : w[..^1];
        if (Ends(w, "us") || Ends(w, "ss")) return w;
        return Ends(w, "s") && HasVowel(w, w.Length - 2) ? w[..^1] : w;
    }

    private static string Step1B(string w, int r1)
    {
        foreach (string suffix in (ReadOnlySpan<string>)["eedly", "eed"])
            if (Ends(w, suffix)) return w.Length - suffix.Length >= r1 ? w[..^suffix.Length] + "ee" : w;
        foreach (string suffix in (ReadOnlySpan<string>)["ingly", "edly", "ing", "ed"])
        {
            if (!Ends(w, suffix)) continue;
            int end = w.Length - suffix.Length;
            if (!HasVowel(w, end)) return w;
            string stem = w[..end];
            if (Ends(stem, "at") || Ends(stem, "bl") || Ends(stem, "iz")) return stem + "e";
            if (stem.Length > 1 && stem[^1] == stem[^2] && stem[^1] is 'b' or 'd' or 'f' or 'g' or 'm' or 'n' or 'p' or 'r' or 't' && stem[^1] == stem[^2]) return stem[..^1];
            return r1 >= stem.Length && EndsInShortSyllable(stem) ? stem + "e" : stem;
        }
        return w;
    }

    private static string Step1C(string w) => w.Length > 2 && w[^1] is 'y' or 'Y' && w.Length > 2 && !IsVowel(w[^2]) ? w[..^1] + "i" : w;

    private static string Step2(string w, int r1)
    {
        foreach ((string suffix, string replacement) in step2)
        {
            if (!Ends(w, suffix)) continue;
            int end = w.Length - suffix.Length;
            if (end < r1) return w;
            bool applies = suffix switch
            {
                "ogi" => end > 0 && w[end - 1] == 'l',
                "li" => end > 0 && w[end - 1] is 'c' or 'd' or 'e' or 'g' or 'h' or 'k' or 'm' or 'n' or 'r' or 't',
                _ => true,
            };
            return applies ? w[..end] + replacement : w;
        }
        return w;
    }

    private static string Step3(string w, int r1, int r2)
    {
        foreach ((string suffix, string replacement) in step3)
        {
            if (!Ends(w, suffix)) continue;
            int end = w.Length - suffix.Length;
            return end >= (suffix == "ative" ? r2 : r1) ? w[..end] + replacement : w;
        }
        return w;
    }

    private static string Step4(string w, int r2)
    {
        foreach (string suffix in step4)
        {
            if (!Ends(w, suffix)) continue;
            int end = w.Length - suffix.Length;
            return end >= r2 && (suffix != "ion" || (end > 0 && w[end - 1] is 's' or 't')) ? w[..end] : w;
        }
        return w;
    }

    private static string Step5(string w, int r1, int r2)
    {
        int end = w.Length - 1;
        if (w[^1] == 'e') return end >= r2 || (end >= r1 && !EndsInShortSyllable(w[..end])) ? w[..end] : w;
        return w[^1] == 'l' && end >= r2 && end > 0 && w[end - 1] == 'l' ? w[..end] : w;
    }
}
