using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Customers;

/// <summary>GET /customers/{id}/timeline: what happened with a customer, newest first, from all the tables that tell of it.</summary>
public static class ReadTimeline
{
    /// <summary>Something that happened.</summary>
    public sealed record Entry
    {
        /// <summary>The kind of row it comes from.</summary>
        public required string Kind { get; init; }

        /// <summary>The row.</summary>
        public required Guid Id { get; init; }

        /// <summary>When.</summary>
        public required DateTimeOffset At { get; init; }

        /// <summary>What, in a line.</summary>
        public required string Title { get; init; }
    }

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/customers/{id:guid}/timeline", HandleAsync).NeedsScope(CustomerAccess.Read).Produces<Page<Entry>>();

    private static async Task<IResult> HandleAsync(Guid id, int? limit, string? cursor, HttpContext http, Data data)
    {
        if (Paging.LimitProblem(limit) is { } problem) return problem;
        DateTimeOffset until = DateTimeOffset.MaxValue;
        Guid last = Guid.Empty;
        if (cursor is not null && !TryRead(cursor, out until, out last)) return Paging.CursorProblem();
        int take = limit ?? Paging.MostItems;

        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        if (!await CustomerAccess.ExistsAsync(db, id, http.RequestAborted)) return Problems.NotFound("customer");
        var entries = new List<Entry>();
        // One statement a table. Each gives at most a page; together they hold at least the page that is asked for.
        foreach (IQueryable<Entry> source in Sources(db, http.Caller(), id))
        {
            IQueryable<Entry> wanted = cursor is null ? source : source.Where(e => e.At <= until && (e.At < until || e.Id.CompareTo(last) < 0));
            entries.AddRange(await wanted.OrderByDescending(e => e.At).ThenByDescending(e => e.Id).Take(take + 1).ToListAsync(http.RequestAborted));
        }

        List<Entry> ordered = [.. entries.OrderByDescending(e => e.At).ThenByDescending(e => e.Id).Take(take + 1)];
        return Results.Ok(Page<Entry>.Of(ordered, take, e => e, e => string.Create(CultureInfo.InvariantCulture, $"{e.At.UtcTicks}.{e.Id:N}")));
    }

    private static IEnumerable<IQueryable<Entry>> Sources(SwitchboardDb db, Actor caller, Guid id)
    {
        yield return db.Conversations.Where(c => c.CustomerId == id && c.DeletedAt == null).Select(c => new Entry { Kind = "conversation", Id = c.Id, At = c.CreatedAt, Title = c.Subject });
        yield return db.Set<Domain.Support.Ticket>().Where(t => t.CustomerId == id).Select(t => new Entry { Kind = "ticket", Id = t.Id, At = t.CreatedAt, Title = t.Title });
        yield return db.Set<Domain.Billing.Invoice>().Where(i => i.CustomerId == id).Select(i => new Entry { Kind = "invoice", Id = i.Id, At = i.CreatedAt, Title = i.Number ?? "draft" });
        yield return db.Set<Domain.Billing.Payment>().Where(p => p.CustomerId == id).Select(p => new Entry { Kind = "payment", Id = p.Id, At = p.CreatedAt, Title = p.Method });
        yield return db.Set<Domain.Billing.SubscriptionChange>().Where(c => c.CustomerId == id).Select(c => new Entry { Kind = "subscription_change", Id = c.Id, At = c.At, Title = c.Cause });
        yield return CustomerAccess.Readable(db, caller, db.Set<Domain.Customers.CustomerNote>().Where(n => n.CustomerId == id)).Select(n => new Entry { Kind = "customer_note", Id = n.Id, At = n.CreatedAt, Title = n.Text });
        yield return db.Set<Domain.Success.Meeting>().Where(m => m.CustomerId == id).Select(m => new Entry { Kind = "meeting", Id = m.Id, At = m.StartsAt, Title = "meeting" });
        yield return db.Set<Domain.Success.NpsResponse>().Where(n => n.CustomerId == id).Select(n => new Entry { Kind = "nps_response", Id = n.Id, At = n.At, Title = n.Comment ?? "" });
    }

    private static bool TryRead(string cursor, out DateTimeOffset until, out Guid last)
    {
        until = default;
        last = default;
        string[] parts = cursor.Split('.');
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) || ticks > DateTimeOffset.MaxValue.UtcTicks || !Guid.TryParseExact(parts[1], "N", out last)) return false;
        until = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }
}
