using Switchboard.Core.Understanding.Intents;

namespace Switchboard.Core.Tests.Understanding.Intents;

public sealed class IntentModelTests
{
    private static readonly IntentModel model = IntentTrainer.Train([.. Phrases.Make(40, 1), .. Phrases.Others.Select(o => new IntentExample(o, IntentLabels.OutOfScope))]);

    [Theory]
    [InlineData("I would like a refund for that invoice", "billing/refund")]
    [InlineData("reimburse the payment", "billing/refund")]
    [InlineData("i forgot my pasword", "account/password")]
    [InlineData("DOWNLOADING THE TABLE???", "usage/export")]
    [InlineData("can we downgrade our subscription", "billing/plan")]
    [InlineData("the board keeps freezing", "technical/bug")]
    [InlineData("le rëfund please", "billing/refund")]
    public void What_is_said_in_other_words_is_found(string text, string label) => model.Best(text).ShouldBe(label);

    [Fact]
    public void The_same_examples_give_the_same_model_to_the_last_bit()
    {
        List<IntentExample> examples = Phrases.Make(30, 2, noise: 0.2);
        IntentModel one = IntentTrainer.Train(examples);
        IntentModel two = IntentTrainer.Train(examples);
        var a = new IntentScore[5];
        var b = new IntentScore[5];
        foreach (IntentExample asked in Phrases.Make(20, 3))
        {
            one.Classify(asked.Text, a).ShouldBe(two.Classify(asked.Text, b));
            a.ShouldBe(b);
        }
        one.Version.ShouldBe(two.Version);
        IntentTrainer.Train([.. examples, new IntentExample("one more", "billing/plan")]).Version.ShouldNotBe(one.Version);
    }

    [Fact]
    public void Probabilities_are_best_first_and_add_up_to_one_with_out_of_scope()
    {
        var all = new IntentScore[model.Labels.Count];
        foreach (string text in new[] { "refund", "what is the capital of peru", "", "🙂", "export export export" })
        {
            IntentVerdict verdict = model.Classify(text, all);
            verdict.Count.ShouldBe(5);
            all.Select(s => s.Probability).ShouldBe(all.Select(s => s.Probability).OrderDescending());
            (all.Sum(s => s.Probability) + verdict.OutOfScope).ShouldBe(1f, 1e-4f);
            all.Select(s => s.Label).Order().ShouldBe(model.Labels.Order());
        }
    }

    [Fact]
    public void Stated_probabilities_are_met_on_messages_with_noise()
    {
        IntentModel noisy = IntentTrainer.Train(Phrases.Make(150, 4, noise: 0.3));
        IntentQuality judged = IntentUpdater.Judge(noisy, Phrases.Make(200, 5, noise: 0.3));
        judged.MacroF1.ShouldBeInRange(0.6, 0.9);
        judged.CalibrationError.ShouldBeLessThan(0.08);
        // The temperature does it: with the scores as they are the error is beyond that.
        IntentUpdater.Judge(IntentTrainer.Train(Phrases.Make(150, 4, noise: 0.3), new IntentOptions { HeldOutShare = 0 }), Phrases.Make(200, 5, noise: 0.3)).CalibrationError.ShouldBeGreaterThan(0.1);
    }

    [Fact]
    public void What_nobody_serves_is_refused_and_what_is_served_hardly_ever()
    {
        var best = new IntentScore[1];
        string[] foreign = ["what is the capital of france", "how many moons does mars have", "who wrote hamlet", "cook me dinner"];
        foreign.Count(t => model.Classify(t, best).IsOutOfScope).ShouldBeGreaterThanOrEqualTo(3);
        Phrases.Make(40, 6).Count(e => model.Classify(e.Text, best).IsOutOfScope).ShouldBeLessThanOrEqualTo(24);
        IntentVerdict nothing = model.Classify("🙂 ?!", best);
        (nothing.IsKnown, nothing.IsOutOfScope).ShouldBe((false, true));
    }

    [Fact]
    public void Ten_examples_of_each_label_are_enough_for_a_start()
    {
        IntentModel few = IntentTrainer.Train(Phrases.Make(10, 7));
        List<IntentExample> asked = Phrases.Make(40, 8);
        ((double)asked.Count(e => few.Best(e.Text) == e.Label) / asked.Count).ShouldBeGreaterThan(0.9);
    }

