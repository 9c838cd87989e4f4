using System.Globalization;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Conversations;
using Switchboard.Core.Knowledge;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Desk;

/// <summary>
/// Speaks by the card of an operator's own agent: asks for its slots, then says the text of what was meant, else answers from its articles, else hands over to its team.
/// Its words are the operator's; nothing is worked out.
/// </summary>
public sealed class CardSpecialist : Specialist
{
    private const string notGiven = "—";

    /// <inheritdoc />
    protected override async Dialogue<Reply> Handle(Turn turn)
    {
        OwnTalk own = turn.Card.Own!;
        string label = await turn.Decide("label", () => turn.Understood.Intents.FirstOrDefault(i => i.AgentId == turn.Card.Id)?.Label ?? turn.Card.Utterances[0].Label);
        Dictionary<string, string> values = await turn.Decide("settings", (AgentBasis basis) => turn.Card.Settings.ToDictionary(s => s.Key, s => basis.Setting(s.Key).ToString(CultureInfo.InvariantCulture)));
        var fillers = new Dictionary<string, string>(values, StringComparer.Ordinal);
        bool taken = false;
        foreach (OwnSlot slot in own.Slots)
        {
            Given<string> given = await turn.Need(SlotOf(slot, turn, () => !taken && (taken = true)), $"ask-{slot.Name}", fillers);
            fillers[slot.Name] = given.Has ? given.Value! : notGiven;
        }

        if (turn.Card.Texts.ContainsKey(label)) return turn.Say(ReplyStatus.Answered, label, fillers);
        double confidence = 1;
        if (own.Articles is { } articles)
        {
            KnowledgeAnswer answer = await turn.Read("answer", facts => facts.AnswerAsync(turn.Opening.Wish, articles));
            if (answer.Outcome == AnswerOutcome.Answered) return KnowledgeAnswerer.Cited(answer);
            confidence = answer.Confidence;
        }

        if (own.Team is not { } team) return turn.Say(ReplyStatus.Declined, OwnTalk.Unknown, fillers, confidence, "no_evidence");
        CaseFile file = await turn.Decide("case-file", () => FileOf(turn, own, fillers));
        return turn.Say(ReplyStatus.HandedOff, OwnTalk.Handoff, fillers, reason: own.Reason) with { Handoff = new HandoffRequest(own.Reason, team, Priority.Normal, file) };
    }

    /// <summary>What was asked for is what the colleague must know.</summary>
    private static CaseFile FileOf(Turn turn, OwnTalk own, Dictionary<string, string> values)
    {
        string? email = own.Slots.Where(s => s.Type == Slots.Email.Name && values[s.Name] != notGiven).Select(s => values[s.Name]).FirstOrDefault();
        CaseFile file = CaseFiles.Of(turn, email ?? turn.KnownEmail);
        return file with { Facts = [.. file.Facts, .. own.Slots.Where(s => values[s.Name] != notGiven).Select(s => new CaseFact($"{s.Name}: {values[s.Name]}", "the customer's own words", turn.Now))] };
    }

    /// <summary>A slot of any words takes the answer to its own question: not the wish that opened the talk, and not what another slot took of this message.</summary>
    private static Slot<string> SlotOf(OwnSlot slot, Turn turn, Func<bool> takes) => new(slot.Name, (Core.Understanding.Understood understood, out string value) =>
    {
        value = slot.Type == OwnSlot.Words
            ? turn.Trigger.Sequence > turn.Opening.WishSequence && !understood.Intents.Any(i => i.Label == "no") && takes() ? turn.Trigger.Text.Trim() : string.Empty
            : understood.Entities.FirstOrDefault(e => e.Type == slot.Type)?.Value ?? string.Empty;
        return value.Length > 0;
    });
}
