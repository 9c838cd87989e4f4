using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;
using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Desk;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Storage;
using Switchboard.Storage.Articles;
using Switchboard.Storage.Vectors;

namespace Switchboard.Compliance.Storage;

public abstract class PassageVectorSuite(Func<Task<StorageHome>> home)
{
    private const string cancelBody = "# Cancel the plan\n\nOwners end the plan under billing.\n\n## Refunds\n\nMoney comes back within ten days.\n";

    private Guid article;

    /// <summary>Runs the work on a desk of a home; what it asks for another desk is a process that starts on the same data.</summary>
    private async Task OnAsync(Func<Desk, StorageHome, Task> work)
    {
        await using StorageHome place = await home();
        Desk desk = await Desk.OpenAsync(place, ownsHome: false);
        try
        {
            await desk.UseTenantAsync("acme");
            article = desk.NewId();
            await ApplyAsync(desk, new InsertArticle(article, Body("cancel.md", cancelBody)), new InsertArticle(desk.NewId(), Body("ferry.md", "# Ferry times\n\nThe ferry leaves at noon.\n")));
            await work(desk, place);
        }
        finally
        {
            await desk.CloseAsync();
        }
    }

    [Fact]
    public Task Each_passage_gets_one_vector_and_a_changed_article_only_those_of_its_changed_passages() => OnAsync(async (desk, _) =>
    {
        var server = new Concepts();
        Embedders embedders = Server(server);
        EmbedResult first = await EmbedAsync(desk, embedders);
        (first.Added, first.Removed, first.Pending, first.Switched, first.Reason).ShouldBe((3, 0, 0, true, null));
        int asked = server.Texts;

        EmbedResult again = await EmbedAsync(desk, embedders);
        (again.ModelId, again.Added, again.Removed, again.Switched).ShouldBe((first.ModelId, 0, 0, false));
        server.Texts.ShouldBe(asked);
        long version = await VersionAsync(desk);

        await ApplyAsync(desk, new UpdateArticle(article, Body("cancel.md", cancelBody.Replace("ten", "twenty", StringComparison.Ordinal))));
        EmbedResult changed = await EmbedAsync(desk, embedders);
        (changed.Added, changed.Removed, changed.Pending).ShouldBe((1, 1, 0));
        server.Texts.ShouldBe(asked + 1);
        (await VersionAsync(desk)).ShouldBe(version + 2, "once for the article and once for its vectors");

        await ApplyAsync(desk, new ArchiveArticle(article));
        (await EmbedAsync(desk, embedders)).Removed.ShouldBe(2);
        (await CountAsync(desk)).ShouldBe(1);
    });

    [Fact]
    public Task A_vector_of_another_tenant_is_neither_found_nor_read_nor_deleted() => OnAsync(async (desk, _) =>
    {
        Embedders embedders = Server(new Concepts());
        EmbedResult own = await EmbedAsync(desk, embedders);
        Guid acme = desk.TenantId, mine = article;
        await desk.UseTenantAsync("other");
        Guid theirs = desk.NewId();
        await ApplyAsync(desk, new InsertArticle(theirs, Body("cancel.md", cancelBody)));
        EmbedResult others = await EmbedAsync(desk, embedders);
        VectorStore store = Store(desk);
        IReadOnlyDictionary<PassageKey, Guid> ids = await store.IdsAsync(acme, own.ModelId!.Value, default);

        (await store.IdsAsync(desk.TenantId, own.ModelId.Value, default)).ShouldBeEmpty();
        (await store.ReadAsync(desk.TenantId, own.ModelId.Value, [.. ids.Values], default)).ShouldBeEmpty();
        (await store.RemoveAsync(desk.Actor, own.ModelId.Value, [.. ids.Values], default)).ShouldBe(0);
        (await store.IdsAsync(acme, own.ModelId.Value, default)).Count.ShouldBe(3);

        // The same words in both help centres: whose search it is decides alone.
        var index = new EmbeddedVectors(store);
        (await NearestAsync(index, acme, await ModelAsync(store, acme), "cancel")).ShouldBe(mine);
        (await NearestAsync(index, desk.TenantId, await ModelAsync(store, desk.TenantId), "cancel")).ShouldBe(theirs);
        (await index.SearchAsync(new VectorQuery(desk.TenantId, await ModelAsync(store, acme), Concepts.Of("cancel"), VectorScope.All, 10), default)).ShouldBeEmpty();
        others.Added.ShouldBe(2);
    });

