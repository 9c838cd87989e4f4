using Switchboard.Core.Agents;

namespace Switchboard.Core.Tests.Agents;

public sealed class AgentCardTests
{
    private const string good = "---\nid: a/b\nname: B\ntier: essential\nkind: Specialist\ncapabilities: [read:knowledge, act:handoff.create]\nsummary: Does: it.\n---\n\n## Utterances\n\n- hi: hello there\n\n## Texts\n\n- one: Line\\nbreak {Name}.\n";

    [Fact]
    public void A_card_is_read_whole()
    {
        AgentCard card = AgentCardReader.Read("b.md", good.Replace("\n", "\r\n"));
        (card.Id, card.Domain, card.Name, card.Tier, card.Kind, card.Summary).ShouldBe(("a/b", "a", "B", Tier.Essential, AgentKind.Specialist, "Does: it."));
        card.Capabilities.ShouldBe(["read:knowledge", "act:handoff.create"]);
        card.Utterances.ShouldBe([new Utterance("hi", "hello there")]);
        card.Say("one", new { Name = "Ada" }).ShouldBe("Line\nbreak Ada.");
        card.Say("one", new { name = 7 }).ShouldBe("Line\nbreak 7.");
    }

    [Fact]
    public void What_is_said_of_a_finding_is_not_read_as_a_placeholder() =>
        AgentCardReader.Read("b.md", good).Say("one", new { Name = "{Name} {Other}" }).ShouldBe("Line\nbreak {Name} {Other}.");

    [Fact]
    public void A_text_or_a_value_that_is_not_there_is_named()
    {
        AgentCard card = AgentCardReader.Read("b.md", good);
        Should.Throw<KeyNotFoundException>(() => card.Say("two")).Message.ShouldContain("\"two\"");
        Should.Throw<KeyNotFoundException>(() => card.Say("one", new { Title = "x" })).Message.ShouldContain("{Name}");
        Should.Throw<KeyNotFoundException>(() => card.Say("one")).Message.ShouldContain("{Name}");
    }

    [Theory]
    [InlineData("---\nid", "--\nid", 1, "begins with a line")]
    [InlineData("summary: Does: it.\n---", "summary: Does: it.", 16, "no closing line")]
    [InlineData("name: B", "nom: B", 3, "\"nom\" is no key")]
    [InlineData("name: B", "name: B\nname: C", 4, "given twice")]
    [InlineData("name: B\n", "", 7, "\"name\" is missing")]
    [InlineData("name: B", "name:", 8, "\"name\" is missing")]
    [InlineData("name: B", "name B", 3, "is not of the form")]
    [InlineData("id: a/b", "id: ab", 2, "is no id")]
    [InlineData("tier: essential", "tier: golden", 4, "the tier is")]
    [InlineData("kind: Specialist", "kind: Wizard", 5, "the kind is one of")]
    [InlineData("## Texts", "## Words", 16, "has the sections")]
    [InlineData("- hi: hello there", "- hello there", 12, "is not of the form")]
    [InlineData("{Name}.", "{Name.", 16, "a brace is not closed")]
    [InlineData("- one:", "- one: x\n- one:", 17, "is given twice")]
    public void What_is_wrong_with_a_card_is_told_with_its_line(string part, string instead, int line, string because)
    {
        string text = good.Replace(part, instead);
        text.ShouldNotBe(good);
        string message = Should.Throw<CardException>(() => AgentCardReader.Read("b.md", text)).Message;
        message.ShouldStartWith($"b.md, line {line}: ");
        message.ShouldContain(because);
    }
}
