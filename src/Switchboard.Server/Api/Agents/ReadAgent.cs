using System.Text.Json.Nodes;
using Switchboard.Core.Agents;
using Switchboard.Core.Agents.Kinds;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Api.Agents;

/// <summary>GET /agents/{id}: an agent with what it takes, what it loads and what it gives.</summary>
public static class ReadAgent
{
    /// <summary>An agent. Specialists are talked with, so they have no schemas.</summary>
    public sealed record AgentView(
        string Id, string Name, Tier Tier, string Domain, AgentKind Kind, string Summary, IReadOnlyList<string> Capabilities, IReadOnlyList<string> RequiredScopes, bool Enabled,
        IReadOnlyList<string> Reasons, IReadOnlyList<Utterance> Utterances, JsonNode? InputSchema, JsonNode? FactsSchema, JsonNode? OutputSchema, string CatalogueVersion);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/agents/{domain}/{name}", Handle).NeedsScope(Scopes.ReadAgents);

    private static IResult Handle(string domain, string name, Catalogue catalogue)
    {
        if (!catalogue.ById.TryGetValue($"{domain}/{name}", out AgentCard? card)) return Problems.NotFound("agent");
        AgentSchemas? schemas = (catalogue.Find(card.Id) as ComputingAgent)?.Schemas;
        return Results.Ok(new AgentView(
            card.Id, card.Name, card.Tier, card.Domain, card.Kind, card.Summary, card.Capabilities, AgentRights.Of(card), Enabled: true,
            card.Reasons, card.Utterances, schemas?.Input, schemas?.Facts, schemas?.Output, catalogue.Version));
    }
}
