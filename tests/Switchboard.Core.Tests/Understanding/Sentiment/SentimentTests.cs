using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Sentiment;

namespace Switchboard.Core.Tests.Understanding.Sentiment;

public sealed class SentimentTests
{
    [Theory]
    [InlineData("This is the third time my export failed and nobody answers!!", -0.635, Emotion.Frustration)]
    [InlineData("My payment failed, can you check?", 0.0, Emotion.Neutral)]
    [InlineData("Great, that works now, thank you!", 0.836, Emotion.Gratitude)]
    [InlineData("I am not happy with the wait, but the colleague was helpful", 0.402, Emotion.Neutral)]
    public void The_specified_examples_have_their_numbers(string text, double score, Emotion emotion)
    {
        Mood mood = Read(text);
        Math.Round(mood.Score!.Value, 3).ShouldBe(score);
        mood.Emotion.ShouldBe(emotion);
    }

    [Fact]
    public void The_sum_is_shown_by_its_evidence() =>
        Read("This is the third time my export failed and nobody answers!!").Evidence.Select(e => (e.Rule, e.Value)).ShouldBe([("persistence", -0.8), ("unanswered", -1.8), ("exclamation", -0.584)]);

    [Theory]
    [InlineData("good", "not good")]
    [InlineData("very good", "good")]
    [InlineData("good", "slightly good")]
    [InlineData("the support is GREAT", "the support is great")]
    [InlineData("great!!", "great")]
    [InlineData("it was bad, but the support is great", "the support is great, but it was bad")]
    [InlineData("sooooo good", "good")]
    [InlineData("good 👍", "good")]
    [InlineData("fine :)", "fine :(")]
    [InlineData("good: https://example.org/page", "good :/ example")]
    [InlineData("es ist gut", "es ist nicht gut")]
    [InlineData("c'est bon", "ce n'est pas bon")]
    [InlineData("está muy bien", "está mal")]
    [InlineData("è ottimo", "non è ottimo")]
    [InlineData("é ótimo", "não é ótimo")]
    public void The_first_sounds_better_than_the_second(string better, string worse) =>
        SentimentAnalyzer.Analyze(better, "und").Score!.Value.ShouldBeGreaterThan(SentimentAnalyzer.Analyze(worse, "und").Score!.Value);

    [Fact]
    public void Words_of_the_matter_are_neutral_at_the_desk_and_not_elsewhere()
    {
        SentimentAnalyzer.Analyze("the export failed with an error", "en").Score.ShouldBe(0);
        SentimentAnalyzer.Analyze("the export failed with an error", "en", SentimentProfile.General).Score!.Value.ShouldBeLessThan(-0.5);
    }

    [Fact]
    public void A_language_without_a_lexicon_has_no_score_rather_than_zero()
    {
        SentimentResult result = SentimentAnalyzer.Analyze("Czekam już tydzień i nic", "pl");
        (result.Score, result.Code).ShouldBe((null, "language_unsupported"));
        SentimentAnalyzer.Analyze(string.Empty, "en").Score.ShouldBeNull();
    }

    [Fact]
    public void Each_clause_has_its_score()
    {
        SentimentResult result = SentimentAnalyzer.Analyze("The app is great. The support is terrible.", "en");
        result.Clauses.Count.ShouldBe(2);
        result.Clauses[0].Score.ShouldBeGreaterThan(0);
        result.Clauses[1].Score.ShouldBeLessThan(0);
    }

    [Theory]
    [InlineData("production is down, help", 3)]
    [InlineData("we were hacked", 3)]
    [InlineData("I need it by today 3pm", 3)]
    [InlineData("this is urgent", 2)]
    [InlineData("we need it by tomorrow", 2)]
    [InlineData("please fix it by Friday", 1)]
    [InlineData("how do I export a report?", 0)]
    [InlineData("das ist dringend", 2)]
    public void Urgency_follows_words_and_deadlines(string text, int urgency) => Read(text, text.StartsWith("das", StringComparison.Ordinal) ? "de" : "en").Urgency.ShouldBe(urgency);

    [Fact]
    public void Account_risk_raises_urgency_and_never_the_score()
    {
        Mood plain = Read("this is terrible");
        Mood risky = MoodReader.Read("this is terrible", [], TextContexts.English, risk: new AccountRisk(Churn: 0.8));
        (risky.Urgency - plain.Urgency, risky.Score - plain.Score).ShouldBe((1, 0));
    }

    [Fact]
    public void The_trend_of_a_conversation_is_read_from_its_scores()
    {
        Mood mood = MoodReader.Read("you are useless and terrible", [], TextContexts.English, [0.4, -0.65]);
        mood.Score!.Value.ShouldBeLessThan(-0.6);
        mood.TwoBelow.ShouldBeTrue();
        mood.Drop.ShouldBe(Math.Round(0.4 - mood.Score.Value, 4));
        mood.Satisfaction.ShouldBe(Math.Round(((0.6 * mood.Score.Value) + (0.4 * -0.125) + 1) / 2, 4));
    }

    [Theory]
    [InlineData("hello, could you please help? thanks", 0.95)]
    [InlineData("you idiots", 0.3)]
    public void Politeness_counts_courtesies_and_insults(string text, double politeness) => Read(text).Politeness.ShouldBe(politeness);

    [Fact]
    public void The_english_lexicon_holds_thousands_of_graded_words() => SentimentLexicon.For("en").Count.ShouldBeGreaterThan(3000);

    private static Mood Read(string text, string language = "en") =>
        MoodReader.Read(text, EntityExtractor.Extract(text, TextContexts.In(language)), TextContexts.In(language));

    [Theory]
    [InlineData("It is kind of a table.")]
    [InlineData("There are more tables.")]
    public void A_hedge_and_a_count_are_no_praise(string text) => SentimentAnalyzer.Analyze(text, "en", SentimentProfile.General).Score.ShouldBe(0);

    [Fact]
    public void A_hedge_of_two_words_weakens_what_follows() =>
        SentimentAnalyzer.Analyze("It is kind of good.", "en").Score!.Value.ShouldBeInRange(0.01, SentimentAnalyzer.Analyze("It is good.", "en").Score!.Value - 0.01);
}
