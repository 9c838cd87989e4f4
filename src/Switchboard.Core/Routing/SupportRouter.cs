namespace Switchboard.Core.Routing;

/// <summary>What the specialist of a support intent is chosen on.</summary>
public sealed record SupportFacts
{
    /// <summary>What the customer wants of support; the first is decided.</summary>
    public IReadOnlyList<WishSeen>? Intents { get; init; }

    /// <summary>The likeliest leaves of its clause.</summary>
    public IReadOnlyList<LeafChance>? Alternatives { get; init; }

    /// <summary>The values found.</summary>
    public IReadOnlyList<ValueSeen>? Entities { get; init; }

    /// <summary>The message, or the clause of it.</summary>
    public string? Text { get; init; }

    /// <summary>The account.</summary>
    public AccountSeen? Context { get; init; }

    /// <summary>The specialists that are there; null when every one of the roster is.</summary>
    public IReadOnlyList<LeafEnabled>? Agents { get; init; }

    /// <summary>Components with an open incident.</summary>
    public IReadOnlyList<string>? Incidents { get; init; }

    /// <summary>Leaves that would have to ask for something first.</summary>
    public IReadOnlyList<string>? SlotsMissing { get; init; }
}

/// <summary>Chooses the specialist of a support intent. Pure.</summary>
public static class SupportRouter
{
    private const double accept = 0.55;
    private const double lead = 0.10;
    private const double near = 0.05;
    private const double bothFrom = 0.40;
    private const double next = 0.35;
    private const double even = 1e-9;

    /// <summary>Decides.</summary>
    public static AgentChoice Decide(SupportFacts facts)
    {
        WishSeen? wish = facts.Intents?.FirstOrDefault(i => i.Place == LeafPlaces.Support) ?? facts.Intents?.FirstOrDefault();
        var said = new SaidText(facts.Text);
        IReadOnlyList<LeafChance> shares = AgentChoice.Shares(
            [.. (wish?.Leaf is { } leaf && LeafPlaces.DomainOf(leaf) == LeafPlaces.Support ? [new LeafChance(leaf, wish.PLeaf ?? 0)] : Array.Empty<LeafChance>()),
            .. (facts.Alternatives ?? []).Where(a => LeafPlaces.DomainOf(a.Leaf) == LeafPlaces.Support)],
            // Three leaves are named at most. Where not even one of them was sure, those that are not named count as well.
            wish is { Leaf: null, PDomain: { } domain } ? domain : 0);
        AgentChoice chosen = Choose(facts, wish, said, shares);
        if (chosen.AgentId is null) return chosen with { Considered = Weigh(shares) };
        chosen = Available(chosen, facts, shares);
        HashSet<string> named = [.. chosen.Rejected.Select(r => r.AgentId), chosen.AgentId ?? "", chosen.Second ?? ""];
        return chosen with
        {
            Category = chosen.AgentId is { } id ? LeafPlaces.CategoryOf(id) : chosen.Category,
            Considered = Weigh(shares, chosen),
            Rejected = [.. chosen.Rejected, .. shares.Where(s => !named.Contains(s.Leaf)).Select(s => new AgentNotTaken(s.Leaf, $"{s.P:0.00} of what is likely in support"))],
        };
    }

    private static AgentChoice Choose(SupportFacts facts, WishSeen? wish, SaidText said, IReadOnlyList<LeafChance> shares)
    {
        IReadOnlyList<ValueSeen> entities = facts.Entities ?? [];
        if ((facts.Incidents ?? []).FirstOrDefault(c => said.Any(c.ToLowerInvariant().Replace('-', ' ')) || entities.Any(e => Same(e.Value, c) || Same(e.Text, c))) is { } component)
            return Taken("technical/bug-triager", "incident", 1, shares.Where(s => s.Leaf != "technical/bug-triager").Select(s => new AgentNotTaken(s.Leaf, $"an incident on {component} is open, which answers first")));
        if (HardRule(entities, said) is { } hard)
            return Taken(hard.Agent, "entity", 1, shares.Where(s => s.Leaf != hard.Agent).Select(s => new AgentNotTaken(s.Leaf, hard.Why)));
        if (LookAlikes.Decide(wish, said, entities, facts.Agents) is { } alike) return alike with { Rule = "lookalike", Confidence = 1 };

        if (shares.Count > 0 && shares[0].P >= accept - even && (shares.Count == 1 || shares[0].P - shares[1].P >= lead - even)) return Taken(shares[0].Leaf, "probability", shares[0].P, []);
        if (shares.Count > 1 && shares[0].P - shares[1].P <= near + even && shares[1].P >= bothFrom - even && !(facts.SlotsMissing ?? []).Any(s => s == shares[0].Leaf || s == shares[1].Leaf))
            return Taken(shares[0].Leaf, "probability", shares[0].P, []) with { Second = shares[1].Leaf };
        if (wish?.Category is { } category && wish.PCategory >= accept - even && LeafPlaces.SupportDefaults.TryGetValue(LeafPlaces.Short(category), out string? byDefault))
            return Taken(byDefault, "default", wish.PCategory.Value, []) with { AsksFirst = true };
        return new AgentChoice { Category = wish?.Category is { } some ? LeafPlaces.Short(some) : null, Code = "clarify", Rule = "none", Rejected = [.. shares.Select(s => new AgentNotTaken(s.Leaf, $"{s.P:0.00} is not sure enough"))] };
    }

