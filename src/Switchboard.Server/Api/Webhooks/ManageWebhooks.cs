using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Api.Customers;
using Switchboard.Server.Auth;
using Switchboard.Server.Outbound;
using Switchboard.Server.Outbound.Webhooks;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Webhooks;

/// <summary>GET and POST /webhooks, GET, PATCH and DELETE /webhooks/{id}: the receivers that are told what happens. A secret is shown once, when it is made.</summary>
public static class ManageWebhooks
{
    private const int mostEndpoints = 50;
    private const int mostUrl = 2000;
    private const int mostDescription = 500;

    /// <summary>A new receiver.</summary>
    public sealed record NewBody(string? Url, string? Description, IReadOnlyList<string>? Events);

    /// <summary>What is changed of a receiver; what is left out stays.</summary>
    public sealed record ChangeBody
    {
        /// <summary>Its address.</summary>
        public Given<string> Url { get; init; }

        /// <summary>What it is for.</summary>
        public Given<string> Description { get; init; }

        /// <summary>What it is told of.</summary>
        public Given<IReadOnlyList<string>> Events { get; init; }

        /// <summary>active or paused.</summary>
        public Given<WebhookStatus?> Status { get; init; }
    }

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/webhooks", ListAsync).NeedsScope(Scopes.ReadWebhooks).Produces<Page<WebhookView>>().WithSummary("Lists the receivers that are told what happens.");
        routes.MapPost("/webhooks", CreateAsync).NeedsScope(Scopes.WriteWebhooks).Produces<WebhookSecretView>(201).Example(new { url = "https://hooks.example.com/switchboard", description = "Stock", events = new[] { WebhookEvents.SlaBreached } }).WithSummary("Adds a receiver and shows its secret, once.");
        routes.MapGet("/webhooks/{id:guid}", ReadAsync).NeedsScope(Scopes.ReadWebhooks).Produces<WebhookView>().WithSummary("Reads a receiver.");
        routes.MapPatch("/webhooks/{id:guid}", ChangeAsync).NeedsScope(Scopes.WriteWebhooks).Produces<WebhookView>().HeldToVersion().Example(new { description = "Stock and returns", events = new[] { WebhookEvents.SlaBreached } }).WithSummary("Changes what is given of a receiver. Needs If-Match.");
        routes.MapDelete("/webhooks/{id:guid}", DeleteAsync).NeedsScope(Scopes.WriteWebhooks).Produces(204).HeldToVersion().WithSummary("Removes a receiver. Needs If-Match.");
    }

    /// <summary>The receiver to be changed; null when there is none.</summary>
    internal static WebhookEndpoint? Find(SwitchboardDb db, Guid id) => db.Set<WebhookEndpoint>().SingleOrDefault(e => e.Id == id && e.DeletedAt == null);

    private static async Task<IResult> ListAsync(int? limit, string? cursor, HttpContext http, Data data)
    {
        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        return await db.Set<WebhookEndpoint>().Where(e => e.DeletedAt == null).PageAsync(Paging.Newest<WebhookEndpoint>(), limit, cursor, WebhookView.Of, http.RequestAborted);
    }

    private static async Task<IResult> ReadAsync(Guid id, HttpContext http, Data data)
    {
        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        if (await db.Set<WebhookEndpoint>().SingleOrDefaultAsync(e => e.Id == id && e.DeletedAt == null, http.RequestAborted) is not { } endpoint) return Problems.NotFound("webhook");
        http.Response.Headers.ETag = Preconditions.TagOf(endpoint.Revision);
        return Results.Ok(WebhookView.Of(endpoint));
    }

    private static async Task<IResult> CreateAsync(NewBody body, HttpContext http, RowChanges changes, OutboundClient client, WebhookSecrets secrets, TimeProvider time)
    {
        if (Problem(new ChangeBody { Url = new(body.Url), Description = new(body.Description), Events = new(body.Events) }) is { } problem) return problem;
        if (await AddressProblemAsync(body.Url!, client, http.RequestAborted) is { } refused) return refused;
        DateTimeOffset now = time.GetUtcNow();
        Guid id = Guid.CreateVersion7(now);
        NewSecret secret = secrets.Make(http.Caller().TenantId, id);
        SignedSessions.Private(http);
        return await changes.MakeAsync(http, body, db =>
        {
            if (db.Set<WebhookEndpoint>().Count(e => e.DeletedAt == null) >= mostEndpoints) return Changed.Refused(Problems.Of(409, "too_many_webhooks", "There are too many webhooks", $"A tenant has at most {mostEndpoints}; remove one that is not needed."));
            if (ScopeProblem(http.Caller(), body.Events!) is { } missing) return Changed.Refused(missing);
            var endpoint = new WebhookEndpoint { TenantId = db.TenantId, Id = id, Url = body.Url!, Description = Plain(body.Description), Events = [.. body.Events!.Distinct(StringComparer.Ordinal)], Secret = secret.Sealed, CreatedAt = now };
            db.Add(endpoint);
            return Changed.Created($"/api/v1/webhooks/{id}", new WebhookSecretView(WebhookView.Of(endpoint), secret.Text), Preconditions.TagOf(endpoint.Revision));
        });
    }

    private static async Task<IResult> ChangeAsync(Guid id, ChangeBody body, HttpContext http, RowChanges changes, OutboundClient client)
    {
        if (Problem(body) is { } problem) return problem;
        if (body.Url.IsGiven && await AddressProblemAsync(body.Url.Value!, client, http.RequestAborted) is { } refused) return refused;
        return await changes.MakeAsync(http, body, db =>
        {
            if (Find(db, id) is not { } endpoint) return Changed.Refused(Problems.NotFound("webhook"));
            if (Preconditions.Problem(http, Preconditions.TagOf(endpoint.Revision)) is { } unseen) return Changed.Refused(unseen);
            if (body.Url.IsGiven) endpoint.Url = body.Url.Value!;
            if (body.Description.IsGiven) endpoint.Description = Plain(body.Description.Value);
            if (body.Events.IsGiven) endpoint.Events = [.. body.Events.Value!.Distinct(StringComparer.Ordinal)];
            if (body.Status.IsGiven) endpoint.Tell(body.Status.Value == WebhookStatus.Active);
            // Who sends it elsewhere, or lets it be told again, sees to it that somebody is told all of it.
            if ((body.Url.IsGiven || body.Events.IsGiven || body.Status.IsGiven) && ScopeProblem(http.Caller(), endpoint.Events) is { } missing) return Changed.Refused(missing);
            db.SaveChanges();
            return Changed.Ok(WebhookView.Of(endpoint), Preconditions.TagOf(endpoint.Revision));
        });
    }

    private static Task<IResult> DeleteAsync(Guid id, HttpContext http, RowChanges changes, TimeProvider time) => changes.MakeAsync(http, "delete", db =>
    {
        if (Find(db, id) is not { } endpoint) return Changed.Refused(Problems.NotFound("webhook"));
        if (Preconditions.Problem(http, Preconditions.TagOf(endpoint.Revision)) is { } unseen) return Changed.Refused(unseen);
        endpoint.Delete(time.GetUtcNow());
        return Changed.Gone();
    });

    private static IResult? Problem(ChangeBody body)
    {
        var errors = new List<(string, string)>();
        if (body.Url.IsGiven && !IsAddress(body.Url.Value)) errors.Add(("url", "is a complete http or https address without user, password and fragment"));
        if (body.Description.Value is { Length: > mostDescription }) errors.Add(("description", $"has at most {mostDescription} characters"));
        if (body.Events.IsGiven && (body.Events.Value is not { Count: > 0 } events || !events.All(e => WebhookEvents.All.Contains(e, StringComparer.Ordinal)))) errors.Add(("events", $"are one or more of {string.Join(", ", WebhookEvents.All)}"));
        if (body.Status.IsGiven && body.Status.Value is not (WebhookStatus.Active or WebhookStatus.Paused)) errors.Add(("status", "is active or paused"));
        return errors.Count == 0 ? null : Problems.Invalid([.. errors]);
    }

    /// <summary>Nobody lets a receiver be told what they may not read themselves.</summary>
    private static IResult? ScopeProblem(Actor caller, IReadOnlyList<string> events)
    {
        string[] lacking = [.. events.Select(ScopeOf).Distinct(StringComparer.Ordinal).Where(s => !caller.Has(s)).Order(StringComparer.Ordinal)];
        return lacking.Length == 0 ? null : Problems.Of(403, "missing_scope", "The events tell more than you may read", $"These events need: {string.Join(' ', lacking)}.");
    }

    private static string ScopeOf(string type) => type.Split('.')[0] switch
    {
        "customer" => CustomerAccess.Read,
        "approval" or "job" => Scopes.ReadAgents,
        "action" => "read:audit",
        _ => Scopes.ReadConversations,
    };

    private static bool IsAddress(string? text) =>
        text is { Length: > 0 and <= mostUrl } && !text.Any(char.IsControl) && Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url is { Scheme: "http" or "https", UserInfo.Length: 0, Fragment.Length: 0 };

    /// <summary>Whether the address may be called now; it is asked again each time it is.</summary>
    private static async Task<IResult?> AddressProblemAsync(string url, OutboundClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.RequireCallableAsync(new Uri(url), cancellationToken);
            return null;
        }
        catch (OutboundException refused)
        {
            return Problems.Invalid(("url", refused.Message));
        }
    }

    private static string? Plain(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
