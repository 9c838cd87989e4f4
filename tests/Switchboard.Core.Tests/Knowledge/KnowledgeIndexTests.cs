using Switchboard.Core.Knowledge;

namespace Switchboard.Core.Tests.Knowledge;

public sealed class KnowledgeIndexTests
{
    [Fact]
    public void The_searchers_example_comes_out_as_stated()
    {
        KnowledgeIndex index = KnowledgeIndex.Build([Articles.Article(1, "", "reset password login page"), Articles.Article(2, "", "invite user team"), Articles.Article(3, "", "change password policy team")]);
        SearchResult result = index.SearchChunks("reset password");
        result.Hits.Select(h => Math.Round(h.Bm25, 4)).ShouldBe([1.3988, 0.4532]);
        result.Hits.Select(h => Math.Round(h.Coverage, 3)).ShouldBe([1.0, 0.324]);
        result.Outcome.ShouldBe(SearchOutcome.Ok);
    }

    [Theory]
    [InlineData("reset password", SearchOutcome.Ok)]
    [InlineData("reset flubber", SearchOutcome.Weak)]
    [InlineData("flubber gizmo thingamajig team", SearchOutcome.NoMatch)]
    [InlineData("how do I", SearchOutcome.NoMatch)]
    public void The_outcome_follows_the_coverage(string query, SearchOutcome outcome) =>
        KnowledgeIndex.Build([Articles.Article(1, "", "reset password login page"), Articles.Article(2, "", "invite user team"), Articles.Article(3, "", "change password policy team")])
            .Search(query).Outcome.ShouldBe(outcome);

    [Fact]
    public void A_misspelt_word_is_corrected_and_said()
    {
        SearchResult result = KnowledgeIndex.Build([Articles.Article(1, "Reset your password", "Open the page."), Articles.Article(2, "Invite people", "Open it.")]).Search("pasword");
        result.Corrections.ShouldHaveSingleItem().Word.ShouldBe("pasword");
        result.Hits.ShouldHaveSingleItem().Title.ShouldBe("Reset your password");
    }

    [Fact]
    public void Synonyms_find_what_is_called_otherwise()
    {
        KnowledgeIndex index = KnowledgeIndex.Build([Articles.Article(1, "Invite people to your workspace", "Open Members."), Articles.Article(2, "Export your data", "Open Data.")]);
        index.Search("How do I add a teammate?").Hits[0].Title.ShouldBe("Invite people to your workspace");
        KnowledgeIndex.Build([Articles.Article(1, "Invite people", "Open.")], SynonymTable.None).Search("add a teammate").Hits.ShouldBeEmpty();
    }

    [Fact]
    public void Codes_and_quoted_phrases_match_literally()
    {
        KnowledgeIndex index = KnowledgeIndex.Build([Articles.Article(1, "Errors", "The code is ERR-2026-0042 and the payment failed."), Articles.Article(2, "Payments", "The failed payment is tried again. See ERR-2026-0043.")]);
        index.Search("ERR-2026-0042").Hits.ShouldHaveSingleItem().ExternalId.ShouldBe("a1");
        index.Search("\"failed payment\"").Hits.ShouldHaveSingleItem().ExternalId.ShouldBe("a2");
        index.Search("ERR-2026-0049").Corrections.ShouldBeEmpty();
    }

    [Fact]
    public void Filters_apply_and_give_way_when_they_leave_nothing()
    {
        KnowledgeIndex index = KnowledgeIndex.Build([Articles.Article(1, "Refunds", "Refund text.", category: "Billing"), Articles.Article(2, "Rückzahlung", "Der Refund.", language: "de", category: "Geld")]);
        index.Search("refund", options: new SearchOptions { Language = "de" }).Hits.ShouldHaveSingleItem().ExternalId.ShouldBe("a2");
        index.Search("refund", options: new SearchOptions { ExcludedArticleIds = new HashSet<Guid> { Articles.Article(1, "", "").ArticleId } }).Hits.ShouldHaveSingleItem().ExternalId.ShouldBe("a2");
        SearchResult french = index.Search("refund", options: new SearchOptions { Language = "fr", DefaultLanguage = "en" });
        french.CrossLanguage.ShouldBeTrue();
        french.Hits.ShouldHaveSingleItem().ExternalId.ShouldBe("a1");
        index.Search("refund", options: new SearchOptions { Category = "Shipping" }).FilterDropped.ShouldBeTrue();
    }

    [Fact]
    public void The_next_snapshot_equals_one_built_anew_and_leaves_the_old_alone()
    {
        IndexedArticle[] first = [Articles.Article(1, "Refunds", "Within 30 days."), Articles.Article(2, "Invoices", "Open Billing."), Articles.Article(3, "Members", "Open Team.")];
        IndexedArticle changed = first[1] with { Body = "Open Billing and choose refund history.", Version = 2 };
        KnowledgeIndex before = KnowledgeIndex.Build(first);
        KnowledgeIndex next = before.With([changed], [first[2].ArticleId]);
        KnowledgeIndex anew = KnowledgeIndex.Build([first[0], changed]);
        next.Search("refund").Hits.Select(h => (h.ArticleId, h.Score)).ShouldBe(anew.Search("refund").Hits.Select(h => (h.ArticleId, h.Score)));
        next.Search("members").Hits.ShouldBeEmpty();
        before.Search("members").Hits.Count.ShouldBe(1);
    }

    [Fact]
    public void Spans_mark_the_matches_in_the_snippet()
    {
        SearchHit hit = KnowledgeIndex.Build([Articles.Article(1, "Money", new string('x', 300) + " and " + string.Join(' ', Enumerable.Repeat("filler", 60)) + " Refunds take five days.")]).Search("refund").Hits[0];
        hit.Spans.Select(s => hit.Snippet.Substring(s.Start, s.Length)).ShouldBe(["Refunds"]);
    }

    [Fact]
    public void An_empty_index_has_no_answer()
    {
        KnowledgeIndex.Empty.Search("anything").Hits.ShouldBeEmpty();
        AnswerComposer.Answer(KnowledgeIndex.Empty, "anything").Outcome.ShouldBe(AnswerOutcome.NoGroundedAnswer);
    }
}
