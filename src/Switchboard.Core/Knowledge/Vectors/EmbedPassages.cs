using Switchboard.Core.Runs;
using Switchboard.Core.Schedules;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Knowledge.Vectors;

/// <summary>What a run did to the vectors of a tenant.</summary>
/// <param name="ModelId">The model they are of; null when none is set up, or its server could not be asked.</param>
/// <param name="Added">Vectors that are new.</param>
/// <param name="Removed">Vectors whose passages are no more.</param>
/// <param name="Pending">Passages that wait for a vector and are found by their words alone.</param>
/// <param name="Switched">Whether searches use another model from now on.</param>
/// <param name="Reason">provider_down when passages wait for that reason; else null.</param>
public sealed record EmbedResult(Guid? ModelId, int Added, int Removed, int Pending, bool Switched, string? Reason);

/// <summary>
/// Keeps the vectors equal to the passages of the published articles. What has a vector already is left alone, so a run is cheap when little changed and goes on
/// where another one stopped. Another model gets vectors of its own beside those of the first; searches change over when it has all.
/// </summary>
/// <param name="store">Where vectors are stored.</param>
/// <param name="index">Told of what changes.</param>
/// <param name="knowledge">The passages.</param>
/// <param name="embedders">Make vectors.</param>
public sealed class EmbedPassages(IVectorStore store, IVectorIndex index, KnowledgeBase knowledge, Embedders embedders) : RunHandler
{
    /// <summary>The handler's name.</summary>
    public const string HandlerName = "knowledge.embed";

    /// <summary>All runs follow each other: two at once would make the same vectors.</summary>
    public const string Subject = "knowledge:vectors";

    // One commit: interactive writers wait for it at most.
    private const int atOnce = 256;

    // Weights that were counted on half or twice as many passages say something else by now.
    private const double stale = 2;

    /// <summary>Takes up what a change did not lead to, or a server that was down left.</summary>
    public static Schedule Hourly { get; } = new(HandlerName, "0 40 * * * ?", TimeZone: null, MisfireRule.RunOnce, HandlerName, "{}");

    /// <inheritdoc />
    public override string Name => HandlerName;

    /// <summary>Asks for a run because the articles changed to a version.</summary>
    public static RunRequest After(Guid tenantId, long knowledgeVersion, DateTimeOffset at) => new()
    {
        Actor = new SystemActor(tenantId, HandlerName),
        Kind = RunKind.Job,
        Handler = HandlerName,
        Subject = Subject,
        Input = "{}",
        At = at,
        Lane = RunLane.Batch,
        IdempotencyKey = FormattableString.Invariant($"{HandlerName}:{knowledgeVersion}"),
    };

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        Actor actor = run.Actor;
        await run.StepAsync("decide", "scope", _ => MayAsync(actor), RetryRule.Never, cancellationToken);
        DateTimeOffset now = await run.NowAsync("begun", cancellationToken);
        Chosen chosen = await run.StepAsync("decide", "model", token => ChooseAsync(actor, now, token), cancellationToken);
        if (chosen.ModelId is not { } modelId) return new EmbedResult(null, 0, 0, chosen.Pending, Switched: false, chosen.Reason);

        // Read once and carried along; after a restart it is read again, and what is stored by then has no part in it.
        Work? work = null;
        int added = 0;
        Embedded last;
        do
        {
            last = await run.StepAsync("embed", "passages", async token => await EmbedAsync(actor, work ??= await WorkAsync(actor.TenantId, modelId, token), token), cancellationToken);
            added += last.Added;
        }
        while (last is { Pending: > 0, Reason: null });

