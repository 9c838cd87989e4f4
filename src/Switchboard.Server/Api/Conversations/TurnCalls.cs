using System.Security.Cryptography;
using System.Text;
using Switchboard.Core;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Server.Api.Runs;

namespace Switchboard.Server.Api.Conversations;

/// <summary>What creating a conversation and sending a message share: the caller's key, the accept, and the answer as JSON or as a stream.</summary>
public sealed class TurnCalls(IRunStore store, IDispatcher dispatcher, TimeProvider time)
{
    /// <summary>The longest message, in UTF-16 units.</summary>
    public const int MostCharacters = 10_000;

    /// <summary>The longest idempotency key, in characters.</summary>
    public const int MostKeyCharacters = 255;

    /// <summary>How long a repeated call looks whether its run has ended.</summary>
    private static readonly TimeSpan aLook = TimeSpan.FromMilliseconds(250);

    /// <summary>What is wrong with a message's text; null when it is good.</summary>
    public static string? TextProblem(string? text) => text switch
    {
        null or "" => "must not be empty",
        _ when string.IsNullOrWhiteSpace(text) => "must not be empty",
        { Length: > MostCharacters } => $"is {text.Length} characters long; the most is {MostCharacters}",
        _ => null,
    };

    /// <summary>The caller's idempotency key behind the caller's own name, and the hash of what it stands for.</summary>
    public static (string? Key, byte[]? Hash, IResult? Problem) KeyOf(HttpContext http, Actor caller, params string?[] request)
    {
        string key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0) return (null, null, null);
        if (key.Length > MostKeyCharacters) return (null, null, Problems.Invalid(("Idempotency-Key", $"is {key.Length} characters long; the most is {MostKeyCharacters}")));
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(Json.Write(request)));
        return ($"{caller.Key}\n{key}", hash, null);
    }

    /// <summary>The key came with another request before.</summary>
    public static IResult KeyMismatch() => Problems.Of(422, "idempotency_mismatch", "The key was used before", "This Idempotency-Key came with another request. Use a new key for this one.");

    /// <summary>Stores the message with its run and wakes the run.</summary>
    public async Task<AcceptResult> AcceptAsync(AcceptTurn turn)
    {
        // Once the message is on its way to the disk, the caller's going away must not part the accept from its wake.
        AcceptResult accepted = await store.AcceptAsync(turn, CancellationToken.None);
        if (accepted.Kind != AcceptKind.Accepted) return accepted;
        string subject = Subjects.Conversation(accepted.ConversationId);
        if (accepted.StartsNow) dispatcher.Wake(new RunRef(turn.TenantId, accepted.RunId, subject) { NodeId = accepted.NodeId });
        dispatcher.Stored(turn.TenantId, subject);
        return accepted;
    }

    /// <summary>Answers the caller: a stream of the run's events, or the reply as JSON when it comes in time.</summary>
    public async Task<IResult> AnswerAsync(HttpContext http, Guid tenantId, AcceptResult accepted)
    {
        string subject = Subjects.Conversation(accepted.ConversationId);
        if (accepted.Kind == AcceptKind.KeyMismatch) return KeyMismatch();
        if (accepted.Kind == AcceptKind.Erased) return Problems.Of(409, "customer_erased", "The customer's data is erased", "The data of this customer is being erased, or was. Nothing more is taken from its people.");

        long after = Math.Max(accepted.FirstEvent - 1, EventStream.LastEventId(http.Request) ?? 0);
        if (EventStream.IsAskedFor(http.Request)) return new EventStream(dispatcher.WatchAsync(tenantId, subject, after, CancellationToken.None), accepted.RunId, time);

        ReplyView? reply = null;
        bool finished = await dispatcher.EndedAsync(
            tenantId, subject, accepted.RunId, accepted.FirstEvent - 1, accepted.Kind == AcceptKind.Repeated ? aLook : RunWait.Longest, time,
            told =>
            {
                if (told.Kind == StreamEvents.MessageCompleted) reply = Json.Read<ReplyView>(told.Data);
                return true;
            },
            http.RequestAborted);
        var sent = new SentView(accepted.ConversationId, accepted.MessageId, accepted.RunId, reply);
        if (finished) return Results.Created($"/api/v1/conversations/{accepted.ConversationId}", sent);
        http.Response.Headers.Location = $"/api/v1/runs/{accepted.RunId}";
        return accepted.Kind == AcceptKind.Repeated
            ? Problems.Of(409, "in_progress", "Still running", "The first call with this Idempotency-Key is still running. Its run is at Location; ask again shortly.")
            : Results.Json(sent, statusCode: 202);
    }
}
