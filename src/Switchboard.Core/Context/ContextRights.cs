using Switchboard.Core.Agents;
using Switchboard.Core.Routing;
using Switchboard.Domain.Identity;

namespace Switchboard.Core.Context;

/// <summary>Takes from a context what somebody may not see. What is taken is unknown to them, and the part is named.</summary>
public static class ContextRights
{
    /// <summary>What a member of the staff or a program may see: rows by the scopes of their entities, personal data by its own.</summary>
    /// <returns>The context, and the facts that were taken from it.</returns>
    public static (CustomerContext Context, IReadOnlyList<string> Withheld) Limit(CustomerContext context, Actor actor) => Limit(context, field => MayRead(field, actor));

    /// <summary>What an agent may see: what the scope gives of each entity.</summary>
    /// <exception cref="FactsDeniedException">Its card does not declare an entity.</exception>
    public static (CustomerContext Context, IReadOnlyList<string> Withheld) Limit(CustomerContext context, FactScope scope) => Limit(context, field =>
    {
        try
        {
            scope.Require(field.Rule);
            return !field.IsPersonal || scope.Viewer is not StaffViewer staff || staff.Actor.Has(Scopes.ReadPersonalData);
        }
        catch (FactsDeniedException denied) when (denied.Reason != "capability_missing")
        {
            return false;
        }
    });

    /// <summary>Whether an actor may read a field.</summary>
    public static bool MayRead(ContextField field, Actor actor) => actor.Has(field.Rule.Scope) && (!field.IsPersonal || actor.Has(Scopes.ReadPersonalData));

    /// <summary>The same of what a turn made of it: facts, and the flags and figures that stand on them.</summary>
    public static AccountContext Limit(AccountContext account, Actor actor)
    {
        HashSet<string> hidden = [.. ContextFields.OfTurn.Where(f => !MayRead(f, actor)).Select(f => f.Name)];
        if (hidden.Count == 0) return account;
        return account with
        {
            Plan = hidden.Contains("plan") ? null : account.Plan,
            Since = hidden.Contains("customer_since") ? null : account.Since,
            Health = hidden.Contains("health") ? null : account.Health,
            Churn = hidden.Contains("churn") ? null : account.Churn,
            Arr = hidden.Contains("arr") ? null : account.Arr,
            Facts = [.. account.Facts.Where(f => !hidden.Contains(f.Name))],
            Flags = [.. account.Flags.Where(f => ContextReading.FlagFacts.GetValueOrDefault(f) is { } fact && !hidden.Contains(fact))],
            Bands = new ContextBands(hidden.Contains("health") ? "unknown" : account.Bands.Health, hidden.Contains("churn") ? "unknown" : account.Bands.Churn),
        };
    }

    private static (CustomerContext, IReadOnlyList<string>) Limit(CustomerContext context, Func<ContextField, bool> mayRead)
    {
        AccountFacts account = context.Account with { };
        CustomerDetails? details = context.Details is { } given ? given with { } : null;
        var withheld = new List<string>();
        Take(ContextFields.OfTurn, account);
        if (details is not null) Take(ContextFields.OfDetails, details);
        return (context with { Account = account, Details = details }, withheld);

        void Take(IReadOnlyList<ContextField> fields, object facts)
        {
            foreach (ContextField field in fields)
            {
                if (mayRead(field)) continue;
                field.Property.SetValue(facts, null);
                withheld.Add(field.Name);
            }
        }
    }
}
