using System.Collections.Frozen;
using System.Globalization;

namespace Switchboard.Core.Understanding.Language;

/// <summary>What a text's language is taken for.</summary>
/// <param name="Tag">BCP 47 tag; <c>und</c> when it is not sure enough.</param>
/// <param name="Confidence">The share of the best language among those of its script, 0..1; 0 for <c>und</c>.</param>
public sealed record DetectedLanguage(string Tag, double Confidence)
{
    /// <summary>No language.</summary>
    public static readonly DetectedLanguage Unknown = new("und", 0);
}

/// <summary>
/// Tells the language of a text: by its script where one language is written in it, else by a naive Bayes classifier over character
/// n-grams of one to five signs inside words (Cavnar and Trenkle 1994 for the features, add-a-half smoothing), counted from texts of our own
/// (<c>languages.txt</c>). Short or mixed texts give <c>und</c>: the evidence grows with their length, and a choice needs a clear lead.
/// </summary>
public sealed class LanguageDetector
{
    private const int longestRead = 2000;
    private const int longestGram = 5;
    private const double smoothing = 0.5;
    private const int fewestLetters = 5;
    // How far the best stands before the second, in nats: e^3 is one to twenty. One word must be telling; from four words on less is enough.
    private const double leadOfOneWord = 5;
    private const double lead = 3;
    private const double leadOfManyWords = 2;
    private const int manyWords = 5;
    // The score is divided by this: neighbouring n-grams of a word are far from independent.
    private const double dependence = 2.5;

    private static readonly (int From, int To, string Script)[] scripts =
    [
        (0x0041, 0x024F, "Latn"), (0x1E00, 0x1EFF, "Latn"), (0x0370, 0x03FF, "Grek"), (0x1F00, 0x1FFF, "Grek"), (0x0400, 0x052F, "Cyrl"), (0x0530, 0x058F, "Armn"), (0x0590, 0x05FF, "Hebr"),
        (0x0600, 0x077F, "Arab"), (0xFB50, 0xFDFF, "Arab"), (0xFE70, 0xFEFF, "Arab"), (0x0900, 0x097F, "Deva"), (0x0980, 0x09FF, "Beng"), (0x0A00, 0x0A7F, "Guru"), (0x0A80, 0x0AFF, "Gujr"), (0x0B80, 0x0BFF, "Taml"), (0x0C00, 0x0C7F, "Telu"),
        (0x0C80, 0x0CFF, "Knda"), (0x0D00, 0x0D7F, "Mlym"), (0x0D80, 0x0DFF, "Sinh"), (0x0E00, 0x0E7F, "Thai"), (0x10A0, 0x10FF, "Geor"), (0x1100, 0x11FF, "Kore"), (0xAC00, 0xD7AF, "Kore"), (0x3040, 0x30FF, "Jpan"), (0x4E00, 0x9FFF, "Hani"), (0x1780, 0x17FF, "Khmr"), (0x1000, 0x109F, "Mymr"), (0x1200, 0x137F, "Ethi"),
    ];

    private static readonly FrozenDictionary<string, string> languageOfScript = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Grek"] = "el",
        ["Armn"] = "hy",
        ["Hebr"] = "he",
        ["Beng"] = "bn",
        ["Guru"] = "pa",
        ["Gujr"] = "gu",
        ["Taml"] = "ta",
        ["Telu"] = "te",
        ["Knda"] = "kn",
        ["Mlym"] = "ml",
        ["Sinh"] = "si",
        ["Thai"] = "th",
        ["Geor"] = "ka",
        ["Kore"] = "ko",
        ["Jpan"] = "ja",
        ["Hani"] = "zh",
        ["Khmr"] = "km",
        ["Mymr"] = "my",
        ["Ethi"] = "am",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly Dictionary<string, float[]> grams = new(StringComparer.Ordinal);
    private readonly string[] tags;
    private readonly string[] scriptOf;

    /// <summary>Counts the texts of the program.</summary>
    public LanguageDetector()
    {
        Dictionary<string, string> texts = EmbeddedWords.Lines("languages.txt").Select(l => l.Split(": ", 2)).GroupBy(l => l[0], StringComparer.Ordinal).ToDictionary(g => g.Key, g => string.Join(' ', g.Select(l => l[1])), StringComparer.Ordinal);
        tags = [.. texts.Keys.Order(StringComparer.Ordinal)];
        scriptOf = [.. tags.Select(t => MainScript(texts[t]).Script)];
        var counts = new Dictionary<string, int[]>(StringComparer.Ordinal);
        int[][] totals = [.. tags.Select(_ => new int[longestGram + 1])];
        for (int l = 0; l < tags.Length; l++)
        {
            foreach (string gram in Grams(texts[tags[l]]))
            {
                if (!counts.TryGetValue(gram, out int[]? row)) counts[gram] = row = new int[tags.Length];
                row[l]++;
                totals[l][gram.Length]++;
            }
        }
        int[] kinds = [.. Enumerable.Range(0, longestGram + 1).Select(n => counts.Keys.Count(g => g.Length == n))];
        foreach ((string gram, int[] row) in counts)
            grams[gram] = [.. row.Select((count, l) => (float)Math.Log((count + smoothing) / (totals[l][gram.Length] + smoothing * kinds[gram.Length] + 1)))];
    }

