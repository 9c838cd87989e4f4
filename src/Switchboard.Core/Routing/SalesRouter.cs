using Switchboard.Domain;

namespace Switchboard.Core.Routing;

/// <summary>A lead as far as it is known.</summary>
/// <param name="Status">new, mql, sql, qualified, disqualified or converted.</param>
/// <param name="Score">0..100.</param>
/// <param name="Known">Which of budget, authority, need and timeline are known.</param>
public sealed record LeadSeen([property: OneOf("new", "mql", "sql", "qualified", "disqualified", "converted")] string? Status = null, [property: Between(0, 100)] double? Score = null, [property: OneOf("budget", "authority", "need", "timeline")] IReadOnlyList<string>? Known = null);

/// <summary>A deal as far as it is known.</summary>
/// <param name="Stage">Its stage.</param>
/// <param name="Competitor">Who else is looked at.</param>
public sealed record DealSeen([property: OneOf("prospecting", "qualification", "proposal", "negotiation", "closed_won", "closed_lost")] string? Stage = null, string? Competitor = null);

/// <summary>What the specialist of a sales intent is chosen on.</summary>
public sealed record SalesFacts
{
    /// <summary>What is wanted.</summary>
    public IReadOnlyList<WishSeen>? Intents { get; init; }

    /// <summary>The values found.</summary>
    public IReadOnlyList<ValueSeen>? Entities { get; init; }

    /// <summary>The message.</summary>
    public string? Text { get; init; }

    /// <summary>The account.</summary>
    public AccountSeen? Context { get; init; }

    /// <summary>The lead; null when there is none.</summary>
    public LeadSeen? Lead { get; init; }

    /// <summary>The deal; null when there is none.</summary>
    public DealSeen? Deal { get; init; }

    /// <summary>Whether it is the visitor's first message.</summary>
    public bool? FirstMessage { get; init; }

    /// <summary>The specialists that are there; null when every one of the roster is.</summary>
    public IReadOnlyList<LeafEnabled>? Agents { get; init; }

    /// <summary>Whether all words count; in the replay of turns before they did, some do not.</summary>
    internal bool HearsAll { get; init; } = true;
}

/// <summary>Chooses the specialist of a sales intent: obstacle, progression, qualification, education. Pure.</summary>
public static class SalesRouter
{
    private const string feature = "sales/feature-explainer", price = "sales/price-objection-handler", comparison = "sales/competitor-comparison-handler";
    private static readonly string[] priceWords = ["too expensive", "so expensive", "very expensive", "expensive", "pricey", "half your price", "half the price", "budget", "cheaper", "afford", "price is too", "costs too much", "cost too much", "price", "overpriced"];

    /// <summary>Decides.</summary>
    public static AgentChoice Decide(SalesFacts facts)
    {
        var said = new SaidText(facts.Text);
        IReadOnlyList<ValueSeen> entities = facts.Entities ?? [];
        if (IsEmpty(facts.Text, said)) return Clarify("nothing is asked");
        if (said.Any("press", "journalist", "newspaper", "interview", "legal department", "lawyer", "lawyers", "partner program*", "partnership", "become a partner", "reseller", "affiliate"))
            return Human(null, "human", "press, law and partners are for people");
        if (Elsewhere(facts, said) is { } elsewhere) return elsewhere;

        string[] obstacles = Obstacles(said, entities, facts.HearsAll);
        bool disqualified = facts.Lead?.Status == "disqualified";
        AgentChoice chosen = obstacles.Length > 0 && !disqualified ? Taken(obstacles[0], "objection", "an obstacle is stated") with { Second = obstacles.Length > 1 ? obstacles[1] : null }
            : !disqualified && Progression(facts, said) is { } step ? step
            : !disqualified && Qualification(facts, said, entities) is { } qualified ? qualified
            : Education(facts, said, disqualified);
        return Available(chosen, facts);
    }

    /// <summary>Wishes of customers that others serve.</summary>
    private static AgentChoice? Elsewhere(SalesFacts facts, SaidText said)
    {
        if (facts.Context?.IsCustomer == true && said.Any("more seats", "add seats", "another plan", "upgrade", "bigger plan", "change plan"))
            return new AgentChoice { AgentId = "billing/plan-change-specialist", Category = "billing", Confidence = 1, Rule = "none", Rejected = [new AgentNotTaken(feature, "a customer changes plan or seats with billing")] };
        // How much is saved is no price.
        if (facts.HearsAll && Saves(said)) return null;
        return said.Any("how much", "what does it cost", "price list", "pricing page", "prices") && !said.Any("expensive", "budget", "cheaper", "half")
            ? new AgentChoice { AgentId = "billing/pricing-explainer", Category = "billing", Confidence = 1, Rule = "education", Rejected = [new AgentNotTaken(price, "a price is asked for, nobody objects to it")] } : null;
    }

