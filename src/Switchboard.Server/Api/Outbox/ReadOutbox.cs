using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Outbox;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Outbox;

/// <summary>GET /outbox and /outbox/{id}: effects on the outside, newest first. What was sent is told in a line, without secrets.</summary>
public static class ReadOutbox
{
    /// <summary>An effect.</summary>
    public sealed record EntryView(
        Guid Id, string Port, string Key, string Summary, OutboxStatus Status, int Attempts, string? Answer, string? Error, Guid? ConversationId, Guid? CustomerId, Guid? CauseId, DateTimeOffset CreatedAt, DateTimeOffset? SettledAt);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/outbox", HandleAsync).NeedsScope(Scopes.ReadAgents).Produces<Page<EntryView>>();
        routes.MapGet("/outbox/{id:guid}", OneAsync).NeedsScope(Scopes.ReadAgents).Produces<EntryView>();
    }

    /// <summary>Shows an entry.</summary>
    public static EntryView Show(OutboxEntry entry, OutsidePorts ports) => new(
        entry.Id, entry.Port, entry.Key, ports.Find(entry.Port)?.Describe(entry.Request) ?? entry.Port, entry.Status, entry.Attempts, entry.Answer, entry.Error, entry.ConversationId, entry.CustomerId, entry.CauseId, entry.CreatedAt, entry.SettledAt);

    private static async Task<IResult> HandleAsync([AsParameters] Query query, HttpContext http, Data data, OutsidePorts ports)
    {
        if (!QueryEnum.TryParse(query.Status, out OutboxStatus? status)) return Problems.Invalid(("status", $"is one of {QueryEnum.Names<OutboxStatus>()}"));
        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        IQueryable<OutboxEntry> wanted = db.Set<OutboxEntry>();
        if (status is { } one) wanted = wanted.Where(e => e.Status == one);
        if (query.ConversationId is { } conversation) wanted = wanted.Where(e => e.ConversationId == conversation);
        return await wanted.PageAsync(Paging.Newest<OutboxEntry>(), query.Limit, query.Cursor, e => Show(e, ports), http.RequestAborted);
    }

    private static async Task<IResult> OneAsync(Guid id, HttpContext http, Data data, OutsidePorts ports)
    {
        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        return await db.Set<OutboxEntry>().SingleOrDefaultAsync(e => e.Id == id, http.RequestAborted) is { } entry ? Results.Ok(Show(entry, ports)) : Problems.NotFound("entry in the outbox");
    }

    /// <summary>Which effects are wanted.</summary>
    public sealed record Query(string? Status, Guid? ConversationId, int? Limit, string? Cursor);
}