    /// <summary>The languages it tells apart.</summary>
    public IReadOnlyCollection<string> Languages => [.. tags.Concat(languageOfScript.Values).Distinct(StringComparer.Ordinal)];

    /// <summary>The language of a text. Only its first 2 000 characters are read; web and e-mail addresses are passed over.</summary>
    public DetectedLanguage Detect(string text)
    {
        string read = Readable(text);
        (string script, int letters, int all) = MainScript(read);
        if (letters == 0 || letters * 2 < all) return DetectedLanguage.Unknown;
        if (languageOfScript.TryGetValue(script, out string? only)) return letters < 2 ? DetectedLanguage.Unknown : new DetectedLanguage(only, 0.99);
        if (letters < fewestLetters) return DetectedLanguage.Unknown;

        var scores = new double[tags.Length];
        string[] words = read.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, float[]>.AlternateLookup<ReadOnlySpan<char>> known = grams.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string word in words)
        {
            ReadOnlySpan<char> padded = Padded(word);
            for (int n = 1; n <= longestGram; n++)
            {
                for (int i = 0; i + n <= padded.Length; i++)
                {
                    // A gram that no text holds says nothing about which language it is.
                    if ((n == 1 && padded[i] == '_') || !known.TryGetValue(padded.Slice(i, n), out float[]? row)) continue;
                    for (int l = 0; l < scores.Length; l++) scores[l] += row[l] / dependence;
                }
            }
        }
        int best = -1;
        int second = -1;
        for (int l = 0; l < tags.Length; l++)
        {
            if (scriptOf[l] != script) continue;
            if (best < 0 || scores[l] > scores[best]) (best, second) = (l, best);
            else if (second < 0 || scores[l] > scores[second]) second = l;
        }
        if (best < 0) return DetectedLanguage.Unknown;
        double ahead = second < 0 ? double.PositiveInfinity : scores[best] - scores[second];
        if (ahead < (words.Length <= 2 ? leadOfOneWord : words.Length < manyWords ? lead : leadOfManyWords) || words.Length == 1 && letters < 8) return DetectedLanguage.Unknown;
        double sum = 0;
        for (int l = 0; l < tags.Length; l++)
            if (scriptOf[l] == script) sum += Math.Exp(Math.Max(-50, scores[l] - scores[best]));
        return new DetectedLanguage(tags[best], Math.Round(1 / sum, 4));
    }

    // Letters in lower case with single spaces; what holds @, ://, a digit or an underscore is no word of a language.
    private static string Readable(string text)
    {
        string cut = text.Length > longestRead ? text[..longestRead] : text;
        var words = new List<string>();
        foreach (string piece in cut.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (piece.AsSpan().ContainsAny('@', '_', '\\') || piece.Contains("://", StringComparison.Ordinal) || piece.AsSpan().ContainsAnyInRange('0', '9')) continue;
            words.AddRange(new string([.. piece.Select(c => char.IsLetter(c) || c == '\'' || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark ? char.ToLowerInvariant(c) : c == '’' ? '\'' : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        return string.Join(' ', words);
    }

    private static string Padded(string word) => "_" + (word.Length > 40 ? word[..40] : word) + "_";

    private static IEnumerable<string> Grams(string text)
    {
        foreach (string word in Readable(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string padded = Padded(word);
            for (int n = 1; n <= longestGram; n++)
                for (int i = 0; i + n <= padded.Length; i++)
                    if (n > 1 || padded[i] != '_') yield return padded.Substring(i, n);
        }
    }

    private static (string Script, int Letters, int All) MainScript(string text)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        int all = 0;
        foreach (char c in text)
        {
            if (!char.IsLetter(c)) continue;
            all++;
            foreach ((int from, int to, string script) in scripts)
            {
                if (c < from || c > to) continue;
                counts[script] = counts.GetValueOrDefault(script) + 1;
                break;
            }
        }
        if (counts.Count == 0) return (string.Empty, 0, all);
        // Japanese mixes kana with Han characters; a few kana tell it.
        if (counts.TryGetValue("Jpan", out int kana) && counts.TryGetValue("Hani", out int han))
        {
            if (kana * 10 >= han) counts["Jpan"] = kana + han;
            counts.Remove("Hani");
        }
        KeyValuePair<string, int> main = counts.MaxBy(p => p.Value);
        return (main.Key, main.Value, all);
    }
}
