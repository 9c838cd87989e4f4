using Switchboard.Core.Agents;
using Switchboard.Core.Policies;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;
using Switchboard.Server.Auth;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Api.Agents;

/// <summary>GET /agents: the catalogue, all of it or what a filter chooses. Counts are those of what was chosen.</summary>
public static class ListAgents
{
    /// <summary>An agent in the list.</summary>
    public sealed record Item(string Id, string Name, Tier Tier, string Domain, AgentKind Kind, string Summary, IReadOnlyList<string> Capabilities, IReadOnlyList<string> RequiredScopes, bool Enabled)
    {
        /// <summary>Shows a card.</summary>
        public static Item Of(AgentCard card, TenantPolicies policies) => new(card.Id, card.Name, card.Tier, card.Domain, card.Kind, card.Summary, card.Capabilities, AgentRights.Of(card), policies.Agent(card.Id).Enabled);
    }

    /// <summary>The agents, by id, and what is wrong with cards of operators' own; that is told to who may set agents up.</summary>
    public sealed record CatalogueView(int Total, IReadOnlyDictionary<string, int> ByTier, IReadOnlyDictionary<string, int> ByKind, IReadOnlyList<Item> Items, IReadOnlyList<CardProblem> Problems);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/agents", HandleAsync).NeedsScope(Scopes.ReadAgents).Produces<CatalogueView>();

    private static async Task<IResult> HandleAsync(string? tier, string? domain, string? kind, string? q, HttpContext http, Catalogue catalogue, IPolicySource policies, OwnCards own)
    {
        if (!QueryEnum.TryParse(tier, out Tier? wantedTier)) return Problems.Invalid(("tier", $"is one of {QueryEnum.Names<Tier>()}"));
        if (!QueryEnum.TryParse(kind, out AgentKind? wantedKind)) return Problems.Invalid(("kind", $"is one of {QueryEnum.Names<AgentKind>()}"));
        AgentCard[] cards =
        [
            .. catalogue.Cards.Where(c => (wantedTier is null || c.Tier == wantedTier) && (wantedKind is null || c.Kind == wantedKind) && (domain is null || c.Domain == domain)
                && (string.IsNullOrWhiteSpace(q) || new[] { c.Id, c.Name, c.Summary }.Any(text => text.Contains(q.Trim(), StringComparison.OrdinalIgnoreCase)))),
        ];
        TenantPolicies current = (await policies.CurrentAsync(http.Caller().TenantId, http.RequestAborted)).Policies;
        return Results.Ok(new CatalogueView(cards.Length, Count(cards, c => c.Tier), Count(cards, c => c.Kind), [.. cards.Select(c => Item.Of(c, current))], http.Caller().Has(Scopes.AdminAgents) ? own.Problems : []));
    }

    private static Dictionary<string, int> Count<T>(AgentCard[] cards, Func<AgentCard, T> by) where T : struct, Enum =>
        Enum.GetValues<T>().ToDictionary(QueryEnum.Name, value => cards.Count(c => by(c).Equals(value)), StringComparer.Ordinal);
}
