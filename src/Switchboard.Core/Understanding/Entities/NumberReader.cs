using System.Globalization;

namespace Switchboard.Core.Understanding.Entities;

/// <summary>Reads numbers in figures and in words.</summary>
internal static class NumberReader
{
    private const int mostWords = 10;

    /// <summary>The number that begins at a token and the token behind it; false when none does.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="i">The token.</param>
    /// <param name="words">What its words mean.</param>
    /// <param name="value">The number.</param>
    /// <param name="next">The token behind it.</param>
    /// <param name="comma">Whether decimals stand behind a comma; null: as the language does.</param>
    /// <param name="joins">Whether a no-break space groups thousands in every language.</param>
    public static bool Read(string text, List<Token> tokens, int i, Vocabulary words, out decimal value, out int next, bool? comma = null, bool joins = false)
    {
        value = 0;
        next = i;
        bool decimalComma = comma ?? words.DecimalComma;
        if (i >= tokens.Count) return false;
        if (tokens[i].Kind == TokenKind.Number)
        {
            if (Figures(tokens[i].Folded, decimalComma) is not { } figures) return false;
            value = figures;
            next = i + 1;
            // "12 500 €": groups of three behind a space belong to the number in the languages that write so.
            while (next < tokens.Count && tokens[i].Length <= 3 && tokens[next] is { Kind: TokenKind.Number } group && IsGroup(group.Folded) && group.Start == tokens[next - 1].End + 1 && value < 1_000_000_000 && tokens[next - 1].Folded.All(char.IsAsciiDigit)
                && (joins && text[tokens[next - 1].End] is '\u00A0' or '\u202F' || words.DecimalComma && NextIsMoney(text, tokens, next + 1, words)))
            {
                value = value * 1000 + Figures(group.Folded, decimalComma: true)!.Value;
                next++;
            }
            if (words.Is(tokens, next, "times", out int times, out int behind) && (tokens[next].Start == tokens[next - 1].End || tokens[next].Length > 1))
            {
                value *= times;
                next = behind;
            }
            return true;
        }
        return Spelt(tokens, i, words, out value, out next);
    }

