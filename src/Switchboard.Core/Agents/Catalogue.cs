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

    /// <summary>The agent of an id; null when none is called so.</summary>
    public Agent? Find(string id) => agents.GetValueOrDefault(id);

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
        string version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seen.ToString())))[..12];
        return new Catalogue([.. cards.OrderBy(c => c.Id, StringComparer.Ordinal)], found.ToFrozenDictionary(StringComparer.Ordinal), version);
    }
}
