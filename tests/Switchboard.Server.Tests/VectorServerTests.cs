using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Domain.Support;
using Switchboard.Server.Outbound;
using Switchboard.Server.Outbound.Vectors;

namespace Switchboard.Server.Tests;

/// <summary>The ways to the servers of vectors, over real HTTP.</summary>
public sealed class VectorServerTests : IAsyncLifetime
{
    private const string key = "sk-test-2c1f7a90";

    private readonly QdrantServer qdrant = new(key);
    private readonly EmbeddingSite embeddings = new(key);
    private readonly OutboundClient outbound = new(OutboundSettings.Parse("127.0.0.1"), TimeProvider.System);
    private readonly Guid tenant = Guid.CreateVersion7(), other = Guid.CreateVersion7();

    public async ValueTask InitializeAsync()
    {
        await qdrant.StartAsync();
        await embeddings.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        outbound.Dispose();
        await qdrant.DisposeAsync();
        await embeddings.DisposeAsync();
    }

    private QdrantVectors Index(string? with = key) => new(new VectorCalls(outbound), new VectorServer(qdrant.Address, with));

    private ApiEmbeddings Api(string? with = key, string model = EmbeddingSite.Model) => new(new VectorCalls(outbound), new VectorServer(embeddings.Address, with), model);

    private static EmbeddingModel Model(Guid tenant, int dimensions = 2) => new() { TenantId = tenant, Id = Guid.CreateVersion7(), Name = "m", Dimensions = dimensions, Passages = 1, StartedAt = DateTimeOffset.UnixEpoch };

    private static VectorPoint Point(EmbeddingModel model, string hash, float x, float y, Guid? article = null)
    {
        var passage = new PassageKey(article ?? Guid.CreateVersion7(), hash);
        return new VectorPoint(EmbeddingModel.VectorId(model, passage.ArticleId, hash), passage, [x, y]);
    }

    [Fact]
    public async Task A_search_sees_its_own_tenants_points_alone_though_others_lie_nearer()
    {
        EmbeddingModel mine = Model(tenant), theirs = Model(other);
        await Index().PrepareAsync(tenant, mine, default);
        await Index().AddAsync(tenant, mine, [Point(mine, "mine", 0, 1)], default);
        await Index().AddAsync(other, theirs, [Point(theirs, "theirs", 1, 0)], default);

        (await Index().SearchAsync(new VectorQuery(tenant, mine, [1, 0], VectorScope.All, 10), default)).Select(h => h.Passage.Hash).ShouldBe(["mine"]);
        (await Index().SearchAsync(new VectorQuery(other, theirs, [1, 0], VectorScope.All, 10), default)).Select(h => (h.Passage.Hash, h.Cosine)).ShouldBe([("theirs", 1f)]);
        // The model of another tenant opens nothing either.
        (await Index().SearchAsync(new VectorQuery(tenant, theirs, [1, 0], VectorScope.All, 10), default)).ShouldBeEmpty();
        (await Index().PrepareAsync(tenant, mine, default)).ShouldBe(1);
        await Index().RemoveAsync(tenant, mine, [Point(theirs, "theirs", 1, 0).Id], default);
        qdrant.Points.ShouldBe(2);
    }

