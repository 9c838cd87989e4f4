namespace Switchboard.Core.Routing;

/// <summary>What an agent's part means for the way on.</summary>
/// <param name="Asks">Whether the customer must answer first: a turn asks one question at most.</param>
/// <param name="ToPeople">Whether people take over.</param>
public readonly record struct PartEnded(bool Asks, bool ToPeople);

/// <summary>
/// The agents a turn passes through. None is visited twice and there is an end to them, and one place is kept for giving the conversation to people; so no routing, however wrong, can
/// make a loop.
/// </summary>
/// <param name="planned">The agents that were chosen, in their order.</param>
/// <param name="people">The agent that gives a conversation to people.</param>
/// <param name="most">The most agents of a turn.</param>
public sealed class TurnJourney(IReadOnlyList<string> planned, string people, int most)
{
    private readonly List<string> visited = [];

    /// <summary>The agents visited so far.</summary>
    public IReadOnlyList<string> Visited => visited;

    /// <summary>The chosen agents that got no part.</summary>
    public IReadOnlyList<string> Left => [.. planned.Distinct(StringComparer.Ordinal).Where(p => !visited.Contains(p))];

    /// <summary>The first agent; null when nobody was chosen.</summary>
    public string? First() => planned.Count == 0 ? null : Visit(planned[0]);

    /// <summary>The agent after a part has ended; null when the turn is at its end.</summary>
    public string? Next(PartEnded ended)
    {
        if (visited.Count == 0 || visited[^1] == people || visited.Count >= most) return null;
        if (ended.ToPeople) return Visit(people);
        if (ended.Asks || visited.Count >= most - 1) return null;
        return planned.FirstOrDefault(p => p != people && !visited.Contains(p)) is { } next ? Visit(next) : null;
    }

    private string? Visit(string agent)
    {
        if (visited.Contains(agent)) return null;
        visited.Add(agent);
        return agent;
    }
}
