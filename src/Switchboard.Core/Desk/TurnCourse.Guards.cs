using System.Diagnostics;
using Switchboard.Core.Agents;
using Switchboard.Core.Conversations;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Core.Telemetry;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk;

/// <summary>The guards in their place in the turn: on the words of the reply, when nobody will speak any more.</summary>
public sealed partial class TurnCourse
{
    /// <summary>Checks the reply that stands. What may not go out is left out, or people take over; the dialogue is never entered again.</summary>
    private async Task GuardAsync(TurnFacts facts, TurnEffects effects, TurnLog log, Func<Takeover, Task> handOver, CancellationToken cancellationToken)
    {
        using Activity? span = Spans.Start("guard");
        GuardVerdict grounded = GroundingGuard.Check(log.Reply!, facts);
        log.Checked(grounded);
        string? why = grounded.Passed ? await WordsAsync(effects, log, cancellationToken) : $"The check \"{grounded.Name}\" stopped the reply: {grounded.Detail}.";
        if (why is null) return;

        span?.SetTag(Spans.Outcome, "stopped");
        Reply wrong = log.Reply!;
        log.Stopped(why);
        await handOver(new Takeover("guard_block", why));
        // Nobody was left to hand over to, or what hands over says what it must not.
        if (ReferenceEquals(log.Reply, wrong) || await WordsAsync(effects, log, cancellationToken) is not null) log.Revised(Safe(log.Reply!, effects));
    }

    /// <summary>Why the words may not go out; null when they may, perhaps without some of them.</summary>
    private async Task<string?> WordsAsync(TurnEffects effects, TurnLog log, CancellationToken cancellationToken)
    {
        if (effects.Guard is not { } guard) return null;
        // The usher's words join those of the agents; who spoke last stays last.
        AgentCard[] speakers = [.. catalogue.ById.TryGetValue(Usher, out AgentCard? usher) ? [usher] : Array.Empty<AgentCard>(), .. log.Hops.Select(h => catalogue.ById[h.AgentId])];
        (Reply? kept, string? why) = await guard.WordsAsync(log.Reply!, speakers, log.Journals, log.Context, effects, cancellationToken);
        if (kept is null) return $"A check stopped the reply: {why}";
        log.Revised(kept);
        return null;
    }

    /// <summary>Words that state nothing, in the place of those that may not go out.</summary>
    private Reply Safe(Reply wrong, TurnEffects effects)
    {
        AgentCard card = catalogue.ById[DeskAgents.HumanHandoff];
        var safe = new ReplySentence(card.Say("guard-block", new { Where = card.Say("where-here") }), []);
        Reply said = wrong.Handoff is null
            ? new Reply { Status = ReplyStatus.Declined, Sentences = [new ReplySentence(catalogue.ById[DeskAgents.KnowledgeAnswerer].Say("unknown"), [])], Confidence = 1, Reason = "guard_block" }
            : wrong with { Sentences = [safe] };
        effects.Guard?.LetOut(said);
        return said;
    }

    /// <summary>Puts a sentence behind the reply that stands, where it may go out by the rows and policies of now; else the reply stays as it is. An older turn, in which it was not checked, said it unchecked.</summary>
    private static async Task JoinAsync(string words, IReadOnlyList<AgentCard> speakers, IReadOnlyList<JournalEntry> journal, bool isChecked, string? on, TurnEffects effects, TurnLog log, CancellationToken cancellationToken)
    {
        Reply reply = log.Reply!, added = reply with { Sentences = [new ReplySentence(words, [])] };
        if (effects.Guard is { } guard)
        {
            if (!isChecked) guard.LetOut(added);
            else if ((await guard.WordsAsync(added, speakers, journal, log.Context, effects, cancellationToken, on)).Reply is null) return;
        }

        log.Revised(reply with { Sentences = [.. reply.Sentences, .. added.Sentences] });
    }
}
