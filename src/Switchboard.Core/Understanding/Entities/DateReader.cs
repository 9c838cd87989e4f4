using System.Globalization;

namespace Switchboard.Core.Understanding.Entities;

/// <summary>
/// Reads days. A day without a year or a direction is the one nearest to today (tie: the past), behind a word like "until" the nearest not
/// before today; "last" and "next" with a weekday are the nearest earlier and later day.
/// </summary>
internal sealed class DateReader(string text, List<Token> tokens, Vocabulary words, DateOnly today, bool monthFirst)
{
    private const string numericMarks = "/-.";
    private readonly string[] whole = new string[1];

    /// <summary>The day that begins at a token.</summary>
    public TemporalHit? Read(int i) => Numeric(i) ?? Weekday(i) ?? Calendar(i) ?? Relative(i);

    /// <summary>Dates in figures: 2026-11-20, 20.11.2026, 11/20/2026, and with a month before or behind, 03/04.</summary>
    private TemporalHit? Numeric(int i)
    {
        if (tokens[i].Kind != TokenKind.Number) return null;
        // The tokenizer keeps "20.11.2026" in one piece.
        string[] parts = Parts(tokens[i].Folded);
        if (parts.Length == 3) return From(i, i + 1, parts[0], parts[1], parts[2], '.');
        if (i + 2 >= tokens.Count || tokens[i + 1].Kind != TokenKind.Mark || !numericMarks.Contains(tokens[i + 1].Folded, StringComparison.Ordinal) || tokens[i + 2].Kind != TokenKind.Number || !Adjacent(i) || !Adjacent(i + 1)) return parts.Length == 2 && tokens[i + 1 < tokens.Count ? i + 1 : i].Folded == "." && Adjacent(i) ? Short(i, i + 2, parts[0], parts[1], dayFirst: true) : null;
        char mark = tokens[i + 1].Folded[0];
        if (i + 4 < tokens.Count && tokens[i + 3].Folded == tokens[i + 1].Folded && tokens[i + 4].Kind == TokenKind.Number && Adjacent(i + 2) && Adjacent(i + 3))
            return From(i, i + 5, tokens[i].Folded, tokens[i + 2].Folded, tokens[i + 4].Folded.Split('.', ',')[0], mark);
        bool introduced = i > 0 && (words.EndsBefore(tokens, i, "on") || words.EndsBefore(tokens, i, "by") || words.EndsBefore(tokens, i, "until") || words.EndsBefore(tokens, i, "from") || tokens[i - 1].Folded is "on" or "due" or "am" or "le" or "el" or "il" or "dated");
        return mark == '/' && introduced ? Short(i, i + 3, tokens[i].Folded, tokens[i + 2].Folded, dayFirst: !monthFirst) : null;
    }

    // Most figures have no dot in them, and those need no array of their own to be split into.
    private string[] Parts(string figures)
    {
        if (figures.Contains('.')) return figures.Split('.');
        whole[0] = figures;
        return whole;
    }

    private TemporalHit? Short(int i, int next, string first, string second, bool dayFirst)
    {
        if (NumberReader.Whole(first, 31) is not { } a || NumberReader.Whole(second, 31) is not { } b) return null;
        (int day, int month) = dayFirst ? (a, b) : (b, a);
        if (month > 12) (day, month) = (month, day);
        if (month is < 1 or > 12 || !IsDay(2024, month, day)) return null;
        return new TemporalHit(EntityTypes.Date, i, next, Iso(Nearest(month, day, i))) { Alternative = a <= 12 && b <= 12 && a != b ? Iso(Nearest(day, month, i)) : null };
    }

    private TemporalHit? From(int i, int next, string first, string second, string third, char mark)
    {
        if (NumberReader.Whole(first, 9999) is not { } a || NumberReader.Whole(second, 31) is not { } b || NumberReader.Whole(third, 9999) is not { } c) return null;
        if (first.Length == 4)
            return IsDay(a, b, c) && a is >= 1000 and <= 2999 ? new TemporalHit(EntityTypes.Date, i, next, Iso(new DateOnly(a, b, c))) : null;
        if (third.Length is not (2 or 4) || first.Length > 2 || mark == '-' && third.Length == 2) return null;
        int year = third.Length == 4 ? c : Century(c);
        if (year is < 1000 or > 2999) return null;
        bool dayFirst = mark == '.' || !monthFirst;
        (int day, int month) = dayFirst ? (a, b) : (b, a);
        if (month > 12) (day, month) = (month, day);
        if (!IsDay(year, month, day)) return null;
        bool ambiguous = mark != '.' && a <= 12 && b <= 12 && a != b;
        return new TemporalHit(EntityTypes.Date, i, next, Iso(new DateOnly(year, month, day))) { Alternative = ambiguous ? Iso(new DateOnly(year, day, month)) : null };
    }

