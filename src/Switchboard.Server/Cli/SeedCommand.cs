using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.ServerSentEvents;
using Switchboard.Core;
using Switchboard.Server.Api.Administration;
using Switchboard.Storage.Seeding.Generator;

namespace Switchboard.Server.Cli;

/// <summary>db seed --demo: fills the demonstration tenant with generated history.</summary>
public sealed class SeedCommand(BindAction bind)
{
    private readonly Option<bool> demo = new("--demo") { Description = "Fill the demonstration tenant; it must be said, for nothing else can be filled" };
    private readonly Option<int?> customers = new("--customers") { Description = $"How many customers; {SeedRequest.DefaultCustomers} when absent", HelpName = "N" };
    private readonly Option<int?> years = new("--years") { Description = $"How many years; {SeedRequest.DefaultYears} when absent", HelpName = "Y" };
    private readonly Option<long?> seed = new("--seed") { Description = $"The number all chance follows from; {SeedRequest.DefaultSeed} when absent", HelpName = "N" };
    private readonly Option<DateOnly?> until = new("--until") { Description = "The day after the last one with rows, as 2026-12-31; today when absent", HelpName = "DATE", CustomParser = ReadDate };

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command("seed", "Fill the demonstration tenant with the history of a company; one that was cut off is completed") { demo, customers, years, seed, until };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(demo)) result.AddError("Say --demo: the demonstration tenant is the only one that can be filled.");
        });
        command.SetAction(bind(RunAsync));
        return command;
    }

    private static DateOnly? ReadDate(ArgumentResult result)
    {
        if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)) return day;
        result.AddError($"\"{result.Tokens[0].Value}\" is no date. Write the year, the month and the day, as 2026-12-31.");
        return null;
    }

    private async Task RunAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        var body = new SeedDemo.Body(parsed.GetValue(customers), parsed.GetValue(years), parsed.GetValue(seed), parsed.GetValue(until));
        SeedReport report = await globals.Terminal.ProgressAsync("Generating customers", progress => SendAsync(desk, body, progress, cancellationToken));
        globals.Terminal.Result(report, _ =>
        {
            foreach ((string entity, long count) in report.Rows.OrderByDescending(r => r.Value)) globals.Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{count,12:N0}  {entity}"));
            globals.Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{report.Total,12:N0}  {(report.Total == 1 ? "row" : "rows")} of {Amount.Of(report.Customers, "customers")} in {report.Seconds:0.0} s ({report.Total / Math.Max(0.001, report.Seconds):N0} a second), {Amount.Of(report.Years, "years")} until {report.Until:yyyy-MM-dd}, seed {report.Seed}"));
            if (report.ResumedFrom > 0) globals.Terminal.Line($"The first {Amount.Of(report.ResumedFrom, "customers", "was", "were")} there already from a call that was cut off.");
        });
    }

    private static async Task<SeedReport> SendAsync(DeskConnection desk, SeedDemo.Body body, IProgress<(int, int)> progress, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/demo/seed") { Content = JsonContent.Create(body, options: Json.Options) };
        using HttpResponseMessage response = await desk.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await DeskConnection.RequireAsync(response, cancellationToken);
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (SseItem<string> item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            switch (item.EventType)
            {
                case "progress":
                    SeedProgress step = Json.Read<SeedProgress>(item.Data);
                    progress.Report((step.Done, step.Total));
                    break;
                case "report":
                    return Json.Read<SeedReport>(item.Data);
                case "error":
                    throw new CommandException(Json.Read<SeedDemo.RefusedView>(item.Data).Message);
            }
        }

        throw new CommandException("The server ended without a report. Run the command again: it goes on where it stopped.");
    }
}
