using Switchboard.Domain;

namespace Switchboard.Core.Routing;

/// <summary>What the specialist of a success intent is chosen on.</summary>
public sealed record SuccessFacts
{
    /// <summary>What is wanted.</summary>
    public IReadOnlyList<WishSeen>? Intents { get; init; }

    /// <summary>The likeliest leaves.</summary>
    public IReadOnlyList<LeafChance>? Alternatives { get; init; }

    /// <summary>Probabilities of the categories, where they are known.</summary>
    [Between(0, 1)]
    public IReadOnlyDictionary<string, double>? Categories { get; init; }

    /// <summary>The values found.</summary>
    public IReadOnlyList<ValueSeen>? Entities { get; init; }

    /// <summary>The message.</summary>
    public string? Text { get; init; }

    /// <summary>The account.</summary>
    public AccountSeen? Context { get; init; }

    /// <summary>The specialists that are there; null when every one of the roster is.</summary>
    public IReadOnlyList<LeafEnabled>? Agents { get; init; }

    /// <summary>Whether an accepted leaf of the category that the account's state chose is kept; not in the replay of turns before that.</summary>
    internal bool KeepsLeaf { get; init; } = true;
}

/// <summary>Chooses the specialist of a success intent; a stated wish comes before the state of the account. Pure.</summary>
public static class SuccessRouter
{
    private const double explicitFrom = 0.75;
    private const double accept = 0.55;
    private const double lead = 0.10;
    private const double atRisk = 0.7;
    private const double ill = 35;
    private const int freshDays = 30;
    private const int newDays = 30;
    private const double even = 1e-9;
    private const string planChange = "billing/plan-change-specialist", pricing = "billing/pricing-explainer";
    private static readonly string[] categories = ["health", "onboarding", "adoption", "retention", "expansion"];

    /// <summary>Decides.</summary>
    public static AgentChoice Decide(SuccessFacts facts)
    {
        var said = new SaidText(facts.Text);
        AccountSeen account = facts.Context ?? new AccountSeen();
        bool churns = account.Churn > atRisk && Fresh(account.ChurnAgeDays);
        if (churns && account.Csm is not null && (facts.Intents ?? []).Any(i => i.Leaf == "meta.human")) return Human("retention", "churn", "customer_request", account, "an at-risk customer asks for a person");

        WishSeen? wish = (facts.Intents ?? []).FirstOrDefault(i => i.Leaf is { } leaf && !i.IsMeta && i.PLeaf >= explicitFrom && LeafPlaces.DomainOf(leaf) is not null);
        if (wish?.Leaf is { } stated) return Served(CategoryOf(stated), stated, "explicit", wish.PLeaf!.Value, facts, account, said, "customer stated a wish");
        if (said.Any("cancel my plan", "cancel our plan", "cancel my subscription", "cancel our subscription", "cancel the subscription", "change plan", "change our plan", "add seats", "more seats", "remove seats", "fewer seats", "upgrade us", "downgrade us")
            || (facts.Entities ?? []).Any(e => e.Type == "action" && e.Value is "cancel" or "upgrade" or "downgrade" && !e.Negated))
            return Available(new AgentChoice { AgentId = planChange, Category = "billing", Rule = "explicit", Override = "explicit", Confidence = 1, Rejected = Others("billing", "an order on plan or seats goes to billing") }, facts, account);
        if (said.Any("leave you", "leaving you", "switch away", "switching away", "not renew*", "wont renew", "not going to renew", "move to another vendor", "looking at alternatives")) return Served("retention", null, "explicit", 1, facts, account, said, "words of leaving");

        if (churns) return Served("retention", OfState("retention"), "churn", account.Churn!.Value, facts, account, said, $"churn {account.Churn:0.00} is above {atRisk:0.00}");
        if (account.Health < ill && Fresh(account.HealthAgeDays)) return Served("health", OfState("health"), "health", 1, facts, account, said, $"health {account.Health:0} is below {ill:0}");
        if (account.AccountAgeDays < newDays) return Served("onboarding", OfState("onboarding"), "age", 1, facts, account, said, $"the account is {account.AccountAgeDays} days old");

        (string Category, double P)[] shares = Shares(facts);
        if (shares.Length == 0 || shares[0].P < accept - even || (shares.Length > 1 && shares[0].P - shares[1].P < lead - even))
            return new AgentChoice { Code = "clarify", Rule = "none", Override = "none", Considered = Weigh(shares), Rejected = Others(null, "no category is sure enough") };
        return Served(shares[0].Category, Accepted(shares[0].Category), "none", shares[0].P, facts, account, said, $"{shares[0].P:0.00} of what is likely in success") with { Considered = Weigh(shares) };

        string? Accepted(string category) => (facts.Intents ?? []).FirstOrDefault(i => i.Leaf is { } l && !i.IsMeta && CategoryOf(l) == category && i.PLeaf >= accept - even)?.Leaf;
        string? OfState(string category) => facts.KeepsLeaf ? Accepted(category) : null;
    }