    /// <summary>"Saturday", "next Friday", "Freitag, den 3. März".</summary>
    private TemporalHit? Weekday(int i)
    {
        int at = i;
        int direction = 0;
        bool directed = false;
        if (Direction(at, out int sign, out int behind))
        {
            direction = sign;
            directed = true;
            at = behind;
        }
        if (!words.Is(tokens, at, "weekday", out int weekday, out int next) || IsShortWord(at)) return null;
        if (tokens[at].Length <= 3 && next < tokens.Count && tokens[next].Folded == "." && tokens[next].Start == tokens[at].End && next + 1 < tokens.Count && tokens[next + 1].Kind == TokenKind.Number) next++;
        int dated = next;
        while (dated < tokens.Count && dated < next + 3 && (tokens[dated].Folded is "," or "the" || words.Is(tokens, dated, "join") || words.Is(tokens, dated, "on"))) dated++;
        if (dated < tokens.Count && (Calendar(dated) ?? Numeric(dated)) is { Type: EntityTypes.Date } date && date.Value.Length > 0) return date with { First = i };
        // "lundi prochain", "Friday next week", "viernes pasado"
        if (!directed && Direction(next, out int after, out int afterNext) && !words.Is(tokens, afterNext, "weekday") && !words.Is(tokens, afterNext, "unit") && words.Language != "en")
        {
            direction = after;
            directed = true;
            next = afterNext;
        }
        DateOnly day;
        int back = ((int)today.DayOfWeek + 6) % 7 + 1 - weekday;
        if (Direction(next, out int weeks, out int unit) && !directed && words.Is(tokens, unit, "unit", out string u, out int end) && u == "W")
        {
            day = today.AddDays(-back + 7 * weeks);
            next = end;
        }
        else if (directed && direction != 0) day = direction < 0 ? today.AddDays(-(back > 0 ? back : back + 7)) : today.AddDays(back < 0 ? -back : 7 - back);
        else if (directed) day = today.AddDays(-back);
        else
        {
            int earlier = back >= 0 ? back : back + 7;
            int later = (7 - earlier) % 7;
            day = IsDeadline(i) || earlier > later ? today.AddDays(later) : today.AddDays(-earlier);
        }
        return new TemporalHit(EntityTypes.Date, i, next, Iso(day));
    }

    /// <summary>"3 March 2026", "March 3rd", "the 19th", "3 de marzo", "1. April".</summary>
    private TemporalHit? Calendar(int i)
    {
        int at = i;
        if (words.Is(tokens, at, "month", out int month, out int next) && !IsShortWord(at))
        {
            if (next < tokens.Count && tokens[next].Folded == "." && tokens[at].Length <= 4 && tokens[next].Start == tokens[at].End) next++;
            int dayAt = next;
            while (dayAt < tokens.Count && dayAt < next + 2 && (tokens[dayAt].Folded is "the" or "," || words.Is(tokens, dayAt, "join"))) dayAt++;
            if (Day(dayAt, out int day, out int behind, out _) && !(behind < tokens.Count && tokens[behind].Folded == ":" && tokens[behind].Start == tokens[behind - 1].End) && IsDay(2024, month, day))
            {
                if (Year(behind, out int year, out int yearEnd)) return IsDay(year, month, day) ? new TemporalHit(EntityTypes.Date, i, yearEnd, Iso(new DateOnly(year, month, day))) : null;
                return new TemporalHit(EntityTypes.Date, i, behind, Iso(Nearest(month, day, i)));
            }
            return Month(i, month, next);
        }
        if (!Day(at, out int number, out int afterDay, out bool ordinal)) return null;
        int monthAt = afterDay;
        while (monthAt < tokens.Count && monthAt < afterDay + 3 && (words.Is(tokens, monthAt, "join") || tokens[monthAt].Folded is "'" or "’" or "-" && words.Is(tokens, monthAt + 1, "month"))) monthAt++;
        if (words.Is(tokens, monthAt, "month", out int named, out int end) && (monthAt > afterDay || !IsShortWord(monthAt) || ordinal || tokens[i].Kind == TokenKind.Number) && IsDay(2024, named, number))
        {
            if (end < tokens.Count && tokens[end].Folded == "." && tokens[monthAt].Length <= 4 && tokens[end].Start == tokens[monthAt].End && end + 1 < tokens.Count && tokens[end + 1].Kind == TokenKind.Number) end++;
            if (Year(end, out int year, out int yearEnd)) return IsDay(year, named, number) ? new TemporalHit(EntityTypes.Date, i, yearEnd, Iso(new DateOnly(year, named, number))) : null;
            return new TemporalHit(EntityTypes.Date, i, end, Iso(Nearest(named, number, i)));
        }
        if (!ordinal || tokens[i].Kind != TokenKind.Number && !(i > 0 && tokens[i - 1].Folded == "the" && words.EndsBefore(tokens, i - 1, "on"))) return null;
        // "the 19th", "the 4th of each month", "21st of the month"
        int tail = afterDay;
        if (tail + 2 < tokens.Count && words.Is(tokens, tail, "join") && (words.Is(tokens, tail + 1, "join") || words.Is(tokens, tail + 1, "each") || words.Is(tokens, tail + 1, "this")) && words.Is(tokens, tail + 2, "unit", out string unit, out int unitEnd) && unit == "M")
        {
            if (words.Is(tokens, tail + 1, "each")) return new TemporalHit(EntityTypes.Date, i, unitEnd, string.Empty);
            return new TemporalHit(EntityTypes.Date, i, unitEnd, Iso(InMonth(today, number)));
        }
        if (tail < tokens.Count && tokens[tail].Kind == TokenKind.Word && !Tokens.LineBreakBetween(text, tokens[tail - 1], tokens[tail]) && !(i > 0 && tokens[i - 1].Folded is "the" or "on" or "from" or "to" or "until") && tokens[tail].Folded is "time" or "floor" or "party" or "day" or "attempt" or "century" or "birthday" or "anniversary" or "order") return null;
        if (tail < tokens.Count && (tokens[tail].Folded is "time" or "floor" or "party" or "attempt" or "century" or "birthday" or "anniversary" || words.Is(tokens, tail, "unit"))) return null;
        return new TemporalHit(EntityTypes.Date, i, tail, Iso(NearestDay(number, IsDeadline(i))));
    }

