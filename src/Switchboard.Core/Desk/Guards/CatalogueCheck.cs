using System.Globalization;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Desk.Guards;

/// <summary>Compares claims about plans, add-ons, answering times and data rights with the catalogue and the policies.</summary>
internal static class CatalogueCheck
{
    /// <summary>What is said of a claim; null when it is about none of these.</summary>
    public static CheckedClaim? Of(Claim claim, TenantPolicies policies, IReadOnlyList<CheckedFeature>? features)
    {
        string text = claim.Text.ToLowerInvariant();
        string[] plans = [.. claim.Values.Where(v => v.Kind == ValueKind.Plan).Select(v => v.Unit).Distinct(StringComparer.Ordinal)];
        ClaimValue? duration = claim.Values.FirstOrDefault(v => v.Kind == ValueKind.Duration), money = claim.Values.FirstOrDefault(v => v.Kind == ValueKind.Money);
        if (AddOn(text, policies) is { } addOn && Available(claim, text, addOn.Name, plans, [.. addOn.IncludedIn], $"add-on of {addOn.Price:0.##} {policies.Currency}", policies, [.. addOn.Plans]) is { } offered) return offered;
        if (AddOn(text, policies) is { } priced && money is not null) return Value(claim, "catalogue", Amount(priced.Price, policies.Currency), money, money.Number == priced.Price && money.Unit == policies.Currency);
        if (features?.FirstOrDefault(f => text.Contains(f.Name, StringComparison.OrdinalIgnoreCase)) is { } feature && plans.Length > 0)
        {
            string[] having = [.. policies.Plans.SkipWhile(p => p.Key != feature.Plan).Select(p => p.Key)];
            if (feature.Since is null) return new CheckedClaim(claim.Text, claim.IsNegative ? ClaimStatus.Supported : ClaimStatus.Contradicted, "feature", $"{feature.Name} is not released", string.Join(", ", plans));
            if (Available(claim, text, feature.Name, plans, having, null, policies, []) is { } has) return has;
        }

        foreach (string key in plans)
        {
            PlanPolicy plan = policies.Plans.First(p => p.Key == key);
            CheckedClaim? said = Level(claim, text, plan, policies) is { } level ? level : duration is not null && Says(text, "answer", "response", "respond", "reply", "replies", "resol", "solved") ? Sla(claim, text, key, duration, policies)
                : money is not null ? Value(claim, "catalogue", $"{Amount(plan.UnitPrice, policies.Currency)} per seat and month", money, Price(text, money, plan, policies))
                : Limit(claim, plan);
            // Of several plans the one for which it is wrong makes it wrong.
            if (said is { Status: not ClaimStatus.Supported } || (said is not null && key == plans[^1])) return said;
        }

        return duration is not null && Says(text, "export", "copy of", "delet", "erase") && Says(text, "data", "account") ? Rights(claim, text, duration, policies) : null;
    }

    private static CheckedClaim Rights(Claim claim, string text, ClaimValue said, TenantPolicies policies)
    {
        int days = Says(text, "export", "copy of") ? policies.Privacy.ExportDays : policies.Privacy.DeletionDays + policies.Privacy.DeletionGraceDays;
        return Value(claim, "policy", $"within {days} days", said, said.Unit == "minutes" && said.Number <= days * 24 * 60);
    }

    private static AddOnPolicy? AddOn(string text, TenantPolicies policies) => policies.AddOns.FirstOrDefault(a =>
        text.Contains(a.Name.Split(',')[0], StringComparison.OrdinalIgnoreCase) || (a.Key == "sso" && Readers.Words(text).Contains("sso")));

    private static bool Price(string text, ClaimValue money, PlanPolicy plan, TenantPolicies policies)
    {
        decimal price = Says(text, "annual", "yearly", "paid for a year") ? plan.UnitPrice * (1 - policies.Discounts.AnnualReduction) : plan.UnitPrice;
        return money.Unit == policies.Currency && money.Number == price;
    }

    /// <summary>The level of support, where one of those on sale is named.</summary>
    private static CheckedClaim? Level(Claim claim, string text, PlanPolicy plan, TenantPolicies policies) =>
        policies.Plans.Select(p => p.SupportLevel).FirstOrDefault(l => text.Contains($"{l} support", StringComparison.OrdinalIgnoreCase)) is not { } said ? null
        : (said == plan.SupportLevel) != claim.IsNegative ? new CheckedClaim(claim.Text, ClaimStatus.Supported, "catalogue", $"{plan.SupportLevel} support", $"{said} support")
        : new CheckedClaim(claim.Text, ClaimStatus.Contradicted, "catalogue", $"{plan.SupportLevel} support", $"{said} support") { Fix = claim.IsNegative ? null : $"{plan.SupportLevel} support" };

