using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Api.Runs;
using Switchboard.Server.Auth;
using Switchboard.Storage;
using Switchboard.Storage.Conversations;

namespace Switchboard.Server.Api.Conversations;

/// <summary>POST /conversations/{id}/merge: a conversation goes on in another one of the same customer and is closed with a link to it.</summary>
public static class MergeConversation
{
    /// <summary>Where it goes on.</summary>
    public sealed record Body(Guid? Into);

    /// <summary>What came of it.</summary>
    public sealed record MergedView(Guid ConversationId, Guid MergedIntoId, int Messages);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/conversations/{id:guid}/merge", HandleAsync).NeedsScope(Scopes.WriteConversations).Example(new { into = Guid.Empty }).Produces<MergedView>()
        .WithSummary("Takes the conversation's messages into another one of the same customer, in their order, and closes it with a link.");

    /// <summary>A turn of the conversation that ends is waited for: its answer belongs to what is taken over. One of the other goes on, and answers behind what came.</summary>
    private static async Task<IResult> HandleAsync(Guid id, Body body, HttpContext http, RowChanges changes, IDispatcher dispatcher, TimeProvider time)
    {
        if (body.Into is not { } target || target == id) return Problems.Invalid(("into", "is another conversation of the same customer"));
        Actor caller = http.Caller();
        long begun = time.GetTimestamp();
        while (true)
        {
            Guid? turn = null;
            IResult answer = await changes.MakeAsync(http, body, db => Merge(db, caller, id, target, time.GetUtcNow(), out turn));
            TimeSpan patience = RunWait.Longest - time.GetElapsedTime(begun);
            if (turn is not { } underWay) return answer;
            if (patience <= TimeSpan.Zero || !await dispatcher.EndedAsync(caller.TenantId, Subjects.Conversation(id), underWay, 0, patience, time, _ => true, http.RequestAborted)) return answer;
        }
    }

    private static Changed Merge(SwitchboardDb db, Actor caller, Guid id, Guid target, DateTimeOffset now, out Guid? turn)
    {
        turn = null;
        // Always in the order of their ids, so that two merges the other way round do not wait for each other.
        (Guid first, Guid second) = id.CompareTo(target) < 0 ? (id, target) : (target, id);
        Conversation? one = db.Hold(first), other = db.Hold(second);
        (Conversation? from, Conversation? into) = first == id ? (one, other) : (other, one);
        if (from is null || !ConversationAccess.MaySee(caller, from)) return Changed.Refused(Problems.NotFound("conversation"));
        if (into is null || !ConversationAccess.MaySee(caller, into)) return Changed.Refused(Problems.Invalid(("into", "is no conversation")));
        if (from.MergedIntoId == target) return Changed.Ok(new MergedView(id, target, db.Messages.Count(m => m.ConversationId == id)));
        turn = db.TurnUnderWay(id);
        return Changed.Ok(new MergedView(id, target, db.Merge(from, into, now)));
    }
}