        int removed = await RemoveAsync(run, actor, modelId, "gone", token => GoneAsync(actor.TenantId, modelId, token), cancellationToken);
        bool switched = await run.StepAsync("publish", "vectors", token => PublishAsync(actor, modelId, last.Pending == 0, added + removed > 0, now, token), cancellationToken);
        if (last.Pending == 0) await DropOthersAsync(run, actor, modelId, cancellationToken);
        return new EmbedResult(modelId, added, removed, last.Pending, switched, last.Reason);
    }

    private static Task<bool> MayAsync(Actor actor) =>
        actor.Has(Scopes.WriteKnowledge) ? Task.FromResult(true) : throw new StepFailedException("missing_scope", $"Vectors of passages need the scope {Scopes.WriteKnowledge}.", canRetry: false);

    private async Task<(Tenant Tenant, KnowledgeIndex Index)> ArticlesAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        Tenant tenant = await store.TenantAsync(tenantId, cancellationToken) ?? throw new StepFailedException("no_tenant", "The tenant is no more.", canRetry: false);
        return (tenant, (await knowledge.SnapshotAsync(tenant, cancellationToken)).Index);
    }

    /// <summary>The stored model that is wanted, or a new one.</summary>
    private async Task<Chosen> ChooseAsync(Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (embedders.Wanted is not { } wanted) return new Chosen(null, 0, null);
        KnowledgeIndex articles = (await ArticlesAsync(actor.TenantId, cancellationToken)).Index;
        EmbeddedPassage[] passages = [.. articles.Passages().DistinctBy(p => p.Key)];
        EmbeddingModel? known = (await store.ModelsAsync(actor.TenantId, cancellationToken)).LastOrDefault(m => m.Name == wanted && !IsStale(m, passages.Length));
        if (known is not null) return new Chosen(known.Id, 0, null);
        if (passages.Length == 0) return new Chosen(null, 0, null);

        byte[]? weights = embedders.Source == EmbeddingSource.Local ? HashedEmbeddings.WeightsOf(passages.Select(p => p.Text)) : null;
        int dimensions = HashedEmbeddings.Dimensions;
        if (weights is null)
        {
            try
            {
                // Only the server knows how long its vectors are.
                dimensions = (await embedders.EmbedAsync(embedders.Server(wanted), [passages[0].Text], null, cancellationToken))[0].Length;
            }
            catch (VectorsUnavailableException)
            {
                return new Chosen(null, passages.Length, "provider_down");
            }
        }
        var model = new EmbeddingModel { TenantId = actor.TenantId, Id = Guid.CreateVersion7(now), Name = wanted, Dimensions = dimensions, Weights = weights, Passages = passages.Length, StartedAt = now };
        await store.BeginAsync(actor, model, cancellationToken);
        return new Chosen(model.Id, 0, null);
    }

    private static bool IsStale(EmbeddingModel model, int passages) => model.Weights is not null && passages > 0 && (passages > model.Passages * stale || passages * stale < model.Passages);

    private async Task<Work> WorkAsync(Guid tenantId, Guid modelId, CancellationToken cancellationToken)
    {
        EmbeddingModel model = (await store.ModelsAsync(tenantId, cancellationToken)).Single(m => m.Id == modelId);
        IReadOnlyDictionary<PassageKey, Guid> stored = await store.IdsAsync(tenantId, modelId, cancellationToken);
        if (await index.PrepareAsync(tenantId, model, cancellationToken) is { } kept && kept < stored.Count)
        {
            // The index was emptied, or is another one than before: it is told of all that is stored.
            foreach (Guid[] some in stored.Values.Chunk(atOnce)) await index.AddAsync(tenantId, model, await store.ReadAsync(tenantId, modelId, some, cancellationToken), cancellationToken);
        }
        KnowledgeIndex articles = (await ArticlesAsync(tenantId, cancellationToken)).Index;
        return new Work(model, new Queue<EmbeddedPassage>(articles.Passages().DistinctBy(p => p.Key).Where(p => !stored.ContainsKey(p.Key))));
    }

    private async Task<Embedded> EmbedAsync(Actor actor, Work work, CancellationToken cancellationToken)
    {
        EmbeddedPassage[] some = [.. work.Pending.Take(atOnce)];
        if (some.Length == 0) return new Embedded(0, 0, null);
        IReadOnlyList<float[]> vectors;
        try
        {
            vectors = await embedders.EmbedAsync(embedders.For(work.Model), [.. some.Select(p => p.Text)], work.Model.Dimensions, cancellationToken);
        }
        catch (VectorsUnavailableException)
        {
            return new Embedded(0, work.Pending.Count, "provider_down");
        }
        VectorPoint[] points = [.. some.Zip(vectors, (p, v) => new VectorPoint(EmbeddingModel.VectorId(work.Model, p.Key.ArticleId, p.Key.Hash), p.Key, v))];
        // The index first: what is stored is not offered to it again.
        await index.AddAsync(actor.TenantId, work.Model, points, cancellationToken);
        int added = await store.AddAsync(actor, work.Model.Id, points, cancellationToken);
        for (int i = 0; i < some.Length; i++) work.Pending.Dequeue();
        return new Embedded(added, work.Pending.Count, null);
    }

    private async Task<IReadOnlyList<Guid>> GoneAsync(Guid tenantId, Guid modelId, CancellationToken cancellationToken)
    {
        HashSet<PassageKey> living = [.. (await ArticlesAsync(tenantId, cancellationToken)).Index.Passages().Select(p => p.Key)];
        return [.. (await store.IdsAsync(tenantId, modelId, cancellationToken)).Where(s => !living.Contains(s.Key)).Select(s => s.Value)];
    }

    /// <summary>Deletes what is told, some rows a commit, each commit a step.</summary>
    private async Task<int> RemoveAsync(RunContext run, Actor actor, Guid modelId, string key, Func<CancellationToken, Task<IReadOnlyList<Guid>>> which, CancellationToken cancellationToken)
    {
        int removed = 0;
        for (int some = atOnce; some == atOnce; removed += some)
        {
            some = await run.StepAsync("delete", key, async token =>
            {
                Guid[] ids = [.. (await which(token)).Take(atOnce)];
                if (ids.Length == 0) return 0;
                EmbeddingModel model = (await store.ModelsAsync(actor.TenantId, token)).Single(m => m.Id == modelId);
                await index.RemoveAsync(actor.TenantId, model, ids, token);
                await store.RemoveAsync(actor, modelId, ids, token);
                return ids.Length;
            }, cancellationToken);
        }
        return removed;
    }

    private async Task<bool> PublishAsync(Actor actor, Guid modelId, bool complete, bool changed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        EmbeddingModel model = (await store.ModelsAsync(actor.TenantId, cancellationToken)).Single(m => m.Id == modelId);
        if (complete && model.CompletedAt is null)
        {
            await store.CompleteAsync(actor, modelId, now, cancellationToken);
            return true;
        }
        if (changed && model.CompletedAt is not null) await store.PublishAsync(actor, cancellationToken);
        return false;
    }

    private async Task DropOthersAsync(RunContext run, Actor actor, Guid modelId, CancellationToken cancellationToken)
    {
        IReadOnlyList<Guid> others = await run.StepAsync<IReadOnlyList<Guid>>("read", "others", async token => [.. (await store.ModelsAsync(actor.TenantId, token)).Where(m => m.Id != modelId).Select(m => m.Id)], cancellationToken);
        foreach (Guid other in others)
        {
            await RemoveAsync(run, actor, other, "others", async token => [.. (await store.IdsAsync(actor.TenantId, other, token)).Values], cancellationToken);
            await run.StepAsync("delete", "model", async token =>
            {
                await store.DropAsync(actor, other, token);
                return true;
            }, cancellationToken);
        }
    }

    private sealed record Chosen(Guid? ModelId, int Pending, string? Reason);

    private sealed record Embedded(int Added, int Pending, string? Reason);

    private sealed record Work(EmbeddingModel Model, Queue<EmbeddedPassage> Pending);
}