    private static CheckedClaim? Limit(Claim claim, PlanPolicy plan)
    {
        ClaimValue? said = claim.Values.FirstOrDefault(v => v.Kind is ValueKind.Count or ValueKind.Unlimited);
        if (said is null) return null;
        (decimal? limit, string thing)? truth = said.Unit switch
        {
            "api_calls" => (plan.Limits.ApiCalls, "API calls a month"),
            "seats" => (plan.Limits.Seats, "seats"),
            "projects" => (plan.Limits.Projects, "projects"),
            "storage_gb" or "storage" => (plan.Limits.StorageGb, "GB of storage"),
            "automations" => (plan.Limits.Automations, "automations"),
            _ => null,
        };
        if (truth is not { } known) return null;
        string expected = known.limit is { } most ? $"{Grouped(most)} {known.thing}" : $"unlimited {known.thing}";
        bool same = said.Kind == ValueKind.Unlimited ? known.limit is null : known.limit == said.Number;
        return Value(claim, "catalogue", expected, said, same && Agrees(claim.Comparator));
    }

    private static CheckedClaim Sla(Claim claim, string text, string plan, ClaimValue said, TenantPolicies policies)
    {
        SlaTarget target = policies.Sla.Target(plan, Domain.Support.Priority.Normal);
        bool resolution = Says(text, "resol", "solved");
        TimeSpan truth = resolution ? target.Resolution : target.FirstResponse;
        string unit = target.AroundTheClock ? "minutes" : "business_minutes";
        string span = truth.TotalHours >= 1 ? $"{truth.TotalHours:0.##}{(target.AroundTheClock ? string.Empty : " business")} hours" : $"{truth.TotalMinutes:0}{(target.AroundTheClock ? string.Empty : " business")} minutes";
        return Value(claim, "policy", $"{(resolution ? "resolution" : "first response")} within {span}", said, said.Unit == unit && said.Number == (decimal)truth.TotalMinutes && Agrees(claim.Comparator));
    }

    private static CheckedClaim? Available(Claim claim, string text, string name, string[] plans, string[] having, string? otherwise, TenantPolicies policies, string[] sold)
    {
        if (plans.Length == 0 || !Says(text, "includ", "available", "comes with", "part of", " have ", " has ", "offer", "support")) return null;
        // Sold beside a plan is available, but not included.
        bool canBuy = Says(text, "available", "offer") && !Says(text, "includ");
        string[] without = [.. plans.Where(p => !having.Contains(p) && !(canBuy && sold.Contains(p)))];
        bool isTrue = claim.IsNegative ? without.Length == plans.Length : without.Length == 0;
        string expected = having.Length == 0 ? $"{name} is in no plan" : $"{string.Join(", ", having)} only{(otherwise is null || sold.Length == 0 ? string.Empty : $" ({otherwise} on {string.Join(" and ", sold)})")}";
        return new CheckedClaim(claim.Text, isTrue ? ClaimStatus.Supported : ClaimStatus.Contradicted, otherwise is null ? "feature" : "catalogue", expected, policies.Plans.Count == plans.Length ? "all plans" : string.Join(", ", plans));
    }

    private static CheckedClaim Value(Claim claim, string source, string expected, ClaimValue said, bool isSame)
    {
        bool isTrue = isSame != claim.IsNegative;
        // What holds plainly does not hold "always": the catalogue and the policies state terms, not promises.
        ClaimStatus status = !isTrue ? ClaimStatus.Contradicted : claim.Modality == Modality.Absolute && claim.Text.Contains("always", StringComparison.OrdinalIgnoreCase) ? ClaimStatus.Overstated : ClaimStatus.Supported;
        return new CheckedClaim(claim.Text, status, source, expected, Readers.Found(said)) { Fix = status == ClaimStatus.Contradicted && !claim.IsNegative ? expected : null };
    }

    /// <summary>A limit and a time are stated by themselves, by "up to" or by "within"; "at least" and "more than" say something else.</summary>
    internal static bool Agrees(string? comparator) => comparator is null or "up to" or "within";

    private static string Amount(decimal amount, string currency) => string.Create(CultureInfo.InvariantCulture, $"{amount:0.####} {currency}");

    private static string Grouped(decimal number) => number.ToString("#,0.##", CultureInfo.InvariantCulture).Replace(',', ' ');

    private static bool Says(string text, params ReadOnlySpan<string> any)
    {
        foreach (string word in any)
            if (text.Contains(word, StringComparison.Ordinal)) return true;
        return false;
    }
}

/// <summary>Small readings of text that the guards share.</summary>
internal static class Readers
{
    /// <summary>The words in lower case.</summary>
    public static HashSet<string> Words(string text) => [.. Agents.Kinds.Writing.Readability.WordsOf(text).Select(w => w.ToLowerInvariant())];

    /// <summary>A value in words.</summary>
    public static string Found(ClaimValue value) => value.Kind switch
    {
        ValueKind.Unlimited => "unlimited",
        ValueKind.Money => string.Create(CultureInfo.InvariantCulture, $"{value.Number:0.####} {value.Unit}"),
        ValueKind.Percent => string.Create(CultureInfo.InvariantCulture, $"{value.Number * 100:0.##} %"),
        ValueKind.Date => DateOnly.FromDayNumber((int)value.Number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ValueKind.Plan or ValueKind.Identifier => value.Unit,
        _ => string.Create(CultureInfo.InvariantCulture, $"{value.Number:0.##} {value.Unit.Replace('_', ' ')}"),
    };
}
