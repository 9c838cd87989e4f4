using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Switchboard.Domain.Billing;

namespace Switchboard.Core.Transfer;

/// <summary>A value as it was read.</summary>
/// <param name="Value">The value; null when there is none.</param>
/// <param name="Problem">What is wrong with the text; null when nothing is.</param>
/// <param name="Fix">What would be right.</param>
internal readonly record struct ReadValue(object? Value, string? Problem = null, string? Fix = null);

/// <summary>Reads a field's text. What has two readings is refused unless the options say which one is meant.</summary>
internal static partial class FieldText
{
    private const int mostTextCharacters = 100_000;
    private const string instantFix = "Write it as 2026-03-04T15:30:00Z, or as a date 2026-03-04.";
    private static readonly string[] yes = ["true", "yes", "y", "1", "t", "on"];
    private static readonly string[] no = ["false", "no", "n", "0", "f", "off"];

    /// <summary>Reads a text that is not empty.</summary>
    public static ReadValue Read(ImportField field, string text, ImportOptions options)
    {
        string trimmed = text.Trim();
        if (trimmed.Length == 0) return new ReadValue(null);
        return field.Type switch
        {
            FieldType.Text => Text(trimmed),
            FieldType.Code => Text(Snake(trimmed)),
            FieldType.Reference => Text(trimmed),
            FieldType.Email => Email(trimmed),
            FieldType.Integer => Number(field, trimmed, options) is var read && read.Value is decimal whole ? Whole(whole) : read,
            FieldType.Decimal => Number(field, trimmed, options),
            FieldType.Number or FieldType.Share => Measured(field, trimmed, options),
            FieldType.Instant => Instant(trimmed, options),
            FieldType.Date => Instant(trimmed, options) is var read && read.Value is DateTimeOffset at ? new ReadValue(DateOnly.FromDateTime(at.DateTime)) : read,
            FieldType.Boolean => Boolean(trimmed),
            FieldType.Choice => Choice(field, trimmed),
            FieldType.List => List(trimmed),
            FieldType.Lines => Lines(trimmed),
            FieldType.Attributes => Attributes(trimmed),
            _ => throw new ArgumentOutOfRangeException(nameof(field), field.Type, "is no type of field"),
        };
    }

    /// <summary>A text in lower_snake: letters and digits in any language, all else one underscore.</summary>
    public static string Snake(string text)
    {
        var snake = new StringBuilder(text.Length);
        foreach (ValueMatch word in Words().EnumerateMatches(text)) snake.Append(snake.Length > 0 ? "_" : "").Append(text, word.Index, word.Length);
        return snake.ToString().ToLowerInvariant();
    }

    /// <summary>A text in camelCase parted into words, for column names: <c>seatsTotal</c>, <c>Seats total</c> and <c>seats_total</c> are one.</summary>
    public static string ColumnKey(string name) => Snake(Humps().Replace(name, "_"));

    /// <summary>A personal value of which the first character alone is left.</summary>
    public static string Mask(string text) => $"{text[..Math.Min(text.Length, 1)]}•••";

    private static ReadValue Text(string text)
    {
        if (text.Length > mostTextCharacters) return new ReadValue(null, $"is longer than {mostTextCharacters} characters", "Shorten it.");
        if (text.Contains('\0')) return new ReadValue(null, "holds a character that is none", "Remove the character U+0000.");
        return text.Length == 0 ? new ReadValue(null, "holds no letter and no digit", "Give it a name.") : new ReadValue(text);
    }

    private static ReadValue Email(string text)
    {
        int at = text.LastIndexOf('@');
        if (at <= 0 || at == text.Length - 1 || text.Any(char.IsWhiteSpace) || text.Length > 254 || text.Contains('\0')) return new ReadValue(null, "is no e-mail address", "Write it as name@example.com.");
        return new ReadValue(text[..at] + text[at..].ToLowerInvariant());
    }

    private static ReadValue Whole(decimal value) =>
        value == decimal.Truncate(value) && value is >= int.MinValue and <= int.MaxValue ? new ReadValue((int)value) : new ReadValue(null, "is no whole number", "Write a whole number.");

    /// <summary>Whether the text of a share says itself that it is a percentage.</summary>
    public static bool IsPercentage(string text) => text.TrimEnd().EndsWith('%');

    /// <summary>Says whether a share is one.</summary>
    public static ReadValue Share(double value) =>
        value is >= 0 and <= 1 ? new ReadValue(value) : new ReadValue(null, "is no share", "Write a number from 0 to 1 or a percentage from 0 to 100, the same way in the whole column.");

