using Switchboard.Core.Runs;
using Switchboard.Core.Schedules;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Understanding.Intents;

/// <summary>What a training came to.</summary>
/// <param name="Trained">Whether there was anything to learn or to forget.</param>
/// <param name="Accepted">Whether a new version took over.</param>
/// <param name="Version">It; null when none did.</param>
/// <param name="Corrections">How many corrections there are.</param>
/// <param name="Reason">Why, with the figures.</param>
public sealed record TrainResult(bool Trained, bool Accepted, string? Version, int Corrections, string Reason);

/// <summary>
/// Trains the tenant's classifier from the sentences of the product and what its people corrected. On sentences kept apart the corrections must not make it worse; otherwise the version in
/// force stays. A correction that was taken back is forgotten whatever the figures say.
/// </summary>
/// <param name="store">Where corrections and versions are.</param>
/// <param name="intents">Told of a version that took over.</param>
public sealed class TrainIntents(IIntentStore store, TenantIntents intents) : RunHandler
{
    /// <summary>The handler's name.</summary>
    public const string HandlerName = "intents.train";

    /// <summary>How many corrections are learnt from, the newest.</summary>
    public const int MostCorrections = 5_000;

    /// <summary>In each tenant's night.</summary>
    public static Schedule Nightly { get; } = new(HandlerName, "0 45 2 * * ?", TimeZone: null, MisfireRule.RunOnce, HandlerName, "{}");

    /// <inheritdoc />
    public override string Name => HandlerName;

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        Actor actor = run.Actor;
        Guid id = run.Run.Id;
        await run.StepAsync("decide", "scope", _ => MayAsync(actor), RetryRule.Never, cancellationToken);
        DateTimeOffset now = await run.NowAsync("begun", cancellationToken);
        return await run.StepAsync("train", "intents", token => TrainAsync(actor, id, now, token), cancellationToken);
    }

    private static Task<bool> MayAsync(Actor actor) =>
        actor.Has(Scopes.WriteConversations) ? Task.FromResult(true) : throw new StepFailedException("missing_scope", $"Training from corrections needs the scope {Scopes.WriteConversations}.", canRetry: false);

    private async Task<TrainResult> TrainAsync(Actor actor, Guid runId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Guid tenant = actor.TenantId;
        IReadOnlyList<TaughtTurn> corrections = await store.CorrectionsAsync(tenant, MostCorrections, cancellationToken);
        IntentModelVersion? last = await store.LastAsync(tenant, cancellationToken);
        // The process ended between the row and the step's record: what was decided stays decided.
        if (last?.Id == runId) return new TrainResult(true, last.Accepted, last.Version, last.Taught.Count, last.Reason);
        if (corrections.SequenceEqual(last?.Taught ?? [])) return new TrainResult(false, false, null, corrections.Count, "Nothing was corrected or taken back since the last training.");

        IReadOnlyList<TaughtTurn> held = await store.InForceAsync(tenant, cancellationToken) is { } id ? (await store.FindAsync(tenant, id, cancellationToken))?.Taught ?? [] : [];
        TaughtTurn[] standing = [.. held.Intersect(corrections)];
        IReadOnlyList<IntentExample> sentences = await store.SentencesAsync(tenant, corrections, cancellationToken);
        (bool accepted, string reason) = standing.Length == corrections.Count
            ? (true, "Corrections were taken back; nothing new was learnt.")
            : IntentTrial.Of(await store.SentencesAsync(tenant, standing, cancellationToken), sentences, cancellationToken);
        DeskIntents? trained = accepted ? DeskIntents.Corrected(sentences) : null;
        await store.AddAsync(actor, new IntentModelVersion { TenantId = tenant, Id = runId, Version = trained?.Model.Version, Taught = corrections, Accepted = accepted, Reason = reason, TrainedAt = now }, cancellationToken);
        if (trained is not null) intents.TakeOver(tenant, runId, trained);
        return new TrainResult(true, accepted, trained?.Model.Version, corrections.Count, reason);
    }
}
