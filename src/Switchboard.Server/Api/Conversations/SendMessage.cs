using Switchboard.Core.Agents;
using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Conversations;

/// <summary>POST /conversations/{id}/messages: a customer's message that a turn answers, or a person's own words.</summary>
public static class SendMessage
{
    /// <summary>The request.</summary>
    public sealed record Body(string? Text, MessageAuthor? Author, bool? Private);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/conversations/{id:guid}/messages", HandleAsync).NeedsScopeOrContact(Scopes.WriteConversations).Produces<Either<SentView, MessageView>>(201).Produces<SentView>(202).AnswersAs("text/event-stream").Example(new { text = "It still says that the card was declined." }).CountsAs(RouteClass.Turn);

    private static async Task<IResult> HandleAsync(Guid id, Body body, HttpContext http, Data data, IRunStore store, IDispatcher dispatcher, TurnCalls turns, Catalogue catalogue, AnswerMail mail, TimeProvider time)
    {
        Actor caller = http.Caller();
        if (TurnCalls.TextProblem(body.Text) is { } wrong) return Problems.Invalid(("text", wrong));
        if (body.Author is not (null or MessageAuthor.Customer or MessageAuthor.Human)) return Problems.Invalid(("author", "is customer or human"));
        if (caller is ContactActor && (body.Author is MessageAuthor.Human || body.Private is true)) return Problems.Of(403, "not_for_contacts", "This is not for visitors.", "Only the staff writes as a person or adds private notes.");

        Conversation? conversation = await data.FindConversationAsync(caller.TenantId, id, http.RequestAborted);
        if (conversation is null || !ConversationAccess.MaySee(caller, conversation)) return Problems.NotFound("conversation");

        DateTimeOffset now = time.GetUtcNow();
        if (body.Author is MessageAuthor.Human || body.Private is true)
        {
            (string? own, byte[]? what, IResult? wrongKey) = TurnCalls.KeyOf(http, caller, "post", id.ToString(), body.Text, body.Private is true ? "private" : null);
            if (wrongKey is not null) return wrongKey;
            // Cut to what the database keeps, so that a repeated call is answered with the same instant.
            DateTimeOffset at = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
            Guid runId = Guid.CreateVersion7(now);
            var human = new HumanMessage(caller, id, Guid.CreateVersion7(now), runId, body.Text!, body.Private ?? false, at)
            {
                IdempotencyKey = own,
                RequestHash = what,
                Mail = body.Private is true ? null : await mail.ForAsync(conversation, body.Text!, runId, at, http.RequestAborted),
            };
            HumanPosted posted;
            try
            {
                posted = await store.PostHumanAsync(human, CancellationToken.None);
            }
            catch (DomainRuleException broken)
            {
                return Problems.Of(409, broken.Rule, "It takes no more messages", broken.Message);
            }

            if (posted.Kind == AcceptKind.KeyMismatch) return TurnCalls.KeyMismatch();
            if (posted.Message is not { } message) return Problems.NotFound("conversation");
            if (posted.Kind == AcceptKind.Accepted) dispatcher.Stored(caller.TenantId, Subjects.Conversation(id));
            return Results.Created($"/api/v1/conversations/{id}", MessageView.Of(message, catalogue));
        }

        (string? key, byte[]? hash, IResult? problem) = TurnCalls.KeyOf(http, caller, "send", id.ToString(), body.Text);
        if (problem is not null) return problem;
        AcceptResult accepted = await turns.AcceptAsync(CreateConversation.ToAccept(caller, id, null, body.Text!, key, hash, now));
        if (accepted.Kind == AcceptKind.NoConversation) return Problems.NotFound("conversation");
        Guid last = id;
        if (accepted.Kind == AcceptKind.Closed && (await data.FindConversationAsync(caller.TenantId, id, http.RequestAborted))?.MergedIntoId is { } onward)
        {
            // A merged conversation goes on in the other one; read again, since it may have been merged while this message was on its way.
            last = onward;
            accepted = await turns.AcceptAsync(CreateConversation.ToAccept(caller, last, null, body.Text!, key, hash, now));
        }

        if (accepted.Kind == AcceptKind.Closed)
        {
            // A closed conversation stays closed; what is written in it begins a new one that is linked to it.
            Conversation next = CreateConversation.Begin(caller, conversation.ContactId, conversation.Channel, null, body.Text!, last, now);
            accepted = await turns.AcceptAsync(CreateConversation.ToAccept(caller, next.Id, next, body.Text!, key, hash, now));
        }
        return await turns.AnswerAsync(http, caller.TenantId, accepted);
    }
}
