using Switchboard.Core.Actions;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Runs;

namespace Switchboard.Core.Agents;

/// <summary>
/// Carries out what agents plan, as steps of their run: actions with their preview, approval and performance, and what is later as runs that wait for their instant. A
/// dry run takes the previews alone.
/// </summary>
/// <param name="actions">Says what actions would do.</param>
/// <param name="queue">Where what is later waits.</param>
public sealed class PlanCarrier(IActionStore actions, IRunQueue queue)
{
    /// <summary>Carries a plan out, step by step. Behind a step that is not done the others are left out.</summary>
    internal async Task<IReadOnlyList<AgentAct>> CarryAsync(RunContext run, AgentCard card, ComputingAgent agent, IReadOnlyList<PlanStep> steps, bool isDry, CancellationToken cancellationToken)
    {
        if (steps.GroupBy(s => s.Key, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new StepFailedException("plan_key_twice", $"{card.Id} plans two steps called {twice.Key}; the key of an effect is given once.", canRetry: false);
        var terms = new ActionTerms { AgentId = card.Id, Capabilities = [.. card.Capabilities, .. agent.OwnActions.Select(a => $"act:{a}")] };
        var acts = new List<AgentAct>();
        string? undone = null;
        foreach (PlanStep step in steps)
        {
            AgentAct act = step switch
            {
                PlanSkipped left => new AgentAct(left.Key, null, ActStatus.Skipped, left.Reason, left.Why),
                _ when undone is not null => new AgentAct(step.Key, (step as PlanNow)?.Action.Name, ActStatus.LeftOut, "step_before_not_done", $"{undone} was not done."),
                PlanNow now => isDry ? await PreviewAsync(run, now, terms, cancellationToken) : await now.PerformAsync(run, terms, cancellationToken),
                PlanLater later => isDry ? new AgentAct(later.Key, null, ActStatus.Planned, null, later.Why) { DueAt = later.At } : await LaterAsync(run, card, agent, later, cancellationToken),
                _ => throw new InvalidOperationException($"{step.GetType().Name} is no step of a plan."),
            };
            acts.Add(act);
            if (step is PlanNow { IsOptional: false } && act.Status is not (ActStatus.Performed or ActStatus.Planned)) undone = step.Key;
        }

        return acts;
    }

    private async Task<AgentAct> PreviewAsync(RunContext run, PlanNow now, ActionTerms terms, CancellationToken cancellationToken)
    {
        var caller = new ActionCaller(run.Actor, terms.AgentId, terms.Capabilities, null, null);
        ActionPreview preview = await run.StepAsync("preview", now.Key, token => actions.PreviewAsync(caller, now.Action, run.Clock, token), cancellationToken);
        return new AgentAct(now.Key, preview.Action, preview.Allowed ? ActStatus.Planned : ActStatus.Refused, preview.Clause.Rule, preview.Clause.Text) { Changes = preview.Changes, NeededScope = preview.NeededScope };
    }

    private async Task<AgentAct> LaterAsync(RunContext run, AgentCard card, ComputingAgent agent, PlanLater later, CancellationToken cancellationToken)
    {
        Guid waiting = await run.StepAsync(
            "later",
            later.Key,
            async token =>
            {
                DateTimeOffset now = run.Clock;
                Guid id = Guid.CreateVersion7(now);
                Enqueued enqueued = await queue.EnqueueAsync(
                    new RunRequest
                    {
                        Actor = run.Actor,
                        Kind = RunKind.Execution,
                        Handler = AgentExecution.HandlerName,
                        Subject = AgentExecution.SubjectOf(id, card.Id, agent, later.Input),
                        Input = Json.Write(new AgentCall(card.Id, later.Input, null, DryRun: false)),
                        At = now,
                        Id = id,
                        Due = later.At,
                        ParentId = run.Run.Id,
                        // A process that ends between this and the record of the step asks again, under the same key.
                        IdempotencyKey = $"later\n{run.KeyOf($"later:{later.Key}")}",
                    },
                    token);
                return enqueued.Run.RunId;
            },
            cancellationToken);
        return new AgentAct(later.Key, null, ActStatus.Scheduled, null, later.Why) { DueAt = later.At, RunId = waiting };
    }
}
