using Switchboard.Domain.Identity;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Server.Outbound.Webhooks;

namespace Switchboard.Server.Api.Webhooks;

/// <summary>POST /webhooks/{id}/rotate-secret: a new secret, shown once. The one before signs too for a while, so that the receiver can change over without missing anything.</summary>
public static class RotateSecret
{
    private const int usualHours = 24;
    private const int mostHours = 168;

    /// <summary>How long the earlier secret signs too; a day when nothing is said.</summary>
    public sealed record Body(int? KeepHours);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/webhooks/{id:guid}/rotate-secret", HandleAsync).NeedsScope(Scopes.WriteWebhooks).Produces<WebhookSecretView>().Example(new { keepHours = 24 }).WithSummary("Gives a receiver a new secret and shows it, once.");

    private static async Task<IResult> HandleAsync(Guid id, Body? body, HttpContext http, RowChanges changes, WebhookSecrets secrets, TimeProvider time)
    {
        int hours = body?.KeepHours ?? usualHours;
        if (hours is < 0 or > mostHours) return Problems.Invalid(("keepHours", $"is a number from 0 to {mostHours}"));
        NewSecret secret = secrets.Make(http.Caller().TenantId, id);
        SignedSessions.Private(http);
        return await changes.MakeAsync(http, body ?? new Body(null), db =>
        {
            if (ManageWebhooks.Find(db, id) is not { } endpoint) return Changed.Refused(Problems.NotFound("webhook"));
            endpoint.Rotate(secret.Sealed, time.GetUtcNow().AddHours(hours));
            db.SaveChanges();
            return Changed.Ok(new WebhookSecretView(WebhookView.Of(endpoint), secret.Text), Preconditions.TagOf(endpoint.Revision));
        });
    }
}
