using System.Text.Json.Nodes;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Core.Policies;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;
using Switchboard.Server.Api.Policies;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Api.Agents;

/// <summary>GET /agents/{id}: an agent with what it takes, what it loads and what it gives.</summary>
public static class ReadAgent
{
    /// <summary>An agent. Specialists are talked with, so they have no schemas.</summary>
    public sealed record AgentView(
        string Id, string Name, Tier Tier, string Domain, AgentKind Kind, string Summary, IReadOnlyList<string> Capabilities, IReadOnlyList<string> RequiredScopes, bool Enabled,
        IReadOnlyDictionary<string, SettingView> Settings, string? Instructions, IReadOnlyList<string> Reasons, IReadOnlyList<Utterance> Utterances,
        JsonNode? InputSchema, JsonNode? FactsSchema, JsonNode? OutputSchema, string CatalogueVersion)
    {
        /// <summary>Shows an agent as the tenant set it up.</summary>
        public static AgentView Of(AgentCard card, Catalogue catalogue, TenantPolicies policies)
        {
            AgentSchemas? schemas = (catalogue.Find(card.Id) as ComputingAgent)?.Schemas;
            AgentPolicy set = policies.Agent(card.Id);
            return new AgentView(
                card.Id, card.Name, card.Tier, card.Domain, card.Kind, card.Summary, card.Capabilities, AgentRights.Of(card), set.Enabled,
                card.Settings.ToDictionary(s => s.Key, s => new SettingView(set.Settings.FirstOrDefault(v => v.Key == s.Key)?.Value ?? s.Default, s.Default, s.Least, s.Most), StringComparer.Ordinal),
                set.Instructions ?? card.Instructions, card.Reasons, card.Utterances, schemas?.Input, schemas?.Facts, schemas?.Output, catalogue.Version);
        }
    }

    /// <summary>A figure a tenant may set, with what holds now.</summary>
    public sealed record SettingView(decimal Value, decimal Default, decimal Least, decimal Most);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/agents/{domain}/{name}", HandleAsync).NeedsScope(Scopes.ReadAgents).Produces<AgentView>();

    private static async Task<IResult> HandleAsync(string domain, string name, HttpContext http, Catalogue catalogue, IPolicySource policies)
    {
        if (!catalogue.ById.TryGetValue($"{domain}/{name}", out AgentCard? card)) return Problems.NotFound("agent");
        CurrentPolicies current = await policies.CurrentAsync(http.Caller().TenantId, http.RequestAborted);
        http.Response.Headers.ETag = PolicyBody.TagOf(current.Version);
        return Results.Ok(AgentView.Of(card, catalogue, current.Policies));
    }
}
