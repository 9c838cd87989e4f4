using Switchboard.Core.Agents;
using Switchboard.Core.Conversations;
using Switchboard.Core.Routing;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Desk;

/// <summary>Asks which of two or three specialists is meant, and gives the word to the one that is chosen. It decides nothing: between whom to choose the router says.</summary>
[Agent("desk/clarifier")]
public sealed class Clarifier : Specialist
{
    /// <inheritdoc />
    protected override async Dialogue<Reply> Handle(Turn turn)
    {
        IReadOnlyList<string> options = turn.Opening.Options ?? [];
        var finding = new { Options = string.Join('\n', options.Select((o, i) => $"{i + 1}. {turn.NamesOf(o)[0]}")) };
        Given<string> chosen = await turn.Need(Choice(turn, options), "ask", finding);
        return chosen.Has
            ? turn.Say(ReplyStatus.Answered, "chosen", new { Name = turn.NamesOf(chosen.Value!)[0] })
            : turn.Say(ReplyStatus.Declined, "not-chosen", reason: "slot_not_given");
    }

    /// <summary>The choice. The wish itself is what was not clear, so it is no answer.</summary>
    private static Slot<string> Choice(Turn turn, IReadOnlyList<string> options) => new("choice", (Understood _, out string value) =>
    {
        value = turn.Trigger.Sequence > turn.Opening.WishSequence ? ClarifyingAnswer.Of(turn.Trigger.Text, options, turn.NamesOf)?.Leaf ?? string.Empty : string.Empty;
        return value.Length > 0;
    });
}
