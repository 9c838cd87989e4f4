namespace Switchboard.Core.Routing;

/// <summary>Chooses none or one of the five patterns of work for a turn, and merges what its agents came to. Pure.</summary>
public static class Coordinator
{
    private const int veryComplex = 9;
    private const int mostExperts = 5;
    private const int fewestExperts = 3;
    private const double near = 0.05;
    private const decimal moneyToVerify = 100;
    private const double agreement = 0.70;
    private const double slowMs = 3000;
    private const int mostRevisions = 2;
    private static readonly string[] patterns = ["expert_panel", "debate", "verification", "sequential", "parallel", "none"];

    /// <summary>Decides the plan and, where agents have spoken, merges it.</summary>
    public static Coordination Decide(CoordinationFacts facts)
    {
        TurnPlan plan = Plan(facts);
        bool spoken = facts.Results is { Count: > 0 } || facts.Opinions is { Count: > 0 } || plan.Why.StartsWith("budget", StringComparison.Ordinal);
        return new Coordination(plan, spoken ? Merge(facts, plan) : null);
    }

    /// <summary>The first pattern that holds.</summary>
    public static TurnPlan Plan(CoordinationFacts facts)
    {
        ChosenAgent[] chosen = [.. (facts.AgentChoice ?? []).DistinctBy(c => (c.AgentId, c.Action))];
        ChosenAgent[] experts = Experts(facts);
        DryRun[] proposals = [.. facts.Proposals ?? []];
        var verifiers = chosen.Select(c => c.AgentId).Distinct(StringComparer.Ordinal).Select(id => (Id: id, Checks: Checks(proposals.Where(p => p.AgentId == id))))
            .Where(v => v.Checks.Count > 0).ToDictionary(v => v.Id, v => v.Checks, StringComparer.Ordinal);
        string[] mentioned = [.. chosen.Select(c => c.AgentId).Distinct(StringComparer.Ordinal)];
        if (facts.Budget is { } left && (left.Ms <= 0 || left.Cost <= 0))
            return Of("none", "none", [.. mentioned.Take(1)], verifiers, "budget is used up: the first intent alone", _ => "the turn's budget is used up");

        bool panel = (facts.Complexity >= veryComplex || facts.Severity is "S1" or "S2") && experts.Length >= fewestExperts;
        if (panel) return Of("expert_panel", "parallel", [.. experts.Take(mostExperts).Select(e => e.AgentId)], verifiers, $"complexity {facts.Complexity}, severity {facts.Severity ?? "none"} and {experts.Length} categories; there is no panel yet, so the experts answer {How(facts, "side by side")}", Rejects);
        if (chosen is [{ Second: { } second } one] && Near(one))
        {
            string? key = Key(one.AgentId), other = Key(second);
            if (key is not null && other is not null && key != other) return Of("debate", "none", [one.AgentId, second], verifiers, $"two leaves for one intent decide differently: {key} and {other}; there is no debate yet, so the first answers", Rejects);
        }
        if (mentioned.Length == 1 && verifiers.Count > 0) return Of("verification", "none", mentioned, verifiers, "one agent whose proposal must be checked; the Guards of the turn check it", Rejects);
        if (mentioned.Length < 2 && chosen.Length < 2) return Of("none", "none", mentioned, verifiers, "one agent suffices", Rejects);

        (ChosenAgent[] ordered, bool depends) = Order(chosen);
        string[] agents = [.. ordered.Select(c => c.AgentId)];
        return depends
            ? Of("sequential", "sequential", agents, verifiers, "one wish must be done before another", Rejects)
            : Of("parallel", "parallel", agents, verifiers, $"{chosen.Length} wishes that do not depend on each other{(facts.Tried == false ? $"; they are served {How(facts, "side by side")}" : "")}", Rejects);

        ChosenAgent? Untried() => facts.Tried == false && chosen is [{ Second: not null } likely] && Near(likely) ? likely : null;
        string? Key(string id) => proposals.FirstOrDefault(p => p.AgentId == id)?.DecisionKey;
        string Rejects(string pattern) => pattern switch
        {
            "expert_panel" => $"complexity {facts.Complexity?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"} with {experts.Length} categories",
            "debate" when Untried() is { } two => $"{two.AgentId} and {two.Second} are as likely, but neither was tried dry, so whether they decide differently is not known; the first answers",
            "debate" => "no two leaves for one intent decide differently",
            "verification" when mentioned.Length < 2 && facts.Tried == false => "nothing was tried dry, so what will be proposed is not known; the guards of the turn check it when it is",
            "verification" => mentioned.Length > 1 ? "more than one agent; each risky step has its own check" : "nothing that is proposed must be checked",
            "sequential" => "no wish depends on another",
            "parallel" => mentioned.Length < 2 ? "there is one wish" : "one wish depends on another",
            _ => "one agent does not suffice",
        };
    }

    /// <summary>How several agents of a turn work: one after the other, since the customer is asked one thing at a time.</summary>
    private static string How(CoordinationFacts facts, string otherwise) => facts.Tried == false ? "one after the other, up to the first question" : otherwise;

    /// <summary>Merges what the agents came to.</summary>
    public static TurnMerge Merge(CoordinationFacts facts, TurnPlan plan)
    {
        AgentPart[] parts = [.. facts.Results ?? []];
        List<AgentPart> joined = [];
        List<PartMissing> missing = [];
        string? code = plan.Why.StartsWith("budget", StringComparison.Ordinal) ? "budget_exceeded" : null;
        string? stopped = null;
        foreach (AgentPart part in parts)
        {
            if (stopped is not null) missing.Add(new PartMissing(part.AgentId, $"{stopped} was needed first"));
            else if (part.Ms > slowMs)
            {
                missing.Add(new PartMissing(part.AgentId, "timeout"));
                if (!part.Required) continue;
                code ??= "timeout";
                if (plan.Runs == "sequential") stopped = part.AgentId;
            }
            else if (part.Blocked is "revise" or "block")
            {
                // What a check sends back is no answer, neither while it is revised nor when that came to nothing.
                bool failed = part.Revisions >= mostRevisions;
                if (failed) code = "verification_failed";
                missing.Add(new PartMissing(part.AgentId, failed ? "its proposal did not pass the check after two revisions" : $"its proposal goes back with the findings, revision {part.Revisions + 1} of {mostRevisions}"));
                if (part.Required && plan.Runs == "sequential") stopped = part.AgentId;
            }
            else joined.Add(part);
        }

        (Vote[] votes, string? winner, double? share) = Count(facts, plan);
        if (votes.Length > 0 && winner is null) code ??= "no_consensus";
        return new TurnMerge
        {
            Answers = [.. joined.Select(p => p.Answer).OfType<string>()],
            Citations = [.. joined.SelectMany(p => p.Citations ?? []).Distinct()],
            Proposals = [.. joined.SelectMany(p => p.Proposals ?? [])],
            Question = joined.FirstOrDefault(p => p.Question is not null)?.Question,
            Votes = votes,
            Winner = winner,
            Share = share is { } s ? Math.Round(s, 3) : null,
            Iterations = 1 + (parts.Length == 0 ? 0 : parts.Max(p => p.Revisions)),
            Missing = missing,
            Ms = plan.Runs == "parallel" ? parts.Select(p => p.Ms).DefaultIfEmpty(0).Max() : parts.Sum(p => p.Ms),
            Code = code,
        };
    }

    /// <summary>The judge of a debate: what the policy forbids is dropped; then more cited rows, then what can be undone; null when they are equal.</summary>
    public static DryRun? Judge(IReadOnlyList<DryRun> sides)
    {
        DryRun[] allowed = [.. sides.Where(s => s.PolicyPassed != false).OrderByDescending(s => s.CitedRows).ThenByDescending(s => s.Reversible)];
        return allowed.Length == 0 || (allowed.Length > 1 && allowed[0].CitedRows == allowed[1].CitedRows && allowed[0].Reversible == allowed[1].Reversible) ? null : allowed[0];
    }

    /// <summary>Votes by decision, not by text: (confirmed + 1) / (handled + 2) × confidence; the winner needs a share of 0.70. In a debate the judge decides.</summary>
    private static (Vote[] Votes, string? Winner, double? Share) Count(CoordinationFacts facts, TurnPlan plan)
    {
        if (plan.Pattern == "debate") return ([], Judge([.. (facts.Proposals ?? []).Where(p => plan.Agents.Contains(p.AgentId))])?.DecisionKey, null);
        Vote[] exact = [.. (facts.Opinions ?? []).Select(o =>
        {
            AgentOutcomes past = facts.Outcomes?.FirstOrDefault(a => a.AgentId == o.AgentId) ?? new AgentOutcomes(o.AgentId, 0, 0);
            return new Vote(o.AgentId, o.Key, (past.Confirmed + 1.0) / (past.Handled + 2) * o.Confidence);
        })];
        if (exact.Length == 0) return ([], null, null);
        double sum = exact.Sum(v => v.Weight);
        (string key, double share) = exact.GroupBy(v => v.Key, StringComparer.Ordinal).Select(g => (g.Key, sum <= 0 ? 0 : g.Sum(v => v.Weight) / sum)).OrderByDescending(g => g.Item2).ThenBy(g => g.Key, StringComparer.Ordinal).First();
        return ([.. exact.Select(v => v with { Weight = Math.Round(v.Weight, 3) })], share >= agreement - 1e-9 ? key : null, share);
    }

    /// <summary>The checks a proposal needs before it is made.</summary>
    private static IReadOnlyList<string> Checks(IEnumerable<DryRun> proposals)
    {
        bool policy = false, statement = false;
        foreach (DryRun p in proposals)
        {
            policy |= p.Money > moneyToVerify || p.Discount || p.Deletes || p.Permission || p.Law;
            statement |= p.Law;
        }
        return !policy ? [] : statement ? ["qa/policy-checker", "qa/fact-checker"] : ["qa/policy-checker"];
    }

    private static ChosenAgent[] Experts(CoordinationFacts facts) =>
        [.. (facts.Candidates ?? facts.AgentChoice ?? []).GroupBy(c => c.Category ?? LeafPlaces.CategoryOf(c.AgentId), StringComparer.Ordinal).Select(g => g.MaxBy(c => c.P ?? 0)!)];

    private static bool Near(ChosenAgent choice) => choice.P is null || choice.P2 is null || Math.Abs(choice.P.Value - choice.P2.Value) < near - 1e-9;

    /// <summary>What must be done first stands first; apart from that, and where wishes wait for each other in a circle, the order of mention holds.</summary>
    private static (ChosenAgent[] Ordered, bool Depends) Order(ChosenAgent[] chosen)
    {
        bool depends = false;
        for (int i = 0; i < chosen.Length; i++)
            for (int j = 0; j < chosen.Length; j++) depends |= i != j && Before(chosen[i], chosen[j]);
        if (!depends) return (chosen, false);
        List<ChosenAgent> left = [.. chosen], ordered = [];
        while (left.Count > 0)
        {
            ChosenAgent? next = left.Find(c => !left.Any(o => o != c && Before(o, c)));
            if (next is null) return (chosen, true);
            left.Remove(next);
            ordered.Add(next);
        }
        return ([.. ordered], true);
    }

    private static bool Before(ChosenAgent one, ChosenAgent other) => (Does(one), Does(other)) switch
    {
        ("login", not "login") => true,
        ("export", "delete") => true,
        ("cancel" or "change" or "upgrade" or "downgrade" or "remove_seats", "refund") => true,
        ("remove_seats", "downgrade") => true,
        ("repair", "upgrade" or "change") => true,
        ("security", "team") => true,
        _ => false,
    };

    private static string Does(ChosenAgent choice) => choice.AgentId switch
    {
        "technical/login-specialist" => "login",
        "usage/import-export-specialist" => choice.Action is "import" ? "import" : "export",
        "account/data-rights-specialist" => choice.Action is "export" ? "export" : "delete",
        "billing/plan-change-specialist" => choice.Action is "cancel" or "upgrade" or "downgrade" or "remove_seats" or "add_seats" ? choice.Action : "change",
        "billing/refund-processor" => "refund",
        "billing/payment-troubleshooter" => "repair",
        "account/security-advisor" => "security",
        "account/team-manager" => "team",
        _ => choice.Action ?? "other",
    };

    private static TurnPlan Of(string pattern, string runs, IReadOnlyList<string> agents, IReadOnlyDictionary<string, IReadOnlyList<string>> verifiers, string why, Func<string, string> rejected) =>
        new(pattern, runs, agents, verifiers, why, [.. patterns.Where(p => p != pattern).Select(p => new PatternNotTaken(p, rejected(p)))]);
}
