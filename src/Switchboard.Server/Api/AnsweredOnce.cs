using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Core;
using Switchboard.Domain.Identity;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Api.Conversations;
using Switchboard.Server.Api.Transfer;
using Switchboard.Server.Auth;
using Switchboard.Storage;
using Switchboard.Storage.Calls;

namespace Switchboard.Server.Api;

/// <summary>
/// Keeps the idempotency key of every unsafe route that does not keep it in the transaction of its change: claimed before the work, answered after it. A call that is lost
/// between the two is never done again under its key, since nobody knows what it did.
/// </summary>
public sealed class AnsweredOnce(RequestDelegate next, AnsweredCalls calls, ILogger<AnsweredOnce> log)
{
    /// <summary>Handles one request.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        HttpRequest request = http.Request;
        if (request.Headers["Idempotency-Key"].Count == 0 || http.GetEndpoint() is not { } route || KeyKeeping.Of(route.Metadata, request.Method, out _) != KeyKeeping.Place.Around)
        {
            await next(http);
            return;
        }

        Actor caller = http.Caller();
        (string? key, _, IResult? problem) = TurnCalls.KeyOf(http, caller);
        if (problem is not null || key is null)
        {
            await (problem?.ExecuteAsync(http) ?? next(http));
            return;
        }

        await using Stream body = await KeepBodyAsync(http, route);
        byte[] sent = await SHA256.HashDataAsync(body, http.RequestAborted);
        body.Position = 0;
        request.Body = body;
        string?[] asked = [request.Method, request.Path.Value, request.QueryString.Value, request.Headers.IfMatch.ToString(), request.Headers.Accept.ToString(), Convert.ToHexStringLower(sent)];
        CallBegun begun = await calls.BeginAsync(caller, new CallKey(key, SHA256.HashData(Encoding.UTF8.GetBytes(Json.Write(asked)))), CancellationToken.None);
        if (begun.Standing == CallStanding.First) await WorkAsync(http, caller, begun.Id);
        else await AnswerOf(begun).ExecuteAsync(http);
    }

    private static IResult AnswerOf(CallBegun begun) => begun.Standing switch
    {
        CallStanding.Answered => new RowChanges.Answered(begun.Earlier!),
        CallStanding.Mismatch => TurnCalls.KeyMismatch(),
        CallStanding.Running => Problems.Of(409, "in_progress", "Still running", "The first call with this Idempotency-Key is still running. Ask again shortly, with the same key."),
        _ => Problems.Of(409, "outcome_unknown", "Nobody knows what became of it", "The first call with this Idempotency-Key ended without an answer. Look whether it was done; if not, send it with a new key."),
    };

    /// <summary>The answer is held back until it is kept: who has it can rely on it.</summary>
    private async Task WorkAsync(HttpContext http, Actor caller, Guid id)
    {
        HttpResponse response = http.Response;
        Stream outward = response.Body;
        using var held = new MemoryStream();
        response.Body = held;
        try
        {
            await next(http);
            // The pipe of the answer writes behind the stream's back.
            await response.BodyWriter.FlushAsync(CancellationToken.None);
        }
        catch (Exception error)
        {
            response.Body = outward;
            await KeepAsync(DidNothing(error) ? calls.ReleaseAsync(caller, id) : calls.LoseAsync(caller, id));
            throw;
        }

        response.Body = outward;
        await KeepAsync(response.StatusCode switch
        {
            >= 500 => calls.LoseAsync(caller, id),
            // It was refused: mended, it may come again under its key.
            >= 400 => calls.ReleaseAsync(caller, id),
            _ => calls.AnswerAsync(caller, id, AnswerOf(response, held)),
        });
        held.Position = 0;
        await held.CopyToAsync(outward, http.RequestAborted);
    }

    private static CallAnswer AnswerOf(HttpResponse response, MemoryStream body)
    {
        string? type = response.ContentType;
        return new CallAnswer(
            response.StatusCode,
            body.Length == 0 ? null : Encoding.UTF8.GetString(body.ToArray()),
            response.Headers.Location.Count == 0 ? null : response.Headers.Location.ToString(),
            response.Headers.ETag.Count == 0 ? null : response.Headers.ETag.ToString(),
            type is null || type.StartsWith(MediaTypeNames.Application.Json, StringComparison.Ordinal) ? null : type);
    }

    /// <summary>A request that cannot be read was not worked on, and of a full disk nothing was stored.</summary>
    private static bool DidNothing(Exception error) => error is BadHttpRequestException || DatabaseFailures.IsFull(error);

    /// <summary>What was done is told, also when it can no longer be written down: the key then stays begun, and is never worked on again.</summary>
    private async Task KeepAsync(Task keeping)
    {
        try
        {
            await keeping;
        }
        catch (Exception error) when (DatabaseFailures.IsUnavailable(error) || DatabaseFailures.IsFull(error))
        {
            if (log.IsEnabled(LogLevel.Warning)) log.LogWarning(error, "The answer of a call with an Idempotency-Key could not be kept; the same key will be told that its outcome is not known");
        }
    }

    /// <summary>The body is read before the work, since the key stands for it. Uploads go to a file, as they would without a key.</summary>
    private static async Task<Stream> KeepBodyAsync(HttpContext http, Endpoint route)
    {
        IReadOnlyList<string> types = route.Metadata.GetMetadata<RouteContract.RawBody>()?.ContentTypes ?? [];
        if (types.Contains("text/csv") || (types.Contains("application/zip") && !http.Request.HasJsonContentType())) return await UploadedFile.KeepAsync(http);
        var kept = new MemoryStream();
        await http.Request.Body.CopyToAsync(kept, http.RequestAborted);
        kept.Position = 0;
        return kept;
    }
}
