using System.Diagnostics;
using System.Text.Json;
using Switchboard.Core.Understanding.Intents;

namespace Switchboard.Bench;

/// <summary>The intent classifier against scikit-learn on the same examples and questions, in one run: right answers, refusals, transfer, time of a query and of a training, alternating.</summary>
internal static class IntentBenchmark
{
    private const int seed = 20260101;
    private const int parts = 5;
    private const int timedQueries = 400;
    private const int slice = 20;
    private const double refused = 0.05;
    private const double speedTarget = 10;

    public static int Run(string data, bool install, bool json)
    {
        using IntentPeer peer = IntentPeer.Start(install);
        var machine = new Machine();
        var rows = new List<Row>();
        if (Set(data, "banking77") is { } banking)
        {
            rows.Add(CrossValidate("BANKING77, 5-fold", banking, peer));
            rows.Add(Few("BANKING77, 10 of each, 5 draws", banking, peer));
        }
        if (Set(data, "clinc150") is { } clinc) rows.Add(CrossValidate("CLINC150, 5-fold", clinc, peer));
        if (File.Exists(Path.Combine(data, "clinc150", "data.json"))) rows.Add(OwnSplit("CLINC150, its train and val", Path.Combine(data, "clinc150", "data.json"), peer));
        if (Set(data, "bitext") is { } bitext) rows.AddRange(IntentTransfer.Run(data, bitext, peer));
        (double steal, double idle) = machine.Shares();
        var result = new Result(peer.Version, rows, Environment.ProcessorCount, steal, idle);
        Console.WriteLine(json ? JsonSerializer.Serialize(result, Output.Options) : Table(result));
        return 0;
    }

    private static IReadOnlyList<IntentExample>? Set(string data, string name) => Directory.Exists(Path.Combine(data, name)) ? LabelledMessages.Read(Path.Combine(data, name)) : null;

    private static Row CrossValidate(string name, IReadOnlyList<IntentExample> data, IntentPeer peer)
    {
        int[] fold = IntentEvaluation.Folds(data, parts, seed);
        var tally = new Tally(peer);
        for (int f = 0; f < parts; f++) tally.Ask([.. data.Where((_, i) => fold[i] != f)], [.. data.Where((_, i) => fold[i] == f)]);
        return tally.Row(name);
    }

    private static Row Few(string name, IReadOnlyList<IntentExample> data, IntentPeer peer)
    {
        var tally = new Tally(peer);
        for (int draw = 0; draw < 5; draw++)
        {
            IntentExample[] shuffled = [.. data];
            new Random(seed + draw).Shuffle(shuffled);
            HashSet<IntentExample> few = [.. shuffled.GroupBy(e => e.Label).SelectMany(g => g.Take(10))];
            tally.Ask([.. shuffled.Where(few.Contains)], [.. shuffled.Where(e => !few.Contains(e))]);
        }
        return tally.Row(name);
    }

