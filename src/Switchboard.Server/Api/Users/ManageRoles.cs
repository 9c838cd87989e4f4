using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage.Accounts;

namespace Switchboard.Server.Api.Users;

/// <summary>GET /roles, PUT /roles/{name}: what each role carries. An owner carries all and the role of programs what its key carries; the others are the tenant's to change.</summary>
public static class ManageRoles
{
    /// <summary>The scopes a role shall carry.</summary>
    public sealed record Body(IReadOnlyList<string>? Scopes);

    /// <summary>A role.</summary>
    public sealed record RoleView(Role Name, IReadOnlyList<string> Scopes, bool IsDefault, bool CanChange);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/roles", ListAsync).NeedsScope(Scopes.ReadUsers).Produces<ItemsView<RoleView>>();
        routes.MapPut("/roles/{name}", ChangeAsync).NeedsScope(Scopes.ManageRoles).Produces<RoleView>().Example(new { scopes = new[] { Scopes.ReadConversations } });
    }

    private static async Task<IResult> ListAsync(HttpContext http, TenantRoles roles)
    {
        IReadOnlyList<RoleScopes> changed = await roles.AllAsync(http.Caller().TenantId, http.RequestAborted);
        return Results.Ok(new ItemsView<RoleView>([.. Enum.GetValues<Role>().Select(role => Show(role, changed.FirstOrDefault(c => c.Role == role)?.Scopes ?? Roles.ScopesOf(role)))]));
    }

    private static async Task<IResult> ChangeAsync(string name, Body body, HttpContext http, TenantRoles roles, TimeProvider time)
    {
        if (!QueryEnum.TryParse(name, out Role? found) || found is not { } role) return Problems.NotFound("role");
        if (body.Scopes is null || body.Scopes.Any(s => s is null)) return Problems.Invalid(("scopes", "is a list of scopes"));
        if (body.Scopes.FirstOrDefault(s => !Scopes.All.Contains(s)) is { } unknown) return Problems.Invalid(("scopes", $"\"{unknown}\" is no scope"));
        if (!CanChange(role)) return Problems.Of(409, "fixed_role", "The role is as it is", "An owner carries all scopes, and the role of programs what the key carries.");
        var scopes = new ScopeSet(body.Scopes);
        return await roles.ChangeAsync(http.Caller(), role, scopes, time.GetUtcNow(), CancellationToken.None) is { } changed
            ? Results.Ok(Show(role, changed.Scopes))
            : Problems.Of(403, "missing_scope", "The role carries more than you have", "Nobody gives more than they have, or takes from who has more.");
    }

    private static bool CanChange(Role role) => role is not (Role.Owner or Role.Api);

    private static RoleView Show(Role role, ScopeSet scopes) => new(role, scopes.Items, scopes.Equals(Roles.ScopesOf(role)), CanChange(role));
}
