using Switchboard.Core.Agents;
using Switchboard.Domain;

namespace Switchboard.Core.Routing;

/// <summary>A dialogue that waits for the customer.</summary>
/// <param name="AgentId">Who asked.</param>
/// <param name="WaitingFor">What for: a slot such as <c>payment</c>, or <c>yes_no</c>.</param>
/// <param name="Since">Since when; null when not known.</param>
public sealed record OpenFlow([property: Given] string AgentId, [property: Given] string WaitingFor, DateTimeOffset? Since = null);

/// <summary>What the way of a turn is decided on.</summary>
public sealed record MetaFacts
{
    /// <summary>What the customer wants, in order of mention.</summary>
    public IReadOnlyList<WishSeen>? Intents { get; init; }

    /// <summary>none, clarify, oos, unknown or no_model.</summary>
    [OneOf("none", "clarify", "oos", "unknown", "no_model")]
    public string? Abstain { get; init; }

    /// <summary>The likeliest leaves of the first clause.</summary>
    public IReadOnlyList<LeafChance>? Alternatives { get; init; }

    /// <summary>Probabilities of the three domains for the first intent, where they are known.</summary>
    [Between(0, 1)]
    public IReadOnlyDictionary<string, double>? Domains { get; init; }

    /// <summary>The values found.</summary>
    public IReadOnlyList<ValueSeen>? Entities { get; init; }

    /// <summary>The account.</summary>
    public AccountSeen? Context { get; init; }

    /// <summary>The dialogue that waits, the newest.</summary>
    public OpenFlow? OpenFlow { get; init; }

    /// <summary>Agents whose dialogues are put aside, at most three.</summary>
    public IReadOnlyList<string>? Parked { get; init; }

    /// <summary>Clarifying questions in a row before this message.</summary>
    [AtLeast(0)]
    public int? Clarifications { get; init; }

    /// <summary>Who answers in the conversation: bot, human or none.</summary>
    [OneOf("bot", "human", "none")]
    public string? Owner { get; init; }

    /// <summary>Whether the escalation before any agent says that people take over.</summary>
    public bool? Escalated { get; init; }

    /// <summary>Whether the desk's last words were an answer: thanks then confirm it.</summary>
    public bool? AfterAnswer { get; init; }
}

/// <summary>Which way an intent goes.</summary>
/// <param name="Leaf">The intent.</param>
/// <param name="Kind">The way.</param>
/// <param name="Confidence">0..1.</param>
public sealed record IntentWay(string? Leaf, string Kind, double Confidence);

/// <summary>Which way a turn goes.</summary>
public sealed record MetaRoute
{
    /// <summary>continue, support, sales, success, custom, clarify, smalltalk, out_of_scope, human or none.</summary>
    public required string Kind { get; init; }

    /// <summary>0..1.</summary>
    public required double Confidence { get; init; }

    /// <summary>The way of each intent.</summary>
    public IReadOnlyList<IntentWay> PerIntent { get; init; } = [];

    /// <summary>The ways that were weighed, the heaviest first.</summary>
    public IReadOnlyList<Weighed> Considered { get; init; } = [];

    /// <summary>The ways that were not taken.</summary>
    public IReadOnlyList<NotTaken> Rejected { get; init; } = [];

    /// <summary>What the customer is asked or told; null when an agent speaks.</summary>
    public string? Question { get; init; }

    /// <summary>low_confidence, human_owner or customer_request; null otherwise.</summary>
    public string? Code { get; init; }

    /// <summary>The agent whose dialogue goes on.</summary>
    public string? AgentId { get; init; }

    /// <summary>The agents whose dialogues are put aside afterwards, the newest first.</summary>
    public IReadOnlyList<string> Parked { get; init; } = [];

    /// <summary>Whether thanks confirm the answer before.</summary>
    public bool Confirmed { get; init; }
}

/// <summary>The first decision of a turn: go on with an open dialogue, one of three domains, or no agent at all. Pure.</summary>
public static class MetaRouter
{
    private const double accept = 0.55;
    private const double lead = 0.10;
    private const double interrupts = 0.75;
    private const double noCustomer = 2;
    private const double activeSubscription = 0.7;
    private const int mostParked = 3;

    /// <summary>After how long without a word a waiting dialogue is asked about before it goes on.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    private static readonly string[] ways = ["continue", LeafPlaces.Support, LeafPlaces.Sales, LeafPlaces.Success, "clarify", "smalltalk", "out_of_scope", "human", "none"];

