using Switchboard.Core.Agents;
using Switchboard.Core.Routing;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Core.Understanding.Language;

namespace Switchboard.Core.Desk;

/// <summary>One state of the catalogue and the course of turns over it. It never changes: a turn that has it sees the same agents from its begin to its end.</summary>
/// <param name="Catalogue">The agents.</param>
/// <param name="Course">The course of turns.</param>
public sealed record DeskEdition(Catalogue Catalogue, TurnCourse Course);

/// <summary>Holds the agents as they are now. Operators' own agents come and go while the desk works: then a new edition stands in the place of the old one, at once and whole.</summary>
/// <param name="roster">The agents that the program brings.</param>
/// <param name="agentOf">What speaks by the card of an operator's own agent.</param>
/// <param name="languages">Tells the language of messages.</param>
/// <param name="intents">Tells what messages want.</param>
/// <param name="policy">The desk's own figures.</param>
public sealed class LiveDesk(Catalogue roster, Func<AgentCard, Agent> agentOf, LanguageDetector languages, DeskIntents intents, DeskPolicy policy)
{
    private volatile DeskEdition current = EditionOf(roster, languages, intents, policy);

    /// <summary>The agents that the program brings, whose ids and labels belong to nobody else.</summary>
    public Catalogue Roster => roster;

    /// <summary>What holds now. Whoever takes it keeps it to the end of what they do.</summary>
    public DeskEdition Current => current;

    /// <summary>Puts other agents of operators in the place of those that are there.</summary>
    public void Replace(IReadOnlyList<OwnCard> own) => current = EditionOf(roster.With(own, agentOf), languages, intents, policy);

    private static DeskEdition EditionOf(Catalogue catalogue, LanguageDetector languages, DeskIntents intents, DeskPolicy policy) => new(
        catalogue,
        new TurnCourse(catalogue, new AgentRunner(catalogue, policy), new Router(catalogue, policy), new MessageReader(new UtteranceMatcher(catalogue.Specialists), languages, intents), policy));
}
