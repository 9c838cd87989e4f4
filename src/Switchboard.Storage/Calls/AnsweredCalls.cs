using System.Text;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Domain.Identity;

namespace Switchboard.Storage.Calls;

/// <summary>An idempotency key as it came with a call.</summary>
/// <param name="Key">Who calls, and the key.</param>
/// <param name="RequestHash">SHA-256 of what is asked for.</param>
public sealed record CallKey(string Key, byte[] RequestHash);

/// <summary>What a call is answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body; null for none.</param>
/// <param name="Location">Where what was made is found; null when nothing says so.</param>
/// <param name="Tag">The version of what was changed; null when it has none.</param>
/// <param name="Type">The body's type; null for JSON.</param>
public sealed record CallAnswer(int Status, string? Body, string? Location, string? Tag, string? Type = null);

/// <summary>How a call with a key stands before its work begins.</summary>
public enum CallStanding
{
    /// <summary>It is the first one: the work may begin.</summary>
    First,

    /// <summary>It was answered before.</summary>
    Answered,

    /// <summary>The key came with another request.</summary>
    Mismatch,

    /// <summary>The first call may still be running.</summary>
    Running,

    /// <summary>The first call ended without an answer, and what it did is not known.</summary>
    Lost,
}

/// <summary>A key that was asked for before its work.</summary>
/// <param name="Standing">How it stands.</param>
/// <param name="Id">The call's own id when it is the first.</param>
/// <param name="Earlier">The answer when there is one.</param>
public sealed record CallBegun(CallStanding Standing, Guid Id = default, CallAnswer? Earlier = null);

/// <summary>What became of a call.</summary>
/// <param name="Made">What the work gave; null when the key was known.</param>
/// <param name="Earlier">The answer of the first call with this key; null when this is the first one.</param>
/// <param name="IsMismatch">Whether the key came with another request before.</param>
public sealed record CallMade<T>(T? Made, CallAnswer? Earlier, bool IsMismatch) where T : class;

/// <summary>Changes rows once for each idempotency key: the answer is stored in the transaction of the change, so that there is never the one without the other.</summary>
/// <param name="data">The rows.</param>
/// <param name="seal">Encrypts the answers.</param>
/// <param name="time">The clock.</param>
public sealed class AnsweredCalls(Data data, SecretBox seal, TimeProvider time)
{
    /// <summary>How long an answer is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>How long a call that was begun is taken for running. After it the process is taken for dead; the key is not free for that, since what was done is not known.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    private const int forgottenAtOnce = 50;

    /// <summary>Changes rows, or gives the answer of the call that did it before under the same key.</summary>
    /// <param name="actor">Who calls.</param>
    /// <param name="key">The call's key; null when it has none.</param>
    /// <param name="work">The change; it may run more than once, of which one counts.</param>
    /// <param name="answer">What the work's result is answered; null when nothing was done: then nothing is kept, neither of rows nor of the key.</param>
    /// <param name="cancellationToken">Cancels what has not begun.</param>
    public Task<CallMade<T>> WriteAsync<T>(Actor actor, CallKey? key, Func<SwitchboardDb, T> work, Func<T, CallAnswer?> answer, CancellationToken cancellationToken) where T : class =>
        data.WriteAsync(actor, db => Write(db, key, work, answer), cancellationToken);

    /// <summary>Claims a key before work that has no one transaction to keep its answer in.</summary>
    public Task<CallBegun> BeginAsync(Actor actor, CallKey key, CancellationToken cancellationToken)
    {
        string hash = Convert.ToHexStringLower(seal.Mark(key.RequestHash, key.Key));
        return data.WriteAsync(
            actor,
            db =>
            {
                DateTimeOffset now = time.GetUtcNow();
                if (Known(db, key.Key, now) is { } known)
                {
                    if (known.RequestHash != hash) return new CallBegun(CallStanding.Mismatch);
                    if (known.Status == AnsweredCall.Lost) return new CallBegun(CallStanding.Lost);
                    if (known.Status == AnsweredCall.Begun) return new CallBegun(now - known.At < Lease ? CallStanding.Running : CallStanding.Lost);
                    return new CallBegun(CallStanding.Answered, known.Id, AnswerOf(db, known));
                }

                Guid id = Guid.CreateVersion7(now);
                db.Add(new AnsweredCall { TenantId = db.TenantId, Id = id, Key = key.Key, RequestHash = hash, Status = AnsweredCall.Begun, Answer = seal.Seal([], PlaceOf(db.TenantId, id)), At = now });
                return new CallBegun(CallStanding.First, id);
            },
            cancellationToken);
    }

