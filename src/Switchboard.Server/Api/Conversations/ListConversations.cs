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
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/conversations", HandleAsync).NeedsScope(Scopes.ReadConversations).Produces<Page<Item>>();

    private static async Task<IResult> HandleAsync(string? status, string? owner, int? limit, string? cursor, HttpContext http, Data data)
    {
        if (!QueryEnum.TryParse(status, out ConversationStatus? wantedStatus)) return Problems.Invalid(("status", $"is one of {QueryEnum.Names<ConversationStatus>()}"));
        if (!QueryEnum.TryParse(owner, out ConversationOwner? wantedOwner)) return Problems.Invalid(("owner", $"is one of {QueryEnum.Names<ConversationOwner>()}"));

        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        IQueryable<Conversation> wanted = db.Conversations.Where(c => c.DeletedAt == null);
        if (wantedStatus is { } s) wanted = wanted.Where(c => c.Status == s);
        if (wantedOwner is { } o) wanted = wanted.Where(c => c.Owner == o);
        return await wanted.PageAsync(Paging.Newest<Conversation>(), limit, cursor, Show, http.RequestAborted);
    }

    private static Item Show(Conversation c) => new(c.Id, c.Subject, c.Channel, c.Status, c.Owner, c.Priority, c.ContactId, c.ReplyEmail, c.CreatedAt, c.LastActivityAt);
}
