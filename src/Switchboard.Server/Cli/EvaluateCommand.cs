using System.CommandLine;
using Spectre.Console;
using Switchboard.Core.Evaluation;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Server.Outbound;
using Switchboard.Server.Outbound.Vectors;

namespace Switchboard.Server.Cli;

/// <summary>evaluate TASK: how well the built-in engine does on what people labelled. It reads files and touches no data folder.</summary>
public sealed class EvaluateCommand(BindAction bind)
{
    // One line for each task; "trained" ones take --train.
    private static readonly EvaluationTask[] tasks =
    [
        new("intent", "Measure the intent classifier on labelled messages", "File or folder of labelled messages (.csv, .tsv, .json, .jsonl)", Trained: true,
            (request, cancellationToken) => IntentEvaluation.Run(request, cancellationToken: cancellationToken)),
        new("retrieval", "Measure the search on labelled questions", "Folder with content/ and label files (*.jsonl)", Trained: false,
            (request, cancellationToken) => RetrievalEvaluation.Run(request.Data, request.Limit, request.Vectors, cancellationToken)) { HasVectors = true },
        new("entities", "Measure dates, amounts, names and numbers on labelled slots", "Folder or file of messages with slots (*.json)", Trained: false, EntityEvaluation.Run),
        new("sentiment", "Measure the sentiment on rated texts", "Folder or file of rated texts (*.txt: id, rating, text)", Trained: false, SentimentEvaluation.Run),
        new("language", "Measure the language detection", "Folder or file of texts (*.tsv: language, text; *.csv: English)", Trained: false, LanguageEvaluation.Run),
        new("pii", "Measure the detection of personal data, and false alarms", "Folder or file of labelled sentences (*.json) or messages without personal data (*.csv)", Trained: false, PiiEvaluation.Run),
        new("injection", "Measure the detection of hidden instructions", "Folder with text_attack*.json, articles and tickets in it or beside it", Trained: false, InjectionEvaluation.Run),
    ];

    private readonly Option<string?> train = new("--train") { Description = "A separate training part; without it the data is cross-validated", HelpName = "PATH" };
    private readonly Option<int?> limit = new("--limit") { Description = "Only the first N items of each part; of intents N of each label", HelpName = "N" };
    private readonly Option<string> embeddings = Sources();
    private readonly Option<string?> baseline = new("--baseline") { Description = "A report stored before with --json; a significant loss against it ends with 1", HelpName = "FILE" };

    /// <summary>The commands.</summary>
    public Command Build()
    {
        var evaluate = new Command("evaluate", "Measure the built-in engine on labelled data");
        foreach (EvaluationTask task in tasks)
        {
            var data = new Option<string>("--data") { Description = task.DataDescription, Required = true, HelpName = "PATH" };
            var command = new Command(task.Name, task.Description) { data, limit, baseline };
            if (task.Trained) command.Add(train);
            if (task.HasVectors) command.Add(embeddings);
            command.SetAction(bind(async (parsed, globals, cancellationToken) =>
            {
                string? trainPath = task.Trained ? parsed.GetValue(train) : null;
                var request = new EvaluationRequest(Path.GetFullPath(parsed.GetValue(data)!), trainPath is null ? null : Path.GetFullPath(trainPath), parsed.GetValue(limit));
                if (task.HasVectors) request = request with { Vectors = await VectorsAsync(parsed.GetValue(embeddings)!, request, globals, cancellationToken) };
                await RunAsync(task, request, parsed.GetValue(baseline), globals, cancellationToken);
            }));
            evaluate.Add(command);
        }
        return evaluate;
    }

    private static Option<string> Sources()
    {
        var option = new Option<string>("--embeddings") { Description = "Also with vectors: local ones, or those of the server that is set up (api)", HelpName = "none|local|api", DefaultValueFactory = _ => "none" };
        return option.AcceptOnlyFromAmong("none", "local", "api");
    }

    private static async Task<EvaluationVectors?> VectorsAsync(string source, EvaluationRequest request, Globals globals, CancellationToken cancellationToken)
    {
        if (source == "none") return null;
        if (source == "api" && globals.Vectors is not { Api: not null, Model: not null }) throw new CommandException("--embeddings api needs the settings Knowledge:EmbeddingsApi:BaseUrl and Knowledge:EmbeddingsApi:Model.");
        using var outbound = new OutboundClient(globals.Outbound, TimeProvider.System);
        var embedders = new Embedders(source == "api" ? EmbeddingSource.Api : EmbeddingSource.Local, globals.Vectors.Model, model => new ApiEmbeddings(new VectorCalls(outbound), globals.Vectors.Api!, model), TimeProvider.System);
        try
        {
            return await EvaluationVectors.OfAsync(request.Data, request.Limit, embedders, cancellationToken);
        }
        catch (Exception error) when (error is VectorsUnavailableException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new CommandException(error.Message);
        }
    }

    private static Task RunAsync(EvaluationTask task, EvaluationRequest request, string? baselinePath, Globals globals, CancellationToken cancellationToken)
    {
        if (request.Limit is < 1) throw new CommandException($"--limit is {request.Limit}; it must be 1 or more.");
        EvaluationReport report;
        try
        {
            // A baseline that cannot be read is told before the work, not after it.
            EvaluationReport? before = baselinePath is null ? null : Baseline.Read(baselinePath, task.Name);
            report = task.Run(request, cancellationToken);
            if (before is not null) report = report with { Changes = Baseline.Compare(before, report) };
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new CommandException(error.Message);
        }
        globals.Terminal.Result(report, console => Print(report, console, globals.Terminal));
        MetricChange[] losses = [.. (report.Changes ?? []).Where(c => c.Verdict == ChangeVerdict.Loss)];
        if (losses.Length > 0) throw new CommandException("Significantly worse than the baseline: " + string.Join(", ", losses.Select(l => FormattableString.Invariant($"{l.Name} {l.Before:0.000} → {l.Now:0.000} (margin {l.Margin:0.000})"))));
        return Task.CompletedTask;
    }

    private static void Print(EvaluationReport report, IAnsiConsole console, Terminal terminal)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("metric", "value", "95 % interval", "n");
        Dictionary<string, MetricChange> changes = (report.Changes ?? []).ToDictionary(c => c.Name);
        if (report.Changes is not null) table.AddColumns("baseline", "verdict");
        foreach (EvaluationMetric metric in report.Metrics)
        {
            List<string> row = [metric.Name, $"{metric.Value:0.000}", $"{metric.Low:0.000} – {metric.High:0.000}", $"{metric.N}"];
            if (changes.TryGetValue(metric.Name, out MetricChange? change)) row.AddRange([$"{change.Before:0.000}", change.Verdict.ToString().ToLowerInvariant()]);
            table.AddRow([.. row.Select(Markup.Escape)]);
        }
        console.Write(table);
        foreach (Confusion confusion in (report.Confusions ?? []).Take(10)) terminal.Line($"  {confusion.Count,5} × {confusion.Expected} taken for {confusion.Got}");
        terminal.Line($"{Amount.Of(report.Errors.Count, "errors", "is", "are")} listed by --json{(report.Errors.Count == EvaluationReport.MostErrors ? ", which stops there" : "")}.");
    }

    private sealed record EvaluationTask(string Name, string Description, string DataDescription, bool Trained, Func<EvaluationRequest, CancellationToken, EvaluationReport> Run)
    {
        /// <summary>Whether it can be measured with vectors beside the words.</summary>
        public bool HasVectors { get; init; }
    }
}
