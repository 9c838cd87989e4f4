using System.Numerics.Tensors;
using Switchboard.Core.Evaluation;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Knowledge.Vectors;

namespace Switchboard.Core.Tests.Knowledge.Vectors;

public sealed class VectorTests
{
    private static readonly string[] passages =
    [
        "Cancel the subscription > Refunds\nMoney comes back within ten days.",
        "Cancel the subscription\nOwners end the plan under billing.",
        "Ferry times\nThe ferry leaves the harbour at noon.",
        "Opening hours\nThe counter at the harbour opens at nine.",
    ];

    private static readonly HashedEmbeddings embeddings = new(HashedEmbeddings.WeightsOf(passages));

    [Fact]
    public async Task A_hashed_vector_has_length_1_and_is_the_same_on_every_machine()
    {
        float[] vector = embeddings.Embed(passages[0]);
        vector.Length.ShouldBe(512);
        TensorPrimitives.Norm(vector).ShouldBe(1f, 1e-5f);
        embeddings.Embed(passages[0]).ShouldBe(vector);
        embeddings.Embed("…").ShouldAllBe(v => v == 0);
        (await embeddings.GenerateAsync(passages)).Select(e => e.Vector.ToArray()).ShouldBe(passages.Select(embeddings.Embed));
        // Stored vectors are compared with those of later versions: the hash of a word never moves.
        Array.FindIndex(new HashedEmbeddings([.. Enumerable.Repeat((byte)16, 1 << 16)]).Embed("a"), v => v != 0).ShouldBe(FirstPlaceOfA);
    }

    private const int FirstPlaceOfA = 223;

    [Fact]
    public void A_word_that_is_misspelt_or_inflected_still_lies_near_and_a_rare_word_counts_more_than_one_that_all_passages_hold()
    {
        float Cosine(string a, string b) => TensorPrimitives.Dot(embeddings.Embed(a), embeddings.Embed(b));
        Cosine("cancelling subscriptions", passages[1]).ShouldBeGreaterThan(Cosine("cancelling subscriptions", passages[2]) + 0.2f);
        Cosine("subscribtion", passages[1]).ShouldBeGreaterThan(Cosine("subscribtion", passages[3]) + 0.1f);
        Cosine("the ferry", "ferry").ShouldBeGreaterThan(Cosine("the ferry", "the"));
        Should.Throw<ArgumentException>(() => new HashedEmbeddings(new byte[3]));
    }

    [Fact]
    public void The_nearest_are_those_that_comparing_each_one_gives()
    {
        var random = new Random(7);
        float[] Any()
        {
            float[] v = [.. Enumerable.Range(0, 40).Select(_ => (float)(random.NextDouble() - 0.5))];
            TensorPrimitives.Divide(v, TensorPrimitives.Norm(v), v);
            return v;
        }
        (PassageKey Key, float[] Vector)[] all = [.. Enumerable.Range(0, 500).Select(i => (new PassageKey(new Guid(i % 90, 0, 0, new byte[8]), $"{i:x8}"), Any()))];
        VectorTable table = VectorTable.Empty(40).With(all, []);
        float[] query = Any();
        var hidden = new HashSet<Guid> { all[3].Key.ArticleId, all[60].Key.ArticleId };

        PassageKey[] expected = [.. all.Where(a => !hidden.Contains(a.Key.ArticleId)).OrderByDescending(a => a.Vector.Zip(query, (x, y) => x * y).Sum()).Take(25).Select(a => a.Key)];
        table.Nearest(query, id => !hidden.Contains(id), 25).Select(h => h.Passage).ShouldBe(expected);

        VectorTable less = table.With([(all[0].Key, all[1].Vector)], [expected[0]]);
        less.Nearest(query, id => !hidden.Contains(id), 25).ShouldNotContain(h => h.Passage == expected[0]);
        (table.Count, less.Count).ShouldBe((500, expected[0] == all[0].Key ? 500 : 499));
        table.Nearest(query, id => !hidden.Contains(id), 25)[0].Passage.ShouldBe(expected[0], "a table never changes");
    }

    [Fact]
    public void Vectors_of_two_models_are_never_compared()
    {
        VectorTable table = VectorTable.Empty(2).With([(new PassageKey(Guid.Empty, "a"), [1, 0])], []);
        Should.Throw<ArgumentException>(() => table.Nearest([1, 0, 0], _ => true, 1));
        Should.Throw<ArgumentException>(() => table.With([(new PassageKey(Guid.Empty, "b"), [1, 0, 0])], []));
    }

    [Fact]
    public void Ranks_are_fused_as_specified()
    {
        Math.Round(Fusion.Score(1, 3), 5).ShouldBe(0.03227);
        Math.Round(Fusion.Score(2, 1), 5).ShouldBe(0.03252);
        Fusion.Of(["x", "second", "y"], ["second", "z", "x"]).Select(f => f.Item).ShouldBe(["second", "x", "z", "y"]);
        Fusion.Of(["a", "b"], ["b", "a"]).Select(f => f.Item).ShouldBe(["a", "b"], "of equals the words decide");
        Fusion.Of<string>([], []).ShouldBeEmpty();
    }

