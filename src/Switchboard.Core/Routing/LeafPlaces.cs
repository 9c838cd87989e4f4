using System.Collections.Frozen;
using System.Globalization;

namespace Switchboard.Core.Routing;

/// <summary>Where the specialists of the roster belong: their route domain and category. A specialist that an operator adds belongs to its folder.</summary>
public static class LeafPlaces
{
    /// <summary>The route domain support.</summary>
    public const string Support = "support";

    /// <summary>The route domain sales.</summary>
    public const string Sales = "sales";

    /// <summary>The route domain success.</summary>
    public const string Success = "success";

    private static readonly FrozenSet<string> supportFolders = FrozenSet.Create(StringComparer.Ordinal, "billing", "technical", "usage", "integration", "account");

    // Four agents of monetization speak about bills when they are specialists.
    private static readonly FrozenSet<string> billing = FrozenSet.Create(StringComparer.Ordinal, "monetization/billing-calculator", "monetization/dispute-resolver", "monetization/usage-tracker", "monetization/overage-alert");

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

    private static readonly FrozenDictionary<string, string> names = new Dictionary<string, string>
    {
        ["integration/api-debugger"] = "API Debugger",
        ["integration/oauth-specialist"] = "OAuth Specialist",
        ["integration/sdk-expert"] = "SDK Expert",
        ["account/sso-specialist"] = "SSO Specialist",
        ["sales/bant-qualifier"] = "BANT Qualifier",
        ["sales/roi-calculator"] = "ROI Calculator",
        ["success/nps-tracker"] = "NPS Tracker",
        ["usage/import-export-specialist"] = "Import Specialist",
        ["account/data-rights-specialist"] = "Account Deletion Specialist",
        ["monetization/prof-services-seller"] = "Professional Services Seller",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The default leaf of each category of support: it asks one clarifying question first.</summary>
    public static FrozenDictionary<string, string> SupportDefaults { get; } = new Dictionary<string, string>
    {
        ["billing"] = "billing/plan-change-specialist",
        ["technical"] = "technical/bug-triager",
        ["usage"] = "usage/onboarding-guide",
        ["integration"] = "integration/api-debugger",
        ["account"] = "account/profile-manager",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The route domain of a leaf or of a category; null when it is none of the three.</summary>
    public static string? DomainOf(string id)
    {
        if (billing.Contains(id)) return Support;
        string folder = Folder(id);
        return supportFolders.Contains(folder) ? Support : folder == Sales ? Sales : folder is Success or "monetization" || successCategories.Values.Contains(folder) ? Success : null;
    }

    /// <summary>The route category of a leaf.</summary>
    public static string CategoryOf(string leaf) => billing.Contains(leaf) ? "billing" : successCategories.GetValueOrDefault(leaf, Folder(leaf));

    /// <summary>A category without its domain: <c>support.billing</c> is <c>billing</c>.</summary>
    public static string Short(string category) => category[(category.LastIndexOf('.') + 1)..];

    /// <summary>The name people read, also of a specialist that is not here.</summary>
    public static string NameOf(string leaf) =>
        names.TryGetValue(leaf, out string? name) ? name : CultureInfo.InvariantCulture.TextInfo.ToTitleCase(leaf[(leaf.IndexOf('/', StringComparison.Ordinal) + 1)..].Replace('-', ' '));

    private static string Folder(string id) => id.IndexOf('/', StringComparison.Ordinal) is > 0 and int at ? id[..at] : Short(id);
}
