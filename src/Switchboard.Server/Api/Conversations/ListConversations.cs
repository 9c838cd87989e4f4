using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Conversations;

/// <summary>GET /conversations: the tenant's conversations, newest first. With owner=human it is the list of those that wait for a person.</summary>
public static class ListConversations
{
    /// <summary>A conversation in the list.</summary>
    public sealed record Item(Guid Id, string Subject, Channel Channel, ConversationStatus Status, ConversationOwner Owner, Priority Priority, Guid? ContactId, string? ReplyEmail, DateTimeOffset CreatedAt, DateTimeOffset LastActivityAt);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/conversations", HandleAsync).NeedsScope(Scopes.ReadConversations);

    private static async Task<IResult> HandleAsync(string? status, string? owner, int? limit, string? cursor, HttpContext http, Data data)
    {
        if (Paging.LimitProblem(limit) is { } problem) return problem;
        var before = Guid.Empty;
        if (cursor is not null && !Guid.TryParse(cursor, out before)) return Paging.CursorProblem();
        if (!TryParse(status, out ConversationStatus? wantedStatus)) return Problems.Invalid(("status", $"is one of {Names<ConversationStatus>()}"));
        if (!TryParse(owner, out ConversationOwner? wantedOwner)) return Problems.Invalid(("owner", $"is one of {Names<ConversationOwner>()}"));

        int take = limit ?? Paging.MostItems;
        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        IQueryable<Conversation> wanted = db.Conversations;
        if (wantedStatus is { } s) wanted = wanted.Where(c => c.Status == s);
        if (wantedOwner is { } o) wanted = wanted.Where(c => c.Owner == o);
        if (cursor is not null) wanted = wanted.Where(c => c.Id.CompareTo(before) < 0);
        // Ids begin with their time, so their order is the order in which the conversations began.
        List<Conversation> rows = await wanted.OrderByDescending(c => c.Id).Take(take + 1).ToListAsync(http.RequestAborted);
        return Results.Ok(Page<Item>.Of(rows, take, c => new Item(c.Id, c.Subject, c.Channel, c.Status, c.Owner, c.Priority, c.ContactId, c.ReplyEmail, c.CreatedAt, c.LastActivityAt), c => c.Id.ToString("D")));
    }

    private static bool TryParse<T>(string? text, out T? value)
        where T : struct, Enum
    {
        value = null;
        if (text is null) return true;
        T parsed = default;
        bool known = text.All(char.IsAsciiLetter) && Enum.TryParse(text, ignoreCase: true, out parsed);
        if (known) value = parsed;
        return known;
    }

    private static string Names<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()));
}