    /// <summary>Figures with separators: with both, the last is the decimal one; one alone before three digits groups thousands as the language does.</summary>
    public static decimal? Figures(string figures, bool decimalComma)
    {
        if (figures.Length is 0 or > 24) return null;
        if (figures.Length <= 18 && figures.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0) return long.Parse(figures, NumberStyles.None, CultureInfo.InvariantCulture);
        string plain = figures.Replace("'", string.Empty, StringComparison.Ordinal).Replace("’", string.Empty, StringComparison.Ordinal);
        int dots = plain.Count(c => c == '.');
        int commas = plain.Count(c => c == ',');
        char point = '\0';
        if (dots > 0 && commas > 0) point = plain.LastIndexOf('.') > plain.LastIndexOf(',') ? '.' : ',';
        else if (dots + commas == 1)
        {
            char only = dots == 1 ? '.' : ',';
            int at = plain.IndexOf(only, StringComparison.Ordinal);
            bool groups = plain.Length - at - 1 == 3 && at is >= 1 and <= 3 && plain[0] != '0';
            bool isPoint = only == ',' == decimalComma;
            point = groups && !isPoint ? '\0' : only;
        }
        string number = string.Concat(plain.Where(c => char.IsAsciiDigit(c) || c == point)).Replace(',', '.');
        return decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value) ? value : null;
    }

    /// <summary>A whole number in figures only; null for anything else.</summary>
    public static int? Whole(string figures, int most) =>
        figures.Length is > 0 and <= 4 && figures.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0 && int.Parse(figures, CultureInfo.InvariantCulture) is int value && value <= most ? value : null;

    private static bool Spelt(List<Token> tokens, int i, Vocabulary words, out decimal value, out int next)
    {
        decimal total = 0;
        decimal part = 0;
        int last = i;
        bool any = false;
        int j = i;
        while (j < tokens.Count && j - i < mostWords)
        {
            if (words.Is(tokens, j, "times", out int times, out int behind) && (any || times >= 100 && tokens[j].Length > 2))
            {
                if (times == 100) part = (part == 0 ? 1 : part) * 100;
                else
                {
                    total += (part == 0 ? 1 : part) * times;
                    part = 0;
                }
            }
            else if (words.Is(tokens, j, "number", out int small, out behind) || Compound(tokens, j, words, out small, out behind))
            {
                // "quatre-vingts" is four times twenty; "twenty" after "twenty" is another number.
                if (part == 4 && small == 20 && any) part = 80;
                else if (any && part % 100 != 0 && (part % 100 < 20 && part % 100 != 0 || small >= 10 && part % 100 is not (60 or 80))) break;
                else part += small;
            }
            else if (any && tokens[j].Folded is "and" or "und" or "et" or "y" or "e" or "-" && j + 1 < tokens.Count && (words.Is(tokens, j + 1, "number", out int after, out _) || words.Is(tokens, j + 1, "times")) && (tokens[j].Folded == "-" && tokens[j].Start == tokens[j - 1].End || part % 100 == 0 && tokens[j].Folded == "and" || tokens[j].Folded is not ("and" or "-") && part % 100 is 0 or >= 20))
            {
                j++;
                continue;
            }
            else break;
            any = true;
            j = behind;
            last = j;
        }
        value = total + part;
        next = last;
        return any;
    }

    // "fünfundzwanzig", "venticinque", "zweihundert": two or three number words written as one.
    private static bool Compound(List<Token> tokens, int i, Vocabulary words, out int value, out int next)
    {
        value = 0;
        next = i + 1;
        string word = tokens[i].Folded;
        if (tokens[i].Kind != TokenKind.Word || word.Length is < 6 or > 40) return false;
        return Split(word, words, 0) is int found && (value = found) > 0;
    }

    private static int? Split(string word, Vocabulary words, int depth)
    {
        if (words.ValueOf("number", word) is { } whole) return int.Parse(whole, CultureInfo.InvariantCulture);
        if (words.ValueOf("times", word) is { } times && word.Length > 3) return int.Parse(times, CultureInfo.InvariantCulture);
        if (depth > 3) return null;
        foreach ((string marker, int factor) in new[] { ("tausend", 1000), ("hundert", 100), ("mila", 1000), ("cento", 100) })
        {
            int at = word.IndexOf(marker, StringComparison.Ordinal);
            if (at < 0) continue;
            int? left = at == 0 ? 1 : Split(word[..at], words, depth + 1);
            string rest = word[(at + marker.Length)..];
            int? right = rest.Length == 0 ? 0 : Split(rest.StartsWith("und", StringComparison.Ordinal) ? rest[3..] : rest, words, depth + 1);
            if (left is { } l && right is { } r) return l * factor + r;
            return null;
        }
        int und = word.IndexOf("und", StringComparison.Ordinal);
        if (und > 0 && words.ValueOf("number", word[..und]) is { } unit && words.ValueOf("number", word[(und + 3)..]) is { } tens && unit.Length == 1 && tens.Length == 2) return int.Parse(unit, CultureInfo.InvariantCulture) + int.Parse(tens, CultureInfo.InvariantCulture);
        for (int cut = 4; cut <= word.Length - 3; cut++)
        {
            if (words.ValueOf("number", word[..cut]) is { Length: 2 } first && first[1] == '0' && words.ValueOf("number", word[cut..]) is { Length: 1 } second)
                return int.Parse(first, CultureInfo.InvariantCulture) + int.Parse(second, CultureInfo.InvariantCulture);
        }
        return null;
    }

    private static bool IsGroup(string figures) => (figures.Length == 3 || figures.Length > 4 && figures[3] is ',' or '.') && char.IsAsciiDigit(figures[0]) && char.IsAsciiDigit(figures[1]) && char.IsAsciiDigit(figures[2]);

    private static bool NextIsMoney(string text, List<Token> tokens, int i, Vocabulary words) =>
        i < tokens.Count && (words.Is(tokens, i, "money") || text[tokens[i].Start] is '€' or '$' or '£' || tokens[i] is { Kind: TokenKind.Number, Length: 3 } && i + 1 < tokens.Count && words.Is(tokens, i + 1, "money"));
}
