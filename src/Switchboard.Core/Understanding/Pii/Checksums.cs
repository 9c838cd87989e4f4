using System.Globalization;

namespace Switchboard.Core.Understanding.Pii;

/// <summary>The checks that tell a real number from any other of its length. Each takes characters without separators; anything else is false.</summary>
public static class Checksums
{
    private const string dniLetters = "TRWAGMYFPDXBNJZSQVHLCKE";

    // Registry lengths of the IBAN (ISO 13616), by country.
    private static readonly Dictionary<string, int> ibanLengths = new(StringComparer.Ordinal)
    {
        ["AD"] = 24,
        ["AE"] = 23,
        ["AL"] = 28,
        ["AT"] = 20,
        ["AZ"] = 28,
        ["BA"] = 20,
        ["BE"] = 16,
        ["BG"] = 22,
        ["BH"] = 22,
        ["BI"] = 27,
        ["BR"] = 29,
        ["BY"] = 28,
        ["CH"] = 21,
        ["CR"] = 22,
        ["CY"] = 28,
        ["CZ"] = 24,
        ["DE"] = 22,
        ["DJ"] = 27,
        ["DK"] = 18,
        ["DO"] = 28,
        ["EE"] = 20,
        ["EG"] = 29,
        ["ES"] = 24,
        ["FI"] = 18,
        ["FK"] = 18,
        ["FO"] = 18,
        ["FR"] = 27,
        ["GB"] = 22,
        ["GE"] = 22,
        ["GI"] = 23,
        ["GL"] = 18,
        ["GR"] = 27,
        ["GT"] = 28,
        ["HN"] = 28,
        ["HR"] = 21,
        ["HU"] = 28,
        ["IE"] = 22,
        ["IL"] = 23,
        ["IQ"] = 23,
        ["IS"] = 26,
        ["IT"] = 27,
        ["JO"] = 30,
        ["KW"] = 30,
        ["KZ"] = 20,
        ["LB"] = 28,
        ["LC"] = 32,
        ["LI"] = 21,
        ["LT"] = 20,
        ["LU"] = 20,
        ["LV"] = 21,
        ["LY"] = 25,
        ["MC"] = 27,
        ["MD"] = 24,
        ["ME"] = 22,
        ["MK"] = 19,
        ["MN"] = 20,
        ["MR"] = 27,
        ["MT"] = 31,
        ["MU"] = 30,
        ["NI"] = 28,
        ["NL"] = 18,
        ["NO"] = 15,
        ["OM"] = 23,
        ["PK"] = 24,
        ["PL"] = 28,
        ["PS"] = 29,
        ["PT"] = 25,
        ["QA"] = 29,
        ["RO"] = 24,
        ["RS"] = 22,
        ["RU"] = 33,
        ["SA"] = 24,
        ["SC"] = 31,
        ["SD"] = 18,
        ["SE"] = 24,
        ["SI"] = 19,
        ["SK"] = 24,
        ["SM"] = 27,
        ["SO"] = 23,
        ["ST"] = 25,
        ["SV"] = 28,
        ["TL"] = 23,
        ["TN"] = 24,
        ["TR"] = 26,
        ["UA"] = 29,
        ["VA"] = 22,
        ["VG"] = 24,
        ["XK"] = 20,
        ["YE"] = 30,
    };

    /// <summary>Luhn's formula (ISO/IEC 7812-1): every second digit from the right is doubled, its digits are added, the sum is a multiple of ten.</summary>
    public static bool Luhn(ReadOnlySpan<char> digits)
    {
        int sum = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = digits[digits.Length - 1 - i] - '0';
            if (digit is < 0 or > 9) return false;
            if (i % 2 == 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
            sum += digit;
        }
        return digits.Length > 0 && sum % 10 == 0;
    }

