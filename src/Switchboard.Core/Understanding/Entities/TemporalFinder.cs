using System.Globalization;

namespace Switchboard.Core.Understanding.Entities;

/// <summary>Finds dates, times and stretches of time, and which of them bound a range. Each token is looked at with a bounded number behind it.</summary>
internal static class TemporalFinder
{
    /// <summary>All of them, in order of place, none overlapping.</summary>
    public static List<TemporalHit> Find(string text, List<Token> tokens, Vocabulary words, EntityContext context)
    {
        var dates = new DateReader(text, tokens, words, context.Today, context.MonthFirst);
        var periods = new PeriodReader(text, tokens, words, context.Local);
        var times = new TimeReader(text, tokens, words);
        var found = new List<TemporalHit>();
        int i = 0;
        while (i < tokens.Count)
        {
            if (tokens[i].Kind == TokenKind.Mark || tokens[i].Kind == TokenKind.Word && !words.Knows(tokens[i].Folded) || IsAmongNumbers(tokens, i))
            {
                i++;
                continue;
            }
            TemporalHit? best = Longest(Longest(dates.Read(i), periods.Read(i)), times.Read(i));
            if (best is not { } hit || hit.Next <= i || Glued(tokens, i))
            {
                i++;
                continue;
            }
            found.Add(hit);
            i = hit.Next;
        }
        return Bound(tokens, words, found, times);
    }

    private static TemporalHit? Longest(TemporalHit? a, TemporalHit? b) => a is null || b is { } second && second.Next > a.Value.Next ? b : a;

    // A whole number with numbers around it says no time: a word or a mark beside it would, or a word behind the next.
    private static bool IsAmongNumbers(List<Token> tokens, int i) =>
        tokens[i].Kind == TokenKind.Number && !tokens[i].Folded.Contains('.') && (i == 0 || tokens[i - 1].Kind == TokenKind.Number)
        && (i + 1 == tokens.Count || tokens[i + 1].Kind == TokenKind.Number) && (i + 2 >= tokens.Count || tokens[i + 2].Kind == TokenKind.Number);

    // "v2.10.2026" and "#12": a part of something else.
    private static bool Glued(List<Token> tokens, int i) => i > 0 && tokens[i].Kind == TokenKind.Number && tokens[i - 1].End == tokens[i].Start && (tokens[i - 1].Kind == TokenKind.Word || tokens[i - 1].Folded is "#" or "/" or "_" or "=" or "@" || tokens[i - 1].Folded is "-" && i > 1 && tokens[i - 2].End == tokens[i - 1].Start && tokens[i - 2].Kind == TokenKind.Word);

    /// <summary>Gives the ends of ranges their roles, and reads the bare number that begins one: "from the 17 - 19 July", "between 8 and 10".</summary>
    private static List<TemporalHit> Bound(List<Token> tokens, Vocabulary words, List<TemporalHit> found, TimeReader times)
    {
        var bound = new List<TemporalHit>(found.Count);
        foreach (TemporalHit hit in found)
        {
            int before = hit.First;
            while (before > 0 && before > hit.First - 2 && (tokens[before - 1].Folded is "the" or "on" or "a" or "my" || words.Is(tokens, before - 1, "join") && !words.EndsBefore(tokens, before, "from"))) before--;
            bool single = hit.Type is EntityTypes.Date or EntityTypes.Time or EntityTypes.DateRange or EntityTypes.DateTime;
            string? role = null;
            if (single)
            {
                if (words.EndsBefore(tokens, before, "from") || words.EndsBefore(tokens, hit.First, "from")) role = "from";
                else if (words.EndsBefore(tokens, before, "until") || before > 0 && words.Is(tokens, before - 1, "until")) role = "to";
                else if (words.EndsBefore(tokens, before, "by") || words.EndsBefore(tokens, hit.First, "by")) role = "by";
                bool joins = before > 0 && tokens[before - 1].Folded is "to" or "-" or "–" or "and" or "until" or "till" or "bis" or "au" or "al" or "a" or "e" or "et" or "und" or "y";
                if (joins && bound.Count > 0 && SameKind(bound[^1], hit) && bound[^1].Next >= before - 2 && bound[^1].Next <= before - 1)
                {
                    if (tokens[before - 1].Folded is "to" or "-" or "–" or "until" or "till" or "bis" || bound[^1].Role == "from")
                    {
                        bound[^1] = Beside(tokens, words, bound[^1], hit) with { Role = "from" };
                        role = "to";
                    }
                }
                else if (joins && Opening(tokens, words, before - 2, hit, times) is { } opening && (bound.Count == 0 || bound[^1].Next <= opening.First))
                {
                    bound.Add(opening);
                    role = "to";
                }
            }
            bound.Add(role is null ? hit : hit with { Role = role });
        }
        return bound;
    }

