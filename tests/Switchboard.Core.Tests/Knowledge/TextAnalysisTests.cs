using Switchboard.Core.Knowledge;

namespace Switchboard.Core.Tests.Knowledge;

public sealed class TextAnalysisTests
{
    private static string[] Terms(string text, string language = "en") => [.. TextAnalysis.Terms(text, language).Select(t => t.Term)];

    [Fact]
    public void The_frame_of_a_question_leaves_only_what_it_is_about() => Terms("Hello, can you please tell me how I reset my password?").ShouldBe(["reset", "password"]);

    [Fact]
    public void Spellings_of_one_word_meet()
    {
        Terms("Wi-Fi").ShouldBe(Terms("wifi"));
        Terms("How do I log in?").ShouldBe(Terms("login"));
        Terms("signing into").ShouldBe(Terms("sign-in"));
        Terms("5 V pin").ShouldBe(Terms("5V pin"));
        Terms("Crème brûlée").ShouldBe(Terms("creme brulee"));
    }

    [Theory]
    [InlineData("Where is INV-2026-00042?", "inv-2026-00042")]
    [InlineData("v1.2.3 is out", "v1.2.3")]
    [InlineData("written in C++", "c++")]
    [InlineData("error 0x80070057", "0x80070057")]
    [InlineData("use 2-step", "2step")]
    public void Codes_and_versions_stay_whole(string text, string term) => Terms(text).ShouldContain(term);

    [Fact]
    public void Contractions_open() => Terms("It doesn't work and the user's password isn't set").ShouldBe(["work", "user", "password", "set"]);

    [Fact]
    public void Another_language_is_not_stemmed() => Terms("Die Rechnungen", "de").ShouldBe(["die", "rechnungen"]);

    [Fact]
    public void Scripts_without_blanks_give_pairs() => Terms("退款政策", "zh").ShouldBe(["退款", "款政", "政策"]);

    [Fact]
    public void Places_point_into_the_text()
    {
        const string text = "Please reset the Wi-Fi password";
        foreach (TextTerm term in TextAnalysis.Terms(text)) text[term.Start..term.End].Replace("-", "", StringComparison.Ordinal).ToLowerInvariant().ShouldBe(term.Word);
    }
}