    private static Row OwnSplit(string name, string file, IntentPeer peer)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(file));
        var tally = new Tally(peer);
        tally.Ask(Part("train", "oos_train"), Part("val", "oos_val"));
        return tally.Row(name);

        IntentExample[] Part(params string[] keys) => [.. keys.SelectMany(k => json.RootElement.GetProperty(k).EnumerateArray()).Select(p => new IntentExample(p[0].GetString()!, p[1].GetString()!))];
    }

    /// <summary>Both sides trained on the same and asked the same. The peer has no class for what nobody serves, so it is trained without and told apart by its best decision value.</summary>
    internal sealed class Tally(IntentPeer peer)
    {
        private readonly List<(bool InScope, bool Right, double Score, bool PeerRight, double PeerScore)> answers = [];
        private readonly List<double> times = [], peerTimes = [], trainings = [], peerTrainings = [];

        public void Ask(IReadOnlyList<IntentExample> learnt, IReadOnlyList<IntentExample> asked, Func<IntentExample, string, bool>? right = null)
        {
            right ??= (e, answer) => e.Label == answer;
            long began = Stopwatch.GetTimestamp();
            IntentModel model = IntentTrainer.Train(learnt);
            trainings.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            IntentPeer.Answer answer = peer.Ask(new([.. learnt.Where(e => e.Label != IntentLabels.OutOfScope).Select(e => new[] { e.Text, e.Label })], [.. asked.Select(e => e.Text)]));
            peerTrainings.Add(answer.TrainSeconds);

            var best = new IntentScore[3];
            for (int i = 0; i < asked.Count; i++)
            {
                IntentVerdict verdict = model.Classify(asked[i].Text, best);
                answers.Add((asked[i].Label != IntentLabels.OutOfScope, right(asked[i], best[0].Label), verdict.Margin, right(asked[i], answer.Answers[i]), answer.Scores[i]));
            }
            string[] timed = [.. asked.Take(timedQueries).Select(e => e.Text)];
            foreach (string[] some in timed.Chunk(slice))
            {
                foreach (string text in some)
                {
                    long asking = Stopwatch.GetTimestamp();
                    model.Classify(text, best);
                    times.Add(Stopwatch.GetElapsedTime(asking).TotalMilliseconds);
                }
                peerTimes.AddRange(peer.Ask(new(Timed: some)).QueryMs);
            }
        }

        public Row Row(string name)
        {
            var inScope = answers.Where(a => a.InScope).ToList();
            var others = answers.Where(a => !a.InScope).ToList();
            double? recall = others.Count == 0 ? null : Recall(inScope.Select(a => a.Score), others.Select(a => a.Score));
            double? peerRecall = others.Count == 0 ? null : Recall(inScope.Select(a => a.PeerScore), others.Select(a => a.PeerScore));
            double p50 = Quantile.Of(times, 0.5), peerP50 = Quantile.Of(peerTimes, 0.5);
            return new Row(name, inScope.Count, inScope.Average(a => a.Right ? 1.0 : 0), inScope.Average(a => a.PeerRight ? 1.0 : 0), others.Count, recall, peerRecall,
                p50, peerP50, peerP50 / p50, trainings.Average(), peerTrainings.Average());
        }

        /// <summary>The share of others below the score that refuses one in twenty of those in scope.</summary>
        private static double Recall(IEnumerable<double> inScope, IEnumerable<double> others)
        {
            double[] sorted = [.. inScope.Order()];
            double threshold = sorted[(int)(refused * sorted.Length)];
            return others.Average(s => s < threshold ? 1.0 : 0);
        }
    }

    private static string Table(Result result)
    {
        var text = new System.Text.StringBuilder();
        text.AppendLine(Output.Culture, $"intent, against scikit-learn {result.PeerVersion}    right          oos at 5 % refused     p50 of a query, ms           training, s");
        text.AppendLine("                                       ours   peer     ours   peer            ours    peer   ratio        ours    peer       n");
        foreach (Row r in result.Rows)
            text.AppendLine(Output.Culture, $"  {r.Name,-34} {r.Right,7:0.000} {r.PeerRight,6:0.000}  {r.Recall,7:0.000} {r.PeerRecall,6:0.000}        {r.P50,8:0.0000} {r.PeerP50,7:0.000} {r.Ratio,7:0}    {r.TrainSeconds,8:0.00} {r.PeerTrainSeconds,7:0.00}   {r.N + r.Others,5}");
        bool fast = result.Rows.TrueForAll(r => r.Ratio >= speedTarget), quick = result.Rows.TrueForAll(r => r.TrainSeconds <= r.PeerTrainSeconds);
        text.AppendLine(Output.Culture, $"query >= {speedTarget:0} times as fast: {(fast ? "met" : "MISSED")}; training no slower: {(quick ? "met" : "MISSED")}");
        text.Append(Output.Culture, $"{result.Cores} cores, steal {result.Steal:P1}, idle {result.Idle:P1}");
        return text.ToString();
    }

    internal sealed record Row(string Name, int N, double Right, double PeerRight, int Others, double? Recall, double? PeerRecall, double P50, double PeerP50, double Ratio, double TrainSeconds, double PeerTrainSeconds);

    private sealed record Result(string PeerVersion, List<Row> Rows, int Cores, double Steal, double Idle);
}