    /// <summary>A payment card: 13 to 19 digits that begin as an issuer's do, with the length that issuer uses, and pass <see cref="Luhn"/>.</summary>
    public static bool Card(ReadOnlySpan<char> digits)
    {
        if (digits.Length is < 13 or > 19) return false;
        foreach (char c in digits)
            if (c is < '0' or > '9') return false;
        int two = int.Parse(digits[..2], CultureInfo.InvariantCulture);
        int four = int.Parse(digits[..4], CultureInfo.InvariantCulture);
        bool issued = digits.Length switch
        {
            13 => digits[0] == '4' || two is 50 or (>= 56 and <= 58) or 63 or 67,
            14 => two is 36 or 38 or 39 || four is >= 3000 and <= 3059,
            15 => two is 34 or 37 || four is 2014 or 2149 or 2131 or 1800 || two is 50 or (>= 56 and <= 58) or 63 or 67,
            _ => digits[0] is '4' or '5' or '6' || four is >= 2221 and <= 2720 || four is >= 3528 and <= 3589 || two is 36 or 38 or 39 || four is >= 2200 and <= 2204 or 9792,
        };
        return issued && Luhn(digits);
    }

    /// <summary>An IBAN: the length its country uses, and the remainder 1 modulo 97 with the first four characters moved to the end (ISO 7064).</summary>
    public static bool Iban(ReadOnlySpan<char> iban)
    {
        if (iban.Length is < 15 or > 34) return false;
        Span<char> upper = stackalloc char[iban.Length];
        for (int i = 0; i < iban.Length; i++)
        {
            char c = iban[i] is >= 'a' and <= 'z' ? (char)(iban[i] - 32) : iban[i];
            if (c is not ((>= '0' and <= '9') or (>= 'A' and <= 'Z'))) return false;
            upper[i] = c;
        }
        if (!ibanLengths.TryGetValue(new string(upper[..2]), out int length) || length != iban.Length) return false;
        int rest = 0;
        for (int i = 0; i < upper.Length; i++)
        {
            char c = upper[(i + 4) % upper.Length];
            rest = c <= '9' ? (rest * 10 + (c - '0')) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
        }
        return rest == 1;
    }

    /// <summary>The length an IBAN of this country has; null for a country without one.</summary>
    public static int? IbanLength(string country) => ibanLengths.TryGetValue(country, out int length) ? length : null;

    /// <summary>A US social security number: area not 000, 666 or 9xx, group not 00, serial not 0000. It has no check digit.</summary>
    public static bool Ssn(ReadOnlySpan<char> digits) =>
        AllDigits(digits, 9) && digits[0] != '9' && !digits[..3].SequenceEqual("000") && !digits[..3].SequenceEqual("666") && !digits[3..5].SequenceEqual("00") && !digits[5..].SequenceEqual("0000");

    /// <summary>A Dutch citizen service number: nine digits, weights 9 8 7 6 5 4 3 2 -1, a multiple of eleven.</summary>
    public static bool Bsn(ReadOnlySpan<char> digits)
    {
        if (!AllDigits(digits, 9)) return false;
        int sum = -(digits[8] - '0');
        for (int i = 0; i < 8; i++) sum += (digits[i] - '0') * (9 - i);
        return sum != 0 && sum % 11 == 0;
    }