    /// <summary>Decides.</summary>
    public static MetaRoute Decide(MetaFacts facts, DateTimeOffset now)
    {
        IReadOnlyList<WishSeen> intents = facts.Intents ?? [];
        IReadOnlyList<string> parked = facts.Parked ?? [];
        if (facts.Owner == "human") return Sure("none", "a person owns the conversation") with { Code = "human_owner", Parked = parked };
        if (facts.Escalated == true) return Sure("human", "people must take this before any agent") with { Parked = parked };
        if (intents.Any(i => i.Leaf == "meta.human")) return Sure("human", "the customer asks for a person") with { Code = "customer_request", Parked = parked };

        WishSeen[] wishes = [.. intents.Where(i => !i.IsMeta && i.Leaf != "slot_answer")];
        bool metaOnly = intents.Count > 0 && wishes.Length == 0 && intents.All(i => i.IsMeta);
        if (facts.OpenFlow is { } flow)
        {
            WishSeen? other = wishes.FirstOrDefault(i => i.Leaf is { } leaf && leaf != flow.AgentId && i.PLeaf >= interrupts);
            bool fits = Fits(flow.WaitingFor, facts.Entities ?? [], intents);
            if (fits && other is null || !metaOnly && facts.Abstain != "oos" && other is null)
            {
                string why = fits ? $"{flow.AgentId} waits for this answer" : $"{flow.AgentId} waits for the {flow.WaitingFor}, and no other wish reaches {interrupts:0.00}";
                MetaRoute on = Sure("continue", why) with { AgentId = flow.AgentId, Parked = parked };
                return now - flow.Since > Idle ? on with { Question = $"Shall we go on with {LeafPlaces.NameOf(flow.AgentId)}?" } : on;
            }
            if (other is not null) parked = [.. new[] { flow.AgentId }.Concat(parked.Where(p => p != flow.AgentId)).Take(mostParked)];
        }

        if (metaOnly)
        {
            bool thanks = intents.Any(i => i.Leaf is "meta.thanks" or "meta.feedback") && facts.AfterAnswer == true;
            return Sure("smalltalk", "the message asks nothing") with { Confirmed = thanks, Parked = parked };
        }
        if (facts.Abstain == "oos") return Sure("out_of_scope", "nobody here serves it") with { Question = "I can help with billing, technical problems, using the product, integrations and your account.", Parked = parked };
        return ByDomain(facts, wishes) with { Parked = parked };
    }

    /// <summary>The way to an operator's own agent, which belongs to none of the domains.</summary>
    internal static MetaRoute Own(double confidence, IReadOnlyList<string> parked) =>
        Sure(AgentCard.OwnDomain, "an agent of the operator's own is meant by its utterances") with { Confidence = confidence, Considered = [new Weighed(AgentCard.OwnDomain, confidence)], Parked = parked };

    /// <summary>The way to whom the customer chose when asked.</summary>
    internal static MetaRoute Chosen(string domain) => Sure(domain, "the customer chose when asked what is meant");

    /// <summary>The way of what was talked about last.</summary>
    internal static MetaRoute Same(string domain, double confidence) => Sure(domain, "it goes on with what was talked about last") with { Confidence = confidence };

    /// <summary>Whether a message holds what a dialogue waits for.</summary>
    internal static bool Fits(string slot, IReadOnlyList<ValueSeen> entities, IReadOnlyList<WishSeen> intents)
    {
        if (intents.Any(i => i.Leaf == "slot_answer")) return true;
        // A plain no declines any question.
        if (intents.Count > 0 && intents.All(i => i.Leaf is "meta.yes" or "meta.no") && (slot is "yes_no" or "confirm" || intents.Any(i => i.Leaf == "meta.no"))) return true;
        string[] types = slot switch
        {
            "payment" => ["payment", "invoice", "money", "date"],
            "plan" => ["plan"],
            "seats" => ["seats", "quantity", "number"],
            "period" => ["date", "date_range", "duration"],
            _ => [slot],
        };
        return entities.Any(e => types.Contains(e.Type, StringComparer.Ordinal));
    }

