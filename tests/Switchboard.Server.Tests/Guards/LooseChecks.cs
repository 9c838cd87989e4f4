using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Actions;
using Switchboard.Core.Agents;
using Switchboard.Core.Context;
using Switchboard.Domain.Identity;
using Switchboard.Storage;
using Switchboard.Storage.Actions;
using Switchboard.Storage.Facts;

namespace Switchboard.Server.Tests.Guards;

/// <summary>A check that every reading and every action passes.</summary>
public enum Check { None, Scope, Proof, Capability }

/// <summary>Which check is taken away at the moment.</summary>
public sealed class LooseChecks
{
    public Check Without { get; set; }

    /// <summary>Puts both decorators in their places.</summary>
    public void In(IServiceCollection services)
    {
        services.AddSingleton<IFactSource>(s => new LooseFacts(new FactSource(s.GetRequiredService<Data>(), s.GetRequiredService<ICustomerContext>(), s.GetRequiredService<TimeProvider>()), this));
        services.AddSingleton<IActionStore>(s => new LooseActions(ActivatorUtilities.CreateInstance<ActionStore>(s), this));
    }

    private sealed class LooseFacts(IFactSource facts, LooseChecks checks) : IFactSource
    {
        public IRowFacts Open(FactScope scope) => facts.Open(checks.Without switch
        {
            Check.Capability => scope with { Capabilities = scope.Capabilities.Append("read:invoice").ToFrozenSet(StringComparer.Ordinal) },
            Check.Proof when scope.Viewer is ContactViewer { CustomerId: null } => scope with { Viewer = new StaffViewer(new SystemActor(scope.TenantId, "mutant")) },
            _ => scope,
        });
    }

    private sealed class LooseActions(IActionStore actions, LooseChecks checks) : IActionStore
    {
        public Task<ActionPreview> PreviewAsync(ActionCaller caller, DeskAction action, DateTimeOffset now, CancellationToken cancellationToken) => actions.PreviewAsync(Loose(caller), action, now, cancellationToken);

        public Task<ActionDone> PerformAsync(ActionCaller caller, DeskAction action, ActionGrant grant, ActionPlace place, DateTimeOffset now, CancellationToken cancellationToken) =>
            actions.PerformAsync(Loose(caller), action, grant, place, now, cancellationToken);

        private ActionCaller Loose(ActionCaller caller) => checks.Without switch
        {
            Check.Scope => caller with { Actor = new SystemActor(caller.Actor.TenantId, "mutant") },
            Check.Capability => caller with { Capabilities = null },
            _ => caller,
        };
    }
}
