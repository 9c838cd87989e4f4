namespace Switchboard.Core.Routing;

/// <summary>Pairs of specialists that share their words: what the customer wants to do tells them apart.</summary>
internal static class LookAlikes
{
    private const string login = "technical/login-specialist", sso = "account/sso-specialist", advisor = "account/security-advisor";
    private const string price = "billing/pricing-explainer", change = "billing/plan-change-specialist", discount = "billing/discount-negotiator";
    private const string refund = "billing/refund-processor", dispute = "monetization/dispute-resolver";
    private const string rights = "account/data-rights-specialist", transfer = "usage/import-export-specialist";
    private const string teacher = "usage/feature-teacher", guide = "usage/onboarding-guide";

    /// <summary>The one that is meant; null when the message is about none of the pairs, or a leaf outside the pair is sure.</summary>
    public static AgentChoice? Decide(WishSeen? wish, SaidText said, IReadOnlyList<ValueSeen> entities, IReadOnlyList<LeafEnabled>? agents)
    {
        bool Open(params ReadOnlySpan<string> group)
        {
            if (wish?.Leaf is not { } leaf || wish.IsMeta || wish.PLeaf < 0.55) return true;
            foreach (string one in group)
                if (one == leaf) return true;
            return false;
        }

        return Open(login, sso, advisor) && SignIn(said) is { } signIn ? signIn
            : Open(refund, dispute) && Charge(said, agents) is { } charge ? charge
            : Open(price, change, discount) && Price(said, entities) is { } cost ? cost
            : Open(rights, transfer) && Data(said, entities) is { } data ? data
            : Open(teacher, guide) && wish?.Leaf is null or teacher or guide && HowTo(said, entities) is { } how ? how : null;
    }

    private static AgentChoice? SignIn(SaidText said)
    {
        int cannot = said.First("cannot sign in", "cant sign in", "cannot log in", "cant log in", "cannot login", "cant login", "can not log in", "can not sign in", "unable to log in", "unable to sign in", "login loops", "sign in loops", "login loop", "login fails", "login failed",
            "login keeps", "sign in fails", "login does not work", "login doesnt work", "login is broken", "locked out", "wont let me in", "wont let me log in", "not able to log in", "keeps logging me out", "sign in does not work", "sign in doesnt work", "login error");
        int setUp = said.Any("sso", "saml", "okta", "entra", "azure ad", "identity provider", "idp", "scim", "single sign on", "google workspace")
            ? said.First("set up", "setup", "configure", "configuring", "enable", "connect", "add", "metadata", "certificate", "switch on", "activate", "roll out", "change our", "replace") : -1;
        if (said.Any("suspicious", "harden*", "unknown login", "unknown device", "unknown access", "somebody logged in", "someone logged in", "someone signed in", "enforce two factor", "enforce 2fa", "require 2fa", "require two factor", "password policy", "ip allowlist", "ip allow list") && cannot < 0)
            return Of(advisor, (login, "nobody is kept from signing in"), (sso, "no provider is to be configured"));
        if (cannot < 0 && setUp < 0) return null;
        // In a message with both, what is asked for decides: the setting up when a question or a request leads to it, else that nobody gets in.
        int asked = said.First("how do", "how can", "how to", "can you", "could you", "please", "we want to", "i want to", "help us");
        bool wantsSetUp = setUp >= 0 && (cannot < 0 || (asked >= 0 && asked <= setUp && setUp - asked < 60 && (cannot < asked || cannot > setUp)));
        return wantsSetUp ? Of(sso, (login, "the provider is to be configured, signing in is not the wish")) : Of(login, (sso, "user cannot sign in, nothing to configure"), (advisor, "nothing is suspicious"));
    }