    [Fact]
    public void What_vectors_find_is_shown_with_what_the_words_find()
    {
        KnowledgeIndex index = Index();
        SearchResult found = index.Search("how do I ditch it", 5, Near(index, "Cancel the plan"));
        SearchHit hit = found.Hits.ShouldHaveSingleItem();
        (hit.Title, hit.Cosine, hit.Bm25, hit.Snippet).ShouldBe(("Cancel the plan", 0.9f, 0, "Owners end the plan under billing."));
        found.Outcome.ShouldBe(SearchOutcome.Ok, "a trained model is taken at its word");
        index.Search("how do I ditch it", 5, Near(index, "Cancel the plan") with { Near = Near(index, "Cancel the plan").Near! with { IsTrained = false } }).Outcome.ShouldBe(SearchOutcome.NoMatch);

        SearchResult both = index.Search("ferry", 5, Near(index, "Cancel the plan", "Ferry times"));
        both.Hits.Select(h => h.Title).ShouldBe(["Ferry times", "Cancel the plan"]);
        both.Hits[0].Score.ShouldBe(Fusion.Score(1, 2));
    }

    [Fact]
    public void A_vector_shows_nobody_an_article_that_is_not_for_them_or_is_no_more()
    {
        KnowledgeIndex index = Index();
        SearchOptions near = Near(index, "Premium only", "Cancel the plan");
        index.Search("ditch", 5, near).Hits.Select(h => h.Title).ShouldBe(["Cancel the plan"]);
        index.Search("ditch", 5, near with { Audiences = new HashSet<string> { "premium" } }).Hits.Select(h => h.Title).ShouldBe(["Premium only", "Cancel the plan"]);
        index.Scope(near).Allows(Id(index, "Premium only")).ShouldBeFalse();
        index.With([], [Id(index, "Cancel the plan")]).Search("ditch", 5, near).Hits.ShouldBeEmpty();
        index.Search("ditch", 5, near with { Language = "de" }).Hits.ShouldBeEmpty();
    }

    [Fact]
    public void A_code_and_a_quoted_phrase_are_still_found_literally_or_not_at_all()
    {
        KnowledgeIndex index = Index();
        index.Search("\"ditch the plan\"", 5, Near(index, "Cancel the plan")).Hits.ShouldBeEmpty();
        index.Search("INV-2026-00042", 5, Near(index, "Cancel the plan")).Hits.ShouldBeEmpty();
    }

    [Fact]
    public void A_scope_names_the_smaller_side()
    {
        KnowledgeIndex index = Index();
        index.Scope(new SearchOptions()).Without.ShouldBe([Id(index, "Premium only")]);
        index.Scope(new SearchOptions { EveryAudience = true }).ShouldSatisfyAllConditions(s => s.Only.ShouldBeNull(), s => s.Without.ShouldBeEmpty());
        index.Scope(new SearchOptions { ArticleIds = new HashSet<Guid> { Id(index, "Ferry times") } }).Only.ShouldBe([Id(index, "Ferry times")]);
    }

    [Fact]
    public void A_passage_keeps_its_hash_as_long_as_it_says_the_same()
    {
        string[] Hashes(string body) => [.. KnowledgeIndex.Build([Articles.Article(1, "Plan", body)]).Passages().Select(p => p.Key.Hash)];
        string[] before = Hashes("# Plan\n\nOne.\n\n## More\n\nTwo.\n"), after = Hashes("# Plan\n\nOne.\n\n## More\n\nThree.\n");
        (before.Length, after[0] == before[0], after[1] == before[1]).ShouldBe((2, true, false));
        KnowledgeIndex.Build([Articles.Article(1, "Plan", "# Plan\n\nOne.\n", language: "de")]).Passages().First().Key.Hash.ShouldNotBe(before[0]);
    }

    [Fact]
    public async Task The_local_vectors_stay_off_because_they_do_not_help_on_a_real_help_centre()
    {
        string folder = Articles.SharedData("arduino-help-center");
        EvaluationVectors vectors = await EvaluationVectors.OfAsync(folder, null, new Embedders(EmbeddingSource.Local, null, null, TimeProvider.System), default);
        Dictionary<string, EvaluationMetric> metrics = RetrievalEvaluation.Run(folder, vectors: vectors).Metrics.ToDictionary(m => m.Name);
        foreach (string set in (string[])["former_titles", "link_anchors"])
        {
            metrics[$"{set}+local.hit@1"].N.ShouldBe(metrics[$"{set}.hit@1"].N);
            // Who makes this fail has found better vectors, and may turn them on.
            metrics[$"{set}+local.gain.hit@1"].Low.ShouldBeLessThanOrEqualTo(0);
        }
    }

    private static KnowledgeIndex Index() => KnowledgeIndex.Build(
    [
        Articles.Article(1, "Cancel the plan", "# Cancel the plan\n\nOwners end the plan under billing.\n"),
        Articles.Article(2, "Ferry times", "# Ferry times\n\nThe ferry leaves at noon.\n"),
        Articles.Article(3, "Premium only", "# Premium only\n\nA manager calls you.\n") with { Audience = "premium" },
    ]);

    private static Guid Id(KnowledgeIndex index, string title) => index.Passages().Select(p => p.Key.ArticleId).First(id => index.Find(id)!.Title == title);

    private static SearchOptions Near(KnowledgeIndex index, params string[] titles) => new()
    {
        Near = new NearPassages([.. titles.Select((t, i) => new VectorHit(index.Passages().First(p => p.Key.ArticleId == Id(index, t)).Key, 0.9f - (i * 0.1f)))], IsTrained: true),
    };
}
