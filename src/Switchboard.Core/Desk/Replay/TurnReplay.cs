using System.Text.Json;
using Switchboard.Core.Agents;
using Switchboard.Core.Context;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk.Guards;
using Switchboard.Core.Policies;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding.Entities;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Desk.Replay;

/// <summary>
/// Takes the course of a recorded turn again and compares. Understanding, routing, decisions, words and checks are worked out by the code and the cards as
/// they are; reads, slots, actions, the clock and ids come from the journal. It has nothing to write with.
/// </summary>
/// <param name="desk">The course of turns, the same as of those that are carried out.</param>
/// <param name="intents">The classifiers turns were read by.</param>
public sealed class TurnReplay(LiveDesk desk, TenantIntents intents)
{
    /// <summary>Replays a turn.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="against">Policies to decide by instead of those it was decided by; null for those.</param>
    /// <param name="cancellationToken">Breaks off.</param>
    public async Task<ReplayReport> ReplayAsync(RecordedTurn turn, TenantPolicies? against, CancellationToken cancellationToken)
    {
        Guid id = turn.Run.Id;
        try
        {
            if (Refusal(turn) is { } refusal) return refusal;
            TurnBasis basis = Journal.Read<TurnBasis>(turn.Steps.Single(s => s.Name == TurnBasis.StepName));
            if (Refusal(turn, basis, against) is { } gone) return gone;
            TurnDecision recorded = TurnDecision.Of(turn);
            // Proposals and performances come from the journal, so nothing works out anew by which clause they were allowed: where it is gone there is nothing to compare.
            if (recorded.Steps.Where(HasLostItsClause).ToArray() is { Length: > 0 } lost)
                return new ReplayReport(id, null, null, [.. lost.Select(s => new ReplayDifference("step", s.FullName, Journal.ValueOf(s.Step), JsonSerializer.SerializeToElement("the clause it stands on is not recorded; the replay ends here", Json.Options)))]);
            (Catalogue catalogue, TurnCourse course) = desk.Current;
            if (recorded.Record.Hops.FirstOrDefault(h => !catalogue.ById.ContainsKey(h.AgentId)) is { } missing)
                return ReplayReport.Refused(id, ReplayRefusal.AgentGone, $"{missing.AgentId} answered in this turn and is no longer there: its card was taken out of the folder, or another node reads another folder. The turn was decided by catalogue {recorded.Record.CatalogueVersion}, this is {catalogue.Version}.");
            IReadOnlyDictionary<string, IReadOnlyList<JournalEntry>> taken = TakenBy(turn);
            TurnState state = StateOf(turn, basis) with { Taken = taken, Rules = basis.Rules ?? 1, IsGuarded = basis.Guards is not null };
            CurrentPolicies policies = against is null ? turn.Policies! : new CurrentPolicies(basis.PolicyVersion ?? 0, against);
            var seams = new TurnSeams
            {
                Articles = new RecordedArticles(recorded.Record.KnowledgeVersion, basis.KnowledgeConfidence, PassagesOf(turn) ?? (basis.Guards is null ? null : [])),
                Rows = new NoRows(),
                Actions = new RecordedActions(taken),
                Policies = new FixedPolicies(policies),
                Guarded = new RecordedGuardRows(GuardReadsOf(turn)),
                Names = new TenantNames(basis.Names ?? []),
                Intents = await intents.OfVersionAsync(turn.Run.TenantId, recorded.Record.Understood.Reading?.ModelVersion, cancellationToken),
                Context = (_, _) => Task.FromResult(ContextOf(turn)),
                Staff = (_, _, _) => Task.FromResult(StaffOf(turn) ?? (basis.Guards is null ? null : throw new StepNotRecordedException(StaffSeen.StepName))),
                Now = () => turn.Run.FinishedAt!.Value,
                Took = () => TimeSpan.Zero,
            };
            try
            {
                FinishTurn again = await course.TakeAsync(state, seams, cancellationToken);
                return new ReplayReport(id, null, null, [.. ReplayComparison.Between(recorded, TurnDecision.Of(again))]);
            }
            catch (StepNotRecordedException missed)
            {
                // The turn went another way than then, to where nothing is recorded; or the journal lost a step.
                return new ReplayReport(id, null, null, [new ReplayDifference("step", missed.Step, null, JsonSerializer.SerializeToElement("asked for, and nothing is recorded; the replay ends here", Json.Options))]);
            }
            catch (Exception error) when (error is not (OperationCanceledException or JsonException))
            {
                return new ReplayReport(id, null, null, [new ReplayDifference("step", "turn", null, JsonSerializer.SerializeToElement($"breaks off: {error.Message}", Json.Options))]);
            }
        }
        catch (JsonException error)
        {
            return ReplayReport.Refused(id, ReplayRefusal.Unreadable, $"This version cannot read what was recorded: {error.Message}");
        }
    }

    private static bool HasLostItsClause(AgentStep step) =>
        Journal.KindOf(step.Step.Name) is "propose" or "perform" && Journal.ValueOf(step.Step) is { ValueKind: JsonValueKind.Object } value
        && !(value.TryGetProperty("clause", out JsonElement clause) && clause.ValueKind == JsonValueKind.Object && clause.TryGetProperty("rule", out JsonElement rule) && rule.GetString() is { Length: > 0 });

