using Switchboard.Core.Knowledge;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Knowledge;

public sealed class KnowledgeBaseTests
{
    private static readonly DateTimeOffset start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private readonly Shelf shelf = new();

    /// <summary>Articles in memory, which tell what of them was read.</summary>
    private sealed class Shelf : IPublishedArticles
    {
        public Dictionary<Guid, KbArticle> Articles { get; } = [];

        public long Version { get; set; }

        public List<Guid> Read { get; } = [];

        public Task<long> VersionAsync(Guid tenantId, CancellationToken cancellationToken) => Task.FromResult(Version);

        public Task<IReadOnlyDictionary<Guid, ArticleState>> ArticleStatesAsync(Guid tenantId, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyDictionary<Guid, ArticleState>>(Articles.ToDictionary(a => a.Key, a => new ArticleState(a.Value.Version, a.Value.Audience)));

        public Task<IReadOnlyList<KbArticle>> ReadAsync(Guid tenantId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
        {
            Read.AddRange(ids);
            return Task.FromResult<IReadOnlyList<KbArticle>>([.. ids.Select(id => Articles[id])]);
        }

        public List<Synonym> Synonyms { get; } = [];

        public Task<IReadOnlyList<Synonym>> SynonymsAsync(Guid tenantId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Synonym>>(Synonyms);

        public void Put(int id, int version, string title)
        {
            var key = new Guid(id, 0, 0, new byte[8]);
            Articles[key] = new KbArticle { TenantId = Guid.Empty, Id = key, Title = title, Slug = "a", Body = $"{title} it is.", Category = "", Language = "en", Status = ArticleStatus.Published, Version = version, ContentHash = "", UpdatedAt = start };
            Version++;
        }
    }

    private async Task<IndexSnapshot> SnapshotAsync(KnowledgeBase knowledge) =>
        await knowledge.SnapshotAsync(new Tenant { Id = Guid.Empty, Slug = "demo", Name = "Demo", Currency = "EUR", TimeZone = "UTC", Locale = "en", KnowledgeVersion = shelf.Version, CreatedAt = start }, default);

    [Fact]
    public async Task Only_articles_that_changed_are_read_again()
    {
        foreach (int i in Enumerable.Range(1, 5)) shelf.Put(i, 1, $"Lantern {i}");
        var knowledge = new KnowledgeBase(shelf);
        (await SnapshotAsync(knowledge)).Index.ArticleCount.ShouldBe(5);
        shelf.Read.Count.ShouldBe(5);

        shelf.Read.Clear();
        await SnapshotAsync(knowledge);
        shelf.Read.ShouldBeEmpty("the version says that nothing changed");

        shelf.Put(2, 2, "Harbour");
        shelf.Put(6, 1, "Orchard");
        shelf.Articles.Remove(new Guid(3, 0, 0, new byte[8]));
        KnowledgeIndex next = (await SnapshotAsync(knowledge)).Index;
        shelf.Read.ShouldBe([new Guid(2, 0, 0, new byte[8]), new Guid(6, 0, 0, new byte[8])], ignoreOrder: true);
        (next.ArticleCount, next.Search("harbour").Hits.Count, next.Search("orchard").Hits.Count, next.Search("lantern").Hits.Count).ShouldBe((5, 1, 1, 3));
    }

    [Fact]
    public async Task Another_audience_of_the_same_version_is_noticed()
    {
        shelf.Put(1, 1, "Lantern");
        shelf.Put(2, 1, "Harbour");
        var knowledge = new KnowledgeBase(shelf);
        (await SnapshotAsync(knowledge)).Index.Search("lantern").Hits.Count.ShouldBe(1);

        shelf.Read.Clear();
        var lantern = new Guid(1, 0, 0, new byte[8]);
        shelf.Articles[lantern].Audience = "premium";
        shelf.Version++;
        KnowledgeIndex limited = (await SnapshotAsync(knowledge)).Index;
        shelf.Read.ShouldBe([lantern]);
        int Hits(bool proven, string? plan) => limited.Search("lantern", options: new SearchOptions { Audiences = Audiences.Of(proven, plan) }).Hits.Count;
        (Hits(false, null), Hits(false, "premium"), Hits(true, null), Hits(true, "basic"), Hits(true, "premium")).ShouldBe((0, 0, 0, 0, 1));

        shelf.Articles[lantern].Audience = Audiences.Public;
        shelf.Version++;
        (await SnapshotAsync(knowledge)).Index.Search("lantern").Hits.Count.ShouldBe(1);
    }

    [Fact]
    public void Cases_and_documents_are_evaluated_as_they_lie()
    {
        using var folder = new Folder();
        folder.Write("documents/a.json", """{"id":"a","title":"Lantern care","content":"Clean the lantern."}""");
        folder.Write("documents/b.json", """{"id":"b","title":"Harbour hours","content":"The harbour opens at seven."}""");
        folder.Write("tasks.json", """[{"user_scenario":{"instructions":"You want to clean a lantern."},"required_documents":["a","missing"]},{"user_scenario":{"instructions":{"told":"Ask for the harbour hours."}},"required_documents":["b"]},{"user_scenario":{"instructions":"Nothing."},"required_documents":[]}]""");
        folder.Write("some.jsonl", """{"query":"lantern","article_ids":["a","b"]}""");
        Dictionary<string, double> metrics = RetrievalEvaluation.Run(folder.Path).Metrics.ToDictionary(m => m.Name, m => m.Value);
        (metrics["tasks.hit@1"], metrics["tasks.recall@20"], metrics["some.hit@1"], metrics["some.recall@20"]).ShouldBe((1, 0.75, 1, 0.5));
        folder.Write("broken.jsonl", """{"question":"lantern"}""");
        Should.Throw<InvalidDataException>(() => RetrievalEvaluation.Run(folder.Path)).Message.ShouldContain("broken.jsonl");
        Should.Throw<DirectoryNotFoundException>(() => RetrievalEvaluation.Run(Path.Combine(folder.Path, "documents"))).Message.ShouldContain("content");
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("switchboard-test-").FullName;

        public void Write(string name, string text)
        {
            string full = System.IO.Path.Combine(Path, name);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
            File.WriteAllText(full, text);
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