    [Fact]
    public Task Another_model_gets_its_vectors_beside_the_first_and_is_searched_by_once_it_has_all() => OnAsync(async (desk, _) =>
    {
        VectorStore store = Store(desk);
        await EmbedAsync(desk, Local());
        EmbeddingModel first = await ModelAsync(store, desk.TenantId);
        (first.Name, first.Dimensions).ShouldBe((Embedders.LocalName, HashedEmbeddings.Dimensions));

        // The server gives out the length of its vectors and nothing more.
        var server = new Concepts { Left = 1 };
        EmbedResult broken = await EmbedAsync(desk, Server(server));
        (broken.Pending, broken.Switched, broken.Reason).ShouldBe((3, false, "provider_down"));
        (await store.ModelsAsync(desk.TenantId, default)).Count.ShouldBe(2);
        (await ModelAsync(store, desk.TenantId)).Id.ShouldBe(first.Id);
        (await SearchAsync(desk, Local(), "end the plan")).ShouldBe(article);
        (await store.IdsAsync(desk.TenantId, first.Id, default)).Count.ShouldBe(3);

        server.Left = int.MaxValue;
        EmbedResult whole = await EmbedAsync(desk, Server(server));
        (whole.Added, whole.Switched).ShouldBe((3, true));
        EmbeddingModel second = (await store.ModelsAsync(desk.TenantId, default)).ShouldHaveSingleItem();
        (second.Name, second.Dimensions).ShouldBe(("concepts", Concepts.Dimensions));
        (await CountAsync(desk)).ShouldBe(3);
        (await SearchAsync(desk, Server(server), "ditch")).ShouldBe(article);
    });

    [Fact]
    public Task While_the_server_is_down_passages_wait_and_the_words_answer_alone() => OnAsync(async (desk, _) =>
    {
        var server = new Concepts { Left = 0 };
        EmbedResult down = await EmbedAsync(desk, Server(server));
        (down.ModelId, down.Pending, down.Reason).ShouldBe((null, 3, "provider_down"));
        server.Asked.ShouldBe(3, "three attempts");

        server.Left = int.MaxValue;
        await EmbedAsync(desk, Server(server));
        await ApplyAsync(desk, new InsertArticle(desk.NewId(), Body("hours.md", "# Opening hours\n\nThe counter opens at nine.\n")));
        server.Left = 0;
        (await EmbedAsync(desk, Server(server))).Pending.ShouldBe(1);
        // A search waits for nobody: it asks once, and not again for a while.
        server.Asked = 0;
        DenseSearch dense = await DenseAsync(desk, Server(server));
        (await NearAsync(desk, dense, "ditch")).ShouldBeNull();
        (await NearAsync(desk, dense, "ditch")).ShouldBeNull();
        server.Asked.ShouldBe(1);

        server.Left = int.MaxValue;
        desk.Clock.Advance(TimeSpan.FromSeconds(31));
        (await NearAsync(desk, dense, "ditch")).ShouldNotBeNull().Hits[0].Passage.ArticleId.ShouldBe(article);
        EmbedResult made = await EmbedAsync(desk, Server(server));
        (made.Added, made.Pending).ShouldBe((1, 0));
    });

    [Fact]
    public Task A_process_that_starts_searches_by_the_vectors_that_another_one_stored() => OnAsync(async (desk, place) =>
    {
        Embedders embedders = Server(new Concepts());
        await EmbedAsync(desk, embedders);
        Guid tenant = desk.TenantId;
        await desk.CloseAsync();

        Desk next = await Desk.OpenAsync(place, ownsHome: false);
        try
        {
            next.UseTenant(tenant);
            (await SearchAsync(next, embedders, "ditch")).ShouldBe(article);
            (await EmbedAsync(next, embedders)).Added.ShouldBe(0);
        }
        finally
        {
            await next.CloseAsync();
        }
    });

    [Fact]
    public Task Without_the_scope_no_vectors_are_made() => OnAsync(async (desk, _) =>
    {
        Run run = await RunAsync(desk, Local(), new ContactActor(desk.TenantId, desk.NewId(), null, Proof.None));
        (run.Status, run.ErrorCode).ShouldBe((RunStatus.Failed, "missing_scope"));
        (await CountAsync(desk)).ShouldBe(0);
    });

    private static ArticleContent Body(string name, string body) => ArticleStoreSuite.Content(name) with { Title = body.Split('\n')[0][2..], Body = body, ContentHash = body };

    private static async Task ApplyAsync(Desk desk, params ArticleChange[] changes) => await desk.Get<ArticleStore>().ApplyAsync(desk.Actor, changes, Desk.Start, default);

    private static VectorStore Store(Desk desk) => (VectorStore)desk.Get<IVectorStore>();

    private static Embedders Local() => new(EmbeddingSource.Local, null, null, TimeProvider.System);

    private static Embedders Server(Concepts server) => new(EmbeddingSource.Api, "concepts", _ => server, TimeProvider.System);

    private static async Task<long> VersionAsync(Desk desk) => (await desk.Tenants.FindAsync(desk.TenantId, default))!.KnowledgeVersion;

    private static async Task<EmbeddingModel> ModelAsync(VectorStore store, Guid tenant) => (await store.ModelsAsync(tenant, default)).Last(m => m.CompletedAt is not null);

    private static async Task<int> CountAsync(Desk desk)
    {
        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        return await db.Set<PassageVector>().CountAsync();
    }

