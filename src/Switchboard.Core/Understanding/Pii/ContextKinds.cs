using System.Collections.Frozen;

namespace Switchboard.Core.Understanding.Pii;

/// <summary>Finds what only the words beside it make personal: dates of birth, passport and licence numbers, passwords and codes.</summary>
internal static class ContextKinds
{
    private const int reach = 8;

    private static readonly (string Kind, FrozenSet<string> Words)[] kinds =
    [
        (PiiKinds.BirthDate, Set("born birth birthday birthdate dob geboren geburtsdatum geburtstag ne nee naissance naci nacio nacimiento nacido nacida nascimento nasci nascido nascida nato nata nascita")),
        (PiiKinds.Passport, Set("passport reisepass passnummer passeport pasaporte passaporte passaporto")),
        (PiiKinds.DrivingLicence, Set("licence license fuhrerschein fuehrerschein permis carnet patente")),
        (PiiKinds.Password, Set("password passwort kennwort passcode contrasena senha mdp passphrase pwd")),
        (PiiKinds.Code, Set("otp cvv cvc cvc2 cvv2 pin tan verification security einmalcode")),
    ];

    // Small words between the name of the thing and the thing.
    private static readonly FrozenSet<string> between = Set("is was number no nr num code the my your his her it its on in date of ist lautet est es e : # = - ' \" 's s 'is passnummer nummer numero value set to");

    /// <summary>The values, in order of place. Each context word looks at most eight tokens ahead.</summary>
    public static IEnumerable<PiiFinding> Find(string text, List<Token> tokens, IReadOnlyList<(int Start, int End)> dates)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != TokenKind.Word) continue;
            foreach ((string kind, FrozenSet<string> words) in kinds)
            {
                if (!words.Contains(tokens[i].Folded)) continue;
                if (kind == PiiKinds.DrivingLicence && !IsDriving(tokens, i) || kind == PiiKinds.Code && tokens[i].Folded is "verification" or "security" && !Follows(tokens, i, "code")) continue;
                PiiFinding? found = kind == PiiKinds.BirthDate ? BirthDate(text, tokens, i, dates) : Value(text, tokens, i, kind);
                if (found is not null) yield return found;
            }
        }
    }

    private static PiiFinding? BirthDate(string text, List<Token> tokens, int i, IReadOnlyList<(int Start, int End)> dates)
    {
        int from = tokens[i].End;
        int until = tokens[Math.Min(tokens.Count - 1, i + reach)].End;
        // The dates are in order of place; the first that begins behind the word is the one.
        int low = 0;
        int high = dates.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (dates[middle].Start < from) low = middle + 1;
            else high = middle;
        }
        if (low == dates.Count || dates[low].Start >= until) return null;
        (int start, int end) = dates[low];
        // A date of birth says the year or at least the day of a month, never "Sunday".
        return text.AsSpan(start, end - start).ContainsAnyInRange('0', '9') ? new PiiFinding(PiiKinds.BirthDate, start, end, 0.8, "context") : null;
    }

    private static PiiFinding? Value(string text, List<Token> tokens, int i, string kind)
    {
        bool stated = false;
        for (int j = i + 1; j < tokens.Count && j <= i + reach; j++)
        {
            if (Tokens.LineBreakBetween(text, tokens[j - 1], tokens[j])) return null;
            if (between.Contains(tokens[j].Folded))
            {
                stated |= tokens[j].Folded is "is" or ":" or "=" or "ist" or "est" or "es" or "lautet" or "e";
                continue;
            }
            int start = tokens[j].Start;
            int end = start;
            while (end < text.Length && !char.IsWhiteSpace(text[end]) && end - start < 64 && text[end] is not (',' or ';' or '"' or '<' or '>')) end++;
            while (end > start && text[end - 1] is '.' or '!' or '?' or ')' or ':') end--;
            string value = text[start..end];
            int digits = value.Count(char.IsAsciiDigit);
            bool fits = kind switch
            {
                PiiKinds.Password => stated && value.Length >= 6 && (digits > 0 || value.Any(c => !char.IsLetterOrDigit(c))),
                PiiKinds.Code => digits == value.Length && value.Length is >= 3 and <= 8 && (stated || j == i + 1),
                _ => digits >= 5 && value.Length is >= 6 and <= 18 && value.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'),
            };
            return fits ? new PiiFinding(kind, start, end, 0.8, "context") : null;
        }
        return null;
    }

    private static bool IsDriving(List<Token> tokens, int i)
    {
        for (int j = Math.Max(0, i - 4); j < Math.Min(tokens.Count, i + 4); j++)
            if (tokens[j].Folded is "driver" or "driver's" or "drivers" or "driving" or "fuhrerschein" or "fuehrerschein" or "conduire" or "conducir" or "guida") return true;
        return false;
    }

    private static bool Follows(List<Token> tokens, int i, string word) => i + 1 < tokens.Count && tokens[i + 1].Folded == word;

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
