using Switchboard.Agents.Desk;
using Switchboard.Core.Agents;
using Switchboard.Core.Desk;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Intents;

namespace Switchboard.Core.Tests.Understanding;

public sealed class UtteranceMatcherTests
{
    private static readonly UtteranceMatcher matcher = new(Catalogue.FromAssembly(typeof(KnowledgeAnswerer).Assembly).Cards);
    private static readonly double floor = new DeskPolicy().IntentFloor;

    [Fact]
    public void Passing_over_utterances_that_cannot_reach_the_floor_changes_nothing_in_what_is_found()
    {
        // With a floor of nothing all utterances are looked at.
        foreach (IntentExample sentence in DeskIntents.ShippedSentences().Where((_, n) => n % 16 == 0).Append(new IntentExample("hi, no agnet pelase", "meta.human")))
            Found(sentence.Text, floor).ShouldBe(Found(sentence.Text, 0).Where(i => i.Score >= floor), sentence.Text);

        static IEnumerable<(string Label, double Score, string Utterance)> Found(string text, double least) => matcher.Match(text, least).Select(i => (i.Label, i.Score, i.Utterance));
    }

    [Theory]
    [InlineData("Talk to a human", "human")]
    [InlineData("TALK TO A HUMAN!!!", "human")]
    [InlineData("can i talk to a human please", "human")]
    [InlineData("I'd like to speak to a person", "human")]
    [InlineData("I want to speak with a real person", "human")]
    [InlineData("Please connect me to an agent.", "human")]
    [InlineData("get me a human", "human")]
    [InlineData("human", "human")]
    [InlineData("Agent!", "human")]
    [InlineData("representative", "human")]
    [InlineData("let me speak to your supervisor", "human")]
    [InlineData("can I speak to a manager?", "human")]
    [InlineData("I don't want to talk to a bot", "human")]
    [InlineData("i do not want to talk to a robot", "human")]
    [InlineData("Is there someone I can talk to?", "human")]
    [InlineData("transfer me to a human", "human")]
    [InlineData("talk to a humann", "human")]
    [InlineData("please escalate this", "human")]
    [InlineData("put me through to support", "human")]
    [InlineData("speak to a reprsentative", "human")]
    [InlineData("My invoice is wrong. I want to talk to a human.", "human")]
    [InlineData("Hello", "greeting")]
    [InlineData("hi there!", "greeting")]
    [InlineData("Good morning", "greeting")]
    [InlineData("hey, how are you?", "greeting")]
    [InlineData("Thanks", "thanks")]
    [InlineData("Thanks, that helped!", "thanks")]
    [InlineData("thank you so much", "thanks")]
    [InlineData("thx", "thanks")]
    [InlineData("Perfect, thank you", "thanks")]
    [InlineData("It's working now", "thanks")]
    [InlineData("got it", "thanks")]
    [InlineData("Bye", "goodbye")]
    [InlineData("have a nice day", "goodbye")]
    [InlineData("that's all for today", "goodbye")]
    [InlineData("yes", "yes")]
    [InlineData("Yes, please!", "yes")]
    [InlineData("okay", "yes")]
    [InlineData("no", "no")]
    [InlineData("No, thanks.", "no")]
    [InlineData("I'd rather not", "no")]
    [InlineData("I don't have one", "no")]
    [InlineData("is this a bot?", "identity")]
    [InlineData("Are you human?", "identity")]
    [InlineData("Who are you", "identity")]
    [InlineData("What can you do?", "identity")]
    [InlineData("Ich möchte mit einem Menschen sprechen", "human")]
    [InlineData("Je voudrais parler à une personne", "human")]
    [InlineData("¿Puedo hablar con alguien?", "human")]
    [InlineData("Guten Morgen zusammen, wo finde ich die Rechnung?", "greeting")]
    [InlineData("Vielen Dank für die Hilfe", "thanks")]
    [InlineData("Merci beaucoup pour votre aide", "thanks")]
    [InlineData("Sei un robot?", "identity")]
    public void What_is_meant_is_found(string text, string label) => Labels(text).ShouldContain(label);

