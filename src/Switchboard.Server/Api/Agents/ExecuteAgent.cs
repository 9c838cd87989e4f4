using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Api.Conversations;
using Switchboard.Server.Api.Runs;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Agents;

/// <summary>POST /agents/{id}/execute and /execute-async: lets an agent work, as a run of its own that acts for the caller.</summary>
public static class ExecuteAgent
{
    private static readonly JsonElement nothing = JsonSerializer.SerializeToElement(new { });

    /// <summary>What is asked. Customer and conversation go to an agent that takes them; facts stand in the place of what it would load, and then nothing is changed.</summary>
    public sealed record ExecuteRequest(JsonElement? Input = null, JsonElement? Facts = null, Guid? CustomerId = null, Guid? ConversationId = null, bool DryRun = false);

    /// <summary>An approval the run asked for.</summary>
    public sealed record ApprovalView(Guid Id, string Action, ApprovalStatus Status, string NeededScope, DateTimeOffset ExpiresAt);

    /// <summary>What came of it. Output is the finding, or <c>{"reason": code}</c>; detail says the reason in words.</summary>
    public sealed record ExecutedView(
        Guid RunId, JsonElement Output, string? Detail, IReadOnlyList<FactRead> Evidence, IReadOnlyList<AgentAct> Actions, IReadOnlyList<ApprovalView> Approvals, AgentUsage Usage, long DurationMs, string Engine);

    /// <summary>It goes on, or waits for the approvals; the run tells what came of it.</summary>
    public sealed record StartedView(Guid RunId, Guid JobId, IReadOnlyList<ApprovalView> Approvals);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/agents/{domain}/{name}/execute", (string domain, string name, ExecuteRequest request, HttpContext http, Catalogue catalogue, Data data, IRunQueue queue, IDispatcher dispatcher, TimeProvider time) =>
            HandleAsync($"{domain}/{name}", request, waits: true, http, catalogue, data, queue, dispatcher, time)).NeedsAnyScope(Scopes.ExecuteAgents).Produces<ExecutedView>().Produces<StartedView>(202).KeepsKeyItself().Example(new { input = new { }, dryRun = true });
        routes.MapPost("/agents/{domain}/{name}/execute-async", (string domain, string name, ExecuteRequest request, HttpContext http, Catalogue catalogue, Data data, IRunQueue queue, IDispatcher dispatcher, TimeProvider time) =>
            HandleAsync($"{domain}/{name}", request, waits: false, http, catalogue, data, queue, dispatcher, time)).NeedsAnyScope(Scopes.ExecuteAgents).Produces<StartedView>(202).KeepsKeyItself().Example(new { input = new { }, dryRun = true });
    }

    private static async Task<IResult> HandleAsync(
        string id, ExecuteRequest request, bool waits, HttpContext http, Catalogue catalogue, Data data, IRunQueue queue, IDispatcher dispatcher, TimeProvider time)
    {
        Actor caller = http.Caller();
        if (!catalogue.ById.TryGetValue(id, out AgentCard? card)) return Problems.NotFound("agent");
        if (!caller.Has(AgentRights.ScopeOf(card.Tier))) return RunAccess.Missing(AgentRights.ScopeOf(card.Tier));
        // Facts from outside could make an agent say anything, so only who may set agents up brings them.
        if (request.Facts is not null && !caller.Has(Scopes.AdminAgents)) return RunAccess.Missing(Scopes.AdminAgents);
        if (catalogue.Find(id) is not ComputingAgent agent) return Problems.Of(422, "agent_is_talked_with", "This agent is talked with", $"{id} is a {card.Kind}: it works in a conversation. Send it a message with POST /conversations.");
        JsonElement input = AgentCall.With(request.Input ?? nothing, agent, request.CustomerId, request.ConversationId);
        try
        {
            agent.Check(input, request.Facts);
        }
        catch (AgentInputException wrong)
        {
            return Problems.Invalid((wrong.Place, wrong.Message));
        }

        string given = Json.Write(new AgentCall(id, input, request.Facts, request.DryRun || request.Facts is not null));
        (string? key, _, IResult? problem) = TurnCalls.KeyOf(http, caller);
        if (problem is not null) return problem;
        DateTimeOffset now = time.GetUtcNow();
        Guid runId = Guid.CreateVersion7(now);
        // Once the run is on its way to the disk, the caller's going away must not part it from its wake.
        Enqueued enqueued = await queue.EnqueueAsync(
            new RunRequest
            {
                Actor = caller,
                Kind = RunKind.Execution,
                Handler = AgentExecution.HandlerName,
                Subject = AgentExecution.SubjectOf(runId, id, agent, input),
                Input = given,
                At = now,
                Id = runId,
                Lane = waits ? RunLane.Interactive : RunLane.Batch,
                IdempotencyKey = key is null ? null : $"execute\n{key}",
            },
            CancellationToken.None);
        if (!enqueued.IsNew && await InputOfAsync(data, caller, enqueued.Run.RunId, http.RequestAborted) is { } before && before != given) return TurnCalls.KeyMismatch();
        if (!waits) return Started(http, enqueued.Run.RunId, []);

        // Nobody waits at a connection for what a person decides.
        bool ended = await dispatcher.EndedAsync(
            caller.TenantId, enqueued.Run.Subject, enqueued.Run.RunId, 0, RunWait.Longest, time, told => told.Kind != StreamEvents.ApprovalRequired, http.RequestAborted);
        await using SwitchboardDb db = data.For(caller.TenantId);
        IReadOnlyList<ApprovalView> approvals = await db.Set<Approval>().Where(a => a.RunId == enqueued.Run.RunId).OrderBy(a => a.CreatedAt).ThenBy(a => a.Id)
            .Select(a => new ApprovalView(a.Id, a.Action, a.Status, a.NeededScope, a.ExpiresAt)).ToListAsync(http.RequestAborted);
        if (!ended) return Started(http, enqueued.Run.RunId, approvals);
        Run run = await db.Runs.SingleAsync(r => r.Id == enqueued.Run.RunId, http.RequestAborted);
        if (run.ErrorCode == AgentExecution.Disabled) return Problems.Of(409, AgentExecution.Disabled, "The agent is disabled", $"{id} is disabled for this tenant. PATCH /api/v1/agents/{id} with {{\"enabled\": true}} enables it.");
        if (run.ErrorCode == AgentExecution.FactsImpossible) return Problems.Of(422, AgentExecution.FactsImpossible, "The facts do not hold together", run.Error ?? $"{id} can compute nothing from them.");
        if (run.Status != RunStatus.Succeeded) return Problems.Of(500, "execution_failed", "The agent failed", $"The run {run.Id} ended as {QueryEnum.Name(run.Status)}, {run.ErrorCode}. GET /api/v1/runs/{run.Id} tells more.");
        AgentResult result = Json.Read<AgentResult>(run.Result!);
        return Results.Ok(new ExecutedView(run.Id, result.Output, result.Detail, result.Evidence, result.Actions, approvals, result.Usage, (long)(run.FinishedAt!.Value - run.CreatedAt).TotalMilliseconds, "builtin"));
    }

    private static IResult Started(HttpContext http, Guid runId, IReadOnlyList<ApprovalView> approvals)
    {
        http.Response.Headers.Location = $"/api/v1/runs/{runId}";
        return Results.Json(new StartedView(runId, runId, approvals), statusCode: 202);
    }

    private static async Task<string?> InputOfAsync(Data data, Actor caller, Guid runId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(caller.TenantId);
        return await db.Runs.Where(r => r.Id == runId).Select(r => r.Input).SingleOrDefaultAsync(cancellationToken);
    }
}
