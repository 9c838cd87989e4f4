using System.Globalization;
using System.Runtime.InteropServices;

namespace Switchboard.Core.Understanding.Entities;

/// <summary>Reads stretches of time: "3 days ago" and "in 3 Tagen" are days, "last 10 months" a range, "2 nights" a duration.</summary>
internal sealed class PeriodReader(string text, List<Token> tokens, Vocabulary words, DateTime now)
{
    private static readonly DateOnly least = new(1000, 1, 1);
    private static readonly DateOnly most = new(2999, 12, 31);

    private DateOnly Today => DateOnly.FromDateTime(now);

    /// <summary>The stretch that begins at a token.</summary>
    public TemporalHit? Read(int i) => Before(i) ?? Range(i) ?? Part(i) ?? Amount(i);

    /// <summary>"vor 3 Tagen", "il y a 3 jours", "in 7 days", "dans deux semaines".</summary>
    private TemporalHit? Before(int i)
    {
        if (words.Is(tokens, i, "before-ago", out string _, out int at) && Quantity(at, out Length length)) return Shift(i, length, -1);
        if (words.Is(tokens, i, "in", out string _, out at) && !Blocks(i) && Quantity(at, out length)) return words.Is(tokens, length.Next, "ago") ? null : Shift(i, length, 1);
        return null;
    }

    // "within 3 days" is a span to act in, but its end is what it sets.
    private bool Blocks(int i) => i + 1 < tokens.Count && words.Is(tokens, i + 1, "next");

    /// <summary>"next week", "last 10 months", "this year", "la semaine dernière", "this morning".</summary>
    private TemporalHit? Range(int i)
    {
        int at = i;
        if (Direction(at, out int sign, out int behind))
        {
            if (words.Is(tokens, behind, "part", out string part, out int partEnd)) return new TemporalHit(EntityTypes.TimeRange, i, partEnd, Hours(part));
            if (Quantity(behind, out Length counted)) return Span(i, counted, sign == 0 ? 1 : sign, whole: false);
            if (words.Is(tokens, behind, "unit", out string unit, out int end))
            {
                // "the last day", "this second" and "last minute" are seldom stretches of the calendar.
                if (unit == "D" && tokens[behind].Folded is "day" or "days" or "tag" && sign != 0 && !(i > 0 && tokens[i - 1].Folded == "the")) return null;
                if (unit is "N" or "S" && sign == 0) return null;
                return Span(i, new Length(1, unit, end, false), sign, whole: true);
            }
            return null;
        }
        // "la semaine dernière", "il mese scorso", "la semana que viene": the word stands behind.
        if (words.Language != "en" && words.Is(tokens, i, "unit", out string name, out int after) && Direction(after, out sign, out behind) && sign != 0) return Span(i, new Length(1, name, behind, false), sign, whole: true);
        return null;
    }

    /// <summary>"morning", "at noon", "tonight": a part of a day.</summary>
    private TemporalHit? Part(int i)
    {
        if (words.Is(tokens, i, "tonight", out string hours, out int next)) return new TemporalHit(EntityTypes.Date, i, next, DateReader.Iso(Today)) { Alternative = null };
        if (!words.Is(tokens, i, "part", out hours, out next)) return null;
        // "good morning" and "guten Abend" name no time; a part of a day does beside a day or in "in the morning".
        bool beside = i > 0 && (words.EndsBefore(tokens, i, "day") || words.EndsBefore(tokens, i, "weekday") || words.EndsBefore(tokens, i, "inthe") || words.EndsBefore(tokens, i, "dayparts"));
        return beside ? new TemporalHit(EntityTypes.TimeRange, i, next, Hours(hours)) : null;
    }

    /// <summary>"3 days ago", "a week", "2 nights", "an hour and a half", "tre giorni fa".</summary>
    private TemporalHit? Amount(int i)
    {
        if (!Quantity(i, out Length length)) return null;
        if (words.Is(tokens, length.Next, "ago", out string _, out int next)) return Shift(i, length with { Next = next }, -1);
        if (words.Is(tokens, length.Next, "later", out string _, out next)) return Shift(i, length with { Next = next }, 1);
        if (length.Vague || length.Unit is "WE" && length.Count == 1) return null;
        return new TemporalHit(EntityTypes.Duration, i, length.Next, Duration(length));
    }

