using Switchboard.Core.Runs;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk.Replay;

/// <summary>A step of an agent in a turn.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Step">The step, named as in the agent's journal.</param>
internal readonly record struct AgentStep(string AgentId, JournalEntry Step)
{
    public string FullName => $"{AgentId}/{Step.Name}";
}

/// <summary>What is compared of a turn, be it recorded or worked out again.</summary>
/// <param name="Understood">What was understood; null when the step is not there.</param>
/// <param name="Route">Which agent got it; null when the step is not there.</param>
/// <param name="Steps">The steps of its agents, in order.</param>
/// <param name="Record">Why it went as it went.</param>
/// <param name="Reply">What was said; null when nothing was.</param>
internal sealed record TurnDecision(JournalEntry? Understood, JournalEntry? Route, IReadOnlyList<AgentStep> Steps, DecisionRecord Record, SaidReply? Reply)
{
    public static TurnDecision Of(RecordedTurn turn) => new(
        turn.Steps.FirstOrDefault(s => s.Name == TurnLog.UnderstandStep),
        turn.Steps.FirstOrDefault(s => s.Name == TurnLog.RouteStep),
        [.. AgentSteps(turn.Steps), .. turn.Dialogues.SelectMany(d => d.Taken.Select(s => new AgentStep(d.Input.AgentId, s)))],
        Json.Read<TurnResult>(turn.Run.Result!).Decision!,
        turn.Reply is { } said ? new SaidReply(said.AgentId, said.Status, said.Text, said.Citations) : null);

    public static TurnDecision Of(FinishTurn turn) => new(
        turn.Steps.First(s => s.Name == TurnLog.UnderstandStep),
        turn.Steps.First(s => s.Name == TurnLog.RouteStep),
        [.. AgentSteps(turn.Steps), .. turn.Dialogues.SelectMany(d => d.NewSteps.Select(s => new AgentStep(d.Input.AgentId, s)))],
        Json.Read<TurnResult>(turn.Result).Decision!,
        turn.Reply is { } said ? new SaidReply(said.AgentId, said.Status, said.Text, said.Citations) : null);

    /// <summary>The steps among a turn's own that agents took: their names begin with the agent's id, <c>domain/name/</c>.</summary>
    public static IEnumerable<AgentStep> AgentSteps(IEnumerable<JournalEntry> steps)
    {
        foreach (JournalEntry step in steps)
        {
            int colon = step.Name.IndexOf(':', StringComparison.Ordinal);
            string[] parts = step.Name[..Math.Max(colon, 0)].Split('/', 3);
            if (parts.Length < 3) continue;
            string agent = $"{parts[0]}/{parts[1]}";
            yield return new AgentStep(agent, step with { Name = step.Name[(agent.Length + 1)..] });
        }
    }
}

/// <summary>A reply as far as it is compared.</summary>
internal sealed record SaidReply(string? AgentId, ReplyStatus? Status, string Text, IReadOnlyList<Citation> Citations);
