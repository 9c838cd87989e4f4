using Switchboard.Domain.Identity;

namespace Switchboard.Server.Auth;

/// <summary>Who may call a route. Every route declares one; a route without one stops the server at start.</summary>
/// <param name="Scope">The scope that users, keys and the system need; null when none is enough.</param>
/// <param name="Contacts">Whether contacts and visitors may call; which object they may see is decided in the use case.</param>
/// <param name="Anyone">Whether it may be called without any proof.</param>
/// <param name="Local">Whether only the installation's own command line may call, for no tenant in particular.</param>
/// <param name="Also">A second scope that is needed besides; null when one is enough.</param>
public sealed record AccessRule(string? Scope, bool Contacts, bool Anyone, bool Local = false, string? Also = null)
{
    /// <summary>Scopes that will do in place of the first; the use case then says what each of them opens.</summary>
    public IReadOnlyList<string> Or { get; init; } = [];

    /// <summary>Whether it is about the own account: only people who are signed in may call, whatever their scopes are.</summary>
    public bool SignedIn { get; init; }
}

/// <summary>Marks the few routes for who is signed in and lacks a second factor that the tenant demands: what sets one up, and the way out.</summary>
public sealed record OpenWithoutFactor;

/// <summary>How a route declares its rule.</summary>
public static class AccessRules
{
    /// <summary>Staff and programs with the scope; nobody else.</summary>
    public static TBuilder NeedsScope<TBuilder>(this TBuilder route, string scope)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AccessRule(scope, Contacts: false, Anyone: false));

    /// <summary>Staff and programs with both scopes; nobody else.</summary>
    public static TBuilder NeedsScopes<TBuilder>(this TBuilder route, string scope, string also)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AccessRule(scope, Contacts: false, Anyone: false, Also: also));

    /// <summary>Staff and programs with one of the scopes; nobody else.</summary>
    public static TBuilder NeedsEitherScope<TBuilder>(this TBuilder route, string scope, string or)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AccessRule(scope, Contacts: false, Anyone: false) { Or = [or] });

    /// <summary>Staff and programs with one of several scopes; nobody else.</summary>
    public static TBuilder NeedsAnyScope<TBuilder>(this TBuilder route, IReadOnlyList<string> scopes)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AccessRule(scopes[0], Contacts: false, Anyone: false) { Or = [.. scopes.Skip(1)] });

    /// <summary>Staff and programs with one of the scopes, and contacts for what is their own.</summary>
    public static TBuilder NeedsEitherScopeOrContact<TBuilder>(this TBuilder route, string scope, string or)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AccessRule(scope, Contacts: true, Anyone: false) { Or = [or] });

    /// <summary>Staff and programs with the scope, and contacts for what is their own.</summary>
    public static TBuilder NeedsScopeOrContact<TBuilder>(this TBuilder route, string scope)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AccessRule(scope, Contacts: true, Anyone: false));

    /// <summary>Visitors and contacts of the chat page, for their own session; no staff and no program.</summary>
    public static TBuilder NeedsVisitor<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AccessRule(null, Contacts: true, Anyone: false));

    /// <summary>Everybody, for what is public.</summary>
    public static TBuilder IsPublic<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AccessRule(null, Contacts: true, Anyone: true));

    /// <summary>Members of the staff who are signed in, for their own account; no key and no command line.</summary>
    public static TBuilder NeedsSignIn<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AccessRule(null, Contacts: false, Anyone: false) { SignedIn = true });

    /// <summary>Besides for who lacks a second factor that the tenant demands; all other routes are shut to them.</summary>
    public static TBuilder AlsoWithoutFactor<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new OpenWithoutFactor());

    /// <summary>The installation's own command line, and nobody else.</summary>
    public static TBuilder NeedsLocalToken<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new AccessRule(null, Contacts: false, Anyone: false, Local: true));

    /// <summary>Stops the start when a route has no rule, or one that nobody can meet since there is no such scope.</summary>
    /// <exception cref="InvalidOperationException">Names the routes.</exception>
    public static void RequireOnEveryRoute(IEnumerable<Endpoint> endpoints)
    {
        Endpoint[] routes = [.. endpoints.Where(e => e is RouteEndpoint)];
        string[] bare = [.. routes.Where(e => e.Metadata.GetMetadata<AccessRule>() is null).Select(NameOf)];
        if (bare.Length > 0) throw new InvalidOperationException($"Each route declares who may call it; these do not: {string.Join(", ", bare)}. Add NeedsScope, NeedsScopeOrContact or another rule of AccessRules.");
        string[] unmet = [.. routes.Where(e => ScopesOf(e.Metadata.GetMetadata<AccessRule>()!).Any(s => !Scopes.All.Contains(s))).Select(NameOf)];
        if (unmet.Length > 0) throw new InvalidOperationException($"Each route needs scopes that there are; these name others: {string.Join(", ", unmet)}.");

        static string NameOf(Endpoint route) => route.DisplayName ?? "a route without a name";
        static IEnumerable<string> ScopesOf(AccessRule rule) => new[] { rule.Scope, rule.Also }.OfType<string>().Concat(rule.Or);
    }
}
