using Switchboard.Core.Evaluation;
using Switchboard.Core.Tests.Knowledge;
using Switchboard.Core.Understanding.Intents;

namespace Switchboard.Core.Tests.Understanding.Intents;

public sealed class IntentEvaluationTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("switchboard-intent-");

    public void Dispose() => folder.Delete(recursive: true);

    private string File(string name, string text)
    {
        string path = Path.Combine(folder.FullName, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    [Theory]
    [InlineData("a.csv", "text,category\n\"Hello, \"\"you\"\"\nthere\",greet\nbye,leave\n", "Hello, \"you\"\nthere=greet|bye=leave")]
    [InlineData("a.csv", "category,instruction,intent\nX,do it,wish\nY,,empty\nbroken row\n", "do it=wish")]
    [InlineData("a.tsv", "utterance\tslot-labels\tintent\nhi\tO\tgreet\nbad\n", "hi=greet")]
    [InlineData("a.json", "{\"train\":[[\"hi\",\"greet\"],[\"hi\",\"greet\"]],\"oos_train\":[[\"peru\",\"oos\"]]}", "hi=greet|peru=oos")]
    [InlineData("a.jsonl", "{\"text\":\"hi\",\"label\":\"greet\"}\n\n{\"message\":\"bye\",\"intent\":\"leave\"}\n", "hi=greet|bye=leave")]
    public void Labelled_messages_are_read_in_each_layout(string name, string text, string expected) =>
        string.Join('|', LabelledMessages.Read(File(name, text)).Select(e => $"{e.Text}={e.Label}")).ShouldBe(expected);

    [Fact]
    public void What_holds_no_labels_says_what_is_expected()
    {
        Should.Throw<InvalidDataException>(() => LabelledMessages.Read(File("a.csv", "x,y\n1,2\n"))).Message.ShouldContain("category");
        Should.Throw<InvalidDataException>(() => LabelledMessages.Read(File("a.json", "{"))).Message.ShouldContain("not JSON");
        Should.Throw<IOException>(() => LabelledMessages.Read(Path.Combine(folder.FullName, "none.csv")));
    }

    [Fact]
    public void A_report_has_the_metrics_the_errors_and_the_confusions()
    {
        string Lines(IEnumerable<IntentExample> examples) => string.Join('\n', examples.Select(e => $"{{\"text\":\"{e.Text}\",\"label\":\"{e.Label}\"}}"));
        string data = File("data.jsonl", Lines([.. Phrases.Make(30, 1, noise: 0.1), .. Phrases.Others.Select(o => new IntentExample(o, "oos"))]));
        EvaluationReport report = IntentEvaluation.Run(new EvaluationRequest(data));
        report.Metrics.Select(m => m.Name).ShouldBe(["accuracy", "in_scope_accuracy", "oos_recall", "oos_recall_at_5pct", "in_scope_refused", "macro_f1", "ece", "p50_ms", "train_seconds"]);
        report.Metrics.ShouldAllBe(m => m.Low <= m.Value && m.Value <= m.High);
        report.Metrics[1].Value.ShouldBeInRange(0.8, 0.97);
        report.Errors.ShouldNotBeEmpty();
        report.Confusions.ShouldNotBeEmpty();
        Should.Throw<InvalidDataException>(() => IntentEvaluation.Run(new EvaluationRequest(data, Train: File("one.jsonl", "{\"text\":\"a\",\"label\":\"b\"}")))).Message.ShouldContain("at least two");
    }

    [Fact]
    public void A_limit_takes_so_many_of_each_label_and_always_the_same()
    {
        string Lines(IEnumerable<IntentExample> examples) => string.Join('\n', examples.Select(e => $"{{\"text\":\"{e.Text}\",\"label\":\"{e.Label}\"}}"));
        // One label after the other, and of the first ten times as many: taken from the front, the limit would hold one label only.
        string data = File("data.jsonl", Lines(Phrases.Make(60, 1).GroupBy(e => e.Label).SelectMany((g, i) => i == 0 ? g : g.Take(6))));
        EvaluationReport Limited() => IntentEvaluation.Run(new EvaluationRequest(data, Train: File("train.jsonl", Lines(Phrases.Make(3, 2))), Limit: 4));
        EvaluationReport report = Limited();
        report.Metrics[0].N.ShouldBe(5 * 4);
        report.Metrics.Where(m => m.Name is "accuracy" or "macro_f1" or "ece").ShouldBe(Limited().Metrics.Where(m => m.Name is "accuracy" or "macro_f1" or "ece"));
        IntentEvaluation.Run(new EvaluationRequest(data, Train: File("train.jsonl", Lines(Phrases.Make(3, 2))), Limit: 1000)).Metrics[0].N.ShouldBeGreaterThan(5 * 6);
    }

    [Fact]
    public void Every_part_has_its_share_of_every_label()
    {
        List<IntentExample> examples = Phrases.Make(23, 1);
        int[] fold = IntentEvaluation.Folds(examples, 5, seed: 1);
        foreach (var group in examples.Select((e, i) => (e.Label, Fold: fold[i])).GroupBy(x => x)) group.Count().ShouldBeInRange(4, 5);
    }

    [Fact]
    public void Messages_of_people_are_told_apart_as_the_desk_promises()
    {
        IReadOnlyList<IntentExample> all = LabelledMessages.Read(Articles.SharedData("banking77"));
        int[] fold = IntentEvaluation.Folds(all, 5, seed: 1);
        IntentModel model = IntentTrainer.Train([.. all.Where((_, i) => fold[i] != 0)]);
        IntentExample[] asked = [.. all.Where((_, i) => fold[i] == 0)];
        asked.Average(e => model.Best(e.Text) == e.Label ? 1.0 : 0).ShouldBeGreaterThanOrEqualTo(0.90);
        IntentUpdater.Judge(model, asked).CalibrationError.ShouldBeLessThan(0.08);
    }

    [Fact]
    public void Ten_messages_of_each_of_77_labels_reach_what_the_desk_promises()
    {
        IReadOnlyList<IntentExample> all = LabelledMessages.Read(Articles.SharedData("banking77"));
        IntentExample[] shuffled = [.. all];
        new Random(1).Shuffle(shuffled);
        IntentExample[] few = [.. shuffled.GroupBy(e => e.Label).SelectMany(g => g.Take(10))];
        IntentModel model = IntentTrainer.Train(few);
        shuffled.Except(few).Average(e => model.Best(e.Text) == e.Label ? 1.0 : 0).ShouldBeGreaterThanOrEqualTo(0.765);
    }
}
