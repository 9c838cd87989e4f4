using Switchboard.Core.Understanding.Intents;
using Switchboard.Domain;

namespace Switchboard.Core.Routing;

/// <summary>A place in the message.</summary>
/// <param name="Start">First character, in UTF-16 units.</param>
/// <param name="End">One past the last.</param>
public sealed record SaidSpan([property: AtLeast(0)] int Start, [property: AtLeast(0)] int End);

/// <summary>One thing the customer wants, as the routing agents are told it.</summary>
public sealed record WishSeen
{
    /// <summary>support, sales, success, or meta.</summary>
    public string? Domain { get; init; }

    /// <summary>Its category, with or without the domain before it.</summary>
    public string? Category { get; init; }

    /// <summary>The agent it means, or a label such as <c>meta.thanks</c>; null when only the category is sure.</summary>
    public string? Leaf { get; init; }

    /// <summary>What is asked for, by the verbs.</summary>
    public IntentAction? Action { get; init; }

    /// <summary>Probability of the domain, 0..1.</summary>
    [Between(0, 1)]
    public double? PDomain { get; init; }

    /// <summary>Probability of the category, 0..1.</summary>
    [Between(0, 1)]
    public double? PCategory { get; init; }

    /// <summary>Probability of the leaf, 0..1.</summary>
    [Between(0, 1)]
    public double? PLeaf { get; init; }

    /// <summary>Where it is said.</summary>
    public SaidSpan? Span { get; init; }

    /// <summary>Whether it is a courtesy or a word to the desk itself, which no specialist serves.</summary>
    internal bool IsMeta => Leaf?.StartsWith("meta.", StringComparison.Ordinal) == true || (Leaf is null && Domain == "meta");

    /// <summary>The domain it belongs to, by what of it is known.</summary>
    internal string? Place => Leaf is { } leaf && LeafPlaces.DomainOf(leaf) is { } own ? own : Domain ?? (Category is { } category ? LeafPlaces.DomainOf(category) : null);

    /// <summary>Takes it from what the classifier read.</summary>
    public static WishSeen Of(ReadIntent read) => new()
    {
        Domain = read.Domain,
        Category = read.Category,
        Leaf = read.Label,
        Action = read.Action,
        PDomain = read.DomainProbability,
        PCategory = read.CategoryProbability,
        PLeaf = read.LabelProbability,
        Span = new SaidSpan(read.Span.Start, read.Span.End),
    };
}

/// <summary>A leaf with its probability.</summary>
/// <param name="Leaf">The leaf.</param>
/// <param name="P">0..1.</param>
public sealed record LeafChance(string Leaf, [property: Between(0, 1)] double P);

/// <summary>A value that was found in the message.</summary>
/// <param name="Type">Its type, see <see cref="Understanding.EntityTypes"/>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Text">As it stands there.</param>
/// <param name="Start">Where; null when not known.</param>
/// <param name="End">One past its end.</param>
/// <param name="Negated">Whether the message says not to.</param>
public sealed record ValueSeen(string Type, string? Value = null, string? Text = null, [property: AtLeast(0)] int? Start = null, [property: AtLeast(0)] int? End = null, bool Negated = false)
{
    /// <summary>Takes it from what was extracted.</summary>
    public static ValueSeen Of(Understanding.Entity entity) => new(entity.Type, entity.Value, entity.Text, entity.Start, entity.End, entity.Negated);
}

/// <summary>How the customer's messages sound.</summary>
public sealed record MoodSeen
{
    /// <summary>Of this message, -1..1; null when it cannot be measured.</summary>
    [Between(-1, 1)]
    public double? Score { get; init; }

    /// <summary>Of the customer's messages, oldest first, this one last.</summary>
    [Between(-1, 1)]
    public IReadOnlyList<double>? Scores { get; init; }

    /// <summary>0..3.</summary>
    [Between(0, 3)]
    public int? Urgency { get; init; }

    /// <summary>Of the messages before this one, oldest first, where they are measured only when somebody asks.</summary>
    internal Lazy<IReadOnlyList<double>>? Earlier { get; init; }

    /// <summary>All scores there are, oldest first; null when none is known.</summary>
    internal IReadOnlyList<double>? Series => Scores is { Count: > 0 } all ? all : Score is { } one ? [.. Earlier?.Value ?? [], one] : null;

    /// <summary>The last of all scores; null when none is known.</summary>
    internal double? Newest => Scores is { Count: > 0 } all ? all[^1] : Score;

    /// <summary>The score of this message.</summary>
    internal double? Last => Score ?? (Scores is { Count: > 0 } all ? all[^1] : null);
}

/// <summary>What the routing agents look at of an account. What is null is not known.</summary>
public sealed record AccountSeen
{
    /// <summary>How the one who writes is proven.</summary>
    public ContactProof? Proof { get; init; }

    /// <summary>Whether there is a customer; null when that is not known.</summary>
    public bool? IsCustomer { get; init; }

    /// <summary>Whether the subscription is active.</summary>
    public bool? SubscriptionActive { get; init; }

    /// <summary>Key of the plan.</summary>
    public string? Plan { get; init; }

    /// <summary>Yearly recurring revenue.</summary>
    [AtLeast(0)]
    public decimal? Arr { get; init; }

    /// <summary>Health, 0..100.</summary>
    [Between(0, 100)]
    public double? Health { get; init; }

    /// <summary>Days since that was measured; taken as fresh when not given.</summary>
    [AtLeast(0)]
    public int? HealthAgeDays { get; init; }

    /// <summary>Probability of churn, 0..1.</summary>
    [Between(0, 1)]
    public double? Churn { get; init; }

    /// <summary>Days since that was predicted; taken as fresh when not given.</summary>
    [AtLeast(0)]
    public int? ChurnAgeDays { get; init; }

    /// <summary>Days since the customer came.</summary>
    [AtLeast(0)]
    public int? AccountAgeDays { get; init; }

    /// <summary>What stands out.</summary>
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>The member of the staff who cares for the customer.</summary>
    public string? Csm { get; init; }

    /// <summary>Whether a flag is set.</summary>
    internal bool Has(string flag) => Flags?.Contains(flag) == true;

    /// <summary>Takes it from the turn's context.</summary>
    public static AccountSeen Of(AccountContext account, DateTimeOffset now) => new()
    {
        Proof = account.Proof,
        IsCustomer = account.CustomerId is not null,
        SubscriptionActive = account.Facts.FirstOrDefault(f => f.Name is "status" or "subscription_status")?.Value is { } status ? status == "active" : null,
        Plan = account.Plan,
        Arr = account.Arr,
        Health = account.Health,
        Churn = account.Churn,
        AccountAgeDays = account.Since is { } since ? (int)(now - since).TotalDays : null,
        Flags = account.Flags,
        Csm = account.Facts.FirstOrDefault(f => f.Name == "csm")?.Value,
    };
}

/// <summary>Something that was weighed.</summary>
/// <param name="Option">The way or the agent.</param>
/// <param name="Weight">0..1.</param>
public sealed record Weighed(string Option, double Weight);

/// <summary>Something that was not taken.</summary>
/// <param name="Option">The way.</param>
/// <param name="Why">Why not.</param>
public sealed record NotTaken(string Option, string Why);

/// <summary>An agent that was not taken.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Why">Why not.</param>
public sealed record AgentNotTaken(string AgentId, string Why);
