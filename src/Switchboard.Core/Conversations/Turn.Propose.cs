using Switchboard.Core.Actions;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Conversations;

/// <summary>The step that changes the world.</summary>
public sealed partial class Turn
{
    /// <summary>
    /// Offers an action with its exact preview, waits for the customer's yes, makes sure that it would still do the same, waits for an approval
    /// where policy asks for one, and has it performed once.
    /// </summary>
    /// <param name="action">What to do.</param>
    /// <param name="text">The card's text that offers it and asks; the second time the text <c>{text}-again</c>; while people decide the text <c>{text}-waits</c>.</param>
    /// <param name="finding">What the offer's placeholders are filled from; those of <c>{text}-waits</c> also from <c>Scope</c> and <c>Until</c>.</param>
    /// <param name="corrects">Whether a message that is no yes means another thing than what is offered: then the offer is dropped at once instead of being asked again.</param>
    public Step<Outcome<TResult>> Propose<TResult>(DeskAction<TResult> action, string text, object? finding = null, Func<Understood, bool>? corrects = null) where TResult : class
    {
        string propose = NameOf("propose", action.Name);
        return new Step<Outcome<TResult>>(ProposeAsync(propose, action, text, finding, corrects));
    }

    private async Task<Outcome<TResult>> ProposeAsync<TResult>(string propose, DeskAction<TResult> action, string text, object? finding, Func<Understood, bool>? corrects) where TResult : class
    {
        if (!journal.TryReplay(propose, out ActionPreview offered))
        {
            offered = await effects.OfferAsync(action);
            journal.Record(propose, offered);
            effects.Proposed(offered);
        }

        if (!offered.Allowed) return new Outcome<TResult>(OutcomeKind.Refused, null, offered.Clause);
        Answer answer = await AgreedAsync(Beside(propose, "agreed"), Beside(propose, "confirm"), text, finding, corrects);
        if (answer != Answer.Yes) return new Outcome<TResult>(answer == Answer.Late ? OutcomeKind.Stale : OutcomeKind.Kept, null, offered.Clause);

        string perform = Beside(propose, "perform");
        ApprovalDecided? decided = null;
        if (offered.NeededScope is { } scope)
        {
            decided = await ApprovedAsync(propose, perform, action, offered, scope, text);
            if (decided is { Status: not ApprovalStatus.Approved }) return Outcome<TResult>.Of(decided, offered.Clause);
        }

        if (!journal.TryReplay(perform, out Performance done))
        {
            // What would do something else by now is recorded as stale without asking anybody to approve it.
            done = offered.NeededScope is not null && decided is null
                ? new Performance(PerformanceKind.Stale, offered.Clause, null, [], string.Empty, null)
                : await effects.StoppedAsync(action, offered) ?? await effects.PerformAsync(action, new ActionGrant(offered.Digest, decided?.ApprovalId), perform);
            if (done.Key.Length == 0) journal.Record(perform, done);
        }
        else if (done.Key.Length == 0 && journal.Taken(perform) is not null) effects.Stopped(done, action.Name);

        return Outcome<TResult>.Of(done, decided?.Note);
    }

    /// <summary>How long a yes counts as the answer to an offer.</summary>
    public static readonly TimeSpan AnswerLife = TimeSpan.FromMinutes(30);

    /// <summary>What the customer says to the offer. A message that says neither yes nor no is asked again once; after that nothing is agreed.</summary>
    private async Task<Answer> AgreedAsync(string agreed, string confirm, string text, object? finding, Func<Understood, bool>? corrects)
    {
        int asked = 0;
        while (journal.NextIs(asked == 0 ? confirm : $"{confirm}.{asked + 1}"))
        {
            journal.TryReplay<string>(asked == 0 ? confirm : $"{confirm}.{asked + 1}", out _);
            asked++;
        }

        string late = agreed.Replace("agreed:", "late:", StringComparison.Ordinal);
        if (journal.NextIs(late) && journal.TryReplay(late, out bool _)) return Answer.Late;
        if (journal.TryReplay(agreed, out bool yes)) return yes ? Answer.Yes : Answer.No;
        if (asked > 0 && IsMessage)
        {
            bool? answer = Understood.Intents.Any(i => i.Label == "no") ? false : Understood.Intents.Any(i => i.Label == "yes") ? true : corrects?.Invoke(Understood) == true || asked >= MostAsks ? false : null;
            if (answer == true && IsLate())
            {
                journal.Record(late, true);
                return Answer.Late;
            }
            if (answer is { } given)
            {
                journal.Record(agreed, given);
                return given ? Answer.Yes : Answer.No;
            }
        }

        string words = Card.Say(asked == 0 ? text : $"{text}-again", finding);
        if (asked == 0 || IsMessage) journal.Record(asked == 0 ? confirm : $"{confirm}.{asked + 1}", words);
        return await WaitForeverAsync<Answer>(new Question(ReplyStatus.Confirm, words));
    }

    /// <summary>Whether the offer was made too long ago for a yes to count: prices and days may be others by now, and the customer may mean something else.</summary>
    private bool IsLate() => History.LastOrDefault(m => m.Author == MessageAuthor.Agent && m.AgentId == Card.Id && m.Sequence < Trigger.Sequence) is { } offer && Trigger.CreatedAt - offer.CreatedAt > AnswerLife;

    private enum Answer { Yes, No, Late }

    /// <summary>What became of the approval; null when the action would do something else by now, so that nobody need be asked.</summary>
    private async Task<ApprovalDecided?> ApprovedAsync(string propose, string perform, DeskAction action, ActionPreview offered, string scope, string text)
    {
        string approval = Beside(propose, "approval");
        // In a replay what was recorded as stale was so; what was performed had its approval before.
        if (journal.NextIs(perform) || (journal.Taken(perform) is not null && !journal.NextIs(approval))) return null;
        if (!journal.TryReplay(approval, out ApprovalAsked asked))
        {
            if ((await effects.PreviewAsync(action)).Digest != offered.Digest) return null;
            asked = effects.AskApproval(offered, scope, approval);
            journal.Record(approval, asked);
        }

        string decided = Beside(propose, "decided");
        if (journal.TryReplay(decided, out ApprovalDecided decision)) return decision;
        if (State.Input is { Trigger: Runs.TurnTrigger.Approval, Payload: { } payload } && Json.Read<ApprovalDecided>(payload) is { } brought && brought.ApprovalId == asked.ApprovalId)
        {
            journal.Record(decided, brought);
            return brought;
        }

        var waits = new { Scope = asked.NeededScope, Until = State.Tenant.DayOf(asked.ExpiresAt).ToString("d MMMM yyyy", System.Globalization.CultureInfo.InvariantCulture) };
        return await WaitForeverAsync<ApprovalDecided?>(new Question(ReplyStatus.WaitingApproval, Card.Say($"{text}-waits", waits)));
    }

    /// <summary>Waits for a later turn: the task never ends, and nothing holds it.</summary>
    private Task<T> WaitForeverAsync<T>(Question question)
    {
        parked.TrySetResult(question);
        return new TaskCompletionSource<T>().Task;
    }
}
