using System.Globalization;
using System.Runtime.InteropServices;

namespace Switchboard.Core.Understanding.Entities;

/// <summary>Reads times of the day: 22:15, 8pm, "25 past 3 in the afternoon", "halb neun", "15h30", "a las 5 de la tarde".</summary>
internal sealed class TimeReader(string text, List<Token> tokens, Vocabulary words)
{
    /// <summary>The time that begins at a token.</summary>
    public TemporalHit? Read(int i)
    {
        if (Between(i)) return Bare(i);
        Clock? clock = Minutes(i) ?? Figures(i) ?? Hour(i) ?? Named(i);
        if (clock is not { } found) return null;
        return new TemporalHit(EntityTypes.Time, i, found.Next, string.Create(CultureInfo.InvariantCulture, $"{found.Hour:00}:{found.Minute:00}"));
    }

    /// <summary>A bare hour where the sentence says that a time stands here, as in "between 8 and 10".</summary>
    public TemporalHit? Bare(int i)
    {
        if (i >= tokens.Count || tokens[i].Kind != TokenKind.Number || NumberReader.Whole(tokens[i].Folded, 24) is not { } hour || tokens[i].Length > 2) return null;
        return new TemporalHit(EntityTypes.Time, i, i + 1, string.Create(CultureInfo.InvariantCulture, $"{hour % 24:00}:00"));
    }

    // "between 8 and 10" with nothing behind that is counted.
    private bool Between(int i)
    {
        if (tokens[i].Kind != TokenKind.Number || tokens[i].Length > 2) return false;
        int first = i > 0 && tokens[i - 1].Folded == "between" ? i : i > 2 && tokens[i - 1].Folded is "and" or "to" && tokens[i - 3].Folded == "between" ? i - 2 : -1;
        int last = first + 2;
        if (first < 0 || last >= tokens.Count || tokens[first].Kind != TokenKind.Number || tokens[last].Kind != TokenKind.Number || tokens[first + 1].Folded is not ("and" or "to") || NumberReader.Whole(tokens[first].Folded, 24) is null || NumberReader.Whole(tokens[last].Folded, 24) is null) return false;
        return last + 1 >= tokens.Count || tokens[last + 1].Folded is "." or "?" or "!" or "," || words.Is(tokens, last + 1, "day") || words.Is(tokens, last + 1, "weekday");
    }

    // "25 past 17", "5 to 8", "quarter past 3", "half past 8", "halb neun", "Viertel nach drei"
    private Clock? Minutes(int i)
    {
        if (words.Is(tokens, i, "half", out string _, out int next))
        {
            if (words.Is(tokens, next, "past", out string _, out int behind) && HourNumber(behind, out int after, out int end)) return Shift(after, 30, end);
            if (words.Language == "de" && HourNumber(next, out int of, out end)) return Shift(of, -30, end);
            return null;
        }
        int minutes;
        bool named = words.Is(tokens, i, "quarter", out string _, out next);
        if (named) minutes = 15;
        else if (NumberReader.Read(text, tokens, i, words, out decimal value, out next) && value is >= 1 and <= 59 && value == decimal.Floor(value) && IsCount(i)) minutes = (int)value;
        else return null;
        if (next < tokens.Count && tokens[next].Folded is "minutes" or "minuten" or "mins") next++;
        if (words.Is(tokens, next, "past", out string _, out int pastEnd) && (named || tokens[next].Folded is "past" or "nach") && HourNumber(pastEnd, out int hour, out int last)) return Shift(hour, minutes, last);
        // "5 to 8" is a time only with a word that says so: a part of the day, a.m., or multiples of five before an hour.
        if (words.Is(tokens, next, "minutesto", out string _, out int toEnd) && tokens[next].Folded is "to" or "vor" or "til" or "till" && (named || minutes % 5 == 0 && minutes < 30) && HourNumber(toEnd, out hour, out last) && Ends(last, hour)) return Shift(hour, -minutes, last);
        return null;
    }

    private bool Ends(int i, int hour) => hour <= 24 && !(words.Is(tokens, i, "month") || words.Is(tokens, i, "unit") || i < tokens.Count && (tokens[i].Folded is "people" or "adults" or "persons" or "th" or "st" or "nd" or "rd" or "%" or "-" || tokens[i].Kind == TokenKind.Number));

