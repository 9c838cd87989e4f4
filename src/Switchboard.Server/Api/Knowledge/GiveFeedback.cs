using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>POST /articles/{id}/feedback: whether an article helped. A person has one vote on an article; another one takes its place.</summary>
public static class GiveFeedback
{
    /// <summary>The vote.</summary>
    public sealed record Body(bool? Helpful);

    /// <summary>The vote as it counts.</summary>
    public sealed record VoteView(Guid ArticleId, int Version, bool Helpful, DateTimeOffset At);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/articles/{id:guid}/feedback", HandleAsync).NeedsScopeOrContact(Scopes.ReadKnowledge).Example(new { helpful = true }).Produces<VoteView>()
        .WithSummary("Says whether the article helped. Everybody has one vote on an article: the same again changes nothing, another one takes its place.");

    private static async Task<IResult> HandleAsync(Guid id, Body body, HttpContext http, RowChanges changes, SearchRecording recording, TimeProvider time)
    {
        if (body.Helpful is not { } helpful) return Problems.Invalid(("helpful", "is true or false"));
        Actor caller = http.Caller();
        string voter = caller is ContactActor contact ? recording.VoterOf(contact) : caller.Key;
        KbEvent vote = helpful ? KbEvent.Helpful : KbEvent.NotHelpful;
        DateTimeOffset now = time.GetUtcNow();
        return await changes.MakeAsync(http, body, db =>
        {
            if (db.Articles.SingleOrDefault(a => a.Id == id) is not { } article || !ArticleAccess.MaySee(caller, article, db)) return Changed.Refused(Problems.NotFound("article"));
            KbUse[] earlier = [.. db.Set<KbUse>().Where(u => u.ArticleId == id && u.Voter == voter && u.Uncounted == null && (u.Event == KbEvent.Helpful || u.Event == KbEvent.NotHelpful))];
            if (earlier is [var same] && same.Event == vote && same.ArticleVersion == article.Version) return Changed.Ok(new VoteView(id, article.Version, helpful, same.At));
            foreach (KbUse one in earlier) one.Uncounted = "replaced";
            Guid use = Guid.CreateVersion7(now);
            db.Add(new KbUse { TenantId = db.TenantId, Id = use, ArticleId = id, ArticleVersion = article.Version, Voter = voter, Event = vote, At = now, IdempotencyKey = $"feedback:{use:N}" });
            return Changed.Ok(new VoteView(id, article.Version, helpful, now));
        });
    }
}