    /// <summary>A German tax id: eleven digits, the first not 0, one of the first ten two or three times, the last by ISO 7064 mod 11,10.</summary>
    public static bool GermanTaxId(ReadOnlySpan<char> digits)
    {
        if (!AllDigits(digits, 11) || digits[0] == '0') return false;
        Span<int> counts = stackalloc int[10];
        int product = 10;
        for (int i = 0; i < 10; i++)
        {
            counts[digits[i] - '0']++;
            int sum = (digits[i] - '0' + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }
        int repeated = 0;
        foreach (int count in counts)
        {
            if (count > 3) return false;
            if (count > 1) repeated++;
        }
        return repeated == 1 && (11 - product) % 10 == digits[10] - '0';
    }

    /// <summary>A Spanish DNI (eight digits) or NIE (X, Y or Z and seven digits) with the letter of the number modulo 23.</summary>
    public static bool SpanishId(ReadOnlySpan<char> id)
    {
        if (id.Length != 9) return false;
        int number = 0;
        for (int i = 0; i < 8; i++)
        {
            char c = char.ToUpperInvariant(id[i]);
            if (i == 0 && c is 'X' or 'Y' or 'Z') c = (char)('0' + (c - 'X'));
            if (c is < '0' or > '9') return false;
            number = number * 10 + (c - '0');
        }
        return char.ToUpperInvariant(id[8]) == dniLetters[number % 23];
    }

    /// <summary>A French NIR: sex, year, month, place, order (2A and 2B count as 19 and 18) and a key that makes it 97 minus the number modulo 97.</summary>
    public static bool FrenchNir(ReadOnlySpan<char> nir)
    {
        if (nir.Length != 15 || nir[0] is not (>= '1' and <= '8')) return false;
        Span<char> digits = stackalloc char[15];
        nir.CopyTo(digits);
        if (digits[5] == '2' && char.ToUpperInvariant(digits[6]) is 'A' or 'B')
        {
            bool isA = char.ToUpperInvariant(digits[6]) == 'A';
            digits[5] = '1';
            digits[6] = isA ? '9' : '8';
        }
        if (!long.TryParse(digits[..13], NumberStyles.None, CultureInfo.InvariantCulture, out long number) || !int.TryParse(digits[13..], NumberStyles.None, CultureInfo.InvariantCulture, out int key)) return false;
        int month = (digits[3] - '0') * 10 + (digits[4] - '0');
        return month is (>= 1 and <= 12) or (>= 20 and <= 42) or (>= 50 and <= 99) && key == 97 - (int)(number % 97);
    }

    /// <summary>A Brazilian CPF: eleven digits, not all alike, with two check digits modulo 11.</summary>
    public static bool Cpf(ReadOnlySpan<char> digits)
    {
        if (!AllDigits(digits, 11) || digits.IndexOfAnyExcept(digits[0]) < 0) return false;
        for (int length = 9; length < 11; length++)
        {
            int sum = 0;
            for (int i = 0; i < length; i++) sum += (digits[i] - '0') * (length + 1 - i);
            if (sum * 10 % 11 % 10 != digits[length] - '0') return false;
        }
        return true;
    }

    /// <summary>A Polish PESEL: eleven digits that hold a date of birth, weights 1 3 7 9, with a check digit.</summary>
    public static bool Pesel(ReadOnlySpan<char> digits)
    {
        if (!AllDigits(digits, 11)) return false;
        int month = ((digits[2] - '0') * 10 + (digits[3] - '0')) % 20;
        int day = (digits[4] - '0') * 10 + (digits[5] - '0');
        if (month is < 1 or > 12 || day is < 1 or > 31) return false;
        ReadOnlySpan<int> weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
        int sum = 0;
        for (int i = 0; i < 10; i++) sum += (digits[i] - '0') * weights[i];
        return (10 - sum % 10) % 10 == digits[10] - '0';
    }

    /// <summary>An Italian codice fiscale: 6 letters, 2 digits, letter, 2 digits, letter, 3 digits (letters LMNPQRSTUV may stand for digits), and a check letter.</summary>
    public static bool CodiceFiscale(ReadOnlySpan<char> code)
    {
        if (code.Length != 16) return false;
        ReadOnlySpan<int> odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
        const string shape = "LLLLLLDDLDDLDDDL";
        int sum = 0;
        for (int i = 0; i < 16; i++)
        {
            char c = char.ToUpperInvariant(code[i]);
            bool isLetter = c is >= 'A' and <= 'Z';
            bool isDigit = c is >= '0' and <= '9';
            bool fits = shape[i] == 'L' ? isLetter : isDigit || "LMNPQRSTUV".Contains(c, StringComparison.Ordinal);
            if (!fits) return false;
            if (i == 15) return c - 'A' == sum % 26;
            int value = isDigit ? c - '0' : c - 'A';
            sum += i % 2 == 0 ? odd[value] : value;
        }
        return false;
    }

    private static bool AllDigits(ReadOnlySpan<char> text, int length) => text.Length == length && text.IndexOfAnyExceptInRange('0', '9') < 0;
}
