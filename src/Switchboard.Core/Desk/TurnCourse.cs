using System.Diagnostics;
using Switchboard.Core.Actions;
using Switchboard.Core.Agents;
using Switchboard.Core.Context;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk.Guards;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Policies;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Core.Telemetry;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Entities;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk;

/// <summary>Everything through which a turn reads and changes the world: the desk's own when it is carried out, the journal's when it is replayed.</summary>
public sealed record TurnSeams
{
    /// <summary>The articles.</summary>
    public required ITurnArticles Articles { get; init; }

    /// <summary>The tenant's rows.</summary>
    public required IFactSource Rows { get; init; }

    /// <summary>The rows the guards look into.</summary>
    public required IGuardRows Guarded { get; init; }

    /// <summary>Where actions are previewed and performed.</summary>
    public required IActionStore Actions { get; init; }

    /// <summary>The tenant's policies.</summary>
    public required IPolicySource Policies { get; init; }

    /// <summary>What is known of the account of the one who writes; null where nothing was read.</summary>
    public Func<TurnState, CancellationToken, Task<CustomerContext?>> Context { get; init; } = (_, _) => Task.FromResult<CustomerContext?>(null);

    /// <summary>The staff for a team, for a turn that hands over; null where it is not known.</summary>
    public Func<TurnState, string, CancellationToken, Task<StaffSeen?>> Staff { get; init; } = (_, _, _) => Task.FromResult<StaffSeen?>(null);

    /// <summary>The clock.</summary>
    public required Func<DateTimeOffset> Now { get; init; }

    /// <summary>The names of the tenant's catalogue.</summary>
    public TenantNames Names { get; init; } = TenantNames.None;

    /// <summary>The tenant's classifier; that of the product when null.</summary>
    public DeskIntents? Intents { get; init; }

    /// <summary>How long the turn has taken.</summary>
    public required Func<TimeSpan> Took { get; init; }

    /// <summary>Where it may be interrupted.</summary>
    public IFaultPoints Faults { get; init; } = new NoFaults();
}

/// <summary>
/// What a turn does between its being read and its being stored: understand, route, handle, check. It reaches the world through its seams alone, so the
/// turn that is carried out and the one that is replayed are the same code.
/// </summary>
public sealed partial class TurnCourse(Catalogue catalogue, AgentRunner agents, Router router, MessageReader reader, DeskPolicy policy)
{
    private readonly TurnRouting routing = new(catalogue, router);

    /// <summary>Every reason with which a turn gives a conversation to people.</summary>
    public static IReadOnlyCollection<string> HandoverReasons { get; } = [.. EscalationDecider.Pre.Union(EscalationDecider.Post, StringComparer.Ordinal), "tool_failed", "missing_capability", .. Takeover.Reasons.Keys.Except(EscalationDecider.Post, StringComparer.Ordinal)];

