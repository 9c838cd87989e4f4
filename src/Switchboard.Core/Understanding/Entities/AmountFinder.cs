using System.Globalization;
using Switchboard.Domain;

namespace Switchboard.Core.Understanding.Entities;

/// <summary>An amount, a percentage or a quantity, given by its tokens (end exclusive).</summary>
internal readonly record struct AmountHit(string Type, int First, int Next, string Value, bool Assumed = false, string? Unit = null);

/// <summary>Finds money, percentages and quantities with a unit.</summary>
internal static class AmountFinder
{
    private const int mostBetween = 3;

    private static readonly Dictionary<string, string> signs = new(StringComparer.Ordinal) { ["$"] = "USD", ["€"] = "EUR", ["£"] = "GBP", ["¥"] = "JPY", ["₹"] = "INR", ["₽"] = "RUB", ["₺"] = "TRY", ["₩"] = "KRW", ["zł"] = "PLN" };

    // What is counted: the word, folded, and its unit.
    private static readonly Dictionary<string, string> units = Units(
        "seat: seat seats licence licences license licenses sitz sitze sitzen platz platze platzen lizenz lizenzen siege sieges asiento asientos assento assentos posto posti licenza licenze|user: user users benutzer benutzern nutzer nutzern utilisateur utilisateurs usuario usuarios utente utenti|agent: agents"
        + "|byte: bytes|kb: kb kilobyte kilobytes|mb: mb megabyte megabytes|gb: gb gigabyte gigabytes gig gigs go|tb: tb terabyte terabytes|call: calls request requests anfragen aufrufe requetes llamadas|row: row rows zeile zeilen lignes filas linhas righe"
        + "|item: item items piece pieces unit units stuck artikel article articles articulos unidades pezzi pieza piezas|order: orders bestellungen commandes pedidos ordini|ticket: tickets|file: file files dateien fichiers archivos ficheiros arquivos|email: emails mails"
        + "|kg: kg kilo kilos kilogram kilograms|g: grams gram|m: meters metres meter metre|km: km kilometer kilometers kilometre kilometres|cm: cm|mm: mm|l: litre litres liter liters|px: px pixels"
        + "|person: person persons people guest guests pax personen personnes personas pessoas persone gaste of_us|adult: adult adults erwachsene erwachsenen adultes adultos adulti|child: child children kid kids toddler toddlers baby babies infant infants boys girls sons daughters teenagers kind kinder enfants enfant ninos hijos criancas filhos bambini bambino figli"
        + "|room: room rooms bedroom bedrooms zimmer chambre chambres habitacion habitaciones quarto quartos camera camere suite suites|time: times mal fois veces vezes volte");

    // Words that may stand between the number and what it counts: "2 double rooms".
    private static readonly HashSet<string> between = new("double single twin family small large big little young free more extra new other additional minor human of our small standard active paid api".Split(' '), StringComparer.Ordinal);

    /// <summary>All of them in order of place, none overlapping.</summary>
    public static List<AmountHit> Find(string text, List<Token> tokens, Vocabulary words, EntityContext context)
    {
        var found = new List<AmountHit>();
        int i = 0;
        while (i < tokens.Count)
        {
            if (tokens[i].Kind == TokenKind.Word && !words.Knows(tokens[i].Folded) && tokens[i].Length < 6 && !(context.IsExact && tokens[i].Length == 3 && char.IsAsciiLetterUpper(text[tokens[i].Start])) || Read(text, tokens, i, words, context) is not { } hit)
            {
                i++;
                continue;
            }
            found.Add(hit);
            i = Math.Max(hit.Next, i + 1);
        }
        return found;
    }