    private static AgentChoice Served(string category, string? leaf, string overridden, double confidence, SuccessFacts facts, AccountSeen account, SaidText said, string why)
    {
        if (category == "expansion" && (account.Has("open_s1s2") || account.Has("dispute")))
            return Available(new AgentChoice
            {
                AgentId = pricing,
                Category = category,
                CsCategory = category,
                Rule = "none",
                Override = overridden,
                Confidence = Math.Round(confidence, 4),
                Code = "quiet_rule",
                Rejected = [new AgentNotTaken(leaf ?? SellerOf(said), account.Has("dispute") ? "no offer while a dispute is open" : "no offer while a severe ticket is open"), .. Others(category, why)],
            }, facts, account);
        string? byDefault = category switch
        {
            "onboarding" => "success/onboarding-coordinator",
            "adoption" => "usage/feature-teacher",
            "expansion" => SellerOf(said),
            _ => null,
        };
        if (leaf is not null && facts.Agents is { } there && !there.Any(a => a.Id == leaf) && there.Any(a => a.Id == byDefault))
            return new AgentChoice
            {
                AgentId = byDefault,
                Category = category,
                CsCategory = category,
                Rule = "default",
                Override = overridden,
                Confidence = Math.Round(confidence, 4),
                Rejected = [new AgentNotTaken(leaf, $"{LeafPlaces.NameOf(leaf)} is not enabled here"), .. Others(category, why)],
            };
        string? agent = leaf ?? byDefault;
        if (agent is null) return Human(category, overridden, "missing_capability", account, why);
        return Available(new AgentChoice { AgentId = agent, Category = category, CsCategory = category, Rule = leaf is null ? "default" : "probability", Override = overridden, Confidence = Math.Round(confidence, 4), Rejected = Others(category, why) }, facts, account);
    }

    /// <summary>Health and retention have no specialist: the account's own person gets it, with an analyst's look at it in the case file.</summary>
    private static AgentChoice Human(string category, string overridden, string code, AccountSeen account, string why) => new()
    {
        AgentId = "human",
        Category = category,
        CsCategory = category,
        Rule = "state",
        Override = overridden,
        Confidence = 1,
        Code = code,
        Team = account.Csm ?? LeafPlaces.Success,
        DryRun = [category == "health" ? "success/health-score" : "success/renewal-manager"],
        Rejected = Others(category, why),
    };

    private static AgentChoice Available(AgentChoice chosen, SuccessFacts facts, AccountSeen account) =>
        facts.Agents is { } there && !there.Any(a => a.Id == chosen.AgentId)
            ? chosen with { AgentId = "human", Code = "missing_capability", Team = account.Csm ?? LeafPlaces.Success, Rejected = [new AgentNotTaken(chosen.AgentId!, $"{LeafPlaces.NameOf(chosen.AgentId!)} is not enabled here"), .. chosen.Rejected] }
            : chosen;

    private static string SellerOf(SaidText said) =>
        said.Any("premium support", "priority support", "support package") ? "monetization/premium-support-seller"
        : said.Any("training", "workshop", "course") ? "monetization/training-seller"
        : said.Any("professional services", "consulting", "implementation", "onboarding package") ? "monetization/prof-services-seller" : planChange;

    private static (string Category, double P)[] Shares(SuccessFacts facts)
    {
        Dictionary<string, double> p = new(StringComparer.Ordinal);
        if (facts.Categories is { Count: > 0 } given)
        {
            foreach ((string category, double value) in given) p[LeafPlaces.Short(category)] = value;
        }
        else
        {
            foreach (WishSeen i in facts.Intents ?? [])
                if (!i.IsMeta && (i.Leaf is { } leaf ? CategoryOf(leaf) : i.Category is { } c ? LeafPlaces.Short(c) : null) is { } category)
                    p[category] = Math.Max(p.GetValueOrDefault(category), i.PCategory ?? i.PLeaf ?? 0);
            foreach (var other in (facts.Alternatives ?? []).GroupBy(a => CategoryOf(a.Leaf), StringComparer.Ordinal)) p[other.Key] = Math.Max(p.GetValueOrDefault(other.Key), other.Sum(a => a.P));
        }
        (string Key, double Value)[] known = [.. p.Where(c => c.Value > 0 && categories.Contains(c.Key, StringComparer.Ordinal)).Select(c => (c.Key, c.Value))];
        double sum = known.Sum(c => c.Value);
        // A single category that is known with 0.4 is not sure because nothing else is known.
        if (known.Length == 1 && facts.Categories is not { Count: > 1 }) return [(known[0].Key, known[0].Value)];
        return [.. known.Select(c => (c.Key, c.Value / sum)).OrderByDescending(c => c.Item2).ThenBy(c => c.Key, StringComparer.Ordinal)];
    }

    private static string CategoryOf(string leaf) => leaf.StartsWith("monetization/", StringComparison.Ordinal) && LeafPlaces.CategoryOf(leaf) != "billing" ? "expansion" : LeafPlaces.CategoryOf(leaf);

    private static IReadOnlyList<Weighed> Weigh((string Category, double P)[] shares) => [.. shares.Select(s => new Weighed(s.Category, Math.Round(s.P, 4)))];

    private static IReadOnlyList<AgentNotTaken> Others(string? category, string why) => [.. categories.Where(c => c != category).Select(c => new AgentNotTaken(c, why))];

    private static bool Fresh(int? ageDays) => ageDays is null or <= freshDays;
}