    /// <summary>What a value in the message decides by itself, the first that holds.</summary>
    private static (string Agent, string Why)? HardRule(IReadOnlyList<ValueSeen> entities, SaidText said)
    {
        if (entities.Any(e => e.Type == "decline_code")) return ("billing/payment-troubleshooter", "a decline code is named");
        if (entities.Any(e => e.Type == "request_id" || (e.Type == "http_status" && (Same(e.Value, "429") || Same(e.Text, "429")))) || said.Any("429")) return ("integration/api-debugger", "the API refused a request, 429 or with its id");
        if (said.Any("invalid grant", "invalid client", "invalid scope", "invalid token", "unauthorized client", "unsupported grant type", "redirect uri mismatch", "access denied oauth", "insufficient scope"))
            return ("integration/oauth-specialist", "an error of OAuth is named");
        if (said.Any("webhook*") && said.Any("deliver*", "redeliver*", "retry", "retries", "retried", "signature", "signatures", "arrive*", "arriving", "receive*", "receiving", "missed", "not sent", "endpoint"))
            return ("integration/webhook-troubleshooter", "a webhook is not delivered");
        if (entities.Any(e => e.Type == "exception") || said.Any("stack trace", "stacktrace", "traceback", "unhandled exception")) return ("technical/bug-triager", "an exception of the product is shown");
        bool restore = said.Any("restore*", "recover", "recovered", "recovering", "undelete") || entities.Any(e => e.Type == "action" && e.Value == "restore" && !e.Negated);
        if (restore && said.Any("deleted", "delete", "removed", "lost", "trash", "gone", "erased", "overwritten")) return ("technical/data-recovery-specialist", "something that was deleted is to come back");
        return null;
    }

    /// <summary>The chosen agent when it is there and may answer who writes; else the next best that is likely enough, else nobody.</summary>
    private static AgentChoice Available(AgentChoice chosen, SupportFacts facts, IReadOnlyList<LeafChance> shares)
    {
        if (facts.Agents is not { } there) return chosen;
        if (Refusal(chosen.AgentId!) is not { } why) return chosen.Second is { } other && Refusal(other) is { } gone ? chosen with { Second = null, Rejected = [.. chosen.Rejected, new AgentNotTaken(other, gone)] } : chosen;
        List<AgentNotTaken> rejected = [.. chosen.Rejected.Where(r => r.AgentId != chosen.AgentId), new AgentNotTaken(chosen.AgentId!, why)];
        foreach (LeafChance share in shares.Where(s => s.Leaf != chosen.AgentId && s.P >= next - even))
        {
            if (Refusal(share.Leaf) is not { } unable) return Taken(share.Leaf, "probability", share.P, rejected.Where(r => r.AgentId != share.Leaf));
            rejected.RemoveAll(r => r.AgentId == share.Leaf);
            rejected.Add(new AgentNotTaken(share.Leaf, unable));
        }
        return new AgentChoice { Category = LeafPlaces.CategoryOf(chosen.AgentId!), Code = "missing_capability", Rule = chosen.Rule, Team = LeafPlaces.CategoryOf(chosen.AgentId!), Rejected = rejected };

        string? Refusal(string id) => there.FirstOrDefault(a => a.Id == id) switch
        {
            null => $"{LeafPlaces.NameOf(id)} is not enabled here",
            { Proof: not ContactProof.None } when facts.Context is not { Proof: not (null or ContactProof.None), IsCustomer: not false } => $"{LeafPlaces.NameOf(id)} needs to know who writes",
            _ => null,
        };
    }

    private static AgentChoice Taken(string agent, string rule, double confidence, IEnumerable<AgentNotTaken> rejected) =>
        new() { AgentId = agent, Category = LeafPlaces.CategoryOf(agent), Rule = rule, Confidence = Math.Round(confidence, 4), Rejected = [.. rejected] };

    private static IReadOnlyList<Weighed> Weigh(IReadOnlyList<LeafChance> shares, AgentChoice? chosen = null) =>
        [.. (chosen?.AgentId is { } id && shares.All(s => s.Leaf != id) ? [new Weighed(id, chosen.Confidence)] : Array.Empty<Weighed>()), .. shares.Select(s => new Weighed(s.Leaf, Math.Round(s.P, 4)))];

    private static bool Same(string? one, string? other) => one is not null && string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
