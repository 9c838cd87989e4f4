using System.Collections.Frozen;
using System.Globalization;
using Switchboard.Core.Understanding.Pii;

namespace Switchboard.Core.Understanding.Entities;

/// <summary>
/// Finds cards, phone numbers, IBANs, social security and other national numbers. A text is cut into runs of digit groups; each run
/// is judged by its form, its check digits and the words beside it. A run has at most twelve groups, so the work is linear.
/// </summary>
internal static class NumberPatterns
{
    private const int mostGroups = 12;
    private const int mostPhoneGroups = 7;
    private const int before = 60;
    private const int after = 24;
    private const int contextWords = 5;

    private static readonly FrozenSet<string> phoneWords = ("phone telephone tel call called calling calls caller mobile cell cellphone fax office reach reachable text sms whatsapp ring rang dial hotline landline answering "
        + "telefon telefonnummer handy handynummer mobil anrufen ruf rufen rufnummer erreichbar festnetz ruckruf telephone appeler appelez appele portable joindre joignable numero telefono llamar llama llamarme movil celular "
        + "telefone ligar ligue telemovel chiamare chiama chiamami cellulare recapito contact contattare kontakt mob ph").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> otherNumbers = ("order invoice ticket account acct case reference ref tracking serial po sku item product customer client card cvv iban policy booking confirmation transaction license licence passport ssn zip postcode build version "
        + "bestellung rechnung kundennummer bestellnummer rechnungsnummer konto kontonummer commande facture compte pedido factura cuenta encomenda fatura conta ordine fattura conto").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> ssnWords = "ssn social security tin itin taxpayer".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly (string[] Words, string Rule, int Length, Func<string, bool> Check)[] nationalIds =
    [
        (["bsn", "burgerservicenummer", "sofinummer", "sofi"], "bsn", 9, d => Checksums.Bsn(d)),
        (["steuer", "steuerid", "steueridentifikationsnummer", "idnr", "identifikationsnummer", "steuernummer", "tax"], "german_tax_id", 11, d => Checksums.GermanTaxId(d)),
        (["pesel"], "pesel", 11, d => Checksums.Pesel(d)),
        (["cpf"], "cpf", 11, d => Checksums.Cpf(d)),
        (["nir", "secu", "securite", "sociale", "insee"], "nir", 15, d => Checksums.FrenchNir(d)),
    ];

    private const int ssnLength = 9;
    private static readonly FrozenSet<int> idLengths = nationalIds.Select(n => n.Length).Append(ssnLength).ToFrozenSet();

    private readonly record struct Group(int Start, int Length, string Separator);

    /// <summary>All of them, in order of place; a stretch of text belongs to at most one.</summary>
    public static IEnumerable<PatternHit> Find(string text)
    {
        int i = 0;
        var groups = new List<Group>(mostGroups);
        while (i < text.Length)
        {
            char c = text[i];
            bool atBoundary = i == 0 || !char.IsLetterOrDigit(text[i - 1]) && text[i - 1] != '_';
            if (atBoundary && char.IsAsciiLetter(c) && LetterId(text, i) is { } lettered)
            {
                yield return lettered;
                i = lettered.End;
                continue;
            }
            if (!atBoundary || !(char.IsAsciiDigit(c) || c is '+' or '(' && i + 1 < text.Length && (char.IsAsciiDigit(text[i + 1]) || text[i + 1] == '+' && c == '(')))
            {
                i++;
                continue;
            }
            int end = ReadRun(text, i, groups);
            foreach (PatternHit hit in Judge(text, i, end, groups)) yield return hit;
            i = Math.Max(end, i + 1);
        }
    }

    private static int ReadRun(string text, int start, List<Group> groups)
    {
        groups.Clear();
        int i = start;
        int separator = i;
        while (i < text.Length && groups.Count < mostGroups)
        {
            int marks = i;
            while (i < text.Length && i - marks < 3 && text[i] is ' ' or '-' or '.' or '/' or '(' or ')' or '+' or '\u00A0' or '\u202F' or '–') i++;
            if (i >= text.Length || !char.IsAsciiDigit(text[i])) return groups.Count == 0 ? i : End();
            int digits = i;
            while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
            groups.Add(new Group(digits, i - digits, Separator(text.AsSpan(separator, digits - separator))));
            separator = i;
        }
        return End();

        int End() => groups[^1].Start + groups[^1].Length;
    }

    // One string for each of the usual separators: a run has up to a dozen.
    private static string Separator(ReadOnlySpan<char> marks) => marks switch { [] => string.Empty, " " => " ", "-" => "-", "." => ".", "/" => "/", _ => marks.ToString() };