    [Fact]
    public void The_words_of_a_label_are_an_example_of_it()
    {
        IntentExample[] examples = [new("where is it", "get_parcel_delivery"), new("hand it over", "close_account")];
        IntentTrainer.Train(examples).Best("parcel delivery").ShouldBe("get_parcel_delivery");
        IntentTrainer.Train(examples).Best("account").ShouldBe("close_account");
        IntentTrainer.Train(examples, new IntentOptions { NameWeight = 0 }).Classify("parcel account", new IntentScore[1]).Margin.ShouldBeLessThan(IntentTrainer.Train(examples).Classify("parcel delivery", new IntentScore[1]).Margin);
    }

    [Fact]
    public void A_classification_allocates_nothing()
    {
        string[] texts = ["I want to refund my payment", "Où est ma facture ? J'ai été débité deux fois", "パスワードを忘れました", new string('x', 3000), "how do I export the list 🙂"];
        var best = new IntentScore[3];
        for (int i = 0; i < 300; i++) foreach (string text in texts) model.Classify(text, best);
        foreach (string text in texts)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++) model.Classify(text, best);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0, text);
        }
    }

    [Fact]
    public void Of_a_giant_message_only_the_beginning_is_read()
    {
        string start = string.Concat(Enumerable.Repeat("refund my payment ", 600));
        var a = new IntentScore[5];
        var b = new IntentScore[5];
        model.Classify(start + string.Concat(Enumerable.Repeat("export the table ", 6000)), a).ShouldBe(model.Classify(start, b));
        a.ShouldBe(b);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("\ud800")]
    [InlineData("\u0301")]
    [InlineData("﷽")]
    [InlineData("and ")]
    [InlineData("漢字")]
    [InlineData("a b ")]
    [InlineData("\0\u200d")]
    public void Hostile_text_of_a_hundred_kilobytes_is_read_like_any_other(string unit)
    {
        string text = string.Concat(Enumerable.Repeat(unit, 100_000 / unit.Length));
        var best = new IntentScore[5];
        var scratch = new FeatureScratch();
        FeatureExtractor.Extract(text, scratch);
        // Bounded by what is read of it: a word has two features, four per letter and at most thirteen of concepts.
        scratch.HashCount.ShouldBeLessThan(FeatureExtractor.MostCharacters * 15);
        float sum = model.Classify(text, best).OutOfScope + best.Sum(s => s.Probability);
        sum.ShouldBe(1f, 1e-3f);
        ClauseSplitter.Split(text).Count.ShouldBeLessThanOrEqualTo(ClauseSplitter.MostClauses);
    }

    [Fact]
    public async Task Many_callers_at_once_get_what_each_would_get_alone()
    {
        List<IntentExample> asked = Phrases.Make(60, 9);
        string[] alone = [.. asked.Select(e => model.Best(e.Text))];
        string[][] together = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => asked.Select(e => model.Best(e.Text)).ToArray())));
        together.ShouldAllBe(t => t.SequenceEqual(alone));
    }

    [Fact]
    public void Examples_that_cannot_be_learnt_are_refused_with_what_to_mend()
    {
        Should.Throw<ArgumentException>(() => IntentTrainer.Train([new("a", "x")])).Message.ShouldContain("at least two");
        Should.Throw<ArgumentException>(() => IntentTrainer.Train([new("a", "x"), new("b", IntentLabels.OutOfScope)])).Message.ShouldContain("at least two");
        Should.Throw<ArgumentException>(() => IntentTrainer.Train([new("a", "x"), new(" ", "y")])).Message.ShouldContain("Example 2");
        Should.Throw<ArgumentException>(() => IntentTrainer.Train([new("a", "x"), new("b", "y", 0)])).Message.ShouldContain("weight");
        Should.Throw<ArgumentException>(() => IntentTrainer.Train([new("a", "x"), new("b", "y")], new IntentOptions { HeldOutShare = 0.9 })).Message.ShouldContain("HeldOutShare");
    }

    [Fact]
    public void A_training_that_is_no_longer_wanted_stops()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Should.Throw<OperationCanceledException>(() => IntentTrainer.Train(Phrases.Make(40, 1), cancellationToken: stop.Token));
    }
}
