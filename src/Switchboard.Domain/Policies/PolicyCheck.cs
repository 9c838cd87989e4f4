using System.Globalization;

namespace Switchboard.Domain.Policies;

/// <summary>A faulty field of a policy document.</summary>
/// <param name="Path">Where it is: <c>plans[1].unitPrice</c>.</param>
/// <param name="Message">What it must be.</param>
public sealed record PolicyProblem(string Path, string Message);

/// <summary>What a decision rests on, so that an answer can cite it.</summary>
/// <param name="Rule">The rule: <c>refunds.duplicate</c>.</param>
/// <param name="Text">What the rule says, with the tenant's own figures.</param>
public sealed record Clause(string Rule, string Text);

/// <summary>The scopes by which people approve what a policy does not grant by itself.</summary>
public static class ApprovalScopes
{
    public const string Refunds = "approve:refunds";
    public const string RefundsHigh = "approve:refunds:high";
    public const string Discounts = "approve:discounts";
    public const string DiscountsHigh = "approve:discounts:high";
    public const string Actions = "approve:actions";
}

/// <summary>Collects the problems of a document while its sections look at their figures.</summary>
public sealed class PolicyCheck
{
    private readonly List<PolicyProblem> problems = [];
    private readonly string prefix;

    /// <summary>Begins at the top of the document.</summary>
    public PolicyCheck() => prefix = string.Empty;

    private PolicyCheck(string prefix, List<PolicyProblem> problems) => (this.prefix, this.problems) = (prefix, problems);

    /// <summary>The problems so far, in the order of the document.</summary>
    public IReadOnlyList<PolicyProblem> Problems => problems;

    /// <summary>Looks at what stands under a name or, as <c>name[2]</c>, at an item of a list.</summary>
    public PolicyCheck At(string name) => new(prefix.Length == 0 ? name : $"{prefix}.{name}", problems);

    /// <summary>The field must be as the message says.</summary>
    public void Require(bool good, string field, string message)
    {
        if (!good) problems.Add(new PolicyProblem(prefix.Length == 0 ? field : field.Length == 0 ? prefix : $"{prefix}.{field}", message));
    }

    /// <summary>A rate is 0 to 1.</summary>
    public void Rate(decimal value, string field) => Require(value is >= 0 and <= 1, field, $"must be a rate from 0 to 1 (20 % is 0.20), not {Text(value)}");

    /// <summary>A count lies within limits.</summary>
    public void Range(long value, string field, long least, long most) => Require(value >= least && value <= most, field, $"must be a whole number from {Text(least)} to {Text(most)}, not {Text(value)}");

    /// <summary>An amount is not negative.</summary>
    public void Amount(decimal value, string field) => Require(value is >= 0 and <= 1_000_000_000, field, $"must be an amount from 0 to 1000000000, not {Text(value)}");

    /// <summary>A time to pass is at least a minute and at most a year.</summary>
    public void Duration(TimeSpan value, string field) => Require(value >= TimeSpan.FromMinutes(1) && value <= TimeSpan.FromDays(366), field, "must be a duration from PT1M to P366D");

    /// <summary>A key is a name in lower_snake.</summary>
    public void Key(string value, string field) => Require(value.Length is > 0 and <= 40 && value[0] is >= 'a' and <= 'z' && value.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_'), field,
        $"must be a key of lower-case letters, digits and _ that begins with a letter and has at most 40 characters, not \"{value}\"");

    /// <summary>Each item of a list is looked at, and no two have the same key.</summary>
    public void Items<T>(IReadOnlyList<T> items, string field, Func<T, string> key, string keyField, Action<T, PolicyCheck> look)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < items.Count; i++)
        {
            PolicyCheck item = At($"{field}[{Text(i)}]");
            item.Require(seen.Add(key(items[i])), keyField, $"must be another key: \"{key(items[i])}\" is given twice");
            look(items[i], item);
        }
    }

    /// <summary>Every key of a list is one that exists.</summary>
    public void Known(IReadOnlyList<string> keys, string field, IReadOnlyCollection<string> known)
    {
        for (int i = 0; i < keys.Count; i++) Require(known.Contains(keys[i], StringComparer.Ordinal), $"{field}[{Text(i)}]", $"must be one of {string.Join(", ", known)}, not \"{keys[i]}\"");
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
