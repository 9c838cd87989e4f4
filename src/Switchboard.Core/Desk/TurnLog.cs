using Switchboard.Core.Agents;
using Switchboard.Core.Context;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk.Guards;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Desk;

/// <summary>What a turn has done so far; at its end the one write that stores it all.</summary>
public sealed class TurnLog(Understood understood, DeskPolicy policy, Catalogue catalogue, TurnBasis basis)
{
    /// <summary>The name of the step that holds what was understood.</summary>
    public const string UnderstandStep = "understand:message";

    /// <summary>The name of the step that holds the route.</summary>
    public const string RouteStep = "route:agent";

    private readonly List<Hop> hops = [];
    private readonly List<EscalationRule> rules = [];
    private readonly List<GuardVerdict> guards = [];
    private readonly List<JournalEntry> steps = [];
    private readonly List<DialogueWork> dialogues = [];
    private readonly List<JournalEntry> journals = [];
    private readonly List<DialogueChange> abandoned = [];
    private readonly List<DialogueInput> left = [];
    private readonly Dictionary<string, IReadOnlyList<PendingEvent>> effects = new(StringComparer.Ordinal);
    private RouteDecision? route;
    private CustomerContext? context;
    private HandoffFacts? handing;
    private StaffSeen? staff;
    private TurnPath? path;
    private double? knowledge;
    private string? restarted;
    private string? error;
    private bool unsure;

    /// <summary>What the message follows, oldest first; empty where it asks something by itself.</summary>
    public IReadOnlyList<SaidEarlier> Follows { get; init; } = [];

    /// <summary>What the routing agents decided so far; null where no message was routed.</summary>
    public TurnPath? Path => path;

    /// <summary>What the checks said so far.</summary>
    public IReadOnlyList<GuardVerdict> Guards => guards;

    /// <summary>What was understood of the message.</summary>
    public Understood Understood => understood;

    /// <summary>The agents the turn passed through.</summary>
    public IReadOnlyList<Hop> Hops => hops;

    /// <summary>The reply as it stands; null while no agent has spoken.</summary>
    public Reply? Reply { get; private set; }

    /// <summary>The account of the one who writes; null where nothing was read.</summary>
    public AccountContext? Account { get; private set; }

    /// <summary>Takes note of what was read of the account, and of what it says.</summary>
    public void Enriched(CustomerContext read, AccountContext account) => (context, Account) = (read, account);

    /// <summary>Takes note of how well the articles answer the message, as the router is told it.</summary>
    public void Weighed(double? confidence) => knowledge = confidence;

    /// <summary>Takes note of the route.</summary>
    public void Routed(RouteDecision decision) => route = decision;

    /// <summary>Takes note of what the move to people was decided on, and of the staff that was read for it.</summary>
    public void HandsOver(HandoffFacts facts, StaffSeen? seen) => (handing, staff) = (facts, seen);

    /// <summary>Takes note of what the routing agents decided.</summary>
    public void Went(TurnPath decided) => path = decided;

    /// <summary>Puts another reply in the place of the one that stands.</summary>
    public void Revised(Reply reply) => Reply = reply;

    /// <summary>Takes note of a rule that was tested.</summary>
    public void Tested(EscalationRule rule) => rules.Add(rule);

    /// <summary>Takes note of a check.</summary>
    public void Checked(GuardVerdict verdict) => guards.Add(verdict);

    /// <summary>The journals of the agents the turn passed through, as far as they go: what their words stand on.</summary>
    public IReadOnlyList<JournalEntry> Journals => journals;

    /// <summary>What was read of the account; null where nothing was.</summary>
    public CustomerContext? Context => context;

    /// <summary>Ends the dialogues that would wait for an answer to words that do not go out: no later yes may mean them.</summary>
    public void Stopped(string why)
    {
        for (int i = 0; i < dialogues.Count; i++)
        {
            if (!dialogues[i].Outcome.Waits || dialogues[i].Opening.AgentId == DeskAgents.HumanHandoff) continue;
            dialogues[i] = dialogues[i] with { Stopped = why };
            effects.Remove(dialogues[i].Opening.AgentId);
        }
    }

