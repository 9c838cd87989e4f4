using Switchboard.Core.Knowledge;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Knowledge;

public sealed class AnswerComposerTests
{
    private static readonly KnowledgeIndex desk = KnowledgeIndex.Build(
    [
        Articles.Article(1, "Invite people to your workspace", "Owners and admins can invite people.\n\nIn this article:\n\n* [Invite](#invite)\n\n## Invite someone\n\nFollow these steps:\n\n1. Open **Settings > Members**.\n2. Enter the email address.\n3. Click **Send invite**.\n\nInvitations expire after 7 days."),
        Articles.Article(2, "Cancel your subscription", "You can cancel at any time. Your plan stays active until the end of the paid period.\n\n1. Open **Billing**.\n2. Click **Cancel plan**."),
        Articles.Article(3, "Refund policy", "We refund yearly plans within 30 days of purchase. Monthly plans are not refunded."),
        Articles.Article(4, "Export your data", "Exports are CSV files.\n\n1. Open **Data**.\n2. Click **Export**."),
        Articles.Article(5, "Reset your password", "1. Open the login page.\n2. Click **Forgot password**."),
    ]);

    [Theory]
    [InlineData("How do I add a teammate?", "a1")]
    [InlineData("can you tell me how to cancel my plan", "a2")]
    [InlineData("I want my money back", "a3")]
    [InlineData("How can I recover my password?", "a5")]
    public void A_customers_words_find_the_article(string question, string article)
    {
        KnowledgeAnswer answer = AnswerComposer.Answer(desk, question);
        answer.Outcome.ShouldBe(AnswerOutcome.Answered);
        answer.Sentences[0].Citations[0].ExternalId.ShouldBe(article);
    }

    [Theory]
    [InlineData("What is the weather in Berlin?")]
    [InlineData("Who won the football match yesterday?")]
    [InlineData("Can you open the garage door?")]
    public void What_the_articles_do_not_say_is_not_answered(string question) => AnswerComposer.Answer(desk, question).Outcome.ShouldBe(AnswerOutcome.NoGroundedAnswer);

    [Fact]
    public void A_numbered_list_is_whole_in_the_answer_with_its_lead_in() =>
        AnswerComposer.Answer(desk, "How do I invite someone?").Text.ShouldContain("Follow these steps:\n1. Open Settings > Members.\n2. Enter the email address.\n3. Click Send invite.");

    [Fact]
    public void Quotes_are_the_body_and_tables_of_contents_are_not_quoted()
    {
        KnowledgeAnswer answer = AnswerComposer.Answer(desk, "How do I invite people?");
        answer.Text.ShouldNotContain("In this article");
        foreach (Citation citation in answer.Sentences.SelectMany(s => s.Citations))
            desk.Find(citation.ArticleId)!.Body[citation.Start..citation.End].ShouldBe(citation.Quote);
    }

    [Fact]
    public void Confidence_is_that_of_the_synthesizers_examples()
    {
        AnswerComposer.Confidence(0.90, 0.85, 1).ShouldBe(0.845, 1e-9);
        AnswerComposer.Confidence(0.40, 0.45, 1).ShouldBe(0.425, 1e-9);
    }

    [Fact]
    public void Ranking_is_that_of_the_rankers_example()
    {
        DateOnly today = new(2026, 1, 1);
        RankCandidate Candidate(int id, double relevance, double quality, int days, double helpfulness) =>
            new(Articles.Article(id, "", "").ArticleId, 0, new RankParts(relevance, quality, Ranking.Recency(today.AddDays(-days), today), helpfulness), null, new HashSet<int> { id });
        RankedSet set = Ranking.Rank([Candidate(1, 0.90, 0.80, 360, 0.6696), Candidate(2, 0.85, 0.90, 30, Ranking.UnvotedHelpfulness), Candidate(3, 0.25, 1, 0, 1)]);
        set.Items.Select(i => Math.Round(i.Score, 4)).ShouldBe([0.7986, 0.7479]);
        set.Dropped.ShouldHaveSingleItem().Why.ShouldBe("low_relevance");
    }
}
