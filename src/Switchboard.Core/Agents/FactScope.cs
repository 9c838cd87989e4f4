using System.Collections.Frozen;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;

namespace Switchboard.Core.Agents;

/// <summary>For whom an agent reads, and what its card lets it read.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="AgentId">The agent.</param>
/// <param name="Capabilities">The capabilities on its card.</param>
/// <param name="Viewer">For whom it reads.</param>
public sealed record FactScope(Guid TenantId, string AgentId, FrozenSet<string> Capabilities, FactViewer Viewer)
{
    /// <summary>The scope of an agent in a turn: it reads for the one who writes.</summary>
    public static FactScope Of(AgentCard card, TurnState state) =>
        new(state.Run.TenantId, card.Id, Declared(card), new ContactViewer(state.Contact?.CustomerId, state.Contact?.Id, state.Conversation.VisitorId));

    /// <summary>The scope of an agent that a member of the staff, a program or a schedule lets run.</summary>
    public static FactScope Of(AgentCard card, Actor actor) => new(actor.TenantId, card.Id, Declared(card), new StaffViewer(actor));

    /// <summary>Makes sure that rows of an entity may be read.</summary>
    /// <exception cref="FactsDeniedException">They may not.</exception>
    public void Require(EntityRule rule)
    {
        if (!Capabilities.Contains(rule.Capability)) throw new FactsDeniedException("capability_missing", rule.Name, $"The card of {AgentId} does not declare {rule.Capability}.");
        switch (Viewer)
        {
            case StaffViewer staff when !staff.Actor.Has(rule.Scope):
                throw new FactsDeniedException("scope_missing", rule.Name, $"Reading {rule.Name} needs the scope {rule.Scope}.");
            case ContactViewer when rule.Reach == Reach.Staff:
                throw new FactsDeniedException("staff_only", rule.Name, $"{rule.Name} is for the staff; in a customer's turn no agent reads it.");
            case ContactViewer { CustomerId: null } when rule.Reach == Reach.Customer:
                throw new FactsDeniedException("proof_missing", rule.Name, $"Reading {rule.Name} needs a proven contact of a customer.");
        }
    }

    private static FrozenSet<string> Declared(AgentCard card) => card.Capabilities.ToFrozenSet(StringComparer.Ordinal);
}

/// <summary>For whom an agent reads.</summary>
public abstract record FactViewer;

/// <summary>A member of the staff, a program or the installation: what the scopes give.</summary>
/// <param name="Actor">Who.</param>
public sealed record StaffViewer(Actor Actor) : FactViewer;

/// <summary>A customer's person: what is their own.</summary>
/// <param name="CustomerId">The proven contact's customer; null without proof.</param>
/// <param name="ContactId">The proven contact.</param>
/// <param name="VisitorId">The browser, while nobody is proven.</param>
public sealed record ContactViewer(Guid? CustomerId, Guid? ContactId, Guid? VisitorId) : FactViewer;

/// <summary>Opens the rows for an agent: the port whose home is the storage.</summary>
public interface IFactSource
{
    /// <summary>The rows of a scope.</summary>
    IRowFacts Open(FactScope scope);
}
