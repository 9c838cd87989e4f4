using System.Globalization;
using System.Text.RegularExpressions;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Desk.Guards;

/// <summary>Finds the values of a text and brings them into one form: 25 % is 0.25, 4 h are 240 minutes, twelve is 12, no limit is unlimited.</summary>
public static partial class ClaimValues
{
    private const int minutesOfDay = 24 * 60;

    // No text means more, and reckoning with it stays within a decimal.
    private const decimal most = 1_000_000_000_000_000;

    private static readonly string[] words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    /// <summary>The values of a text, in order, none overlapping.</summary>
    /// <param name="text">The text.</param>
    /// <param name="offset">Where it begins in the raw text.</param>
    /// <param name="plans">The plans, whose names are values.</param>
    public static IReadOnlyList<ClaimValue> Of(string text, int offset, IReadOnlyList<PlanPolicy> plans)
    {
        var found = new List<ClaimValue>();
        // What is part of a value already is no other one.
        bool[] taken = new bool[text.Length];
        void Add(Match match, ValueKind kind, decimal number, string unit)
        {
            Span<bool> place = taken.AsSpan(match.Index, match.Length);
            if (place.Contains(true)) return;
            place.Fill(true);
            found.Add(new ClaimValue(kind, number, unit, match.Index + offset, match.Index + match.Length + offset));
        }

        // Figures alone can be a day, a price or a share; all else asks for a word.
        bool hasWords = text.Any(char.IsLetter);
        foreach (Match m in Found(Identifiers())) Add(m, ValueKind.Identifier, 0, m.Value.ToUpperInvariant());
        foreach (Match m in IsoDates().Matches(text))
            if (DateOnly.TryParseExact(m.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)) Add(m, ValueKind.Date, day.DayNumber, "day");
        foreach (Match m in Found(SpokenDates()))
            if (DateOnly.TryParse(Ordinals().Replace(m.Value, "${day}"), CultureInfo.GetCultureInfo("en-GB"), DateTimeStyles.None, out DateOnly day)) Add(m, ValueKind.Date, day.DayNumber, "day");
        foreach (Match m in Money().Matches(text))
        {
            // The currency stands before or behind the digits.
            int first = 0, last = m.Length;
            while (!char.IsDigit(m.ValueSpan[first])) first++;
            while (!char.IsDigit(m.ValueSpan[last - 1])) last--;
            Add(m, ValueKind.Money, Number(m.Value[first..last]), Currency((first > 0 ? m.Value[..first] : m.Value[last..]).Trim()));
        }

        foreach (Match m in Percents().Matches(text)) Add(m, ValueKind.Percent, Number(Parted(m.Value).Count) / 100, "rate");
        if (!hasWords) return InOrder();
        foreach (Match m in Durations().Matches(text))
        {
            (string count, string unit) = Parted(m.Value.ToLowerInvariant());
            decimal n = Number(count);
            bool business = unit.StartsWith("business ", StringComparison.Ordinal) || unit.StartsWith("working ", StringComparison.Ordinal);
            if (business) unit = unit[(unit.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            if (unit.StartsWith("month", StringComparison.Ordinal) || unit.StartsWith("year", StringComparison.Ordinal)) Add(m, ValueKind.Duration, unit[0] == 'y' ? n * 12 : n, "months");
            else if (business && unit.StartsWith("day", StringComparison.Ordinal)) Add(m, ValueKind.Duration, n, "business_days");
            else Add(m, ValueKind.Duration, n * (unit[0] switch { 'm' => 1, 'h' => 60, 'd' => minutesOfDay, _ => 7 * minutesOfDay }), business ? "business_minutes" : "minutes");
        }

        foreach (Match m in Unlimited().Matches(text)) Add(m, ValueKind.Unlimited, 0, Thing(m.Groups["u"].Value));
        foreach (Match m in Counts().Matches(text)) Add(m, ValueKind.Count, Number(Parted(m.Value).Count), Thing(Parted(m.Value).Unit));
        if (AllPlans().Match(text) is { Success: true } all)
            foreach (PlanPolicy plan in plans) found.Add(new ClaimValue(ValueKind.Plan, 0, plan.Key, all.Index + offset, all.Index + all.Length + offset));
        else
            foreach (PlanPolicy plan in plans)
                foreach (int at in Words(text, plan.Key))
                    if (IsPlanName(text, at, at + plan.Key.Length)) found.Add(new ClaimValue(ValueKind.Plan, 0, plan.Key, at + offset, at + plan.Key.Length + offset));
        return InOrder();

        IEnumerable<Match> Found(Regex worded) => hasWords ? worded.Matches(text) : [];

        IReadOnlyList<ClaimValue> InOrder() => found.Count < 2 ? found : [.. found.OrderBy(v => v.Start)];
    }

    /// <summary>A number as people write it: 100 000, 1,200.50, twelve.</summary>
    public static decimal Number(string text)
    {
        int word = Array.IndexOf(words, text.ToLowerInvariant());
        if (word >= 0) return word;
        string digits = text.Replace(" ", string.Empty, StringComparison.Ordinal).Replace("\u00a0", string.Empty, StringComparison.Ordinal).Replace("\u202f", string.Empty, StringComparison.Ordinal);
        int comma = digits.LastIndexOf(',');
        // A comma before one or two last digits parts the cents.
        digits = comma >= 0 && !digits.Contains('.') && digits.Length - comma is 2 or 3 ? digits.Replace(',', '.') : digits.Replace(",", string.Empty, StringComparison.Ordinal);
        return decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) ? Math.Min(number, most) : 0;
    }

    /// <summary>A number, in figures or as a word, and what stands behind it. Groups of the patterns would tell, at several times the cost of a match.</summary>
    private static (string Count, string Unit) Parted(string value)
    {
        int end = char.IsDigit(value[0]) ? value.AsSpan().LastIndexOfAnyInRange('0', '9') + 1 : words.First(w => value.StartsWith(w, StringComparison.OrdinalIgnoreCase)).Length;
        return (value[..end], value[end..].TrimStart(' ', '-'));
    }

    /// <summary>"Free" and "basic" are words as well: they name a plan when written large, or beside "plan".</summary>
    private static bool IsPlanName(string text, int start, int end) =>
        char.IsUpper(text[start]) || text.AsSpan(end).TrimStart().StartsWith("plan", StringComparison.OrdinalIgnoreCase) || text.AsSpan(0, start).TrimEnd().EndsWith("plan", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where a word stands with no letter on either side.</summary>
    private static IEnumerable<int> Words(string text, string word)
    {
        for (int at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + word.Length, StringComparison.OrdinalIgnoreCase))
            if ((at == 0 || !char.IsLetter(text[at - 1])) && (at + word.Length == text.Length || !char.IsLetter(text[at + word.Length]))) yield return at;
    }

    private static string Currency(string sign) => sign.ToUpperInvariant() switch { "$" or "US$" or "DOLLARS" or "DOLLAR" => "USD", "€" or "EUROS" or "EURO" => "EUR", "£" => "GBP", "¥" or "YEN" => "JPY", var code => code };

    /// <summary>What is counted, as the limits call it.</summary>
    private static string Thing(string unit)
    {
        string u = unit.ToLowerInvariant();
        return u.StartsWith("api", StringComparison.Ordinal) || u is "calls" or "call" or "requests" ? "api_calls"
            : u.StartsWith("seat", StringComparison.Ordinal) || u.StartsWith("user", StringComparison.Ordinal) || u.StartsWith("licen", StringComparison.Ordinal) ? "seats"
            : u.StartsWith("project", StringComparison.Ordinal) ? "projects"
            : u is "gb" or "storage" || u.StartsWith("gigabyte", StringComparison.Ordinal) ? "storage_gb"
            : u.StartsWith("automation", StringComparison.Ordinal) ? "automations" : u;
    }

    [GeneratedRegex(@"\b[A-Z]{2,5}-\d{4}-\d{3,}\b", RegexOptions.NonBacktracking)]
    internal static partial Regex Identifiers();

    [GeneratedRegex(@"\b\d{4}-\d{2}-\d{2}\b", RegexOptions.NonBacktracking)]
    private static partial Regex IsoDates();

    [GeneratedRegex(@"\b\d{1,2}(st|nd|rd|th)? ?(January|February|March|April|May|June|July|August|September|October|November|December),? \d{4}\b|\b(January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}(st|nd|rd|th)?,? \d{4}\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex SpokenDates();

    [GeneratedRegex(@"(?<day>\d)(st|nd|rd|th)", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Ordinals();

    // Those that are no English word, so that "3 all" is no amount; a code of three letters alone would take "5 API calls" for one.
    private const string codes = "USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|NZD|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|BGN|BRL|MXN|ARS|CLP|COP|ZAR|NGN|KES|EGP|TND|KWD|BHD|OMR|JOD|AED|SAR|QAR|ILS|KRW|TWD|SGD|HKD|THB|IDR|MYR|VND|UAH";

    [GeneratedRegex($@"(US\$|\$|€|£|¥|\b({codes}) ) ?(\d[\d,.  ]*\d|\d)|(\d[\d,.  ]*\d|\d) ?({codes}|dollars?|euros?|yen|€)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Money();

    [GeneratedRegex(@"\b\d+([.,]\d+)? ?(%|percent\b|per cent\b)", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Percents();

    [GeneratedRegex(@"\b(\d+([.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[ -]?(business |working )?(minutes?|mins?|hours?|h|days?|weeks?|months?|years?)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Durations();

    [GeneratedRegex(@"\b(unlimited|no limit (on|to|of)) (?<u>API calls?|calls|seats?|users?|projects?|storage|automations?)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Unlimited();

    [GeneratedRegex(@"\b(\d[\d,  ]*(\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) ?(API calls?|calls|requests|seats?|users?|licen[sc]es?|projects?|GB|gigabytes?|automations?)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Counts();

    [GeneratedRegex(@"\b(all|every|each) (of (our|the) )?plans?\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex AllPlans();
}
