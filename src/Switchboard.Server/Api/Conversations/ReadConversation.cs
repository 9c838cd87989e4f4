using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Agents;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Conversations;

/// <summary>GET /conversations/{id} and what belongs to it: messages, decisions, events.</summary>
public static class ReadConversation
{
    /// <summary>Why one turn went as it went.</summary>
    public sealed record DecisionView(Guid RunId, int Sequence, RunStatus Status, DateTimeOffset At, Guid? ReplyId, DecisionRecord? Decision, string? Error);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/conversations/{id:guid}", GetAsync).NeedsScopeOrContact(Scopes.ReadConversations).Produces<ConversationView>();
        routes.MapGet("/conversations/{id:guid}/messages", MessagesAsync).NeedsScopeOrContact(Scopes.ReadConversations).Produces<Page<MessageView>>();
        routes.MapGet("/conversations/{id:guid}/decisions", DecisionsAsync).NeedsScopeOrContact(Scopes.ReadConversations).Produces<Page<DecisionView>>().AnswersAs("text/plain");
        routes.MapGet("/conversations/{id:guid}/events", EventsAsync).NeedsScopeOrContact(Scopes.ReadConversations).AnswersAs("text/event-stream");
    }

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, Data data)
    {
        Actor caller = http.Caller();
        await using SwitchboardDb db = data.For(caller.TenantId);
        if (await ConversationAccess.FindAsync(db, caller, id, http.RequestAborted) is not { } conversation) return Problems.NotFound("conversation");
        long last = await db.LastEventAsync(Subjects.Conversation(id), http.RequestAborted);
        Handoff? handoff = caller is ContactActor ? null : await db.Set<Handoff>().AsNoTracking().Where(h => h.ConversationId == id).OrderByDescending(h => h.CreatedAt).FirstOrDefaultAsync(http.RequestAborted);
        return Results.Ok(ConversationView.Of(conversation, last, handoff, caller));
    }

    private static async Task<IResult> MessagesAsync(Guid id, int? limit, string? cursor, HttpContext http, Data data, Catalogue catalogue)
    {
        if (PageProblem(limit, cursor, out int take, out int after) is { } problem) return problem;
        Actor caller = http.Caller();
        await using SwitchboardDb db = data.For(caller.TenantId);
        if (await ConversationAccess.FindAsync(db, caller, id, http.RequestAborted) is null) return Problems.NotFound("conversation");
        bool staff = caller is not ContactActor;
        List<Message> messages = await db.Set<Message>().AsNoTracking().Where(m => m.ConversationId == id && m.Sequence > after && (staff || !m.IsPrivate)).OrderBy(m => m.Sequence).Take(take + 1).ToListAsync(http.RequestAborted);
        return Results.Ok(Page<MessageView>.Of(messages, take, m => MessageView.Of(m, catalogue), m => m.Sequence.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<IResult> DecisionsAsync(Guid id, int? limit, string? cursor, HttpContext http, Data data)
    {
        if (PageProblem(limit, cursor, out int take, out int after) is { } problem) return problem;
        Actor caller = http.Caller();
        await using SwitchboardDb db = data.For(caller.TenantId);
        if (await ConversationAccess.FindAsync(db, caller, id, http.RequestAborted) is null) return Problems.NotFound("conversation");
        string subject = Subjects.Conversation(id);
        List<Run> runs = await db.Set<Run>().AsNoTracking().Where(r => r.Subject == subject && r.Kind == RunKind.Turn && r.Result != null && r.Ordinal > after).OrderBy(r => r.Ordinal).Take(take + 1).ToListAsync(http.RequestAborted);
        bool staff = caller is not ContactActor;
        var page = Page<DecisionView>.Of(runs, take, r => Explain(r, caller), r => r.Ordinal.ToString(CultureInfo.InvariantCulture));
        if (AsksForText(http.Request)) return Results.Text(Pages(page.Items), "text/plain; charset=utf-8");
        // A person's own words have no decision behind them; that a private note was written is for the staff as well.
        return Results.Ok(staff ? page : page with { Items = [.. page.Items.Where(d => d.Decision is not null)] });
    }

    private static async Task<IResult> EventsAsync(Guid id, long? after, HttpContext http, Data data, IDispatcher dispatcher, TimeProvider time)
    {
        if (after < 0) return Problems.Invalid(("after", "is a number of an event, 0 or more"));
        Actor caller = http.Caller();
        await using (SwitchboardDb db = data.For(caller.TenantId))
        {
            if (await ConversationAccess.FindAsync(db, caller, id, http.RequestAborted) is null) return Problems.NotFound("conversation");
        }
        long from = EventStream.LastEventId(http.Request) ?? after ?? 0;
        return new EventStream(dispatcher.WatchAsync(caller.TenantId, Subjects.Conversation(id), from, CancellationToken.None), untilRun: null, time);
    }

    /// <summary>Whether the caller would rather have a page for people to read.</summary>
    internal static bool AsksForText(HttpRequest request) =>
        request.GetTypedHeaders().Accept is { Count: > 0 } accepted && accepted.OrderByDescending(a => a.Quality ?? 1).First().MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase);

    /// <summary>The turns as pages for a person to read.</summary>
    private static string Pages(IEnumerable<DecisionView> turns) => string.Join('\n', turns.Where(t => t.Decision is not null).Select(t =>
        string.Create(CultureInfo.InvariantCulture, $"Turn {t.Sequence}, {t.At:yyyy-MM-dd HH:mm:ss} UTC, {t.Status.ToString().ToLowerInvariant()}\n{DecisionText.Write(t.Decision!)}")));

    private static DecisionView Explain(Run run, Actor caller)
    {
        TurnResult result = ShownDecision.Of(Json.Read<TurnResult>(run.Result!), caller);
        return new DecisionView(run.Id, run.Ordinal, run.Status, run.FinishedAt ?? run.CreatedAt, result.ReplyId, result.Decision, caller is ContactActor ? null : run.Error);
    }

    private static IResult? PageProblem(int? limit, string? cursor, out int take, out int after)
    {
        take = limit ?? Paging.MostItems;
        after = 0;
        if (Paging.LimitProblem(limit) is { } problem) return problem;
        return cursor is null || int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after) ? null : Paging.CursorProblem();
    }
}