    private static AmountHit? Read(string text, List<Token> tokens, int i, Vocabulary words, EntityContext context)
    {
        bool exact = context.IsExact;
        string currency = context.Currency;
        Token token = tokens[i];
        if (Named(text, tokens, i, words) is { } named) return named;
        // "$1,234.50", "US$ 5", "EUR 20", "R$ 30"
        if (token.Kind == TokenKind.Mark && signs.TryGetValue(token.Folded, out string? code) && i + 1 < tokens.Count && tokens[i + 1].Kind == TokenKind.Number && tokens[i + 1].Start - token.End <= 1 && NumberReader.Read(text, tokens, i + 1, words, out decimal amount, out int next, context.DecimalComma, exact))
        {
            int first = i;
            if (i > 0 && tokens[i - 1].End == token.Start && tokens[i - 1].Kind == TokenKind.Word && tokens[i - 1].Folded is "us" or "r" or "a" or "c" or "ca" or "au" or "mx")
            {
                code = tokens[i - 1].Folded switch { "r" => "BRL", "a" or "au" => "AUD", "c" or "ca" => "CAD", "mx" => "MXN", _ => "USD" };
                first = i - 1;
            }
            return Money(first, Behind(tokens, next, words, code), amount, code, exact);
        }
        if (token.Kind == TokenKind.Word && token.Length == 3 && text.AsSpan(token.Start, 3).IndexOfAnyExceptInRange('A', 'Z') < 0 && (words.Is(tokens, i, "money", out code, out int number) || exact && IsCode(text, tokens, i, before: true, out code, out number)) && number < tokens.Count && tokens[number].Kind == TokenKind.Number && tokens[number].Start - token.End <= 1 && NumberReader.Read(text, tokens, number, words, out amount, out next, context.DecimalComma, exact))
            return Money(i, next, amount, code, exact);
        bool article = words.Is(tokens, i, "a", out string _, out int articleEnd) && words.Is(tokens, articleEnd, "times");
        int from = article ? articleEnd : i;
        if (!NumberReader.Read(text, tokens, from, words, out amount, out next, context.DecimalComma, exact)) return null;
        if (Glued(tokens, i)) return null;
        // "20 €", "595 pounds", "12 zł"
        if (next < tokens.Count && tokens[next].Kind == TokenKind.Mark && signs.TryGetValue(tokens[next].Folded, out code)) return Money(i, next + 1, amount, code, exact);
        if ((words.Is(tokens, next, "money", out code, out int end) || exact && tokens[i].Kind == TokenKind.Number && IsCode(text, tokens, next, before: false, out code, out end)) && !(tokens[next].Folded is "real" && words.Language is not "pt"))
        {
            // "5 dollars and 20 cents"
            int cents = end < tokens.Count && tokens[end].Folded is "and" or "und" or "et" or "y" or "e" ? end + 1 : end;
            if (NumberReader.Read(text, tokens, cents, words, out decimal part, out int centEnd) && part < 100 && words.Is(tokens, centEnd, "cent", out string _, out int last)) return Money(i, last, amount + part / 100, code, exact);
            return Money(i, end, amount, code, exact);
        }
        if (words.Is(tokens, next, "cent", out string _, out end) && tokens[next].Length > 1) return Money(i, end, amount / 100, currency, exact, assumed: true);
        if (next < tokens.Count && tokens[next].Folded == "%") return new AmountHit(EntityTypes.Percent, i, next + 1, Text(amount));
        if (words.Is(tokens, next, "percent", out string _, out end)) return new AmountHit(EntityTypes.Percent, i, end, Text(amount));
        if (Quantity(text, tokens, next) is { } unit) return new AmountHit(EntityTypes.Quantity, i, next, Text(amount), Unit: unit);
        if (i > 0 && tokens[i - 1].Folded == "for" && amount is >= 1 and <= 99 && ForPeople(tokens, i, next, words)) return new AmountHit(EntityTypes.Quantity, i, next, Text(amount), Unit: "person");
        // "This one", "another one": a pronoun.
        if (next == i + 1 && token.Kind == TokenKind.Word && (amount == 1 || words.Is(tokens, i, "few"))) return null;
        // A bare number is money only with exactly two decimals or beside a word of paying.
        if (tokens[i].Kind == TokenKind.Number && next == i + 1 && (IsPrice(tokens[i].Folded) && !words.Is(tokens, next, "unit") && !words.Is(tokens, next, "part") && !IsVersion(tokens, i) || BesidePay(tokens, i, words) && !words.Is(tokens, next, "unit") && tokens[i].Length <= 9 && !Dated(tokens, i, next, words))) return Money(i, next, amount, currency, exact, assumed: true);
        return new AmountHit(EntityTypes.Number, i, next, Text(amount));
    }

    private static string? Quantity(string text, List<Token> tokens, int i)
    {
        for (int j = i; j < tokens.Count && j < i + mostBetween && !Tokens.LineBreakBetween(text, tokens[j - 1], tokens[j]); j++)
        {
            if (tokens[j].Folded is "-") continue;
            if (tokens[j].Kind != TokenKind.Word) return null;
            if (units.TryGetValue(tokens[j].Folded, out string? unit)) return unit;
            if (!between.Contains(tokens[j].Folded)) return tokens[j].Folded == "us" && j > i ? "person" : null;
            if (tokens[j].Folded == "of" && j + 1 < tokens.Count && tokens[j + 1].Folded == "us") return "person";
        }
        return null;
    }

