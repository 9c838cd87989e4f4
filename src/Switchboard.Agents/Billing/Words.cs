using System.Globalization;
using System.Text;
using Switchboard.Core.Conversations;
using Switchboard.Core.Understanding;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Policies;

namespace Switchboard.Agents.Billing;

/// <summary>Reads what is about money in the words of the message at hand. It is data: what stands there is looked for among what there is, and nothing else is believed.</summary>
internal static class Words
{
    private const int beside = 32;
    private static readonly string[] more = ["more", "additional", "extra", "further", "mehr", "weitere", "zusätzliche"], less = ["fewer", "weniger"], noThing = ["cost", "be", "on", "a", "per", "then", "please", "instead"];
    private static readonly string[] people = ["seat", "user", "person", "agent", "licence", "license", "people", "member"];

    /// <summary>The words of a text in lower case, with a blank on both sides.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(" ");
        foreach (char c in text.ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(c)) plain.Append(c);
            else if (c is not ('\'' or '’') && plain[^1] != ' ') plain.Append(' ');
        }
        return plain.Append(' ').ToString();
    }

    /// <summary>Whether one of the phrases stands in the message.</summary>
    public static bool Has(string plain, params ReadOnlySpan<string> phrases)
    {
        foreach (string phrase in phrases)
            if (plain.Contains($" {phrase} ", StringComparison.Ordinal)) return true;
        return false;
    }

    /// <summary>The seats that are named, the last number when there are several; null when none is.</summary>
    public static IReadOnlyList<int> Seats(Understood understood) =>
        [.. understood.Entities.Where(e => e is { Negated: false, Type: EntityTypes.Quantity } && people.Any(u => e.Value.EndsWith(u, StringComparison.Ordinal))).Select(e => Whole(e.Value)).OfType<int>()];

    /// <summary>How many seats more, fewer when negative, than now: "5 more seats", "add 5 seats", "10 users fewer"; null when no number says so.</summary>
    public static int? SeatsBy(string text, Understood understood)
    {
        foreach (Entity e in understood.Entities.Where(e => e is { Negated: false, Type: EntityTypes.Number or EntityTypes.Quantity }))
        {
            bool isPeople = people.Any(u => e.Value.EndsWith(u, StringComparison.Ordinal));
            if (Whole(e.Value) is not { } count || (e.Type == EntityTypes.Quantity && !isPeople)) continue;
            // The words beside it are near; how long the message is besides does not count.
            string ahead = $" {Plain(text[Math.Max(0, e.Start - beside)..e.Start]).Split(' ', StringSplitOptions.RemoveEmptyEntries).LastOrDefault()} ";
            string[] behind = Plain(text[e.End..Math.Min(text.Length, e.End + beside)]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string about = $"{Plain(e.Text)}{behind.FirstOrDefault()} ";
            // "20 more projects" are no seats, and "and 3 fewer?" are those that were spoken of.
            string? thing = isPeople ? null : behind.SkipWhile(w => Has($" {w} ", more) || Has($" {w} ", less)).FirstOrDefault();
            if (thing is not null && !noThing.Contains(thing, StringComparer.Ordinal) && !people.Any(u => thing.StartsWith(u, StringComparison.Ordinal))) continue;
            if (Has(ahead, "add", "adding", "another", "additional", "extra", "further") || Has(about, more)) return count;
            if (Has(ahead, "remove", "removing", "drop", "dropping") || Has(about, less)) return -count;
        }

        return null;
    }

    /// <summary>Bare numbers in the message.</summary>
    public static IReadOnlyList<int> Numbers(Understood understood) =>
        [.. understood.Entities.Where(e => e is { Negated: false, Type: EntityTypes.Number or EntityTypes.Quantity }).Select(e => Whole(e.Value)).OfType<int>()];

    /// <summary>The plans that are named, in the order of the price list. The names of add-ons hold names of plans; they are taken out first.</summary>
    public static IReadOnlyList<string> Plans(string plain, TenantPolicies policies)
    {
        string rest = policies.AddOns.Aggregate(plain, (text, a) => text.Replace($" {Plain(a.Name.Split(',')[0]).Trim()} ", " ", StringComparison.Ordinal));
        return [.. policies.Plans.Select(p => p.Key).Where(k => Has(rest, k))];
    }

    /// <summary>The cycle that is named; null when none is, or both are.</summary>
    public static BillingCycle? Cycle(string plain)
    {
        string[] words = plain.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool annual = words.Any(CycleWords.Annual.Contains), monthly = words.Any(w => w is not ("month" or "monat") && CycleWords.Monthly.Contains(w)) || Has(plain, "per month", "a month", "each month", "every month", "pro monat", "im monat", "jeden monat");
        return annual == monthly ? null : annual ? BillingCycle.Annual : BillingCycle.Monthly;
    }

    /// <summary>The add-ons that are named.</summary>
    public static IReadOnlyList<string> AddOns(string plain, TenantPolicies policies) =>
        [.. policies.AddOns.Where(a => Has(plain, a.Key.Replace('_', ' '), Plain(a.Name.Split(',')[0]).Trim()) || (a.Key == "sso" && Has(plain, "single sign on"))).Select(a => a.Key)];

    /// <summary>The programme that is claimed; null when none is.</summary>
    public static string? Programme(string plain, TenantPolicies policies)
    {
        string? claimed = Has(plain, "nonprofit", "non profit", "charity", "ngo", "not for profit", "foundation") ? "nonprofit"
            : Has(plain, "student", "students", "school", "schools", "university", "education", "educational", "pupils", "teachers", "college") ? "education"
            : Has(plain, "startup", "start up", "startups") ? "startup" : null;
        return policies.Discounts.Programmes.Any(p => p.Key == claimed) ? claimed : null;
    }

    /// <summary>The amounts that are named.</summary>
    public static IReadOnlyList<Money> Amounts(Understood understood) =>
        [.. understood.Entities.Where(e => e is { Negated: false, Type: EntityTypes.Money }).Select(e => Money.TryParse(e.Value, out Money m) ? m : (Money?)null).OfType<Money>()];

    /// <summary>The first value of a type; null when there is none.</summary>
    public static string? First(Understood understood, string type) => understood.Entities.FirstOrDefault(e => !e.Negated && e.Type == type && e.Value.Length > 0)?.Value;

    /// <summary>The first day that is named.</summary>
    public static DateOnly? Day(Understood understood) => DateOnly.TryParseExact(First(understood, EntityTypes.Date), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day : null;

    /// <summary>The stretch of days that is named: first day, and the day after the last.</summary>
    public static (DateOnly From, DateOnly To)? Range(Understood understood) =>
        First(understood, EntityTypes.DateRange)?.Split('/') is [{ } from, { } to] && DateOnly.TryParse(from, CultureInfo.InvariantCulture, out DateOnly first) && DateOnly.TryParse(to, CultureInfo.InvariantCulture, out DateOnly end) ? (first, end) : null;

    /// <summary>A percentage as a share, 0..1.</summary>
    public static decimal? Percent(Understood understood) => First(understood, EntityTypes.Percent) is { } text && decimal.TryParse(text.TrimEnd('%', ' '), NumberStyles.Number, CultureInfo.InvariantCulture, out decimal percent) ? percent / 100 : null;

    /// <summary>A slot whose value is worked out from the message at hand.</summary>
    public static Slot<T> Slot<T>(Turn turn, string name, Func<Understood, string, T?> find) where T : class => new(name, (Understood understood, out T value) =>
    {
        value = find(understood, Plain(turn.Trigger.Text))!;
        return value is not null;
    });

    private static int? Whole(string value) => decimal.TryParse(value.Split(' ')[0], NumberStyles.Number, CultureInfo.InvariantCulture, out decimal n) && n == decimal.Floor(n) && n is > 0 and <= 1_000_000 ? (int)n : null;
}