    [Theory]
    [InlineData("Can I add a human resources user?")]
    [InlineData("how do I cancel")]
    [InlineData("How do I reset my password?")]
    [InlineData("Which user agent does the crawler send?")]
    [InlineData("How do I invite a person to a project?")]
    [InlineData("I want to speak about my invoice at the conference")]
    [InlineData("Where do I find the agent report for last month?")]
    [InlineData("Can a manager approve a timesheet?")]
    [InlineData("How do I change the manager of a project?")]
    [InlineData("What does the support plan include?")]
    [InlineData("Who can see a private board?")]
    [InlineData("Why was my card moved to another board?")]
    [InlineData("What is the API rate limit?")]
    [InlineData("Do you have a bot for Slack?")]
    [InlineData("How do I remove a person from the workspace?")]
    [InlineData("My export has no data")]
    [InlineData("The page says no results")]
    [InlineData("it does not work")]
    [InlineData("I cannot sign in")]
    [InlineData("Can you tell me the price of the basic plan?")]
    [InlineData("What is the name of the export file?")]
    [InlineData("How can I help my team find tasks?")]
    [InlineData("Good morning message for my team board, how do I schedule it?")]
    [InlineData("Wie setze ich mein Passwort zurück?")]
    [InlineData("Wie entferne ich einen Mitarbeiter aus dem Projekt?")]
    [InlineData("¿Cómo añado una persona al proyecto?")]
    [InlineData("Posso cambiare la persona di contatto?")]
    [InlineData("Comment réinitialiser mon mot de passe ?")]
    [InlineData("Où est ma facture ?")]
    [InlineData("我想和人说话")]
    [InlineData("パスワードを忘れました")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("???")]
    [InlineData("12345")]
    [InlineData("asdf qwertz")]
    [InlineData("ada@example.com")]
    [InlineData("🙂🙂🙂")]
    [InlineData("a")]
    [InlineData("the of and to")]
    public void What_is_not_meant_is_not_found(string text) => Labels(text).ShouldBeEmpty();

    [Theory]
    [InlineData("I don't want to talk to a human")]
    [InlineData("I do not want to speak to a person")]
    [InlineData("please don't escalate this")]
    [InlineData("do not transfer me to an agent")]
    [InlineData("I don't need a human")]
    [InlineData("Ich möchte nicht mit einem Menschen sprechen")]
    [InlineData("Je ne veux pas parler à une personne")]
    [InlineData("No quiero hablar con una persona")]
    [InlineData("Não quero falar com uma pessoa")]
    public void A_request_for_a_person_that_is_denied_is_none(string text) => Labels(text).ShouldNotContain("human");

    [Fact]
    public void What_stands_beside_something_else_is_not_the_whole_message()
    {
        Intent thanks = matcher.Match("Thanks. How do I reset my password?", floor).Single(i => i.Label == "thanks");
        thanks.IsWholeMessage.ShouldBeFalse();
        matcher.Match("Thanks. Thank you very much!", floor).Single(i => i.Label == "thanks").IsWholeMessage.ShouldBeTrue();
        matcher.Match("Thanks!", floor).Single().IsWholeMessage.ShouldBeTrue();
    }

    [Fact]
    public void Each_utterance_of_each_card_means_its_own_agent()
    {
        foreach (AgentCard card in Catalogue.FromAssembly(typeof(KnowledgeAnswerer).Assembly).Cards)
            foreach (Utterance utterance in card.Utterances)
            {
                Intent best = matcher.Match(utterance.Text, floor)[0];
                (best.AgentId, best.Label, best.Score, best.IsWholeMessage).ShouldBe((card.Id, utterance.Label, 1.0, true), utterance.Text);
            }
    }

    [Fact]
    public void Scores_lie_between_the_floor_and_one_best_first()
    {
        IReadOnlyList<Intent> found = matcher.Match("hello, thanks, bye, talk to a human", floor);
        found.Count.ShouldBeGreaterThan(2);
        found.Select(i => i.Score).ShouldBe(found.Select(i => i.Score).OrderDescending());
        found.ShouldAllBe(i => i.Score >= floor && i.Score <= 1);
        found.Select(i => i.Label).ShouldBeUnique();
    }

    [Theory]
    [InlineData("write to ada@example.com", "ada@example.com")]
    [InlineData("Ada.Lovelace+desk@Mail.EXAMPLE.co.uk.", "Ada.Lovelace+desk@mail.example.co.uk")]
    [InlineData("<zoë@bücher.example>", "zoë@bücher.example")]
    [InlineData("no address here", null)]
    [InlineData("a@b", null)]
    [InlineData("@example.com", null)]
    [InlineData("name at company.com", null)]
    [InlineData("see http://example.com/@user", null)]
    public void An_address_is_found_where_one_is(string text, string? address)
    {
        Entity? found = EntityExtractor.Extract(text, TextContexts.English).SingleOrDefault(e => e.Type == EntityTypes.Email);
        found?.Value.ShouldBe(address);
        (found is null).ShouldBe(address is null);
        if (found is not null) text[found.Start..found.End].ShouldBe(found.Text);
    }

    private static IEnumerable<string> Labels(string text) => matcher.Match(text, floor).Select(i => i.Label);
}
