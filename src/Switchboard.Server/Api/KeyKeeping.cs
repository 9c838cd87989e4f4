using System.Reflection;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Api.Conversations;
using Switchboard.Server.Api.Customers;
using Switchboard.Server.Api.Knowledge;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Api;

/// <summary>Where a route's idempotency key is kept. It follows from the route, so that a new one cannot forget it.</summary>
internal static class KeyKeeping
{
    /// <summary>Parts a handler asks for only if it keeps the key in the transaction of its change.</summary>
    private static readonly HashSet<Type> ownParts = [typeof(RowChanges), typeof(ArticleChanges), typeof(TurnCalls), typeof(ChangePlan.Parts)];

    /// <summary>Where a key is kept.</summary>
    public enum Place
    {
        /// <summary>It is not taken.</summary>
        Nowhere,

        /// <summary>In the transaction of the change, by the use case.</summary>
        Inside,

        /// <summary>Around the use case, by <see cref="AnsweredOnce"/>.</summary>
        Around,
    }

    /// <summary>Where the key of a route is kept, and why an unsafe one takes none.</summary>
    public static Place Of(IEnumerable<object> metadata, string method, out string? unkept)
    {
        object[] all = [.. metadata];
        AccessRule? rule = all.OfType<AccessRule>().LastOrDefault();
        unkept = null;
        if (rule is null || HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)) return Place.Nowhere;
        unkept = rule switch
        {
            { Anyone: true } => "the caller is not known yet, and a key belongs to its caller.",
            { Local: true } => "the call belongs to no tenant. Look what is there before it is sent again.",
            _ => all.OfType<RouteContract.NoKey>().LastOrDefault()?.Why,
        };
        if (unkept is not null) return Place.Nowhere;
        return all.OfType<RouteContract.OwnKey>().Any() || all.OfType<MethodInfo>().Any(m => m.GetParameters().Any(p => ownParts.Contains(p.ParameterType))) ? Place.Inside : Place.Around;
    }
}