    /// <summary>The handlers of the obstacles that are stated, in order of mention.</summary>
    private static string[] Obstacles(SaidText said, IReadOnlyList<ValueSeen> entities, bool all)
    {
        bool moves = said.Any("moving from", "move from", "migrate from", "migrating from", "switch from", "switching from", "coming from", "move over from", "migrate our data from");
        int rival = moves ? -1 : entities.Where(e => e.Type == "competitor").Select(e => said.First(new SaidText(e.Text ?? e.Value).Words)).DefaultIfEmpty(-1).Min();
        if (rival < 0 && !moves && entities.Any(e => e.Type == "competitor")) rival = 0;
        bool quoteOnly = said.Any("quote", "proposal");
        (string Agent, int At)[] found =
        [
            (price, quoteOnly && !said.Any("expensive", "cheaper") ? -1 : said.First("too expensive", "so expensive", "very expensive", "expensive", "pricey", "half your price", "half the price", "no budget", "over budget", "above our budget", "out of our budget", "budget is", "cheaper", "afford", "price is too", "price too high", "costs too much", "cost too much", "overpriced")),
            (comparison, rival),
            ("sales/feature-gap-handler", said.First([.. all ? new[] { "you have no", "it has no", "cant do" } : [], "you dont have", "doesnt have", "does not have", "you lack", "it lacks", "is missing", "youre missing", "no support for", "without that feature", "doesnt support", "does not support", "cannot do"])),
            ("sales/integration-objection-handler", said.First("doesnt integrate", "does not integrate", "no integration", "wont work with our", "doesnt work with", "does not work with", "cant connect to our", "doesnt connect")),
            ("sales/security-objection-handler", said.First("security team", "security review", "security concern*", "not secure", "compliance team", "worried about security", "data residency", "soc 2", "iso 27001", "data protection officer")),
            ("sales/timing-objection-handler", said.First("not now", "not right now", "too early", "next quarter", "next year", "bad time", "no time", "come back later", "get back to you later", "not a priority", "after the summer", "maybe later")),
        ];
        return [.. found.Where(f => f.At >= 0).OrderBy(f => f.At).Select(f => f.Agent)];
    }

    private static AgentChoice? Progression(SalesFacts facts, SaidText said)
    {
        if (said.Any("demo", "demonstration") && said.Any("book", "schedule", "date", "when", "arrange", "set up", "slot", "see a", "get a", "request", "monday", "tuesday", "wednesday", "thursday", "friday", "next week", "tomorrow", "show us"))
            return Taken("sales/demo-scheduler", "progression", "a date for a demo is asked for");
        if (said.Any("demo", "demonstration") && said.Any("agenda", "content", "prepare", "cover")) return Human("sales/demo-preparer", "missing_capability", "what a demo holds is prepared for people") with { SalesCategory = "education" };
        if (facts.Deal?.Stage is "prospecting" or "qualification" or "proposal" or "negotiation" && said.Any("clause", "clauses", "contract", "terms", "redline*", "msa", "dpa", "liability", "termination", "notice period"))
            return Taken("sales/contract-negotiator", "progression", "terms of an open deal");
        if (said.Any("quote", "quotation", "proposal", "written offer")) return Human("sales/proposal-generator", "missing_capability", "quotes are given by people");
        if (said.Any("ready to buy", "ready to sign", "where do i sign", "where do we sign", "want to buy", "lets sign", "we are in", "sign the contract", "ready to purchase", "ready to order"))
            return Human("sales/closer", "missing_capability", "the closing is done by people");
        if (said.Any("trial") && said.Any("help", "extend", "running", "ends", "expires", "stuck", "our trial", "my trial")) return Human("sales/trial-optimizer", "missing_capability", "trials are looked after by people");
        return said.Any("moving from", "move from", "migrate*", "migrating", "switch from", "switching from", "coming from") ? Taken("sales/migration-specialist", "progression", "the move from another product") : null;
    }

    private static AgentChoice? Qualification(SalesFacts facts, SaidText said, IReadOnlyList<ValueSeen> entities)
    {
        if (said.Any("referred", "referral", "recommended by", "recommended you", "friend told", "colleague told", "told us about you", "sent by")) return Taken("sales/referral-detector", "qualification", "a referral is named");
        if (said.Asks || EducationOf(said, entities, facts.HearsAll) is not null || facts.Lead is { Status: not (null or "new" or "mql") }) return null;
        int unknown = 4 - (facts.Lead?.Known ?? []).Distinct(StringComparer.Ordinal).Count(k => k is "budget" or "authority" or "need" or "timeline");
        if (unknown < 2) return null;
        return Taken(facts.FirstMessage == false ? "sales/bant-qualifier" : "sales/inbound-qualifier", "qualification", $"{unknown} of budget, authority, need and timeline are not known");
    }

