using System.Globalization;
using System.Text;

namespace Switchboard.Core.Understanding;

/// <summary>What a token is made of.</summary>
internal enum TokenKind
{
    /// <summary>Letters, and digits after them.</summary>
    Word,

    /// <summary>Digits, with dots, commas or apostrophes between digits.</summary>
    Number,

    /// <summary>One other character that is no white space.</summary>
    Mark,
}

/// <summary>A token with its place, UTF-16 units, end exclusive. <c>Folded</c> is lower case without accents.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int End, string Folded)
{
    /// <summary>Its length in UTF-16 units.</summary>
    public int Length => End - Start;
}

/// <summary>Cuts a text into words, numbers and marks, in one pass.</summary>
internal static class Tokens
{
    private const string elided = "ldjmtsnc";

    // One string for each sign, since most marks and many words of hostile texts are one.
    private static readonly string[] single = [.. Enumerable.Range(0, 128).Select(c => ((char)c).ToString())];

    /// <summary>The tokens in order of place. The work is linear in the text.</summary>
    public static List<Token> Of(string text)
    {
        var tokens = new List<Token>(text.Length / 4 + 4);
        int i = 0;
        while (i < text.Length)
        {
            char c = text[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
                continue;
            }
            int start = i;
            if (IsDigit(c))
            {
                while (i < text.Length && (IsDigit(text[i]) || (text[i] is '.' or ',' or '\'' or '’' && i + 1 < text.Length && IsDigit(text[i + 1])))) i++;
                tokens.Add(new Token(TokenKind.Number, start, i, Piece(text, start, i)));
            }
            else if (IsWordPart(text, i))
            {
                while (i < text.Length && (IsWordPart(text, i) || IsDigit(text[i]) || IsInnerApostrophe(text, i)))
                {
                    // "l'an" and "d'avril" are two words; "don't" and "O'Brien" are one.
                    if (text[i] is '\'' or '’' && i == start + 1 && elided.Contains(char.ToLowerInvariant(text[start]), StringComparison.Ordinal)) break;
                    i += char.IsSurrogatePair(text, i) ? 2 : 1;
                }
                tokens.Add(new Token(TokenKind.Word, start, i, Fold(Piece(text, start, i))));
            }
            else
            {
                i += char.IsSurrogatePair(text, i) ? 2 : 1;
                tokens.Add(new Token(TokenKind.Mark, start, i, Piece(text, start, i)));
            }
        }
        return tokens;
    }

    /// <summary>Lower case, without accents; ß is ss, ø is o, ł is l, æ is ae, typographic apostrophes are straight.</summary>
    public static string Fold(string word)
    {
        if (IsAscii(word)) return word.Length == 1 ? single[word[0] is >= 'A' and <= 'Z' ? word[0] + 32 : word[0]] : word.ToLowerInvariant();
        var folded = new StringBuilder(word.Length);
        foreach (char c in Normalized(word.ToLowerInvariant(), NormalizationForm.FormD))
        {
            switch (c)
            {
                case 'ß': folded.Append("ss"); break;
                case 'ø': folded.Append('o'); break;
                case 'ł': folded.Append('l'); break;
                case 'đ' or 'ð': folded.Append('d'); break;
                case 'æ': folded.Append("ae"); break;
                case 'œ': folded.Append("oe"); break;
                case 'ı': folded.Append('i'); break;
                case '’': folded.Append('\''); break;
                default:
                    if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark) folded.Append(c);
                    break;
            }
        }
        return folded.ToString();
    }

    /// <summary>Whether a word begins with a capital letter.</summary>
    public static bool IsCapitalised(string text, Token token) => token.Kind == TokenKind.Word && char.IsUpper(text[token.Start]);

    /// <summary>Whether the text between two tokens holds a line break.</summary>
    public static bool LineBreakBetween(string text, Token left, Token right) => text.AsSpan(left.End, right.Start - left.End).IndexOfAny('\n', '\r') >= 0;

    private static string Piece(string text, int start, int end) => end - start == 1 && text[start] < single.Length ? single[text[start]] : text[start..end];

    private static bool IsDigit(char c) => c is >= '0' and <= '9';

    private static bool IsAscii(string word)
    {
        foreach (char c in word)
            if (c > 127) return false;
        return true;
    }

    /// <summary>The text in a Unicode form. Half a surrogate pair cannot be normalised: a text with one stays as it is.</summary>
    internal static string Normalized(string text, NormalizationForm form)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsSurrogatePair(text, i)) return text;
            i++;
        }
        return text.Normalize(form);
    }

    private static bool IsWordPart(string text, int i) => CharUnicodeInfo.GetUnicodeCategory(text, i) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
        or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsInnerApostrophe(string text, int i) => text[i] is '\'' or '’' && i + 1 < text.Length && char.IsLetter(text[i + 1]);
}