    /// <summary>Takes the course of a turn and gives all it ends with.</summary>
    public async Task<FinishTurn> TakeAsync(TurnState state, TurnSeams seams, CancellationToken cancellationToken)
    {
        bool isMessage = state.Input.Trigger == TurnTrigger.Message;
        // The account is read while the message is understood.
        Task<CustomerContext?> enriching = isMessage ? seams.Context(state, cancellationToken) : Task.FromResult<CustomerContext?>(null);
        TurnLog log;
        using (Spans.Start("understand")) log = Begin(state, seams);
        if (await enriching is { } context) log.Enriched(context, ContextReading.Read(ProofOf(state), context, state.Trigger.CreatedAt));
        var facts = new TurnFacts(seams.Articles, seams.Rows);
        var effects = new TurnEffects(seams.Actions, seams.Policies, state, policy.ApprovalLife, seams.Now) { Guard = state.IsGuarded ? new TurnGuard(seams.Guarded, state, log.Checked) : null };

        TurnSight? sight = state.Rules < 2 ? null : new TurnSight(state, log.Understood, log.Account ?? AccountContext.NotProven(), catalogue);
        RouteDecision route;
        IReadOnlyList<string> planned;
        using (Activity? span = Spans.Start("route"))
        {
            (route, planned) = !isMessage ? Alone(Deliver(state)) : sight is null ? Alone(router.Route(Asked(state, log.Understood, facts, log))) : await WayAsync(state, sight, effects, facts, log);
            span.Came(route.Kind);
        }

        log.Routed(route);
        seams.Faults.Reached("turn:routed");

        if (isMessage)
        {
            state.Conversation.CustomerWrote(state.Trigger.CreatedAt);
            Note(state, log.Understood);
        }

        if (isMessage && state.Asked is { } unanswered && route is { AgentId: not null, Kind: not RouteKind.Smalltalk } && route.AgentId != DeskAgents.Clarifier) log.Cancelled(unanswered, "The customer answered with something else.");
        if (route.AgentId is not null)
        {
            await HandleAsync(state, route, planned, sight, seams, facts, effects, log, cancellationToken);
            if (sight is not null && log.Reply?.Handoff is not null) await CompleteAsync(state, sight, effects, seams, log, cancellationToken);
        }

        seams.Faults.Reached("turn:handled");
        // A replay does nothing, so it counts as nothing.
        if (state.Taken is null)
        {
            Measures.Judged(log.Guards);
            foreach (KnowledgeAnswer answer in facts.Asked) Measures.Asked(answer);
        }

        return log.Finish(state, facts, effects, seams.Now(), seams.Took());
    }

    private static MessageSurroundings Around(TurnState state, TurnSeams seams, IntentContext? before) =>
        new(seams.Names, before, state.Contact?.Name) { Intents = seams.Intents, IsExact = state.IsExact, HearsLanguages = state.SpeaksBack, Language = state.Conversation.Language };

    private TurnLog Begin(TurnState state, TurnSeams seams)
    {
        if (state.Input.Trigger != TurnTrigger.Message) return new TurnLog(Unread(state), policy, catalogue, TurnBasis.Of(state));
        Understood understood = Answering(state, reader.Read(state.Trigger.Text, state.Trigger.CreatedAt, state.Tenant, policy.IntentFloor, Around(state, seams, Before(state))));
        IReadOnlyList<SaidEarlier> follows = AskedBefore(state, understood, seams);
        // A wish that was left may be begun in this turn, and a question may be asked again: what they name is read again.
        IReadOnlyList<CatalogueName> named = [.. state.Left.Select(l => l.Input.Wish).Concat(state.Asked is { } asked ? [asked.Input.Wish] : Array.Empty<string>()).Prepend(state.Trigger.Text).Concat(follows.Select(f => f.Text)).SelectMany(seams.Names.In).Distinct()];
        return new TurnLog(understood, policy, catalogue, TurnBasis.Of(state) with { Names = named.Count > 0 ? named : null }) { Follows = follows };
    }

    /// <summary>What the desk asked last and what the customer wrote before. Which entity an open question waits for its dialogue knows alone; a yes or no can be told here.</summary>
    private static IntentContext Before(TurnState state)
    {
        OpenDialogue? asking = state.Dialogues.FirstOrDefault(d => d.AsksCustomer);
        LastQuestion? question = asking is null ? null : new LastQuestion(asking.Input.AgentId, asking.Waits == DialogueWait.Confirmation ? "yes_no" : "none");
        return new IntentContext(question, state.History.LastOrDefault(m => m.Author == MessageAuthor.Customer && m.Sequence < state.Trigger.Sequence)?.Text);
    }