    [Fact]
    public async Task What_a_reader_may_not_see_is_not_compared_and_takes_nobodys_place()
    {
        EmbeddingModel model = Model(tenant);
        Guid hidden = Guid.CreateVersion7(), shown = Guid.CreateVersion7();
        await Index().PrepareAsync(tenant, model, default);
        await Index().AddAsync(tenant, model, [Point(model, "a", 1, 0, hidden), Point(model, "b", 0.9f, 0.1f, hidden), Point(model, "c", 0, 1, shown)], default);

        (await Index().SearchAsync(new VectorQuery(tenant, model, [1, 0], new VectorScope(null, new HashSet<Guid> { hidden }), 2), default)).Select(h => h.Passage.Hash).ShouldBe(["c"]);
        (await Index().SearchAsync(new VectorQuery(tenant, model, [1, 0], new VectorScope(new HashSet<Guid> { shown }, new HashSet<Guid>()), 2), default)).Select(h => h.Passage.Hash).ShouldBe(["c"]);
        (await Index().SearchAsync(new VectorQuery(tenant, model, [1, 0], VectorScope.All, 2), default)).Select(h => h.Passage.Hash).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Points_of_two_models_lie_apart_and_the_same_point_is_one()
    {
        EmbeddingModel old = Model(tenant), wide = Model(tenant, 3), next = Model(tenant);
        foreach (EmbeddingModel model in (EmbeddingModel[])[old, wide, next]) (await Index().PrepareAsync(tenant, model, default)).ShouldBe(0);
        VectorPoint point = Point(old, "a", 1, 0);
        await Index().AddAsync(tenant, old, [point], default);
        await Index().AddAsync(tenant, old, [point], default);

        (await Index().PrepareAsync(tenant, old, default)).ShouldBe(1);
        (await Index().SearchAsync(new VectorQuery(tenant, next, [1, 0], VectorScope.All, 10), default)).ShouldBeEmpty();
        await Should.ThrowAsync<VectorsUnavailableException>(Index().SearchAsync(new VectorQuery(tenant, wide, [1, 0], VectorScope.All, 10), default));
        await Index().RemoveAsync(tenant, old, [point.Id], default);
        qdrant.Points.ShouldBe(0);
    }

    [Fact]
    public async Task A_server_that_is_down_or_refuses_the_key_is_told_without_the_key()
    {
        EmbeddingModel model = Model(tenant);
        qdrant.IsDown = true;
        (await Should.ThrowAsync<VectorsUnavailableException>(Index().PrepareAsync(tenant, model, default))).Message.ShouldBe("127.0.0.1 answered 503.");
        qdrant.IsDown = false;
        Exception refused = await Should.ThrowAsync<VectorsUnavailableException>(Index("another-key").PrepareAsync(tenant, model, default));
        refused.ToString().ShouldNotContain("another-key");
        refused = await Should.ThrowAsync<VectorsUnavailableException>(Api("another-key").GenerateAsync(["a secret text"]));
        refused.Message.ShouldBe("127.0.0.1 answered 401.");
        refused.ToString().ShouldSatisfyAllConditions(s => s.ShouldNotContain("another-key"), s => s.ShouldNotContain("a secret text"));
        new VectorServer(qdrant.Address, key).ToString().ShouldNotContain(key);
    }

    [Fact]
    public async Task A_vector_belongs_to_the_text_whose_number_it_has_and_64_go_at_once()
    {
        string[] texts = [.. Enumerable.Range(0, 130).Select(i => i % 2 == 0 ? "cancel" : "ferry")];
        IReadOnlyList<float[]> made = await new Embedders(EmbeddingSource.Api, EmbeddingSite.Model, null, TimeProvider.System).EmbedAsync(Api(), texts, EmbeddingSite.Dimensions, default);
        made.Count.ShouldBe(130);
        for (int i = 0; i < made.Count; i++) made[i].ShouldBe(made[i % 2]);
        made[0].ShouldNotBe(made[1]);
        embeddings.Sizes.ShouldBe([64, 64, 2]);
    }

    [Fact]
    public async Task A_server_that_fails_is_asked_three_times_and_one_that_answers_nonsense_is_not_believed()
    {
        var embedders = new Embedders(EmbeddingSource.Api, EmbeddingSite.Model, null, TimeProvider.System);
        embeddings.Failing = 2;
        (await embedders.EmbedAsync(Api(), ["cancel"], EmbeddingSite.Dimensions, default)).Count.ShouldBe(1);
        embeddings.Failing = 3;
        await Should.ThrowAsync<VectorsUnavailableException>(embedders.EmbedAsync(Api(), ["cancel"], EmbeddingSite.Dimensions, default));
        embeddings.Failing.ShouldBe(0);

        await Should.ThrowAsync<VectorsUnavailableException>(Embedders.OnceAsync(Api(), ["cancel"], 7, default));
        foreach (string nonsense in (string[])["""{"data":[]}""", """{"data":[{"index":1,"embedding":[1]}]}""", """{"data":[{"index":0}]}""", """{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[2]}]}""", "<html>", "null"])
        {
            embeddings.Instead = nonsense;
            await Should.ThrowAsync<VectorsUnavailableException>(Api().GenerateAsync(["cancel"]));
        }
    }

    [Fact]
    public async Task An_inner_address_that_is_not_allowed_is_not_called()
    {
        using var strict = new OutboundClient(OutboundSettings.PublicOnly, TimeProvider.System);
        await Should.ThrowAsync<VectorsUnavailableException>(new ApiEmbeddings(new VectorCalls(strict), new VectorServer(embeddings.Address, key), EmbeddingSite.Model).GenerateAsync(["cancel"]));
        embeddings.Sizes.ShouldBeEmpty();
    }
}
