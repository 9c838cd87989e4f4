using System.Buffers.Text;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Runs;

/// <summary>GET /runs and GET /jobs: the tenant's runs, newest first. Of both, only kinds that the caller may read.</summary>
public static class ListRuns
{
    /// <summary>A run in the list.</summary>
    public sealed record Item(
        Guid Id, RunKind Kind, string Subject, RunStatus Status, RunLane Lane, int Priority, string? Handler, double? Progress, int Attempts, DateTimeOffset? Due, string? ErrorCode, string? Error,
        DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/runs", RunsAsync).NeedsEitherScope(Scopes.ReadConversations, Scopes.ReadAgents).Produces<Page<Item>>();
        routes.MapGet("/jobs", JobsAsync).NeedsScope(Scopes.ReadAgents).Produces<Page<Item>>();
    }

    private static Task<IResult> RunsAsync(string? kind, string? subject, string? status, int? limit, string? cursor, HttpContext http, Data data) =>
        ListAsync(Enum.GetValues<RunKind>(), kind, subject, status, limit, cursor, http, data);

    private static Task<IResult> JobsAsync(string? kind, string? status, int? limit, string? cursor, HttpContext http, Data data) =>
        ListAsync(RunAccess.Jobs, kind, null, status, limit, cursor, http, data);

    private static async Task<IResult> ListAsync(RunKind[] kinds, string? kind, string? subject, string? status, int? limit, string? cursor, HttpContext http, Data data)
    {
        if (!QueryEnum.TryParse(kind, out RunKind? wantedKind) || (wantedKind is { } k && !kinds.Contains(k))) return Problems.Invalid(("kind", $"is one of {QueryEnum.Names<RunKind>()}"));
        if (!QueryEnum.TryParse(status, out RunStatus? wantedStatus)) return Problems.Invalid(("status", $"is one of {QueryEnum.Names<RunStatus>()}"));
        if (Paging.LimitProblem(limit) is { } problem) return problem;
        Guid? before = null;
        if (cursor is not null)
        {
            if (!TryRead(cursor, out Guid read)) return Paging.CursorProblem();
            before = read;
        }

        Actor caller = http.Caller();
        if (wantedKind is { } asked && !caller.Has(RunAccess.ScopeOf(asked))) return RunAccess.Missing(RunAccess.ScopeOf(asked));
        RunKind[] readable = [.. kinds.Where(one => caller.Has(RunAccess.ScopeOf(one)) && (wantedKind is null || one == wantedKind))];
        int take = limit ?? Paging.MostItems;
        await using SwitchboardDb db = data.For(caller.TenantId);
        IQueryable<Run> wanted = db.Runs.Where(r => readable.Contains(r.Kind));
        if (subject is not null) wanted = wanted.Where(r => r.Subject == subject);
        if (wantedStatus is { } s) wanted = wanted.Where(r => r.Status == s);
        if (before is { } last) wanted = wanted.Where(r => r.Id.CompareTo(last) < 0);
        // Ids begin with their time. Inputs, results and journals are not read for a list.
        List<Item> rows = await wanted.OrderByDescending(r => r.Id).Take(take + 1)
            .Select(r => new Item(r.Id, r.Kind, r.Subject, r.Status, r.Lane, r.Priority, r.Handler, r.Progress, r.Attempts, r.Due, r.ErrorCode, r.Error, r.CreatedAt, r.FinishedAt)).ToListAsync(http.RequestAborted);
        return Results.Ok(Page<Item>.Of(rows, take, row => row, row => Base64Url.EncodeToString(row.Id.ToByteArray(bigEndian: true))));
    }

    private static bool TryRead(string cursor, out Guid id)
    {
        id = default;
        try
        {
            byte[] bytes = Base64Url.DecodeFromChars(cursor);
            if (bytes.Length != 16) return false;
            id = new Guid(bytes, bigEndian: true);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