    private TemporalHit Shift(int i, Length length, int sign)
    {
        if (length.Vague) return new TemporalHit(EntityTypes.Date, i, length.Next, string.Empty);
        if (length.Unit is "H" or "N" or "S")
        {
            double hours = (double)length.Count * (length.Unit == "H" ? 1 : length.Unit == "N" ? 1 / 60.0 : 1 / 3600.0);
            DateTime moment = Math.Abs(hours) < 1e6 ? now.AddHours(sign * hours) : now;
            return new TemporalHit(EntityTypes.DateTime, i, length.Next, moment.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture));
        }
        return new TemporalHit(EntityTypes.Date, i, length.Next, Add(Today, length, sign) is { } day ? DateReader.Iso(day) : string.Empty);
    }

    private TemporalHit? Span(int i, Length length, int sign, bool whole)
    {
        if (length.Unit is "H" or "N" or "S")
        {
            double hours = (double)length.Count * (length.Unit == "H" ? 1 : length.Unit == "N" ? 1 / 60.0 : 1 / 3600.0);
            if (length.Vague || hours > 1e5) return new TemporalHit(EntityTypes.TimeRange, i, length.Next, string.Empty);
            (DateTime a, DateTime b) = sign < 0 ? (now.AddHours(-hours), now) : (now, now.AddHours(hours));
            return new TemporalHit(EntityTypes.TimeRange, i, length.Next, string.Create(CultureInfo.InvariantCulture, $"{a:yyyy-MM-dd'T'HH:mm}/{b:yyyy-MM-dd'T'HH:mm}"));
        }
        if (length.Vague) return new TemporalHit(EntityTypes.DateRange, i, length.Next, string.Empty);
        DateOnly from;
        DateOnly to;
        if (whole)
        {
            int monday = ((int)Today.DayOfWeek + 6) % 7;
            from = length.Unit switch
            {
                "Y" => new DateOnly(Today.Year, 1, 1).AddYears(sign),
                "M" => new DateOnly(Today.Year, Today.Month, 1).AddMonths(sign),
                "3M" => new DateOnly(Today.Year, (Today.Month - 1) / 3 * 3 + 1, 1).AddMonths(3 * sign),
                "WE" => Today.AddDays(-monday + 5 + 7 * sign),
                "D" => Today.AddDays(sign),
                "2W" => Today.AddDays(-monday + 14 * sign),
                _ => Today.AddDays(-monday + 7 * sign),
            };
            to = length.Unit switch { "Y" => from.AddYears(1), "M" => from.AddMonths(1), "3M" => from.AddMonths(3), "WE" => from.AddDays(2), "D" => from.AddDays(1), "2W" => from.AddDays(14), _ => from.AddDays(7) };
        }
        else
        {
            if (Add(Today, length, sign) is not { } other) return new TemporalHit(EntityTypes.DateRange, i, length.Next, string.Empty);
            (from, to) = sign < 0 ? (other, Today.AddDays(1)) : (Today, other.AddDays(1));
        }
        return new TemporalHit(EntityTypes.DateRange, i, length.Next, $"{DateReader.Iso(from)}/{DateReader.Iso(to)}");
    }

    private static DateOnly? Add(DateOnly day, Length length, int sign)
    {
        if (length.Count is < 0 or > 100_000) return null;
        int count = (int)decimal.Floor(length.Count) * sign;
        try
        {
            DateOnly moved = length.Unit switch { "Y" => day.AddYears(count), "M" => day.AddMonths(count), "3M" => day.AddMonths(3 * count), "2W" => day.AddDays(14 * count), "W" or "WE" => day.AddDays(7 * count), _ => day.AddDays(count) };
            return moved < least || moved > most ? null : moved;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>A count and a unit: "3 days", "a week", "some months", "2-3 weeks", "an hour and a half", "half an hour".</summary>
    private bool Quantity(int i, out Length length)
    {
        length = default;
        if (i >= tokens.Count) return false;
        decimal count;
        int next;
        bool vague = false;
        decimal factor = 1;
        if (words.Is(tokens, i, "half", out string _, out int half) && words.Is(tokens, half, "a"))
        {
            factor = 0.5m;
            i = half;
        }
        if (words.Is(tokens, i, "few", out string _, out next)) (count, vague) = (0, true);
        else if (words.Is(tokens, i, "a", out string _, out next) && !words.Is(tokens, next, "times"))
        {
            count = 1;
            if (words.Is(tokens, next, "few", out string _, out int more))
            {
                vague = true;
                next = more;
            }
        }
        else if (NumberReader.Read(text, tokens, i, words, out count, out next))
        {
            if (i > 0 && tokens[i - 1].Folded is "$" or "€" or "£") return false;
        }
        else return false;
        if (next < tokens.Count && tokens[next].Folded == "-") next++;
        if (next < tokens.Count && tokens[next].Folded is "full" or "whole" or "more" or "business" or "working" or "ganze" or "ganzen") next++;
        if (!words.Is(tokens, next, "unit", out string unit, out int end) || next < tokens.Count && tokens[next].Length == 1 && tokens[next].Start != tokens[next - 1].End) return false;
        if (tokens[next].Length <= 3 && unit is "S" or "N" && tokens[next].Folded is "second") return false;
        // "2 second" is an ordinal, "1 m" metres.
        if (words.Is(tokens, end, "halfwords", out string _, out int halfEnd))
        {
            count += 0.5m;
            end = halfEnd;
        }
        length = new Length(count * factor, unit, end, vague);
        return true;
    }

    private bool Direction(int i, out int sign, out int next) =>
        words.Is(tokens, i, "next", out sign, out next) || words.Is(tokens, i, "last", out sign, out next) || words.Is(tokens, i, "this", out sign, out next);

    private static string Duration(Length length)
    {
        string count = length.Count.ToString("0.##", CultureInfo.InvariantCulture);
        return length.Unit switch { "H" => $"PT{count}H", "N" => $"PT{count}M", "S" => $"PT{count}S", "2W" => $"P{(length.Count * 2).ToString("0.##", CultureInfo.InvariantCulture)}W", "3M" => $"P{(length.Count * 3).ToString("0.##", CultureInfo.InvariantCulture)}M", "WE" => $"P{(length.Count * 2).ToString("0.##", CultureInfo.InvariantCulture)}D", _ => $"P{count}{length.Unit}" };
    }

    private static string Hours(string part)
    {
        string[] hours = part.Split('-');
        return $"T{hours[0].PadLeft(2, '0')}:00/T{hours[1].PadLeft(2, '0')}:00";
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Length(decimal Count, string Unit, int Next, bool Vague);
}
