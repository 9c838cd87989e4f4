using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Core.Agents;

/// <summary>All agents by their id, built from the cards.</summary>
public sealed class Catalogue
{
    private readonly FrozenDictionary<string, Agent> agents;

    private Catalogue(IReadOnlyList<AgentCard> cards, FrozenDictionary<string, Agent> agents, string version)
    {
        Cards = cards;
        Specialists = [.. cards.Where(c => c.Kind == AgentKind.Specialist)];
        ById = cards.ToFrozenDictionary(c => c.Id, StringComparer.Ordinal);
        this.agents = agents;
        Version = version;
    }

    /// <summary>The cards in the order of their ids.</summary>
    public IReadOnlyList<AgentCard> Cards { get; }

    /// <summary>The cards of those that speak with customers, in the order of their ids.</summary>
    public IReadOnlyList<AgentCard> Specialists { get; }

    /// <summary>The cards by id.</summary>
    public FrozenDictionary<string, AgentCard> ById { get; }

    /// <summary>The first 12 hexadecimal digits of a hash over all cards; recorded with each decision.</summary>
    public string Version { get; }

    /// <summary>This catalogue with operators' own agents beside those it has. It stays as it is; what comes back is another one, with a version of its own.</summary>
    /// <param name="own">Their cards.</param>
    /// <param name="agentOf">What speaks by such a card.</param>
    /// <exception cref="InvalidOperationException">An id stands twice.</exception>
    public Catalogue With(IReadOnlyList<OwnCard> own, Func<AgentCard, Agent> agentOf)
    {
        if (own.Count == 0) return this;
        if (own.Select(o => o.Card.Id).Concat(Cards.Select(c => c.Id)).GroupBy(id => id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new InvalidOperationException($"Two cards are called {twice.Key}.");
        var all = new Dictionary<string, Agent>(agents, StringComparer.Ordinal);
        foreach (OwnCard one in own) all[one.Card.Id] = agentOf(one.Card);
        OwnCard[] ordered = [.. own.OrderBy(o => o.Card.Id, StringComparer.Ordinal)];
        return new Catalogue([.. Cards.Concat(ordered.Select(o => o.Card)).OrderBy(c => c.Id, StringComparer.Ordinal)], all.ToFrozenDictionary(StringComparer.Ordinal), VersionOf(string.Join('\n', [Version, .. ordered.Select(o => o.Text)])));
    }

    /// <summary>The agent of an id; null when none is called so.</summary>
    public Agent? Find(string id) => agents.GetValueOrDefault(id);

    /// <summary>The names an agent is called by, the one in the language first, each once; that of the roster for one that is not here.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="language">BCP 47 tag.</param>
    public IReadOnlyList<string> NamesOf(string id, string language) =>
        ById.TryGetValue(id, out AgentCard? card) ? [.. new[] { card.NameIn(language), card.Name, Routing.LeafPlaces.NameOf(id) }.Concat(card.Names.Values).Distinct(StringComparer.OrdinalIgnoreCase)] : [Routing.LeafPlaces.NameOf(id)];

    /// <summary>The specialist of an id.</summary>
    /// <exception cref="KeyNotFoundException">No specialist is called so.</exception>
    public ISpecialist Specialist(string id) => Find(id) as ISpecialist ?? throw new KeyNotFoundException($"No specialist is called {id}.");

    /// <summary>Builds the catalogue from an assembly: its classes with <see cref="AgentAttribute"/> and its embedded cards.</summary>
    /// <exception cref="InvalidOperationException">A card has no class, a class no card, they state two kinds, or an id stands twice.</exception>
    public static Catalogue FromAssembly(Assembly assembly)
    {
        var cards = new List<AgentCard>();
        var seen = new StringBuilder();
        foreach (string name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".md", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            string text = reader.ReadToEnd();
            seen.Append(name).Append('\n').Append(text);
            cards.Add(AgentCardReader.Read(name, text));
        }

        var found = new Dictionary<string, Agent>(StringComparer.Ordinal);
        foreach (Type type in assembly.GetTypes())
        {
            if (type.GetCustomAttribute<AgentAttribute>() is not { } agent) continue;
            if (!found.TryAdd(agent.Id, (Agent)Activator.CreateInstance(type)!)) throw new InvalidOperationException($"Two classes are called {agent.Id}.");
        }

        if (cards.GroupBy(c => c.Id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new InvalidOperationException($"Two cards are called {twice.Key}.");
        if (cards.FirstOrDefault(c => !found.ContainsKey(c.Id)) is { } lonely) throw new InvalidOperationException($"The card {lonely.Id} has no class.");
        if (found.Keys.FirstOrDefault(id => cards.TrueForAll(c => c.Id != id)) is { } unnamed) throw new InvalidOperationException($"The class of {unnamed} has no card.");
        if (cards.Find(c => c.Kind != found[c.Id].Kind) is { } other) throw new InvalidOperationException($"The card of {other.Id} says {other.Kind}, its class is a {found[other.Id].Kind}.");
        return new Catalogue([.. cards.OrderBy(c => c.Id, StringComparer.Ordinal)], found.ToFrozenDictionary(StringComparer.Ordinal), VersionOf(seen.ToString()));
    }

    private static string VersionOf(string cards) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cards)))[..12];
}

/// <summary>The card of an operator's own agent.</summary>
/// <param name="Card">The card.</param>
/// <param name="Text">The file it was read from, as it stands there.</param>
public sealed record OwnCard(AgentCard Card, string Text);