    // "22:15", "10.30 Uhr", "15h30", "9 05 in the morning"
    private Clock? Figures(int i)
    {
        if (tokens[i].Kind != TokenKind.Number) return null;
        if (NumberReader.Whole(tokens[i].Folded, 24) is { } hour && tokens[i].Length <= 2 && i + 2 < tokens.Count && tokens[i + 1].Folded is ":" or "h" && tokens[i + 1].Start == tokens[i].End && tokens[i + 2].Kind == TokenKind.Number && tokens[i + 2].Start == tokens[i + 1].End && tokens[i + 2].Length == 2 && NumberReader.Whole(tokens[i + 2].Folded, 59) is { } minute)
        {
            int next = i + 3;
            if (next + 1 < tokens.Count && tokens[next].Folded == ":" && tokens[next].Start == tokens[next - 1].End && tokens[next + 1].Kind == TokenKind.Number && tokens[next + 1].Start == tokens[next].End) next += 2;
            return Daypart(hour, minute, next, out Clock clock) ? clock : new Clock(hour % 24, minute, Oclock(next));
        }
        // "15h30": the tokenizer keeps a letter and the digits behind it together.
        if (NumberReader.Whole(tokens[i].Folded, 24) is { } hours && tokens[i].Length <= 2 && i + 1 < tokens.Count && tokens[i + 1].Start == tokens[i].End && tokens[i + 1] is { Kind: TokenKind.Word, Length: 3 } && tokens[i + 1].Folded[0] == 'h' && NumberReader.Whole(tokens[i + 1].Folded[1..], 59) is { } behind) return new Clock(hours % 24, behind, i + 2);
        if (tokens[i].Folded.Contains('.') && tokens[i].Folded.Split('.') is [{ Length: <= 2 } first, { Length: 2 } second] && NumberReader.Whole(first, 24) is { } h && NumberReader.Whole(second, 59) is { } m && (Daypart(h, m, i + 1, out Clock dotted) || words.Is(tokens, i + 1, "oclock") && words.Language != "en" && (dotted = new Clock(h % 24, m, Oclock(i + 1))).Next > 0)) return dotted;
        // "at 17 30"
        if (NumberReader.Whole(tokens[i].Folded, 24) is { } at && tokens[i].Length <= 2 && i > 0 && tokens[i - 1].Folded is "at" or "um" && i + 1 < tokens.Count && tokens[i + 1] is { Kind: TokenKind.Number, Length: 2 } && NumberReader.Whole(tokens[i + 1].Folded, 59) is { } past && !words.Is(tokens, i + 2, "unit") && !Daypart(at, past, i + 2, out _)) return new Clock(at % 24, past, Oclock(i + 2));
        // Spoken figures: only with a part of the day behind.
        if (NumberReader.Whole(tokens[i].Folded, 24) is { } spoken && tokens[i].Length <= 2 && i + 1 < tokens.Count && tokens[i + 1] is { Kind: TokenKind.Number, Length: 2 } && NumberReader.Whole(tokens[i + 1].Folded, 59) is { } spokenMinute && !Tokens.LineBreakBetween(text, tokens[i], tokens[i + 1]) && Daypart(spoken, spokenMinute, i + 2, out Clock said)) return said;
        return null;
    }

    // "8pm", "3 o'clock", "15 Uhr", "à 15 heures", "a las 5 de la tarde", "at 7"
    private Clock? Hour(int i)
    {
        bool introduced = words.EndsBefore(tokens, i, "at") && i > 0 && tokens[i - 1].Folded is "at" or "um" or "gegen" or "las" or "la" or "alle" or "as" or "pelas" or "@";
        if (!HourOnly(i, out int hour, out int next)) return null;
        if (words.Is(tokens, next, "oclock", out string _, out int behind) && !(tokens[next].Length == 1 && tokens[next].Start != tokens[next - 1].End) && (words.Language != "fr" && words.Language != "es" && words.Language != "pt" && words.Language != "it" || words.EndsBefore(tokens, i, "at") || introduced || tokens[next].Length == 1))
        {
            int minute = 0;
            if (words.Is(tokens, behind, "halfpast", out int extra, out int halfEnd)) (minute, behind) = (extra, halfEnd);
            else if (behind < tokens.Count && tokens[behind].Kind == TokenKind.Number && tokens[behind].Length == 2 && NumberReader.Whole(tokens[behind].Folded, 59) is { } exact) (minute, behind) = (exact, behind + 1);
            Clock plain = Shift(hour, minute, behind);
            return Daypart(plain.Hour, plain.Minute, behind, out Clock with) ? with : plain;
        }
        if (introduced && words.Is(tokens, next, "halfpast", out int half, out int end))
        {
            Clock shifted = Shift(hour, half, end);
            return Daypart(shifted.Hour, shifted.Minute, end, out Clock with) ? with : shifted;
        }
        if (Daypart(hour, 0, next, out Clock clock)) return clock;
        // "at 7!" with nothing behind that would make it a quantity.
        bool alone = next >= tokens.Count || tokens[next].Kind == TokenKind.Mark && tokens[next].Folded is "." or "!" or "?" or "," || words.EndsBefore(tokens, next + 1, "on") || next < tokens.Count && (words.Is(tokens, next, "day") || words.Is(tokens, next, "weekday") || tokens[next].Folded is "on" or "today");
        return introduced && alone && tokens[i].Kind == TokenKind.Number && tokens[i].Length <= 2 && !(next < tokens.Count && tokens[next].Folded == "." && next + 1 < tokens.Count && tokens[next + 1].Kind == TokenKind.Number) ? new Clock(hour % 24, 0, next) : null;
    }