    /// <summary>Takes note that the turn failed.</summary>
    public void Failed(string why) => error = why;

    /// <summary>Takes note of an agent's part; its reply replaces the one before.</summary>
    /// <param name="opening">What its dialogue serves.</param>
    /// <param name="open">The dialogue that went on; null for one that began.</param>
    /// <param name="outcome">What it came to.</param>
    /// <param name="why">Why it got the turn.</param>
    /// <param name="isUnsure">Whether it was unsure.</param>
    /// <param name="joins">Whether its words stand behind those of the agent before instead of in their place.</param>
    public void Ran(DialogueInput opening, OpenDialogue? open, AgentOutcome outcome, string why, bool isUnsure, bool joins = false)
    {
        if (outcome.Events.Count > 0) effects[opening.AgentId] = outcome.Events;
        hops.Add(new Hop(opening.AgentId, why, outcome.Reply.Status, Math.Round(outcome.Reply.Confidence, 4)));
        restarted ??= outcome.Restarted;
        journals.AddRange([.. open?.Journal ?? [], .. outcome.Taken]);
        unsure |= isUnsure;
        // Who only gives the word to another has answered nothing.
        Reply = joins && Reply is { } before ? Joined(before, outcome.Reply, answers: hops[^2].AgentId != DeskAgents.Clarifier) : outcome.Reply;
        // A dialogue that ends in the turn it began leaves its steps with the turn; one that waits keeps a journal of its own.
        if (open is null && !outcome.Waits) steps.AddRange(outcome.NewSteps.Select(s => s with { Name = $"{opening.AgentId}/{s.Name}" }));
        else dialogues.Add(new DialogueWork(opening, open, outcome));
    }

    /// <summary>Two agents' words as one reply: the question or the act of the second counts, and the lesser confidence.</summary>
    private static Reply Joined(Reply before, Reply next, bool answers) => next with
    {
        Status = answers && next.Status == ReplyStatus.Declined ? before.Status : next.Status,
        Sentences = [.. before.Sentences, .. next.Sentences],
        Confidence = Math.Min(before.Confidence, next.Confidence),
        Reason = next.Reason ?? before.Reason,
    };

    /// <summary>Whether the turn has gone on with a dialogue.</summary>
    public bool Touched(OpenDialogue open) => dialogues.Exists(d => d.Open?.RunId == open.RunId) || abandoned.Exists(d => d.RunId == open.RunId);

    /// <summary>Takes note of a wish that waits for its turn.</summary>
    public void Left(DialogueInput wish) => left.Add(wish);

    /// <summary>Takes note that a dialogue which waits has lost its meaning.</summary>
    public void Cancelled(OpenDialogue waits, string why) => abandoned.Add(new DialogueChange(waits.RunId, waits.Input, RunStatus.Cancelled, waits.Version, [], why));

    /// <summary>Takes note of a talk that had to be stopped before anything of it was stored.</summary>
    public void Stopped(string agentId, string why, IReadOnlyList<JournalEntry> taken)
    {
        restarted ??= $"{agentId}: {why}";
        steps.AddRange(taken.Select(s => s with { Name = $"{agentId}/{s.Name}" }));
    }

    /// <summary>Takes note that a dialogue cannot go on; it ends here.</summary>
    /// <param name="open">The dialogue.</param>
    /// <param name="why">Why.</param>
    /// <param name="version">Its version by now.</param>
    /// <param name="taken">The steps it took in this turn, which tell how it came to this.</param>
    public void Abandoned(OpenDialogue open, string why, int version, IReadOnlyList<JournalEntry> taken)
    {
        restarted ??= why;
        abandoned.Add(new DialogueChange(open.RunId, open.Input, RunStatus.Failed, version, taken, why));
    }