    private static async Task<Guid> NearestAsync(EmbeddedVectors index, Guid tenant, EmbeddingModel model, string text)
    {
        await index.RefreshAsync(tenant, model, 1, default);
        return (await index.SearchAsync(new VectorQuery(tenant, model, Concepts.Of(text), VectorScope.All, 10), default))[0].Passage.ArticleId;
    }

    private static async Task<EmbedResult> EmbedAsync(Desk desk, Embedders embedders)
    {
        Run run = await RunAsync(desk, embedders, desk.Actor);
        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        return Json.Read<EmbedResult>(run.Result!);
    }

    private static async Task<Run> RunAsync(Desk desk, Embedders embedders, Actor actor)
    {
        RunRequest request = EmbedPassages.After(desk.TenantId, 1, desk.Clock.GetUtcNow()) with { Actor = actor, IdempotencyKey = null };
        Enqueued asked = await desk.Get<IRunQueue>().EnqueueAsync(request, default);
        var handler = new EmbedPassages(desk.Get<IVectorStore>(), new EmbeddedVectors(desk.Get<IVectorStore>()), Knowledge(desk), embedders);
        await new HandlerExecutor(desk.Get<IRunQueue>(), new RunHandlers([handler]), desk.Get<RunActions>(), new DeskPolicy(), () => 0.5, desk.Clock, _ => false, (_, _, _) => { }).ExecuteAsync(asked.Run, default);
        await using SwitchboardDb db = desk.Data.For(desk.TenantId);
        return await db.Runs.SingleAsync(r => r.Id == asked.Run.RunId);
    }

    private static KnowledgeBase Knowledge(Desk desk) => new(new Published(desk.Get<ArticleStore>(), desk.Get<SynonymStore>(), desk.Tenants));

    private static async Task<DenseSearch> DenseAsync(Desk desk, Embedders embedders)
    {
        var dense = new DenseSearch(desk.Get<IVectorStore>(), new EmbeddedVectors(desk.Get<IVectorStore>()), embedders, (_, _) => { }, desk.Clock);
        await dense.RefreshAsync((await desk.Tenants.FindAsync(desk.TenantId, default))!, default);
        return dense;
    }

    private static async Task<NearPassages?> NearAsync(Desk desk, DenseSearch dense, string question)
    {
        Tenant tenant = (await desk.Tenants.FindAsync(desk.TenantId, default))!;
        return await dense.NearAsync(tenant, await Knowledge(desk).SnapshotAsync(tenant, default), question, new SearchOptions(), default);
    }

    private static async Task<Guid?> SearchAsync(Desk desk, Embedders embedders, string question)
    {
        Tenant tenant = (await desk.Tenants.FindAsync(desk.TenantId, default))!;
        NearPassages? near = await NearAsync(desk, await DenseAsync(desk, embedders), question);
        return (await Knowledge(desk).SnapshotAsync(tenant, default)).Index.Search(question, 10, new SearchOptions { Near = near.ShouldNotBeNull() }).Hits.MaxBy(h => h.Cosine)?.ArticleId;
    }

    private sealed class Published(ArticleStore store, SynonymStore synonyms, Tenants tenants) : IPublishedArticles
    {
        public async Task<long> VersionAsync(Guid tenantId, CancellationToken cancellationToken) => (await tenants.FindAsync(tenantId, cancellationToken))!.KnowledgeVersion;

        public Task<IReadOnlyDictionary<Guid, ArticleState>> ArticleStatesAsync(Guid tenantId, CancellationToken cancellationToken) => store.PublishedStatesAsync(tenantId, cancellationToken);

        public Task<IReadOnlyList<KbArticle>> ReadAsync(Guid tenantId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) => store.PublishedAsync(tenantId, ids, cancellationToken);

        public Task<IReadOnlyList<Synonym>> SynonymsAsync(Guid tenantId, CancellationToken cancellationToken) => synonyms.AcceptedAsync(tenantId, cancellationToken);
    }

    /// <summary>Somebody else's model: a vector says which of a few matters a text is about.</summary>
    private sealed class Concepts : IEmbeddingGenerator<string, Embedding<float>>
    {
        public const int Dimensions = 4;

        private static readonly string[][] matters = [["cancel", "ditch", "end the plan"], ["money", "refund"], ["ferry"], ["hours", "opens"]];

        /// <summary>After so many calls it is down.</summary>
        public int Left { get; set; } = int.MaxValue;

        public int Asked { get; set; }

        public int Texts { get; private set; }

        public static float[] Of(string text) => [.. matters.Select(m => m.Any(w => text.Contains(w, StringComparison.OrdinalIgnoreCase)) ? 1f : 0.01f)];

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            Asked++;
            if (Left <= 0) throw new VectorsUnavailableException("It is down.");
            Left--;
            string[] texts = [.. values];
            Texts += texts.Length;
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(texts.Select(t => new Embedding<float>(Of(t)))));
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
