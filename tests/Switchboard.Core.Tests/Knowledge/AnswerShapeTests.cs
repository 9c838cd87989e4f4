using Switchboard.Core.Knowledge;

namespace Switchboard.Core.Tests.Knowledge;

/// <summary>What an answer looks like to the person who asked: the steps, what they need, and nothing beside.</summary>
public sealed class AnswerShapeTests
{
    private const string steps = "1. Open Settings > Members and select Invite.\n2. Enter the addresses.\n3. Select Send invitations.";

    private static readonly KnowledgeIndex desk = KnowledgeIndex.Build(
    [
        Articles.Article(1, "Invite a teammate to your workspace", """
            This article shows how to add colleagues and what to do if the invitation does not arrive. Only members with the admin role can invite.

            ## Send an invitation

            1. Open **Settings** > **Members** and select **Invite**.
            2. Enter the addresses.
            3. Select **Send invitations**.

            The people appear in the list as *invited*.

            ## Seats

            Every member and every open invitation uses one seat. See [Add or remove seats](seats.md).

            ## The invitation expired or never arrived

            - An invitation is valid for 7 days. After that, send a new link.
            - Look in the spam folder for a message from us.
            - Check the spelling of the address.
            - "Already a member" means that the address is taken.
            """),
        Articles.Article(2, "Build a dashboard", """
            This page explains dashboards.

            ## Make a dashboard

            Dashboards are available on the premium and enterprise plans.

            Follow these steps:

            1. Open **Reports**.
            2. Select **New dashboard**.
            """),
        Articles.Article(3, "Webhooks and roles", "This page lists the roles. Who may look after webhooks? The technical role. See [Webhooks](webhooks.md) for the addresses."),
        Articles.Article(4, "Barcode scanners", "This article helps with barcode scanners."),
        Articles.Article(5, "Export your data", "Exports are CSV files.\n\n1. Open **Data**.\n2. Click **Export**."),
        Articles.Article(6, "Refund policy", "We refund yearly plans within 30 days of purchase. Monthly plans are not refunded."),
    ]);

    [Theory]
    [InlineData("How do I add a teammate?")]
    [InlineData("add a teammate")]
    [InlineData("hi, I'd like to invite a new colleague, how does that work?")]
    [InlineData("Where can I invite people?")]
    public void Someone_who_asks_how_gets_the_steps_after_what_they_need(string question) =>
        AnswerComposer.Answer(desk, question).Sentences.Select(s => s.Text).Take(2).ShouldBe(["Only members with the admin role can invite.", steps]);

    [Fact]
    public void Steps_are_quoted_whole_from_their_own_section()
    {
        AnswerSentence sentence = AnswerComposer.Answer(desk, "How do I add a teammate?").Sentences[1];
        sentence.Citations[0].Heading.ShouldBe("Send an invitation");
        sentence.Citations[0].Quote.ShouldEndWith("3. Select **Send invitations**.");
    }

    [Fact]
    public void A_plan_limit_of_the_section_stands_before_its_steps() =>
        AnswerComposer.Answer(desk, "How do I make a dashboard?").Text.ShouldBe("Dashboards are available on the premium and enterprise plans. [1]\n\nFollow these steps:\n1. Open Reports.\n2. Select New dashboard.\n[1]");

    [Fact]
    public void A_question_about_a_fact_gets_the_one_point_of_a_list_that_says_it()
    {
        KnowledgeAnswer answer = AnswerComposer.Answer(desk, "how long is an invitation valid");
        answer.Text.ShouldBe("An invitation is valid for 7 days. After that, send a new link. [1]");
        answer.Sentences[0].Citations[0].Quote.ShouldBe("An invitation is valid for 7 days. After that, send a new link.");
    }

    [Theory]
    [InlineData("How do I add a teammate?")]
    [InlineData("do invitations use seats")]
    [InlineData("Who may look after webhooks?")]
    [InlineData("roles for webhooks")]
    public void What_an_article_says_of_itself_and_signposts_are_left_out(string question)
    {
        string text = AnswerComposer.Answer(desk, question).Text;
        text.ShouldNotBeEmpty();
        text.ShouldNotContain("This article");
        text.ShouldNotContain("This page");
        text.ShouldNotContain("See ");
        text.ShouldNotContain("?");
    }

    [Fact]
    public void A_question_in_an_article_is_answered_by_the_sentence_after_it() =>
        AnswerComposer.Answer(desk, "Who may look after webhooks?").Text.ShouldStartWith("The technical role.");

    [Fact]
    public void An_article_that_only_speaks_of_itself_is_still_quoted() =>
        AnswerComposer.Answer(desk, "barcode scanners").Text.ShouldBe("This article helps with barcode scanners. [1]");

    [Fact]
    public void A_figure_nobody_wrote_down_is_no_missing_evidence() =>
        AnswerComposer.Answer(desk, "refund for 14 yearly plans since Tuesday morning").Outcome.ShouldBe(AnswerOutcome.Answered);

    [Fact]
    public void Of_several_sentences_the_one_that_asks_decides() =>
        AnswerComposer.Answer(desk, "Our carpenter is from Norway and very friendly. How do I export data?").Sentences[0].Citations[0].ExternalId.ShouldBe("a5");

    [Theory]
    [InlineData("This article shows how to pay.", "Purpose")]
    [InlineData("In this guide you set up a board.", "Purpose")]
    [InlineData("Learn how to pay.", "Purpose")]
    [InlineData("This page is the reference for roles.", "Purpose")]
    [InlineData("Can I pay by card?", "Purpose")]
    [InlineData("See [Billing](b.md).", "Signpost")]
    [InlineData("For instructions, see [Billing](b.md).", "Signpost")]
    [InlineData("Read more in [Billing](b.md).", "Signpost")]
    [InlineData("The steps are explained in [Billing](b.md).", "Signpost")]
    [InlineData("See the total under Billing.", "Content")]
    [InlineData("Only admins can pay.", "Limit")]
    [InlineData("You need the admin or billing role.", "Limit")]
    [InlineData("Available on premium and enterprise.", "Limit")]
    [InlineData("Reports are part of every plan.", "Limit")]
    [InlineData("The invoice is sent once a month.", "Content")]
    [InlineData("This article of clothing is free.", "Content")]
    public void Sentences_are_told_apart_by_what_they_are_there_for(string text, string role) =>
        SentenceRoles.Of(Articles.Units(text)[0], text).ToString().ShouldBe(role);

    [Theory]
    [InlineData("How do I pay?", true)]
    [InlineData("where can I find the archive", true)]
    [InlineData("please add 5 seats", true)]
    [InlineData("upgrade us to premium, how", true)]
    [InlineData("how long is an invite valid", false)]
    [InlineData("what does it cost", false)]
    [InlineData("is my data encrypted", false)]
    public void A_wish_to_do_something_is_told_from_a_question_about_a_fact(string question, bool steps) => QuestionShape.WantsSteps(question).ShouldBe(steps);
}