    // "from the 2nd to the 10th of May": a day without a month has that of the end.
    private static TemporalHit Beside(List<Token> tokens, Vocabulary words, TemporalHit first, TemporalHit last)
    {
        if (first.Type != EntityTypes.Date || last.Type != EntityTypes.Date || first.Value.Length != 10 || last.Value.Length != 10 || tokens[first.First].Kind != TokenKind.Number || first.Next - first.First > 2) return first;
        if (!Enumerable.Range(last.First, last.Next - last.First).Any(t => words.Is(tokens, t, "month"))) return first;
        var end = DateOnly.ParseExact(last.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        int day = int.Parse(first.Value.AsSpan(8), CultureInfo.InvariantCulture);
        DateOnly month = day <= end.Day ? end : end.AddMonths(-1);
        return day > DateTime.DaysInMonth(month.Year, month.Month) ? first : first with { Value = DateReader.Iso(new DateOnly(month.Year, month.Month, day)), Alternative = null };
    }

    private static bool SameKind(TemporalHit a, TemporalHit b) => a.Type == EntityTypes.Time == (b.Type == EntityTypes.Time);

    private static TemporalHit? Opening(List<Token> tokens, Vocabulary words, int i, TemporalHit end, TimeReader times)
    {
        if (i < 0 || tokens[i].Kind != TokenKind.Number || !(words.EndsBefore(tokens, i, "from") || i > 0 && tokens[i - 1].Folded == "the" && words.EndsBefore(tokens, i - 1, "from") || tokens[i + 1].Folded is "-" or "–")) return null;
        if (end.Type == EntityTypes.Time) return times.Bare(i) is { } time ? time with { Role = "from" } : null;
        if (end.Type != EntityTypes.Date || end.Value.Length != 10 || NumberReader.Whole(tokens[i].Folded, 31) is not { } day || day == 0) return null;
        var last = DateOnly.ParseExact(end.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        int month = day <= last.Day ? 0 : -1;
        DateOnly of = last.AddMonths(month);
        return day > DateTime.DaysInMonth(of.Year, of.Month) ? null : new TemporalHit(EntityTypes.Date, i, i + 1, DateReader.Iso(new DateOnly(of.Year, of.Month, day))) { Role = "from" };
    }
}

/// <summary>Where a text holds dates, when their values do not matter.</summary>
internal static class DateForms
{
    private static readonly DateOnly any = new(2026, 1, 1);

    /// <summary>The places of days, in order.</summary>
    public static IReadOnlyList<(int Start, int End)> Spans(string text, List<Token> tokens)
    {
        Vocabulary words = Vocabulary.For("en");
        var reader = new DateReader(text, tokens, words, any, monthFirst: true);
        var spans = new List<(int, int)>();
        int i = 0;
        while (i < tokens.Count)
        {
            if (tokens[i].Kind != TokenKind.Mark && (tokens[i].Kind == TokenKind.Number || words.Knows(tokens[i].Folded)) && reader.Read(i) is { } hit && hit.Next > i)
            {
                spans.Add((tokens[hit.First].Start, tokens[hit.Next - 1].End));
                i = hit.Next;
            }
            else i++;
        }
        return spans;
    }
}