    /// <summary>Behind a question of yes or no a message that is nothing but one of them says so, in whatever words: the utterances of the card hold a few of them.</summary>
    private static Understood Answering(TurnState state, Understood read)
    {
        if (!state.HearsAnswers || state.Dialogues.FirstOrDefault(d => d.AsksCustomer) is not { Waits: DialogueWait.Confirmation } || read.Intents.Any(i => i.Label is "yes" or "no")) return read;
        string? label = BareAnswer.Read(state.Trigger.Text, read.Entities, "yes_no") switch { IntentLabels.Yes => "yes", IntentLabels.No => "no", _ => null };
        return label is null ? read : read with { Intents = [new Intent(label, DeskAgents.SmallTalk, 1, label, IsWholeMessage: true), .. read.Intents] };
    }

    private static (RouteDecision, IReadOnlyList<string>) Alone(RouteDecision route) => (route, route.AgentId is { } one ? [one] : []);

    private static RouteInput Asked(TurnState state, Understood understood, TurnFacts facts, TurnLog log)
    {
        bool isHowTo = state.AsksBack && Router.AsksHow(state.Trigger.Text);
        double? confidence = Router.NeedsKnowledge(understood, state.Conversation.Owner, isHowTo) ? facts.Confidence(state.Trigger.Text) : null;
        log.Weighed(confidence);
        // A dialogue that waits for an approval does not wait for the customer.
        OpenDialogue? asking = state.Dialogues.FirstOrDefault(d => d.AsksCustomer);
        bool idle = state.GoesOn && asking is not null && IsIdle(state, asking) && !MetaRouter.Fits(asking.Waits == DialogueWait.Confirmation ? "yes_no" : asking.Slot, [.. understood.Entities.Select(ValueSeen.Of)], []);
        return new RouteInput(understood, state.Conversation.Owner, asking, confidence, state.Contact is { CustomerId: not null }) { IsIdle = idle, IsHowTo = isHowTo, Rules = state.Rules };
    }

    /// <summary>What is no message goes to the dialogue that waits for it, and to nobody when that has ended.</summary>
    private RouteDecision Deliver(TurnState state)
    {
        OpenDialogue? open = state.Dialogues.FirstOrDefault(d => d.RunId == state.Input.DialogueId);
        return open is null || !catalogue.ById.ContainsKey(open.Input.AgentId)
            ? new RouteDecision(RouteKind.None, null, 1, "The dialogue that waited for it has ended.", "dialogue_ended", Abstain.None, [])
            : new RouteDecision(RouteKind.Continue, open.Input.AgentId, 1, $"{open.Input.AgentId} waits for this {state.Input.Trigger.ToString().ToLowerInvariant()}.", open.Input.Reason, Abstain.None, [new Considered(open.Input.AgentId, 1, null)]);
    }

    /// <summary>A contact in a conversation is proven; the channel tells how.</summary>
    private static ContactProof ProofOf(TurnState state) => state.Contact is null ? ContactProof.None : (state.Conversation.Proof, state.Conversation.Channel) switch
    {
        (Proof.Email, _) or (null, Channel.Email) => ContactProof.Email,
        (_, Channel.Web) => ContactProof.Widget,
        _ => ContactProof.Api,
    };

    private static DialogueInput Opening(TurnState state, string agentId, string reason) => new(agentId, reason, state.Trigger.Text, state.Trigger.Sequence, state.Trigger.CreatedAt);

    /// <summary>What a dialogue begins with by its route: a clarifying question with whom it lets choose, and people with the wish that was asked about, since the answer to it tells them nothing.</summary>
    private static DialogueInput OpeningOf(RouteDecision route, TurnState state, TurnLog log)
    {
        DialogueInput opening = Opening(state, route.AgentId!, route.Code ?? "asked");
        return log.Path?.Clarify switch
        {
            { Options.Count: > 0 } asks when route.Kind == RouteKind.Clarify => opening with { Options = [.. asks.Options.Select(o => o.Leaf)] },
            { Outcome: "no_progress" } when state.Asked is { Input: { } asked } => opening with { Wish = asked.Wish, WishSequence = asked.WishSequence },
            _ => opening,
        };
    }

