using Switchboard.Core.Agents;
using Switchboard.Core.Policies;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Api.Policies;
using Switchboard.Server.Auth;
using Switchboard.Storage.Policies;

namespace Switchboard.Server.Api.Agents;

/// <summary>PATCH /agents/{id}: sets an agent up for the tenant. It is a new version of the policies, so it is told who changed what, and what was decided before stays as it was.</summary>
public static class ChangeAgent
{
    private const int mostTries = 5;

    /// <summary>What is to change; what is left out stays. A setting that is null is the card's again, and so are empty instructions.</summary>
    public sealed record ChangeRequest(bool? Enabled = null, IReadOnlyDictionary<string, decimal?>? Settings = null, string? Instructions = null);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPatch("/agents/{domain}/{name}", HandleAsync).NeedsScope(Scopes.AdminAgents).Produces<ReadAgent.AgentView>().Example(new { enabled = true });

    private static async Task<IResult> HandleAsync(string domain, string name, ChangeRequest request, HttpContext http, Catalogue catalogue, PolicyStore store, TimeProvider time)
    {
        if (!catalogue.ById.TryGetValue($"{domain}/{name}", out AgentCard? card)) return Problems.NotFound("agent");
        (string Field, string Message)[] wrong =
        [
            .. (request.Settings ?? new Dictionary<string, decimal?>()).Select(s => AgentSettings.Problem(card, new AgentFigure(s.Key, s.Value ?? card.Settings.FirstOrDefault(c => c.Key == s.Key)?.Default ?? 0))).OfType<PolicyProblem>()
                .Select(p => ($"settings.{p.Path}", p.Message)),
        ];
        if (wrong.Length > 0) return Problems.Invalid(wrong);

        // Somebody may save other policies in between: then this change is made in theirs.
        for (int i = 0; i < mostTries; i++)
        {
            CurrentPolicies current = await store.CurrentAsync(http.Caller().TenantId, http.RequestAborted);
            TenantPolicies next = current.Policies.With(Changed(current.Policies.Agent(card.Id), request));
            if (next.Problems() is { Count: > 0 } problems) return Problems.Invalid([.. problems.Select(p => (p.Path[(p.Path.LastIndexOf('.') + 1)..], p.Message))]);
            PolicySave save = await store.SaveAsync(http.Caller(), current.Version, next, time.GetUtcNow(), CancellationToken.None);
            if (!save.Saved) continue;
            http.Response.Headers.ETag = PolicyBody.TagOf(save.Version);
            return Results.Ok(ReadAgent.AgentView.Of(card, catalogue, next));
        }

        return Problems.Of(409, "policies_changed", "Others are changing the policies", "The policies were changed by others again and again. Send the request once more.");
    }

    private static AgentPolicy Changed(AgentPolicy agent, ChangeRequest request) => agent with
    {
        Enabled = request.Enabled ?? agent.Enabled,
        Instructions = request.Instructions is null ? agent.Instructions : request.Instructions.Trim() is { Length: > 0 } said ? said : null,
        Settings = request.Settings is not { } set
            ? agent.Settings
            : [.. agent.Settings.Where(s => !set.ContainsKey(s.Key)).Concat(set.Where(s => s.Value is not null).Select(s => new AgentFigure(s.Key, s.Value!.Value))).OrderBy(s => s.Key, StringComparer.Ordinal)],
    };
}
