using Switchboard.Core.Actions;
using Switchboard.Domain.Identity;

namespace Switchboard.Core.Agents;

/// <summary>What a user or a key needs for an agent: the scope of its tier, and those of what it reads and does.</summary>
public static class AgentRights
{
    /// <summary>The scope to execute agents of a tier.</summary>
    public static string ScopeOf(Tier tier) => Scopes.ExecuteAgents[(int)tier - 1];

    /// <summary>All scopes that an execution of the agent can need, in alphabetical order.</summary>
    public static IReadOnlyList<string> Of(AgentCard card) =>
        [.. card.Capabilities.Select(ScopeOf).Append(ScopeOf(card.Tier)).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static string? ScopeOf(string capability) => capability.Split(':', 2) switch
    {
        ["read", { } entity] => EntityAccess.Find(entity)?.Scope,
        ["act", { } action] => DeskActions.ScopeOf(action),
        _ => null,
    };
}
