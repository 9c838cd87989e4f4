namespace Switchboard.Core.Understanding.Pii;

/// <summary>Finds postal addresses: a house number beside a street's name, with the flat, the place and the postcode that follow on the line.</summary>
internal static class AddressFinder
{
    private const int mostNameWords = 4;
    private const int mostTail = 8;

    private static readonly string[] compoundEndings = ["strasse", "gasse", "allee", "straat", "gatan", "vagen", "veien", "laan", "katu", "gracht", "plein"];
    private static readonly string[] before = ["rue", "avenue", "boulevard", "chemin", "impasse", "quai", "calle", "avenida", "plaza", "paseo", "carrera", "via", "viale", "piazza", "corso", "rua", "travessa", "ulica", "ul", "aleja", "plac"];
    private static readonly string[] after = ["street", "st", "road", "rd", "avenue", "ave", "lane", "ln", "drive", "dr", "court", "ct", "boulevard", "blvd", "square", "terrace", "close", "crescent", "highway", "hwy", "parkway", "circle"];

    /// <summary>The addresses, in order of place. The work is linear: each number or street word is looked at with a bounded number of words beside it.</summary>
    public static IEnumerable<(int Start, int End)> Find(string text, List<Token> tokens)
    {
        int i = 0;
        while (i < tokens.Count)
        {
            int end = Street(text, tokens, i);
            if (end < 0)
            {
                i++;
                continue;
            }
            end = Tail(text, tokens, end);
            yield return (tokens[i].Start, tokens[end - 1].End);
            i = end;
        }
    }

    /// <summary>One past the last token of a street with its number; -1 when none begins here.</summary>
    private static int Street(string text, List<Token> tokens, int i)
    {
        Token first = tokens[i];
        if (IsHouseNumber(first))
        {
            // "221 Baker Street", "12 rue de la Paix"
            int j = i + 1;
            if (j < tokens.Count && tokens[j].Folded == ",") j++;
            if (j < tokens.Count && before.Contains(tokens[j].Folded, StringComparer.Ordinal)) return Name(text, tokens, j + 1) is > 0 and int named ? named : -1;
            for (int words = 0; j < tokens.Count && words < mostNameWords && tokens[j].Kind == TokenKind.Word && !Tokens.LineBreakBetween(text, tokens[j - 1], tokens[j]); j++, words++)
            {
                if (words > 0 && after.Contains(tokens[j].Folded, StringComparer.Ordinal) && (Tokens.IsCapitalised(text, tokens[j]) || tokens[j].Length > 3 || NextIs(tokens, j, "."))) return j + 1;
                if (!Tokens.IsCapitalised(text, tokens[j])) break;
            }
            return -1;
        }
        if (first.Kind != TokenKind.Word) return -1;
        // "Hauptstraße 12", "Hauptstr. 12"
        if (compoundEndings.Any(e => first.Folded.EndsWith(e, StringComparison.Ordinal) && first.Folded.Length > e.Length) || first.Folded.EndsWith("str", StringComparison.Ordinal) && first.Length > 5)
        {
            int j = i + 1;
            if (j < tokens.Count && tokens[j].Folded == ".") j++;
            return j < tokens.Count && IsHouseNumber(tokens[j]) ? j + 1 : -1;
        }
        // "Calle Mayor 5", "Via Roma, 12"
        if (before.Contains(first.Folded, StringComparer.Ordinal) && Tokens.IsCapitalised(text, first))
        {
            int j = Name(text, tokens, i + 1);
            if (j < 0) return -1;
            if (j < tokens.Count && tokens[j].Folded is "," or "n") j++;
            return j < tokens.Count && IsHouseNumber(tokens[j]) ? j + 1 : -1;
        }
        return -1;
    }

    private static int Name(string text, List<Token> tokens, int from)
    {
        int j = from;
        bool capital = false;
        while (j < tokens.Count && j - from < mostNameWords && tokens[j].Kind == TokenKind.Word && !Tokens.LineBreakBetween(text, tokens[j - 1], tokens[j]))
        {
            bool isCapital = Tokens.IsCapitalised(text, tokens[j]);
            if (!isCapital && !NameLists.Particles.Contains(tokens[j].Folded)) break;
            capital |= isCapital;
            j++;
        }
        return capital ? j : -1;
    }

    // ", 12345 Berlin", ", Apt. 4": numbers, capitalised words and commas on the same line.
    private static int Tail(string text, List<Token> tokens, int end)
    {
        int last = end;
        for (int j = end; j < tokens.Count && j - end < mostTail && !Tokens.LineBreakBetween(text, tokens[j - 1], tokens[j]); j++)
        {
            Token token = tokens[j];
            if (token.Kind == TokenKind.Mark && token.Folded is "," or "." or "#" or "-") continue;
            if (token.Kind == TokenKind.Number && token.Length <= 6 || Tokens.IsCapitalised(text, token) && tokens[j - 1].Folded != ".") last = j + 1;
            else break;
        }
        return last;
    }

    private static bool IsHouseNumber(Token token) => token.Kind == TokenKind.Number && token.Length <= 5 && token.Folded.All(char.IsAsciiDigit);

    private static bool NextIs(List<Token> tokens, int i, string mark) => i + 1 < tokens.Count && tokens[i + 1].Folded == mark;
}