    private static MetaRoute ByDomain(MetaFacts facts, WishSeen[] wishes)
    {
        IntentWay[] each = [.. wishes.Select((w, i) =>
        {
            (string domain, double weight)[] own = Weights(w, i == 0 ? facts.Domains : null, facts.Context);
            return new IntentWay(w.Leaf, Winner(own, facts.Entities ?? []) ?? "clarify", Math.Round(own.Length == 0 ? 0 : own[0].weight, 3));
        })];
        (string Domain, double Weight)[] weights = Weights(wishes.FirstOrDefault(), facts.Domains, facts.Context);
        Weighed[] considered = [.. weights.Select(w => new Weighed(w.Domain, Math.Round(w.Weight, 3)))];
        if (facts.Abstain is null or "none" && Winner(weights, facts.Entities ?? []) is { } winner)
        {
            double confidence = Math.Round(weights.First(w => w.Domain == winner).Weight, 3);
            return new MetaRoute
            {
                Kind = winner,
                Confidence = confidence,
                PerIntent = each,
                Considered = considered,
                Rejected = [.. weights.Where(w => w.Domain != winner).Select(w => new NotTaken(w.Domain, $"{w.Weight:0.000} is less than the {confidence:0.000} of {winner}")),
                    .. Others(winner).Where(o => !weights.Any(w => w.Domain == o)).Select(o => new NotTaken(o, "a domain is sure enough"))],
            };
        }

        bool second = facts.Clarifications >= 1;
        string why = weights.Length == 0 ? "nothing known fits the message" : $"{weights[0].Weight:0.000} with a lead of {(weights.Length > 1 ? weights[0].Weight - weights[1].Weight : weights[0].Weight):0.000} is not sure enough";
        string kind = second ? "human" : "clarify";
        return new MetaRoute
        {
            Kind = kind,
            Confidence = Math.Round(weights.Length == 0 ? 0 : weights[0].Weight, 3),
            PerIntent = each,
            Considered = considered,
            Rejected = [.. Others(kind).Select(o => new NotTaken(o, o == "clarify" ? "the customer was asked already and is no further" : why))],
            Question = second ? null : Ask(facts),
            Code = second ? "low_confidence" : null,
        };
    }

    /// <summary>The renormalised weights of the domains, the heaviest first: probability, twice for sales to who is no customer yet, 0.7 times to who has an active subscription.</summary>
    private static (string Domain, double Weight)[] Weights(WishSeen? wish, IReadOnlyDictionary<string, double>? domains, AccountSeen? context)
    {
        Dictionary<string, double> p = domains is { Count: > 0 }
            ? domains.Where(d => d.Key is LeafPlaces.Support or LeafPlaces.Sales or LeafPlaces.Success).ToDictionary(d => d.Key, d => d.Value, StringComparer.Ordinal)
            : Spread(wish);
        if (p.TryGetValue(LeafPlaces.Sales, out double sales))
            p[LeafPlaces.Sales] = sales * (context?.IsCustomer == false ? noCustomer : context?.SubscriptionActive == true ? activeSubscription : 1);
        double sum = p.Values.Sum();
        return sum <= 0 ? [] : [.. p.Select(d => (d.Key, d.Value / sum)).OrderByDescending(d => d.Item2).ThenBy(d => d.Key, StringComparer.Ordinal)];
    }

    /// <summary>Where only the domain of the wish is known, the others share the rest evenly.</summary>
    private static Dictionary<string, double> Spread(WishSeen? wish)
    {
        if (wish?.Place is not (LeafPlaces.Support or LeafPlaces.Sales or LeafPlaces.Success)) return new(StringComparer.Ordinal);
        double own = Math.Clamp(wish.PDomain ?? wish.PCategory ?? wish.PLeaf ?? 0, 0, 1);
        return new[] { LeafPlaces.Support, LeafPlaces.Sales, LeafPlaces.Success }.ToDictionary(d => d, d => d == wish.Place ? own : (1 - own) / 2, StringComparer.Ordinal);
    }

    private static string? Winner((string Domain, double Weight)[] weights, IReadOnlyList<ValueSeen> entities)
    {
        if (weights.Length == 0) return null;
        if (weights.Length > 1 && Math.Abs(weights[0].Weight - weights[1].Weight) < 1e-9 && weights.Take(2).Any(w => w.Domain == LeafPlaces.Support)
            && entities.Any(e => e.Type is "invoice" or "error_code" or "error" or "exception" or "http_status" or "request_id")) return LeafPlaces.Support;
        // Probabilities that are written with two digits must not fail by the last bit of a double.
        return weights[0].Weight >= accept - 1e-9 && (weights.Length == 1 || weights[0].Weight - weights[1].Weight >= lead - 1e-9) ? weights[0].Domain : null;
    }

    /// <summary>One question with the two or three best leaves by their names.</summary>
    private static string Ask(MetaFacts facts)
    {
        string[] best = [.. ClarifyingQuestion.Between([.. facts.Alternatives ?? [], .. (facts.Intents ?? []).Where(i => i.Leaf is not null).Select(i => new LeafChance(i.Leaf!, i.PLeaf ?? 0))], _ => true).Select(o => LeafPlaces.NameOf(o.Leaf))];
        return best.Length > 1 ? $"Which of these is it about: {string.Join(", ", best[..^1])} or {best[^1]}?" : "What is it about: billing, a technical problem, using the product, an integration or your account?";
    }

    private static MetaRoute Sure(string kind, string why) => new() { Kind = kind, Confidence = 1, Considered = [new Weighed(kind, 1)], Rejected = [.. Others(kind).Select(o => new NotTaken(o, why))] };

    private static IEnumerable<string> Others(string kind) => ways.Where(w => w != kind);
}