    private TemporalHit? Month(int i, int month, int next)
    {
        string word = tokens[i].Folded;
        bool everyday = word is "may" or "march" or "mars" or "mai" or "sept" or "set" or "out" or "mar" or "ago" or "dec" or "mag" || tokens[i].Length <= 3;
        bool introduced = i > 0 && (words.EndsBefore(tokens, i, "from") || words.EndsBefore(tokens, i, "until") || words.EndsBefore(tokens, i, "in") || words.EndsBefore(tokens, i, "by") || Direction(i - 1, out _, out _) || tokens[i - 1].Folded is "of" or "im" or "en" or "em" or "a" or "di" or "during");
        if (everyday && !introduced || !introduced && !char.IsUpper(text[tokens[i].Start]) && words.Language == "en" && everyday) return null;
        if (Year(next, out int year, out int end))
        {
            var begin = new DateOnly(year, month, 1);
            return new TemporalHit(EntityTypes.DateRange, i, end, $"{Iso(begin)}/{Iso(begin.AddMonths(1))}");
        }
        DateOnly start = Nearest(month, 1, i);
        if (start.Month == today.Month && start.Year != today.Year) start = new DateOnly(today.Year, month, 1);
        return new TemporalHit(EntityTypes.DateRange, i, next, $"{Iso(start)}/{Iso(start.AddMonths(1))}");
    }

    /// <summary>"today", "übermorgen", "the day before yesterday".</summary>
    private TemporalHit? Relative(int i)
    {
        if (words.Is(tokens, i, "day", out int offset, out int next))
        {
            // Possessive: "yesterday's", and "morgen" and "mañana" are mornings behind a word that says so.
            if (i > 0 && tokens[i].Folded is "morgen" or "manana" && (words.Is(tokens, i - 1, "day", out int _, out int _) || tokens[i - 1].Folded is "guten" or "la" or "am" or "jeden" or "diesen")) return null;
            return new TemporalHit(EntityTypes.Date, i, next, Iso(today.AddDays(offset)));
        }
        return null;
    }

    /// <summary>The day of a month: 3, 3rd, third, "3." in German.</summary>
    private bool Day(int i, out int day, out int next, out bool ordinal)
    {
        day = 0;
        next = i;
        ordinal = false;
        if (i >= tokens.Count) return false;
        if (tokens[i].Kind == TokenKind.Number)
        {
            if (NumberReader.Whole(tokens[i].Folded, 31) is not { } number || number == 0 || tokens[i].Length > 2 || i > 0 && tokens[i - 1].Folded is "$" or "€" or "£" or "#") return false;
            day = number;
            next = i + 1;
            if (next < tokens.Count && tokens[next].Start == tokens[i].End && words.Is(tokens, next, "suffix") && Suffixed(number, tokens[next].Folded))
            {
                ordinal = true;
                next++;
            }
            else if (next < tokens.Count && tokens[next].Folded is "." or "º" or "°" && tokens[next].Start == tokens[i].End && next + 1 < tokens.Count && tokens[next + 1].Kind == TokenKind.Word) next++;
            return true;
        }
        if (!words.Is(tokens, i, "ordinal", out day, out next)) return false;
        ordinal = true;
        return true;
    }