    /// <summary>Keeps language and mood with the conversation. The history is the latest messages, so in a very long talk the mean leans to them.</summary>
    private static void Note(TurnState state, Understood understood) => state.Conversation.CustomerWasUnderstood(
        understood.Language == "und" ? null : understood.Language, understood.Sentiment, state.History.Count(m => m.Author == MessageAuthor.Customer && m.Sequence < state.Trigger.Sequence));

    private async Task HandleAsync(TurnState state, RouteDecision route, IReadOnlyList<string> planned, TurnSight? sight, TurnSeams seams, TurnFacts facts, TurnEffects effects, TurnLog log, CancellationToken cancellationToken)
    {
        OpenDialogue? open = route.Kind == RouteKind.Continue ? state.Dialogues.FirstOrDefault(d => Continues(d, state, route.AgentId!)) : null;
        DialogueInput opening = open?.Input ?? OpeningOf(route, state, log);
        // Who answers which specialist is meant means the wish that was asked about.
        OpenDialogue? meant = open is { Waits: DialogueWait.Choice } ? open : null;
        // A new request for a person while one waits for an address is the same request.
        if (open is null && state.Dialogues.FirstOrDefault(d => d.Input.AgentId == opening.AgentId && (d.Waits == DialogueWait.Slot || (state.GoesOn && (d.AsksCustomer || d.IsLeft)))) is { } waiting) open = waiting;
        if (open is not null) opening = open.Input;

        var journey = new TurnJourney(opening.AgentId, planned, log.Path?.Plan?.Runs, state.GoesOn, policy.MostHops);
        OpenDialogue[] left = [];
        Reply reply = null!;
        bool brokeOff = false;
        await journey.WalkAsync(async agent => Ended(reply = agent == opening.AgentId ? await FirstAsync() : await PartAsync(agent)), JudgedAsync, HandOverAsync);
        await GuardAsync(facts, effects, log, HandOverAsync, cancellationToken);
        if (state.GoesOn) await OfferToResumeAsync(state, effects, log, cancellationToken);

        async Task<Reply> FirstAsync()
        {
            Reply said = await RunAgentAsync(state, opening, open, route.Reason, facts, effects, log, cancellationToken);
            left = GoesOnWith(state, said, log);
            journey.Also(left.Select(l => l.Input.AgentId));
            return said;
        }

        async Task<Reply> PartAsync(string agent)
        {
            OpenDialogue? waits = left.FirstOrDefault(l => l.Input.AgentId == agent);
            Task<Reply> part = waits is not null && !planned.Contains(agent) ? BeginLeftAsync(state, waits.Input, waits, seams, facts, effects, log, cancellationToken)
                : meant is not null ? BeginLeftAsync(state, meant.Input with { AgentId = agent, Reason = "chosen", Options = null }, waits, seams, facts, effects, log, cancellationToken)
                : RunAgentAsync(state, waits?.Input ?? Opening(state, agent, DialogueInput.SecondIntent), waits, "The message wants this as well.", facts, effects, log, cancellationToken, joins: true);
            Reply said = await part;
            // A part that broke off has said nothing, and what was said before it stays true.
            brokeOff = log.Reply is not null && Ended(said).BreaksOff;
            return brokeOff ? said : log.Reply ?? said;
        }

        async Task<Takeover?> JudgedAsync(PartEnded last)
        {
            if (state.GoesOn) LeaveForLater(state, journey, reply, log);
            bool unsure = IsUnsure(reply);
            int streak = unsure ? state.Conversation.LowConfidenceStreak + 1 : 0;
            bool tooOften = streak >= policy.UnsureRepliesToHandOff;
            if (sight is not null && log.Path is not null) await JudgeAsync(sight, effects, journey, reply, unsure, log);
            log.Tested(new EscalationRule("customer_request", route.Kind == RouteKind.Human, route.Kind == RouteKind.Human ? route.Reason : "no sentence of the message asks for a person"));
            log.Tested(new EscalationRule("low_confidence", tooOften, $"{streak} of {policy.UnsureRepliesToHandOff} replies in a row below {policy.ConfidenceFloor:0.00}"));
            return Takeover.Of(last, tooOften, log.Path?.After);
        }

        Task HandOverAsync(Takeover takeover)
        {
            if (journey.ToPeople() is null) return Task.CompletedTask;
            // An open request for a person goes on with its own journal; otherwise a new one begins.
            OpenDialogue? handover = state.Dialogues.FirstOrDefault(d => d.Input.AgentId == DeskAgents.HumanHandoff);
            return RunAgentAsync(state, handover?.Input ?? Opening(state, DeskAgents.HumanHandoff, takeover.Reason), handover, takeover.Why, facts, effects, log, cancellationToken, joins: brokeOff);
        }
    }