    private Clock? Named(int i) => words.Is(tokens, i, "clock", out int hour, out int next) ? new Clock(hour, 0, next) : null;

    private bool HourNumber(int i, out int hour, out int next)
    {
        if (!HourOnly(i, out hour, out next)) return false;
        if (Daypart(hour, 0, next, out Clock clock)) (hour, next) = (clock.Hour, clock.Next);
        else next = Oclock(next);
        return true;
    }

    private bool HourOnly(int i, out int hour, out int next)
    {
        hour = 0;
        next = i;
        if (i >= tokens.Count || i > 0 && tokens[i - 1].Folded is "$" or "€" or "£" or "#") return false;
        if (tokens[i].Kind == TokenKind.Number)
        {
            if (tokens[i].Length > 2 || NumberReader.Whole(tokens[i].Folded, 24) is not { } figures) return false;
            (hour, next) = (figures, i + 1);
            return true;
        }
        if (!words.Is(tokens, i, "number", out int spelt, out next) || spelt is < 1 or > 24) return false;
        hour = spelt;
        return true;
    }

    // "pm", "p.m.", "in the afternoon", "night", "de la tarde": sets the half of the day.
    private bool Daypart(int hour, int minute, int i, out Clock clock)
    {
        clock = default;
        if (i >= tokens.Count || i > 0 && Tokens.LineBreakBetween(text, tokens[i - 1], tokens[i])) return false;
        if (Meridiem(i, out bool afternoon, out int next))
        {
            clock = new Clock(afternoon ? (hour < 12 ? hour + 12 : hour) % 24 : hour == 12 ? 0 : hour % 24, minute, next);
            return true;
        }
        int at = i;
        if (words.Is(tokens, at, "inthe", out string _, out int behind) || words.Is(tokens, at, "dayparts", out string _, out behind)) at = behind;
        if (!words.Is(tokens, at, "part", out string part, out next) && !(words.Language == "es" && tokens[at].Folded == "manana" && at > i && (part = "6-12").Length > 0 && (next = at + 1) > 0)) return false;
        int from = int.Parse(part.Split('-')[0], CultureInfo.InvariantCulture);
        int turned = from >= 12 && hour < 12 && !(from == 20 && hour is < 6 and >= 0) ? hour + 12 : from == 20 && hour == 12 ? 0 : hour;
        clock = new Clock(turned % 24, minute, next);
        return true;
    }

    private bool Meridiem(int i, out bool afternoon, out int next)
    {
        afternoon = false;
        next = i;
        if (tokens[i].Kind != TokenKind.Word) return false;
        if (tokens[i].Folded is "am" or "pm")
        {
            // "I am" is no time: "am" stands right behind the figures or ends the phrase.
            afternoon = tokens[i].Folded == "pm";
            next = i + 1;
            if (next < tokens.Count && tokens[next].Folded == "." && next + 1 < tokens.Count && tokens[next].Start == tokens[i].End && tokens[next + 1].Kind == TokenKind.Word && char.IsLower(text[tokens[next + 1].Start])) next++;
            return words.Language == "en" || afternoon || tokens[i].Start == tokens[i - 1].End;
        }
        if (tokens[i].Folded is not ("a" or "p") || i + 2 >= tokens.Count || tokens[i + 1].Folded != "." || tokens[i + 2].Folded != "m") return false;
        afternoon = tokens[i].Folded == "p";
        next = i + 3;
        if (next < tokens.Count && tokens[next].Folded == "." && tokens[next].Start == tokens[next - 1].End) next++;
        return true;
    }

    private int Oclock(int i) => words.Is(tokens, i, "oclock", out string _, out int next) && tokens[i].Length > 1 ? next : i;

    private bool IsCount(int i) => tokens[i].Kind == TokenKind.Word || tokens[i].Length <= 2;

    private static Clock Shift(int hour, int minutes, int next)
    {
        int total = ((hour * 60 + minutes) % 1440 + 1440) % 1440;
        return new Clock(total / 60, total % 60, next);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Clock(int Hour, int Minute, int Next);
}