    private static ReadValue Measured(ImportField field, string text, ImportOptions options)
    {
        // What a share without a sign means is seen from its whole column, so it is scaled and held to 0..1 by whoever knows the column.
        bool percent = field.Type == FieldType.Share && IsPercentage(text);
        ReadValue read = Number(field with { Type = FieldType.Number }, percent ? text.TrimEnd()[..^1].Trim() : text, options);
        // Zero has no sign here: a database gives -0 back as 0.
        return read.Value is decimal value ? new ReadValue(value == 0 ? 0d : (double)(percent ? value / 100 : value)) : read;
    }

    private static ReadValue Number(ImportField field, string text, ImportOptions options)
    {
        string plain = text.Replace("\u00A0", "", StringComparison.Ordinal).Replace("\u202F", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal);
        DecimalMark mark = options.Numbers;
        if (mark == DecimalMark.Unsaid)
        {
            if (OneComma().IsMatch(plain)) return new ReadValue(null, "can be read as thousands or as a fraction", "Say which is meant with numbers=point or numbers=comma, or write it without a comma.");
            mark = WithComma().IsMatch(plain) ? DecimalMark.Comma : DecimalMark.Point;
        }

        plain = mark == DecimalMark.Comma
            ? plain.Replace(".", "", StringComparison.Ordinal).Replace(',', '.')
            : Thousands().IsMatch(plain) ? plain.Replace(",", "", StringComparison.Ordinal) : plain;
        if (!decimal.TryParse(plain, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out decimal value))
            return new ReadValue(null, "is no number", "Write it with digits and a point, without a currency: 1234.56.");
        if (field.Type == FieldType.Decimal) value = Exact(value);
        if (field.Type == FieldType.Decimal && value != decimal.Round(value, 4)) return new ReadValue(null, "has more than four decimals", "Round it to four decimals.");
        if (Math.Abs(value) > 900_000_000_000_000m) return new ReadValue(null, "is too large", "Check the number.");
        return OutOfRange(field, value) ?? new ReadValue(value);
    }

    /// <summary>The decimal that a program meant which counted in binary fractions and wrote 2730.0299999999997: what lies within 1e-9 of four decimals is those four.</summary>
    private static decimal Exact(decimal value)
    {
        decimal four = decimal.Round(value, 4, MidpointRounding.ToEven);
        return Math.Abs(value - four) <= 1e-9m ? four : value;
    }

    private static ReadValue? OutOfRange(ImportField field, decimal value)
    {
        if (field.Least is { } least && value < least) return new ReadValue(null, $"is less than {least.ToString(CultureInfo.InvariantCulture)}", $"The least is {least.ToString(CultureInfo.InvariantCulture)}.");
        if (field.Most is { } most && value > most) return new ReadValue(null, $"is more than {most.ToString(CultureInfo.InvariantCulture)}", $"The most is {most.ToString(CultureInfo.InvariantCulture)}.");
        return null;
    }

