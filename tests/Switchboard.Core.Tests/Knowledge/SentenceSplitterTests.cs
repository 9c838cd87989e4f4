using Switchboard.Core.Knowledge;

namespace Switchboard.Core.Tests.Knowledge;

public sealed class SentenceSplitterTests
{
    [Theory]
    [InlineData("One. Two! Three? Four", "One.|Two!|Three?|Four")]
    [InlineData("Use a tool, e.g. Postman, to try it. Then go on.", "Use a tool, e.g. Postman, to try it.|Then go on.")]
    [InlineData("That is i.e. the same. Done.", "That is i.e. the same.|Done.")]
    [InlineData("Plan A vs. Plan B matters. Ask Dr. Smith.", "Plan A vs. Plan B matters.|Ask Dr. Smith.")]
    [InlineData("Install v1.2.3 first. Version 2.0 is next.", "Install v1.2.3 first.|Version 2.0 is next.")]
    [InlineData("Open https://example.com/a.b?c=d.e now. Save boards.txt there.", "Open https://example.com/a.b?c=d.e now.|Save boards.txt there.")]
    [InlineData("Wait... then go on. Really… Yes.", "Wait... then go on.|Really…|Yes.")]
    [InlineData("He said \"Stop.\" Then he left.", "He said \"Stop.\"|Then he left.")]
    [InlineData("退款需要五天。请联系我们！好吗？", "退款需要五天。|请联系我们！|好吗？")]
    [InlineData("Phones, tablets, etc. are fine. Phones, etc. Then stop.", "Phones, tablets, etc. are fine.|Phones, etc.|Then stop.")]
    [InlineData("The answer is no. Try again.", "The answer is no.|Try again.")]
    [InlineData("See J. Smith (by 5 p.m. today).", "See J. Smith (by 5 p.m. today).")]
    public void Text_falls_into_its_sentences(string text, string sentences) =>
        SentenceSplitter.Split(text).Select(r => text[r]).ShouldBe(sentences.Split('|'));
}
