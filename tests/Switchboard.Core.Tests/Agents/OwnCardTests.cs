using Switchboard.Core.Agents;

namespace Switchboard.Core.Tests.Agents;

public sealed class OwnCardTests
{
    private const string good = """
        ---
        id: custom/opening-hours
        name: Opening hours
        tier: operational
        kind: Specialist
        capabilities: [read:knowledge, act:handoff.create]
        summary: Says when the shop is open.
        settings: [closes=18 (0..24)]
        slots: [branch=words, email]
        articles: [category:Shops, tag:branch]
        team: shops
        reasons: [shop_question]
        ---

        ## Utterances
        - opening: when are you open
        - parking: where can i park

        ## Utterances de
        - opening: wann habt ihr offen

        ## Texts
        - opening: {branch} closes at {closes}.
        - handoff: A colleague of the shop answers.
        - ask-branch: Which branch?
        - ask-branch-again: Please name the branch.
        - ask-email: Which address?
        - ask-email-again: That is no address.

        ## Texts de
        - opening: {branch} schließt um {closes} Uhr.

        """;

    [Fact]
    public void An_agent_of_an_operators_own_is_its_card()
    {
        AgentCard card = OwnCardReader.Read("a.md", good);

        card.Utterances.Select(u => u.Text).ShouldBe(["when are you open", "where can i park", "wann habt ihr offen"]);
        card.Own!.Slots.ShouldBe([new OwnSlot("branch", "words"), new OwnSlot("email", "email")]);
        (card.Own.Team, card.Own.Reason, card.Own.Articles!.Categories[0], card.Own.Articles.Tags[0]).ShouldBe(("shops", "shop_question", "Shops", "branch"));
        var values = new Dictionary<string, string> { ["branch"] = "North", ["closes"] = "18" };
        card.In("de-AT").Say("opening", values).ShouldBe("North schließt um 18 Uhr.");
        card.In("de").Say("handoff").ShouldBe("A colleague of the shop answers.");
        card.In("fr").Say("opening", values).ShouldBe("North closes at 18.");
    }

    [Theory]
    [InlineData("id: custom/opening-hours", "id: billing/opening-hours", 2, "custom/name")]
    [InlineData("id: custom/opening-hours", "id: custom/Opening", 2, "small letters")]
    [InlineData("kind: Specialist", "kind: Operator", 5, "needs a class")]
    [InlineData("tier: operational", "tier: golden", 4, "the tier is")]
    [InlineData("[read:knowledge, act:handoff.create]", "[read:knowledge, act:handoff.create, read:customer]", 6, "\"read:customer\" needs a class")]
    [InlineData("[read:knowledge, act:handoff.create]", "[read:knowledge, act:refund.issue]", 6, "\"act:refund.issue\" needs a class")]
    [InlineData("[read:knowledge, act:handoff.create]", "[act:handoff.create]", 10, "name read:knowledge under capabilities")]
    [InlineData("[read:knowledge, act:handoff.create]", "[read:knowledge]", 11, "name act:handoff.create under capabilities")]
    [InlineData("articles: [category:Shops, tag:branch]", "articles: [Shops]", 10, "category:NAME or tag:NAME")]
    [InlineData("articles: [category:Shops, tag:branch]\n", "", 6, "name the articles")]
    [InlineData("team: shops\n", "", 6, "name the team")]
    [InlineData("slots: [branch=words, email]", "slots: [branch=iban, email]", 9, "\"iban\" is no type of slot")]
    [InlineData("slots: [branch=words, email]", "slots: [branch=words, branch=words, email]", 9, "given twice")]
    [InlineData("closes=18 (0..24)", "closes=30 (0..24)", 8, "is no setting")]
    [InlineData("- ask-email-again: That is no address.\n", "", 13, "\"ask-email-again\" is missing")]
    [InlineData("{branch} closes at {closes}.", "{branch} closes at {hour}.", 23, "{hour} is neither a slot nor a setting")]
    [InlineData("{branch} closes at {closes}.", "}{branch} closes{ at.", 23, "a brace stands alone")]
    [InlineData("- handoff: A", "- hello: Hi.\n- handoff: A", 24, "no utterance is labelled \"hello\"")]
    [InlineData("## Texts de\n- opening:", "## Texts de\n- parking:", 31, "has no words under")]
    [InlineData("## Texts de\n- opening: {branch}", "## Texts de\n- opening: {Filiale}", 31, "{Filiale} is neither")]
    [InlineData("- opening: when are you open\n- parking: where can i park\n\n## Utterances de\n- opening: wann habt ihr offen\n", "", 13, "there are no utterances")]
    [InlineData("- parking: where can i park", "- parking: ?!", 17, "has no words")]
    public void What_is_wrong_is_told_with_its_line(string part, string instead, int line, string because)
    {
        string text = good.Replace(part, instead);
        text.ShouldNotBe(good);

        CardException wrong = Should.Throw<CardException>(() => OwnCardReader.Read("a.md", text));

        wrong.Message.ShouldContain(because);
        wrong.Line.ShouldBe(line, wrong.Message);
    }

    [Fact]
    public void An_utterance_that_nothing_answers_is_refused()
    {
        string text = good.Replace("articles: [category:Shops, tag:branch]\nteam: shops\n", "").Replace("[read:knowledge, act:handoff.create]", "[]").Replace("- handoff: A colleague of the shop answers.\n", "");
        Should.Throw<CardException>(() => OwnCardReader.Read("a.md", text)).Message.ShouldContain("nothing answers \"parking\"");
    }
}