    /// <summary>Keeps the answer of a call that was begun.</summary>
    public Task AnswerAsync(Actor actor, Guid id, CallAnswer answer) => ChangeAsync(actor, id, (db, call) =>
    {
        call.Status = answer.Status;
        call.Answer = seal.Seal(Encoding.UTF8.GetBytes(Json.Write(answer)), PlaceOf(db.TenantId, id));
    });

    /// <summary>Gives the key of a call back that did nothing.</summary>
    public Task ReleaseAsync(Actor actor, Guid id) => ChangeAsync(actor, id, (db, call) => db.Remove(call));

    /// <summary>Says of a call that was begun that nobody knows what it did.</summary>
    public Task LoseAsync(Actor actor, Guid id) => ChangeAsync(actor, id, (_, call) => call.Status = AnsweredCall.Lost);

    /// <summary>What the kept calls were asked under and answered, so that an answer which names somebody can be found.</summary>
    internal IEnumerable<(Guid Id, string Text)> Texts(SwitchboardDb db, DateTimeOffset since)
    {
        foreach (AnsweredCall call in db.Set<AnsweredCall>().AsNoTracking().Where(c => c.At >= since).AsEnumerable())
            yield return (call.Id, $"{call.Key}\n{(seal.Open(call.Answer, PlaceOf(db.TenantId, call.Id)) is { } answer ? Encoding.UTF8.GetString(answer) : "")}");
    }

    /// <summary>The row is gone when a customer whom it named was erased meanwhile: then nothing is kept.</summary>
    private Task ChangeAsync(Actor actor, Guid id, Action<SwitchboardDb, AnsweredCall> change) => data.WriteAsync(
        actor,
        db =>
        {
            if (db.Set<AnsweredCall>().SingleOrDefault(c => c.Id == id) is { } call) change(db, call);
            return 0;
        },
        CancellationToken.None);

    private CallAnswer AnswerOf(SwitchboardDb db, AnsweredCall known) =>
        Json.Read<CallAnswer>(Encoding.UTF8.GetString(seal.Open(known.Answer, PlaceOf(db.TenantId, known.Id)) ?? throw Unreadable()));

    private CallMade<T> Write<T>(SwitchboardDb db, CallKey? key, Func<SwitchboardDb, T> work, Func<T, CallAnswer?> answer) where T : class
    {
        DateTimeOffset now = time.GetUtcNow();
        string? hash = key is null ? null : Convert.ToHexStringLower(key.RequestHash);
        if (key is not null && Known(db, key.Key, now) is { } known)
            return known.RequestHash == hash ? new CallMade<T>(null, AnswerOf(db, known), false) : new CallMade<T>(null, null, true);

        T made = work(db);
        if (answer(made) is not { } told)
        {
            db.ChangeTracker.Clear();
            return new CallMade<T>(made, null, false);
        }

        if (key is null) return new CallMade<T>(made, null, false);
        Guid id = Guid.CreateVersion7(now);
        db.Add(new AnsweredCall { TenantId = db.TenantId, Id = id, Key = key.Key, RequestHash = hash!, Status = told.Status, Answer = seal.Seal(Encoding.UTF8.GetBytes(Json.Write(told)), PlaceOf(db.TenantId, id)), At = now });
        return new CallMade<T>(made, null, false);
    }

    /// <summary>The call under a key. Those whose time is over are forgotten on the way: this one, and some others.</summary>
    private static AnsweredCall? Known(SwitchboardDb db, string key, DateTimeOffset now)
    {
        DateTimeOffset oldest = now - Kept;
        AnsweredCall? known = db.Set<AnsweredCall>().SingleOrDefault(c => c.Key == key);
        if (known?.At > oldest) return known;
        AnsweredCall[] over = [.. db.Set<AnsweredCall>().Where(c => c.At <= oldest && c.Key != key).OrderBy(c => c.At).Take(forgottenAtOnce)];
        if (known is null && over.Length == 0) return null;
        db.RemoveRange(known is null ? over : [known, .. over]);
        // Gone before the work begins: it may throw away what it changed, and the key is to be free for its answer.
        db.SaveChanges();
        return null;
    }

    private static string PlaceOf(Guid tenantId, Guid id) => $"{tenantId:N} {id:N}";

    private static InvalidOperationException Unreadable() => new("The answer of a call cannot be read: it was stored with another key of the data folder.");
}
