using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Webhooks;

/// <summary>GET /webhooks/{id}/deliveries: what a receiver was told, newest first, with each attempt and what came back.</summary>
public static class ReadDeliveries
{
    private static readonly PageOrder<WebhookDelivery, Guid> newest = Paging.Newest<WebhookDelivery>();

    /// <summary>Which deliveries are wanted.</summary>
    public sealed record Query(string? Status, int? Limit, string? Cursor);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/webhooks/{id:guid}/deliveries", HandleAsync).NeedsScope(Scopes.ReadWebhooks).Produces<Page<DeliveryView>>().WithSummary("Lists what a receiver was told, with each attempt.");

    private static async Task<IResult> HandleAsync(Guid id, [AsParameters] Query query, HttpContext http, Data data)
    {
        if (!QueryEnum.TryParse(query.Status, out DeliveryStatus? status)) return Problems.Invalid(("status", $"is one of {QueryEnum.Names<DeliveryStatus>()}"));
        if (Paging.LimitProblem(query.Limit) is { } problem) return problem;
        CancellationToken cancelled = http.RequestAborted;
        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        if (!await db.Set<WebhookEndpoint>().AnyAsync(e => e.Id == id && e.DeletedAt == null, cancelled)) return Problems.NotFound("webhook");
        IQueryable<WebhookDelivery> wanted = db.Set<WebhookDelivery>().Where(d => d.EndpointId == id);
        if (status is { } one)
        {
            OutboxStatus[] states = DeliveryView.StatesOf(one);
            wanted = wanted.Where(d => db.Set<OutboxEntry>().Any(o => o.Id == d.OutboxId && states.Contains(o.Status)));
        }

        int take = query.Limit ?? Paging.MostItems;
        try
        {
            // One question: between two, retention or an erasure may take an entry with its delivery.
            var told = await newest.After(wanted, query.Cursor).Take(take + 1).Join(db.Set<OutboxEntry>(), d => d.OutboxId, o => o.Id, (Delivery, Entry) => new { Delivery, Entry }).ToListAsync(cancelled);
            List<WebhookDelivery> rows = [.. told.Select(t => t.Delivery).OrderByDescending(d => d.Id)];
            Dictionary<Guid, OutboxEntry> entries = told.Select(t => t.Entry).ToDictionary(o => o.Id);
            Guid[] carried = [.. entries.Keys];
            ILookup<Guid, OutboxAttempt> attempts = (await db.Set<OutboxAttempt>().Where(a => carried.Contains(a.EntryId)).ToListAsync(cancelled)).ToLookup(a => a.EntryId);
            return Results.Ok(Page<DeliveryView>.Of(rows, take, d => DeliveryView.Of(d, entries[d.OutboxId], attempts[d.OutboxId]), newest.CursorOf));
        }
        catch (CursorException)
        {
            return Paging.CursorProblem();
        }
    }
}
