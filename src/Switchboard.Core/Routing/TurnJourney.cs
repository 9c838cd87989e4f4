using System.Collections.Frozen;
using Switchboard.Core.Desk;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Routing;

/// <summary>What an agent's part of a turn came to, as far as the way on looks at it.</summary>
/// <param name="Status">What its words are.</param>
/// <param name="Reason">Why it stopped, as a code; null when it did not.</param>
/// <param name="HandsOver">Whether it asks that people take the conversation.</param>
public readonly record struct PartEnded(ReplyStatus Status, string? Reason = null, bool HandsOver = false)
{
    /// <summary>Whether the customer must answer first: a turn asks one question at most.</summary>
    public bool Asks => Status is ReplyStatus.NeedsInfo or ReplyStatus.Confirm;

    /// <summary>Whether its talk broke off without a word, or ended in what people must take.</summary>
    public bool BreaksOff => Reason is { } reason && Takeover.Reasons.ContainsKey(reason);
}

/// <summary>That people take over behind what the agents of a turn said.</summary>
/// <param name="Reason">A code.</param>
/// <param name="Why">In words.</param>
public sealed record Takeover(string Reason, string Why)
{
    /// <summary>The reasons of a reply with which people take over, whatever else the turn came to.</summary>
    public static FrozenDictionary<string, string> Reasons { get; } = new Dictionary<string, string>
    {
        ["approval_refused"] = "Whoever had to approve it said no, or did not answer in time.",
        ["dialogue_loop"] = "An agent's talk went round in a circle and would not have come to an end.",
        ["dialogue_changed"] = "The dialogue was changed while it waited, and something had been done by it.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Why people take over; null when they do not. The order of the rules is the order of their strength.</summary>
    /// <param name="last">What the last part came to.</param>
    /// <param name="unsureTooOften">Whether the replies were unsure too often in a row.</param>
    /// <param name="after">What the escalation after the draft says; null where nobody asked it.</param>
    public static Takeover? Of(PartEnded last, bool unsureTooOften, EscalationVerdict? after) =>
        unsureTooOften ? new Takeover("low_confidence", "The reply is unsure for the second time in a row.")
        : last.BreaksOff ? new Takeover(last.Reason!, Reasons[last.Reason!])
        : after?.Reasons is [{ Code: "policy_dispute" } dispute, ..] ? new Takeover(dispute.Code, dispute.Evidence) : null;
}

/// <summary>
/// The agents a turn passes through, as they are decided one after the other. None is visited twice and there is an end to them, and one place is kept for giving the conversation
/// to people; so no routing and no answer of an agent, however wrong, can make a loop. The turn takes no step but those that are given here.
/// </summary>
/// <param name="opening">The agent the route leads to.</param>
/// <param name="planned">The agents that were chosen, in their order.</param>
/// <param name="runs">How they run: <c>sequential</c>, where nothing follows what was refused, or anything else; null without a plan.</param>
/// <param name="waitsForPeople">Whether an approval that is asked for lets the other wishes go on.</param>
/// <param name="most">The most agents of a turn.</param>
public sealed class TurnJourney(string opening, IReadOnlyList<string> planned, string? runs, bool waitsForPeople, int most)
{
    private const string people = DeskAgents.HumanHandoff;
    private readonly List<string> visited = [opening];
    private readonly List<string> coming = [.. planned.Where(p => p != opening).Distinct(StringComparer.Ordinal)];

    /// <summary>The agents visited so far.</summary>
    public IReadOnlyList<string> Visited => visited;

    /// <summary>The chosen agents that got no part.</summary>
    public IReadOnlyList<string> Left => [.. coming.Where(p => !visited.Contains(p))];

    /// <summary>Puts agents behind the chosen ones: those of wishes that were left before.</summary>
    public void Also(IEnumerable<string> more) => coming.AddRange(more.Where(m => !coming.Contains(m) && m != opening).Distinct(StringComparer.Ordinal).ToArray());

    /// <summary>Takes the way: the agent the route leads to, those that follow it, and people where they must take over.</summary>
    /// <param name="part">Has an agent take its part.</param>
    /// <param name="judged">Says behind the last part why people take over; null when they do not.</param>
    /// <param name="handOver">Has people take over, if they have not by then.</param>
    public async Task WalkAsync(Func<string, Task<PartEnded>> part, Func<PartEnded, Task<Takeover?>> judged, Func<Takeover, Task> handOver)
    {
        PartEnded ended = await part(opening);
        while (Next(ended) is { } next) ended = await part(next);
        if (await judged(ended) is { } takeover) await handOver(takeover);
    }

    /// <summary>The agent after a part has ended; null when no other speaks.</summary>
    private string? Next(PartEnded ended)
    {
        // The last place is kept for people.
        if (ended.BreaksOff || Stops(ended) || visited[^1] == people || visited.Count >= most - 1) return null;
        return coming.FirstOrDefault(p => p != people && !visited.Contains(p)) is { } next ? Visit(next) : null;
    }

    /// <summary>The agent that gives the conversation to people; null when it has spoken already.</summary>
    public string? ToPeople() => visited.Contains(people) || visited.Count >= most ? null : Visit(people);

    /// <summary>Whether the turn says no more after a part: a turn asks one question at most, and in a sequence nothing follows what was refused.</summary>
    private bool Stops(PartEnded ended) =>
        ended.HandsOver || ended.Asks || ended.Status == ReplyStatus.HandedOff
        || (ended.Status == ReplyStatus.WaitingApproval && (!waitsForPeople || runs == "sequential")) || (runs == "sequential" && ended.Status == ReplyStatus.Declined);

    private string Visit(string agent)
    {
        visited.Add(agent);
        return agent;
    }
}