    private static ReadValue Instant(string text, ImportOptions options)
    {
        Match match = Iso().Match(text);
        bool dayFirst = false;
        if (!match.Success)
        {
            match = Dotted().Match(text);
            dayFirst = match.Success;
        }

        if (!match.Success)
        {
            match = Slashed().Match(text);
            if (!match.Success) return new ReadValue(null, "is no date or time", instantFix);
            int a = int.Parse(match.Groups["a"].ValueSpan, CultureInfo.InvariantCulture), b = int.Parse(match.Groups["b"].ValueSpan, CultureInfo.InvariantCulture);
            if (options.Dates == DateOrder.Unsaid && a <= 12 && b <= 12 && a != b)
                return new ReadValue(null, "can be read as day/month and as month/day", "Say which is meant with dates=day_first or dates=month_first, or write it as 2026-03-04.");
            dayFirst = options.Dates == DateOrder.DayFirst || (options.Dates == DateOrder.Unsaid && a > 12);
        }

        int year = int.Parse(match.Groups["y"].ValueSpan, CultureInfo.InvariantCulture);
        int month = match.Groups["m"].Success ? Part("m") : Part(dayFirst ? "b" : "a");
        int day = match.Groups["d"].Success ? Part("d") : Part(dayFirst ? "a" : "b");
        string time = match.Groups["t"].Success ? match.Groups["t"].Value : "00:00:00";
        string zone = match.Groups["z"].Success ? match.Groups["z"].Value : "Z";
        string iso = string.Create(CultureInfo.InvariantCulture, $"{year:D4}-{month:D2}-{day:D2}T{time}{zone}");
        if (!DateTimeOffset.TryParse(iso, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)) return new ReadValue(null, "is no day or time that exists", instantFix);
        DateTimeOffset utc = at.ToUniversalTime();
        // The database keeps microseconds; what is finer would look changed at each import.
        return new ReadValue(utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond)));

        int Part(string name) => int.Parse(match.Groups[name].ValueSpan, CultureInfo.InvariantCulture);
    }

    private static ReadValue Boolean(string text) =>
        yes.Contains(text, StringComparer.OrdinalIgnoreCase) ? new ReadValue(true)
        : no.Contains(text, StringComparer.OrdinalIgnoreCase) ? new ReadValue(false)
        : new ReadValue(null, "is neither yes nor no", "Write true or false.");

    private static ReadValue Choice(ImportField field, string text)
    {
        string key = ColumnKey(text);
        string[] names = Enum.GetNames(field.Enum!);
        if (names.FirstOrDefault(n => ColumnKey(n) == key) is { } name) return new ReadValue(Enum.Parse(field.Enum!, name));
        return field.Words.TryGetValue(key, out object? word)
            ? new ReadValue(word)
            : new ReadValue(null, UnknownChoice, $"It is one of: {string.Join(", ", names.Select(ColumnKey).Concat(field.Words.Keys))}.");
    }

    /// <summary>The problem of a choice that nothing here corresponds to.</summary>
    public const string UnknownChoice = "is none of the words that are known here";

    private static ReadValue List(string text)
    {
        if (text[0] != '[') return new ReadValue((IReadOnlyList<string>)[.. text.Split([';', '|'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);
        try
        {
            return new ReadValue(Json.Read<IReadOnlyList<string>>(text));
        }
        catch (JsonException)
        {
            return new ReadValue(null, "is no JSON list of texts", "Write [\"a\", \"b\"], or a; b.");
        }
    }

    private static ReadValue Lines(string text)
    {
        const string Fix = "Write a JSON list of {\"description\", \"quantity\", \"unitPrice\", \"amount\"}.";
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            var lines = new List<InvoiceLine>();
            foreach (JsonElement element in document.RootElement.EnumerateArray())
            {
                Dictionary<string, JsonElement> parts = element.EnumerateObject().ToDictionary(p => ColumnKey(p.Name), p => p.Value, StringComparer.Ordinal);
                decimal quantity = parts.TryGetValue("quantity", out JsonElement q) ? Exact(q.GetDecimal()) : 1;
                decimal? amount = parts.TryGetValue("amount", out JsonElement a) || parts.TryGetValue("total", out a) ? Exact(a.GetDecimal()) : null;
                decimal? price = parts.TryGetValue("unit_price", out JsonElement p) ? Exact(p.GetDecimal()) : null;
                if (amount is null && price is null) return new ReadValue(null, "has a line without an amount", Fix);
                amount ??= decimal.Round(quantity * price!.Value, 2, MidpointRounding.ToEven);
                lines.Add(new InvoiceLine(parts["description"].GetString() ?? "", quantity, price ?? (quantity == 0 ? 0 : decimal.Round(amount.Value / quantity, 4, MidpointRounding.ToEven)), amount.Value));
            }

            return new ReadValue((IReadOnlyList<InvoiceLine>)lines);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException or OverflowException)
        {
            return new ReadValue(null, "is no list of lines", Fix);
        }
    }

    private static ReadValue Attributes(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return new ReadValue((IReadOnlyDictionary<string, string>)document.RootElement.EnumerateObject()
                .Where(p => p.Value.ValueKind != JsonValueKind.Null)
                .ToDictionary(p => p.Name, p => p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : p.Value.GetRawText(), StringComparer.Ordinal));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return new ReadValue(null, "is no JSON object", "Write {\"name\": \"value\"}.");
        }
    }

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Words();

    [GeneratedRegex(@"(?<=[\p{Ll}\p{N}])(?=\p{Lu})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Humps();

    [GeneratedRegex(@"^[+-]?[0-9]{1,3},[0-9]{3}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OneComma();

    [GeneratedRegex(@"^[+-]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+),[0-9]+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WithComma();

    [GeneratedRegex(@"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Thousands();

    private const string timePart = @"(?:[T ](?<t>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,7})?)?)(?:[0-9]*) ?(?<z>Z|[+-][0-9]{2}:?[0-9]{2})?)?$";

    [GeneratedRegex(@"^(?<y>[0-9]{4})[-/](?<m>[0-9]{1,2})[-/](?<d>[0-9]{1,2})" + timePart, RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Iso();

    [GeneratedRegex(@"^(?<a>[0-9]{1,2})\.(?<b>[0-9]{1,2})\.(?<y>[0-9]{4})" + timePart, RegexOptions.None, 1000)]
    private static partial Regex Dotted();

    [GeneratedRegex(@"^(?<a>[0-9]{1,2})[/-](?<b>[0-9]{1,2})[/-](?<y>[0-9]{4})" + timePart, RegexOptions.None, 1000)]
    private static partial Regex Slashed();
}
