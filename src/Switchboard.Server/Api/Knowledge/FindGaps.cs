using System.Text.Json;
using Switchboard.Core;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Knowledge.Pipeline;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>GET /knowledge/gaps: what people asked in the last 30 days and no article answered. The agent that finds gaps computes it; nothing is stored.</summary>
public static class FindGaps
{
    private const string agentId = "knowledge/gap-detector";

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/knowledge/gaps", HandleAsync).NeedsScopes(Scopes.ReadKnowledge, Scopes.ReadConversations).Produces<GapReport>()
        .WithSummary("Questions of the last 30 days that no article answers, the most pressing first; personal data is masked.");

    private static async Task<IResult> HandleAsync(HttpContext http, Catalogue catalogue, ITenantGround ground, IFactSource rows, SearchRecording recording, TimeProvider time)
    {
        Actor caller = http.Caller();
        AgentCard card = catalogue.ById[agentId];
        var agent = (ComputingAgent)catalogue.Find(agentId)!;
        TenantGround read = await ground.CurrentAsync(caller.TenantId, http.RequestAborted);
        TenantPolicies policies = (await ground.PoliciesAsync(caller.TenantId, read, http.RequestAborted))!;
        var basis = new AgentBasis(time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(read.TimeZone), read.Currency, policies) { Card = card, PolicyVersion = read.PolicyVersion, SeesPersonalData = caller.Has(Scopes.ReadPersonalData) };
        // What was searched for a moment ago counts.
        await recording.WrittenAsync(http.RequestAborted);
        JsonElement input = JsonSerializer.SerializeToElement(new { }, Json.Options);
        try
        {
            LoadedFacts loaded = await agent.LoadAsync(input, rows.Open(FactScope.Of(card, caller)), basis, http.RequestAborted);
            AgentWork work = loaded.Facts is { } facts ? agent.Compute(input, facts, basis) : new AgentWork(null, loaded.Stop);
            return work.Output is { } report ? Results.Ok(report) : Results.Ok(new GapReport { Gaps = [], Questions = [], Read = 0, Dropped = 0, Reason = work.Stop!.Reason });
        }
        catch (FactsDeniedException denied)
        {
            return Problems.Of(403, "missing_scope", "The key may not do this.", denied.Message);
        }
    }
}
