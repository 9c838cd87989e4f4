using System.CommandLine;
using Spectre.Console;
using Switchboard.Core.Knowledge;

namespace Switchboard.Server.Cli;

/// <summary>evaluate retrieval: how well the search finds what people labelled. It reads a folder and touches no data folder.</summary>
public sealed class EvaluateCommand(BindAction bind)
{
    private readonly Option<string> data = new("--data") { Description = "Folder with content/ and label files (*.jsonl)", Required = true, HelpName = "PATH" };
    private readonly Option<int?> limit = new("--limit") { Description = "Only the first N questions of each file", HelpName = "N" };

    /// <summary>The commands.</summary>
    public Command Build()
    {
        var retrieval = new Command("retrieval", "Measure the search on labelled questions") { data, limit };
        retrieval.SetAction(bind(RunAsync));
        return new Command("evaluate", "Measure the built-in engine on labelled data") { retrieval };
    }

    private Task RunAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        EvaluationReport report;
        try
        {
            report = RetrievalEvaluation.Run(Path.GetFullPath(parsed.GetValue(data)!), parsed.GetValue(limit), cancellationToken);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw new CommandException(error.Message);
        }
        globals.Terminal.Result(report, console =>
        {
            var table = new Table().Border(TableBorder.Simple).AddColumns("metric", "value", "95 % interval", "n");
            foreach (EvaluationMetric metric in report.Metrics)
                table.AddRow(metric.Name, $"{metric.Value:0.000}", $"{metric.Low:0.000} – {metric.High:0.000}", $"{metric.N}");
            console.Write(table);
            globals.Terminal.Line($"{report.Errors.Count} questions whose article was not first are listed by --json.");
        });
        return Task.CompletedTask;
    }
}
