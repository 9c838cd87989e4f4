using Switchboard.Core.Agents;
using Switchboard.Core.Conversations;
using Switchboard.Domain.Support;

namespace Switchboard.Agents.Desk;

/// <summary>Gives the conversation to people with a case file. When nobody knows where an answer can be sent, it asks first.</summary>
[Agent("desk/human-handoff")]
public sealed class HumanHandoff : Specialist
{
    /// <inheritdoc />
    protected override async Dialogue<Reply> Handle(Turn turn)
    {
        string? email = await turn.Decide("known-email", () => turn.KnownEmail);
        // Who may be in danger is asked nothing.
        if (email is null && turn.Opening.Reason is not ("self_harm" or "threat"))
        {
            Given<string> given = await turn.Need(Slots.Email, "ask-email");
            email = given.Has ? given.Value : null;
        }

        CaseFile file = await turn.Decide("case-file", () => CaseFiles.Of(turn, email));
        return CaseFiles.Said(turn.Card, turn.Opening.Reason, file);
    }
}
