using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Core.Schedules;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Conversations;

/// <summary>
/// PUT and DELETE /conversations/{id}/messages/{messageId}/intent: a person says what a customer's message wanted, and takes it back. GET /intents: the labels there are, the version that
/// reads messages, and the last trainings. GET /intents/corrections: what was corrected.
/// </summary>
public static class CorrectIntent
{
    private const int mostTrainings = 10;

    /// <summary>What the message wanted: one of the labels of GET /intents.</summary>
    public sealed record CorrectionBody(string? Intent);

    /// <summary>A correction.</summary>
    public sealed record CorrectionView(Guid ConversationId, Guid MessageId, string? From, string To, Guid? By, DateTimeOffset At)
    {
        /// <summary>Shows a row.</summary>
        public static CorrectionView Of(IntentCorrection c) => new(c.ConversationId, c.MessageId, c.From, c.To, c.By, c.At);
    }

    /// <summary>A label with its place.</summary>
    public sealed record IntentView(string Intent, string? Domain, string? Category);

    /// <summary>A training, and whether its version took over.</summary>
    public sealed record TrainingView(Guid RunId, DateTimeOffset At, bool Accepted, string? Version, int Corrections, string Reason);

    /// <summary>What messages are read by.</summary>
    public sealed record IntentsView(string ModelVersion, int Corrections, IReadOnlyList<TrainingView> Trainings, IReadOnlyList<IntentView> Items);

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/conversations/{id:guid}/messages/{messageId:guid}/intent", CorrectAsync).NeedsScope(Scopes.WriteConversations).Produces<CorrectionView>().Example(new { intent = "billing/discount-negotiator" });
        routes.MapDelete("/conversations/{id:guid}/messages/{messageId:guid}/intent", TakeBackAsync).NeedsScope(Scopes.WriteConversations).AnswersNothing();
        routes.MapGet("/intents", ShowAsync).NeedsScope(Scopes.ReadConversations).Produces<IntentsView>();
        routes.MapGet("/intents/corrections", ListAsync).NeedsScope(Scopes.ReadConversations).Produces<Page<CorrectionView>>();
    }

    private static async Task<IResult> CorrectAsync(Guid id, Guid messageId, CorrectionBody body, HttpContext http, Data data, IIntentStore intents, ScheduledRuns runs, TimeProvider time)
    {
        if (body.Intent is not { } intent || !DeskIntents.Labels.Contains(intent)) return Problems.Invalid(("intent", "is one of the labels of GET /intents, such as " + DeskIntents.Labels.Order(StringComparer.Ordinal).First()));
        Actor caller = http.Caller();
        string? from;
        await using (SwitchboardDb db = data.For(caller.TenantId))
        {
            if (await ConversationAccess.FindAsync(db, caller, id, http.RequestAborted) is null) return Problems.NotFound("conversation");
            if (await db.Messages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == messageId && m.ConversationId == id, http.RequestAborted) is not { } message) return Problems.NotFound("message");
            if (message.Author != MessageAuthor.Customer) return Problems.Of(409, "not_a_customers_message", "It cannot be corrected", "Only what a customer wrote wants something; this message was written by the desk.");
            from = await UnderstoodAsync(db, message, http.RequestAborted);
        }

        DateTimeOffset now = time.GetUtcNow();
        CorrectionView stored = await StoreAsync(data, caller, new IntentCorrection { TenantId = caller.TenantId, Id = Guid.CreateVersion7(now), ConversationId = id, MessageId = messageId, From = from, To = intent, By = caller.PersonId, At = now });
        await TrainWhenManyAsync(caller, data, intents, runs);
        return Results.Ok(stored);
    }

    private static async Task<IResult> TakeBackAsync(Guid id, Guid messageId, HttpContext http, Data data)
    {
        Actor caller = http.Caller();
        await using (SwitchboardDb db = data.For(caller.TenantId))
        {
            if (await ConversationAccess.FindAsync(db, caller, id, http.RequestAborted) is null) return Problems.NotFound("conversation");
        }

        bool gone = await data.WriteAsync(caller, db =>
        {
            if (db.Set<IntentCorrection>().SingleOrDefault(c => c.MessageId == messageId && c.ConversationId == id) is not { } correction) return false;
            db.Remove(correction);
            return true;
        }, CancellationToken.None);
        return gone ? Results.NoContent() : Problems.NotFound("correction");
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Data data, TenantIntents intents)
    {
        Guid tenant = http.Caller().TenantId;
        string version = (await intents.OfAsync(tenant, http.RequestAborted)).Model.Version;
        await using SwitchboardDb db = data.For(tenant);
        int corrections = await db.Set<IntentCorrection>().CountAsync(http.RequestAborted);
        List<IntentModelVersion> trainings = await db.Set<IntentModelVersion>().AsNoTracking().OrderByDescending(v => v.TrainedAt).ThenByDescending(v => v.Id).Take(mostTrainings).ToListAsync(http.RequestAborted);
        return Results.Ok(new IntentsView(
            version, corrections, [.. trainings.Select(t => new TrainingView(t.Id, t.TrainedAt, t.Accepted, t.Version, t.Taught.Count, t.Reason))],
            [.. DeskIntents.Labels.Order(StringComparer.Ordinal).Select(l => new IntentView(l, DeskIntents.PlaceOf(l)?.Domain, DeskIntents.PlaceOf(l)?.Category))]));
    }

    private static async Task<IResult> ListAsync(int? limit, string? cursor, HttpContext http, Data data)
    {
        await using SwitchboardDb db = data.For(http.Caller().TenantId);
        return await db.Set<IntentCorrection>().AsNoTracking().PageAsync(Paging.Newest<IntentCorrection>(), limit, cursor, CorrectionView.Of, http.RequestAborted);
    }

    /// <summary>What the desk made of the message, from the decision of its turn.</summary>
    private static async Task<string?> UnderstoodAsync(SwitchboardDb db, Message message, CancellationToken cancellationToken)
    {
        string? result = message.RunId is not { } run ? null : await db.Runs.Where(r => r.Id == run && r.Kind == RunKind.Turn).Select(r => r.Result).SingleOrDefaultAsync(cancellationToken);
        return result is null ? null : Json.Read<TurnResult>(result).Decision?.Understood.Reading?.Intents.Select(i => i.Label ?? i.Category).FirstOrDefault();
    }

    /// <summary>A message has one correction: another of the same message changes it.</summary>
    private static async Task<CorrectionView> StoreAsync(Data data, Actor caller, IntentCorrection correction)
    {
        try
        {
            return await data.WriteAsync(caller, db => Store(db, correction), CancellationToken.None);
        }
        catch (DbUpdateException)
        {
            // Somebody else corrected the same message at the same moment: now it is there to be changed.
            return await data.WriteAsync(caller, db => Store(db, correction), CancellationToken.None);
        }
    }

    private static CorrectionView Store(SwitchboardDb db, IntentCorrection correction)
    {
        if (db.Set<IntentCorrection>().SingleOrDefault(c => c.MessageId == correction.MessageId) is not { } known)
        {
            db.Add(correction);
            return CorrectionView.Of(correction);
        }

        (known.To, known.By, known.At) = (correction.To, correction.By, correction.At);
        return CorrectionView.Of(known);
    }

    /// <summary>Nobody waits for the night when much was corrected: from so many on, one training is asked for.</summary>
    private static async Task TrainWhenManyAsync(Actor caller, Data data, IIntentStore intents, ScheduledRuns runs)
    {
        IntentModelVersion? last = await intents.LastAsync(caller.TenantId, CancellationToken.None);
        await using SwitchboardDb db = data.For(caller.TenantId);
        IQueryable<IntentCorrection> fresh = last is null ? db.Set<IntentCorrection>() : db.Set<IntentCorrection>().Where(c => c.At > last.TrainedAt);
        if (await fresh.CountAsync() >= IntentUpdater.EnoughCorrections) await runs.EnqueueNowAsync(caller, TrainIntents.Nightly, FormattableString.Invariant($"corrected:{last?.Id ?? Guid.Empty:N}"), CancellationToken.None);
    }
}