    private static AgentChoice Education(SalesFacts facts, SaidText said, bool disqualified)
    {
        string? accepted = facts.Intents?.FirstOrDefault(i => i.Leaf is { } l && LeafPlaces.DomainOf(l) == LeafPlaces.Sales && i.PLeaf >= 0.55)?.Leaf;
        string? leaf = EducationOf(said, facts.Entities ?? [], facts.HearsAll);
        if (leaf is null && accepted is not null && !disqualified) return Taken(accepted, CategoryOf(accepted), "no rule meant another") with { Rule = "probability" };
        string why = disqualified ? "the lead is disqualified: facts alone are given" : "a fact was asked, answer first";
        AgentChoice chosen = Taken(leaf ?? feature, "education", why);
        return chosen with { Rejected = [new AgentNotTaken("sales/inbound-qualifier", why), .. disqualified ? [new AgentNotTaken("sales/closer", why)] : Array.Empty<AgentNotTaken>()] };
    }

    private static string? EducationOf(SaidText said, IReadOnlyList<ValueSeen> entities, bool all) =>
        all && Saves(said) || said.Any("roi", "savings", "save us", "save time", "payback", "return on investment", "worth it") ? "sales/roi-calculator"
        : said.Any("for my industry", "in our industry", "in my industry", "our industry", "use case", "use cases", "companies like ours", "for agencies", "for hospitals", "for schools", "for law firms") ? "sales/use-case-matcher"
        : said.Any("why you", "why should we", "why choose", "what makes you", "better than others") ? "sales/value-proposition"
        : entities.Any(e => e.Type is "feature" or "product_feature") && said.Asks || said.Any("does it have", "do you have", "do you support", "does it support", "can it", "is there a", "does it do") ? feature : null;

    private static bool Saves(SaidText said) => said.Any("we save", "i save", "would save", "could save", "can save", "will save", "does it save", "do we save", "save money", "saved per", "pay for itself", "pays for itself", "pay off");

    private static AgentChoice Available(AgentChoice chosen, SalesFacts facts)
    {
        if (facts.Agents is not { } there || chosen.AgentId is null or "human" || there.Any(a => a.Id == chosen.AgentId)) return chosen;
        if (chosen.Second is { } second && there.Any(a => a.Id == second)) return chosen with { AgentId = second, Second = null, Rejected = [.. chosen.Rejected, Gone(chosen.AgentId)] };
        return chosen with { AgentId = null, Second = null, Code = "missing_capability", Team = LeafPlaces.Sales, Rejected = [.. chosen.Rejected, Gone(chosen.AgentId)] };

        static AgentNotTaken Gone(string id) => new(id, $"{LeafPlaces.NameOf(id)} is not enabled here");
    }

    /// <summary>A message of nothing, or of a greeting and a name under it.</summary>
    private static bool IsEmpty(string? text, SaidText said) =>
        said.Count == 0 || (said.Count <= 8 && !said.HasQuestionMark && said.First("best regards", "kind regards", "regards", "best wishes", "sincerely", "cheers", "sent from my") == 0) || string.IsNullOrWhiteSpace(text);

    private static string CategoryOf(string leaf) => leaf switch
    {
        "sales/inbound-qualifier" or "sales/bant-qualifier" or "sales/referral-detector" => "qualification",
        "sales/demo-scheduler" or "sales/contract-negotiator" or "sales/migration-specialist" => "progression",
        _ when leaf.EndsWith("-handler", StringComparison.Ordinal) => "objection",
        _ => "education",
    };

    private static AgentChoice Taken(string agent, string category, string why) => new()
    {
        AgentId = agent,
        Category = LeafPlaces.Sales,
        SalesCategory = category,
        Rule = category,
        Confidence = 1,
        Considered = [new Weighed(agent, 1)],
        Rejected = [.. new[] { ("qualification", "sales/inbound-qualifier"), ("education", feature), ("objection", price), ("progression", "human") }.Where(c => c.Item1 != category && c.Item2 != agent).Select(c => new AgentNotTaken(c.Item2, why))],
    };

    private static AgentChoice Human(string? dryRun, string code, string why) => new()
    {
        AgentId = "human",
        Category = LeafPlaces.Sales,
        SalesCategory = dryRun is null ? null : "progression",
        Rule = dryRun is null ? "none" : "progression",
        Confidence = 1,
        Code = code,
        Team = LeafPlaces.Sales,
        DryRun = dryRun is null ? [] : [dryRun],
        Rejected = dryRun is null ? [new AgentNotTaken(feature, why)] : [new AgentNotTaken(dryRun, $"{why}; it does not speak to visitors")],
    };

    private static AgentChoice Clarify(string why) => new() { Category = LeafPlaces.Sales, Code = "clarify", Rule = "none", Rejected = [new AgentNotTaken("sales/inbound-qualifier", why)] };
}
