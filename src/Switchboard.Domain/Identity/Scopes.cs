using System.Collections.Frozen;

namespace Switchboard.Domain.Identity;

/// <summary>The scopes of the house, spelt <c>verb:resource[:qualifier]</c>. A route names the one it needs.</summary>
public static class Scopes
{
    public const string ReadAgents = "read:agents";
    public const string AdminAgents = "admin:agents";
    public const string ReadConversations = "read:conversations";
    public const string WriteConversations = "write:conversations";
    public const string AssignConversations = "assign:conversations";
    public const string EscalateConversations = "escalate:conversations";
    public const string DeleteConversations = "delete:conversations";
    public const string ReadKnowledge = "read:knowledge";
    public const string WriteKnowledge = "write:knowledge";
    public const string PublishKnowledge = "publish:knowledge";
    public const string ReadPersonalData = "read:customers:pii";
    public const string ReadWebhooks = "read:webhooks";
    public const string WriteWebhooks = "write:webhooks";
    public const string ReadApiKeys = "read:apikeys";
    public const string WriteApiKeys = "write:apikeys";
    public const string ReadUsers = "read:users";
    public const string WriteUsers = "write:users";
    public const string ManageRoles = "manage:roles";
    public const string AdminConfig = "admin:config";

    /// <summary>The scopes to execute agents of the tiers 1 to 4, in this order.</summary>
    public static readonly IReadOnlyList<string> ExecuteAgents = ["execute:agents:tier1", "execute:agents:tier2", "execute:agents:tier3", "execute:agents:tier4"];

    /// <summary>Every scope there is; a key may carry no other.</summary>
    public static readonly FrozenSet<string> All = ((string[])
    [
        ReadAgents, .. ExecuteAgents, AdminAgents,
        ReadConversations, WriteConversations, AssignConversations, EscalateConversations, DeleteConversations,
        "read:customers", "write:customers", "delete:customers", ReadPersonalData,
        ReadKnowledge, WriteKnowledge, PublishKnowledge,
        "read:workflows", "execute:workflows", "write:workflows",
        "read:analytics", "export:analytics", ReadWebhooks, WriteWebhooks, ReadApiKeys, WriteApiKeys,
        ReadUsers, WriteUsers, ManageRoles,
        "approve:refunds", "approve:refunds:high", "approve:discounts", "approve:discounts:high", "approve:actions",
        "read:audit", AdminConfig, "admin:security", "admin:models",
    ]).ToFrozenSet(StringComparer.Ordinal);
}

/// <summary>What a member of the staff is; the scopes follow from it.</summary>
public enum Role { Owner, Admin, Lead, Support, Analyst, ReadOnly, Api }

/// <summary>The default scopes of each role.</summary>
public static class Roles
{
    private static readonly string[] supportScopes =
    [
        Scopes.ReadConversations, Scopes.WriteConversations, Scopes.EscalateConversations, "read:customers", Scopes.ReadPersonalData,
        Scopes.ReadKnowledge, Scopes.WriteKnowledge, Scopes.ReadAgents, "execute:agents:tier1", "execute:agents:tier2",
    ];

    private static readonly string[] readScopes =
    [
        Scopes.ReadAgents, Scopes.ReadConversations, "read:customers", Scopes.ReadKnowledge, "read:workflows", "read:analytics",
    ];

    /// <summary>The scopes a role carries when the tenant has not changed it.</summary>
    public static ScopeSet ScopesOf(Role role) => role switch
    {
        Role.Owner or Role.Admin or Role.Api => new ScopeSet(Scopes.All),
        Role.Lead => new ScopeSet([.. supportScopes, Scopes.AssignConversations, "approve:refunds", "approve:discounts", "read:analytics", "execute:agents:tier3"]),
        Role.Support => new ScopeSet(supportScopes),
        Role.Analyst => new ScopeSet([.. readScopes, "export:analytics", "execute:agents:tier1", "execute:agents:tier2", "execute:agents:tier3", "execute:agents:tier4"]),
        Role.ReadOnly => new ScopeSet(readScopes),
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "is no role"),
    };
}
