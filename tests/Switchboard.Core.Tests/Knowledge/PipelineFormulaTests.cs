using Switchboard.Core.Knowledge.Pipeline;

namespace Switchboard.Core.Tests.Knowledge;

/// <summary>The formulas of the knowledge agents where a case of an agent would hide them.</summary>
public sealed class PipelineFormulaTests
{
    [Theory]
    [InlineData(90, 93.75, 75, 60, 80, 81.9)]
    [InlineData(90, 93.75, 45, 60, 80, 75.9)]
    [InlineData(60, 60, 60, 60, 80, 63)]
    public void The_score_of_an_article_weighs_its_five_parts(double completeness, double clarity, double accuracy, double examples, double formatting, double score) =>
        new QualityParts(completeness, clarity, accuracy, examples, formatting).Score().ShouldBe(score);

    [Fact]
    public void What_does_not_apply_gives_its_weight_to_the_others_in_proportion()
    {
        new QualityParts(80, 80, 80, null, 80).Score().ShouldBe(80);
        // (0.25 x 100 + 0.20 x 50 + 0.15 x 50) / 0.60
        new QualityParts(100, null, 50, null, 50).Score().ShouldBe(70.8);
    }

    [Fact]
    public void Clarity_is_reading_ease_less_half_the_share_of_long_sentences()
    {
        var text = new TextMeasures(220, 16, 2, 330);
        text.ReadingEase!.Value.ShouldBe(65.98, 0.005);
        ArticleQuality.Clarity(text).ShouldBe(93.75);
        ArticleQuality.Clarity(new TextMeasures(400, 10, 10, 900)).ShouldBe(0);
        ArticleQuality.ClarityByLength(new TextMeasures(250, 10, 0, 1)).ShouldBe(50);
    }

    [Theory]
    [InlineData("Pay 20 USD a seat.", "Pay 25 USD a seat.", "new_number")]
    [InlineData("See https://evil.example now.", "See the page now.", "new_link")]
    [InlineData("Open the page of Globex now.", "Open the page now.", "new_name")]
    [InlineData("Call `rm -rf` then.", "Call it then.", "new_code")]
    [InlineData("Bananas ripen quickly in warm rooms.", "Open the billing page.", "too_free")]
    [InlineData("On the billing page choose Save.", "Choose Save on the billing page.", null)]
    public void A_sentence_of_a_model_adds_nothing_to_its_source(string said, string source, string? fault) => GroundedSynthesis.Fault(said, source, "en").ShouldBe(fault);

    [Theory]
    [InlineData("Hi there, how do I export a board?", "How do I export a board?")]
    [InlineData("Good morning team, please my name is Ada. where are the keys, thanks a lot", "Where are the keys")]
    public void A_question_is_shortened_to_what_is_asked(string said, string asked) => FaqQuestions.Shortened(said).ShouldBe(asked);

    [Fact]
    public void Groups_by_density_leave_out_who_stands_alone_and_average_link_cuts_where_it_is_told()
    {
        (string, IReadOnlyList<float>?)[] questions = [.. Enumerable.Range(0, 8).Select(i => ($"q{i}", (IReadOnlyList<float>?)(i < 4 ? [1f, 0.01f * i, 0f] : i < 7 ? [0f, 1f, 0.01f * i] : [0f, 0f, 1f])))];
        var likeness = new QuestionLikeness(questions);
        QuestionGroups.ByDensity(likeness, 8, 0.25, 4).ShouldBe([[0, 1, 2, 3]]);
        QuestionGroups.AverageLink(likeness, 8, 0.6).ShouldBe([[0, 1, 2, 3], [4, 5, 6], [7]]);
        likeness.Medoid([0, 1, 2]).ShouldBe(1);
    }

    [Theory]
    [InlineData("A seat on premium costs 20 USD.", true)]
    [InlineData("| Premium | 20 USD |", true)]
    [InlineData("Premium is $25 a month.", false)]
    [InlineData("Premium costs 20 USD when you pay by the year.", false)]
    [InlineData("| Basic | 10 USD | 8 USD |", false)]
    [InlineData("Premium support | at least 500 USD per month", false)]
    [InlineData("40 premium seats cost 3 × 40 = 120 USD more per month.", false)]
    [InlineData("Premium has many boards.", false)]
    public void A_sentence_differs_from_the_policy_when_it_states_a_price_and_no_right_one(string sentence, bool differs)
    {
        PolicyFigure[] figures = [new("premium", 25, "USD"), new("premium", 20, "USD", Yearly: true), new("basic", 10, "USD"), new("Premium support", 500, "USD")];
        ArticleQuality.Differing(sentence, figures).Any().ShouldBe(differs);
    }
}