    /// <summary>Everything the turn ends with.</summary>
    public FinishTurn Finish(TurnState state, TurnFacts facts, TurnEffects performed, DateTimeOffset now, TimeSpan took)
    {
        IReadOnlyCollection<KnowledgeAnswer> asked = facts.Asked;
        Handoff? handoff = null;
        ReplyMessage? reply = null;
        if (Reply is { } said)
        {
            // A sentence that no guard has seen is a fault of the desk, and no customer reads it.
            if (performed.Guard?.LetsOut(said) == false) throw new InvalidOperationException($"A sentence of {hops[^1].AgentId} would go out unchecked.");
            reply = new ReplyMessage(Guid.CreateVersion7(now), hops[^1].AgentId, said.Text, [.. said.Sentences.SelectMany(s => s.Citations)], said.Status, Math.Round(said.Confidence, 4), IsPrivate: state.Conversation.Owner == ConversationOwner.Human);
            if (said.Handoff is { } request && state.Conversation.Owner != ConversationOwner.Human)
            {
                handoff = new Handoff { TenantId = state.Run.TenantId, Id = Guid.CreateVersion7(now), ConversationId = state.Conversation.Id, RunId = state.Run.Id, FromAgent = hops.Count > 1 ? hops[^2].AgentId : hops[^1].AgentId, ToTeam = request.Team, Reason = request.Reason, CaseFile = request.CaseFile, ToUserId = path?.Handoff is { Kind: "user" } move ? Guid.Parse(move.To) : null, CreatedAt = now };
                state.Conversation.HandToHuman(request.Priority, now);
                if (request.CaseFile.ReplyEmail is { } email) state.Conversation.AnswerTo(email);
            }
            bool asks = said.Status is ReplyStatus.NeedsInfo or ReplyStatus.Confirm;
            if (!reply.IsPrivate && (!asks || unsure)) state.Conversation.AgentReplied(confident: !unsure, cited: reply.Citations.Count > 0, now);
            if (!reply.IsPrivate && asks) state.Conversation.AgentAsked(now);
            if (said.Resolves)
            {
                state.Conversation.Confirm(now);
                state.Conversation.Resolve(now);
            }
        }

        var decision = new DecisionRecord
        {
            Understood = understood,
            Route = route!,
            Account = Account,
            Path = path,
            Hops = hops,
            Escalation = rules,
            Evidence = [.. Evidence(asked, reply)],
            Reads = [.. facts.Reads],
            Guards = guards,
            Restarted = restarted,
            Engine = "builtin",
            Usage = Usage.None,
            PolicyVersion = policy.Version,
            CatalogueVersion = catalogue.Version,
            KnowledgeVersion = facts.KnowledgeVersion,
            DurationMs = Math.Round(took.TotalMilliseconds, 3),
        };
        return new FinishTurn
        {
            Run = state.Run,
            Version = performed.TurnVersion,
            Status = error is null ? RunStatus.Succeeded : RunStatus.Failed,
            Conversation = state.Conversation,
            Reply = reply,
            Handoff = handoff,
            Offer = handoff is not null && handing is not null ? HandoffOffers.RequestFor(handoff, handing, path?.Handoff?.OfferUntil) : null,
            Dialogues = [.. abandoned, .. dialogues.SelectMany(d => d.Changes(now)), .. left.Select(l => new DialogueChange(Guid.CreateVersion7(now), l, RunStatus.Waiting, 0, []))],
            Approvals = [.. dialogues.Where(d => d.Stopped is null).SelectMany(d => d.Outcome.Approvals)],
            Steps =
            [
                (basis with { KnowledgeConfidence = knowledge, PolicyVersion = performed.PolicyVersion }).ToStep(),
                Journal.EntryOf(UnderstandStep, understood),
                .. context is null ? Array.Empty<JournalEntry>() : [Journal.EntryOf(CustomerContext.StepName, context)],
                Journal.EntryOf(RouteStep, route!),
                .. staff is null ? Array.Empty<JournalEntry>() : [Journal.EntryOf(StaffSeen.StepName, staff)],
                .. steps,
                .. performed.Guard?.Reads is { } looked ? [Journal.EntryOf(GuardReads.StepName, looked)] : Array.Empty<JournalEntry>(),
                .. facts.Passages.Count > 0 ? [Journal.EntryOf(PassageRead.StepName, facts.Passages)] : Array.Empty<JournalEntry>(),
            ],
            Events = [.. Events(state, asked, reply, handoff, decision)],
            Result = Json.Write(new TurnResult(reply?.Id, reply?.Status, decision)),
            Error = error,
            At = now,
        };
    }