    private static IEnumerable<PatternHit> Judge(string text, int start, int end, List<Group> groups)
    {
        var hits = new List<PatternHit>();
        bool touchesWord = end < text.Length && (char.IsLetter(text[end]) && text[end] is not ('x' or 'X') || text[end] == '_');
        int from = 0;
        for (int g = 0; g < groups.Count; g++)
        {
            if (Card(text, groups, g, end, touchesWord, out int last) is not { } card) continue;
            if (g > from) Rest(from, g);
            hits.Add(card);
            from = last + 1;
            g = last;
        }
        if (from < groups.Count) Rest(from, groups.Count);
        return hits;

        void Rest(int first, int beyond)
        {
            List<Group> part = groups.GetRange(first, beyond - first);
            int partStart = first == 0 ? start : part[0].Start;
            int partEnd = part[^1].Start + part[^1].Length;
            bool touches = beyond == groups.Count && touchesWord;
            if ((Id(text, part, partEnd, touches) ?? Phone(text, partStart, part, partEnd, touches)) is { } hit) hits.Add(hit);
        }
    }

    private static PatternHit? Card(string text, List<Group> groups, int first, int end, bool touchesWord, out int last)
    {
        Span<char> digits = stackalloc char[19];
        int count = 0;
        last = first;
        string? separator = null;
        for (int g = first; g < groups.Count; g++)
        {
            if (g > first)
            {
                if (groups[g].Separator is not (" " or "-" or "\u00A0" or ".") || separator is not null && groups[g].Separator != separator) return null;
                separator = groups[g].Separator;
            }
            if (count + groups[g].Length > 19) return null;
            text.AsSpan(groups[g].Start, groups[g].Length).CopyTo(digits[count..]);
            count += groups[g].Length;
            if (g > first && (groups[first].Length < 4 || groups[g].Length < 2)) return null;
            if (count < 13 || touchesWord && g == groups.Count - 1 || !Checksums.Card(digits[..count])) continue;
            // A longer reading of the same digits wins when it holds as well: none of the issuers' lengths is a prefix of another by chance often.
            last = g;
            int stop = groups[g].Start + groups[g].Length;
            bool context = HasNear(text, groups[first].Start, stop, static w => w is "card" or "credit" or "debit" or "visa" or "mastercard" or "amex" or "maestro" or "cc" or "karte" or "kreditkarte" or "carte" or "tarjeta" or "cartao" or "carta");
            return new PatternHit(EntityTypes.PaymentCard, groups[first].Start, stop, "****" + new string(digits.Slice(count - 4, 4)), context ? 0.99 : 0.85, "luhn");
        }
        _ = end;
        return null;
    }

    private static PatternHit? Id(string text, List<Group> groups, int end, bool touchesWord)
    {
        int start = groups[0].Start;
        if (touchesWord)
        {
            // A Spanish DNI is eight digits and a letter.
            if (groups[^1].Length == 8 && end < text.Length && char.IsAsciiLetter(text[end]) && (end + 1 >= text.Length || !char.IsLetterOrDigit(text[end + 1])) && Checksums.SpanishId(text.AsSpan(groups[^1].Start, 9)))
                return new PatternHit(EntityTypes.NationalId, groups[^1].Start, end + 1, text.Substring(groups[^1].Start, 9).ToUpperInvariant(), 0.85, "dni");
            return null;
        }
        if (!idLengths.Contains(groups.Sum(g => g.Length))) return null;
        string digits = Digits(text, groups);
        bool ssnForm = groups is [{ Length: 3 }, { Length: 2, Separator: "-" or " " or "." }, { Length: 4 }] && groups[1].Separator == groups[2].Separator;
        if (digits.Length == ssnLength && (ssnForm || groups.Count == 1) && Checksums.Ssn(digits))
        {
            bool context = HasNear(text, start, end, ssnWords.Contains);
            if (context || ssnForm && groups[1].Separator == "-") return new PatternHit(EntityTypes.Ssn, start, end, digits, context ? 0.8 : 0.7, "ssn");
        }
        if (digits.Length == 11 && groups is [{ Length: 3 }, { Separator: "." }, { Separator: "." }, { Length: 2, Separator: "-" }] && Checksums.Cpf(digits))
            return new PatternHit(EntityTypes.NationalId, start, end, digits, 0.99, "cpf");
        foreach ((string[] words, string rule, int length, Func<string, bool> check) in nationalIds)
        {
            if (digits.Length != length || !check(digits)) continue;
            // One check digit in ten passes by chance, so digits alone need the word; two of the fifteen of a NIR do not.
            bool context = HasNear(text, start, end, words.Contains);
            if (context || rule == "nir") return new PatternHit(EntityTypes.NationalId, start, end, digits, context ? 0.99 : 0.85, rule);
        }
        return null;
    }