    private static ReplayReport? Refusal(RecordedTurn turn)
    {
        Guid id = turn.Run.Id;
        if (turn.Run.FinishedAt is null) return ReplayReport.Refused(id, ReplayRefusal.NotFinished, $"The turn is {turn.Run.Status.ToString().ToLowerInvariant()}; it can be replayed when it has ended.");
        if (turn.Run.Status != RunStatus.Succeeded) return ReplayReport.Refused(id, ReplayRefusal.TurnFailed, "The turn broke off and was given to people; what broke it is in no journal.");
        if (turn.Run.Result is null || Json.Read<TurnResult>(turn.Run.Result).Decision is null) return ReplayReport.Refused(id, ReplayRefusal.NotRecorded, "A person wrote; nothing was decided by the desk.");
        if (turn.Steps.Count == 0) return ReplayReport.Refused(id, ReplayRefusal.JournalDeleted, "The journal of the turn was deleted when its time was over.");
        if (turn.Steps.All(s => s.Name != TurnBasis.StepName)) return ReplayReport.Refused(id, ReplayRefusal.NotRecorded, "The turn is older than the record of what turns stand on.");
        return null;
    }

    private static ReplayReport? Refusal(RecordedTurn turn, TurnBasis basis, TenantPolicies? against)
    {
        Guid id = turn.Run.Id;
        if (turn.Trigger is null) return ReplayReport.Refused(id, ReplayRefusal.MessagesGone, "The message that began the turn is gone.");
        if (basis.Role is not null && turn.Contact is null) return ReplayReport.Refused(id, ReplayRefusal.ContactGone, "The customer's person who wrote is gone.");
        foreach (WaitingDialogue waiting in basis.Dialogues)
        {
            if (turn.Dialogues.FirstOrDefault(d => d.RunId == waiting.RunId) is not { } kept || kept.Before.Count < waiting.Steps)
                return ReplayReport.Refused(id, ReplayRefusal.DialogueGone, $"The journal of the dialogue {waiting.RunId} is gone.");
        }

        return against is null && turn.Policies is null ? ReplayReport.Refused(id, ReplayRefusal.PoliciesGone, $"Version {basis.PolicyVersion} of the policies is gone.") : null;
    }

    /// <summary>What each agent recorded in the turn: with the turn itself when its talk began and ended there, else in its dialogue's journal.</summary>
    private static Dictionary<string, IReadOnlyList<JournalEntry>> TakenBy(RecordedTurn turn)
    {
        var taken = new Dictionary<string, IReadOnlyList<JournalEntry>>(StringComparer.Ordinal);
        foreach (RecordedDialogue dialogue in turn.Dialogues.Where(d => d.Taken.Count > 0)) taken[dialogue.Input.AgentId] = dialogue.Taken;
        foreach (var own in TurnDecision.AgentSteps(turn.Steps).GroupBy(s => s.AgentId, StringComparer.Ordinal)) taken[own.Key] = [.. own.Select(s => s.Step)];
        return taken;
    }

    private static IReadOnlyList<PassageRead>? PassagesOf(RecordedTurn turn) =>
        turn.Steps.FirstOrDefault(s => s.Name == PassageRead.StepName) is { } step ? Journal.Read<IReadOnlyList<PassageRead>>(step) : null;

    private static GuardReads? GuardReadsOf(RecordedTurn turn) =>
        turn.Steps.FirstOrDefault(s => s.Name == GuardReads.StepName) is { } step ? Journal.Read<GuardReads>(step) : null;

    private static CustomerContext? ContextOf(RecordedTurn turn) =>
        turn.Steps.FirstOrDefault(s => s.Name == CustomerContext.StepName) is { } step ? Journal.Read<CustomerContext>(step) : null;

    private static StaffSeen? StaffOf(RecordedTurn turn) =>
        turn.Steps.FirstOrDefault(s => s.Name == StaffSeen.StepName) is { } step ? Journal.Read<StaffSeen>(step) : null;

    private static TurnState StateOf(RecordedTurn turn, TurnBasis basis)
    {
        var tenant = new Tenant
        {
            Id = turn.Tenant.Id,
            Slug = turn.Tenant.Slug,
            Name = turn.Tenant.Name,
            Currency = basis.Currency,
            TimeZone = basis.TimeZone,
            Locale = basis.Locale,
            IsDemo = turn.Tenant.IsDemo,
            KnowledgeVersion = turn.Tenant.KnowledgeVersion,
            CreatedAt = turn.Tenant.CreatedAt,
        };
        Contact? contact = basis.Role is { } role && turn.Contact is { } now
            ? new Contact { TenantId = now.TenantId, Id = now.Id, CustomerId = basis.CustomerId, Email = basis.ContactEmail ?? now.Email, Name = basis.ContactName ?? now.Name, Role = role, Language = now.Language, TimeZone = now.TimeZone }
            : null;
        return new TurnState(
            turn.Run,
            tenant,
            turn.Conversation.AsItStood(basis.Owner, basis.Status, basis.LowConfidenceStreak, basis.Language, basis.ReplyEmail),
            contact,
            turn.Trigger!,
            turn.History,
            [.. basis.Dialogues.Select(w => turn.Dialogues.First(d => d.RunId == w.RunId)).Select(d => new OpenDialogue(d.RunId, 1, d.Input, d.Before))],
            basis.Plan);
    }
}