    private static bool Suffixed(int number, string suffix) => suffix is not ("st" or "nd" or "rd" or "th") || suffix == (number % 100 is >= 11 and <= 13 ? "th" : (number % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" });

    private bool Year(int i, out int year, out int next)
    {
        year = 0;
        next = i;
        int at = i;
        while (at < tokens.Count && at < i + 2 && (tokens[at].Folded == "," || words.Is(tokens, at, "join"))) at++;
        if (at >= tokens.Count || tokens[at].Kind != TokenKind.Number || tokens[at].Length != 4 || NumberReader.Whole(tokens[at].Folded, 2999) is not { } found || found < 1900 || at > 0 && Tokens.LineBreakBetween(text, tokens[at - 1], tokens[at])) return false;
        year = found;
        next = at + 1;
        return true;
    }

    /// <summary>next 1, last -1, this 0.</summary>
    private bool Direction(int i, out int sign, out int next) =>
        words.Is(tokens, i, "next", out sign, out next) || words.Is(tokens, i, "last", out sign, out next) || words.Is(tokens, i, "this", out sign, out next);

    // A word of three letters may be another word: "sat", "mar", "so". As a weekday or month it has a capital letter or a number beside it.
    private bool IsShortWord(int i) => tokens[i].Length <= 3 && !(char.IsUpper(text[tokens[i].Start]) && (tokens[i].Length == 3 || i + 1 < tokens.Count && tokens[i + 1].Folded is "," or ".") && !IsSentenceStart(i) || i + 1 < tokens.Count && tokens[i + 1].Kind == TokenKind.Number || i > 0 && tokens[i - 1].Kind == TokenKind.Number || i > 0 && (tokens[i - 1].Folded is "on" or "by" or "of" or "next" or "last" or "the" or "de" or "until" or "till" or "in" or "since" or "from" || words.EndsBefore(tokens, i, "suffix")) && tokens[i].Folded is not ("sun" or "so" or "do"));

    private bool IsSentenceStart(int i) => i == 0 || tokens[i - 1].Folded is "." or "!" or "?";

    private bool IsDeadline(int i) => words.EndsBefore(tokens, i, "until") || words.EndsBefore(tokens, i, "by") || i > 0 && tokens[i - 1].Folded is "the" or "on" && (words.EndsBefore(tokens, i - 1, "until") || words.EndsBefore(tokens, i - 1, "by"));

    private DateOnly Nearest(int month, int day, int i)
    {
        DateOnly best = default;
        int distance = int.MaxValue;
        bool deadline = IsDeadline(i);
        for (int year = today.Year - 8; year <= today.Year + 8; year++)
        {
            if (!IsDay(year, month, day)) continue;
            var candidate = new DateOnly(year, month, day);
            if (deadline && candidate < today) continue;
            int apart = Math.Abs(candidate.DayNumber - today.DayNumber);
            if (apart < distance) (best, distance) = (candidate, apart);
        }
        return best;
    }

    private DateOnly NearestDay(int day, bool deadline)
    {
        IEnumerable<DateOnly> candidates = Enumerable.Range(-2, 6).Select(m => today.AddMonths(m)).Where(m => day <= DateTime.DaysInMonth(m.Year, m.Month)).Select(m => new DateOnly(m.Year, m.Month, day));
        return candidates.Where(c => !deadline || c >= today).OrderBy(c => Math.Abs(c.DayNumber - today.DayNumber)).ThenBy(c => c).First();
    }

    private static DateOnly InMonth(DateOnly month, int day) => new(month.Year, month.Month, Math.Min(day, DateTime.DaysInMonth(month.Year, month.Month)));

    private int Century(int twoDigits)
    {
        // The window reaches twenty years ahead.
        int century = today.Year / 100 * 100;
        return century + twoDigits > today.Year + 20 ? century - 100 + twoDigits : century + twoDigits;
    }

    private bool Adjacent(int i) => tokens[i].End == tokens[i + 1].Start;

    private static bool IsDay(int year, int month, int day) => month is >= 1 and <= 12 && day >= 1 && year is >= 1 and <= 9999 && day <= DateTime.DaysInMonth(year, month);

    internal static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