    // "a double room", "no children": an article or a "no" before what is asked for in numbers.
    private static AmountHit? Named(string text, List<Token> tokens, int i, Vocabulary words)
    {
        if (tokens[i].Kind != TokenKind.Word) return null;
        bool none = tokens[i].Folded is "no" or "without" or "keine" or "ohne" or "sans" or "sin" or "sem" or "senza";
        if (!none && !words.Is(tokens, i, "a")) return null;
        if (Quantity(text, tokens, i + 1) is not ("room" or "child" or "adult" or "seat") and { } || Quantity(text, tokens, i + 1) is not { } unit) return null;
        int next = i + 1;
        while (!units.ContainsKey(tokens[next].Folded)) next++;
        return new AmountHit(EntityTypes.Quantity, i, next + 1, none ? "0" : "1", Unit: unit);
    }

    private static bool ForPeople(List<Token> tokens, int i, int next, Vocabulary words)
    {
        if (words.Is(tokens, next, "unit") || words.Is(tokens, next, "suffix") || words.Is(tokens, next, "month") || next < tokens.Count && tokens[next].Folded is "%" or "/" or ":" or "€" or "$" or "£") return false;
        for (int j = i - 2; j >= Math.Max(0, i - 8); j--)
            if (tokens[j].Folded is "table" or "tables" or "booking" or "reservation" or "book" or "room" or "rooms" or "lunch" or "dinner" or "breakfast" or "tisch" or "mesa" or "tavolo") return true;
        return false;
    }

    private static bool IsPrice(string figures)
    {
        int point = figures.LastIndexOfAny(['.', ',']);
        return point > 0 && figures.Length - point - 1 == 2 && figures.Count(c => c is '.' or ',') <= 1 + figures.Length / 4;
    }

    private static bool IsVersion(List<Token> tokens, int i) => i > 0 && tokens[i - 1].Folded is "version" or "v" or "release" or "ios" or "android" or "windows" or "firmware" or "chrome" or "firefox" or "safari";

    private static bool BesidePay(List<Token> tokens, int i, Vocabulary words)
    {
        for (int j = i - 1; j >= Math.Max(0, i - 3); j--)
        {
            if (words.Is(tokens, j, "pay")) return true;
            if (tokens[j].Kind == TokenKind.Mark) return false;
        }
        return false;
    }

    private static bool Dated(List<Token> tokens, int i, int next, Vocabulary words) =>
        words.Is(tokens, next, "month") || words.Is(tokens, next, "suffix") || words.Is(tokens, next, "times") || i > 0 && (words.Is(tokens, i - 1, "month") || words.Is(tokens, i - 1, "on") || words.Is(tokens, i - 1, "at")) || next < tokens.Count && tokens[next].Folded is ":" or "/" or "-" or "times" or "card" or "cards";

    private static bool Glued(List<Token> tokens, int i) => i > 0 && tokens[i].Kind == TokenKind.Number && tokens[i - 1].End == tokens[i].Start && (tokens[i - 1].Kind == TokenKind.Word || tokens[i - 1].Folded is "#" or "_" or "=" or "@" or "/" or ":" || tokens[i - 1].Folded is "-" && i > 1 && tokens[i - 2].End == tokens[i - 1].Start);

    private static int Behind(List<Token> tokens, int next, Vocabulary words, string code) => words.Is(tokens, next, "money", out string named, out int end) && named == code ? end : next;

    // In front of a number a code that is a word as well, as in "ALL 5 seats", is that word.
    private static bool IsCode(string text, List<Token> tokens, int i, bool before, out string code, out int next)
    {
        next = i + 1;
        code = i < tokens.Count && tokens[i] is { Kind: TokenKind.Word, Length: 3 } token ? text[token.Start..token.End] : string.Empty;
        return Currencies.IsKnown(code) && !(before && code is "ALL" or "AMD" or "BAM" or "BOB" or "COP" or "CUP" or "GEL" or "MAD" or "MOP" or "PEN" or "SOS" or "TOP" or "TRY");
    }

    private static AmountHit Money(int first, int next, decimal amount, string code, bool exact, bool assumed = false)
    {
        int digits = exact ? Currencies.MinorDigits(code) : 2;
        // A currency without a minor unit has no decimals, so three digits behind a separator are thousands: "1.234 JPY".
        if (digits == 0 && amount.Scale == 3) amount *= 1000;
        string form = digits switch { 0 => "0.####", 3 => "0.000#", _ => "0.00##" };
        return new(EntityTypes.Money, first, next, $"{amount.ToString(form, CultureInfo.InvariantCulture)} {code}", assumed);
    }

    private static string Text(decimal amount) => amount.Scale == 0 && amount is >= 0 and <= int.MaxValue ? ((int)amount).ToString(CultureInfo.InvariantCulture) : amount.ToString("0.####", CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Units(string lines) =>
        lines.Split('|').Select(l => l.Split(": ")).SelectMany(l => l[1].Split(' ').Select(w => (Word: w, Unit: l[0]))).GroupBy(u => u.Word, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Unit, StringComparer.Ordinal);
}
