using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Conversations;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Conversations;

/// <summary>
/// POST /conversations/{id}/take-over, return-to-bot, assign, escalate, resolve, reopen, snooze, close and csat, PUT its tags and priority, DELETE it. Each is told
/// twice without harm; a rating stays the first. A customer's own conversation can be resolved and rated by the customer.
/// </summary>
public static class ChangeConversation
{
    private const int mostTags = 20;
    private const int longestWord = 60;
    private const int longestComment = 2_000;
    private static readonly TimeSpan longestSnooze = TimeSpan.FromDays(366);

    /// <summary>Who is to answer; at least one of both.</summary>
    public sealed record AssignBody(Guid? AssigneeId = null, string? Team = null);

    /// <summary>To whom, and how soon; high and support when nothing is said.</summary>
    public sealed record EscalateBody(string? Team = null, Priority? Priority = null);

    /// <summary>Until when it sleeps.</summary>
    public sealed record SnoozeBody(DateTimeOffset? Until);

    /// <summary>All tags it has from now on.</summary>
    public sealed record TagsBody(IReadOnlyList<string>? Tags);

    /// <summary>How soon it is to be answered.</summary>
    public sealed record PriorityBody(Priority? Priority);

    /// <summary>The customer's rating.</summary>
    public sealed record CsatBody(int? Score, string? Comment = null);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder one = routes.MapGroup("/conversations/{id:guid}");
        one.MapPost("/take-over", (Guid id, Call call) => call.ChangeAsync(id, talk => talk.TakeOver(call.Caller.PersonId, call.Now))).NeedsScope(Scopes.WriteConversations).Produces<ConversationView>();
        one.MapPost("/return-to-bot", (Guid id, Call call) => call.ChangeAsync(id, talk => talk.ReturnToBot(call.Now))).NeedsScope(Scopes.WriteConversations).Produces<ConversationView>();
        one.MapPost("/assign", AssignAsync).NeedsScope(Scopes.AssignConversations).Produces<ConversationView>().Example(new { team = "billing" });
        one.MapPost("/escalate", EscalateAsync).NeedsScope(Scopes.EscalateConversations).Produces<ConversationView>().Example(new { team = "billing", priority = "high" });
        one.MapPost("/resolve", ResolveAsync).NeedsScopeOrContact(Scopes.WriteConversations).Produces<ConversationView>();
        one.MapPost("/reopen", (Guid id, Call call) => call.ChangeAsync(id, talk => talk.Reopen(call.Now))).NeedsScope(Scopes.WriteConversations).Produces<ConversationView>();
        one.MapPost("/snooze", SnoozeAsync).NeedsScope(Scopes.WriteConversations).Produces<ConversationView>().Example(new { until = "2026-12-24T09:00:00Z" });
        one.MapPost("/close", (Guid id, Call call) => call.ChangeAsync(id, talk => Close(talk, call.Now))).NeedsScope(Scopes.WriteConversations).Produces<ConversationView>();
        one.MapPost("/csat", RateAsync).NeedsScopeOrContact(Scopes.WriteConversations).Produces<ConversationView>().Example(new { score = 5, comment = "Quick and right." });
        one.MapPut("/tags", TagAsync).NeedsScope(Scopes.WriteConversations).Produces<ConversationView>().Example(new { tags = new[] { "refund" } });
        one.MapPut("/priority", PrioritiseAsync).NeedsScope(Scopes.WriteConversations).Produces<ConversationView>().Example(new { priority = "high" });
        one.MapDelete("", DeleteAsync).NeedsScope(Scopes.DeleteConversations).AnswersNothing();
    }

    private static async Task<IResult> AssignAsync(Guid id, AssignBody body, Call call)
    {
        if (body.AssigneeId is null && body.Team is null) return Problems.Invalid(("assigneeId", "name a member of the staff, or a team"));
        if (body.Team is { } team && WordProblem(team) is { } wrong) return Problems.Invalid(("team", wrong));
        if (body.AssigneeId is { } person && !await call.IsStaffAsync(person)) return Problems.Invalid(("assigneeId", "is no active member of the staff"));
        return await call.ChangeAsync(id, talk => talk.Assign(body.AssigneeId, body.Team, call.Now));
    }

    private static async Task<IResult> EscalateAsync(Guid id, EscalateBody body, Call call)
    {
        if (body.Team is { } team && WordProblem(team) is { } wrong) return Problems.Invalid(("team", wrong));
        return await call.ChangeAsync(id, talk =>
        {
            talk.Assign(person: null, body.Team, call.Now);
            talk.HandToHuman(body.Priority ?? Priority.High, call.Now);
        });
    }

    private static Task<IResult> ResolveAsync(Guid id, Call call) => call.ChangeAsync(id, talk =>
    {
        if (talk.Status != ConversationStatus.Resolved) talk.Resolve(call.Now);
        // The customer's own word confirms that it is solved.
        if (call.Caller is ContactActor && talk.ConfirmedAt is null) talk.Confirm(call.Now);
    });

    private static async Task<IResult> SnoozeAsync(Guid id, SnoozeBody body, Call call)
    {
        if (body.Until is not { } asked) return Problems.Invalid(("until", "is missing: give the instant at which it wakes, such as 2026-12-24T09:00:00Z"));
        if (asked - call.Now > longestSnooze) return Problems.Invalid(("until", "is more than a year ahead"));
        // Cut to what the database keeps, so that the end that wakes it is the one it sleeps until.
        DateTimeOffset until = asked.ToUniversalTime().AddTicks(-(asked.Ticks % TimeSpan.TicksPerMicrosecond));
        return await call.ChangeAsync(id, talk => talk.Snooze(until, call.Now), then: SnoozeEnd.RequestFor(call.Caller.TenantId, id, until, call.Now));
    }

    private static async Task<IResult> TagAsync(Guid id, TagsBody body, Call call)
    {
        if (body.Tags is not { } tags) return Problems.Invalid(("tags", "is missing: give all tags it is to have, or an empty list"));
        if (tags.Count > mostTags) return Problems.Invalid(("tags", $"are {tags.Count}; the most are {mostTags}"));
        if (tags.Select(WordProblem).FirstOrDefault(p => p is not null) is { } wrong) return Problems.Invalid(("tags", wrong));
        string[] kept = [.. tags.Select(t => t.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)];
        return await call.ChangeAsync(id, talk => talk.Tags = kept);
    }

    private static async Task<IResult> PrioritiseAsync(Guid id, PriorityBody body, Call call) => body.Priority is { } priority
        ? await call.ChangeAsync(id, talk => talk.Prioritise(priority, call.Now))
        : Problems.Invalid(("priority", $"is one of {QueryEnum.Names<Priority>()}"));

    private static async Task<IResult> RateAsync(Guid id, CsatBody body, Call call)
    {
        if (body.Score is not (>= 1 and <= 5)) return Problems.Invalid(("score", "is a whole number from 1 to 5"));
        if (body.Comment is { Length: > longestComment }) return Problems.Invalid(("comment", $"has more than {longestComment} characters"));
        return await call.ChangeAsync(id, talk => RateOnce(talk, body.Score.Value, call.Now), row: talk => new CsatRating
        {
            TenantId = talk.TenantId,
            Id = Guid.CreateVersion7(call.Now),
            CustomerId = talk.CustomerId,
            ConversationId = talk.Id,
            Score = body.Score.Value,
            Comment = string.IsNullOrWhiteSpace(body.Comment) ? null : body.Comment.Trim(),
            At = call.Now,
        });
    }

    private static async Task<IResult> DeleteAsync(Guid id, Call call)
    {
        IResult changed = await call.ChangeAsync(id, talk =>
        {
            Close(talk, call.Now);
            talk.DeletedAt = call.Now;
        });
        return changed is IStatusCodeHttpResult { StatusCode: 200 } ? Results.NoContent() : changed;
    }

    /// <summary>Each rating counts in the figures, so a conversation has one: asked of the row as it stands in the commit.</summary>
    private static void RateOnce(Conversation talk, int score, DateTimeOffset at)
    {
        if (talk.Csat is { } given) throw new DomainRuleException("already_rated", $"The conversation was rated {given} of 5 already; a rating stays as it is.");
        talk.Rate(score, at);
    }

    private static void Close(Conversation talk, DateTimeOffset at)
    {
        if (talk.Status != ConversationStatus.Closed) talk.Close(at);
    }

    private static string? WordProblem(string word) => word.Trim().Length is > 0 and <= longestWord ? null : $"has 1 to {longestWord} characters";

    /// <summary>What each of these calls needs.</summary>
    public sealed class Call(HttpContext http, Data data, IRunStore store, TimeProvider time)
    {
        /// <summary>Who calls.</summary>
        public Actor Caller { get; } = http.Caller();

        /// <summary>When.</summary>
        public DateTimeOffset Now { get; } = time.GetUtcNow();

        /// <summary>Binds a call to its request.</summary>
        public static ValueTask<Call> BindAsync(HttpContext http) => ValueTask.FromResult(
            new Call(http, http.RequestServices.GetRequiredService<Data>(), http.RequestServices.GetRequiredService<IRunStore>(), http.RequestServices.GetRequiredService<TimeProvider>()));

        /// <summary>Whether a person is an active member of the staff.</summary>
        public async Task<bool> IsStaffAsync(Guid person)
        {
            await using SwitchboardDb db = data.For(Caller.TenantId);
            return await db.Set<User>().AnyAsync(u => u.Id == person && u.Status == UserStatus.Active, http.RequestAborted);
        }

        /// <summary>Changes the conversation, if the caller may see it, and shows it.</summary>
        public async Task<IResult> ChangeAsync(Guid id, Action<Conversation> apply, Func<Conversation, TenantRow>? row = null, RunRequest? then = null)
        {
            Conversation? seen = await data.FindConversationAsync(Caller.TenantId, id, http.RequestAborted);
            if (seen is null || !ConversationAccess.MaySee(Caller, seen)) return Problems.NotFound("conversation");
            try
            {
                Conversation? changed = await store.ChangeAsync(new ConversationChange(Caller, id, apply) { Row = row?.Invoke(seen), Then = then }, CancellationToken.None);
                return changed is null ? Problems.NotFound("conversation") : Results.Ok(ConversationView.Of(changed, await LastEventAsync(id), handoff: null, Caller));
            }
            catch (DomainRuleException broken)
            {
                return Problems.Of(409, broken.Rule, "It cannot be changed so", broken.Message);
            }
        }

        private async Task<long> LastEventAsync(Guid id)
        {
            await using SwitchboardDb db = data.For(Caller.TenantId);
            return await db.LastEventAsync(Subjects.Conversation(id), http.RequestAborted);
        }
    }
}
