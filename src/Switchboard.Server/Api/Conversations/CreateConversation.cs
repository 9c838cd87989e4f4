using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Runs;
using Switchboard.Core.Understanding.Pii;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Conversations;

/// <summary>POST /conversations: a first message and the conversation it begins, in one commit.</summary>
public static class CreateConversation
{
    /// <summary>The person a call of the staff or a program is made for.</summary>
    public sealed record ContactInput(string Email, string? Name);

    /// <summary>The request.</summary>
    public sealed record Body(string? Message, Channel? Channel, string? Subject, ContactInput? Contact);

    private const int mostSubject = 200;

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/conversations", HandleAsync).NeedsScopeOrContact(Scopes.WriteConversations).Produces<SentView>(201).Produces<SentView>(202).AnswersAs("text/event-stream").Example(new { message = "How do I add a seat to our plan?" }).CountsAs(RouteClass.Turn);

    private static async Task<IResult> HandleAsync(Body body, HttpContext http, Data data, TurnCalls turns, TimeProvider time)
    {
        Actor caller = http.Caller();
        if (TurnCalls.TextProblem(body.Message) is { } wrong) return Problems.Invalid(("message", wrong));
        if (body.Subject is { Length: > mostSubject }) return Problems.Invalid(("subject", $"is {body.Subject.Length} characters long; the most is {mostSubject}"));
        if (caller is ContactActor && body.Contact is not null) return Problems.Invalid(("contact", "is for the staff; the page's own session says who writes"));

        Contact? contact = null;
        if (body.Contact is { } person)
        {
            await using SwitchboardDb db = data.For(caller.TenantId);
            contact = await db.Set<Contact>().AsNoTracking().SingleOrDefaultAsync(c => c.Email == person.Email, http.RequestAborted);
            if (contact is null) return Problems.Invalid(("contact.email", $"there is no contact with the address {person.Email}"));
        }

        (string? key, byte[]? hash, IResult? problem) = TurnCalls.KeyOf(http, caller, "create", body.Message, body.Channel?.ToString(), body.Subject, body.Contact?.Email);
        if (problem is not null) return problem;

        DateTimeOffset now = time.GetUtcNow();
        Conversation conversation = Begin(caller, contact?.Id, body.Channel ?? (caller is ContactActor ? Channel.Web : Channel.Api), body.Subject, body.Message!, null, now);
        AcceptResult accepted = await turns.AcceptAsync(ToAccept(caller, conversation.Id, conversation, body.Message!, key, hash, now));
        return await turns.AnswerAsync(http, caller.TenantId, accepted);
    }

    /// <summary>A new conversation that belongs to whoever may see it.</summary>
    internal static Conversation Begin(Actor caller, Guid? contactId, Channel channel, string? subject, string text, Guid? continues, DateTimeOffset now)
    {
        var visitor = caller as ContactActor;
        bool proven = visitor is { Proof: not Proof.None, ContactId: not null };
        string first = CardMask.Apply(text).AsSpan().Trim().ToString().ReplaceLineEndings(" ");
        return new Conversation
        {
            TenantId = caller.TenantId,
            Id = Guid.CreateVersion7(now),
            Channel = channel,
            ContactId = proven ? visitor!.ContactId : contactId,
            Proof = proven && visitor!.Proof == Proof.Email ? Proof.Email : null,
            VisitorId = proven ? null : visitor?.VisitorId,
            ContinuesId = continues,
            Subject = string.IsNullOrWhiteSpace(subject) ? first.Length <= mostSubject ? first : string.Concat(first.AsSpan(0, mostSubject - 1), "…") : CardMask.Apply(subject).Trim(),
            CreatedAt = now,
            LastActivityAt = now,
        };
    }

    /// <summary>A message to be accepted.</summary>
    internal static AcceptTurn ToAccept(Actor caller, Guid conversationId, Conversation? created, string text, string? key, byte[]? hash, DateTimeOffset now) => new()
    {
        Actor = caller,
        ConversationId = conversationId,
        NewConversation = created,
        MessageId = Guid.CreateVersion7(now),
        RunId = Guid.CreateVersion7(now),
        Text = text,
        At = now,
        IdempotencyKey = key,
        RequestHash = hash,
    };
}