    private static PatternHit? Phone(string text, int start, List<Group> groups, int end, bool touchesWord)
    {
        if (IsDate(text, groups))
        {
            // A time may stand behind a date; a phone number does not.
            return null;
        }
        if (groups.Count > mostPhoneGroups || groups.Sum(g => g.Length) is < 6 or > 15) return null;
        string digits = Digits(text, groups);
        int extended = Extension(text, end, ref touchesWord);
        if (touchesWord) return null;
        string head = groups[0].Separator;
        bool hasPlus = head.Contains('+', StringComparison.Ordinal) || start > 0 && text[start - 1] == '+';
        if (groups.Skip(1).Any(g => g.Separator.Contains('+', StringComparison.Ordinal))) return null;
        if (groups.Any(g => g.Separator is "/" && groups.Count > 3)) return null;
        int from = head.Contains('(', StringComparison.Ordinal) || hasPlus ? start : groups[0].Start;
        bool hasContext = HasNear(text, from, extended, phoneWords.Contains);
        bool isOther = IsCalled(text, from, otherNumbers) || extended < text.Length && text[extended] is '%' or '€' or '$' or '£' || from > 0 && (text[from - 1] is '$' or '€' or '£' or '#' || text[from - 1] is '.' or ',' or '/' or '-' && from > 1 && char.IsLetterOrDigit(text[from - 2]));
        bool isGrouped = groups.Count > 1;
        bool isDecimal = groups is [_, { Separator: "." }] || groups.Count > 1 && groups.Skip(1).All(g => g.Length == 3 && g.Separator is "." or " ") && groups[0].Length <= 3 && !hasPlus && digits[0] != '0';
        double confidence =
            hasPlus && digits.Length >= 8 && digits[0] != '0' ? 0.99
            : isOther || isDecimal && !hasContext ? 0
            : digits.StartsWith("00", StringComparison.Ordinal) && digits.Length >= 11 && digits[2] != '0' && (isGrouped || hasContext) ? 0.8
            : NorthAmerican(groups) || extended > end && isGrouped && digits.Length >= 9 ? (hasContext ? 0.8 : 0.7)
            : hasContext && digits.Length >= 7 && (isGrouped || digits.Length <= 13) ? 0.8
            : hasContext && isGrouped && digits.Length == 6 ? 0.6
            : digits[0] == '0' && digits.Length is >= 9 and <= 12 && groups.Count is >= 2 and <= 5 && groups[0].Length is >= 2 and <= 5 ? 0.6
            : 0;
        if (confidence == 0) return null;
        string value = (hasPlus ? "+" : string.Empty) + digits;
        return new PatternHit(EntityTypes.Phone, from, extended, extended > end ? value + "x" + new string([.. text[end..extended].Where(char.IsAsciiDigit)]) : value, confidence, confidence >= 0.99 ? "plus" : hasContext ? "context" : "form");
    }

    /// <summary>The end with an extension such as <c>x1234</c> or <c>ext. 12</c>.</summary>
    private static int Extension(string text, int end, ref bool touchesWord)
    {
        int i = end;
        while (i < text.Length && i - end < 2 && text[i] is ' ' or ',') i++;
        int word = i;
        while (i < text.Length && i - word < 9 && char.IsAsciiLetter(text[i])) i++;
        if (text[word..i].ToLowerInvariant() is not ("x" or "ext" or "extension" or "dw" or "poste" or "int")) return end;
        while (i < text.Length && i - word < 12 && text[i] is ' ' or '.' or ':') i++;
        int number = i;
        while (i < text.Length && i - number < 7 && char.IsAsciiDigit(text[i])) i++;
        if (i == number || i < text.Length && char.IsLetterOrDigit(text[i])) return end;
        touchesWord = false;
        return i;
    }

    private static bool NorthAmerican(List<Group> groups)
    {
        int first = groups is [{ Length: 1 }, _, _, _] ? 1 : 0;
        if (groups.Count - first != 3 || groups[first] is not { Length: 3 } || groups[first + 1].Length != 3 || groups[first + 2].Length != 4) return false;
        return groups[first + 2].Separator is "-" or "." or " " && groups[first + 1].Separator is "-" or "." or " " or ") " or ")" or ")-" or "-(" or "/";
    }

