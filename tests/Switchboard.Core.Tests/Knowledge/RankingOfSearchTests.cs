using Switchboard.Core.Knowledge;

namespace Switchboard.Core.Tests.Knowledge;

/// <summary>What decides the order of hits beside counting words, and what a reader may not see.</summary>
public sealed class RankingOfSearchTests
{
    private static readonly string filler = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"Sentence number {i} tells of thing{i % 7} and part{i}."));

    private static IEnumerable<string?> Ids(SearchResult result) => result.Hits.Select(h => h.ExternalId);

    [Fact]
    public void Words_that_stand_together_come_before_the_same_words_apart()
    {
        // Both bodies hold the same words, so that nothing but their order tells them apart.
        KnowledgeIndex index = KnowledgeIndex.Build([
            Articles.Article(1, "One", "The portal is green. Words come between here and a copper there. Nobody says more about the gate at all."),
            Articles.Article(2, "Two", "The copper gate is green. Words come between here and a portal there. Nobody says more about the at all.")]);
        index.Search("copper gate").Hits[0].ExternalId.ShouldBe("a2");
        string[][] near = [["copper", "gate"]], apart = [["copper", "a", "b", "gate"]], turned = [["gate", "copper"]], far = [["copper", "a", "b", "c", "d", "e", "f", "g", "gate"]];
        QueryPlan plan = QueryPlan.Of("copper gate", index, "en");
        double[] nearness = [.. new[] { near, turned, apart, far }.Select(t => Nearness.Of(plan, t))];
        nearness.ShouldBe(nearness.OrderDescending());
        (nearness[0], nearness[3]).ShouldBe((1, 0));
    }

    [Theory]
    [InlineData("[the way](https://help.example.com/hc/articles/4406-Open-the-gate)")]
    [InlineData("[the way](../gates/open-the-old-gate.md#top)")]
    [InlineData("[the way](/help/acme/00000002-0000-0000-0000-000000000000)")]
    public void An_article_that_others_send_readers_to_comes_first(string link)
    {
        IndexedArticle[] twins = [Articles.Article(1, "Open the new gate", "Turn the key of the gate."), Articles.Article(2, "Open the old gate", "Turn the key of the gate.") with { ExternalId = "4406" }];
        IndexedArticle[] others = [.. Enumerable.Range(3, 4).Select(i => Articles.Article(i, $"Story {i}", $"A tale of {i} cats. See {link}."))];
        KnowledgeIndex.Build(twins).Search("open gate").Hits[0].ExternalId.ShouldBe("a1", "without links the smaller id is first");
        KnowledgeIndex index = KnowledgeIndex.Build([.. twins, .. others]);
        index.Search("open gate").Hits[0].ExternalId.ShouldBe("4406");
        // Links of articles that the search may not see say nothing.
        index.Search("open gate", options: new SearchOptions { ExcludedArticleIds = others.Select(o => o.ArticleId).ToHashSet() }).Hits[0].ExternalId.ShouldBe("a1");
        index.With([], others.Select(o => o.ArticleId)).Search("open gate").Hits[0].ExternalId.ShouldBe("a1");
    }

    [Fact]
    public void What_other_articles_call_one_in_their_links_counts_for_it_unless_the_reader_may_not_see_them()
    {
        IndexedArticle[] twins = [Articles.Article(1, "Open the new gate", "Turn the key and use the lever."), Articles.Article(2, "Open the old gate", "Turn the key and use the lever.")];
        // Each is sent to as often, so that only the words differ.
        IndexedArticle[] others = [Articles.Article(3, "Story", "A tale of cats. See [the way](/help/open-the-new-gate)."), Articles.Article(4, "Report", "A tale of dogs. See [use the lever](/help/open-the-old-gate).")];
        KnowledgeIndex index = KnowledgeIndex.Build([.. twins, .. others]);
        index.Search("use the lever").Hits[0].ExternalId.ShouldBe("a2");
        index.Search("use the lever", options: new SearchOptions { ExcludedArticleIds = others.Select(o => o.ArticleId).ToHashSet() }).Hits[0].ExternalId.ShouldBe("a1");
    }

    [Fact]
    public void A_title_agrees_less_by_a_synonym_than_by_the_word_itself()
    {
        SynonymTable table = SynonymTable.Parse(["lantern, lamp"]);
        KnowledgeIndex index = KnowledgeIndex.Build([Articles.Article(1, "Lamp", "It is green."), Articles.Article(2, "Lantern", "It is green.")], table);
        QueryPlan plan = QueryPlan.Of("lantern", index, "en");
        Agreement.Likeness(plan, ["lantern"]).ShouldBe(1, 1e-9);
        Agreement.Likeness(plan, ["lamp"]).ShouldBe(0.7, 1e-9);
    }

    [Fact]
    public void What_others_call_an_article_brings_it_forward_and_does_not_vouch_for_it()
    {
        IndexedArticle article = Articles.Article(1, "Open the new gate", "Turn the key and use the lever.");
        IndexedArticle Linked(string text) => Articles.Article(2, "Story", $"A tale of cats. See [{text}](/help/open-the-new-gate).");
        KnowledgeIndex named = KnowledgeIndex.Build([article, Linked("use the lever")]);
        KnowledgeIndex unnamed = KnowledgeIndex.Build([article, Linked("tale")]);
        RankedArticle with = new Searcher(named).Rank("use the lever", new SearchOptions()).Ranked.Single(r => named.ArticleAt(r.Article).Article == article);
        (with.Score - with.Trust).ShouldBe(0.4 * QueryPlan.Of("use the lever", named, "en").TotalIdf, 1e-9);
        RankedArticle without = new Searcher(unnamed).Rank("use the lever", new SearchOptions()).Ranked.Single(r => unnamed.ArticleAt(r.Article).Article == article);
        without.Score.ShouldBe(without.Trust, 1e-9);
    }

    [Fact]
    public void Words_that_only_say_where_to_read_count_little()
    {
        KnowledgeIndex index = KnowledgeIndex.Build(
        [
            Articles.Article(1, "Cats", "Find more details in the guide: read it and follow its steps."),
            Articles.Article(2, "Dogs", "A long tale of a dog and its collar that has a bell."),
            .. Enumerable.Range(3, 8).Select(i => Articles.Article(i, $"Number {i}", "Nothing of the kind is said.")),
        ]);
        index.Search("read more details on the bell").Hits[0].ExternalId.ShouldBe("a2");
    }

    [Fact]
    public void The_last_word_may_be_unfinished_and_no_other()
    {
        KnowledgeIndex index = KnowledgeIndex.Build([Articles.Article(1, "Subscriptions", "A subscription is paid monthly."), Articles.Article(2, "Refunds", "A refund takes five days.")]);
        Ids(index.Search("subsc")).ShouldBe(["a1"]);
        Ids(index.Search("refund subsc")).ShouldBe(["a1", "a2"], ignoreOrder: true);
        index.Search("subsc").Corrections.ShouldBeEmpty();
        Ids(index.Search("subsc refund")).ShouldBe(["a2"]);
        index.Search("su").Hits.ShouldBeEmpty();
    }

    [Fact]
    public void Near_copies_are_one_hit_that_names_them()
    {
        KnowledgeIndex index = KnowledgeIndex.Build([
            Articles.Article(1, "Lantern care", "Clean the lantern. " + filler), Articles.Article(2, "Lantern care (copy)", "Clean the lantern. " + filler + " End."), Articles.Article(3, "Lantern price", "A lantern costs nine. " + string.Join(' ', filler.Split(' ').Reverse()))]);
        SearchResult result = index.Search("clean lantern");
        Ids(result).ShouldBe(["a1", "a3"]);
        result.Hits[0].Copies.ShouldBe([Articles.Article(2, "", "").ArticleId]);
        result.Hits[1].Copies.ShouldBeEmpty();
    }

    [Fact]
    public void An_article_for_others_is_not_there()
    {
        KnowledgeIndex index = KnowledgeIndex.Build([Articles.Article(1, "Lantern", "The lantern is green."), Articles.Article(2, "Lantern for partners", "The lantern costs partners nine.") with { Audience = "partners" }]);
        Ids(index.Search("lantern")).ShouldBe(["a1"]);
        Ids(index.Search("lantern", options: new SearchOptions { Audiences = new HashSet<string> { "staff" } })).ShouldBe(["a1"]);
        Ids(index.Search("lantern", options: new SearchOptions { Audiences = new HashSet<string> { "partners" } })).ShouldBe(["a1", "a2"], ignoreOrder: true);
        index.Search("lantern", options: new SearchOptions { EveryAudience = true }).Hits.Count.ShouldBe(2);
        index.SearchChunks("lantern").Hits.Count.ShouldBe(1);
        AnswerComposer.Answer(index, "What does the lantern cost partners?").Sentences.SelectMany(s => s.Citations).ShouldAllBe(c => c.ExternalId == "a1");
        string longText = string.Join(' ', Enumerable.Range(0, 60).Select(i => $"word{i} lantern.").Append("The lantern costs partners nine."));
        Ids(index.Search(longText)).ShouldBe(["a1"]);
    }

    [Fact]
    public void Each_sentence_of_a_long_text_finds_its_article()
    {
        string[] things = ["lantern", "harbour", "bicycle", "passport", "orchard", "violin", "glacier", "pottery"];
        KnowledgeIndex index = KnowledgeIndex.Build([.. things.Select((t, i) => Articles.Article(i + 1, $"About the {t}", $"The {t} is kept in room {i}.")), Articles.Article(50, "Letters", string.Join(' ', Enumerable.Repeat("A letter tells of many matters and persons.", 20)))]);
        string text = string.Join(' ', things.Take(6).Select((t, i) => $"On day {i} my neighbour and his cousin told me many long stories of winter while I was asking about the {t}."));
        SearchResult result = index.Search(text, 6);
        Ids(result).Order(StringComparer.Ordinal).ShouldBe(["a1", "a2", "a3", "a4", "a5", "a6"]);
        result.Hits.ShouldAllBe(h => h.Spans.Count > 0);
        Ids(index.Search(text, 6)).ShouldBe(Ids(result), "the same text finds the same");
    }

    [Fact]
    public void Changes_one_by_one_give_the_index_that_is_built_at_once()
    {
        var random = new Random(7);
        string[] words = [.. Enumerable.Range(0, 60).Select(i => $"{(char)('b' + (i % 20))}o{(char)('b' + (i / 3 % 20))}a{(char)('b' + (i % 7))}")];
        IndexedArticle Make(int id, int version) => Articles.Article(id, string.Join(' ', random.GetItems(words, 3)), string.Join(' ', random.GetItems(words, 30)) + ".") with { Version = version };
        KnowledgeIndex index = KnowledgeIndex.Empty;
        var now = new Dictionary<int, IndexedArticle>();
        for (int step = 0; step < 300; step++)
        {
            int id = random.Next(1, 40);
            if (random.Next(3) == 0)
            {
                now.Remove(id);
                index = index.With([], [Articles.Article(id, "", "").ArticleId]);
            }
            else index = index.With([now[id] = Make(id, step)], []);
            if (step % 20 != 0) continue;
            KnowledgeIndex anew = KnowledgeIndex.Build(now.Values);
            (index.ArticleCount, index.ChunkCount).ShouldBe((anew.ArticleCount, anew.ChunkCount));
            foreach (string word in words.Append("bobab bodab").Append("zzzz").Append(words[0][..3]))
            {
                SearchResult one = index.Search(word), other = anew.Search(word);
                one.Hits.Select(h => (h.ArticleId, Math.Round(h.Score, 9))).ShouldBe(other.Hits.Select(h => (h.ArticleId, Math.Round(h.Score, 9))));
                one.Corrections.ShouldBe(other.Corrections);
            }
        }
    }

    [Fact]
    public void The_threshold_rises_where_everyday_words_are_in_every_article_and_stays_within_its_bounds()
    {
        KnowledgeIndex.Empty.LeastConfidence.ShouldBe(0.55);
        KnowledgeIndex plain = KnowledgeIndex.Build(Enumerable.Range(1, 12).Select(i => Articles.Article(i, $"Configure gizmo{(char)('a' + i)}", $"Open the panel of gizmo{(char)('a' + i)}.")));
        plain.LeastConfidence.ShouldBe(0.55);
        string[] everyday = ["name for a dog", "poem", "wedding train", "joke", "garden plant", "good present for a friend", "shirt stains", "weather and rain", "fridge", "film awards", "mountain height", "song of all time"];
        KnowledgeIndex broad = KnowledgeIndex.Build(everyday.Select((e, i) => Articles.Article(i + 1, $"Best {e}", $"What a good {e} is: a {e} that everybody likes. Wear it at a wedding, cook it tonight, plant it in a garden, give it as a present.")));
        broad.LeastConfidence.ShouldBeInRange(0.5501, 0.70);
    }
}