    private IEnumerable<EvidenceItem> Evidence(IReadOnlyCollection<KnowledgeAnswer> asked, ReplyMessage? reply)
    {
        var cited = reply?.Citations.Select(c => c.ArticleId).ToHashSet() ?? [];
        return asked.SelectMany(a => a.Closest).DistinctBy(h => h.ArticleId).Select(h => new EvidenceItem(h.ArticleId, h.Title, h.Heading, Math.Round(h.Coverage, 4), cited.Contains(h.ArticleId)));
    }

    private IEnumerable<PendingEvent> Events(TurnState state, IReadOnlyCollection<KnowledgeAnswer> asked, ReplyMessage? reply, Handoff? handoff, DecisionRecord decision)
    {
        yield return Event(StreamEvents.Understanding, understood.Told);
        yield return Event(StreamEvents.Routing, new { route!.AgentId, route.Confidence, route.Reason, route.Considered });
        foreach (Hop hop in hops)
        {
            yield return Event(StreamEvents.AgentStarted, new { hop.AgentId, catalogue.ById[hop.AgentId].Name, hop.Reason });
            foreach (PendingEvent effect in effects.GetValueOrDefault(hop.AgentId, [])) yield return effect;
            if (hop.AgentId != DeskAgents.KnowledgeAnswerer || asked.Count == 0) continue;
            yield return Event(StreamEvents.ToolStarted, new { Name = "knowledge.search" });
            yield return Event(StreamEvents.ToolFinished, new { Name = "knowledge.search", Ok = true, Summary = asked.First().Closest is [var best, ..] ? $"best match: {best.Title}" : "no article matches" });
        }
        // The words of a note for the staff are not told to those who watch the conversation.
        foreach (ReplySentence sentence in reply is { IsPrivate: false } ? Reply!.Sentences : [])
        {
            yield return Event(StreamEvents.TextDelta, new { sentence.Text });
            foreach (Citation c in sentence.Citations) yield return Event(StreamEvents.Citation, new { c.N, c.ArticleId, c.Title, c.Url, c.Quote, c.Start, c.End });
        }
        if (handoff is not null) yield return Event(StreamEvents.Handoff, new { To = handoff.ToTeam, handoff.Reason });
        if (error is not null) yield return Event(StreamEvents.Error, new { Code = "turn_failed", Message = "Something went wrong on our side; the reason is recorded with the run." });
        if (reply is { IsPrivate: false }) yield return Event(StreamEvents.MessageCompleted, new { MessageId = reply.Id, reply.AgentId, AgentName = catalogue.ById[reply.AgentId].Name, reply.Text, reply.Citations, reply.Status, reply.Confidence });
        yield return Event(StreamEvents.RunFinished, new { RunId = state.Run.Id, Status = error is null ? RunStatus.Succeeded : RunStatus.Failed, decision.DurationMs, decision.Usage });
    }

    private static PendingEvent Event<T>(string kind, T data) => new(kind, Json.Write(data));

    private sealed record DialogueWork(DialogueInput Opening, OpenDialogue? Open, AgentOutcome Outcome)
    {
        /// <summary>Why it may not wait although it would; null when it may.</summary>
        public string? Stopped { get; init; }

        public IEnumerable<DialogueChange> Changes(DateTimeOffset now)
        {
            RunStatus status = Stopped is not null ? RunStatus.Failed : Outcome.Waits ? RunStatus.Waiting : RunStatus.Succeeded;
            if (Open is { } open && Outcome.Restarted is null)
            {
                yield return new DialogueChange(open.RunId, Opening, status, Outcome.DialogueVersion, Outcome.NewSteps, Stopped);
                yield break;
            }
            if (Open is { } old) yield return new DialogueChange(old.RunId, Opening, RunStatus.Failed, old.Version, [], Outcome.Restarted);
            yield return new DialogueChange(Guid.CreateVersion7(now), Opening, status, 0, Outcome.NewSteps, Stopped);
        }
    }
}
