using System.Text.Json;
using Spectre.Console;

namespace Switchboard.Server.Cli;

/// <summary>What a command prints to. Results go to standard output, progress and errors to standard error, so that a pipe gets results only.</summary>
public sealed class Terminal(TextWriter output, TextWriter error, bool json)
{
    private readonly IAnsiConsole errors = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error), Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect });
    private readonly IAnsiConsole results = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect });

    private static readonly JsonSerializerOptions indented = new(Core.Json.Options) { WriteIndented = true };

    /// <summary>Prints the result as JSON, or for people.</summary>
    public void Result<T>(T document, Action<IAnsiConsole> forPeople)
    {
        if (json) output.WriteLine(JsonSerializer.Serialize(document, indented));
        else forPeople(results);
    }

    /// <summary>Prints a line for people; nothing when JSON is asked for.</summary>
    public void Line(string text)
    {
        if (!json) output.WriteLine(text);
    }

    /// <summary>Prints why a command failed.</summary>
    public void Failed(string message) => error.WriteLine($"error: {message}");

    /// <summary>Shows a bar on a terminal, plain lines elsewhere, while the work runs.</summary>
    public async Task<T> ProgressAsync<T>(string title, Func<IProgress<(int Done, int Total)>, Task<T>> work)
    {
        if (json || !errors.Profile.Capabilities.Interactive || Console.IsErrorRedirected) return await work(new PlainProgress(json ? TextWriter.Null : error, title));
        return await errors.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                ProgressTask task = context.AddTask(title);
                return await work(new BarProgress(task));
            });
    }

    private sealed class BarProgress(ProgressTask task) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value)
        {
            task.MaxValue = Math.Max(1, value.Total);
            task.Value = value.Done;
        }
    }

    /// <summary>A line at each tenth, so that a log stays short.</summary>
    private sealed class PlainProgress(TextWriter to, string title) : IProgress<(int Done, int Total)>
    {
        private readonly Lock gate = new();
        private int tenths;

        public void Report((int Done, int Total) value)
        {
            lock (gate)
            {
                int now = value.Total == 0 ? 10 : value.Done * 10 / value.Total;
                if (now <= tenths) return;
                tenths = now;
                to.WriteLine($"{title}: {value.Done} of {value.Total}");
            }
        }
    }
}