    private static bool IsDate(string text, List<Group> groups)
    {
        if (groups.Count < 3 || groups[1].Separator != groups[2].Separator || groups[1].Separator is not ("-" or "/" or "." or " ")) return false;
        int a = Value(groups[0]);
        int b = Value(groups[1]);
        int c = Value(groups[2]);
        bool yearFirst = groups[0].Length == 4 && groups[1].Length == 2 && groups[2].Length == 2 && a is >= 1900 and <= 2100 && b is >= 1 and <= 12 && c is >= 1 and <= 31;
        bool yearLast = groups[0].Length <= 2 && groups[1].Length <= 2 && groups[2].Length is 4 or 2 && (groups[2].Length == 4 ? c is >= 1900 and <= 2100 : groups.Count == 3 && groups[1].Separator == "/")
            && (a is >= 1 and <= 31 && b is >= 1 and <= 12 || a is >= 1 and <= 12 && b is >= 1 and <= 31);
        return yearFirst || yearLast;

        int Value(Group group) => group.Length > 4 ? -1 : int.Parse(text.AsSpan(group.Start, group.Length), CultureInfo.InvariantCulture);
    }

    /// <summary>Numbers that begin with letters: IBAN, NIE, codice fiscale.</summary>
    private static PatternHit? LetterId(string text, int start)
    {
        int end = start;
        Span<char> packed = stackalloc char[34];
        int count = 0;
        if (start + 3 < text.Length && char.IsAsciiLetter(text[start + 1]) && char.IsAsciiDigit(text[start + 2]) && char.IsAsciiDigit(text[start + 3])
            && Checksums.IbanLength(text.Substring(start, 2).ToUpperInvariant()) is { } length)
        {
            for (end = start; end < text.Length && count < length; end++)
            {
                if (char.IsAsciiLetterOrDigit(text[end])) packed[count++] = text[end];
                else if (text[end] is not (' ' or '-' or '\u00A0') || !char.IsAsciiLetterOrDigit(text[end - 1])) break;
            }
            if (count == length && (end >= text.Length || !char.IsLetterOrDigit(text[end])) && Checksums.Iban(packed[..count]))
                return new PatternHit(EntityTypes.Iban, start, end, new string(packed[..count]).ToUpperInvariant(), HasNear(text, start, end, static w => w is "iban" or "bank" or "account" or "konto" or "compte" or "cuenta" or "conta" or "conto" or "transfer" or "wire") ? 0.99 : 0.85, "mod97");
        }
        end = start;
        while (end < text.Length && end - start < 17 && char.IsAsciiLetterOrDigit(text[end])) end++;
        ReadOnlySpan<char> word = text.AsSpan(start, end - start);
        if (word.Length == 9 && char.ToUpperInvariant(word[0]) is 'X' or 'Y' or 'Z' && Checksums.SpanishId(word)) return new PatternHit(EntityTypes.NationalId, start, end, word.ToString().ToUpperInvariant(), 0.85, "nie");
        if (word.Length == 16 && Checksums.CodiceFiscale(word)) return new PatternHit(EntityTypes.NationalId, start, end, word.ToString().ToUpperInvariant(), 0.85, "codice_fiscale");
        return null;
    }

    private static string Digits(string text, List<Group> groups) => string.Concat(groups.Select(g => text.Substring(g.Start, g.Length)));

    /// <summary>Whether one of the five words before or after, on the same line, is one of these.</summary>
    internal static bool HasNear(string text, int start, int end, Func<string, bool> isOne)
    {
        int from = Math.Max(0, start - before);
        int lineStart = text.LastIndexOfAny(['\n', '!', '?'], Math.Max(0, start - 1), Math.Max(0, Math.Min(start, start - from)));
        if (lineStart >= 0) from = lineStart + 1;
        string[] left = Words(text[from..start]);
        for (int i = Math.Max(0, left.Length - contextWords); i < left.Length; i++)
            if (isOne(left[i])) return true;
        int until = Math.Min(text.Length, end + after);
        int lineEnd = text.IndexOf('\n', end, until - end);
        return Words(text[end..(lineEnd < 0 ? until : lineEnd)]).Take(contextWords - 2).Any(isOne);
    }

    // "order number 12 34": the word right before, "number" and the like passed over.
    private static bool IsCalled(string text, int start, FrozenSet<string> words)
    {
        string[] left = Words(text[Math.Max(0, start - 40)..start]);
        for (int i = left.Length - 1, seen = 0; i >= 0 && seen < 2; i--)
        {
            if (left[i] is "number" or "no" or "nr" or "id" or "is" or "nummer" or "numero" or "num" or "the" or "my") continue;
            if (words.Contains(left[i])) return true;
            seen++;
        }
        return false;
    }

    private static string[] Words(string text) => Tokens.Of(text).Where(t => t.Kind == TokenKind.Word).Select(t => t.Folded).ToArray();
}
