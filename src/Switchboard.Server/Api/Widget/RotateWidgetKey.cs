using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Api.Widget;

/// <summary>POST /widget/key/rotate: a new key by which the tenant's own pages say who writes. The one before counts for a day more.</summary>
public static class RotateWidgetKey
{
    /// <summary>A key, shown this once.</summary>
    /// <param name="Key">What signs, as it stands here.</param>
    /// <param name="EarlierUntil">Until when the one before counts; null when there is none.</param>
    public sealed record KeyView(string Key, DateTimeOffset? EarlierUntil);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/widget/key/rotate", HandleAsync).NeedsScope(Scopes.AdminConfig).Produces<KeyView>();

    private static Task<IResult> HandleAsync(HttpContext http, RowChanges changes, WidgetIdentity identity, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow(), ends = now + WidgetIdentity.Overlap;
        (string text, WidgetKey key) = identity.Make(http.Caller().TenantId, now);
        SignedSessions.Private(http);
        return changes.MakeAsync(http, "rotate", db =>
        {
            bool hadOne = false;
            foreach (WidgetKey earlier in db.Set<WidgetKey>().ToList())
            {
                // Two count at a time: who rotates twice because a key got out wants the first one gone.
                if (earlier.EndsAt is not null) db.Remove(earlier);
                else (earlier.EndsAt, hadOne) = (ends, true);
            }

            db.Add(key);
            return Changed.Ok(new KeyView(text, hadOne ? ends : null));
        });
    }
}
