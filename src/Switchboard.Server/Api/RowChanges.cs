using System.Diagnostics;
using System.Net.Mime;
using System.Text;
using Switchboard.Core;
using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Server.Api.Conversations;
using Switchboard.Server.Auth;
using Switchboard.Storage;
using Switchboard.Storage.Calls;

namespace Switchboard.Server.Api;

/// <summary>What a change of rows came to.</summary>
public sealed record Changed
{
    private Changed()
    {
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; private init; }

    /// <summary>The body as JSON; null for none.</summary>
    public string? Body { get; private init; }

    /// <summary>Where what was made is found.</summary>
    public string? Location { get; private init; }

    /// <summary>The version of what was changed.</summary>
    public string? Tag { get; private init; }

    /// <summary>Why nothing was changed; null when something was.</summary>
    public IResult? Refusal { get; private init; }

    /// <summary>It was changed, and is so now.</summary>
    public static Changed Ok<T>(T view, string? tag = null) => new() { Status = 200, Body = Json.Write(view), Tag = tag };

    /// <summary>It was made.</summary>
    public static Changed Created<T>(string location, T view, string? tag = null) => new() { Status = 201, Body = Json.Write(view), Location = location, Tag = tag };

    /// <summary>It will be done.</summary>
    public static Changed Accepted<T>(string location, T view) => new() { Status = 202, Body = Json.Write(view), Location = location };

    /// <summary>It is gone.</summary>
    public static Changed Gone() => new() { Status = 204 };

    /// <summary>Nothing was changed.</summary>
    public static Changed Refused(IResult problem) => new() { Refusal = problem };
}

/// <summary>How routes change rows: in one transaction with its audit, and once for each <c>Idempotency-Key</c>.</summary>
/// <param name="calls">Where rows are changed.</param>
public sealed class RowChanges(AnsweredCalls calls)
{
    /// <summary>Changes rows and answers the call.</summary>
    /// <param name="http">The call.</param>
    /// <param name="body">What was sent; it belongs to the key.</param>
    /// <param name="work">The change. It looks the rows up and says no by <see cref="Changed.Refused"/>; it may run more than once, of which one counts.</param>
    public async Task<IResult> MakeAsync<TBody>(HttpContext http, TBody body, Func<SwitchboardDb, Changed> work) => (await TryAsync(http, body, work)).Answer;

    /// <summary>The same, and whether rows were changed by this call.</summary>
    public async Task<(IResult Answer, bool IsChanged)> TryAsync<TBody>(HttpContext http, TBody body, Func<SwitchboardDb, Changed> work)
    {
        Actor caller = http.Caller();
        (string? key, byte[]? hash, IResult? problem) = TurnCalls.KeyOf(http, caller, http.Request.Method, http.Request.Path.Value, http.Request.QueryString.Value, http.Request.Headers.IfMatch.ToString(), Json.Write(body));
        if (problem is not null) return (problem, false);
        try
        {
            // A change that has begun is carried through: a caller who is gone must not leave half of it.
            Activity? call = Activity.Current;
            CallMade<Changed> made = await calls.WriteAsync(caller, key is null ? null : new CallKey(key, hash!), db => Within(call, db, work), AnswerOf, CancellationToken.None);
            if (made.IsMismatch) return (TurnCalls.KeyMismatch(), false);
            if (made.Earlier is { } earlier) return (new Answered(earlier), false);
            return made.Made!.Refusal is { } refusal ? (refusal, false) : (new Answered(AnswerOf(made.Made)!), true);
        }
        catch (DomainRuleException broken)
        {
            return (Problems.Of(409, broken.Rule, "It cannot be changed so", broken.Message), false);
        }
    }

    /// <summary>The work may run on the thread that writes; what it says of an error is to carry the trace of its call.</summary>
    private static Changed Within(Activity? call, SwitchboardDb db, Func<SwitchboardDb, Changed> work)
    {
        Activity? before = Activity.Current;
        Activity.Current = call;
        try
        {
            return work(db);
        }
        finally
        {
            Activity.Current = before;
        }
    }

    private static CallAnswer? AnswerOf(Changed changed) => changed.Refusal is null ? new CallAnswer(changed.Status, changed.Body, changed.Location, changed.Tag) : null;

    /// <summary>The answer as it goes over the wire, the first time and every other time.</summary>
    internal sealed class Answered(CallAnswer answer) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            HttpResponse response = httpContext.Response;
            response.StatusCode = answer.Status;
            if (answer.Location is { } location) response.Headers.Location = location;
            if (answer.Tag is { } tag) response.Headers.ETag = tag;
            if (answer.Body is not { } body) return;
            response.ContentType = answer.Type ?? $"{MediaTypeNames.Application.Json}; charset=utf-8";
            await response.WriteAsync(body, Encoding.UTF8, httpContext.RequestAborted);
        }
    }
}
