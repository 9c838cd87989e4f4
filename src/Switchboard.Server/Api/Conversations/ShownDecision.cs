using Switchboard.Core;
using Switchboard.Core.Context;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;

namespace Switchboard.Server.Api.Conversations;

/// <summary>Why a turn went as it went, without what the one who asks may not see of the account.</summary>
public static class ShownDecision
{
    /// <summary>
    /// A turn's result: the staff sees of the account what its scopes give; a customer's person sees none of it and nothing of how the turn was routed by it, since
    /// scores and predictions are for the staff.
    /// </summary>
    public static TurnResult Of(TurnResult result, Actor caller) => (result.Decision, caller) switch
    {
        (null, _) => result,
        ({ } decision, ContactActor) => result with { Decision = decision with { Account = null, Path = null } },
        ({ Account: { } account } decision, _) => result with { Decision = decision with { Account = ContextRights.Limit(account, caller) } },
        _ => result,
    };

    /// <summary>A step of a turn's journal: the account that was read, likewise.</summary>
    public static string Of(RunStep step, Actor caller) =>
        step.Name == CustomerContext.StepName ? Journal.EntryOf(step.Name, ContextRights.Limit(Journal.Read<CustomerContext>(new JournalEntry(step.Name, step.Result)), caller).Context).Result : step.Result;

    /// <summary>A run's stored result: of a turn like <see cref="Of(TurnResult, Actor)"/>, of others as it is.</summary>
    public static string? Of(Run run, Actor caller) => run is { Kind: RunKind.Turn, Result: { } stored } ? Json.Write(Of(Json.Read<TurnResult>(stored), caller)) : run.Result;
}
