using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Administration;

/// <summary>GET and POST /api-keys, DELETE /api-keys/{id}. A key is shown once, when it is made, and never carries more than who makes it.</summary>
public static class ManageKeys
{
    private const int mostNameCharacters = 100;

    /// <summary>The request for a key; without scopes it carries all of its maker's.</summary>
    public sealed record Body(string? Name, IReadOnlyList<string>? Scopes, DateTimeOffset? ExpiresAt);

    /// <summary>A key without its secret.</summary>
    public sealed record KeyView(Guid Id, string Name, string Prefix, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, Guid OwnerId, DateTimeOffset? LastUsedAt);

    /// <summary>A new key with its secret.</summary>
    public sealed record NewKeyView(Guid Id, string Key, string Prefix, IReadOnlyList<string> Scopes);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api-keys", ListAsync).NeedsScope(Scopes.ReadApiKeys).Produces<ItemsView<KeyView>>();
        routes.MapPost("/api-keys", CreateAsync).NeedsScope(Scopes.WriteApiKeys).Produces<NewKeyView>(201).Example(new { name = "nightly report", scopes = new[] { Scopes.ReadConversations } });
        routes.MapDelete("/api-keys/{id:guid}", RevokeAsync).NeedsScope(Scopes.WriteApiKeys).AnswersNothing();
    }

    private static async Task<IResult> ListAsync(HttpContext http, ApiKeys keys)
    {
        IReadOnlyList<ApiKey> all = await keys.ListAsync(http.Caller().TenantId, http.RequestAborted);
        return Results.Ok(new ItemsView<KeyView>([.. all.Select(k => new KeyView(k.Id, k.Name, k.Prefix, k.Scopes.Items, k.CreatedAt, k.ExpiresAt, k.RevokedAt, k.OwnerId, k.LastUsedAt))]));
    }

    private static async Task<IResult> CreateAsync(Body body, HttpContext http, ApiKeys keys, Data data, TimeProvider time)
    {
        Actor caller = http.Caller();
        if (string.IsNullOrWhiteSpace(body.Name) || body.Name.Length > mostNameCharacters) return Problems.Invalid(("name", $"has 1 to {mostNameCharacters} characters"));
        if (body.ExpiresAt <= time.GetUtcNow()) return Problems.Invalid(("expiresAt", "lies in the past"));
        ScopeSet own = caller switch { KeyActor key => key.Scopes, UserActor user => user.Scopes, _ => new ScopeSet(Scopes.All) };
        if (body.Scopes?.FirstOrDefault(s => s is not null && !Scopes.All.Contains(s)) is { } unknown) return Problems.Invalid(("scopes", $"\"{unknown}\" is no scope; scopes are: {string.Join(' ', Scopes.All.Order(StringComparer.Ordinal))}"));
        if (body.Scopes?.Any(s => s is null) ?? false) return Problems.Invalid(("scopes", "has an entry that is null"));
        ScopeSet wanted = body.Scopes is null ? own : new ScopeSet(body.Scopes);
        if (!wanted.IsWithin(own)) return Problems.Of(403, "missing_scope", "A key cannot carry more than its maker", $"Yours lacks: {string.Join(' ', wanted.Items.Where(s => !own.Has(s)))}.");
        if (await OwnerAsync(caller, data, http.RequestAborted) is not { } owner) return Problems.Of(409, "no_owner", "The tenant has no owner", "A key acts for a user, and this tenant has none.");
        KeyText text = KeyText.Create();
        DateTimeOffset now = time.GetUtcNow();
        var made = new ApiKey { TenantId = caller.TenantId, Id = Guid.CreateVersion7(now), Name = body.Name.Trim(), Prefix = text.Prefix, Hash = text.Hash, OwnerId = owner, Scopes = wanted, CreatedAt = now, ExpiresAt = body.ExpiresAt };
        await keys.CreateAsync(caller, made, CancellationToken.None);
        return Results.Created($"/api/v1/api-keys/{made.Id}", new NewKeyView(made.Id, text.Text, made.Prefix, made.Scopes.Items));
    }

    /// <summary>Whom the key acts for: the maker, or the tenant's when the installation itself makes it.</summary>
    private static async Task<Guid?> OwnerAsync(Actor caller, Data data, CancellationToken cancellationToken)
    {
        if (caller.PersonId is { } person) return person;
        await using SwitchboardDb db = data.For(caller.TenantId);
        return await db.Set<User>().Where(u => u.Role == Role.Owner && u.Status == UserStatus.Active).OrderBy(u => u.Id).Select(u => (Guid?)u.Id).FirstOrDefaultAsync(cancellationToken);
    }

    private static async Task<IResult> RevokeAsync(Guid id, HttpContext http, ApiKeys keys, TimeProvider time) =>
        await keys.RevokeAsync(http.Caller(), id, time.GetUtcNow(), CancellationToken.None) ? Results.NoContent() : Problems.NotFound("API key");
}
