using Switchboard.Core.Knowledge;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Knowledge;

public sealed class SynonymLearningTests
{
    private static readonly DateTimeOffset start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly KnowledgeIndex index = KnowledgeIndex.Build([Articles.Article(1, "Cancel the subscription", "It ends with the period that is paid."), Articles.Article(2, "Opening hours", "We open at nine.")]);
    private static readonly Guid cancelling = Articles.Article(1, "", "").ArticleId;

    private static SearchLog Row(string contact, int minute, string query, Guid? opened = null) => new()
    {
        TenantId = Guid.Empty,
        Id = new Guid(minute, 0, 0, new byte[8]),
        Query = query,
        Outcome = opened is null ? SearchOutcomes.None : SearchOutcomes.Opened,
        ArticleId = opened,
        ContactHash = contact,
        At = start.AddMinutes(minute),
    };

    private static IEnumerable<SearchLog> People(int count, params (string Query, Guid? Opened)[] rows) =>
        Enumerable.Range(1, count).SelectMany(c => rows.Select((r, i) => Row($"c{c}", (c * 100) + i, r.Query, r.Opened)));

    private static IReadOnlyList<SynonymCandidate> Learned(IEnumerable<SearchLog> log, params Synonym[] decided) => SynonymLearning.Candidates(log, index, decided);

    [Fact]
    public void A_word_that_three_people_searched_with_before_they_opened_an_article_without_it_is_proposed_for_what_they_tried_next()
    {
        SynonymCandidate found = Learned(People(3, ("ditch it", null), ("subscription", null), ("subscription", cancelling))).ShouldHaveSingleItem();
        (found.Language, found.Term, found.Contacts, found.Searches).ShouldBe(("en", "ditch", 3, 3));
        found.Means.ShouldBe(["subscription", "cancel"]);
        found.Articles.ShouldBe([cancelling]);
    }

    [Fact]
    public void Two_people_or_one_who_tries_often_prove_nothing()
    {
        (string, Guid?)[] trail = [("ditch subscription", null), ("ditch subscription", cancelling)];
        Learned(People(2, trail)).ShouldBeEmpty();
        Learned(Enumerable.Range(0, 9).SelectMany(i => new[] { Row("one", 2 * i, "ditch subscription"), Row("one", (2 * i) + 1, "ditch subscription", cancelling) })).ShouldBeEmpty();
        Learned(People(3, trail)).ShouldHaveSingleItem().Means.ShouldBe(["Cancel"], StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public void What_the_article_says_already_and_what_was_decided_is_not_proposed()
    {
        Learned(People(3, ("cancel subscription", null), ("cancel subscription", cancelling))).ShouldBeEmpty();
        IEnumerable<SearchLog> log = People(3, ("ditch", null), ("ditch", cancelling));
        Learned(log).Count.ShouldBe(1);
        Learned(log, new Synonym { TenantId = Guid.Empty, Id = Guid.Empty, Language = "en", Term = "ditching", Means = [], Source = "feedback" }).ShouldBeEmpty();
        SynonymLearning.Candidates(log, index.WithSynonyms(SynonymTable.Parse(["ditch, cancel"])), []).ShouldBeEmpty();
    }

    [Fact]
    public void A_search_long_before_and_masked_data_teach_nothing()
    {
        Learned(Enumerable.Range(1, 3).SelectMany(c => new[] { Row($"c{c}", c * 100, "ditch"), Row($"c{c}", (c * 100) + 16, "", cancelling) })).ShouldBeEmpty();
        Learned(People(3, ("[NAME_1] subscription", null), ("", cancelling))).ShouldBeEmpty();
    }

    [Fact]
    public void A_learned_word_finds_what_it_means_and_not_the_other_way_round()
    {
        IndexedArticle[] articles = [Articles.Article(1, "Cancel the subscription", "It ends."), Articles.Article(2, "Ditch", "A hole in the ground.")];
        var learned = new Synonym { TenantId = Guid.Empty, Id = Guid.Empty, Language = "en", Term = "ditch", Means = ["cancel"], Source = "feedback" };
        KnowledgeIndex with = KnowledgeIndex.Build(articles, SynonymTable.None).WithSynonyms(SynonymTable.None.With([learned]));
        with.Search("ditch").Hits.Select(h => h.ExternalId).ShouldBe(["a2", "a1"]);
        with.Search("cancel").Hits.Select(h => h.ExternalId).ShouldBe(["a1"]);
    }
}
