using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Switchboard.Core.Actions;
using Switchboard.Core.Conversations;
using Switchboard.Core.Runs;

namespace Switchboard.Core.Desk.Guards;

/// <summary>
/// The values that the agents of a turn read, were given and worked out, taken from their journals: what stands in none of them was invented. What an action did, or
/// would do, is kept apart, since having read an amount gives nobody the right to say that it was paid.
/// </summary>
public sealed class RunValues
{
    private const int cents = 2, longestText = 4000, minutesOfHour = 60, minutesOfDay = 24 * 60, guidLength = 36;
    private static readonly string[] given = ["refund", "credit", "discount"];

    private readonly HashSet<decimal> numbers = [];
    private readonly HashSet<int> days = [];
    private readonly HashSet<string> identifiers = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<DraftAction> actions = [];
    private readonly TimeZoneInfo zone;
    private readonly string currency;

    private RunValues(TimeZoneInfo zone, string currency) => (this.zone, this.currency) = (zone, currency);

    /// <summary>What was done in the run, or is proposed; and what rows say was given before.</summary>
    public IReadOnlyList<DraftAction> Actions => actions;

    /// <summary>Takes the values of journals.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="others">Further values as JSON: what was read for the whole turn.</param>
    /// <param name="zone">The tenant's time zone, in which days are said.</param>
    /// <param name="currency">The tenant's currency.</param>
    public static RunValues Of(IEnumerable<JournalEntry> steps, IEnumerable<string> others, TimeZoneInfo zone, string currency)
    {
        var values = new RunValues(zone, currency);
        foreach (string json in others) values.Take(json, string.Empty);
        foreach (JournalEntry step in steps)
        {
            string kind = Journal.KindOf(step.Name);
            // What the desk said itself is no source of what it says.
            if (kind is "ask" or "confirm") continue;
            values.Take(step.Result, kind == "read" ? step.Name : string.Empty);
            if (kind == "propose") values.Proposed(Journal.Read<ActionPreview>(step));
            else if (kind == "perform") values.Performed(Journal.Read<Performance>(step), step.Name);
        }

        return values;
    }

    /// <summary>Whether the run knows the value. A plan is a name, so it is always known here.</summary>
    public bool Knows(ClaimValue value) => value.Kind switch
    {
        ValueKind.Money or ValueKind.Count => numbers.Contains(Math.Round(value.Number, cents)),
        ValueKind.Percent => numbers.Contains(Math.Round(value.Number, cents + cents)) || numbers.Contains(value.Number * 100),
        ValueKind.Duration => numbers.Contains(value.Number) || numbers.Contains(value.Number / minutesOfHour) || numbers.Contains(value.Number / minutesOfDay),
        ValueKind.Date => days.Contains((int)value.Number),
        ValueKind.Identifier => identifiers.Contains(value.Unit),
        _ => true,
    };

    /// <summary>Takes the names of a text as known: what the reader wrote is no secret from the reader.</summary>
    public void Said(string text)
    {
        foreach (Match number in ClaimValues.Identifiers().Matches(text)) identifiers.Add(number.Value);
    }

    private void Proposed(ActionPreview offered)
    {
        if (offered is { Allowed: true, Result: { } result }) Did(offered.Action, "proposed", result);
    }

    private void Performed(Performance done, string step)
    {
        if (done is { Kind: PerformanceKind.Performed, Result: { } result }) Did(done.Action ?? step[(step.LastIndexOf(':') + 1)..], "succeeded", result);
    }

    private void Did(string action, string state, string result)
    {
        using var document = JsonDocument.Parse(result);
        string unit = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("currency", out JsonElement stated) ? stated.GetString() ?? currency : currency;
        actions.Add(new DraftAction(action, state));
        if (document.RootElement.ValueKind != JsonValueKind.Object) return;
        foreach (JsonProperty field in document.RootElement.EnumerateObject().Where(f => f.Value.ValueKind == JsonValueKind.Number)) actions.Add(new DraftAction(action, state, field.Value.GetDecimal(), unit));
    }

    private void Take(string json, string path)
    {
        using var document = JsonDocument.Parse(json);
        Walk(document.RootElement, path);
    }

    private void Walk(JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty field in value.EnumerateObject())
                {
                    string inside = path.Length == 0 ? string.Empty : $"{path}/{field.Name}";
                    // Rows of what was given before: "refunds": [{"amount": 20, "currency": "USD"}].
                    if (inside.Length > 0 && field.NameEquals("amount") && field.Value.ValueKind == JsonValueKind.Number && given.FirstOrDefault(g => path.Contains(g, StringComparison.OrdinalIgnoreCase)) is { } kind)
                        actions.Add(new DraftAction(kind, "succeeded", field.Value.GetDecimal(), value.TryGetProperty("currency", out JsonElement unit) && unit.ValueKind == JsonValueKind.String ? unit.GetString() : currency));
                    Walk(field.Value, inside);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray()) Walk(item, path);
                break;
            case JsonValueKind.Number when value.TryGetDecimal(out decimal number):
                numbers.Add(number);
                numbers.Add(Math.Round(number, cents));
                numbers.Add(Math.Round(number, cents + cents));
                break;
            case JsonValueKind.String:
                Read(value.GetString()!, path);
                break;
        }
    }

    private void Read(string text, string path)
    {
        if (text.Length is 0 or > longestText || !text.AsSpan().ContainsAnyInRange('0', '9')) return;
        if (text.Length == guidLength && Guid.TryParse(text, out _)) return;
        if (text[0] == '{' && Parsed(text) is { } inner)
        {
            using (inner) Walk(inner.RootElement, path);
            return;
        }

        if (char.IsAsciiDigit(text[0]) && text.Length >= 10 && text[4] == '-')
        {
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)) days.Add(day.DayNumber);
            else if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at))
            {
                days.Add(DateOnly.FromDateTime(at.UtcDateTime).DayNumber);
                days.Add(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime).DayNumber);
            }
        }

        foreach (ClaimValue value in ClaimValues.Of(text, 0, []))
        {
            if (value.Kind == ValueKind.Identifier) identifiers.Add(value.Unit);
            else if (value.Kind == ValueKind.Date) days.Add((int)value.Number);
            else numbers.Add(Math.Round(value.Number, cents + cents));
        }
    }

    private static JsonDocument? Parsed(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
