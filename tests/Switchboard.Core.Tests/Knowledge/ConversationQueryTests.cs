using Switchboard.Core.Knowledge;

namespace Switchboard.Core.Tests.Knowledge;

public sealed class ConversationQueryTests
{
    [Theory]
    [InlineData("How do I cancel it?")]
    [InlineData("And on a phone?")]
    [InlineData("What about guests?")]
    [InlineData("Why?")]
    [InlineData("How much does that cost?")]
    public void A_message_that_leans_on_the_one_before_is_asked_with_it(string message) =>
        ConversationQuery.Rewrite(["Hello!", "How do I upgrade my subscription?", "Thanks"], message).ShouldBe("How do I upgrade my subscription? " + message);

    [Theory]
    [InlineData("How do I export the projects of my workspace?")]
    [InlineData("Where do I download invoices?")]
    [InlineData("Thanks!")]
    [InlineData("ok")]
    [InlineData("Is there a way to import tasks from a spreadsheet of my old tool?")]
    public void A_message_that_stands_alone_is_asked_as_it_is(string message) =>
        ConversationQuery.Rewrite(["How do I upgrade my subscription?"], message).ShouldBe(message);

    [Fact]
    public void Without_a_subject_before_it_or_in_another_language_nothing_is_added()
    {
        ConversationQuery.Rewrite([], "How do I cancel it?").ShouldBe("How do I cancel it?");
        ConversationQuery.Rewrite(["Hello!", "Thanks"], "How do I cancel it?").ShouldBe("How do I cancel it?");
        ConversationQuery.Rewrite(["Wie kündige ich das Abonnement?"], "it?", "de").ShouldBe("it?");
    }

    [Fact]
    public void A_short_question_finds_the_article_of_the_conversation()
    {
        KnowledgeIndex index = KnowledgeIndex.Build([
            Articles.Article(1, "Cancel a subscription", "Open Billing. Choose Cancel subscription."), Articles.Article(2, "Cancel an invitation", "Open Members. Choose Cancel invitation."),
            Articles.Article(3, "Subscription plans", "There are three plans.")]);
        index.Search(ConversationQuery.Rewrite(["I sent an invitation to a wrong address."], "Can I cancel it?")).Hits[0].ExternalId.ShouldBe("a2");
        index.Search(ConversationQuery.Rewrite(["I have a yearly subscription."], "Can I cancel it?")).Hits[0].ExternalId.ShouldBe("a1");
    }
}
