using System.Collections.Frozen;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>Where the desk's labels belong: a specialist's category is its folder, with the exceptions of the house; see <c>Of</c>.</summary>
public static class LabelPlaces
{
    private const string support = "support";
    private const string success = "success";
    private const string meta = "meta";

    /// <summary>Specialists of monetization that speak of bills, not of more sales.</summary>
    private static readonly FrozenSet<string> bills = new[] { "monetization/billing-calculator", "monetization/dispute-resolver", "monetization/usage-tracker", "monetization/overage-alert" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> successCategories = new Dictionary<string, string>
    {
        ["success/nps-tracker"] = "health",
        ["success/feedback-loop"] = "health",
        ["success/onboarding-coordinator"] = "onboarding",
        ["success/training-scheduler"] = "adoption",
        ["success/loyalty-program"] = "retention",
        ["monetization/premium-support-seller"] = "expansion",
        ["monetization/training-seller"] = "expansion",
        ["monetization/prof-services-seller"] = "expansion",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// The place of a label; null for one that is no agent's and no meta label. Folders of support are categories of the domain support, sales is a domain of one category, and all others of
    /// monetization and success belong to the domain success.
    /// </summary>
    public static LabelPlace? Of(string label)
    {
        if (label.StartsWith("meta.", StringComparison.Ordinal)) return new LabelPlace(meta, label);
        int slash = label.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return null;
        return label[..slash] switch
        {
            "monetization" when bills.Contains(label) => new LabelPlace(support, "support.billing"),
            "monetization" or success => new LabelPlace(success, $"success.{successCategories.GetValueOrDefault(label, "expansion")}"),
            "sales" => new LabelPlace("sales", "sales"),
            var folder => new LabelPlace(support, $"support.{folder}"),
        };
    }
}