    /// <summary>Whether the dialogue is the one the route goes on with: of a message the newest that waits for the customer, of another trigger the one it names.</summary>
    private static bool Continues(OpenDialogue dialogue, TurnState state, string agentId) =>
        state.Input.Trigger == TurnTrigger.Message ? dialogue.Input.AgentId == agentId && (dialogue.AsksCustomer || dialogue.Waits == DialogueWait.Choice) : dialogue.RunId == state.Input.DialogueId;

    private async Task<Reply> RunAgentAsync(TurnState state, DialogueInput opening, OpenDialogue? open, string why, TurnFacts facts, TurnEffects effects, TurnLog log, CancellationToken cancellationToken, bool joins = false, SaidBefore? said = null)
    {
        if (log.Hops.Count >= policy.MostHops || log.Hops.Any(h => h.AgentId == opening.AgentId)) throw new InvalidOperationException($"The turn would pass through {opening.AgentId} again: {string.Join(", ", log.Hops.Select(h => h.AgentId))}.");
        AgentCard card = catalogue.ById[opening.AgentId];
        using Activity? span = Spans.Agent(card);
        long began = Stopwatch.GetTimestamp();
        try
        {
            AgentOutcome outcome = await agents.RunAsync(opening, open, said?.State ?? state, said?.Understood ?? log.Understood, facts.For(card, state), effects, state.Trigger.CreatedAt, cancellationToken, open is null && said is null && opening.AgentId == TurnSight.SpokeOf(state) ? log.Follows : null);
            span.Came(outcome.Reply.Status);
            if (state.Taken is null) Measures.Ran(card.Id, outcome.Reply.Status, Stopwatch.GetElapsedTime(began));
            log.Ran(opening, open, outcome, why, IsUnsure(outcome.Reply), joins);
            return outcome.Reply;
        }
        catch (JournalMismatchException mismatch) when (open is not null)
        {
            // Something was done by this dialogue already; whoever takes over sees what, and nothing is done again.
            log.Abandoned(open, mismatch.Message, open.Version, []);
            return BrokenOff("dialogue_changed");
        }
        catch (DialogueLoopException loop)
        {
            if (open is null) log.Stopped(opening.AgentId, loop.Message, loop.Taken);
            else log.Abandoned(open, loop.Message, loop.DialogueVersion, loop.Taken);
            return BrokenOff("dialogue_loop");
        }

        // Nobody is told these words: people take over in the same turn, and theirs stand in the reply. Behind the talk that hands over there is no other to do it.
        Reply BrokenOff(string reason) => opening.AgentId == DeskAgents.HumanHandoff ? HandOverAlone(state, opening, why, log, joins)
            : new Reply { Status = ReplyStatus.Declined, Sentences = [new ReplySentence("-", [])], Confidence = 1, Reason = reason };
    }

    private static PartEnded Ended(Reply reply) => new(reply.Status, reply.Reason, reply.Handoff is not null);

    private bool IsUnsure(Reply reply) => reply.Status is ReplyStatus.Answered or ReplyStatus.Declined && reply.Confidence < policy.ConfidenceFloor;
}
