using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Domain.Operations;
using Switchboard.Server.Auth;
using Switchboard.Storage;
using Switchboard.Storage.Auditing;

namespace Switchboard.Server.Api.Administration;

/// <summary>GET /audit: who changed what, newest first. GET /audit/verify: whether anything in it was altered, taken out or put in.</summary>
public static class ReadAudit
{
    private const string scope = "read:audit";

    /// <summary>An entry; its place is null for the second or so until it is sealed.</summary>
    public sealed record EntryView(Guid Id, long? Position, DateTimeOffset At, string Actor, string Action, string Entity, Guid? EntityId, JsonElement? Before, JsonElement? After);

    /// <summary>What the verification found.</summary>
    public sealed record VerifyView(bool IsWhole, long Sealed, long Waiting, long Anchored, long FaultCount, IReadOnlyList<AuditFault> Faults);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/audit", ListAsync).NeedsScope(scope).Produces<Page<EntryView>>();
        routes.MapGet("/audit/verify", VerifyAsync).NeedsScope(scope).Produces<VerifyView>();
    }

    private static async Task<IResult> ListAsync([AsParameters] Query query, HttpContext http, Data data)
    {
        if (Paging.LimitProblem(query.Limit) is { } problem) return problem;
        var before = Guid.Empty;
        if (query.Cursor is not null && !Guid.TryParse(query.Cursor, out before)) return Paging.CursorProblem();
        if (query.From > query.To) return Problems.Invalid(("from", "lies behind to"));

        int take = query.Limit ?? Paging.MostItems;
        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        IQueryable<AuditEntry> wanted = db.Set<AuditEntry>();
        if (query.Entity is { } entity) wanted = wanted.Where(e => e.Entity == entity);
        if (query.EntityId is { } id) wanted = wanted.Where(e => e.EntityId == id);
        if (query.Actor is { } actor) wanted = wanted.Where(e => e.Actor == actor);
        if (query.Action is { } action) wanted = wanted.Where(e => e.Action == action);
        if (query.From is { } from) wanted = wanted.Where(e => e.At >= from);
        if (query.To is { } to) wanted = wanted.Where(e => e.At < to);
        if (query.Cursor is not null) wanted = wanted.Where(e => e.Id.CompareTo(before) < 0);
        // Ids begin with their time, so their order is the order in which the entries were made.
        List<AuditEntry> rows = await wanted.OrderByDescending(e => e.Id).Take(take + 1).ToListAsync(http.RequestAborted);
        return Results.Ok(Page<EntryView>.Of(rows, take, Show, e => e.Id.ToString("D")));
    }

    private static async Task<IResult> VerifyAsync(HttpContext http, AuditVerification verification)
    {
        AuditReport report = await verification.VerifyAsync(http.Caller().TenantId, http.RequestAborted);
        return Results.Ok(new VerifyView(report.IsWhole, report.Sealed, report.Waiting, report.Anchored, report.FaultCount, report.Faults));
    }

    private static EntryView Show(AuditEntry entry) =>
        new(entry.Id, entry.Position, entry.At, entry.Actor, entry.Action, entry.Entity, entry.EntityId, Fields(entry.Before), Fields(entry.After));

    /// <summary>The fields; a text that somebody made invalid is shown as text.</summary>
    private static JsonElement? Fields(string? json)
    {
        if (json is null) return null;
        try
        {
            return Json.Read<JsonElement>(json);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(json, Json.Options);
        }
    }

    /// <summary>Which entries are wanted; times from inclusive, to exclusive.</summary>
    public sealed record Query(string? Entity, Guid? EntityId, string? Actor, string? Action, DateTimeOffset? From, DateTimeOffset? To, int? Limit, string? Cursor);
}