    private static AgentChoice? Charge(SaidText said, IReadOnlyList<LeafEnabled>? agents)
    {
        if (said.Any("dont recognise", "dont recognize", "do not recognise", "do not recognize", "not recognise", "not recognize", "unknown charge", "unrecognised charge", "unrecognized charge", "chargeback", "charge back", "dispute the charge", "dispute this charge", "never authorised", "never authorized", "did not authorise", "did not authorize", "didnt authorize", "didnt authorise"))
            return agents is null || agents.Any(a => a.Id == dispute)
                ? Of(dispute, (refund, "the charge itself is not recognised"))
                : Of(refund, (dispute, $"{LeafPlaces.NameOf(dispute)} is not enabled here"));
        return said.Any("refund*", "money back", "reimburse*", "charged twice", "double charged", "charged us twice", "charged me twice", "give me back", "return the payment", "pay me back")
            ? Of(refund, (dispute, "the charge is known, the money is wanted back")) : null;
    }

    private static AgentChoice? Price(SaidText said, IReadOnlyList<ValueSeen> entities)
    {
        if (said.Any("discount*", "cheaper", "lower price", "better price", "too expensive", "reduce the price", "price reduction", "rebate", "special price", "nonprofit price", "student price", "coupon", "promo code") || (said.Any("off") && entities.Any(e => e.Type == "percent")))
            return Of(discount, (price, "less is asked for than the price list says"), (change, "the plan stays as it is"));
        bool asksPrice = said.Any("how much", "price", "prices", "pricing", "cost", "costs", "what would we pay", "what do i pay");
        // A question about what a change costs is a question still: "how much is it to upgrade?".
        bool changes = said.Any("upgrade us", "upgrade me", "upgrade to", "downgrade", "switch us", "switch to", "change plan", "change our plan", "change my plan", "add seats", "remove seats", "cancel my plan", "cancel our plan", "cancel my subscription", "cancel our subscription", "move us to", "add 5", "add 10")
            || entities.Any(e => e.Type == "action" && e.Value is "upgrade" or "downgrade" or "cancel" && !e.Negated);
        bool onlyAsks = asksPrice && said.First("how much", "what does", "what would", "what is", "whats") >= 0;
        if (changes && !onlyAsks) return Of(change, (price, "something is to change"));
        return asksPrice ? Of(price, (change, "a price is asked for, nothing is to change"), (discount, "nobody asks for less")) : null;
    }

    private static AgentChoice? Data(SaidText said, IReadOnlyList<ValueSeen> entities)
    {
        bool moves = said.Any("export*", "download*", "copy of", "import*", "csv", "xlsx", "excel") || entities.Any(e => e.Type == "action" && e.Value is "export" or "import");
        bool ends = said.Any("delete my account", "delete our account", "erase*", "delete my data", "delete all my data", "forget me", "delete my personal", "right to be forgotten", "close and delete");
        bool personal = said.Any("personal data", "my data", "data about me", "gdpr", "dsgvo", "subject access", "data you hold", "data you have on me", "personal information");
        if (ends || (personal && moves)) return Of(rights, (transfer, "it is about the person's own data, not about work"));
        return moves && !personal ? Of(transfer, (rights, "it is about data of the work, not of a person")) : null;
    }

    private static AgentChoice? HowTo(SaidText said, IReadOnlyList<ValueSeen> entities)
    {
        bool first = said.Any("get started", "getting started", "first steps", "where do i start", "where do i begin", "new here", "just signed up");
        bool how = said.Any("how do", "how can", "how to", "how does", "where can", "show me how", "teach me", "explain how");
        if (!first && !how) return null;
        string[] features = [.. entities.Where(e => e.Type is "feature" or "product_feature").Select(e => e.Value ?? e.Text ?? "").Distinct(StringComparer.OrdinalIgnoreCase)];
        return features.Length == 1 && !first ? Of(teacher, (guide, $"one feature is named: {features[0]}")) : Of(guide, (teacher, "no single feature is named"));
    }

    private static AgentChoice Of(string agent, params (string Id, string Why)[] rejected) =>
        new() { AgentId = agent, Category = LeafPlaces.CategoryOf(agent), Rejected = [.. rejected.Select(r => new AgentNotTaken(r.Id, r.Why))] };
}
